"""What can be wrong inside a database, found with SELECT alone, and what to do about each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation, localcontext

from msgspec import Struct

from crawler.figures.model import Total
from crawler.figures.snapshot import Key
from crawler.figures.stored import stored_totals_on
from crawler.store.database import RESTORE

MOST = 20
"""So many findings of one kind; who has more needs a backup, not a longer list."""
DIGITS = 100
"""As where the totals are computed."""
COMPUTE = "run 'crawler refresh', which computes the newest day anew"
WAIT = "run 'crawler refresh' on two other days, after which its lines go"


class Finding(Struct, frozen=True):
    """One thing that is wrong, and its cure."""

    subject: str
    text: str
    cure: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}; {self.cure}"


def find_faults(connection: sqlite3.Connection) -> list[Finding]:
    """Everything that is wrong at one moment, whoever writes in the meantime; empty where the database is sound."""
    findings: list[Finding] = []
    connection.execute("BEGIN")
    try:
        for look in _LOOKS:
            findings += _limited(look, connection)
    finally:
        connection.execute("ROLLBACK")
    return findings


def _limited(look: Callable[[sqlite3.Connection], Iterator[Finding]], connection: sqlite3.Connection) -> list[Finding]:
    found: list[Finding] = []
    try:
        for finding in look(connection):
            if len(found) == MOST:
                return [
                    *found,
                    Finding(finding.subject, f"more than {MOST} faults, the rest is not shown", finding.cure),
                ]
            found.append(finding)
    except sqlite3.DatabaseError as error:
        # A page that cannot be read ends the look at it, and must not hide what the others find.
        found.append(Finding("file", str(error), RESTORE))
    return found


def _look_at_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (text,) in connection.execute(f"PRAGMA integrity_check({MOST + 1})"):
        if text != "ok":
            yield Finding("file", " ".join(str(text).split()), RESTORE)


def _look_at_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    rows: dict[tuple[str, str], int] = {}
    for row in connection.execute("PRAGMA foreign_key_check"):
        # Figures that supersede others are looked at one by one.
        if (row["table"], row["parent"]) != ("figures", "figures"):
            rows[row["table"], row["parent"]] = rows.get((row["table"], row["parent"]), 0) + 1
    for (table, parent), number in sorted(rows.items()):
        yield Finding("references", f"{number} rows of {table} name rows of {parent} that are not there", RESTORE)


def _look_at_whole_accounts(connection: sqlite3.Connection) -> Iterator[Finding]:
    (astray,) = connection.execute(
        "SELECT count(*) FROM project_repositories pr JOIN projects p ON p.id = pr.project_id"
        " WHERE pr.is_expanded AND p.removed_at IS NULL AND p.id NOT IN (SELECT project_id FROM project_orgs)"
    ).fetchone()
    if astray:
        yield Finding(
            "project_repositories",
            f"{astray} rows are of a whole account, and their projects name none",
            "run 'crawler refresh', which writes them anew",
        )


def _look_at_superseded(connection: sqlite3.Connection) -> Iterator[Finding]:
    for row in connection.execute(
        "SELECT id, superseded_by FROM figures f WHERE superseded_by IS NOT NULL AND (superseded_by = id"
        " OR NOT EXISTS (SELECT 1 FROM figures x WHERE x.id = f.superseded_by)) ORDER BY id"
    ):
        why = "itself" if row["id"] == row["superseded_by"] else f"figure {row['superseded_by']}, which is not there"
        yield Finding(
            "figures",
            f"figure {row['id']} is superseded by {why}",
            f"restore a backup, or let it stand: UPDATE figures SET superseded_by = NULL WHERE id = {row['id']}",
        )


def _look_at_search(connection: sqlite3.Connection) -> Iterator[Finding]:
    (astray,) = connection.execute(
        "SELECT (SELECT count(*) FROM projects p LEFT JOIN projects_fts x ON x.rowid = p.rowid"
        " WHERE p.removed_at IS NULL AND (x.name IS NULL OR substr(x.name, 1, length(p.name)) <> p.name))"
        " + (SELECT count(*) FROM projects_fts x LEFT JOIN projects p ON p.rowid = x.rowid"
        " WHERE p.id IS NULL OR p.removed_at IS NOT NULL)"
    ).fetchone()
    if astray:
        yield Finding(
            "search", f"{astray} entries of the full-text index are of another project", "run 'crawler db vacuum'"
        )


def _look_at_days(connection: sqlite3.Connection) -> Iterator[Finding]:
    for table in ("total_values", "value_lines"):
        for row in connection.execute(
            f"SELECT day, count(*) AS number FROM {table} WHERE day NOT IN (SELECT day FROM computed_days)"
            " GROUP BY day ORDER BY day"
        ):
            text = f"{row['number']} rows of {table} are of {row['day']}, for which nothing was computed"
            yield Finding("totals", text, RESTORE)
    (ends,) = connection.execute(
        """
        SELECT count(*) FROM (
          SELECT value, low, high, known, total, lag(total) OVER (PARTITION BY series_id ORDER BY day) AS before
          FROM total_values
        ) WHERE total IS NULL AND (before IS NULL OR coalesce(value, low, high, known) IS NOT NULL)
        """
    ).fetchone()
    if ends:
        yield Finding("totals", f"{ends} rows say that a total ends where none stands", RESTORE)
    (missing,) = connection.execute(
        """
        SELECT count(*) FROM total_series s JOIN (SELECT max(day) AS day FROM computed_days) newest
        WHERE NOT EXISTS (SELECT 1 FROM total_values v WHERE v.series_id = s.id AND v.day = newest.day)
          AND (SELECT total FROM total_values v WHERE v.series_id = s.id ORDER BY v.day DESC LIMIT 1) IS NOT NULL
        """
    ).fetchone()
    if missing:
        yield Finding("totals", f"{missing} totals have no row on the newest day", COMPUTE)


def _look_at_memory(connection: sqlite3.Connection) -> Iterator[Finding]:
    (broken,) = connection.execute(
        "SELECT count(*) FROM former_rows WHERE row IS NOT NULL AND"
        " iif(json_valid(row), json_type(row), '') <> iif(key = '', 'array', 'object')"
    ).fetchone()
    if broken:
        yield Finding("former_rows", f"{broken} rows cannot be read", RESTORE)
    (crossing,) = connection.execute(
        """
        SELECT count(*) FROM (
          SELECT first_day, last_day, lag(last_day) OVER stretches AS before FROM answered_days
          WINDOW stretches AS (PARTITION BY source, repository_id ORDER BY first_day)
        ) WHERE last_day < first_day OR before >= first_day
        """
    ).fetchone()
    if crossing:
        yield Finding("answered_days", f"{crossing} stretches of days end before they begin, or cross others", RESTORE)


def _look_at_marks(connection: sqlite3.Connection) -> Iterator[Finding]:
    """A mark beyond the newest row would leave out the events of the rows to come."""
    for row in connection.execute("SELECT table_name, id FROM told_marks ORDER BY table_name"):
        table = row["table_name"]
        (newest,) = connection.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"').fetchone()
        if row["id"] > newest:
            yield Finding(
                "told_marks",
                f"events are told up to row {row['id']} of {table}, which ends at {newest}",
                f"restore a backup, or UPDATE told_marks SET id = {newest} WHERE table_name = '{table}'",
            )


def _look_at_totals(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Every total that counts lines is their sum, to the cent, and so are both ends of its range.

    Only days that have lines are looked at: the newest two. Older versions of the program had other rules for lines.
    """
    days = [row[0] for row in connection.execute("SELECT day FROM computed_days ORDER BY day DESC LIMIT 2")]
    for day in days:
        (version,) = connection.execute("SELECT version FROM computed_days WHERE day = ?", [day]).fetchone()
        if version is not None:
            yield from _look_at_sums(connection, day, COMPUTE if day == days[0] else WAIT)


