"""CoinGecko: the market caps of coins, as many as a page holds. What the books do not tell of a coin is null."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qs, urlsplit

import msgspec

from crawler.figures.rates import rate_day
from crawler.sandbox.money.books import Account, Books, Entry
from crawler.sandbox.replies import Reply, json_reply

PATH = "/api/v3/coins/markets"
MOST = 250
_encode = msgspec.json.Encoder(decimal_format="number").encode


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The coins of the ids that are known, the largest first; others are left out without a word."""
    parts = urlsplit(path)
    if method != "GET" or parts.path != PATH:
        return json_reply(404, {"error": "Incorrect path. Please check https://docs.coingecko.com"})
    asked = parse_qs(parts.query)
    if asked.get("vs_currency") != ["usd"]:
        return json_reply(422, {"error": "Missing parameter vs_currency"})
    ids = asked.get("ids", [""])[0].split(",")
    size, page = (int(asked.get(name, [usual])[0]) for name, usual in (("per_page", "100"), ("page", "1")))
    known = [(one, entry) for name in ids for one, entry in _coins(books, name)]
    known.sort(key=lambda coin: coin[1].amount, reverse=True)
    first = (page - 1) * min(size, MOST)
    coins = [_coin(account, entry, books.today) for account, entry in known[first : first + min(size, MOST)]]
    return Reply(200, _encode(coins))


def _coins(books: Books, name: str) -> list[tuple[Account, Entry]]:
    account = books.by("token", name) if name else None
    entry = account.newest("token_market_cap", books.today) if account else None
    return [(account, entry)] if account and entry else []


def _coin(account: Account, entry: Entry, today: date) -> dict[str, object]:
    return {
        "id": account.token,
        "symbol": None,
        "name": account.token,
        "current_price": None,
        "market_cap": entry.amount,
        "fully_diluted_valuation": None,
        "circulating_supply": None,
        "last_updated": f"{rate_day(entry.as_of, today)}T00:00:00.000Z",
    }
