"""Reads a funding.json: what a project asks for and what it says it received (fundingjson.org, version 1).

Names, addresses and descriptions of people and channels are never read. The limits are those of FLOSS/fund's validator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET

from crawler.model import Manifest
from crawler.sources.checked import Checked
from crawler.sources.github.reading import dig, entries

WHOLE = "funding.json"
"""The field under which a file is refused that cannot be read at all."""
MOST_BYTES = 320_000
MOST_PROJECTS = 30
MOST_PLANS = 10
MOST_YEARS = 50
MOST_AMOUNT = Decimal(10**9)
FIRST_YEAR, LAST_YEAR = 1970, 2075
LONGEST_PLAN_NAME = 100

_VERSION = re.compile(r"v1(?:\.[0-9]{1,4}){0,2}")
_GUID = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_TYPE = re.compile("individual|group|organisation|other")
_ROLE = re.compile("owner|steward|maintainer|contributor|other")
_STATUS = re.compile("active|inactive")
_FREQUENCY = re.compile("one-time|weekly|fortnightly|monthly|yearly|other")


def read_manifest(text: str, name: str, checked: Checked) -> Manifest | None:
    """What the file of the repository `owner/name` says; None where it cannot be read, and `checked` knows why.

    Of a file that can be read, an entry with a currency, amount or year that cannot be is left out with a note.
    """
    document = _document(text, checked)
    if document is None:
        return None
    version = checked.name("version", document, "version", pattern=_VERSION)
    if not isinstance(version, str):
        if version is UNSET and "version" in document:
            return None
        checked.refuse("version", document.get("version"), "no version of the format is named")
        return None
    for field, most, keys in (
        ("projects", MOST_PROJECTS, ("projects",)),
        ("plans", MOST_PLANS, ("funding", "plans")),
        ("history", MOST_YEARS, ("funding", "history")),
    ):
        listed = dig(document, *keys)
        if isinstance(listed, list) and len(listed) > most:
            checked.refuse(WHOLE, f"{len(listed)} {field}", f"more than {most} {field}")
            return None
    return Manifest(
        url=f"https://github.com/{name}/blob/HEAD/{WHOLE}",
        version=version,
        entity_type=_told(checked.name("entity_type", document, "entity", "type", pattern=_TYPE)),
        entity_role=_told(checked.name("entity_role", document, "entity", "role", pattern=_ROLE)),
        verified="same_path" if name.casefold() in _described(document) else "none",
        plans=_read("plans", document, _plan, checked),
        history=_read("history", document, _year, checked),
    )


def _document(text: str, checked: Checked) -> dict[str, Any] | None:
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        checked.refuse(WHOLE, f"{size} bytes", f"larger than {MOST_BYTES:,} bytes")
        return None
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        checked.refuse(WHOLE, "a text", "no JSON")
        return None
    if not isinstance(document, dict):
        checked.refuse(WHOLE, document, "no object")
        return None
    return document


def _no_number(word: str) -> None:
    raise ValueError(word)


def _described(document: dict[str, Any]) -> set[str]:
    """The repositories, `owner/name` folded, that the file says it is about.

    A file speaks for what lies at its own path. The proof for other addresses, a list below their `/.well-known/`, is
    not fetched.
    """
    projects = entries(document, "projects") or []
    urls = [dig(project, "repositoryUrl", "url") for project in projects] + [
        dig(document, "entity", "webpageUrl", "url")
    ]
    return {name for url in urls if isinstance(url, str) and (name := _repository(url))}


def _repository(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip().casefold())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc not in {"github.com", "www.github.com"}:
        return None
    return parts.path.strip("/").removesuffix(".git")


def _read(
    field: str,
    document: dict[str, Any],
    read: Callable[[str, dict[str, Any], Checked], dict[str, Any]],
    checked: Checked,
) -> tuple[dict[str, str], ...]:
    """The entries of a list of the funding part, without those of which something was refused."""
    listed = checked.entries(field, document, "funding", field)

    def good() -> Iterator[dict[str, str]]:
        for entry in listed if isinstance(listed, list) else []:
            before = checked.refusals
            told = read(field, entry, checked)
            if checked.refusals == before:
                yield {key: _text(value) for key, value in told.items() if value is not None and value is not UNSET}

    return tuple(good())


def _plan(field: str, plan: dict[str, Any], checked: Checked) -> dict[str, Any]:
    _need(field, plan, ("amount", "currency"), checked)
    name = checked.name(field, plan, "name")
    return {
        "guid": checked.name(field, plan, "guid", pattern=_GUID),
        "status": checked.name(field, plan, "status", pattern=_STATUS),
        # An address may be somebody's.
        "name": name[:LONGEST_PLAN_NAME] if isinstance(name, str) and "@" not in name else None,
        "amount": checked.amount(field, plan, "amount", most=MOST_AMOUNT),
        "currency": checked.currency(field, plan, "currency"),
        "frequency": checked.name(field, plan, "frequency", pattern=_FREQUENCY),
    }


def _year(field: str, entry: dict[str, Any], checked: Checked) -> dict[str, Any]:
    _need(field, entry, ("year", "currency"), checked)
    year = checked.count(field, entry, "year", most=LAST_YEAR)
    if isinstance(year, int) and year < FIRST_YEAR:
        checked.refuse(field, year, f"before {FIRST_YEAR}")
    return {
        "year": year,
        **{key: checked.amount(field, entry, key, most=MOST_AMOUNT) for key in ("income", "expenses", "taxes")},
        "currency": checked.currency(field, entry, "currency"),
    }


def _need(field: str, entry: dict[str, Any], keys: tuple[str, ...], checked: Checked) -> None:
    for key in keys:
        if entry.get(key) is None:
            checked.refuse(field, "an entry", f"no {key}")


def _told(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _text(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
