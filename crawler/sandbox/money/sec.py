"""The SEC's EDGAR as the sandbox plays it: the table of tickers, and what the cover pages of reports say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.exchanges import listing, yahoo_symbol
from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.replies import HTML_TYPE, Reply, json_reply

_CONCEPT = re.compile(r"/api/xbrl/companyconcept/CIK(\d{10})/dei/(\w+)\.json")
_CONCEPTS = {
    "EntityCommonStockSharesOutstanding": ("shares_outstanding", "shares"),
    "EntityPublicFloat": ("public_float", "USD"),
}


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The answer to a request; the SEC refuses those that do not say whose they are."""
    route = urlsplit(path).path
    if headers.get("user-agent", "python-").startswith("python-"):
        return Reply(403, b"<html><h1>Undeclared Automated Tool</h1></html>", HTML_TYPE)
    if route == "/files/company_tickers_exchange.json":
        return json_reply(200, {"fields": ["cik", "name", "ticker", "exchange"], "data": _rows(books)})
    match = _CONCEPT.fullmatch(route)
    account = next((one for one in _filers(books) if int(one.cik or 0) == int(match[1])), None) if match else None
    concept = _concept(account, match[2], books) if match and account else None
    return json_reply(200, concept) if concept else Reply(404, b"<Error><Code>NoSuchKey</Code></Error>", "text/xml")


def _filers(books: Books) -> list[Account]:
    return [one for one in books.accounts.values() if one.cik]


def _rows(books: Books) -> list[list[Any]]:
    """American listings alone: the SEC's table has no others."""
    return [
        [int(one.cik or 0), one.name, yahoo_symbol(one.ticker, one.exchange), one.exchange]
        for one in _filers(books)
        if one.ticker and (place := listing(one.exchange)) and not place.suffix
    ]


def _concept(account: Account, name: str, books: Books) -> dict[str, Any] | None:
    measure, unit = _CONCEPTS.get(name, ("", ""))
    known = [one for one in account.entries if one.measure == measure and one.as_of <= books.today.isoformat()]
    if not known:
        return None
    rows = [{"end": one.as_of, "val": int(one.amount), "form": "10-K", "filed": one.as_of} for one in known]
    return {
        "cik": int(account.cik or 0),
        "taxonomy": "dei",
        "tag": name,
        "entityName": account.name,
        "units": {unit: rows},
    }
