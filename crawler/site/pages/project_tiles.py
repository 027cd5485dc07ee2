"""The figures of a project that one sees first; those that are not known stand in a line below all facts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from crawler.figures import forms
from crawler.figures.health.stored import StoredHealth
from crawler.site.amounts import amount_of
from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.pages.project_facts import Teller, Told, ago, approved_by_osi, licence_words
from crawler.site.reading.money import Worth
from crawler.site.rendering import name


class Tile(Struct, frozen=True, kw_only=True):
    """A figure; `value` None is not known, `told` None says elsewhere whose word it is."""

    label: str
    value: str | Markup | None
    of: str = ""
    notes: tuple[str | Markup, ...] = ()
    href: str = ""
    told: Told | None = None


def common_word(told: Iterable[Told | None]) -> Told | None:
    """Whose word most of a panel is, so that it can be said once; None where it is nobody's."""
    counts = Counter((one.source, one.url, one.dated, one.is_second_hand) for one in told if one)
    if not counts:
        return None
    (source, url, dated, is_second_hand), _ = counts.most_common(1)[0]
    return Told(source=source, url=url, dated=dated, is_second_hand=is_second_hand)


def repository_tiles(asked: Asked, row: sqlite3.Row, teller: Teller, card: Card | None) -> list[Tile]:
    """What is looked for first of a repository."""
    t = asked.texts
    month = None if card is None else card.stars_month
    note = row["contributors_note"]
    stars, contributors, commits = row["stars"], row["contributors"], row["commits_last_year"]
    return [
        Tile(
            label=t("project.fact.stars"),
            value=None if stars is None else forms.short(stars),
            notes=() if month is None else (t("project.tile.month", change=f"{month:+,}" if month else "0"),),
            href="#past",
            told=teller.starred(),
        ),
        Tile(
            label=t("project.fact.contributors"),
            value=None if contributors is None else f"{contributors:,}",
            notes=(name(note),) if note else (),
            told=teller.asked_apart("contributors"),
        ),
        Tile(
            label=t("project.fact.commits_last_year"),
            value=None if commits is None else f"{commits:,}",
            href="#past",
            told=teller.github(),
        ),
        _release(asked, row, teller),
        _licence(asked, row, teller),
    ]


def health_tile(asked: Asked, health: StoredHealth | None, scores: Markup | str) -> Tile:
    """The score, and how it went."""
    score = None if health is None or health.score is None else f"{health.score}"
    return Tile(
        label=asked.texts("project.tile.health"),
        value=score,
        of=asked.texts("project.tile.health.of"),
        notes=(scores,) if scores else (),
        href="#health",
    )


def worth_tile(asked: Asked, worth: Worth, organization_id: str | None) -> Tile:
    """What its organisation adds to the value, or that it may not be shown."""
    amount = amount_of(worth.total, asked.texts, is_hidden=worth.is_hidden)
    is_within = worth.organization_id != organization_id
    return Tile(
        label=asked.texts("project.tile.value"),
        value=(amount.central or amount.words) if amount.state in {"known", "hidden"} else None,
        notes=(asked.texts("project.tile.value.of", name=worth.name),) if is_within else (),
        href="#money",
    )


def _release(asked: Asked, row: sqlite3.Row, teller: Teller) -> Tile:
    """How long ago it was, beside its tag and day."""
    moment, tag = row["latest_release_at"], row["latest_release_tag"]
    tagged = (name(tag),) if tag else ()
    none = asked.texts("figure.none") if row["releases_total"] == 0 else None
    value = ago(asked, moment) if moment else tagged[0] if tagged else none
    notes = (*tagged, moment[:10]) if moment else ()
    return Tile(
        label=asked.texts("project.tile.release"), value=value, notes=notes, href="#releases", told=teller.github()
    )


def _licence(asked: Asked, row: sqlite3.Row, teller: Teller) -> Tile:
    spdx = row["license_spdx"]
    approved = approved_by_osi(spdx, row["license_osi_approved"])
    return Tile(
        label=asked.texts("project.fact.licence"),
        value=licence_words(asked, spdx),
        notes=(asked.texts(f"project.tile.osi.{approved}"),) if approved else (),
        told=teller.starred(),
    )
