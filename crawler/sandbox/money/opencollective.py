"""Open Collective: accounts by slug, as the aliases of a query ask for them. It answers the fields of our own query."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.replies import Reply, json_reply

PATH = "/graphql/v2"
MOST_ALIASES = 100
_ALIAS = re.compile(r'(\w+): account\(slug: ("(?:[^"\\]|\\.)*")')
_encode = msgspec.json.Encoder(decimal_format="number").encode


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The accounts of a query; null for a slug that is nobody's. A query with too many aliases is refused."""
    if method != "POST" or path != PATH:
        return json_reply(404, {"error": {"message": "Not Found"}})
    aliases = _ALIAS.findall(json.loads(body)["query"])
    if len(aliases) > MOST_ALIASES:
        return json_reply(400, {"errors": [{"message": f"Aliases limit of {MOST_ALIASES} exceeded"}]})
    found = {alias: books.by("opencollective", json.loads(slug)) for alias, slug in aliases}
    return Reply(200, _encode({"data": {alias: _account(one, books) if one else None for alias, one in found.items()}}))


def _account(account: Account, books: Books) -> dict[str, Any]:
    measures = {"balance": "collective_balance", "year": "collective_income_12m"}
    entries = {field: account.newest(measure, books.today) for field, measure in measures.items()}
    stats = {
        field: {"valueInCents": entry.amount * 100, "currency": entry.currency} if entry else None
        for field, entry in entries.items()
    }
    return {
        "slug": account.opencollective,
        "type": "COLLECTIVE",
        "isHost": False,
        "isArchived": False,
        "isActive": True,
        "stats": stats,
    }
