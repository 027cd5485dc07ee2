"""What the sources of quotes share: a quote as a vendor states it, and whether it can be a market capitalisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct

from crawler.exchanges import listing, listing_of, yahoo_symbol
from crawler.model import Money, Organization, Outcome, Subject
from crawler.sources.checked import Checked

LICENCE_CLASS = "restricted"
FIELD = "market_cap"
HUNDREDTHS = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""Vendors' codes for pence, cents and agorot (funding facts §5.1). Case tells them from the whole unit."""
MOST_DOLLARS = Decimal(20 * 10**12)
"""No company is worth that much."""
JUMP = 10
"""By so many times no company's worth changes between two quotes."""
JUMP_AGE = timedelta(days=45)
"""How long an older quote says what to expect: as long as a policy counts it (funding facts §7.4)."""
DOLLAR = "USD"
ANOTHER = "a quote of another symbol than was asked for"
_PER_DOLLAR = {
    currency: Decimal(units)
    for line in (
        "1 USD EUR GBP CHF CAD AUD SGD BND BSD PAB BBD NZD AZN BGN",
        "0.35 KWD BHD OMR JOD",
        "4 AED SAR QAR ILS PLN MYR BRL RON PEN BYN GEL",
        "7 CNY HKD DKK MOP BOB GTQ TTD SEK NOK MAD TJS",
        "18 ZAR MXN CZK TRY THB UYU MDL",
        "40 TWD PHP UAH NIO EGP",
        "90 INR RUB KES RSD ISK DZD BDT",
        "150 JPY LKR",
        "350 HUF PKR AMD KZT CRC",
        "1000 KRW CLP ARS NGN XOF IQD",
        "4000 COP MMK TZS UGX KHR MNT",
        "16000 IDR VND UZS",
    )
    for units, *currencies in [line.split()]
    for currency in currencies
}
"""Roughly, by size alone: enough to tell what is absurd. Of others a unit counts as a dollar."""


class Quote(Struct, frozen=True, kw_only=True):
    """What a vendor says of one symbol: JSON values as they came, unchecked; UNSET where it says nothing."""

    symbol: Any
    """Its own spelling of what was asked for."""
    cap: Any
    currency: Any = UNSET
    """ISO 4217, or a code of HUNDREDTHS."""
    price: Any = UNSET
    """Of one share, in units of `currency`."""
    shares: Any = UNSET
    as_of: Any = UNSET
    """An ISO 8601 day or time."""
    source_url: str