def _look_at_sums(connection: sqlite3.Connection, day: str, cure: str) -> Iterator[Finding]:
    lines: dict[Key, list[sqlite3.Row]] = {}
    for row in connection.execute(
        "SELECT scope, measure, policy, amount, low, high FROM ecosystem_value_lines WHERE day = ? AND counted", [day]
    ):
        lines.setdefault((row["scope"], row["measure"], row["policy"]), []).append(row)
    totals = {key: total for key, total in stored_totals_on(connection, day).items() if key[2] and total.currency}
    for key, total in totals.items():
        scope, _, policy = key
        # A policy may give its value a second name, without lines of its own.
        counted = lines.get(key) or lines.get((scope, "value", policy), [])
        if difference := _difference(total, counted):
            yield Finding("totals", f"{_called(key)} on {day}: {difference}", cure)
    for key in sorted(lines.keys() - totals.keys()):
        # Not every policy has a total of each of the groups that its lines count with.
        if not key[0].startswith("organization:"):
            yield Finding("totals", f"{_called(key)} on {day}: lines are counted, and there is no total", cure)


def _called(key: Key) -> str:
    scope, measure, policy = key
    return f"{policy} {measure} of {scope}"


def _difference(total: Total, counted: list[sqlite3.Row]) -> str:
    """What the total says and what its lines do; empty where they are equal."""
    for column, stated, words in (
        ("value", total.value, "the total"),
        ("low", total.low, "the low end"),
        ("high", total.high, "the high end"),
    ):
        if column != "value" and stated is None:
            continue
        amounts = [line["amount"] if column == "value" or line[column] is None else line[column] for line in counted]
        try:
            with localcontext(prec=DIGITS):
                said = None if stated is None else Decimal(stated)
                added = sum(map(Decimal, amounts), Decimal(0)) if amounts else None
        except (InvalidOperation, TypeError, ValueError):
            return f"{words} or a line of it is no amount of money"
        if said != added:
            return f"{words} is {_money(said)}, its lines add up to {_money(added)}"
    return ""


def _money(amount: Decimal | None) -> str:
    return "not known" if amount is None else f"{amount:f}"


_LOOKS = (
    _look_at_pages,
    _look_at_references,
    _look_at_whole_accounts,
    _look_at_superseded,
    _look_at_search,
    _look_at_days,
    _look_at_memory,
    _look_at_marks,
    _look_at_totals,
)
