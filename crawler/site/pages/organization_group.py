"""Who owns an organisation and what it owns: the way up with who says so, what is below, and its projects."""

from __future__ import annotations

from itertools import islice
from typing import Any

from msgspec import Struct

from crawler.figures.explanation import Explanation, Owner
from crawler.site.amounts import Amount, amount_of
from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.money import Money
from crawler.site.pages.organization_open import Open

MOST_BELOW = 60
MOST_PROJECTS = 60
MOST_OWNERS = 40

_SHARES = """
SELECT child_id, share, licence_class FROM ownerships WHERE parent_id = ? AND withdrawn_at IS NULL
  AND share IS NOT NULL
ORDER BY valid_to IS NULL, valid_from, id
"""


class OwnerRow(Struct, frozen=True, kw_only=True):
    """Somebody's word on who owns an organisation."""

    owner: Owner
    child: str
    parent: str
    share: str
    """Empty: nobody tells it."""


class Below(Struct, frozen=True, kw_only=True):
    """An organisation that it owns, or once owned."""

    id: str
    name: str
    kind: str | None
    share: str
    projects: int
    counts_within: bool
    """Whether it is in the same group on the day, so that its worth is inside."""
    value: Amount


def group_of(asked: Asked, money: Money, explanation: Explanation, told: Open) -> dict[str, Any]:
    """What the page shows of owners, of what is below, and of the projects there."""
    own = explanation.id
    below = list(islice(money.below(own), MOST_BELOW * 4))
    direct = money.children.get(own, [])
    cards: list[Card] = [
        card
        for one in below
        if one in asked.board.organizations and money.group_of(one) == money.group_of(own)
        for card in asked.board.organizations[one].cards
    ]
    shares = _shares(asked, own)
    return {
        "way_up": [(one, money.names.get(one, one)) for one in told.way_up],
        "same_as": [(one, money.names.get(one, one)) for one in explanation.same_as],
        "owners": [_owner(money, owner) for owner in told.owners[:MOST_OWNERS]],
        "owners_more": max(0, len(told.owners) - MOST_OWNERS),
        "owners_hidden": told.owners_hidden,
        "below": [_below(asked, money, own, one, shares) for one in direct[:MOST_BELOW]],
        "below_more": max(0, len(direct) - MOST_BELOW),
        "below_cards": sorted(cards, key=lambda card: (card.stars is None, -(card.stars or 0)))[:MOST_PROJECTS],
        "below_cards_more": max(0, len(cards) - MOST_PROJECTS),
    }


def _shares(asked: Asked, parent_id: str) -> dict[str, str]:
    """By child the share that the newest claim tells that tells one, and may be shown."""
    found: dict[str, str] = {}
    for child_id, share, licence_class in asked.connection.execute(_SHARES, (parent_id,)):
        if not asked.hides(licence_class):
            found[child_id] = _percent(share)
    return found


def _owner(money: Money, owner: Owner) -> OwnerRow:
    return OwnerRow(
        owner=owner,
        child=money.names.get(owner.child_id, owner.child_id),
        parent=money.names.get(owner.parent_id, owner.parent_id),
        share="" if owner.share is None else _percent(owner.share),
    )


def _below(asked: Asked, money: Money, own: str, one: str, shares: dict[str, str]) -> Below:
    found = asked.board.organizations.get(one)
    is_value_hidden = found is not None and found.is_value_hidden
    return Below(
        id=one,
        name=money.names.get(one, one),
        kind=found.kind if found else None,
        share=shares.get(one, ""),
        projects=len(found.cards) if found else 0,
        counts_within=money.group_of(one) == money.group_of(own),
        value=amount_of(found.value if found else None, asked.texts, is_hidden=is_value_hidden),
    )


def _percent(share: str) -> str:
    return f"{100 * float(share):.4g}%"
