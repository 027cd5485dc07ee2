"""What sources say of organisations: facts that tell them apart, owners, and figures that are only ever added to."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from crawler.model import Money, Organization, Parent, Subject
from crawler.store.former import keep_new_row
from crawler.store.ownerships import Ownership, Witness, write_owners

CURATED_FIELDS = {
    "crunchbase": "crunchbase_permalink",
    "github": "github_login",
    "homepage": "homepage_url",
    "ticker": "ticker",
    "exchange": "exchange",
    "token": "token_id",
    "opencollective": "opencollective_slug",
}
"""Fields of `organization_facts`, and the column of `organizations` in which the list says the same."""
PRECEDENCE = ("crunchbase", "wikidata", "sec")
"""Whom to believe where several speak of one field; the list comes before all of them."""


_BY_IDENTIFIER = """
SELECT id FROM organizations WHERE {column} = :value COLLATE NOCASE AND removed_at IS NULL
UNION ALL
SELECT f.organization_id FROM organization_facts f
JOIN organizations o ON o.id = f.organization_id AND o.removed_at IS NULL
WHERE f.field = :field AND f.value = :value COLLATE NOCASE AND f.id = (
  SELECT max(x.id) FROM organization_facts x
  WHERE x.organization_id = f.organization_id AND x.field = f.field AND x.source = f.source
)
LIMIT 1
"""


def identifiers(connection: sqlite3.Connection, *, public_only: bool = False) -> dict[str, dict[str, str]]:
    """What is known of each organisation that is not removed, by field; the list's word before that of any source.

    Empty text in the list means that there is none, whatever a source says. `public_only`: without what may not be
    published.
    """
    curated = ", ".join(CURATED_FIELDS.values())
    known: dict[str, dict[str, str]] = {}
    for row in connection.execute(f"SELECT id, {curated} FROM organizations WHERE removed_at IS NULL ORDER BY id"):
        known[row["id"]] = {field: row[column] for field, column in CURATED_FIELDS.items() if row[column] is not None}
    said: dict[tuple[str, str], dict[str, str | None]] = {}
    which = "WHERE licence_class <> 'restricted'" if public_only else ""
    newest = f"SELECT organization_id, field, source, value FROM organization_facts {which} ORDER BY id"
    for row in connection.execute(newest):
        said.setdefault((row["organization_id"], row["field"]), {})[row["source"]] = row["value"]
    for (organization_id, field), by_source in said.items():
        of_one = known.get(organization_id)
        if of_one is None or field in of_one or field == "exchange":
            continue
        if (source := _best(by_source)) is not None:
            of_one[field] = by_source[source] or ""
    for organization_id, of_one in known.items():
        if "exchange" not in of_one and (exchange := _exchange(organization_id, of_one, said)):
            of_one["exchange"] = exchange
    return {one: {field: value for field, value in of_one.items() if value} for one, of_one in known.items()}


def _best(by_source: dict[str, str | None]) -> str | None:
    """The source to believe among those that know a value."""
    return min((one for one, value in by_source.items() if value), key=lambda one: (_rank(one), one), default=None)


def _exchange(
    organization_id: str, of_one: dict[str, str], said: dict[tuple[str, str], dict[str, str | None]]
) -> str | None:
    """The exchange of the ticker: from whoever told that, since on another exchange it may be another company's."""
    tickers = said.get((organization_id, "ticker"), {})
    source = _best(tickers)
    if source is None or of_one.get("ticker") != tickers[source]:
        return None
    return said.get((organization_id, "exchange"), {}).get(source)


def _rank(source: str) -> int:
    return PRECEDENCE.index(source) if source in PRECEDENCE else len(PRECEDENCE)


def newest_market_caps(connection: sqlite3.Connection, source: str) -> dict[str, str]:
    """The newest market capitalisation that a source told of each organisation, as `AMOUNT CURRENCY AS_OF`."""
    rows = connection.execute(
        "SELECT organization_id, amount || ' ' || currency || ' ' || as_of AS told FROM figures"
        " WHERE measure = 'market_cap' AND source = ? AND superseded_by IS NULL ORDER BY as_of, id",
        [source],
    )
    return {row["organization_id"]: row["told"] for row in rows}


def write_organization(
    connection: sqlite3.Connection, source: str, subject: Subject, record: Organization, *, now: str
) -> None:
    """Store what a source told of every organisation that the subject stands for, inside the caller's transaction."""
    for organization_id in subject.organization_ids:
        _write_facts(connection, source, organization_id, record, now)
        if record.parents is not UNSET:
            witness = Witness(source=source, source_url=record.source_url, licence_class=record.licence_class)
            owners = [
                Ownership(
                    _find_or_add(connection, source, parent, record, now), parent.share, parent.since, parent.until
                )
                for parent in record.parents
            ]
            write_owners(connection, organization_id, owners, witness, now=now)
        standing = {add_figure(connection, source, organization_id, figure, now=now) for figure in record.figures}
        for measure in sorted(record.complete):
            _take_back(connection, source, organization_id, measure, standing, now)


