"""Which organisation a person means, who may name it, one of its identifiers, or the address of one of its pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from crawler.errors import UsageFault
from crawler.figures.inputs import read_inputs
from crawler.figures.valuation import Valuation
from crawler.store.organizations import CURATED_FIELDS

Names = Mapping[str, Mapping[str, Collection[str]]]
"""By id and field what each organisation is called, in lower case."""

WORDS = ("name", "crunchbase", "github", "ticker")
"""Fields by whose whole value people may name an organisation, beside its id."""
CURATED = ("crunchbase", "github", "homepage", "ticker", "exchange", "opencollective")
TOLD = (*CURATED, "wikidata")
PAGES = {
    "crunchbase.com": ("crunchbase", 1),
    "github.com": ("github", 0),
    "opencollective.com": ("opencollective", 0),
    "wikidata.org": ("wikidata", 1),
}
"""Hosts of pages about organisations: the field of their identifier, and which part of the path it is."""


def find_organization(connection: sqlite3.Connection, text: str, valuation: Valuation) -> str:
    """The id of the organisation that a person calls so. UsageFault where it is none, or several.

    Of several in one group it is the highest: a subsidiary is often given its owner's ticker.
    """
    wanted = text.strip().casefold()
    if not _squeezed(wanted):
        raise UsageFault("no organisation is named", cure="give its id, name, homepage or ticker")
    called = _names(connection)
    if wanted in called:
        return wanted
    found = _named(called, wanted)
    one = found[0] if len(found) == 1 else _highest(connection, found, valuation)
    if one is not None:
        return one
    if found:
        raise UsageFault(f"{text} may be several organisations", cure=f"name one by its id: {', '.join(found)}")
    alike = _alike(wanted, called)
    cure = f"perhaps one of these: {', '.join(alike)}" if alike else "'crawler value' lists the largest"
    raise UsageFault(f"there is no organisation {text}", cure=cure)


def _names(connection: sqlite3.Connection) -> Names:
    columns = ", ".join(CURATED_FIELDS[field] for field in CURATED)
    called: dict[str, dict[str, set[str]]] = {}
    for row in connection.execute(f"SELECT id, name, {columns} FROM organizations"):
        values = zip(("name", *CURATED), tuple(row)[1:], strict=True)
        called[row["id"]] = {field: {value.casefold()} if value else set() for field, value in values}
    marks = ", ".join("?" for _ in TOLD)
    query = f"SELECT organization_id, field, value FROM organization_facts WHERE field IN ({marks}) AND value <> ''"
    for organization_id, field, value in connection.execute(query, TOLD):
        called[organization_id].setdefault(field, set()).add(value.casefold())
    return called


def _named(called: Names, wanted: str) -> list[str]:
    """The ids of those that are called so: by an address, a symbol, a login, else word by word, else nearly so."""
    if ("/" in wanted or "." in wanted) and (found := _at_address(called, wanted)):
        return found
    if wanted.startswith("@"):
        return _with(called, "github", wanted.removeprefix("@"))
    exchange, colon, ticker = (part.strip() for part in wanted.rpartition(":"))
    if colon and (listed := _with(called, "ticker", ticker) + _with(called, "ticker", wanted)):
        # Sources have many names for one exchange, so another one excludes nothing.
        return [one for one in listed if exchange in called[one].get("exchange", ())] or listed
    exact = [one for one, names in called.items() if any(wanted in names.get(field, ()) for field in WORDS)]
    return sorted(exact) or sorted(one for one, names in called.items() if _is_nearly(one, names, wanted))


def _with(called: Names, field: str, value: str) -> list[str]:
    return sorted(one for one, names in called.items() if value in names.get(field, ()))


def _at_address(called: Names, address: str) -> list[str]:
    """Those whose page it is: at a host of `PAGES`, else their homepage, or a page below it."""
    host, path = _place(address)
    parts = path.removeprefix("orgs/").split("/")
    field, position = PAGES.get(host, ("", 0))
    if field and len(parts) > position and (found := _with(called, field, parts[position])):
        return found
    homepages = {one: {_place(page) for page in names.get("homepage", ())} for one, names in called.items()}
    exact = sorted(one for one, places in homepages.items() if (host, path) in places)
    return exact or sorted(one for one, places in homepages.items() if host and (host, "") in places)


def _place(address: str) -> tuple[str, str]:
    """Host without `www.` and path without slashes at its ends; empty for what is no address."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").removeprefix("www."), unquote(parts.path).strip("/")
    except ValueError:
        return "", ""


def _is_nearly(organization_id: str, names: Mapping[str, Collection[str]], wanted: str) -> bool:
    words = (organization_id, *(word for field in WORDS if field != "ticker" for word in names.get(field, ())))
    return _squeezed(wanted) in map(_squeezed, words)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _highest(connection: sqlite3.Connection, found: Collection[str], valuation: Valuation) -> str | None:
    """The one that stands for all, or owns the others; None where they are independent of each other."""
    if not found:
        return None
    inputs = read_inputs(connection, day=date.fromisoformat(valuation.day), origin=valuation.origin)
    standing = {inputs.same.get(one, one) for one in found}
    if len(standing) == 1:
        return standing.pop()
    groups = {inputs.group_of.get(one, one) for one in standing}
    group = inputs.groups.get(groups.pop()) if len(groups) == 1 else None
    members = [member for member in group.members if member.organization_id in standing] if group else []
    # From the top down: of two at one height none is above the other.
    heights = [len(member.owners) for member in members]
    return members[0].organization_id if heights and heights.count(heights[0]) == 1 else None


def _alike(wanted: str, called: Names) -> list[str]:
    """The ids of at most three organisations that have a similar name."""
    by_word = {
        word: one for one, names in called.items() for word in (one, *(w for f in WORDS for w in names.get(f, ())))
    }
    near = get_close_matches(wanted, by_word, n=6, cutoff=0.6)
    return list(dict.fromkeys(by_word[word] for word in near))[:3]
