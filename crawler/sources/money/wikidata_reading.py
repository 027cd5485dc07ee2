"""Reads what Wikidata says of items: names, identifiers, listings, owners, dated market caps (funding facts §4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from crawler.exchanges import listing
from crawler.model import Money, Organization, Outcome, Parent, Subject
from crawler.sources.checked import MOST_PARENTS, Checked
from crawler.sources.money.crunchbase_shapes import PERMALINK
from crawler.sources.money.quotes import read_cap
from crawler.sources.money.wikidata_queries import ITEM

LICENCE_CLASS = "public"
Row = Mapping[str, str]
"""The variables that are bound in a row, as text."""

_ENTITY = "http://www.wikidata.org/entity/"
_NOT_KNOWN = "/.well-known/genid/"
"""In the address that stands for “there is one, it is not known which”."""
_PATTERNS = {
    "cik": re.compile(r"[0-9]{1,10}"),
    "lei": re.compile(r"[A-Z0-9]{18}[0-9]{2}"),
    "isin": re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]"),
    "crunchbase": PERMALINK,
}
_TICKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .:&/-]{0,19}")
_CIK_DIGITS = 10
_CURRENCIES = {"Q4917": "USD", "Q4916": "EUR", "Q25224": "GBP", "Q8146": "JPY", "Q39099": "CNY"}
"""Items of currencies; of others the answer tells the ISO 4217 code."""
_PREFERRED = "http://wikiba.se/ontology#PreferredRank"
_PRECISIONS = {"9": 4, "10": 7, "11": 10, "": 10}
"""How much of a day is known by Wikibase's precision: year, month, day. A decade or more tells no date."""


def read_rows(payload: Any) -> list[Row] | None:
    """The rows of a SPARQL answer; None where it is none, since half an answer would look like a withdrawal."""
    results = payload.get("results") if isinstance(payload, dict) else None
    bindings = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(bindings, list):
        return None
    rows: list[Row] = []
    for binding in bindings:
        if not isinstance(binding, dict):
            return None
        cells = {name: cell.get("value") if isinstance(cell, dict) else None for name, cell in binding.items()}
        row = {name: text for name, text in cells.items() if isinstance(text, str)}
        if len(row) < len(cells):
            return None
        rows.append(row)
    return rows


def item_of(address: str | None) -> str | None:
    """The item's id in its address."""
    item = (address or "").removeprefix(_ENTITY)
    return item if ITEM.fullmatch(item) else None


def read_item(subject: Subject, item: str, rows: Sequence[Row]) -> Outcome:
    """What the rows about an item tell of the organisation; an item without any is not known."""
    if not rows:
        return Outcome(subject=subject, status="unknown", note=f"Wikidata says nothing of {item}")
    checked = Checked()
    url = f"https://www.wikidata.org/wiki/{item}"
    facts: dict[str, str | None | UnsetType] = {
        "wikidata": item,
        **{field: _fact(subject, field, rows, checked) for field in ("name", "homepage", *_PATTERNS)},
        **_listing([row for row in rows if row.get("what") == "listing"], checked),
    }
    record = Organization(
        source_url=url,
        licence_class=LICENCE_CLASS,
        facts={field: value for field, value in facts.items() if value is not UNSET},
        parents=_parents(_of(rows, "parent"), checked),
        figures=tuple(_market_caps(_of(rows, "market_cap"), url, checked)),
    )
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _of(rows: Iterable[Row], what: str) -> list[Row]:
    """The rows of one kind, a statement once: whoever has two permalinks or labels brings two rows."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: sorted(row.items())):
        if row.get("what") == what:
            found.setdefault(row.get("statement", row.get("value", "")), row)
    return list(found.values())


def _fact(subject: Subject, field: str, rows: Sequence[Row], checked: Checked) -> str | None | UnsetType:
    """The item's one value; of several that which is known already, else the first in order."""
    values = sorted({row["value"] for row in rows if row.get("what") == field and "value" in row})
    if not values:
        return None
    value = subject.identifiers[field] if subject.identifiers.get(field) in values else values[0]
    if field == "homepage":
        return checked.address(field, value)
    read = checked.name(field, value, pattern=_PATTERNS.get(field))
    return read.zfill(_CIK_DIGITS) if field == "cik" and isinstance(read, str) else read


