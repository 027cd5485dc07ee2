"""How the sandbox answers the GraphQL fields of an account: its repositories, and its sponsors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLResolveInfo

from crawler.sandbox.accounts import Owner
from crawler.sandbox.paging import counted, page
from crawler.sandbox.world import World

if TYPE_CHECKING:
    Info = GraphQLResolveInfo[Any]


def _repositories(owner: Owner, info: Info, **arguments: Any) -> dict[str, Any]:
    """Those that whoever asks may see; the only order is that by stars."""
    world: World = info.context[0]
    owned = world.owned(owner.login)
    if arguments.get("privacy") is not None:
        owned = [one for one in owned if bool(one.is_private) == (arguments["privacy"] == "PRIVATE")]
    if order := arguments.get("orderBy"):
        owned.sort(key=lambda one: one.stars, reverse=order["direction"] == "DESC")
    return page(owned, arguments)


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
    "repositories": _repositories,
    "url": lambda owner, _info: f"https://github.com/{owner.login}",
    "hasSponsorsListing": lambda owner, _info: owner.has_sponsors_listing,
    "sponsors": lambda owner, _info, **_arguments: counted(owner.sponsors),
    "sponsorshipsAsMaintainer": _sponsorships,
    "sponsorsListing": _sponsors_listing,
}
