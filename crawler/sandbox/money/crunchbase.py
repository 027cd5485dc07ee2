"""Crunchbase's entity lookup: an organisation by permalink, with the fields and cards that are asked for.

A field of which the books know nothing is left out, as Crunchbase does; a card of which they know nothing is empty.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from crawler.sandbox.money.books import Account, Books, Entry
from crawler.sandbox.replies import Reply, json_reply

PATH = "/v4/data/entities/organizations/"
Package = Literal["firmographic", "advanced"]
_ADVANCED = {
    "raised_funding_rounds",
    "acquirer_acquisitions",
    "ipos",
    "ipo_status",
    "funding_total",
    "equity_funding_total",
    "valuation",
    "valuation_date",
}
"""Fields and cards that the smallest package does not hold."""
_encode = msgspec.json.Encoder(decimal_format="number").encode


def answer(
    method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books, package: Package = "advanced"
) -> Reply:
    """The organisation; 404 for a permalink that is nobody's, 401 for what the key's package does not hold."""
    parts = urlsplit(path)
    if method != "GET" or not parts.path.startswith(PATH):
        return _error(404, "CB404", "Not Found")
    query = parse_qs(parts.query)
    fields, cards = (query.get(name, [""])[0].split(",") for name in ("field_ids", "card_ids"))
    if package == "firmographic" and _ADVANCED & {*fields, *cards}:
        return _error(401, "LA401", "Unauthorized user_key")
    account = books.by("crunchbase", unquote(parts.path.removeprefix(PATH)))
    if account is None:
        return _error(404, "CB404", "Not Found")
    properties = _properties(account, books)
    known_cards = _cards(account, books)
    shown = {
        "properties": {field: value for field, value in properties.items() if field in fields and value is not None},
        "cards": {card: known_cards.get(card, []) for card in cards if card},
    }
    return Reply(200, _encode(shown))


def _error(status: int, code: str, message: str) -> Reply:
    return json_reply(status, [{"status": status, "code": code, "message": message}])


def _properties(account: Account, books: Books) -> dict[str, Any]:
    valuation = account.newest("post_money_valuation", books.today)
    return {
        "identifier": _identifier(account),
        "name": account.name,
        "website": {"value": account.homepage} if account.homepage else None,
        "stock_symbol": {"value": account.ticker, "entity_def_id": "ipo"} if account.ticker else None,
        "stock_exchange_symbol": account.exchange.lower() if account.exchange else None,
        "ipo_status": "public" if account.ticker else "private",
        "status": "ipo" if account.ticker else "operating",
        "funding_total": _money(account.newest("funding_total", books.today)),
        "equity_funding_total": _money(account.newest("equity_funding_total", books.today)),
        "valuation": _money(valuation),
        "valuation_date": valuation.as_of if valuation else None,
    }


def _cards(account: Account, books: Books) -> dict[str, list[dict[str, Any]]]:
    parent = books.accounts.get(account.parent or "")
    owner = {"identifier": _identifier(parent)} if parent and parent.crunchbase else None
    rounds = [
        {
            "identifier": {"permalink": _page(account, entry, number), "entity_def_id": "funding_round"},
            "announced_on": entry.as_of,
            "investment_type": entry.kind,
            "money_raised": _money(entry),
        }
        for number, entry in enumerate(_until(account, "funding_round", books))
        # Crunchbase gives rounds a whole day, or none.
        if len(entry.as_of) == len("YYYY-MM-DD")
    ]
    bought = [
        {
            "identifier": {"permalink": _page(account, entry, number), "entity_def_id": "acquisition"},
            "acquiree_identifier": _identifier(account),
            "acquirer_identifier": owner["identifier"] if owner else None,
            "announced_on": {"precision": _precision(entry.as_of), "value": (entry.as_of + "-01-01")[:10]},
            "price": _money(entry),
        }
        for number, entry in enumerate(_until(account, "acquisition_price", books))
    ]
    return {
        "parent_organization": [owner] if owner else [],
        "raised_funding_rounds": rounds,
        "acquirer_acquisitions": bought,
    }


def _until(account: Account, measure: str, books: Books) -> Iterable[Entry]:
    today = books.today.isoformat()
    return [entry for entry in account.entries if entry.measure == measure and entry.as_of <= today]


def _identifier(account: Account) -> dict[str, str | None]:
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, account.id)),
        "permalink": account.crunchbase,
        "value": account.name,
        "entity_def_id": "organization",
    }


def _page(account: Account, entry: Entry, number: int) -> str:
    return f"{account.crunchbase}-{entry.kind or entry.measure}--{number:08x}".replace("_", "-")


def _precision(as_of: str) -> str:
    return {4: "year", 7: "month"}.get(len(as_of), "day")


def _money(entry: Entry | None) -> dict[str, Any] | None:
    """Crunchbase leaves out the dollars where it has converted nothing."""
    if entry is None:
        return None
    money = {"value": entry.amount, "currency": entry.currency}
    return money | {"value_usd": entry.amount} if entry.currency == "USD" else money
