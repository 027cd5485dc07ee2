"""The page of what changed, newest first, how the landscape grew, and the feed of changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from crawler.news.atom import landscape_feed
from crawler.news.reading import Count, birth, read_some
from crawler.site.asked import Asked, Page
from crawler.site.charts import Chart, bars
from crawler.site.pages.changes_asked import (
    DETAILS,
    PERIODS,
    Chosen,
    all_counts,
    counts_of,
    known_kinds,
    read_chosen,
    wanted_of,
)
from crawler.site.pages.changes_shown import MARKS, OTHER, QUICK, by_month
from crawler.site.pages.growth import SPANS, growth_counts, made_of, movers

ON_A_PAGE = 50
IN_THE_FEED = 100
MOST_STATIC_PAGES = 20
"""A site in a folder has so many pages of all changes, and the first one of each kind."""
MONTHS = 24
"""The chart shows so many."""
BRIEFLY = 5
"""So many of the most grown stand above the changes."""


def page(asked: Asked) -> Page:
    """What changed, or with `show=growth` how the landscape grew."""
    if asked.query.one_of("show", ("changes", "growth"), "changes") == "growth":
        return _growth(asked)
    chosen = read_chosen(asked)
    counts = counts_of(chosen, asked)
    of_kinds = [count for count in counts if not chosen.kinds or count.kind in chosen.kinds]
    left_out = 0 if asked.with_restricted else sum(count.restricted for count in of_kinds)
    total = sum(map(_shown(asked), of_kinds))
    pages = max(1, -(-total // ON_A_PAGE))
    number = asked.query.number("page", 1, most=pages)
    events = read_some(
        asked.connection,
        wanted_of(chosen, asked),
        most=ON_A_PAGE,
        after=(number - 1) * ON_A_PAGE,
        with_restricted=asked.with_restricted,
    )
    return Page(
        template="changes.html",
        title=asked.texts("changes.title"),
        values={
            "show": "changes",
            "is_first": not all_counts(asked),
            "chosen": chosen,
            "months": by_month(events, asked),
            "total": total,
            "left_out": left_out,
            "number": number,
            "pages": pages,
            "last_linked": _last_linked(asked, chosen, pages),
            "kinds": _kinds(asked, chosen, counts),
            "periods": tuple(PERIODS),
            "details": DETAILS,
            "on_a_page": ON_A_PAGE,
            "project": _project_name(asked, chosen),
            "quick": _quick(asked),
            "chart": _by_month(asked, of_kinds),
            "movers": movers(asked, chosen.category, "month", BRIEFLY) if number == 1 else None,
        },
    )


def feed(asked: Asked) -> str:
    """The newest changes as Atom, with the choices of the page apart from the time: the feed of `crawler changes`."""
    chosen = read_chosen(asked, with_period=False)
    wanted = wanted_of(chosen, asked)
    events = read_some(asked.connection, wanted, most=IN_THE_FEED, with_restricted=asked.with_restricted)
    return landscape_feed(
        events,
        wanted,
        born=birth(asked.connection),
        with_restricted=asked.with_restricted,
        found_at=asked.links.page("feed", **chosen.feed_query),
    )


def _growth(asked: Asked) -> Page:
    category = asked.query.one_of("category", asked.board.categories, "")
    return Page(
        template="changes.html",
        title=asked.texts("growth.title"),
        values={
            "show": "growth",
            "category": category,
            "counts": growth_counts(asked),
            "made_of": made_of(asked),
            "spans": [movers(asked, category, span) for span in SPANS],
            "is_first": not any(movers(asked, "", span).known for span in SPANS),
        },
    )


def _shown(asked: Asked) -> Callable[[Count], int]:
    """How many events of a count may be shown here."""
    return lambda count: count.shown + count.restricted * asked.with_restricted


def _kinds(asked: Asked, chosen: Chosen, counts: Iterable[Count]) -> list[dict[str, Any]]:
    """Every kind with how many of it there are under the other choices; those without any only if they are chosen."""
    number, shown = Counter[str](), _shown(asked)
    for count in counts:
        number[count.kind] += shown(count)
    return [
        {
            "id": kind,
            "name": kind_name(asked, kind),
            "mark": MARKS.get(kind, OTHER),
            "number": number[kind],
            "is_chosen": kind in chosen.kinds,
        }
        for kind in known_kinds(asked)
        if number[kind] or kind in chosen.kinds
    ]


def kind_name(asked: Asked, kind: str) -> str:
    """What events of that kind are called; one without words of ours by its own name."""
    key = f"changes.kind.{kind}"
    return asked.texts(key) if key in asked.texts else kind.replace("_", " ")


def _quick(asked: Asked) -> list[tuple[str, str]]:
    """Name and address of the questions that many have, of which there is something to see."""
    shown = _shown(asked)
    there = {count.kind for count in all_counts(asked) if shown(count)}
    return [
        (asked.texts(f"changes.quick.{name}"), asked.links.page("changes", **query))
        for name, query in QUICK.items()
        if there.intersection(query["kind"])
    ]


def _last_linked(asked: Asked, chosen: Chosen, pages: int) -> int:
    """Up to which page there are links: a site in a folder has only so many."""
    if not asked.links.is_static:
        return pages
    return min(pages, MOST_STATIC_PAGES) if chosen.is_all else 1


def _project_name(asked: Asked, chosen: Chosen) -> str:
    card = asked.board.cards.get(chosen.project)
    return card.name if card else chosen.project


def _first_month(asked: Asked) -> str:
    """The month from which on events are told: that of the first refresh."""
    (day,) = asked.connection.execute("SELECT min(day) FROM computed_days").fetchone()
    return str(day)[:7]


def _by_month(asked: Asked, counts: Sequence[Count]) -> Chart:
    """The events by month up to that of the newest figures; those of which only the year is known are not in it."""
    number, shown = Counter[str](), _shown(asked)
    for count in counts:
        number[count.month] += shown(count)
    year, month = asked.today.year, asked.today.month
    # Before the first refresh and the first event nothing is known of what happened.
    known = min([_first_month(asked), *(count.month for count in counts if count.month)])
    names = [f"{(year * 12 + month - 1 - back) // 12}-{(month - 1 - back) % 12 + 1:02}" for back in range(MONTHS)]
    told = [name for name in reversed(names) if name >= known]
    values = [(name, float(number[name])) for name in told] if any(number[name] for name in told) else []
    return bars(asked.texts("changes.by_month"), values, unit=asked.texts("changes.unit"), texts=asked.texts)
