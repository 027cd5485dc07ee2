"""The generated pages are those that the present code would write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.cli import COMMANDS
from docs.generate import DOCS, answers_page, commands_page, database_page

CURE = "the page is out of date: run 'make docs' and commit it"


@pytest.mark.parametrize(
    ("name", "page"), [("answers.md", answers_page), ("commands.md", commands_page), ("database.md", database_page)]
)
def test_page_is_current(name: str, page: Callable[[], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == page(), CURE


def test_every_command_is_in_the_reference_with_an_example() -> None:
    sections = commands_page().split("\n## ")
    for name, summary in COMMANDS.items():
        (section,) = (text for text in sections if text.startswith(f"crawler {name}\n"))
        assert "Example" in section, name
        assert summary in " ".join(sections[1].split()), name
