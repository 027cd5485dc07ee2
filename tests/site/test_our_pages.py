"""Every one of our pages over a rich landscape: it opens, and strangers' text in it is only text."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from crawler.site.links import PATHS

KEYS = {"project": "wasmtime", "organization": "bytecode-alliance", "category": "runtimes"}

# Datasette leaves its connections in memory to the garbage collector, which Python 3.13 remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")


@pytest.mark.parametrize("name", PATHS)
def test_every_page_opens(get_rich: Callable[..., httpx.Response], name: str) -> None:
    answer = get_rich(f"/{PATHS[name]}".format(key=KEYS.get(name, "")))
    assert "<script>alert" not in answer.text
    assert "javascript:" not in answer.text
    assert "\u202e" not in answer.text
