"""Events as a newsletter: Markdown about one period, what matters most first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from msgspec import Struct

from crawler.export.attributions import attributions
from crawler.figures import forms
from crawler.news.event import Event
from crawler.news.growth import Growth
from crawler.news.markdown_text import escaped, linked
from crawler.news.words import LEVELS, left_open_source, level, link, web_address, who, words
from crawler.printable import plain

MOST_GROWN = 10
"""So many of those that have grown most, and of those that fade."""
IN_SHORT = ("patch", "pre")
"""Releases of so little weight that all of them are one entry."""


class Section(Struct, frozen=True):
    """A heading and the kinds of events under it."""

    title: str
    kinds: tuple[str, ...]


LEFT = Section("Left open source", ())
OTHERS = Section("Also", ())
RELEASES = "Releases"
SECTIONS = (
    LEFT,
    Section("Archived, gone or gone quiet", ("archived", "gone", "replaced", "activity_stopped")),
    Section("Acquisitions and funding", ("acquired", "funding_round")),
    Section("Value", ("value_moved",)),
    Section(RELEASES, ("release",)),
    Section("Stars", ("star_burst", "star_milestone")),
    Section("On and off the list", ("seed_added", "seed_removed")),
    Section("Back again", ("revived", "back", "activity_resumed")),
    Section("Licences, names and owners", ("license_changed", "transferred", "renamed", "default_branch_changed")),
    OTHERS,
)
"""In the order of their weight; within one the kinds are in theirs."""


def digest(events: Sequence[Event], growth: Sequence[Growth], *, title: str, days: tuple[date, date]) -> str:
    """The newsletter of `events` (newest first), and of how the stars grew from the first to the last of the days."""
    sections = _by_section(events)
    lines = [f"# {escaped(title)}", "", _overview(sections)]
    for section, found in sections.items():
        lines += ["", f"## {section.title}", "", *_entries(section, found)]
    lines += _growth(f"Most grown, {days[0]} to {days[1]}", [one for one in growth if one.gained > 0][:MOST_GROWN])
    fading = [one for one in reversed(growth) if one.gained < 0]
    lines += _growth(f"Fading, {days[0]} to {days[1]}", fading[:MOST_GROWN])
    if asked := attributions((event.source, False) for event in events if event.source):
        lines += ["", f"{escaped('. '.join(asked))}."]
    return "\n".join(lines) + "\n"


def _by_section(events: Iterable[Event]) -> dict[Section, list[Event]]:
    """The sections that have events, in their order, each with its events in theirs."""
    found: dict[Section, list[Event]] = {section: [] for section in SECTIONS}
    of_kind = {kind: section for section in SECTIONS for kind in section.kinds}
    for event in events:
        found[LEFT if left_open_source(event) else of_kind.get(event.kind, OTHERS)].append(event)
    return {section: sorted(held, key=_weight(section)) for section, held in found.items() if held}


def _weight(section: Section) -> Callable[[Event], tuple[int, int]]:
    """A stable order: by kind, then by the weight of a release; one of unknown weight stands after the minor ones."""
    kinds, levels = list(section.kinds), ["major", "minor", None, "patch", "pre"]
    return lambda event: (
        kinds.index(event.kind) if event.kind in kinds else len(kinds),
        levels.index(level(event)),
    )


def _overview(sections: Mapping[Section, Sequence[Event]]) -> str:
    if not sections:
        return "Nothing happened that is known."
    return " · ".join(f"{section.title}: {len(found):,}" for section, found in sections.items())


def _entries(section: Section, events: Sequence[Event]) -> Iterator[str]:
    in_short: dict[str, list[Event]] = {}
    for event in events:
        weight = level(event)
        if section.title == RELEASES and weight in IN_SHORT:
            in_short.setdefault(str(weight), []).append(event)
        else:
            yield entry(event)
    for weight, releases in in_short.items():
        told = "; ".join(linked(f"{who(event)} {plain(event.after or '')}", link(event)) for event in releases)
        yield f"- {forms.counted(len(releases), LEVELS[weight])}: {told}"


def entry(event: Event) -> str:
    """An event as an item of a list: its sentence, the day, and where it can be seen."""
    return f"- {escaped(words(event).sentence)} ({_seen(event)})"


def _seen(event: Event) -> str:
    """The day, and where it can be seen."""
    address = link(event)
    host = "" if address is None else linked(urlsplit(address).hostname or "source", address)
    return ", ".join(part for part in (event.at[:10], host) if part)


def _growth(title: str, found: Sequence[Growth]) -> list[str]:
    if not found:
        return []
    rows = [
        f"| {linked(plain(one.project), web_address(one.url))} | {one.gained:+,} | {one.stars:,} |" for one in found
    ]
    return ["", f"## {title}", "", "| project | stars | in all |", "| --- | ---: | ---: |", *rows]
