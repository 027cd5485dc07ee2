"""Text of strangers on pages: joined emoji stay whole, marks go, and nobody has to load a megabyte of it."""

from __future__ import annotations

import pytest

from crawler.printable import plain
from crawler.site.charts.model import Table
from crawler.site.rendering import LONGEST_TEXT, clamped, day, environment, name


@pytest.mark.parametrize("emoji", ["👨\u200d👩\u200d👧", "👩🏽\u200d⚕️", "🏳️\u200d🌈", "🧑\u200d💻 code"])
def test_emoji_that_are_joined_stay_one_sign(emoji: str) -> None:
    assert plain(emoji) == emoji


@pytest.mark.parametrize("text", ["a\u200db", "\u200d👩", "👩\u200d", "👩\u200d\u200d👧", "👩\u200dx", "👩\u202e👧"])
def test_other_marks_that_hide_text_do_not(text: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in plain(text)
    assert plain(plain(text)) == plain(text)


def test_only_the_beginning_of_an_endless_text_is_shown() -> None:
    endless = "long words " * 100_000
    assert len(name(endless)) <= LONGEST_TEXT + len("<bdi></bdi>") and name(endless).endswith("…</bdi>")
    shown = environment().from_string("{{ text | name }}{{ text | plain }}").render(text=endless)
    assert len(shown) < 2 * LONGEST_TEXT + 20
    assert clamped("a" * LONGEST_TEXT) == "a" * LONGEST_TEXT


def test_what_is_kept_for_pages_is_escaped() -> None:
    assert name("<b>&") == "<bdi>&lt;b&gt;&amp;</bdi>"
    assert day("2026-11-22T12:00:00Z") == '<time datetime="2026-11-22">2026-11-22</time>'
    table = Table(heads=("<i>", "b"), rows=(("<b>", "<c>"),))
    shown = environment().from_string('{% import "parts.html" as parts %}{{ parts.table(table) }}').render(table=table)
    assert '<tr><th scope="row"><bdi>&lt;b&gt;</bdi></th><td>&lt;c&gt;</td></tr>' in shown
