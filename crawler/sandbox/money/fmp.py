"""Financial Modeling Prep as the sandbox plays it: market capitalisations of many symbols, and profiles of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.sandbox.money.books import Books, Entry
from crawler.sandbox.money.yahoo import account_of
from crawler.sandbox.replies import Reply, json_reply

_WHOLE_DAY = 10
"""Letters of a day."""


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The answer to a request, with a key or without, by the newest market capitalisations of the books' today."""
    parts = urlsplit(path)
    asked = parse_qs(parts.query)
    if (method, parts.path) == ("GET", "/stable/market-capitalization-batch"):
        symbols = asked.get("symbols", [""])[0].split(",")
        found = ((symbol, _newest(symbol, books)) for symbol in symbols)
        return json_reply(200, [_row(symbol, entry) for symbol, entry in found if entry])
    if (method, parts.path) == ("GET", "/stable/profile"):
        symbol = asked.get("symbol", [""])[0]
        entry = _newest(symbol, books)
        profile = {"symbol": symbol, "currency": entry.currency, "marketCap": int(entry.amount)} if entry else None
        return json_reply(200, [profile] if profile else [])
    return json_reply(404, [])


def _newest(symbol: str, books: Books) -> Entry | None:
    account = account_of(symbol, books)
    return account.newest("market_cap", books.today) if account else None


def _row(symbol: str, entry: Entry) -> dict[str, Any]:
    day = {"date": entry.as_of} if len(entry.as_of) == _WHOLE_DAY else {}
    return {"symbol": symbol, "marketCap": int(entry.amount), **day}
