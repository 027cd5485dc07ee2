"""Text of strangers on a terminal: every character is shown or replaced, none is obeyed."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.cli.tables import plain, print_rows

OBEYED = [
    *map(chr, [*range(0x20), *range(0x7F, 0xA0)]),
    *"\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
    *"\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\U000e0001\U000e0041",
]


@pytest.mark.parametrize("character", OBEYED, ids=lambda one: f"U+{ord(one):04X}")
def test_what_a_terminal_obeys_or_hides_is_replaced(character: str) -> None:
    assert unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}
    assert plain(f"a{character}b") == "a�b"


def test_what_can_be_shown_is_shown() -> None:
    text = "Ärger, 词, עברית, عربي, 😀, C++ <b> [red] :boom:"
    assert plain(text) == text


def test_no_cell_is_markup_or_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("Texts", ("text",), [{"text": "[red]:boom:[/x]\x1b[2J\nnext"}])
    assert "[red]:boom:[/x]�[2J�next" in capsys.readouterr().out
