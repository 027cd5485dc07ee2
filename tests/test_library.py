"""The package as a library: the examples of its page run, and its faults are those of the command line."""

from __future__ import annotations

import asyncio
import itertools
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from made_once import made_once, shared_place
from rich_landscape import record

import crawler

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
LIST = """
categories:
  - name: Runtimes
    subcategories:
      - name: All
        items:
          - {name: Wasmtime, repo_url: "https://github.com/bytecodealliance/wasmtime", homepage_url: "https://w.example"}
          - {name: Nowhere, homepage_url: "https://nowhere.example"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "seeds.yml").write_text(LIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_TOKEN", "GITHUB_TOKENS", "CRAWLER_DB"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The landscape that comes with the program; nobody may write to it."""
    return made_once(shared_place(tmp_path_factory, worker_id) / "recorded.db", record)


def test_the_examples_of_the_page_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 5
    told = []
    for number, example in enumerate(examples):
        script = folder / f"example_{number}.py"
        script.write_text(example, encoding="utf-8")
        runpy.run_path(str(script), run_name="__main__")
        told.append(capsys.readouterr().out)
    assert "github: 1 to ask, 2 requests" in told[0] and "\ndone 0\n" in told[0]
    assert re.search(r"^Wasmtime [0-9]+ Apache-2.0$", told[0], re.MULTILINE) and "Nowhere None None" in told[0]
    assert re.fullmatch(r"[0-9,]+ stars of 1 of 1 repositories on 2023-09-25\n\[\]\n", told[1])
    assert re.match(r"broken\.yml:2:5: category 1: name is missing; write", told[2])
    assert told[3] == "1 answers\n"
    assert told[4] == "github: 1 repositories, 2 requests, 1 to 2 points, 0 minutes\n"


def test_what_is_offered_is_there_and_no_more_is_imported_for_it(folder: Path) -> None:
    for name in crawler.__all__:
        assert getattr(crawler, name).__name__ == name
    # Some modules have names that are near: what is imported later must not take the place of a function.
    code = "import crawler, sys, crawler.cli.refresh, crawler.cli.plan; print(callable(crawler.refresh), crawler.plan)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.startswith("True <function plan")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = crawler.nothing


def test_every_type_of_what_is_taken_and_given_has_a_public_name() -> None:
    for call in (crawler.load, crawler.plan, crawler.refresh, crawler.read, crawler.Landscape.total):
        hints = get_type_hints(call)
        for named in itertools.chain.from_iterable(map(_classes, hints.values())):
            if named.__module__.startswith("crawler"):
                assert getattr(crawler, named.__name__) is named


def _classes(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for part in get_args(hint):
        yield from _classes(part)


def test_wrong_arguments_are_faults_with_a_cure(folder: Path) -> None:
    async def ask() -> None:
        seeds = await crawler.load("seeds.yml")
        with pytest.raises(crawler.UsageFault, match=r"there is no source gitlab; the sources are github, "):
            await crawler.plan(seeds, sources="gitlab")
        with pytest.raises(crawler.UsageFault, match="force asks for all of any age"):
            await crawler.refresh(seeds, force=True, max_age=timedelta(days=1))
        with pytest.raises(crawler.UsageFault, match=r"no project of the list matches nobody/\*; "):
            await crawler.refresh(seeds, sandbox=True, only="nobody/*")
        with pytest.raises(crawler.UsageFault, match="a budget of -1 pays for nothing"):
            await crawler.refresh(seeds, sandbox=True, budget=-1)
        for span in ("deadline", "max_age"):
            with pytest.raises(crawler.UsageFault, match=f"{span} is -1 day"):
                await crawler.refresh(seeds, sandbox=True, **{span: timedelta(days=-1)})
        with pytest.raises(crawler.UsageFault, match=r"there is no database landscape\.db"):
            await crawler.read()
        with pytest.raises(crawler.SeedsFault, match="the file cannot be read"):
            await crawler.load("nowhere.yml")

    asyncio.run(ask())
    assert not (folder / "landscape.db").exists()


def test_hidden_is_not_unknown(recorded: Path) -> None:
    async def ask() -> tuple[crawler.Landscape, crawler.Landscape]:
        return await crawler.read(recorded), await crawler.read(recorded, include_restricted=True)

    shown, private = asyncio.run(ask())
    assert shown.hidden and private.hidden == frozenset()
    for key, total in private.totals.items():
        assert shown.totals[key].value == (None if key in shown.hidden else total.value)
        assert key not in shown.hidden or total.value is not None


def test_a_cancelled_refresh_keeps_what_was_answered_and_goes_on(folder: Path) -> None:
    class Impatient(crawler.Silent):
        def __init__(self) -> None:
            self.task: asyncio.Task[object] | None = None

        def advance(self, source: str, subjects: int) -> None:
            if source == "github" and self.task:
                self.task.cancel()

    async def ask() -> str:
        seeds = await crawler.load("seeds.yml")
        impatient = Impatient()
        listener: crawler.Listener = impatient
        impatient.task = asyncio.create_task(crawler.refresh(seeds, sandbox=True, listener=listener))
        with pytest.raises(asyncio.CancelledError):
            await impatient.task
        kept = await crawler.read()
        assert kept.projects[0].stars and kept.projects[0].stars > 1_000
        report = await crawler.refresh(seeds, sandbox=True)
        assert "github" not in {one.source for one in report.sources if one.due}
        return report.outcome

    assert asyncio.run(ask()) == "done"
