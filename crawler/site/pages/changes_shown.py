"""An event as a reader sees it: a sentence with its mark, where it leads, and when it happened and was noticed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_skeleton
from msgspec import Struct

from crawler.news.event import Event
from crawler.news.words import LEFT_OPEN_SOURCE, link, who, words
from crawler.site.asked import Asked

MARKS = {
    "release": "release",
    "archived": "archive",
    "revived": "begin",
    "renamed": "name",
    "transferred": "name",
    "replaced": "end",
    "gone": "end",
    "back": "begin",
    "license_changed": "license",
    "default_branch_changed": "name",
    "star_milestone": "star",
    "star_burst": "star",
    "activity_stopped": "quiet",
    "activity_resumed": "begin",
    "seed_added": "begin",
    "seed_removed": "end",
    "funding_round": "money",
    "acquired": "money",
    "value_moved": "money",
}
"""By kind of event the mark beside it, of those that `change_marks.html` draws."""
OTHER = "other"
QUICK: dict[str, dict[str, Any]] = {
    "left": {"kind": ["license_changed"], LEFT_OPEN_SOURCE[0]: LEFT_OPEN_SOURCE[1]},
    "archived": {"kind": ["archived"]},
    "quiet": {"kind": ["activity_stopped"]},
    "major": {"kind": ["release"], "level": "major"},
    "funding": {"kind": ["funding_round", "acquired"]},
    "value": {"kind": ["value_moved"]},
}
"""Questions that many have, as parameters of the address."""


class Entry(Struct, frozen=True, kw_only=True):
    """An event to be shown."""

    mark: str
    head: str
    """The beginning of the sentence, which leads to `href`; empty: it does not begin with whom it is about."""
    rest: str
    href: str | None
    organization: tuple[str, str] | None
    """Name and page, where neither the head nor the sentence leads there."""
    at: str
    """A day, or a month or year where no more is known."""
    noticed: str
    """The day, empty if it was that on which it happened."""
    source: str
    source_href: str | None
    is_restricted: bool


class Month(Struct, frozen=True, kw_only=True):
    """Events that happened in one month, or in one year where no more is known."""

    name: str
    entries: tuple[Entry, ...]


def by_month(events: Iterable[Event], asked: Asked) -> list[Month]:
    """The events in their order, under their months."""
    months = groupby(events, lambda event: event.at[:7])
    return [
        Month(name=month_name(month, asked), entries=tuple(entry(event, asked) for event in found))
        for month, found in months
    ]


def month_name(month: str, asked: Asked) -> str:
    """`September 2023` in the language of the page; text that is no month as it is."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        return month
    return str(format_skeleton("yMMMM", day, locale=asked.texts.language))


def entry(event: Event, asked: Asked) -> Entry:
    """The event to be shown."""
    said, whom = words(event), who(event)
    begins = said.sentence.startswith(whom)
    organization_id = event.organization_id or (event.scope or "").removeprefix("organization:")
    organization = asked.board.organizations.get(organization_id)
    page = asked.links.page("organization", organization.id) if organization else None
    if event.project_id in asked.board.cards:
        href: str | None = asked.links.page("project", event.project_id)
        beside = (organization.name, page) if organization and page else None
    else:
        href, beside = page, None
    if organization and page and not begins:
        beside = (organization.name, page)
    address = link(event)
    host = (urlsplit(address).hostname or "") if address else ""
    return Entry(
        mark=MARKS.get(event.kind, OTHER),
        head=whom if begins else "",
        rest=said.sentence.removeprefix(whom) if begins else said.sentence,
        href=href,
        organization=beside,
        at=event.at[:10],
        noticed=event.observed_at[:10] if event.observed_at[: len(event.at[:10])] > event.at[:10] else "",
        source=host or event.source or "",
        source_href=address,
        is_restricted=event.is_restricted,
    )
