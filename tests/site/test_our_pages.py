"""Every one of our pages over a rich landscape: it opens in any language, and strangers' text in it is only text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from crawler.site.links import PATHS
from crawler.site.texts import Texts, load_catalogue

KEYS = {"project": "wasmtime", "organization": "bytecode-alliance", "category": "runtimes"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
FOREIGN = "ar"


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


@pytest.fixture(scope="module")
def get_foreign(
    rich_file: Path, opened: Callable[..., AbstractContextManager[Datasette]]
) -> Iterator[Callable[[str], str]]:
    """Asks a site whose catalogue is the pseudo one."""
    texts = pseudo()

    with opened(rich_file) as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.site.answering.load_texts", lambda: texts)

        def ask(path: str) -> str:
            response: httpx.Response = asyncio.run(site.client.get(path))
            assert response.status_code == 200, (path, response.text)
            return response.text

        yield ask


@pytest.mark.parametrize("name", PATHS)
def test_every_page_opens_in_any_language(get_foreign: Callable[[str], str], name: str) -> None:
    page = get_foreign(f"/{PATHS[name]}".format(key=KEYS.get(name, "")))
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert "\u202e" not in page
    if name == "feed":  # its words are those of the command
        return
    seen = Words(page)
    assert (seen.root["lang"], seen.root["dir"]) == (FOREIGN, "rtl")
    assert len(seen.words) > 12
    assert [word for word in seen.words if re.search(r"[^\W\d_]", word) and "⟦" not in word] == []
