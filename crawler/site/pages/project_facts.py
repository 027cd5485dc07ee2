"""The facts of a repository on its project's page: each with whose word it is, where it stands, and of when it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from crawler.export import rows
from crawler.export.block import FIRST_HAND
from crawler.news.words import NONE, NOT_RECOGNISED
from crawler.site.asked import Asked
from crawler.site.reading.projects import Fetch, texts_of
from crawler.site.rendering import day, name

SEEDS = "seeds"
SHOWN_TOPICS = 12
COUNTS = ("watchers", "open_issues", "closed_issues", "open_pull_requests")


class Told(Struct, frozen=True, kw_only=True):
    """Whose word something is. `source` is a name for people, `url` is of strangers."""

    source: str
    url: str | None
    dated: str
    """When it was seen, in words; empty where that is not known."""
    is_second_hand: bool = False


class Fact(Struct, frozen=True, kw_only=True):
    """Something known of a repository; `value` None is not known."""

    label: str
    value: str | Markup | None
    notes: tuple[str | Markup, ...] = ()
    told: Told | None = None


class Teller:
    """Says whose word a figure of one repository is."""

    def __init__(self, asked: Asked, row: sqlite3.Row, fetches: dict[str, Fetch]) -> None:
        self._asked, self._row, self._fetches = asked, row, fetches
        self.page = row["url"] or f"https://github.com/{row['name_with_owner']}"

    def github(self) -> Told:
        """Of GitHub's answer about the repository."""
        return self._told(FIRST_HAND, self.page, self._row["fetched_at"], self._row["origin"])

    def asked_apart(self, source: str) -> Told:
        """Of an answer of GitHub's that is asked for by a source of its own."""
        fetch = self._fetches.get(source)
        if fetch is None or fetch.fetched_at is None:
            return self.github()
        return self._told(FIRST_HAND, self.page, fetch.fetched_at, fetch.origin)

    def starred(self) -> Told:
        """Of stars, forks and licence, which others may tell."""
        source = self._row["figures_source"] or FIRST_HAND
        url = self._row["figures_source_url"] or self.page
        moment = self._row["figures_observed_at"] or self._row["fetched_at"]
        return self._told(source, url, moment, self._row["origin"], is_second_hand=source != FIRST_HAND)

    def listed(self) -> Told:
        """Of what the list says itself."""
        return Told(source=source_name(self._asked, SEEDS), url=None, dated="")

    def _told(
        self, source: str, url: str, moment: str | None, origin: str | None, *, is_second_hand: bool = False
    ) -> Told:
        return Told(
            source=source_name(self._asked, source),
            url=url,
            dated=dated(self._asked, moment, origin),
            is_second_hand=is_second_hand,
        )


def source_name(asked: Asked, source: str) -> str:
    """What people call a source; its own name where we have none."""
    key = f"project.source.{source}"
    return asked.texts(key) if key in asked.texts else source


def seen_on(asked: Asked, moment: str | None, origin: str | None) -> date | None:
    """The day of an answer, that of the recording where it is a recorded one."""
    if origin == "sandbox":
        found = rows.recorded_on(asked.connection) or asked.board.snapshot.day
        return date.fromisoformat(found)
    return None if moment is None else date.fromisoformat(moment[:10])


def dated(asked: Asked, moment: str | None, origin: str | None) -> str:
    """`recorded 2023-09-25`, or `2026-11-20, 3 days ago`; empty where no time is known."""
    seen = seen_on(asked, moment, origin)
    if seen is None:
        return ""
    if origin == "sandbox":
        return asked.texts("project.dated.recorded", day=seen)
    return asked.texts("project.dated", day=seen, age=ago(asked, seen))


