"""A served site and a browser for it, once for all browser tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Visit, chromium
from playwright.sync_api import Browser
from rich_landscape import enrich, record

from benchmarks.site.serving import serving

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def rich_file(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded landscape with a past, events and hostile projects. The browser comes first: it may be missing."""
    place = tmp_path_factory.mktemp("browser")
    record(place / "landscape.db")
    enrich(place / "landscape.db", place / "rich.db")
    return place / "rich.db"


@pytest.fixture(scope="session")
def home(rich_file: Path) -> Iterator[str]:
    """The address of `crawler serve` over it, with a slash at its end."""
    with serving(rich_file) as server:
        yield server.address


@pytest.fixture(scope="session")
def folder(rich_file: Path) -> str:
    """The address of the same site as files, with a slash at its end."""
    place = rich_file.with_name("site")
    command = [sys.executable, "-m", "crawler", "export", "site", str(place), "--db", str(rich_file)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return f"{place.as_uri()}/"


@pytest.fixture
def site(browser: Browser, home: str) -> Iterator[Visit]:
    """Opens pages of the served site; nothing may go wrong on any of them."""
    yield from _visited(browser, home)


@pytest.fixture
def files(browser: Browser, folder: str) -> Iterator[Visit]:
    """The same of the site as files."""
    yield from _visited(browser, folder)


def _visited(browser: Browser, home: str) -> Iterator[Visit]:
    visit = Visit(browser, home)
    yield visit
    visit.close()
    assert visit.faults == []
