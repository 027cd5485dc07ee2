"""How the sandbox answers the GraphQL fields of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLResolveInfo

from crawler.sandbox.accounts import Owner
from crawler.sandbox.paging import counted, page

if TYPE_CHECKING:
    Info = GraphQLResolveInfo[Any]


def _sponsorships(owner: Owner, _info: Info, **arguments: Any) -> dict[str, int]:
    private = owner.private_sponsors if arguments.get("includePrivate") else 0
    past = 0 if arguments.get("activeOnly", True) else owner.past_sponsors
    return {"totalCount": owner.sponsors + private + past}


def _sponsors_listing(owner: Owner, _info: Info) -> dict[str, Any] | None:
    if not owner.has_sponsors_listing or owner.hides_listing:
        return None
    goal = owner.goal
    tiers = sorted(owner.tiers, key=lambda tier: tier.monthly_price_in_cents)
    return {
        "isPublic": True,
        "activeGoal": goal
        and {"kind": goal.kind, "percentComplete": goal.percent_complete, "targetValue": goal.target},
        "tiers": lambda _info, **arguments: page(
            [{"monthlyPriceInCents": tier.monthly_price_in_cents, "isOneTime": tier.is_one_time} for tier in tiers],
            arguments,
        ),
    }


ACCOUNT_FIELDS: dict[str, Callable[..., Any]] = {
    "login": lambda owner, _info: owner.login,
    "url": lambda owner, _info: f"https://github.com/{owner.login}",
    "hasSponsorsListing": lambda owner, _info: owner.has_sponsors_listing,
    "sponsors": lambda owner, _info, **_arguments: counted(owner.sponsors),
    "sponsorshipsAsMaintainer": _sponsorships,
    "sponsorsListing": _sponsors_listing,
}
