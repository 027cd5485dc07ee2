"""Sites in this process: over a small landscape, and over a rich one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from rich_landscape import enrich, record
from small_landscape import write_small_landscape

from crawler.site.app import make_site
from crawler.site.board import Board, read_board
from crawler.site.plugin import attached_to
from crawler.store import open_reader


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The path of the file; its name is not the one that the site uses."""
    path = tmp_path / "my landscape.db"
    write_small_landscape(path)
    return path


@pytest.fixture
def site(database: Path) -> Iterator[Datasette]:
    """The site over that file, in this process."""
    yield from _opened(database)


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """The same for tests that only look."""
    path = tmp_path_factory.mktemp("shared") / "landscape.db"
    write_small_landscape(path)
    yield from _opened(path)


def _opened(path: Path, *, with_restricted: bool = False) -> Iterator[Datasette]:
    site = make_site(path, with_restricted=with_restricted)
    yield site
    attached = attached_to(site)
    assert attached is not None
    attached.close()
    for database in site.databases.values():
        database.close()
    assert site.executor is not None
    site.executor.shutdown()


@pytest.fixture(scope="session")
def opened() -> Callable[..., AbstractContextManager[Datasette]]:
    """The site over any file, for as long as a test wants."""
    return contextmanager(_opened)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landscape that comes with the program, filled with its recorded figures."""
    path = tmp_path_factory.mktemp("recorded") / "landscape.db"
    record(path)
    return path


@pytest.fixture(scope="session")
def rich_file(recorded: Path) -> Path:
    """The same with a past, events and hostile projects; nobody may write to it."""
    path = recorded.with_name("rich.db")
    enrich(recorded, path)
    return path


@pytest.fixture(scope="session")
def rich_board(rich_file: Path) -> Board:
    """The same at a glance, without what may not be published."""
    with closing(open_reader(rich_file)) as connection:
        return read_board(connection, with_restricted=False)


@pytest.fixture
def rich(rich_file: Path) -> Iterator[Datasette]:
    """The site over that file, in this process."""
    yield from _opened(rich_file)


@pytest.fixture
def get_rich(rich: Datasette) -> Callable[..., httpx.Response]:
    """Asks that site for one of our pages; the answer must have the status `status`."""

    def ask(path: str, status: int = 200, **parameters: str) -> httpx.Response:
        response: httpx.Response = asyncio.run(rich.client.get(path, params=parameters))
        assert response.status_code == status, (path, response.text)
        return response

    return ask