def by_symbol(subjects: Iterable[Subject]) -> dict[str, list[Subject]]:
    """The subjects by Yahoo's symbol, "" for those that are not to be asked about; two tickers may come to the same."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects:
        exchange = subject.identifiers.get("exchange")
        symbol = yahoo_symbol(subject.identifiers.get("ticker", subject.name), exchange)
        # Without its suffix the ticker of an exchange that nobody knows may be that of an American company.
        is_told = listing_of(symbol) is not None or not exchange or listing(exchange) is not None
        found.setdefault(symbol if is_told and not _is_delisted(subject) else "", []).append(subject)
    return found


def unasked(subject: Subject) -> Outcome:
    """What becomes of a ticker that is not asked about: delisted, so that others may have it now, or of nowhere."""
    if _is_delisted(subject):
        return Outcome(subject=subject, status="missing", note="delisted")
    checked = Checked()
    checked.refuse(FIELD, subject.identifiers.get("exchange"), "an exchange that is not known: whose ticker is it?")
    return Outcome(subject=subject, status="unknown", refused_values=checked.refused)


def _is_delisted(subject: Subject) -> bool:
    return subject.identifiers.get("listed") == "delisted"


def absent(subject: Subject, stranger: str) -> Outcome:
    """What becomes of a symbol that a vendor does not know, or in whose place it answered for another, a `stranger`."""
    if not stranger:
        return Outcome(subject=subject, status="missing")
    checked = Checked()
    checked.refuse(FIELD, stranger, ANOTHER)
    return Outcome(subject=subject, status="unknown", refused_values=checked.refused)


def read_quote(subject: Subject, symbol: str, quote: Quote, *, today: date) -> Outcome:
    """The market capitalisation that a quote states, or what of it was refused and why: the older figure stays."""
    checked = Checked()
    money = _read_money(subject, symbol, quote, checked, today)
    if money is None:
        return Outcome(subject=subject, status="unknown", refused_values=checked.refused)
    record = Organization(source_url=quote.source_url, licence_class=LICENCE_CLASS, figures=(money,))
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _read_money(subject: Subject, symbol: str, quote: Quote, checked: Checked, today: date) -> Money | None:
    if not is_same(quote.symbol, symbol):
        checked.refuse(FIELD, quote.symbol, ANOTHER)
        return None
    currency, is_hundredths = _currency(symbol, quote, checked)
    as_of = checked.day(FIELD, quote.as_of)
    if currency is None or (as_of is UNSET and quote.as_of is not UNSET):
        return None
    cap = read_cap(checked, quote.cap, currency)
    if cap is None:
        return None
    note = None
    if is_hundredths:
        scale = _scale(cap, quote)
        # Where no currency is named, price and cap that agree may both be in whole units, or both in hundredths.
        if scale is None or (scale > 1 and not isinstance(quote.currency, str)):
            checked.refuse(FIELD, quote.cap, f"its unit is unclear: price and shares do not tell, in {currency}")
            return None
        cap, note = cap / scale, f"quoted in hundredths of {currency}"
    if jump := _jump(cap, currency, subject, today):
        checked.refuse(FIELD, quote.cap, jump)
        return None
    return Money(
        measure=FIELD,
        amount=f"{cap:f}",
        currency=currency,
        as_of=as_of if isinstance(as_of, str) else today.isoformat(),
        source_url=quote.source_url,
        method="reported",
        licence_class=LICENCE_CLASS,
        note=note,
    )


def read_cap(checked: Checked, value: Any, currency: str, *, as_text: bool = False) -> Decimal | None:
    """A market capitalisation within the bounds of what a company can be worth; another is refused."""
    cap = checked.amount(FIELD, value, most=MOST_DOLLARS * units_per_dollar(currency), as_text=as_text)
    if not isinstance(cap, Decimal):
        return None
    if cap == 0:
        checked.refuse(FIELD, value, "nothing at all: no listed company is worth that")
        return None
    return cap


def is_same(symbol: Any, asked: str) -> bool:
    """Whether a vendor's symbol is the one that was asked for; one that says none can only mean that."""
    return symbol is UNSET or symbol is None or (isinstance(symbol, str) and symbol.upper() == asked.upper())


def _currency(symbol: str, quote: Quote, checked: Checked) -> tuple[str | None, bool]:
    """In which currency the cap is, and whether prices are in hundredths of it; None where that cannot be.

    A quote that names none is in that of its listing, and in hundredths where prices there mostly are. Dollars may be
    anywhere: exchanges abroad list lines in them.
    """
    place = listing_of(symbol)
    home = place.currency if place else DOLLAR
    is_hundredths = isinstance(quote.currency, str) and quote.currency in HUNDREDTHS
    found = HUNDREDTHS[quote.currency] if is_hundredths else checked.currency(FIELD, quote.currency)
    if found is None or quote.currency is UNSET:
        return home, home in HUNDREDTHS.values()
    if isinstance(found, str) and found not in {home, DOLLAR}:
        checked.refuse(FIELD, quote.currency, f"a currency in which nothing is listed there: that is {home}")
        return None, False
    return (found, is_hundredths) if isinstance(found, str) else (None, False)


def _scale(cap: Decimal, quote: Quote) -> int | None:
    """By what to divide a cap whose price is in hundredths: reports conflict on its unit, so price and shares tell."""
    aside = Checked()
    price, shares = aside.amount("price", quote.price), aside.amount("shares", quote.shares)
    if not isinstance(price, Decimal) or not isinstance(shares, Decimal) or not price or not shares:
        return None
    ratio = cap / (price / 100 * shares)
    return next((scale for scale in (1, 100) if scale / 2 <= ratio <= scale * 2), None)


def _jump(cap: Decimal, currency: str, subject: Subject, today: date) -> str:
    """Why the cap cannot follow upon the newest one of the same source; "" where it can."""
    last, known_in, as_of = (subject.identifiers.get("last_market_cap", "").split() + [""] * 3)[:3]
    if not last or as_of < (today - JUMP_AGE).isoformat():
        return ""
    ratio = cap / units_per_dollar(currency) / (Decimal(last) / units_per_dollar(known_in))
    if 1 / Decimal(JUMP) <= ratio <= JUMP:
        return ""
    return f"more than {JUMP} times {'more' if ratio > 1 else 'less'} than the {last} {known_in} of {as_of}"


def units_per_dollar(currency: str) -> Decimal:
    """Roughly how many units make a dollar."""
    return _PER_DOLLAR.get(currency, Decimal(1))
