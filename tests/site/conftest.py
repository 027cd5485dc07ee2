"""Sites in this process: over a small landscape, and over a rich one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from made_once import made_once, shared_place
from rich_landscape import enrich, record
from small_landscape import write_small_landscape

from crawler.site.app import make_site
from crawler.site.board import Board, read_board
from crawler.site.plugin import attached_to
from crawler.store import open_reader


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Datasette leaves its connections in memory to the garbage collector, which Python 3.13 remarks on."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning"))


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small landscape; nobody may write to it."""
    path = tmp_path_factory.mktemp("small") / "landscape.db"
    write_small_landscape(path)
    return path


@pytest.fixture
def database(small_file: Path, tmp_path: Path) -> Path:
    """The path of a copy; its name is not the one that the site uses."""
    path = tmp_path / "my landscape.db"
    shutil.copy(small_file, path)
    return path


@pytest.fixture
def site(database: Path) -> Iterator[Datasette]:
    """The site over that file, in this process."""
    yield from _opened(database)


@pytest.fixture(scope="module")
def shared_site(small_file: Path) -> Iterator[Datasette]:
    """The same for tests that only look."""
    yield from _opened(small_file)


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
def recorded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The landscape that comes with the program, filled with its recorded figures; nobody may write to it."""
    return made_once(shared_place(tmp_path_factory, worker_id) / "recorded.db", record)


@pytest.fixture(scope="session")
def rich_file(recorded: Path) -> Path:
    """The same with a past, events and hostile projects; nobody may write to it."""
    return made_once(recorded.with_name("rich.db"), lambda path: enrich(recorded, path))


@pytest.fixture(scope="session")
def rich_board(rich_file: Path) -> Board:
    """The same at a glance, without what may not be published."""
    with closing(open_reader(rich_file)) as connection:
        return read_board(connection, with_restricted=False)


@pytest.fixture(scope="session")
def rich(rich_file: Path) -> Iterator[Datasette]:
    """The site over that file, in this process, for tests that only look."""
    yield from _opened(rich_file)


@pytest.fixture(scope="session")
def get_rich(rich: Datasette) -> Callable[..., httpx.Response]:
    """Asks that site for one of our pages; the answer must have the status `status`."""

    def ask(path: str, status: int = 200, **parameters: str) -> httpx.Response:
        response: httpx.Response = asyncio.run(rich.client.get(path, params=parameters))
        assert response.status_code == status, (path, response.text)
        return response

    return ask
