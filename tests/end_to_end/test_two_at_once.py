"""Of two refreshes of one file, by whatever name it goes, the second touches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from at_work import at_work, called, files, wait_for
from crawling import Landscape

from crawler.sandbox.faults import Fault, dripping

HANGING = Fault(dripping(30.0), after=1)

pytestmark = pytest.mark.parametrize("landscape", [33], indirect=True)


def test_the_second_is_refused_under_any_name_of_the_file(landscape: Landscape) -> None:
    elsewhere = landscape.database.parent / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "linked.db"
    link.symlink_to(landscape.database)
    landscape.strike(HANGING)
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        before = files(landscape)
        for name in (link, elsewhere / ".." / landscape.database.name):
            done = called(landscape, "refresh", landscape.seeds, "--db", name, "--force")
            assert (done.code, done.out) == (75, "")
            assert done.err.startswith(f"crawler: another refresh is at work on {name} (process {process.pid} since ")
            assert done.err.count("\n") == 1
        assert files(landscape) == before
        assert len(landscape.server.log) == 2
        assert [path.name for path in elsewhere.iterdir()] == ["linked.db"]


@pytest.mark.parametrize(
    "left",
    [b"", b"\x00\xff\xfe" * 999, b"process 1 since 2020-01-01T00:00:00Z\n"],
    ids=["nothing", "garbage", "another process"],
)
def test_what_a_dead_process_has_left_blocks_nobody(landscape: Landscape, left: bytes) -> None:
    Path(f"{landscape.database}.lock").write_bytes(left)
    landscape.refresh("--only", "widget-1")
    assert landscape.value("SELECT count(stars) FROM repositories") == 1


def test_rubbish_in_a_lock_that_is_held_is_not_shown(landscape: Landscape) -> None:
    landscape.strike(HANGING)
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        Path(f"{landscape.database}.lock").write_bytes(b"process \x1b[2J\xff")
        done = landscape.refresh(code=75)
    assert done.err.startswith(f"crawler: another refresh is at work on {landscape.database}; ")
