"""What can be asked about, and what of it is due: never asked before failed before oldest."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from crawler.model import Subject
from crawler.store.collectives import collectives
from crawler.store.organizations import identifiers, newest_market_caps
from crawler.store.rates import newest_rates_day
from crawler.store.recordings import is_recorded, listed_identifiers

# Those that failed take turns: what fails for ever must not keep a small budget from all others. What was answered on
# the same day goes by how often it changes.
_PRESSING = """
  CASE
    WHEN f.origin IS NULL OR f.origin <> :origin THEN 0
    WHEN f.status IN ('failed', 'partial') THEN 1
    ELSE 2
  END,
  CASE WHEN f.status IN ('failed', 'partial') THEN f.attempted_at ELSE substr(f.fetched_at, 1, 10) END,
  {changes} DESC,
  f.attempted_at"""
_RECENT_CHANGES = """(
    SELECT count(*) FROM history h WHERE h.repository_id = r.id AND h.day >= (
      SELECT date(max(day), '-90 days') FROM computed_days))"""

_REPOSITORIES = """
SELECT r.id, r.name_with_owner, r.node_id, r.database_id, r.latest_commit_oid, r.status, r.origin, r.first_commit_at,
  f.fetched_at, f.fresh_until, f.status AS fetch_status, f.answered_for_oid, f.origin AS fetch_origin, f.next_try_at,
  r.figures_source, (
    SELECT max(g.fresh_until) FROM fetches g
    WHERE g.source = 'github' AND g.repository_id = r.id AND g.origin = :origin
      AND g.status NOT IN ('failed', 'partial')
  ) AS first_hand_until,
  (SELECT max(published_at) FROM releases x WHERE x.repository_id = r.id) AS newest_release_at,
  r.releases_total, r.created_at,
  CASE :source WHEN 'release_history' THEN (
    SELECT count(*) FROM releases x WHERE x.repository_id = r.id) END AS releases_stored,
  (SELECT min(week) FROM star_weeks w WHERE w.repository_id = r.id) AS oldest_star_week,
  (SELECT max(week) FROM star_weeks w WHERE w.repository_id = r.id) AS newest_star_week,
  (SELECT group_concat(pr.project_id || ' ' || pr.seeded_name, ' ') FROM project_repositories pr
    WHERE pr.repository_id = r.id) AS listed_as
FROM repositories r
LEFT JOIN fetches f ON f.source = :source AND f.repository_id = r.id
WHERE EXISTS (
  SELECT 1 FROM project_repositories pr JOIN projects p ON p.id = pr.project_id
  WHERE pr.repository_id = r.id AND p.removed_at IS NULL
)
ORDER BY {pressing}, r.id
"""

_OWNERS = """
SELECT o.login, o.listed_as,
  f.fetched_at, f.fresh_until, f.status AS fetch_status, f.origin AS fetch_origin, f.next_try_at
FROM (
  SELECT coalesce(r.owner_login, substr(r.name_with_owner, 1, instr(r.name_with_owner, '/') - 1)) AS login,
    group_concat(pr.project_id || ' ' || pr.seeded_name || ' ' || r.name_with_owner, ' ') AS listed_as
  FROM repositories r
  JOIN project_repositories pr ON pr.repository_id = r.id
  JOIN projects p ON p.id = pr.project_id AND p.removed_at IS NULL
  WHERE (r.status IN ('ok', 'empty') AND r.origin = :origin)
    OR (:prospective AND (r.status IS NULL OR r.origin <> :origin))
  GROUP BY login COLLATE NOCASE
) o
LEFT JOIN fetches f ON f.source = :source AND f.subject = o.login
ORDER BY {pressing}, o.login
"""

_PROJECT_ORGS = """
SELECT o.login, o.listed_as,
  CASE WHEN f.fetched_at IS NOT NULL THEN (SELECT count(*) FROM owner_repositories x WHERE x.owner_login = o.login) END
    AS repositories_listed,
  f.fetched_at, f.fresh_until, f.status AS fetch_status, f.origin AS fetch_origin, f.next_try_at
