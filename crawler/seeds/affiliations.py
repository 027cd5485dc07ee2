"""Which organisation an item belongs to: `organization:` first, then its `crunchbase:` address. And its ticker."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, ScalarNode

from crawler.listed import SeedOrganization
from crawler.seeds.fields import Fields, shape
from crawler.seeds.findings import Findings, short
from crawler.seeds.ids import Ids
from crawler.seeds.names import crunchbase_permalink, slug


class _Undeclared(Struct):
    """An organisation that items name and nobody declares."""

    id: str
    name: str
    permalink: str | None


class _Ticker(Struct, frozen=True):
    """What an item's `stock_ticker` says of its organisation; a symbol of None: it has none, whatever sources say."""

    symbol: str | None
    item: Fields


class Affiliations:
    """Finds the organisation of one item after the other; undeclared ones come into being on the way."""

    def __init__(self, declared: Iterable[SeedOrganization], *, has_block: bool) -> None:
        self._declared = tuple(declared)
        self._has_block = has_block
        self._ids = Ids(organization.id for organization in self._declared)
        self._declared_tickers = {one.id: one.ticker for one in self._declared if one.ticker}
        self._by_reference: dict[str, str] = {}
        self._by_permalink: dict[str, str] = {}
        for organization in self._declared:
            self._by_reference.setdefault(organization.name.casefold(), organization.id)
            if organization.crunchbase_permalink:
                self._by_permalink[organization.crunchbase_permalink.casefold()] = organization.id
        # An id says more than another organisation's name.
        self._by_reference.update({organization.id: organization.id for organization in self._declared})
        self._undeclared: list[_Undeclared] = []
        self._undeclared_by_name: dict[str, _Undeclared] = {}
        self._undeclared_by_permalink: dict[str, _Undeclared] = {}
        self._tickers: dict[str, _Ticker] = {}

    def of_item(self, item: Fields) -> str | None:
        """The id of the item's organisation, None if it names none; the item's `stock_ticker` is kept for it."""
        organization_id = self._find(item)
        if item.text("stock_ticker") or item.is_null("stock_ticker"):
            self._keep_ticker(item, organization_id)
        return organization_id

    def _find(self, item: Fields) -> str | None:
        name = _named(item)
        permalink = _linked(item)
        if name and (linked := crunchbase_permalink(name)):
            # Some files put the address under the wrong key.
            name, permalink = None, permalink or linked
        declared = name and self._by_reference.get(name.casefold())
        if declared:
            return declared
        declared = permalink and self._by_permalink.get(permalink.casefold())
        if declared:
            if name:
                problem = (
                    f"the organisation '{short(name)}' is not declared, the crunchbase address leads to {declared}"
                )
                item.notice("organization", problem, f"write 'organization: {declared}'")
            return declared
        if permalink:
            return self._from_permalink(item, permalink, name).id
        return self._from_name(item, name).id if name else None

    def organizations(self) -> tuple[SeedOrganization, ...]:
        """The declared organisations, then those that only items name, in the order in which they were met."""
        undeclared = (
            SeedOrganization(id=one.id, name=one.name, declared=False, crunchbase_permalink=one.permalink)
            for one in self._undeclared
        )
        return tuple(self._with_ticker(organization) for organization in (*self._declared, *undeclared))

    def _with_ticker(self, organization: SeedOrganization) -> SeedOrganization:
        kept = self._tickers.get(organization.id)
        if kept is None or organization.ticker:
            return organization
        return replace(organization, ticker=kept.symbol, has_no_ticker=kept.symbol is None)

    def _keep_ticker(self, item: Fields, organization_id: str | None) -> None:
        if organization_id is None:
            cure = "add the item's organization: or crunchbase:"
            item.notice("stock_ticker", "stock_ticker stands without an organisation", cure)
            return
        symbol = item.text("stock_ticker")
        first = self._tickers.setdefault(organization_id, _Ticker(symbol, item))
        declared = self._declared_tickers.get(organization_id)
        if declared and symbol != declared:
            problem = f"stock_ticker is not the ticker of {organization_id} ({short(declared)}), which counts"
            item.notice("stock_ticker", problem, "delete it here, or correct the one in organizations:")
        elif not declared and symbol != first.symbol:
            told = f"{short(first.symbol) if first.symbol else 'null'}, line {first.item.line}"
            problem = f"another item gives {organization_id} another stock_ticker ({told}), which counts"
            item.notice("stock_ticker", problem, "keep one of the two")

    def notice_missing_block(self, findings: Findings) -> None:
        """Say once of a file without `organizations:` what would else be said of each organisation."""
        if self._undeclared and not self._has_block:
            number = len(self._undeclared)
            who = "1 organisation is" if number == 1 else f"{number:,} organisations are"
            problem = f"{who} known only by name or Crunchbase address"
            findings.notice(None, "", problem, "add an organizations: block to say more about them")

    def _from_permalink(self, item: Fields, permalink: str, name: str | None) -> _Undeclared:
        one = self._undeclared_by_permalink.get(permalink.casefold())
        if one is None and name:
            one = self._undeclared_by_name.get(name.casefold())
            if one and one.permalink is not None:
                one = None
        if one is None:
            problem = f"the organisation {short(permalink)} is known only by its Crunchbase address"
            cure = f"add it to organizations: with 'crunchbase_permalink: {short(permalink)}'"
            self._notice(item, "crunchbase", problem, cure)
            one = self._add(slug(permalink), name or permalink)
        one.permalink = one.permalink or permalink
        if name and one.name == permalink:
            one.name = name
        if name:
            self._undeclared_by_name.setdefault(name.casefold(), one)
        self._undeclared_by_permalink[permalink.casefold()] = one
        return one

    def _from_name(self, item: Fields, name: str) -> _Undeclared:
        one = self._undeclared_by_name.get(name.casefold())
        if one is None:
            otherwise = "add it to organizations:, or check its spelling"
            cure = item.findings.did_you_mean(name, self._by_reference, otherwise)
            self._notice(item, "organization", f"the organisation '{short(name)}' is not declared", cure)
            one = self._add(slug(name), name)
            self._undeclared_by_name[name.casefold()] = one
        return one

    def _add(self, wanted: str, name: str) -> _Undeclared:
        one = _Undeclared(self._ids.take(wanted), name, None)
        self._undeclared.append(one)
        return one

    def _notice(self, item: Fields, key: str, problem: str, cure: str) -> None:
        if self._has_block:
            item.notice(key, problem, cure)


def _named(item: Fields) -> str | None:
    """The text of `organization:`, or the name in it where it is a mapping."""
    node = item.value("organization")
    if isinstance(node, MappingNode):
        node = next((value for key, value in node.value if key.value == "name"), None)
    if node is not None and not isinstance(node, ScalarNode):
        item.fault("organization", f"organization holds {shape(node)} where text belongs", "write an id or a name")
        return None
    return str(node.value).strip() or None if node is not None else None


def _linked(item: Fields) -> str | None:
    """The permalink of `crunchbase:`."""
    url = item.text("crunchbase")
    permalink = crunchbase_permalink(url) if url else None
    if url and not permalink:
        cure = "write https://www.crunchbase.com/organization/<permalink>"
        item.notice("crunchbase", f"crunchbase is no address of an organisation there ({short(url)})", cure)
    return permalink
