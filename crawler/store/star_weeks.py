"""Writes star history: what each week of a repository's past has gained, and the stars that it ended with."""

from __future__ import annotations

import sqlite3

import msgspec

from crawler.model import StarHistory


def write_star_weeks(connection: sqlite3.Connection, repository_id: int, history: StarHistory) -> None:
    """Add weeks, newest first: the newest there are, which replace what is stored of them, or those just before the
    oldest that is stored.

    Stars at a week's end are counted back from the repository's present stars, or from that oldest week. Whoever has
    taken a star back is missing from both; where more were gained than there are, the count stays at zero. A
    repository whose present stars are not known gets no weeks: there is nothing to count from.
    """
    weeks = history.weeks
    if not weeks:
        return
    stored = connection.execute(
        "SELECT week, gained, stars, (SELECT max(week) FROM star_weeks WHERE repository_id = :id) AS newest"
        " FROM star_weeks WHERE repository_id = :id ORDER BY week LIMIT 1",
        {"id": repository_id},
    ).fetchone()
    if stored is None or weeks[0].week >= stored["newest"]:
        stars = connection.execute("SELECT stars FROM repositories WHERE id = ?", [repository_id]).fetchone()["stars"]
    else:
        weeks = tuple(week for week in weeks if week.week < stored["week"])
        stars = max(0, stored["stars"] - stored["gained"])
    if stars is None:
        return
    rows = []
    for week in weeks:
        gained = sum(week.days)
        rows.append((repository_id, week.week, gained, msgspec.json.encode(week.days).decode(), stars))
        stars = max(0, stars - gained)
    connection.executemany(
        "INSERT OR REPLACE INTO star_weeks (repository_id, week, gained, days, stars) VALUES (?, ?, ?, ?, ?)", rows
    )