def _listing(rows: Sequence[Row], checked: Checked) -> dict[str, str | None | UnsetType]:
    """The ticker of a listing that has not ended: a preferred one, else one in the US, where quotes are easy to get."""
    known = []
    for row in rows:
        if "ticker" in row and "end" not in row:
            ticker = checked.name("ticker", row["ticker"], pattern=_TICKER)
            exchange = checked.name("exchange", row.get("label") or item_of(row.get("value")))
            if ticker and exchange:
                place = listing(exchange) or listing(item_of(row.get("value")))
                rank = (row.get("rank") != _PREFERRED, place is None, bool(place and place.suffix), exchange, ticker)
                known.append((rank, ticker, exchange))
    if known:
        _, ticker, exchange = min(known)
        return {"ticker": ticker, "exchange": exchange, "listed": "yes"}
    if any("ticker" in row and "end" not in row for row in rows):  # those that there are were refused
        return {}
    ended = bool(rows) and all("end" in row for row in rows)
    return {"ticker": None, "exchange": None, "listed": "delisted" if ended else None}


def _parents(rows: Sequence[Row], checked: Checked) -> tuple[Parent, ...] | UnsetType:
    """Owners in the course of time; UNSET where one cannot be read, since it would look withdrawn.

    A parent whose Crunchbase permalink Wikidata knows goes by that, as it does in lists: so nobody is there twice.
    """
    refusals = checked.refusals
    if len(rows) > MOST_PARENTS:
        checked.refuse("parents", list(rows), f"more than {MOST_PARENTS} owners")
        return UNSET
    parents: list[Parent] = []
    for row in rows:
        address = row.get("value", "")
        if _NOT_KNOWN in address or address.startswith("_:"):
            continue
        item = item_of(address)
        if item is None:
            checked.refuse("parents", address, "no item")
            continue
        since, until = _time(row, "start", checked), _time(row, "end", checked)
        share = checked.amount("parents", row.get("share"), most=Decimal(1), as_text=True)
        if "end" in row and until is None:
            continue  # it has come to an end, nobody knows when
        name = checked.name("parents", row.get("label")) or item
        slug = checked.name("parents", row.get("slug"), pattern=PERMALINK)
        parents.append(
            Parent(
                scheme="crunchbase" if slug else "wikidata",
                identifier=slug or item,
                name=name,
                share=f"{share.normalize():f}" if isinstance(share, Decimal) else None,
                since=since,
                until=until,
            )
        )
    return UNSET if checked.refusals > refusals else tuple(parents)


def _time(row: Row, name: str, checked: Checked) -> str | None:
    """A day, or no more of it than is known; what was so before 1970 has no beginning here."""
    text = row.get(name, "")
    if not text or _NOT_KNOWN in text or text < "1970":
        return None
    day = checked.day("parents" if name != "day" else "market_cap", text)
    length = _PRECISIONS.get(row.get(f"{name}Precision", ""))
    return day[:length] if day and length else None


def _market_caps(rows: Sequence[Row], url: str, checked: Checked) -> list[Money]:
    """Those with a day and a currency; two of one day that differ are none."""
    by_day: dict[str, list[Money]] = {}
    for row in rows:
        unit = item_of(row.get("unit")) or ""
        currency = checked.currency("market_cap", _CURRENCIES.get(unit) or row.get("code") or unit)
        amount = read_cap(checked, row.get("amount"), currency, as_text=True) if currency else None
        as_of = _time(row, "day", checked)
        if amount is not None and currency and as_of:
            by_day.setdefault(as_of, []).append(
                Money(
                    measure="market_cap",
                    amount=f"{amount:f}",
                    currency=currency,
                    as_of=as_of,
                    source_url=url,
                    method="reported",
                    licence_class=LICENCE_CLASS,
                )
            )
    figures = []
    for as_of, of_day in sorted(by_day.items()):
        if len({(one.amount, one.currency) for one in of_day}) > 1:
            checked.refuse("market_cap", as_of, "two market caps of one day")
        else:
            figures.append(of_day[0])
    return figures
