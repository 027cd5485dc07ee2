"""The charts of a repository: stars, commits, releases and languages."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from crawler.export.block import FIRST_HAND
from crawler.site.asked import Asked
from crawler.site.charts import Chart, Series, bars, lines, shares
from crawler.site.pages.project_facts import seen_on
from crawler.site.reading.counted import OWN, Count, Past, read_past, step_of, thin
from crawler.site.reading.releases import Releases, quarter_of
from crawler.site.reading.weeks import read_commit_weeks

MOST_QUARTERS = 32
"""Bars of releases: eight years."""


class Told(Struct, frozen=True, kw_only=True):
    """A chart, and in sentences where its figures come from."""

    chart: Chart
    notes: tuple[str, ...]


def past_of(asked: Asked, row: sqlite3.Row, count: Count) -> Past:
    """How a count of a repository has developed; the newest word on its stars ends the line only if it is GitHub's."""
    is_own = count != "stars" or row["figures_source"] in {FIRST_HAND, None}
    seen = seen_on(asked, row["fetched_at"], row["origin"])
    now = (seen, row[count]) if seen and is_own and row[count] is not None else None
    return read_past(asked.connection, row["id"], count, now)


def past_chart(asked: Asked, row: sqlite3.Row, count: Count) -> Told:
    """A line of the past of one count."""
    past = past_of(asked, row, count)
    # One point is no development: the fact says it already.
    points = thin(past.points, step_of([past.points])) if len(past.points) > 1 else ()
    series = [Series(name=asked.texts(f"project.fact.{count}"), points=points)] if points else []
    chart = lines(
        asked.texts(f"project.chart.{count}"), series, unit=asked.texts(f"project.unit.{count}"), texts=asked.texts
    )
    return Told(chart=chart, notes=tuple(_told(asked, past)) if points else ())


def commits_chart(asked: Asked, row: sqlite3.Row) -> Told:
    """Commits a week; where GitHub told none, those of a year as they were counted on each day."""
    weeks = read_commit_weeks(asked.connection, row["id"], asked.today)
    if not weeks:
        of_years = past_chart(asked, row, "commits_last_year")
        return Told(chart=of_years.chart, notes=(asked.texts("project.chart.commits.of_years"), *of_years.notes))
    chart = bars(
        asked.texts("project.chart.commits"),
        [(week.isoformat(), commits) for week, commits in weeks],
        unit=asked.texts("project.unit.commits"),
        texts=asked.texts,
    )
    return Told(chart=chart, notes=(asked.texts("project.chart.commits.note"),))


def release_chart(asked: Asked, releases: Releases) -> Told:
    """Bars by quarter, from the oldest known release to today."""
    until = quarter_of(asked.today.isoformat())
    values = [
        (asked.texts("project.quarter", year=str(year), quarter=quarter), number)
        for (year, quarter), number in releases.by_quarter(until, MOST_QUARTERS)
    ]
    chart = bars(
        asked.texts("project.chart.releases"), values, unit=asked.texts("project.unit.releases"), texts=asked.texts
    )
    return Told(chart=chart, notes=(release_note(asked, releases),))


def release_note(asked: Asked, releases: Releases) -> str:
    """How many of all releases are known."""
    if releases.total is None:
        return asked.texts("project.releases.some", n=releases.known)
    if releases.is_whole:
        return asked.texts("project.releases.whole", n=releases.known)
    return asked.texts("project.releases.part", n=releases.known, total=releases.total)


def language_chart(asked: Asked, languages: list[tuple[str, int]]) -> Chart:
    """Shares of languages by bytes of code."""
    parts = [(language, float(size)) for language, size in languages if size]
    unit = asked.texts("project.unit.languages")
    return shares(asked.texts("project.chart.languages"), parts, unit=unit, texts=asked.texts)


def _told(asked: Asked, past: Past) -> list[str]:
    return [
        asked.texts(
            f"project.past.{part.source}" if part.source in {OWN, FIRST_HAND} else "project.past.others",
            since=part.first,
            until=part.last,
            source=part.source,
        )
        for part in reversed(past.parts)
    ]
