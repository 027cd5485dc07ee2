"""A file that is replaced while it is served: the new one is shown from the next request on."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from crawler.site.app import make_site
from crawler.site.plugin import attached_to
from crawler.site.reopening import Reopening


@pytest.fixture
def opened(database: Path) -> Iterator[list[Any]]:
    """Every site that was opened, closed at the end."""
    sites: list[Any] = []
    yield sites
    for site in sites:
        if attached := attached_to(site):
            attached.close()
        for held in site.databases.values():
            held.close()
        site.executor.shutdown()


@pytest.fixture
def served(database: Path, opened: list[Any]) -> Reopening:
    def open_site(path: Path) -> Any:
        opened.append(make_site(path))
        return opened[-1]

    return Reopening(database, open_site)


def names(served: Reopening) -> list[str]:
    """What Datasette tells of the file, and that our pages tell the same."""

    async def ask() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://test") as client:
            rows = (await client.get("/landscape/projects.json?_shape=array&_col=name&_size=100")).json()
            page = (await client.get("/projects")).text
            found = [row["name"] for row in rows if row["name"] in page]
            assert found
            return found

    return asyncio.run(ask())


def copy(database: Path, name: str) -> Path:
    other = database.with_name("other.db")
    shutil.copy(database, other)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE projects SET name = ? WHERE id = 'wasmtime'", [name])
    return other


def test_another_file_of_the_same_name_is_shown_at_once(database: Path, served: Reopening) -> None:
    assert "Wasmtime" in names(served)
    copy(database, "Wasmtime of today").replace(database)
    assert "Wasmtime of today" in names(served) and "Wasmtime" not in names(served)


@pytest.mark.parametrize("content", [None, b"no database at all"])
def test_what_cannot_be_served_leaves_the_file_before_in_place(
    database: Path, served: Reopening, content: bytes | None
) -> None:
    assert "Wasmtime" in names(served)
    good = copy(database, "Wasmtime of today")
    if content is None:
        database.unlink()
    else:
        other = database.with_name("broken.db")
        other.write_bytes(content)
        other.replace(database)
    assert "Wasmtime" in names(served)
    good.replace(database)
    assert "Wasmtime of today" in names(served)
