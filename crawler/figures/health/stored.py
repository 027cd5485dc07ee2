"""The health of the newest refresh as the store holds it, with whose figure each input is."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from msgspec import Struct

from crawler.figures.health.measures import MEASURES
from crawler.figures.health.scoring import ARCHIVED

_ORDER = {name: place for place, name in enumerate((*MEASURES, ARCHIVED))}

_HEALTH = """
SELECT p.id AS project_id, p.name AS project, r.name_with_owner AS repository, d.day, d.origin, h.day AS since,
  h.score, h.known, h.total, h.rules, r.url, r.figures_source, r.figures_source_url, r.figures_observed_at,
  (SELECT f.fetched_at FROM fetches f WHERE f.source = 'github' AND f.repository_id = r.id) AS github_at,
  (SELECT f.fetched_at FROM fetches f WHERE f.source = 'contributors' AND f.repository_id = r.id) AS contributors_at,
  s.source_url AS scorecard_url, s.fetched_at AS scorecard_at
FROM projects p
JOIN health h ON h.project_id = p.id AND h.day = (SELECT max(day) FROM health x WHERE x.project_id = p.id)
JOIN computed_days d ON d.day = (SELECT max(day) FROM computed_days)
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
LEFT JOIN scorecards s ON s.repository_id = r.id
WHERE p.removed_at IS NULL
"""
_HEALTHIEST = "ORDER BY h.score IS NULL, h.score DESC, p.id"

_SCORES = "SELECT day, score FROM health WHERE project_id = ? ORDER BY day"

_NAMES = """
SELECT p.id, coalesce(group_concat(pr.seeded_name || ' ' || r.name_with_owner, ' '), '') AS names
FROM projects p
LEFT JOIN project_repositories pr ON pr.project_id = p.id
LEFT JOIN repositories r ON r.id = pr.repository_id
WHERE p.removed_at IS NULL GROUP BY p.id
"""


class StoredInput(Struct, frozen=True, kw_only=True):
    """A row of `health_inputs`, and where the figure comes from; None where there is no figure."""

    input: str
    value: str | None
    score: int | None
    weight: int
    share: int | None
    reason: str
    source: str | None
    source_url: str | None
    observed_at: str | None


class StoredHealth(Struct, frozen=True, kw_only=True):
    """The health of a project on the newest day with figures; it has been the same since the day `since`."""

    project_id: str
    project: str
    repository: str | None
    day: str
    origin: str
    since: str
    score: int | None
    known: int
    total: int
    rules: str
    """Fingerprint of the rules that were used."""
    inputs: tuple[StoredInput, ...]

    @property
    def weakest(self) -> list[StoredInput]:
        """The inputs that cost any points, those that cost the most first; that it is archived before all others."""
        scored = [one for one in self.inputs if one.score is not None and one.weight * (100 - one.score)]
        scored.sort(key=lambda one: -one.weight * (100 - (one.score or 0)))
        return [one for one in self.inputs if (one.share or 0) < 0] + scored


def read_health(connection: sqlite3.Connection) -> list[StoredHealth]:
    """The health of every project of the list, the healthiest first, those without a score at the end."""
    inputs: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute("SELECT * FROM health_inputs"):
        inputs[row["project_id"]].append(row)
    return [_health(row, inputs[row["project_id"]]) for row in connection.execute(_HEALTH + _HEALTHIEST)]


def read_health_of(connection: sqlite3.Connection, project_id: str) -> StoredHealth | None:
    """The health of one project of the list; None where it was not computed yet."""
    row = connection.execute(f"{_HEALTH} AND p.id = ?", [project_id]).fetchone()
    if row is None:
        return None
    inputs = connection.execute("SELECT * FROM health_inputs WHERE project_id = ?", [project_id])
    return _health(row, inputs.fetchall())


def read_scores(connection: sqlite3.Connection, project_id: str) -> list[tuple[date, int | None]]:
    """The scores of a project from each day on which its health changed; None: too little was known."""
    rows = connection.execute(_SCORES, [project_id])
    return [(date.fromisoformat(row["day"]), row["score"]) for row in rows]


def project_names(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """By id of each project of the list what a PATTERN may match: the id, `owner/name` as listed and as it is now."""
    return {row["id"]: (row["id"], *row["names"].split()) for row in connection.execute(_NAMES)}


def _health(row: sqlite3.Row, inputs: list[sqlite3.Row]) -> StoredHealth:
    fields = StoredHealth.__struct_fields__
    ordered = sorted(inputs, key=lambda one: _ORDER[one["input"]])
    return StoredHealth(
        **{name: row[name] for name in fields if name != "inputs"},
        inputs=tuple(_input(one, row) for one in ordered),
    )


def _input(one: sqlite3.Row, row: sqlite3.Row) -> StoredInput:
    values: dict[str, Any] = {name: one[name] for name in ("input", "value", "score", "weight", "share", "reason")}
    source, url, moment = (None, None, None) if one["value"] is None else _told_by(one["input"], row)
    if row["origin"] == "sandbox" and source:
        moment = row["day"]  # when it was recorded; it was served just now
    return StoredInput(**values, source=source, source_url=url, observed_at=moment)


def _told_by(name: str, row: sqlite3.Row) -> tuple[str | None, str | None, str | None]:
    """Whose figure an input is, where it stands, and of when it is."""
    if name == "scorecard":
        return name, row["scorecard_url"], row["scorecard_at"]
    if name == "contributors":
        return name, row["url"], row["contributors_at"]
    if row["github_at"]:
        return "github", row["url"], row["github_at"]
    return row["figures_source"], row["figures_source_url"], row["figures_observed_at"]
