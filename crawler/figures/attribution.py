"""Which part of a listed group's worth has to do with the landscape, by what rule; funding facts, section 7.4."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs, Organization
from crawler.figures.listings import Listing
from crawler.figures.model import plain
from crawler.figures.policy import Amount
from crawler.figures.rates import cents

CONGLOMERATE_USD = Decimal("200e9")
"""Of those that nobody has classified, one of that market cap or more is taken as a conglomerate, others as mixed."""


class Share(Struct, frozen=True):
    """Parts from 0 to 1; `rule` says in words where they come from."""

    central: Decimal
    low: Decimal
    high: Decimal
    rule: str

    def __str__(self) -> str:
        """`50% (30% to 70%)`."""
        band = f" ({_percent(self.low)} to {_percent(self.high)})" if self.low != self.high else ""
        return f"{_percent(self.central)}{band}"


_BANDS = {
    "pure_play": ("1", "1", "1"),
    "mixed_software": ("0.5", "0.3", "0.7"),
    "conglomerate": ("0.1", "0.05", "0.25"),
    "end_user": ("0", "0", "0"),
}
"""Rule 4: central, low and high by class."""


def attributed(inputs: Inputs, group: Group, listing: Listing) -> tuple[Amount, str]:
    """What a listing adds of its worth, and the share, its rule and the un-attributed worth in words."""
    owners = [inputs.organizations[one] for one in dict.fromkeys((listing.member.organization_id, group.id))]
    share = attributed_share(owners, listing.usd)
    amount = Amount(*(cents(listing.added * part) for part in (share.central, share.low, share.high)))
    return amount, f"{share} of the {listing.words(inputs)}, {plain(listing.added)} USD un-attributed; {share.rule}"


def attributed_share(organizations: Sequence[Organization], market_cap: Decimal) -> Share:
    """The share of a market cap (US dollars), by the first of the organisations that the list says something of.

    They are the one that is listed, then its group's ultimate parent.
    """
    for organization in organizations:
        if organization.attribution["share"]:
            return _curated(organization)
    for organization in organizations:
        named = organization.attribution["class"]
        if named in _BANDS:
            return _by_class(named, f"usual share of the class {named}")
    guess = "conglomerate" if market_cap >= CONGLOMERATE_USD else "mixed_software"
    return _by_class(guess, f"not classified, by its size taken as {guess}")


def _curated(organization: Organization) -> Share:
    stated = organization.attribution
    central = Decimal(stated["share"] or 0)
    low, high = Decimal(stated["low"] or central), Decimal(stated["high"] or central)
    words = (f"rule {stated['rule']}" if stated["rule"] else "", stated["source_url"] or "", _as_of(stated["as_of"]))
    rule = ", ".join(["share stated by the list", *(word for word in words if word)])
    return Share(central, min(low, central), max(high, central), rule)


def _by_class(named: str, rule: str) -> Share:
    central, low, high = (Decimal(text) for text in _BANDS[named])
    return Share(central, low, high, rule)


def _as_of(text: str | None) -> str:
    return f"as of {text}" if text else ""


def _percent(part: Decimal) -> str:
    return f"{part.normalize():%}"