FROM (
  SELECT min(owner_login) AS login, group_concat(project_id || ' ' || owner_login || '/', ' ') AS listed_as
  FROM project_orgs GROUP BY owner_login
) o
LEFT JOIN fetches f ON f.source = :source AND f.subject = o.login
ORDER BY {pressing}, o.login
"""


_FETCHES = """
SELECT f.subject, f.fetched_at, f.fresh_until, f.status AS fetch_status, f.origin AS fetch_origin, f.next_try_at
FROM fetches f WHERE f.source = :source
ORDER BY {pressing}, f.subject
""".format(pressing=_PRESSING.format(changes="NULL"))

_LISTED_BY_ORGANIZATION = """
SELECT p.organization_id, group_concat(p.id || coalesce(' ' || pr.seeded_name, ''), ' ')
FROM projects p LEFT JOIN project_repositories pr ON pr.project_id = p.id
WHERE p.removed_at IS NULL AND p.organization_id IS NOT NULL GROUP BY p.organization_id
"""

RATES = "rates"
"""The subject of sources that know exchange rates."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A subject with what decides whether it is due. Times are UTC texts; None: never, or not known.

    What the other origin brought counts as never asked: a live refresh takes nothing from a recording.
    """

    subject: Subject
    names: tuple[str, ...]
    """What a PATTERN may match: project ids and `owner/name`, as the list has it and as it is now."""
    fetched_at: str | None = None
    fresh_until: str | None = None
    last_status: str | None = None
    repository_status: str | None = None
    first_commit_at: str | None = None
    next_try_at: str | None = None
    """Before it a failure is not tried again."""
    first_hand_until: str | None = None
    """How long GitHub's own figures count as fresh."""
    figures_source: str | None = None


def repository_candidates(connection: sqlite3.Connection, source: str, *, origin: str) -> list[Candidate]:
    """Every repository of a seeded project, the most pressing first."""
    rows = connection.execute(
        _REPOSITORIES.format(pressing=_PRESSING.format(changes=_RECENT_CHANGES)), {"source": source, "origin": origin}
    )
    return [_repository_candidate(row, source, origin) for row in rows]


def _repository_candidate(row: sqlite3.Row, source: str, origin: str) -> Candidate:
    own = row["origin"] == origin
    # A node id that led nowhere is not asked again: the name may lead on, or to somebody else's repository.
    resolves = own and row["status"] not in {"missing", "gone", "replaced"}
    subject = Subject(
        source=source,
        name=row["name_with_owner"],
        repository_id=row["id"],
        node_id=row["node_id"] if resolves else None,
        database_id=row["database_id"] if own else None,
        latest_commit_oid=row["latest_commit_oid"] if own else None,
        answered_for_oid=row["answered_for_oid"] if row["fetch_origin"] == origin else None,
        newest_release_at=row["newest_release_at"] if own else None,
        releases_total=row["releases_total"] if own else None,
        releases_stored=row["releases_stored"] or 0 if own else 0,
        created_at=row["created_at"] if own else None,
        oldest_star_week=row["oldest_star_week"] if own else None,
        newest_star_week=row["newest_star_week"] if own else None,
    )
    return Candidate(
        subject=subject,
        names=(*row["listed_as"].split(" "), row["name_with_owner"]),
        repository_status=row["status"] if own else None,
        first_commit_at=row["first_commit_at"] if own else None,
        first_hand_until=row["first_hand_until"],
        figures_source=row["figures_source"] if own else None,
        **_fetch(row, origin),
    )


def owner_candidates(connection: sqlite3.Connection, source: str, *, origin: str, prospective: bool) -> list[Candidate]:
    """Every account that owns a repository with an answer; with `prospective`, of those still to be asked, too."""
    parameters = {"source": source, "origin": origin, "prospective": prospective}
    rows = connection.execute(_OWNERS.format(pressing=_PRESSING.format(changes="NULL")), parameters)
    return [
        Candidate(
            subject=Subject(source=source, name=row["login"]),
            names=tuple(row["listed_as"].split(" ")),
            **_fetch(row, origin),
        )
        for row in rows
    ]


