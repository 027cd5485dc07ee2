"""The page of what is fresh, stale or failing, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct

from crawler import clock
from crawler.figures.old_figures import read_old_figures
from crawler.site.asked import Asked, Page
from crawler.store import freshness as stored
from crawler.store.restricted import restricted_sources

T = TypeVar("T")

MOST = 25
"""A table shows so many; the others are in the data."""
RUNS = 5


class Part(Struct, frozen=True, kw_only=True):
    """The first rows of a table, how many more there are, and where."""

    rows: Sequence[Any]
    more: int
    href: str | None


def page(asked: Asked) -> Page:
    """How fresh everything is, counted from now; for recorded figures and in a folder, from the newest refresh."""
    if asked.past_day:
        # Of refreshes and answers only the newest are kept.
        return Page(template="freshness.html", title=asked.texts("freshness.title"), values={})
    connection = asked.connection
    runs = stored.last_runs(connection, most=RUNS)
    now = _now(asked, runs)
    moment = clock.to_text(now)
    without = frozenset[str]()
    if not asked.with_restricted:
        without = asked.once("freshness.restricted", lambda: restricted_sources(connection))
    every = stored.by_source(connection, now=moment)
    sources = [row for row in every if row["source"] not in without]
    due_again = sum(row["stale"] for row in sources)
    projects = asked.once("freshness.projects", lambda: _projects(asked))
    # What does not depend on the moment is worked out once.
    due = asked.once("freshness.due", lambda: stored.next_due(connection))
    fresh, total = stored.fresh_projects(connection, now=moment)
    never, oldest = asked.once("freshness.oldest", lambda: stored.oldest_answer(connection))
    states = asked.once("freshness.states", lambda: stored.states(connection))
    repositories = asked.once("freshness.repositories", lambda: stored.unusual_repositories(connection, most=MOST))
    unusual = sum(number for state, number in states.items() if state != "ok")
    old = asked.once(
        "freshness.money", lambda: read_old_figures(connection, asked.today, with_restricted=asked.with_restricted)
    )
    unplaced = [card for card in asked.board.cards.values() if card.repository is None]
    failing = sum(row["failed"] for row in sources)
    data = asked.links.data
    return Page(
        template="freshness.html",
        title=asked.texts("freshness.title"),
        values={
            "now": moment,
            "is_recorded": asked.board.snapshot.recorded_on is not None,
            "fresh": fresh,
            "total": total,
            "never": never,
            "oldest": oldest,
            "oldest_age": _ago(asked, now, oldest),
            "failing": failing,
            "runs": [row | {"how": outcome(asked, row), "age": _ago(asked, now, row["started_at"])} for row in runs],
            "run_sources": _run_sources(asked, runs, without),
            "sources": [
                row
                | {
                    "brings": _word(asked, "freshness.brings.", row["source"], default=""),
                    "age": _ago(asked, now, row["oldest"]),
                    "due": _due(asked, due.get(row["source"]), moment),
                }
                for row in sources
            ],
            "left_out": len(every) - len(sources),
            "projects": projects,
            "stale": _part(
                stored.stale(connection, now=moment, most=MOST, without=without), due_again, data("fetches")
            ),
            "failures": _part(stored.failures(connection, most=MOST, without=without), failing, data("unanswered")),
            "states": [(state_name(asked, state), number) for state, number in _in_order(states)],
            "repositories": _part(
                [
                    row
                    | {
                        "state": state_name(asked, row["status"]),
                        "why": row["status_note"] or _word(asked, "freshness.why.", row["status"] or "never"),
                    }
                    for row in repositories
                ],
                unusual,
                data("repositories", status__not="ok"),
            ),
            "refused": _refused(asked, without),
            "old": _part(old[:MOST], len(old), data("money_figures")),
            "old_counts": sorted(Counter(one.freshness for one in old).items()),
            "unplaced": _part(unplaced[:MOST], len(unplaced), asked.links.page("projects")),
        },
    )


def _projects(asked: Asked) -> dict[str, str]:
    """By name of a primary repository, in small letters, the id of its project."""
    return {card.repository.casefold(): card.id for card in asked.board.cards.values() if card.repository}


def outcome(asked: Asked, run: dict[str, Any]) -> str:
    """How a run ended, in words."""
    return _word(asked, "freshness.outcome.", run["outcome"] or "running")


def state_name(asked: Asked, state: str | None) -> str:
    """The state of a repository in words."""
    return _word(asked, "freshness.state.", state or "never")


def _word(asked: Asked, prefix: str, value: str, default: str | None = None) -> str:
    """What the catalogue calls a value; one that it does not have by `default`, or by the value itself."""
    key = f"{prefix}{value.replace(' ', '_')}"
    return asked.texts(key) if key in asked.texts else value if default is None else default


def _now(asked: Asked, runs: Sequence[dict[str, Any]]) -> datetime:
    if runs and (asked.links.is_static or asked.board.snapshot.recorded_on is not None):
        return clock.from_text(runs[0]["ended_at"] or runs[0]["started_at"])
    return clock.now()


def _ago(asked: Asked, now: datetime, then: str | None) -> str:
    """How long ago, in the largest unit that is at least one, rounded down; empty where nothing is known."""
    if then is None:
        return ""
    minutes = max(0, (now - clock.from_text(then)) // timedelta(minutes=1))
    if not minutes:
        return asked.texts("freshness.just_now")
    if minutes >= 24 * 60:
        age = asked.texts("freshness.age.days", n=minutes // (24 * 60))
    elif minutes >= 60:
        age = asked.texts("freshness.age.hours", n=minutes // 60)
    else:
        age = asked.texts("freshness.age.minutes", n=minutes)
    return asked.texts("freshness.ago", age=age)


def _due(asked: Asked, due: str | None, moment: str) -> str:
    """When the next one is asked: a day in the last years of the calendar stands for never again."""
    if due is None or due >= f"{clock.END_YEAR}":
        return asked.texts("freshness.never_again")
    return asked.texts("freshness.due.now") if due <= moment else due[:10]


def _run_sources(asked: Asked, runs: Sequence[dict[str, Any]], without: frozenset[str]) -> list[dict[str, Any]]:
    rows = stored.run_sources(asked.connection, runs[0]["id"]) if runs else []
    return [row for row in rows if row["source"] not in without]


def _refused(asked: Asked, without: frozenset[str]) -> Part:
    # There are never many: each answer replaces what the one before it had of them.
    rows = stored.refused_values(asked.connection, without=without)
    return _part(rows[:MOST], len(rows), asked.links.data("refused_values"))


def _in_order(states: dict[str | None, int]) -> list[tuple[str | None, int]]:
    """The unusual ones, the most frequent first."""
    return sorted(((state, number) for state, number in states.items() if state != "ok"), key=lambda pair: -pair[1])


def _part(rows: Sequence[T], total: int, href: str | None) -> Part:
    return Part(rows=rows, more=max(0, total - len(rows)), href=href)
