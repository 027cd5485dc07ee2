"""What can be wrong inside a database, found with SELECT alone, and what to do about each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation, localcontext

from msgspec import Struct

MOST = 20
"""So many findings of one kind; who has more needs a backup, not a longer list."""
DIGITS = 100
"""As where the totals are computed."""
RESTORE = "restore a backup, or save what can be read with 'sqlite3 FILE .recover'"
COMPUTE = "run 'crawler refresh', which computes the newest day anew"


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


def _look_at_totals(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Of the newest day every total that counts lines is their sum, to the cent, and so are both ends of its range."""
    (day,) = connection.execute("SELECT max(day) FROM computed_days").fetchone()
    lines: dict[tuple[str, str, str], list[sqlite3.Row]] = {}
    for row in connection.execute(
        "SELECT scope, measure, policy, amount, low, high FROM ecosystem_value_lines WHERE day = ? AND counted", [day]
    ):
        lines.setdefault((row["scope"], row["measure"], row["policy"]), []).append(row)
    totals = connection.execute(
        "SELECT scope, measure, policy, value, low, high FROM totals"
        " WHERE day = ? AND policy <> '' AND currency IS NOT NULL ORDER BY policy, scope, measure",
        [day],
    ).fetchall()
    keys = {(row["scope"], row["measure"], row["policy"]) for row in totals}
    for row in totals:
        key = row["scope"], row["measure"], row["policy"]
        # A policy may give its value a second name, without lines of its own.
        counted = lines.get(key) or lines.get((row["scope"], "value", row["policy"]), [])
        if difference := _difference(row, counted):
            yield Finding("totals", f"{_called(key)} on {day}: {difference}", COMPUTE)
    for key in sorted(set(lines) - keys):
        # Not every policy has a total of each of the groups that its lines count with.
        if not key[0].startswith("organization:"):
            yield Finding("totals", f"{_called(key)} on {day}: lines are counted, and there is no total", COMPUTE)


def _called(key: tuple[str, str, str]) -> str:
    scope, measure, policy = key
    return f"{policy} {measure} of {scope}"


def _difference(total: sqlite3.Row, counted: list[sqlite3.Row]) -> str:
    """What the total says and what its lines do; empty where they are equal."""
    for column, words in (("value", "the total"), ("low", "the low end"), ("high", "the high end")):
        if column != "value" and total[column] is None:
            continue
        amounts = [line["amount"] if column == "value" or line[column] is None else line[column] for line in counted]
        try:
            with localcontext(prec=DIGITS):
                said = None if total[column] is None else Decimal(total[column])
                added = sum(map(Decimal, amounts), Decimal(0)) if amounts else None
        except (InvalidOperation, TypeError, ValueError):
            return f"{words} or a line of it is no amount of money"
        if said != added:
            return f"{words} is {_money(said)}, its lines add up to {_money(added)}"
    return ""


def _money(amount: Decimal | None) -> str:
    return "not known" if amount is None else f"{amount:f}"


_LOOKS = (_look_at_pages, _look_at_references, _look_at_superseded, _look_at_search, _look_at_totals)