def ago(asked: Asked, moment: date | str) -> str:
    """`today`, `3 days ago`, `5 months ago`, `4 years ago`, counted from the day of the newest figures."""
    then = moment if isinstance(moment, date) else date.fromisoformat(moment[:10])
    days = (asked.today - then).days
    # Clocks differ: what is dated a day ahead is of today.
    if days <= 0:
        return asked.texts("project.ago.today")
    for unit, length, least in (("years", 365.25, 730), ("months", 30.44, 90), ("days", 1, 1)):
        if days >= least:
            return asked.texts(f"project.ago.{unit}", n=int(days // length))
    raise AssertionError("every age has days")


def licence_words(asked: Asked, spdx: str | None) -> str | Markup | None:
    """GitHub's id of a licence, its words for none and for one that it does not know as ours; None: not known."""
    return asked.texts(f"license.{spdx}") if spdx in {NONE, NOT_RECOGNISED} else None if spdx is None else name(spdx)


def approved_by_osi(spdx: str | None, is_approved: int | None) -> str:
    """Whether the Open Source Initiative approves a licence: `yes`, `no`, `unknown`; empty where there is none to ask
    about.
    """
    if spdx is None or spdx == NONE:
        return ""
    return "unknown" if is_approved is None else "yes" if is_approved else "no"


def approval(asked: Asked, spdx: str | None, is_approved: int | None) -> str:
    """The same in words."""
    said = approved_by_osi(spdx, is_approved)
    return asked.texts(f"project.osi.{said}") if said else ""


def repository_facts(asked: Asked, row: sqlite3.Row, teller: Teller) -> list[Fact]:
    """What the tiles do not tell of a repository, in the order in which it is shown; unknown facts, too."""
    return [*_popular(asked, row, teller), *_worked_on(asked, row, teller), *_made_of(asked, row, teller)]


def _label(asked: Asked, what: str) -> str:
    return asked.texts(f"project.fact.{what}")


def _counted(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


def _moment(asked: Asked, moment: str | None) -> tuple[str | Markup | None, tuple[str, ...]]:
    return (None, ()) if moment is None else (day(moment), (ago(asked, moment),))


def _popular(asked: Asked, row: sqlite3.Row, teller: Teller) -> Iterator[Fact]:
    yield Fact(label=_label(asked, "forks"), value=_counted(row["forks"]), told=teller.starred())
    yield from (Fact(label=_label(asked, what), value=_counted(row[what]), told=teller.github()) for what in COUNTS)


def _worked_on(asked: Asked, row: sqlite3.Row, teller: Teller) -> Iterator[Fact]:
    value, notes = _moment(asked, row["latest_commit_at"])
    yield Fact(label=_label(asked, "latest_commit"), value=value, notes=notes, told=teller.github())
    value, notes = _moment(asked, row["first_commit_at"])
    yield Fact(label=_label(asked, "first_commit"), value=value, notes=notes, told=teller.asked_apart("first_commit"))
    if row["latest_tag"]:
        value, notes = _moment(asked, row["latest_tag_at"])
        yield Fact(
            label=_label(asked, "latest_tag"),
            value=name(row["latest_tag"]),
            notes=((value, *notes) if value else ()),
            told=teller.github(),
        )
    value, notes = _moment(asked, row["created_at"])
    yield Fact(label=_label(asked, "created"), value=value, notes=notes, told=teller.github())
    archived = {None: None, 0: asked.texts("project.no"), 1: asked.texts("project.yes")}[row["is_archived"]]
    when = (day(row["archived_at"]),) if row["archived_at"] else ()
    yield Fact(label=_label(asked, "archived"), value=archived, notes=when, told=teller.github())


def _made_of(asked: Asked, row: sqlite3.Row, teller: Teller) -> Iterator[Fact]:
    spdx = row["license_spdx"]
    if row["license_name"] and row["license_name"] != spdx:
        yield Fact(label=_label(asked, "licence_name"), value=name(row["license_name"]), told=teller.starred())
    if row["license_override"]:
        why: list[str | Markup] = [name(row["override_reason"])] if row["override_reason"] else []
        if row["override_review_on"]:
            why.append(asked.texts("project.fact.review_on", day=row["override_review_on"]))
        listed = name(row["license_override"])
        yield Fact(label=_label(asked, "licence_listed"), value=listed, notes=tuple(why), told=teller.listed())
    language = row["primary_language"]
    yield Fact(label=_label(asked, "language"), value=name(language) if language else None, told=teller.github())
    topics: str | Markup | None = None
    if row["topics"] is not None:
        found = texts_of(row["topics"])
        topics = Markup(", ").join(map(name, found[:SHOWN_TOPICS])) if found else asked.texts("figure.none")
    yield Fact(label=_label(asked, "topics"), value=topics, told=teller.github())
    branch = row["default_branch"]
    yield Fact(label=_label(asked, "branch"), value=name(branch) if branch else None, told=teller.github())
    policy = {None: None, 0: asked.texts("figure.none"), 1: asked.texts("project.yes")}[row["has_security_policy"]]
    yield Fact(label=_label(asked, "security_policy"), value=policy, told=teller.github())
