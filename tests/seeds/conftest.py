"""Files for the seeds loader, and findings in a form that tests can compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.listed import Finding
from crawler.seeds import check_seeds

CARET = "‸"
"""Stands in a test's text where a finding is expected."""

Checked = tuple[list[Finding], list[tuple[int, int]]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Writes a seeds file and gives its path."""

    def write_file(content: str | bytes) -> Path:
        path = tmp_path / "seeds.yml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def check(write: Callable[[str | bytes], Path]) -> Callable[[str], Checked]:
    """Checks a text with carets: its findings, and the positions (line, column) of the carets."""

    def check_text(marked: str) -> Checked:
        positions = [
            (number, column + 1 - earlier)
            for number, line in enumerate(marked.split("\n"), 1)
            for earlier, column in enumerate(at for at, character in enumerate(line) if character == CARET)
        ]
        return check_seeds(write(marked.replace(CARET, ""))), positions

    return check_text
