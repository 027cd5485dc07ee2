"""Events as a feed: Atom 1.0 (RFC 4287), the same bytes for the same database, wherever it lies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from crawler.news.event import Event
from crawler.news.reading import Wanted
from crawler.news.words import Words, link, words
from crawler.printable import plain

NAMESPACE = "http://www.w3.org/2005/Atom"
PROGRAM = "landscape-crawler"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://schema.landscape-crawler.invalid/changes")
"""The name space of our ids; nothing is found at the address."""


def landscape_feed(
    events: Sequence[Event], wanted: Wanted, *, born: tuple[str, str], with_restricted: bool, found_at: str = ""
) -> str:
    """The feed of what is wanted of a landscape, whose time does not matter: it is the same feed on another day.

    `found_at` is its own address, where it has one.
    """
    part = ("include-restricted",) * with_restricted + wanted.names
    title = ": ".join(filter(None, ("What happened in the landscape", ", ".join(wanted.names))))
    return atom(events, born=born, title=title, part=part, found_at=found_at)


def atom(events: Sequence[Event], *, born: tuple[str, str], title: str, part: Sequence[str], found_at: str = "") -> str:
    """The feed of events in the order that they have.

    `born` tells this landscape from others (see `birth`), `part` what of it the feed is about: a part is another feed.
    """
    feed = Xml.Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", _id(*born, *part))
    _add(feed, "title", title)
    if found_at:
        Xml.SubElement(feed, "link", rel="self", href=found_at)
    _add(feed, "updated", max((event.observed_at for event in events), default=born[0]))
    _add(Xml.SubElement(feed, "author"), "name", PROGRAM)
    _add(feed, "generator", PROGRAM)
    for event in events:
        _add_entry(feed, event, born)
    Xml.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(feed, encoding="unicode")}\n'


def _add_entry(feed: Xml.Element, event: Event, born: tuple[str, str]) -> None:
    said = words(event)
    entry = Xml.SubElement(feed, "entry")
    # None of these is ever written anew, unlike names.
    _add(entry, "id", _id(*born, str(event.id), event.observed_at, event.kind))
    _add(entry, "title", said.sentence)
    _add(entry, "updated", event.observed_at)
    _add(entry, "published", _moment(event.at))
    Xml.SubElement(entry, "category", term=plain(event.kind), label=said.what)
    _add(entry, "summary", _summary(event, said))
    if (address := link(event)) is not None:
        Xml.SubElement(entry, "link", rel="alternate", href=address)
    else:
        # An entry without a page has to bring its content along (RFC 4287, 4.1.2).
        _add(entry, "content", _summary(event, said))


def _summary(event: Event, said: Words) -> str:
    source = f" Source: {plain(event.source)}." if event.source else ""
    return f"{said.sentence}. Happened on {event.at[:10]}, noticed on {event.observed_at[:10]}.{source}"


def _moment(at: str) -> str:
    """What is known by its day, month or year alone happened at the beginning of it, as far as a feed can tell."""
    return at if "T" in at else f"{f'{at}-01-01'[:10]}T00:00:00Z"


def _id(*parts: str) -> str:
    return uuid.uuid5(_IDS, "\n".join(parts)).urn


def _add(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text
