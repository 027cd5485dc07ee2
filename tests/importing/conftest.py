"""A database without a past, and a repository to fill with one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pasts import Past, Repository


@pytest.fixture(scope="session")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """A database with a list and no history, to be copied."""
    past = Past(tmp_path_factory.mktemp("listed"))
    past.sync(("acme/widget", ["old/widget"]), "acme/gadget")
    return past


@pytest.fixture
def past(tmp_path: Path, listed: Past) -> Past:
    """A database of one's own, in which `acme/widget` (once `old/widget`) and `acme/gadget` are listed."""
    return Past(Path(shutil.copytree(listed.folder, tmp_path / "ours")))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty git repository."""
    return Repository(tmp_path / "theirs")
