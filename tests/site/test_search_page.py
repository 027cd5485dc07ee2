"""The page search: it finds everything that has a name, and takes whatever is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from crawler.site.pages.search_terms import marked, terms_of

Get = Callable[..., httpx.Response]


def names(page: str, kind: str) -> list[str]:
    """The names that were found of a kind, in their order."""
    section = re.search(rf'<h2 id="found-{kind}">.*?</section>', page, re.S)
    found = re.findall(r"<p><(?:a|strong)[^>]*><bdi>(.*?)</bdi>", section[0]) if section else []
    return [re.sub("<[^>]+>", "", name) for name in found]


def test_the_exact_name_comes_first_then_beginnings_then_what_is_told(get_rich: Get) -> None:
    found = names(get_rich("/search", q="wasm", kind="project").text, "project")
    assert found[0].startswith("Wasm")
    assert found.index("wasmCloud") < found.index("Kubernetes")
    assert names(get_rich("/search", q="WASM3").text, "project")[0] == "wasm3"
    assert names(get_rich("/search", q="Rust").text, "project")[0] == "Rust"


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("bytecodealliance/wasmtime", "repository", "bytecodealliance/wasmtime"),
        ("bytecode all", "organization", "Bytecode Alliance"),
        ("runtimes", "category", "Runtimes"),
        ("c++", "language", "C++"),
        ("apache-2", "license", "Apache-2.0"),
        ("not recognised", "license", "Not recognised"),
        ("raised", "question", "How much funding was raised, by year?"),
        ("freshness", "page", "Freshness"),
        ("distribut applic", "project", "wasmCloud"),
        ("component model", "project", "Wasm Interface Type (WIT) / component model"),
    ],
)
def test_everything_that_has_a_name_is_found(get_rich: Get, typed: str, kind: str, name: str) -> None:
    assert name in names(get_rich("/search", q=typed).text, kind)


def test_the_kind_with_the_very_name_comes_first(get_rich: Get) -> None:
    page = get_rich("/search", q="runtimes").text
    assert re.findall(r'<h2 id="found-(\w+)"', page)[:2] == ["category", "project"]
    assert names(page, "category")[0] == "Runtimes"
    # A topic is called so, too.
    assert re.findall(r'<h2 id="found-(\w+)"', get_rich("/search", q="wasm").text)[0] == "project"


def test_facets_lead_to_lists(get_rich: Get) -> None:
    assert 'href="/projects?language=C%2B%2B"' in get_rich("/search", q="c++").text


def test_a_sign_at_its_end_is_a_part_of_a_name(get_rich: Get) -> None:
    page = get_rich("/search", q="C++").text
    # Of Emscripten it is told that it is a compiler for C++; of the other words that begin with a C there are dozens.
    assert names(page, "project") == ["C++", "Emscripten"]
    assert names(page, "language") == ["C++"]
    assert terms_of("c++ rust+wasm C# +").words == ("c++", "rust", "wasm", "c#")
    assert names(get_rich("/search", q="c++ bindings of a kind that nobody has").text, "project") == []


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "*", "AND", "NOT wasm", "-", "wasm -go", "NEAR(a b)", "name:wasm", "^a", "🦀", "a" * 9000, "\0",
     "\ud83d", "(", "مشروع", "%", "{x}", "a b c d e f g h i j k l"],
)  # fmt: skip
def test_whatever_is_typed_is_answered(get_rich: Get, typed: str) -> None:
    get_rich("/search", q=typed.encode("utf-8", "replace").decode())


def test_what_is_typed_is_only_text(get_rich: Get) -> None:
    page = get_rich("/search", q='"><script>alert(1)</script>').text
    assert "<script>alert" not in page
    assert "&lt;<mark>script</mark>&gt;" in page


def test_near_spellings_are_offered(get_rich: Get) -> None:
    page = get_rich("/search", q="wasmtme").text
    assert "Perhaps you meant" in page
    assert '<a href="/projects/wasmtime">' in page


def test_lists_are_cut_and_go_on_elsewhere(get_rich: Get) -> None:
    page = get_rich("/search", q="wasm").text
    assert len(names(page, "project")) == 20
    more = re.search(r'<a href="/search\?q=wasm&amp;kind=project">All (\d+)</a>', page)
    assert more
    first, second, third = (
        names(get_rich("/search", q="wasm", kind="project", page=str(number)).text, "project") for number in (1, 2, 3)
    )
    assert len({*first, *second, *third}) == len(first) + len(second) + len(third) == int(more[1])


def test_without_a_question_there_is_where_to_start(get_rich: Get) -> None:
    page = get_rich("/search").text
    assert "Start here" in page
    assert 'href="/categories/runtimes"' in page
    assert 'id="search-form"' in page
    assert "aria-live" not in page


def test_marks_keep_text_as_text() -> None:
    assert marked("<b>Wasm</b> was\u202em", terms_of("wasm <b>")) == (
        "<bdi>&lt;<mark>b</mark>&gt;<mark>Wasm</mark>&lt;/<mark>b</mark>&gt; was\N{REPLACEMENT CHARACTER}m</bdi>"
    )
    assert marked("Wasm", terms_of("")) == "<bdi>Wasm</bdi>"
