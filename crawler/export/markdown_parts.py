"""Pieces of Markdown about the landscape, each a list of lines: tables, lists, changes, attributions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from crawler.export.block import FIRST_HAND
from crawler.export.job import Job
from crawler.export.shown import NONE, NOT_KNOWN, NOTHING, STATES, Project, Shown
from crawler.news.markdown_text import escaped, linked
from crawler.news.periods import Period, midnight

_SENTENCE_END = (".", "!", "?", "…", "。")
_UNNAMED = {"none": "no licence", "not recognised": "licence not recognised"}
_LOWER = re.compile(r"[a-z]+(?=[ ,;:.]|$)")


def table(projects: Iterable[Project]) -> list[str]:
    """A row a project; numbers to the right."""
    head = "| Project | Stars | Licence | Last release | Last commit | Contributors | Organisation | State |"
    return [head, "| --- | ---: | --- | --- | --- | ---: | --- | --- |", *map(_row, projects)]


def _row(project: Project) -> str:
    cells = (
        linked(project.name, project.url),
        project.stars_words,
        escaped(project.license_words),
        escaped(project.release_words),
        project.commit_words,
        project.contributors_words,
        escaped(project.organization or NOTHING),
        escaped(project.state_words),
    )
    return f"| {' | '.join(cells)} |"


def item(name: str, url: str | None, description: str | None, project: Project | None) -> str:
    """An entry of an awesome list: `- [Name](url) - Description. ★ 1,234 · MIT · v1.2 (2026-11-01).`"""
    told = f"{facts(project)}." if project and project.repository else ""
    said = " ".join(part for part in (sentence(description), told) if part)
    return f"- {linked(name, url)}{f' - {said}' if said else ''}"


def facts(project: Project) -> str:
    """`★ 1,234 · Apache-2.0 · v1.2 (2026-11-01)`, with what is unusual about its state; what is not known is left out.

    It is about a project with a repository. Where nothing is known it says so.
    """
    licence, release, state = project.license_words, project.release_words, project.state_words
    if project.release_at and not project.release_tag:
        release = f"release {release}"
    known = [
        f"★ {project.stars:,}" if project.stars is not None else "",
        _UNNAMED.get(licence, licence),
        "no release" if release == NONE else release,
        "" if state in {"ok", STATES[None]} else state,
    ]
    known = [text for text in known if text not in {NOT_KNOWN, NOTHING}]
    return " · ".join(escaped(text) for text in known if text) or NOT_KNOWN


def sentence(text: str | None) -> str:
    """The text as an awesome list wants a description: a capital letter first, a full stop last."""
    plain = " ".join((text or "").split())
    if not plain:
        return ""
    if _LOWER.match(plain):
        plain = plain[0].upper() + plain[1:]
    return escaped(plain if plain.endswith(_SENTENCE_END) else f"{plain}.")


def changes(job: Job, shown: Shown, *, days: int, most: int) -> tuple[list[str], list[tuple[str, bool]]]:
    """What happened in so many days up to that of the figures, the newest first, and the sources of it."""
    # Imported where it is needed: the command is to start fast.
    from crawler.news.digest import entry
    from crawler.news.reading import Wanted, read_events

    since = midnight(shown.day - timedelta(days=days - 1))
    events = read_events(job.connection, Wanted(period=Period(since, None, "")))
    public = [event for event in events if job.include_restricted or not event.is_restricted]
    told = public[:most]
    lines = [entry(event) for event in told] or ["Nothing happened that is known."]
    if len(public) > most:
        lines.append(f"- … and {len(public) - most:,} more")
    return lines, [(event.source or FIRST_HAND, False) for event in told]


def notes(attributions: Sequence[str]) -> list[str]:
    """What the sources ask to be said, one a line of a list; nothing where nobody asks."""
    return [f"- {escaped(one)}" for one in attributions]
