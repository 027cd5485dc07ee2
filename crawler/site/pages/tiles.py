"""The figures that one sees first, of the landscape or of a part of it, each with how complete it is."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

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
    is_hidden: bool = False
    """Whether it is known and not for publication."""
    note: str = ""
    href: str = ""


MOST = 6


def tiles(asked: Asked, scope: str) -> list[Tile]:
    """Projects, stars, value, and how alive it all is: the first that are known, or known not to be for publication."""
    found = [
        _projects(asked, scope),
        _count(asked, scope, "stars", _list(asked, scope)),
        value_tile(asked, scope),
        _count(asked, scope, "commits_last_year", _list(asked, scope, sort="commits")),
        _open_source(asked, scope),
        _count(asked, scope, "stale", _narrowed(asked, scope, "activity", "quiet")),
        _count(asked, scope, "archived", _narrowed(asked, scope, "activity", "archived")),
        _count(asked, scope, "releases_90d", _list(asked, scope, sort="release")),
    ]
    return [one for one in found if one.is_known or one.is_hidden][:MOST]


def _list(asked: Asked, scope: str, **query: str) -> str:
    """The table of the projects that a tile counts."""
    kind, _, key = scope.partition(":")
    return asked.links.page(kind, key, **query) if key else asked.links.page("projects", **query)


def _narrowed(asked: Asked, scope: str, name: str, value: str) -> str:
    """The same of those with one value of a filter; without a server the map has the filters."""
    if not asked.links.is_static:
        return _list(asked, scope, **{name: value})
    kind, _, key = scope.partition(":")
    return f"{asked.links.page('landscape')}#{urlencode(({kind: key} if key else {}) | {name: value})}"


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
        href=_list(asked, scope),
    )


def _count(asked: Asked, scope: str, measure: str, href: str) -> Tile:
    total = asked.board.total(scope, measure)
    return Tile(
        label=asked.texts(f"tile.{measure}"),
        value=_written(asked, total),
        is_known=_is_known(total),
        note=_coverage(asked, total),
        href=href,
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
        is_hidden=is_hidden,
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
        label=asked.texts("tile.osi_approved"),
        value=value,
        is_known=total is not None and total.value is not None and bool(total.known),
        note=_coverage(asked, total),
        href=_narrowed(asked, scope, "open", "open"),
    )


def _is_known(total: Total | None) -> bool:
    return total is not None and total.value is not None


def _written(asked: Asked, total: Total | None) -> str:
    if total is None or total.value is None:
        return asked.texts("figure.unknown")
    return forms.short(int(total.value))


def _coverage(asked: Asked, total: Total | None) -> str:
    return asked.texts("tile.known", known=total.known, n=total.total) if total else ""