def _write_facts(
    connection: sqlite3.Connection, source: str, organization_id: str, record: Organization, now: str
) -> None:
    for field, value in record.facts.items():
        last = connection.execute(
            "SELECT value FROM organization_facts WHERE organization_id = ? AND field = ? AND source = ?"
            " ORDER BY id DESC LIMIT 1",
            [organization_id, field, source],
        ).fetchone()
        if value == (last["value"] if last else None):
            continue
        connection.execute(
            "INSERT INTO organization_facts (organization_id, field, value, source, source_url, licence_class,"
            " observed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [organization_id, field, value, source, record.source_url, record.licence_class, now],
        )


def _find_or_add(connection: sqlite3.Connection, source: str, parent: Parent, record: Organization, now: str) -> str:
    """The id of the organisation that a source calls so; one that nobody has named yet is added."""
    known = connection.execute(
        _BY_IDENTIFIER.format(column=CURATED_FIELDS.get(parent.scheme, "NULL")),
        {"field": parent.scheme, "value": parent.identifier},
    ).fetchone()
    if known is not None:
        return str(known["id"])
    organization_id = _free_id(connection, parent)
    connection.execute(
        "INSERT INTO organizations (id, name, declared, position, found_by) VALUES (?, ?, 0,"
        " (SELECT coalesce(max(position), 0) + 1 FROM organizations), ?)",
        [organization_id, parent.name, source],
    )
    keep_new_row(connection, "organizations", organization_id, date.fromisoformat(now[:10]))
    facts = Organization(
        source_url=record.source_url,
        licence_class=record.licence_class,
        facts={parent.scheme: parent.identifier, "name": parent.name},
    )
    _write_facts(connection, source, organization_id, facts, now)
    return organization_id


def _free_id(connection: sqlite3.Connection, parent: Parent) -> str:
    """An id that the list does not use: the identifier where that reads as one, else the name."""
    text = parent.identifier if parent.scheme == "crunchbase" else parent.name
    wanted = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or parent.identifier.casefold()
    taken = {row[0] for row in connection.execute("SELECT id FROM organizations WHERE id LIKE ? || '%'", [wanted])}
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def _take_back(
    connection: sqlite3.Connection, source: str, organization_id: str, measure: str, standing: set[int], now: str
) -> None:
    """What the source no longer states: superseded by what has its page now, else withdrawn."""
    rows = connection.execute(
        "SELECT id, source_url FROM figures WHERE organization_id = ? AND measure = ? AND source = ?"
        " AND superseded_by IS NULL AND withdrawn_at IS NULL",
        [organization_id, measure, source],
    ).fetchall()
    by_page = {row["source_url"]: row["id"] for row in rows if row["id"] in standing}
    for row in rows:
        if row["id"] in standing:
            continue
        if row["source_url"] in by_page:
            # What supersedes it may have been there before: only this says since when.
            values = [by_page[row["source_url"]], now, row["id"]]
            change = "UPDATE figures SET superseded_by = ?, withdrawn_at = ? WHERE id = ?", values
        else:
            change = "UPDATE figures SET withdrawn_at = ? WHERE id = ?", [now, row["id"]]
        connection.execute(*change)


def add_figure(connection: sqlite3.Connection, source: str, organization_id: str, figure: Money, *, now: str) -> int:
    """Append a figure, unless it stands; one of the same date and kind that says something else is superseded.

    Returns the id of the row that states it.
    """
    stored = connection.execute(
        "SELECT id, amount, low, high, currency FROM figures WHERE organization_id = ? AND measure = ? AND source = ?"
        " AND as_of = ? AND method = ? AND kind IS ? AND source_url = ? AND superseded_by IS NULL"
        " AND withdrawn_at IS NULL ORDER BY id DESC",
        [organization_id, figure.measure, source, figure.as_of, figure.method, figure.kind, figure.source_url],
    ).fetchall()
    said = _amounts((figure.amount, figure.low, figure.high)), figure.currency
    for row in stored:
        if (_amounts((row["amount"], row["low"], row["high"])), row["currency"]) == said:
            return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, source_url,"
        " method, licence_class, note, low, high, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            organization_id,
            figure.measure,
            figure.amount,
            figure.currency,
            figure.as_of,
            now,
            source,
            figure.source_url,
            figure.method,
            figure.licence_class,
            figure.note,
            figure.low,
            figure.high,
            figure.kind,
        ],
    )
    connection.executemany(
        "UPDATE figures SET superseded_by = ? WHERE id = ?", [(cursor.lastrowid, row["id"]) for row in stored]
    )
    return int(cursor.lastrowid or 0)


def _amounts(texts: Iterable[str | None]) -> tuple[Decimal | None, ...]:
    return tuple(None if text is None else Decimal(text) for text in texts)
