"""Landscapes to export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_landscape import ONE_PROJECT, Landscape


@pytest.fixture
def landscape(tmp_path: Path) -> Iterator[Landscape]:
    """An empty directory's landscape; `fill` makes its files."""
    made = Landscape(tmp_path)
    yield made
    made.close()


@pytest.fixture
def rust(landscape: Landscape) -> Landscape:
    """A landscape of one project with one repository and one organisation."""
    landscape.fill(ONE_PROJECT)
    return landscape
