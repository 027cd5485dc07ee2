"""Plain Datasette of the version that is installed, with our plugin and the files that we generate for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from datasette.app import Datasette
from datasette.version import __version_info__
from small_landscape import restrict, write_small_landscape

from crawler.cli import cli
from crawler.site.plugin import attached_to

IS_1 = str(__version_info__[0]) != "0"
Ask = Callable[..., Any]


def pytest_report_header() -> str:
    return f"Datasette {'.'.join(map(str, __version_info__))}"


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with landscape.db and the files that are generated for it, and restricted.db."""
    place = tmp_path_factory.mktemp("plain")
    write_small_landscape(place / "landscape.db", with_answers=True)
    write_small_landscape(place / "restricted.db", with_answers=True)
    restrict(place / "restricted.db")
    for name in ("landscape", "restricted"):
        for kind in ("metadata", "datasette"):
            output = str(place / f"{name}-{kind}.yaml")
            arguments = ["export", kind, "--db", str(place / f"{name}.db"), "-o", output]
            CliRunner().invoke(cli, arguments, catch_exceptions=False)
    return place


def configured(place: Path, name: str, plugins: dict[str, Any] | None = None) -> dict[str, Any]:
    """What Datasette is told, by name of its parameter: what `--metadata` and `--config` read from the files."""
    metadata = yaml.safe_load((place / f"{name}-metadata.yaml").read_text(encoding="utf-8"))
    if plugins:
        metadata["plugins"] = plugins
    if not IS_1:
        return {"metadata": metadata}
    return {
        "metadata": metadata,
        "config": yaml.safe_load((place / f"{name}-datasette.yaml").read_text(encoding="utf-8")),
    }


@contextmanager
def serving(file: Path, **told: Any) -> Iterator[Ask]:
    """Asks Datasette over the file; the answer must have the status `status`."""
    loop = asyncio.new_event_loop()
    site = Datasette([str(file)], **told)
    loop.run_until_complete(site.invoke_startup())

    def ask(path: str, status: int = 200, **parameters: str) -> Any:
        answer = loop.run_until_complete(site.client.get(path, params=parameters or None))
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer

    yield ask
    attached = attached_to(site)
    if attached is not None:
        attached.close()
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.fixture(scope="session")
def ask(place: Path) -> Iterator[Ask]:
    """Asks Datasette over landscape.db with our files."""
    with serving(place / "landscape.db", **configured(place, "landscape")) as ask:
        yield ask


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[Ask]]:
    """Datasette over any file, told anything."""
    return serving


@pytest.fixture
def told(place: Path) -> Callable[..., dict[str, Any]]:
    """What our files tell of landscape.db or restricted.db."""
    return lambda name, plugins=None: configured(place, name, plugins)
