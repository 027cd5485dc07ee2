"""The figures that one sees first, of the landscape or of a part of it, each with how complete it is."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from crawler.figures import forms
from crawler.figures.headline import VALUE_POLICY
from crawler.figures.model import Total
from crawler.site.asked import Asked


class Tile(Struct, frozen=True, kw_only=True):
    """A figure in words; `note` says how complete it is, `href` where there is more."""

    label: str
    value: str
    is_known: bool = True
    note: str = ""
    href: str = ""


def tiles(asked: Asked, scope: str) -> list[Tile]:
    """Projects, stars, value, and how alive it all is."""
    return [
        _projects(asked, scope),
        _count(asked, scope, "stars"),
        value_tile(asked, scope),
        _count(asked, scope, "commits_last_year"),
        _count(asked, scope, "releases_90d"),
        _open_source(asked, scope),
        _count(asked, scope, "stale"),
        _count(asked, scope, "archived"),
    ]


def value_words(asked: Asked, total: Total | None, *, is_hidden: bool) -> str:
    """A value as its range: `$75B–$930B`; one that is not known, not for publication, or none says so."""
    if is_hidden:
        return asked.texts("figure.hidden")
    if total is None or (total.value is None and total.total):
        return asked.texts("figure.unknown")
    if total.value is None:
        return asked.texts("figure.none")
    low, high = (forms.rough(Decimal(amount or total.value)) for amount in (total.low, total.high))
    return low if low == high else f"{low}–{high}"


def _projects(asked: Asked, scope: str) -> Tile:
    total, organizations = asked.board.total(scope, "projects"), asked.board.total(scope, "organizations")
    known = organizations and organizations.value is not None
    return Tile(
        label=asked.texts("tile.projects"),
        value=_written(asked, total),
        is_known=_is_known(total),
        note=asked.texts("tile.organizations", n=int(organizations.value or 0)) if organizations and known else "",
        href=asked.links.page("projects") if scope == "landscape" else "",
    )


def _count(asked: Asked, scope: str, measure: str) -> Tile:
    total = asked.board.total(scope, measure)
    return Tile(
        label=asked.texts(f"tile.{measure}"),
        value=_written(asked, total),
        is_known=_is_known(total),
        note=_coverage(asked, total),
    )


def value_tile(asked: Asked, scope: str) -> Tile:
    """The ecosystem's value, or a part's, where it may be shown."""
    total = asked.board.total(scope, "value", VALUE_POLICY)
    is_hidden = (scope, "value", VALUE_POLICY) in asked.board.hidden
    notes = []
    if total and total.value is not None and total.low != total.high:
        notes.append(asked.texts("tile.central", amount=forms.rough(Decimal(total.value))))
    if total and total.total:
        notes.append(asked.texts("tile.known.organizations", known=total.known, n=total.total))
    return Tile(
        label=asked.texts("tile.value"),
        value=value_words(asked, total, is_hidden=is_hidden),
        is_known=_is_known(total),
        note=" · ".join(notes),
        href=asked.links.page("value"),
    )


def _open_source(asked: Asked, scope: str) -> Tile:
    total = asked.board.total(scope, "osi_approved")
    if total is None or total.value is None or not total.known:
        value = asked.texts("figure.unknown")
    else:
        value = f"{100 * int(total.value) / total.known:.0f}%"
    return Tile(
        label=asked.texts("tile.osi_approved"), value=value, is_known=_is_known(total), note=_coverage(asked, total)
    )


def _is_known(total: Total | None) -> bool:
    return total is not None and total.value is not None


def _written(asked: Asked, total: Total | None) -> str:
    if total is None or total.value is None:
        return asked.texts("figure.unknown")
    return forms.short(int(total.value))


def _coverage(asked: Asked, total: Total | None) -> str:
    return asked.texts("tile.known", known=total.known, n=total.total) if total else ""
