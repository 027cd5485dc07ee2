"""Yahoo as the sandbox plays it: cookie and crumb first, then quotes of many symbols or a summary of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.exchanges import yahoo_symbol
from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.replies import HTML_TYPE, Reply, json_reply

COOKIE = "A3=d=sandbox-cookie"
CRUMB = "sandbox.crumb"
_MARKET_CLOSES = 20
"""O'clock UTC."""
_WHOLE_DAY = 10
"""Letters of a day."""
_SUMMARY = "/v10/finance/quoteSummary/"


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The answer to a request, by the newest market capitalisations of the books' today."""
    parts = urlsplit(path)
    route, asked = parts.path, parse_qs(parts.query)
    if method != "GET" or route in {"", "/"}:
        return Reply(404, b"", HTML_TYPE, {"set-cookie": f"{COOKIE}; Path=/; Secure; HttpOnly"})
    has_cookie = COOKIE in headers.get("cookie", "")
    if route == "/v1/test/getcrumb":
        return Reply(200, CRUMB.encode(), "text/plain") if has_cookie else _refused("Invalid Cookie")
    if not has_cookie or asked.get("crumb") != [CRUMB]:
        return _refused("Invalid Crumb")
    if route == "/v7/finance/quote":
        symbols = asked.get("symbols", [""])[0].split(",")
        found = [quote for symbol in symbols if (quote := _quote(symbol, books))]
        return json_reply(200, {"quoteResponse": {"result": found, "error": None}})
    if route.startswith(_SUMMARY):
        return _summary(unquote(route.removeprefix(_SUMMARY)), books)
    return json_reply(404, {"finance": {"result": None, "error": {"code": "Not Found", "description": "No such page"}}})


def account_of(symbol: str, books: Books) -> Account | None:
    """The account that has this symbol of Yahoo's."""
    listed = (one for one in books.accounts.values() if one.ticker)
    return next((one for one in listed if yahoo_symbol(one.ticker or "", one.exchange) == symbol.upper()), None)


def _quote(symbol: str, books: Books) -> dict[str, Any] | None:
    account = account_of(symbol, books)
    entry = account.newest("market_cap", books.today) if account else None
    if account is None or entry is None:
        return None
    quote: dict[str, Any] = {
        "symbol": symbol.upper(),
        "quoteType": "EQUITY",
        "shortName": account.name,
        "currency": entry.currency,
        "marketCap": int(entry.amount),
    }
    if len(entry.as_of) == _WHOLE_DAY:
        close = datetime.fromisoformat(entry.as_of).replace(hour=_MARKET_CLOSES, tzinfo=UTC)
        quote["regularMarketTime"] = int(close.timestamp())
    return quote


def _summary(symbol: str, books: Books) -> Reply:
    quote = _quote(symbol, books)
    if quote is None:
        error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
        return json_reply(404, {"quoteSummary": {"result": None, "error": error}})
    cap = {"raw": quote["marketCap"], "longFmt": f"{quote['marketCap']:,}"}
    detail = {"marketCap": cap, "currency": quote["currency"]}
    return json_reply(
        200,
        {"quoteSummary": {"result": [{"price": quote | {"marketCap": cap}, "summaryDetail": detail}], "error": None}},
    )


def _refused(description: str) -> Reply:
    return json_reply(401, {"finance": {"result": None, "error": {"code": "Unauthorized", "description": description}}})
