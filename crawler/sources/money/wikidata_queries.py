"""The two questions to Wikidata in SPARQL: which items go by these keys, and what is said of those items.

Values are read through their statements (funding facts §4.2), each kind of statement in a branch of its own, so that
rows do not multiply. What stands in a query is only what a strict pattern lets through: nothing has to be escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.model import Subject

Key = tuple[str, str]
"""What an item is looked up by: a field of `organization_facts`, and a value of it."""

ITEM = re.compile(r"Q[1-9][0-9]{0,11}")
_PROPERTIES = {"crunchbase": "P2088", "github": "P2037", "homepage": "P856"}
"""Fields by which items are found, the surest first."""
_FACTS = {"homepage": "P856", "cik": "P5531", "lei": "P1278", "isin": "P946", "crunchbase": "P2088"}
_SLUG = re.compile(r"[\w.'-]{1,200}")
_LOGIN = re.compile(r"[A-Za-z0-9-]{1,39}")
_HOST = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+")
_PATH = re.compile(r"[A-Za-z0-9._~/@+,;=-]{0,300}")

_DETAILS = """
SELECT ?item ?what ?statement ?value ?label ?slug ?rank ?ticker ?share ?amount ?unit ?code
  ?start ?startPrecision ?end ?endPrecision ?day ?dayPrecision WHERE {{
  {{ VALUES ?item {{ {items} }} ?item rdfs:label ?value . FILTER(LANG(?value) = "en") BIND("name" AS ?what) }}
  UNION {{ VALUES ?item {{ {items} }} VALUES (?what ?property) {{ {facts} }} ?item ?property ?value }}
  UNION {{ VALUES ?item {{ {items} }} ?item p:P414 ?statement . ?statement ps:P414 ?value ; wikibase:rank ?rank .
    FILTER(?rank != wikibase:DeprecatedRank) BIND("listing" AS ?what)
    OPTIONAL {{ ?value rdfs:label ?label . FILTER(LANG(?label) = "en") }}
    OPTIONAL {{ ?statement pq:P249 ?ticker }} OPTIONAL {{ ?statement pq:P582 ?end }} }}
  UNION {{ VALUES ?item {{ {items} }} ?item p:P749 ?statement . ?statement ps:P749 ?value ; wikibase:rank ?rank .
    FILTER(?rank != wikibase:DeprecatedRank) BIND("parent" AS ?what)
    OPTIONAL {{ ?statement pq:P1107 ?share }} {owner} }}
  UNION {{ VALUES ?item {{ {items} }} ?item p:P127 ?statement . ?statement ps:P127 ?value ; wikibase:rank ?rank ;
    pq:P1107 ?share . FILTER(?rank != wikibase:DeprecatedRank) BIND("parent" AS ?what) {owner} }}
  UNION {{ VALUES ?item {{ {items} }} ?item p:P2226 ?statement . ?statement a wikibase:BestRank ;
    psv:P2226 [ wikibase:quantityAmount ?amount ; wikibase:quantityUnit ?unit ] ;
    pqv:P585 [ wikibase:timeValue ?day ; wikibase:timePrecision ?dayPrecision ] . BIND("market_cap" AS ?what)
    OPTIONAL {{ ?unit wdt:P498 ?code }} }}
}}
"""
# An end that is known to have come, though not when, has a value but no time.
_OWNER = """
    OPTIONAL { ?value rdfs:label ?label . FILTER(LANG(?label) = "en") } OPTIONAL { ?value wdt:P2088 ?slug }
    OPTIONAL { ?statement pqv:P580 [ wikibase:timeValue ?start ; wikibase:timePrecision ?startPrecision ] }
    OPTIONAL { ?statement pq:P582 ?end . OPTIONAL { ?statement pqv:P582 [ wikibase:timePrecision ?endPrecision ] } }"""


def keys_of(subject: Subject) -> tuple[Key, ...]:
    """What to look the organisation up by: its surest identifier, a website in all its spellings; () for none."""
    known = subject.identifiers
    if _SLUG.fullmatch(known.get("crunchbase", "")):
        return (("crunchbase", known["crunchbase"]),)
    if _LOGIN.fullmatch(known.get("github", "")):
        return tuple(("github", login) for login in dict.fromkeys((known["github"], known["github"].lower())))
    return tuple(("homepage", address) for address in _spellings(known.get("homepage", "")))


def _spellings(address: str) -> list[str]:
    """An address with http and https, with www and without, with a slash at its end and without."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return []
    path = parts.path.rstrip("/")
    if port or not _HOST.fullmatch(host) or not _PATH.fullmatch(path):
        return []
    return [
        f"{scheme}://{www}{host}{path}{slash}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]


def find_query(keys: Iterable[Key]) -> str:
    """Which items go by which keys: rows of ?item, ?field and ?key."""
    by_field: dict[str, list[str]] = {}
    for field, key in keys:
        by_field.setdefault(field, []).append(f"<{key}>" if field == "homepage" else f'"{key}"')
    branches = [
        f'{{ VALUES ?key {{ {" ".join(values)} }} ?item wdt:{_PROPERTIES[field]} ?key . BIND("{field}" AS ?field) }}'
        for field, values in by_field.items()
    ]
    return f"SELECT ?item ?field ?key WHERE {{ {' UNION '.join(branches)} }}"


def details_query(items: Iterable[str]) -> str:
    """What is said of the items: rows of ?item, ?what and what belongs to that."""
    facts = " ".join(f'("{field}" wdt:{number})' for field, number in _FACTS.items())
    return _DETAILS.format(items=" ".join(f"wd:{item}" for item in items), facts=facts, owner=_OWNER)
