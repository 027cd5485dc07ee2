"""Wikidata's query service: it answers our own two questions, and no other SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.replies import Reply

PATH = "/sparql"
TYPE = "application/sparql-results+json;charset=utf-8"
_ENTITY = "http://www.wikidata.org/entity/"
_BRANCH = re.compile(r'VALUES \?key \{ ([^}]*) \} \?item wdt:P\d+ \?key \. BIND\("(\w+)" AS \?field\)')
_KEY = re.compile(r'"([^"]*)"|<([^>]*)>')
_ITEMS = re.compile(r"wd:(Q\d+)")
_UNITS = {"USD": "Q4917", "EUR": "Q4916", "GBP": "Q25224", "JPY": "Q8146", "CNY": "Q39099"}
_PRECISIONS = {4: "9", 7: "10", 10: "11"}


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes, books: Books) -> Reply:
    """The rows of a question that is sent as a form; 400 for any other."""
    query = parse_qs(body.decode()).get("query", [""])[0]
    if method != "POST" or urlsplit(path).path != PATH or "SELECT" not in query:
        return Reply(400, b"SPARQL-QUERY: queryStr=", "text/plain;charset=utf-8")
    rows = list(_found(query, books) if "?field" in query else _details(query, books))
    bindings = [{name: _cell(text) for name, text in row.items() if text} for row in rows]
    shown = {"head": {"vars": sorted({name for row in rows for name in row})}, "results": {"bindings": bindings}}
    return Reply(200, msgspec.json.encode(shown), TYPE)


def _cell(text: str) -> dict[str, Any]:
    return {"type": "uri" if text.startswith("http") else "literal", "value": text}


def _found(query: str, books: Books) -> Iterator[dict[str, str]]:
    for keys, field in _BRANCH.findall(query):
        for literal, address in _KEY.findall(keys):
            key = literal or address
            for account in books.accounts.values():
                # The service compares letter by letter.
                if account.wikidata and getattr(account, field) == key:
                    yield {"item": _ENTITY + account.wikidata, "field": field, "key": key}


def _details(query: str, books: Books) -> Iterator[dict[str, str]]:
    for item in dict.fromkeys(_ITEMS.findall(query)):
        account = books.by("wikidata", item)
        for row in _rows(account, books) if account else ():
            yield {"item": _ENTITY + item} | row


def _rows(account: Account, books: Books) -> Iterator[dict[str, str]]:
    facts = {field: getattr(account, field) for field in ("name", "homepage", "cik", "lei", "crunchbase")}
    for what, value in facts.items():
        if value:
            yield {"what": what, "value": value}
    if account.ticker and account.exchange:
        statement = _statement(account, "listing")
        yield statement | {"value": f"{_ENTITY}Q1", "label": account.exchange, "ticker": account.ticker}
    parent = books.accounts.get(account.parent or "")
    if parent and parent.wikidata:
        since = account.parent_since or ""
        yield _statement(account, "parent") | {
            "value": _ENTITY + parent.wikidata,
            "label": parent.name,
            "slug": parent.crunchbase or "",
            "share": f"+{account.parent_share}" if account.parent_share is not None else "",
            "start": f"{(since + '-01-01')[:10]}T00:00:00Z" if since else "",
            "startPrecision": _PRECISIONS.get(len(since), ""),
        }
    for number, entry in enumerate(account.entries):
        if entry.measure == "market_cap" and entry.currency in _UNITS and entry.as_of <= books.today.isoformat():
            yield _statement(account, f"market_cap-{number}") | {
                "what": "market_cap",
                "amount": f"+{entry.amount:f}",
                "unit": _ENTITY + _UNITS[entry.currency],
                "day": f"{(entry.as_of + '-01-01')[:10]}T00:00:00Z",
                "dayPrecision": _PRECISIONS[len(entry.as_of)],
            }


def _statement(account: Account, what: str) -> dict[str, str]:
    return {"what": what, "statement": f"{_ENTITY}statement/{account.wikidata}-{what}"}