def project_org_candidates(connection: sqlite3.Connection, source: str, *, origin: str) -> list[Candidate]:
    """Every account that belongs to a project of the list as a whole, the most pressing first.

    A PATTERN matches it by the project's id, or by all that stands before the names of its repositories: `owner/*`.
    """
    query = _PROJECT_ORGS.format(pressing=_PRESSING.format(changes="NULL"))
    return [
        Candidate(
            subject=Subject(source=source, name=row["login"], repositories_listed=row["repositories_listed"]),
            names=tuple(row["listed_as"].split(" ")),
            **_fetch(row, origin),
        )
        for row in connection.execute(query, {"source": source, "origin": origin})
    ]


def organization_candidates(
    connection: sqlite3.Connection, source: str, identifier: str, *, origin: str
) -> list[Candidate]:
    """Every organisation that the source can be asked about, once by each identifier; the most pressing first."""
    named: dict[str, list[str]] = {}
    by_list_alone = origin == "live" and is_recorded(connection)
    known = listed_identifiers(connection) if by_list_alone else identifiers(connection)
    if identifier == "opencollective":
        for organization_id, slug in collectives(connection, origin).items():
            known[organization_id].setdefault(identifier, slug)
    for organization_id, of_one in known.items():
        name = organization_id if identifier == "id" else of_one.get(identifier)
        if name and identifier == "ticker":
            name = _listed_as(name, of_one, [known[ids[0]] for ids in named.values()])
        if name:
            named.setdefault(name, []).append(organization_id)
    if identifier == "ticker":
        for organization_id, cap in newest_market_caps(connection, source).items():
            known.get(organization_id, {})["last_market_cap"] = cap
    fetched = {row["subject"]: row for row in connection.execute(_FETCHES, {"source": source, "origin": origin})}
    listed: dict[str, str] = dict(connection.execute(_LISTED_BY_ORGANIZATION).fetchall())
    candidates = [
        Candidate(
            subject=Subject(
                source=source, name=name, organization_ids=tuple(ids), identifiers={"id": ids[0]} | known[ids[0]]
            ),
            names=tuple(word for one in ids for word in (one, *listed.get(one, "").split())),
            **(_fetch(fetched[name], origin) if name in fetched else {}),
        )
        for name, ids in named.items()
    ]
    order = {subject: place for place, subject in enumerate(fetched)}
    return sorted(candidates, key=lambda one: order.get(one.subject.name, -1))


def _listed_as(ticker: str, of_one: dict[str, str], others: list[dict[str, str]]) -> str:
    """A ticker that means another company on another exchange goes with that exchange's name."""
    first = next((other for other in others if other["ticker"] == ticker), of_one)
    exchange = of_one.get("exchange", "")
    is_another = exchange.casefold() != first.get("exchange", "").casefold()
    return f"{ticker} ({exchange or 'no exchange'})" if is_another else ticker


def rates_candidates(connection: sqlite3.Connection, source: str, *, origin: str) -> list[Candidate]:
    """The one table of rates, with the newest day of it that is stored."""
    row = connection.execute(_FETCHES, {"source": source, "origin": origin}).fetchone()
    newest = newest_rates_day(connection, source)
    subject = Subject(source=source, name=RATES, identifiers={"newest_day": newest} if newest else {})
    return [Candidate(subject=subject, names=(), **(_fetch(row, origin) if row else {}))]


def _fetch(row: sqlite3.Row, origin: str) -> dict[str, str | None]:
    if row["fetch_origin"] != origin:
        return {}
    return {
        "fetched_at": row["fetched_at"],
        "fresh_until": row["fresh_until"],
        "last_status": row["fetch_status"],
        "next_try_at": row["next_try_at"],
    }
