"""The catalogue of the interface's words: complete, used, alone in having words, and ready for another language."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import httpx
import pytest
from babel import Locale
from datasette.app import Datasette
from jinja2 import nodes

import crawler.site
from crawler.site.links import PATHS
from crawler.site.rendering import environment
from crawler.site.texts import Texts, load_catalogue

# Datasette leaves its connections in memory to the garbage collector, which Python 3.13 remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

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
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
FOREIGN = "ar"


class Use:
    """A call of the catalogue: a whole key, or the beginning of one that is put together; and the values given."""

    def __init__(self, where: str, key: str, *, is_whole: bool, values: set[str] | None) -> None:
        self.where, self.key, self.is_whole, self.values = where, key, is_whole, values


def _in_template(file: Path) -> Iterator[Use]:
    tree = environment().parse(file.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
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
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
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
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for file in TEMPLATES:
        tree = environment().parse(file.read_text(encoding="utf-8"))
        found += [node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)]
    return "\n".join(["", *found, ""])


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
    tree = environment().parse(source)
    said = [
        node.value
        for output in tree.find_all(nodes.Output)
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


class Words(HTMLParser):
    """The words of the frame around a page, what a browser says of it, and what each control is called."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.root = named
        if "main" not in self.open:
            self.words += [value for name in ("aria-label", "placeholder", "alt") if (value := named.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_word = self.open and self.open[-1] not in {"script", "style"} and data.strip()
        if is_word and ("main" not in self.open or self.open[-1] in {"button", "legend"}):
            self.words.append(data.strip())


def pseudo() -> Texts:
    """Every text in brackets, its places kept, as if it were of a language that runs to the left."""

    def wrapped(text: str | dict[str, str]) -> str | dict[str, str]:
        return {form: f"⟦{one}⟧" for form, one in text.items()} if isinstance(text, dict) else f"⟦{text}⟧"

    return Texts(FOREIGN, {key: wrapped(text) for key, text in load_catalogue("en").items()})


@pytest.fixture
def get_foreign(rich: Datasette, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Asks a site whose catalogue is the pseudo one."""
    monkeypatch.setattr("crawler.site.answering.load_texts", pseudo)

    def ask(path: str) -> str:
        response: httpx.Response = asyncio.run(rich.client.get(path))
        assert response.status_code in {200, 404}, response.text
        return response.text

    return ask


KEYS = {"project": "wasmtime", "organization": "bytecode-alliance", "category": "runtimes"}


@pytest.mark.parametrize("name", [name for name in PATHS if name != "feed"])
def test_a_language_can_be_added(get_foreign: Callable[[str], str], name: str) -> None:
    seen = Words(get_foreign(f"/{PATHS[name]}".format(key=KEYS.get(name, ""))))
    assert (seen.root["lang"], seen.root["dir"]) == (FOREIGN, "rtl")
    assert len(seen.words) > 12
    assert [word for word in seen.words if re.search(r"[^\W\d_]", word) and "⟦" not in word] == []
