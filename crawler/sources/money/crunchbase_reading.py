"""Reads one answer of Crunchbase's entity lookup (funding facts §4.1) into facts, owners and figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from crawler.model import Money, Organization, Outcome, Parent, Subject
from crawler.sources.checked import MOST_PARENTS, Checked
from crawler.sources.money.crunchbase_shapes import PERMALINK, decoded, dig, first, identity, plain

LICENCE_CLASS = "restricted"
_CARD_LIMIT = 100
"""More entries of a card do not come in one answer."""
SITE = "https://www.crunchbase.com"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TICKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:&/-]{0,19}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_ .-]{0,49}")
_EMPLOYEES = re.compile(r"c_[0-9]{5}_(?:[0-9]{5}|max)")
_IPO_STATUS = re.compile(r"public|private|delisted")
_STATUS = re.compile(r"operating|closed|ipo|was_acquired")
_PRECISIONS = {"year": 4, "month": 7, "day": 10}
"""How much of a day a date of that precision tells."""
_ESTIMATED = "c200_estimated"
_TOTALS = ("funding_total", "equity_funding_total")

_Found = str | None | UnsetType


class _Deal(Struct, frozen=True):
    """A deal in which the organisation was bought."""

    acquirer: str | None
    """Permalink."""
    closed: str | None
    """The day on which it was completed, else announced."""


def organization_url(permalink: str) -> str:
    """The page that shows what Crunchbase knows of an organisation."""
    return f"{SITE}/organization/{quote(permalink, safe='')}"


def read_organization(subject: Subject, payload: Any, *, today: date, is_moved: bool = False) -> Outcome:
    """What an answer of status 200 tells of the organisation that was asked about.

    What is no organisation at all is a failure. One that is another organisation's is refused with a record: nothing
    is known of the one that was asked about. `today` dates what Crunchbase states without a date. `is_moved`: a
    redirect led to the answer.
    """
    properties = payload.get("properties") if isinstance(payload, dict) else None
    if not isinstance(properties, dict):
        return Outcome(subject=subject, error="the answer holds no organisation")
    checked = Checked()
    uuid = checked.name("crunchbase_uuid", identity(properties, "uuid"), pattern=_UUID)
    if not _is_asked_for(subject, properties, uuid, checked, is_moved=is_moved):
        note = "the answer is about another organisation"
        return Outcome(subject=subject, status="unknown", note=note, refused_values=checked.refused)
    reader = _Reader(subject.name, properties, payload.get("cards"), checked, today)
    # The parents name the day of the deal, so the deals come first.
    prices = reader.prices()
    record = Organization(
        source_url=organization_url(subject.name),
        licence_class=LICENCE_CLASS,
        facts=_said({"crunchbase_uuid": uuid} | reader.facts()),
        parents=reader.parents(),
        figures=tuple(_told_apart([*reader.totals(), *reader.rounds(), *reader.valuations(), *prices])),
        complete=reader.complete(),
    )
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _is_asked_for(
    subject: Subject, properties: dict[str, Any], uuid: _Found, checked: Checked, *, is_moved: bool
) -> bool:
    """Whether nothing in the answer says that it is about somebody else; a former permalink leads to the new one.

    Where the answer does not list former permalinks, Crunchbase's own redirect shows that it is one.
    """
    known = subject.identifiers.get("crunchbase_uuid")
    if isinstance(uuid, str) and known:
        if uuid.casefold() != known.casefold():
            checked.refuse("crunchbase_uuid", uuid, f"another organisation's: this one's is {known}")
            return False
        return True
    permalink = identity(properties, "permalink")
    aliases = properties.get("permalink_aliases")
    names = [permalink, *(aliases if isinstance(aliases, list) else [])]
    spelt = {unquote(name).casefold() for name in names if isinstance(name, str)}
    is_former = is_moved and aliases is None
    if isinstance(permalink, str) and subject.name.casefold() not in spelt and not is_former:
        checked.refuse("crunchbase", permalink, "another organisation's permalink")
        return False
    return True


def _said(facts: dict[str, _Found]) -> dict[str, str | None]:
    """The facts that the answer speaks of."""
    return {field: value for field, value in facts.items() if value is not UNSET}


class _Reader:
    """One answer: its properties and cards, each card a list, None where it did not come."""

    def __init__(self, permalink: str, properties: dict[str, Any], cards: Any, checked: Checked, today: date) -> None:
        self._url = organization_url(permalink)
        self._permalink = permalink
        self._properties = properties
        self._cards = cards if isinstance(cards, dict) else {}
        self._checked = checked
        self._today = today
        self._deals: list[_Deal] = []

    def facts(self) -> dict[str, _Found]:
        """By field of `organization_facts`."""
        checked, properties = self._checked, self._properties
        ipo_status = checked.name("ipo_status", properties, "ipo_status", pattern=_IPO_STATUS)
        ticker = checked.name("ticker", plain(properties.get("stock_symbol", UNSET)), pattern=_TICKER)
        listed: _Found = "yes" if ticker else ticker
        if self._is_delisted(ipo_status):
            ticker, listed = None, "delisted"
        dates = [deal.closed for deal in self._deals if deal.closed]
        has_deals = isinstance(self._cards.get("acquirer_acquisitions"), list)
        return {
            "name": checked.name("name", first(properties.get("name"), identity(properties, "value"))),
            "homepage": checked.address("homepage", plain(properties.get("website", UNSET))),
            "ticker": ticker,
            "exchange": checked.name("exchange", properties, "stock_exchange_symbol", pattern=_CODE),
            "listed": listed,
            "ipo_status": ipo_status,
            "status": checked.name("status", properties, "status", pattern=_STATUS),
            "employees": checked.name("employees", properties, "num_employees_enum", pattern=_EMPLOYEES),
            "acquired_on": max(dates) if dates else None if has_deals else UNSET,
        }

    def _is_delisted(self, ipo_status: _Found) -> bool:
        """By the rule of the old landscape (funding facts §7.1); a key that may not see the card tells it otherwise."""
        ipos = self._cards.get("ipos")
        if isinstance(ipos, list):
            return bool(ipos) and isinstance(ipos[0], dict) and bool(ipos[0].get("delisted_on"))
        return bool(self._properties.get("delisted_on")) or ipo_status == "delisted"

    def parents(self) -> tuple[Parent, ...] | UnsetType:
        """The owners of the card; without it those of the properties. UNSET where neither came whole."""
        entries = self._checked.entries("parents", self._cards.get("parent_organization", UNSET))
        if isinstance(entries, list) and len(entries) > MOST_PARENTS:
            self._checked.refuse("parents", entries, f"more than {MOST_PARENTS} owners")
            return UNSET
        if isinstance(entries, list):
            identifiers = [entry.get("identifier", entry) for entry in entries]
        else:
            named = (self._properties.get(key) for key in ("owner_identifier", "acquirer_identifier"))
            identifiers = [next(filter(None, named), None)]
            if identifiers == [None]:
                return UNSET
        read = [self._parent(identifier) for identifier in identifiers]
        known = [parent for parent in read if parent is not None]
        return tuple(known) if len(known) == len(read) else UNSET

    def _parent(self, identifier: Any) -> Parent | None:
        permalink = self._checked.name("parents", decoded(identifier), "permalink", pattern=PERMALINK)
        if not permalink:
            return None
        name = self._checked.name("parents", identifier, "value") or permalink
        bought = [deal.closed for deal in self._deals if deal.acquirer == permalink and deal.closed]
        since = max(bought) if bought else None
        return Parent(scheme="crunchbase", identifier=permalink, name=name, since=since)

    def totals(self) -> Iterator[Money]:
        """All that was raised until today. What Crunchbase itself converted is there for the old landscape's rule."""
        for measure in _TOTALS:
            money = self._properties.get(measure, UNSET)
            figure = self._money(measure, money, as_of=self._today.isoformat())
            if figure:
                yield figure
            converted = self._amount(measure, money, "value_usd")
            stated_currency = money.get("currency") if isinstance(money, dict) else None
            is_alone = isinstance(money, dict) and money.get("value") is None
            if converted is not None and (is_alone or (figure and stated_currency != "USD")):
                yield Money(
                    measure=measure,
                    amount=f"{converted:f}",
                    currency="USD",
                    as_of=self._today.isoformat(),
                    source_url=self._url,
                    method="converted",
                    licence_class=LICENCE_CLASS,
                )

    def rounds(self) -> Iterator[Money]:
        """What was raised in each round; an undisclosed sum is not known, and no zero."""
        for entry, as_of, url in self._rounds():
            figure = self._money("funding_round", entry.get("money_raised"), as_of=as_of, source_url=url)
            if figure:
                kind = self._checked.name("funding_round", entry, "investment_type", pattern=_CODE)
                yield replace(figure, kind=kind or None)

    def valuations(self) -> Iterator[Money]:
        """The newest valuation after a round, and those of other rounds; a round says whether Crunchbase guessed it."""
        measure = "post_money_valuation"
        newest_on = self._date(measure, self._properties.get("valuation_date"))
        guessed = False
        for entry, as_of, url in self._rounds():
            method = "estimated" if entry.get("post_money_valuation_source") == _ESTIMATED else "reported"
            if as_of == newest_on:
                guessed = guessed or method == "estimated"
                continue
            money = entry.get("post_money_valuation")
            if figure := self._money(measure, money, as_of=as_of, source_url=url, method=method):
                yield figure
        valuation = self._properties.get("valuation")
        if valuation is None:
            return
        if not newest_on:
            self._checked.refuse(measure, valuation, "a valuation without a date")
            return
        method = "estimated" if guessed else "reported"
        if figure := self._money(measure, valuation, as_of=newest_on, method=method):
            yield figure

    def prices(self) -> list[Money]:
        """What was paid for it. The card `acquirer_acquisitions` holds the deals in which it was bought."""
        figures: list[Money] = []
        for entry in self._checked.entries("acquisition_price", self._cards.get("acquirer_acquisitions")) or []:
            bought = dig(entry, "acquiree_identifier", "permalink")
            if isinstance(bought, str) and bought.casefold() != self._permalink.casefold():
                self._checked.refuse("acquisition_price", bought, "a deal about another organisation")
                continue
            announced = self._date("acquisition_price", entry.get("announced_on"))
            closed = self._date("acquisition_price", entry.get("completed_on")) or announced
            acquirer = self._checked.name("acquisition_price", entry.get("acquirer_identifier"), "permalink")
            self._deals.append(_Deal(acquirer or None, closed))
            as_of = announced or closed
            price = entry.get("price")
            if price is not None and as_of is None:
                self._checked.refuse("acquisition_price", price, "a price without a date")
            elif as_of and (figure := self._money("acquisition_price", price, as_of=as_of)):
                url = self._page("acquisition", entry)
                figures.append(replace(figure, source_url=url, note=f"bought by {acquirer}" if acquirer else None))
        return figures

    def complete(self) -> frozenset[str]:
        """The measures of which all came, and all could be read; to be asked for when everything else was."""
        refused = {one.field for one in self._checked.refused}
        whole = {
            measure
            for measure, card in (
                ("funding_round", "raised_funding_rounds"),
                ("acquisition_price", "acquirer_acquisitions"),
            )
            if isinstance(entries := self._cards.get(card), list) and len(entries) < _CARD_LIMIT
        }
        if "funding_round" in whole and "valuation" in self._properties:
            whole.add("post_money_valuation")
        return frozenset(whole - refused)

    def _rounds(self) -> Iterator[tuple[dict[str, Any], str, str]]:
        """Each round with its day and page."""
        for entry in self._checked.entries("funding_round", self._cards.get("raised_funding_rounds")) or []:
            as_of = self._date("funding_round", entry.get("announced_on"))
            if as_of:
                yield entry, as_of, self._page("funding_round", entry)
            elif entry.get("money_raised") is not None:
                self._checked.refuse("funding_round", entry["money_raised"], "a round without a date")

    def _page(self, kind: str, entry: dict[str, Any]) -> str:
        """The page of a round or deal; where it names none, that of the organisation."""
        permalink = first(dig(entry, "identifier", "permalink"), entry.get("permalink"))
        permalink = self._checked.name(kind, permalink, pattern=PERMALINK)
        return f"{SITE}/{kind}/{quote(permalink, safe='')}" if permalink else self._url

    def _date(self, field: str, value: Any) -> str | None:
        """A plain day, or `{precision, value}`, whose precision may be a month or a year."""
        precision = value.get("precision") if isinstance(value, dict) else "day"
        day = self._checked.day(field, plain(value))
        return day[: _PRECISIONS.get(str(precision), 10)] if day else None

    def _money(
        self, measure: str, money: Any, *, as_of: str, source_url: str = "", method: str = "reported"
    ) -> Money | None:
        """A sum as Crunchbase states it; None where it states none, or none that can be."""
        amount = self._amount(measure, money, "value")
        currency = self._checked.currency(measure, money, "currency")
        if amount is None:
            return None
        if not currency:
            if money.get("currency") is None:
                self._checked.refuse(measure, money.get("value"), "an amount without a currency")
            return None
        return Money(
            measure=measure,
            amount=f"{amount:f}",
            currency=currency,
            as_of=as_of,
            source_url=source_url or self._url,
            method=method,
            licence_class=LICENCE_CLASS,
        )

    def _amount(self, measure: str, money: Any, key: str) -> Decimal | None:
        """A sum of at least one unit of its currency; a total of exactly nothing says that there is no figure."""
        amount = self._checked.amount(measure, money, key)
        if not isinstance(amount, Decimal) or (amount == 0 == money[key] and measure in _TOTALS):
            return None
        if amount < 1:
            self._checked.refuse(measure, money[key], "less than one unit of its currency")
            return None
        return amount


def _told_apart(figures: Iterable[Money]) -> Iterator[Money]:
    """The figures, each with an address of its own: of two alike rounds the second is no correction of the first."""
    seen: Counter[tuple[str | None, ...]] = Counter()
    for figure in sorted(figures, key=lambda one: (one.measure, one.as_of, Decimal(one.amount))):
        key = (figure.measure, figure.as_of, figure.kind, figure.method, figure.source_url)
        seen[key] += 1
        yield figure if seen[key] == 1 else replace(figure, source_url=f"{figure.source_url}#{seen[key]}")
