"""The catalogue of the interface's words: complete, used, and alone in having words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from jinja2 import nodes

import crawler.site
from crawler.site.rendering import environment
from crawler.site.texts import load_catalogue

SITE = Path(crawler.site.__file__).parent
TEMPLATES = sorted(SITE.rglob("*.html"))
SOURCES = sorted(SITE.rglob("*.py"))
CALLED = {"t", "texts"}
"""How the catalogue is called, in templates and in code."""
BEYOND_WORDS = re.compile(r"<(code|pre|svg|style|script)\b.*?</\1>|<!DOCTYPE[^>]*>|&\w+;", re.S)
"""What has letters that are no words of a language: commands, pictures."""
ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt|aria-description|content)="([^"]*)"')
SHARED = ("figure.", "activity.", "license.")
"""With what keys begin that are there for every page, whether or not one uses it yet."""
FOR_SCRIPTS = re.compile(r"map\.count\.pattern|folder\.(search|compare)\.\w+")
"""Keys whose places a script fills."""


class Use:
    """A call of the catalogue: a whole key, or the beginning of one that is put together; and the values given."""

    def __init__(self, where: str, key: str, *, is_whole: bool, values: set[str] | None) -> None:
        self.where, self.key, self.is_whole, self.values = where, key, is_whole, values


@cache
def template(file: Path) -> nodes.Template:
    return environment().parse(file.read_text(encoding="utf-8"))


@cache
def nodes_of(file: Path) -> list[ast.AST]:
    """All of a source file."""
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def _in_template(file: Path) -> Iterator[Use]:
    for call in template(file).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in CALLED and call.args:
            values = None if call.dyn_kwargs else {value.key for value in call.kwargs}
            if len(call.args) > 1 and values is not None:
                values.add("n")
            for key, is_whole in _keys_of_node(call.args[0]):
                yield Use(file.name, key, is_whole=is_whole, values=values)


def _keys_of_node(node: nodes.Expr) -> Iterator[tuple[str, bool]]:
    if isinstance(node, nodes.Const):
        yield str(node.value), True
    elif isinstance(node, nodes.CondExpr):
        yield from _keys_of_node(node.expr1)
        if node.expr2:
            yield from _keys_of_node(node.expr2)
    elif isinstance(node, nodes.Concat) and isinstance(node.nodes[0], nodes.Const):
        yield str(node.nodes[0].value), False
    elif isinstance(node, nodes.Add) and isinstance(node.left, nodes.Const):
        yield str(node.left.value), False


def _in_source(file: Path) -> Iterator[Use]:
    for call in nodes_of(file):
        if isinstance(call, ast.Call) and call.args and _called(call.func) in CALLED:
            names = [keyword.arg for keyword in call.keywords]
            values = None if None in names else {name for name in names if name}
            if len(call.args) > 1 and values is not None:
                values.add("n")
            for key, is_whole in _keys_of_expression(call.args[0]):
                yield Use(file.name, key, is_whole=is_whole, values=values)


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _keys_of_expression(node: ast.expr) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, True
    elif isinstance(node, ast.IfExp):
        yield from _keys_of_expression(node.body)
        yield from _keys_of_expression(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value), False


@cache
def uses() -> list[Use]:
    """Every call of the catalogue."""
    return [use for file in TEMPLATES for use in _in_template(file)] + [
        use for file in SOURCES for use in _in_source(file)
    ]


@cache
def constants() -> str:
    """All that stands in quotes in templates and code: keys may be handed on."""
    found = [
        node.value
        for file in SOURCES
        for node in nodes_of(file)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for file in TEMPLATES:
        found += [node.value for node in template(file).find_all(nodes.Const) if isinstance(node.value, str)]
    return "\n".join(["", *found, ""])


@cache
def prefixes() -> set[str]:
    """With what keys begin that are put together from parts."""
    return {use.key for use in uses() if not use.is_whole and use.key} | {
        line for line in constants().splitlines() if re.fullmatch(r"[a-z_]+(\.[a-z_]+)*\.", line)
    }


def test_every_key_that_is_used_is_in_the_catalogue() -> None:
    catalogue = load_catalogue("en")
    assert len(uses()) > 50
    missing = [
        (use.where, use.key)
        for use in uses()
        if not (use.key in catalogue if use.is_whole else any(key.startswith(use.key) for key in catalogue))
    ]
    assert missing == []


def test_every_key_of_the_catalogue_is_used() -> None:
    known, begun = constants(), tuple(prefixes())
    unused = [
        key for key in load_catalogue("en") if f"\n{key}\n" not in known and not key.startswith((*begun, *SHARED))
    ]
    assert unused == []


def test_every_place_in_a_text_is_given_its_value() -> None:
    catalogue = load_catalogue("en")
    empty = [
        (use.where, use.key, sorted(missing))
        for use in uses()
        if use.is_whole
        and use.values is not None
        and not FOR_SCRIPTS.fullmatch(use.key)
        and (missing := places(catalogue[use.key]) - use.values)
    ]
    assert empty == []


def places(text: str | dict[str, str]) -> set[str]:
    """The names in braces."""
    texts = text.values() if isinstance(text, dict) else [text]
    return {name for one in texts for _, name, _, _ in Formatter().parse(one) if name}


def test_numbers_have_the_plural_forms_of_the_language() -> None:
    forms = {*Locale.parse("en").plural_form.tags, "other"}
    wrong = {
        key: set(text) for key, text in load_catalogue("en").items() if isinstance(text, dict) and set(text) != forms
    }
    assert wrong == {}
    not_text = [key for key, text in load_catalogue("en").items() if not isinstance(text, str | dict) or not text]
    assert not_text == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_have_no_words_of_their_own(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    said = [
        node.value
        for output in template(file).find_all(nodes.Output)
        for node in output.nodes
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and re.search(r"[^\W\d_]", node.value)
    ]
    bare = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", bare, flags=re.S)
    attributes = [
        value
        for tag in re.findall(r"<[a-zA-Z][^>]*>", bare)
        if not tag.startswith("<meta")
        for value in ATTRIBUTE.findall(tag)
        if re.search(r"[^\W\d_]", value)
    ]
    text = re.sub(r"<[^>]*>", "", BEYOND_WORDS.sub("", bare))
    assert (said, attributes, re.findall(r"[^\W\d_]+", text)) == ([], [], [])
