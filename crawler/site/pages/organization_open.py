"""What of the chain behind an organisation's value may be shown: all but what rests on restricted words."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

from crawler.figures.explanation import Explanation, Owner
from crawler.figures.model import ValueLine
from crawler.figures.publishing import public_reason
from crawler.figures.valuation import names
from crawler.site.asked import Asked
from crawler.site.money import Money


class Open(Struct, frozen=True, kw_only=True):
    """What may be told of owners and lines."""

    way_up: tuple[str, ...]
    """Itself first, then its owners, up to the first of which it may not be told."""
    is_cut: bool
    """Whether there are more owners above."""
    owners: tuple[Owner, ...]
    owners_hidden: int
    strangers: frozenset[str]
    """Organisations that count together with it, which may not be told."""
    secrets: tuple[str, ...]
    """Words that no reason may have."""


def open_part(asked: Asked, money: Money, explanation: Explanation) -> Open:
    """All of it where restricted figures are shown."""
    hidden = [owner for owner in explanation.owners if asked.hides(owner.licence_class)]
    said = {(owner.child_id, owner.parent_id) for owner in explanation.owners if owner not in hidden}
    secret = {(owner.child_id, owner.parent_id) for owner in hidden if owner.is_followed} - said
    way = explanation.way_up
    until = next((at for at in range(1, len(way)) if (way[at - 1], way[at]) in secret), len(way))
    owners = [owner for owner in explanation.owners if owner.child_id in way[:until]]
    return Open(
        way_up=tuple(way[:until]),
        is_cut=until < len(way),
        owners=tuple(owner for owner in owners if owner not in hidden),
        owners_hidden=sum(owner in hidden for owner in owners),
        strangers=money.unsaid(explanation.id).union(way[until:]) - {explanation.id},
        secrets=_secrets(asked, [one for one in hidden if (one.child_id, one.parent_id) not in said]),
    )


def is_secret(asked: Asked, explanation: Explanation, line: ValueLine, strangers: frozenset[str]) -> bool:
    """Whether nothing may be told of a line but that there is one."""
    figure = explanation.valuation.figure(line)
    of_stranger = (line.organization_id or line.group_id) in strangers
    return of_stranger or (figure is not None and asked.hides(figure.licence_class))


def open_reason(asked: Asked, money: Money, told: Open, explanation: Explanation, line: ValueLine) -> str:
    """The reason of a line; empty where it tells when or by whom something was said that may not be shown."""
    if asked.with_restricted:
        return line.reason
    own = explanation.valuation.figure(line)
    dates = {
        figure.as_of
        for figure in (*explanation.figures, *explanation.unused)
        if asked.hides(figure.licence_class) and not (own and own.as_of == figure.as_of)
    }
    secrets = (*told.secrets, *(f"of {day}" for day in dates), *(f"by {source}" for source in money.restricted_sources))
    if any(re.search(rf"(?<!\w){re.escape(one)}(?![-\w])", line.reason) for one in secrets):
        return ""
    return public_reason(line.reason) if line in money.hidden else line.reason


def _secrets(asked: Asked, hidden: Collection[Owner]) -> tuple[str, ...]:
    """What a reason must not say of claims that may not be shown."""
    if not hidden:
        return ()
    called = names(asked.connection)
    parents = {called.get(owner.parent_id, owner.parent_id) for owner in hidden}
    return (
        *sorted(parents),
        *(f"of {day}" for day in sorted({owner.valid_from for owner in hidden if owner.valid_from})),
    )
