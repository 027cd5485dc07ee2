"""The JSON Schema and the loader know the same keys and the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from crawler.currencies import CURRENCIES
from crawler.model import LICENCE_CLASSES
from crawler.seeds import keys
from crawler.seeds.attribution import CLASSES, RULES
from crawler.seeds.figures import KINDS as FIGURE_KINDS
from crawler.seeds.figures import MEASURES
from crawler.seeds.organizations import KINDS, TOKEN_RELATIONS

SCHEMA: dict[str, Any] = json.loads(resources.files("crawler.seeds").joinpath("schema.json").read_text("utf-8"))
OBJECTS: dict[str, tuple[dict[str, Any], keys.Keys]] = {
    "top": (SCHEMA, keys.TOP),
    "group": (SCHEMA["$defs"]["group"], keys.GROUP),
    "organization": (SCHEMA["$defs"]["organization"], keys.ORGANIZATION),
    "parent": (SCHEMA["$defs"]["parent"], keys.PARENT),
    "attribution": (SCHEMA["$defs"]["attribution"], keys.ATTRIBUTION),
    "figure": (SCHEMA["$defs"]["figure"], keys.FIGURE),
    "category": (SCHEMA["$defs"]["category"], keys.CATEGORY),
    "subcategory": (SCHEMA["$defs"]["subcategory"], keys.SUBCATEGORY),
    "item": (SCHEMA["$defs"]["item"], keys.ITEM),
    "repository": (SCHEMA["$defs"]["repository"], keys.REPOSITORY),
    "extra": (SCHEMA["$defs"]["extra"], keys.EXTRA),
}
TYPES: dict[keys.Kind, set[str]] = {
    "text": {"string"},
    "day": {"string", "integer"},
    "loose day": {"string", "integer"},
    "flag": {"boolean"},
    "texts": {"array"},
    "text or texts": {"array", "string"},
    "text or mapping": {"string", "object"},
    "list": {"array"},
    "repositories": {"array"},
    "mapping": {"object"},
}


def parts(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from parts(child)
    elif isinstance(node, list):
        for child in node:
            yield from parts(child)


def types(part: dict[str, Any]) -> set[str]:
    """The JSON types that a part of the schema allows, null left out."""
    if "$ref" in part:
        return types(SCHEMA["$defs"][part["$ref"].rpartition("/")[2]])
    if "anyOf" in part:
        return set().union(*(types(choice) for choice in part["anyOf"]))
    if "enum" in part:
        return {"string"}
    named = part.get("type", [])
    return {named} - {"null"} if isinstance(named, str) else set(named) - {"null"}


@pytest.mark.parametrize("name", OBJECTS)
def test_same_keys(name: str) -> None:
    schema, known = OBJECTS[name]
    assert set(schema["properties"]) == set(known)


@pytest.mark.parametrize("name", OBJECTS)
def test_same_types(name: str) -> None:
    schema, known = OBJECTS[name]
    for key, kind in known.items():
        allowed = types(schema["properties"][key])
        if kind in {"text", "text or mapping"}:
            # Numbers may stand for their text.
            allowed -= {"number"}
        if kind != "anything":
            assert allowed == TYPES[kind], key


def test_same_words() -> None:
    organization = SCHEMA["$defs"]["organization"]["properties"]
    figure = SCHEMA["$defs"]["figure"]["properties"]
    assert tuple(organization["kind"]["anyOf"][0]["enum"]) == (*KINDS, None)
    assert tuple(organization["token_relation"]["enum"]) == (*TOKEN_RELATIONS, None)
    assert tuple(organization["attribution_class"]["enum"]) == (*CLASSES, None)
    assert tuple(SCHEMA["$defs"]["attribution"]["properties"]["rule"]["enum"]) == (*RULES, None)
    assert tuple(figure["kind"]["enum"]) == (*FIGURE_KINDS, None)
    assert tuple(figure["licence_class"]["enum"]) == (*LICENCE_CLASSES, None)
    assert tuple(figure["measure"]["anyOf"][0]["enum"]) == MEASURES
    assert all(re.search(figure["currency"]["pattern"], currency) for currency in CURRENCIES)


def test_every_key_is_described_and_every_pattern_and_reference_is_sound() -> None:
    for part in parts(SCHEMA):
        for key, described in part.get("properties", {}).items():
            assert described.get("description") or "$ref" in described, key
        if isinstance(part.get("pattern"), str):
            re.compile(part["pattern"])
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]


def test_unknown_keys_are_allowed() -> None:
    assert not any("additionalProperties" in part for part in parts(SCHEMA))
