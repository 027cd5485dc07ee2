"""Events as data for programs."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from crawler.news.event import Event
from crawler.news.words import link, words

COLUMNS = (
    "id",
    "at",
    "observed_at",
    "kind",
    "project_id",
    "repository_id",
    "organization_id",
    "scope",
    "before",
    "after",
    "detail",
    "source",
    "source_url",
    "licence_class",
    "figure_id",
)
"""Those of the table `changes`."""
NAMES = ("project", "organization", "repository")


def event_data(event: Event) -> dict[str, Any]:
    """The columns of `changes`, `detail` as an object; the names; the event as a sentence, and where it can be seen."""
    values = structs.asdict(event)
    return {name: values[name] for name in (*COLUMNS, *NAMES)} | {
        "detail": event.detail or None,
        "text": words(event).sentence,
        "url": link(event),
    }
