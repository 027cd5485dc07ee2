"""Which events the address of the page of changes, or of its feed, asks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.news.periods import Period, midnight, period_of
from crawler.news.reading import Count, Wanted, count_events
from crawler.news.words import KINDS, LEVELS
from crawler.site.asked import Asked, WrongQuery

PERIODS = {"all": None, "30": 30, "90": 90, "365": 365}
"""By name in the address the days that count, back from the day of the figures; None: all."""
ALL = "all"
DETAILS = {"open_source": ("left", "joined"), "level": tuple(LEVELS)}
"""What an event's `detail` may be asked to say."""
_NEAR = 5
_EARLIEST, _LATEST = date(1970, 1, 1), date(9000, 1, 1)


class Chosen(Struct, frozen=True, kw_only=True):
    """The choice of a reader, as its parts stand in the address; empty where nothing is chosen."""

    kinds: tuple[str, ...]
    project: str
    """An id."""
    category: str
    details: dict[str, str]
    period: str
    """One of `PERIODS`, which `since` and `until` override."""
    since: str
    until: str

    @property
    def query(self) -> dict[str, Any]:
        """The parameters of an address that asks for the same."""
        period = "" if self.period == ALL or self.since or self.until else self.period
        return self.feed_query | {"period": period, "since": self.since, "until": self.until}

    @property
    def feed_query(self) -> dict[str, Any]:
        """The same for the feed, which has no period."""
        return {"kind": list(self.kinds), "project": self.project, "category": self.category, **self.details}

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not any(self.query.values())


def read_chosen(asked: Asked, *, with_period: bool = True) -> Chosen:
    """What the address asks for. WrongQuery for what cannot be."""
    query = asked.query
    kinds = tuple(query.all("kind"))
    for kind in kinds:
        if kind not in known_kinds(asked):
            raise WrongQuery("kind", kind, list(known_kinds(asked)))
    details = {name: query.one_of(name, allowed, "") for name, allowed in DETAILS.items()}
    return Chosen(
        kinds=kinds,
        project=_project(asked, query.first("project")),
        category=query.one_of("category", asked.board.categories, ""),
        details={name: value for name, value in details.items() if value},
        period=query.one_of("period", PERIODS, ALL) if with_period else ALL,
        since=_day(asked, "since") if with_period else "",
        until=_day(asked, "until") if with_period else "",
    )


def wanted_of(chosen: Chosen, asked: Asked, *, kinds: Collection[str] | None = None) -> Wanted:
    """The choice as the news know it; `kinds` in place of its own."""
    return Wanted(
        period=_period(chosen, asked),
        kinds=chosen.kinds if kinds is None else tuple(kinds),
        projects=(chosen.project,) if chosen.project else (),
        categories=(chosen.category,) if chosen.category else (),
        details=tuple(chosen.details.items()),
    )


def known_kinds(asked: Asked) -> tuple[str, ...]:
    """All kinds that there may be, those that we have words for first."""
    return tuple(dict.fromkeys([*KINDS, *(count.kind for count in all_counts(asked))]))


def all_counts(asked: Asked) -> list[Count]:
    """The events of all time by month and kind."""
    return asked.once("changes.counts.all", lambda: count_events(asked.connection, Wanted(period=None)))


def counts_of(chosen: Chosen, asked: Asked) -> list[Count]:
    """How many events there are for the choice, of any kind, by month and kind."""
    # What only events of one kind say need not be looked for in the others.
    wanted = wanted_of(chosen, asked, kinds=chosen.kinds if chosen.details else ())
    if chosen.project or chosen.category or chosen.details or chosen.since or chosen.until:
        return count_events(asked.connection, wanted)
    # There are only so many of these, and they are the slowest.
    name = f"changes.counts.{chosen.period}"
    return asked.once(name, lambda: count_events(asked.connection, wanted))


def _period(chosen: Chosen, asked: Asked) -> Period | None:
    if chosen.since or chosen.until:
        since = date.fromisoformat(chosen.since) if chosen.since else _EARLIEST
        until = date.fromisoformat(chosen.until) if chosen.until else None
        try:
            return period_of(since, until, midnight(asked.today))
        except UsageFault:
            raise WrongQuery("since", chosen.since, [f"…–{chosen.until}"], are_values=False) from None
    days = PERIODS[chosen.period]
    return None if days is None else Period(midnight(asked.today - timedelta(days=days)), None, "")


def _day(asked: Asked, name: str) -> str:
    """The day of a parameter in its usual form; empty where it is left out."""
    text = asked.query.first(name)
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day < _LATEST:
        raise WrongQuery(name, text, [asked.today.isoformat()])
    return day.isoformat()


def _project(asked: Asked, text: str) -> str:
    """The id of the project that is called so, by id or name; those that have left the list are found, too."""
    if not text or text in asked.board.cards:
        return text
    # As far as SQLite folds: ASCII.
    found = asked.connection.execute(
        "SELECT id FROM projects WHERE id = :text OR name = :text COLLATE NOCASE"
        " ORDER BY id <> :text, removed_at IS NOT NULL, position LIMIT 1",
        {"text": text},
    ).fetchone()
    if found is None:
        near = get_close_matches(text[:100].casefold(), asked.board.cards, n=_NEAR, cutoff=0.6)
        raise WrongQuery("project", text, near or list(asked.board.cards)[:_NEAR])
    return str(found["id"])
