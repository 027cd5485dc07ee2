"""What may be written where: over a former site, never over what is not of one, and never in halves."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from crawler.errors import UsageFault
from crawler.site.folder import crew, export
from crawler.site.folder.export import Written, export_site
from crawler.site.folder.writing import MARKER, STAGE, open_folder
from crawler.store import open_writer, transaction

MANY = "import crawler.site.folder.crew as crew; crew.ENOUGH_ROWS = 1; from crawler.cli import main; main()"
Export = Callable[..., Written]


class Silent:
    """A watch that nobody reads."""

    def begin(self, source: str, subjects: int) -> None:
        pass

    def advance(self, source: str, subjects: int) -> None:
        pass


@pytest.fixture
def write(database: Path) -> Export:
    """Exports the small landscape into a directory."""

    def write(directory: Path, url: str = "") -> Written:
        return export_site(directory, database, watch=Silent(), show=lambda _: None, url=url)

    return write


@pytest.fixture(scope="module")
def exported(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small landscape; nobody may write to it."""
    directory = tmp_path_factory.mktemp("exported") / "site"
    export_site(directory, small_file, watch=Silent(), show=lambda _: None)
    return directory


@pytest.fixture
def site(exported: Path, tmp_path: Path) -> Path:
    """A copy of it: what a first run leaves."""
    return Path(shutil.copytree(exported, tmp_path / "site"))


def change(database: Path, statement: str) -> None:
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute(statement)


def state(directory: Path) -> dict[str, bytes]:
    """All files by name."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_what_went_from_the_list_goes_from_the_site_and_other_files_stay(
    write: Export, database: Path, tmp_path: Path
) -> None:
    site = tmp_path / "new" / "site"
    write(site, url="https://a.example/")
    for file in ("CNAME", "projects/notes.txt", "README.md"):
        (site / file).write_text("ours")
    change(database, "UPDATE projects SET removed_at = '2026-11-24T12:00:00Z' WHERE id = 'grain'")
    before = state(site)
    times = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    written = write(site)
    assert not (site / "projects" / "grain.html").exists()
    assert not (site / "sitemap.xml").exists()
    assert (site / "projects" / "notes.txt").read_text() == (site / "README.md").read_text() == "ours"
    assert written.deleted == len(before.keys() - state(site).keys()) >= 4 and written.changed and not written.new
    unchanged = [path for path in times if path.exists() and path.stat().st_mtime_ns == times[path]]
    assert len(unchanged) == written.files - written.changed + 3
    assert "grain" not in (site / "index.html").read_text()
    assert "projects/grain.html" not in json.loads((site / MARKER).read_text())["files"]


def test_another_run_in_several_processes_changes_no_file(site: Path, database: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    command = [sys.executable, "-c", MANY, "export", "site", str(site), "--db", str(database)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "0 new, 0 changed, 0 deleted" in done.stderr
    assert times == {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", [".", "~", "database", "file"])
def test_a_directory_that_is_not_a_site_is_refused_untouched(
    write: Export, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    place = {".": Path(), "~": tmp_path, "database": database.parent, "file": tmp_path / "mine.txt"}[name]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageFault) as fault:
        write(place)
    assert "mine.txt" in str(fault.value) and "name a new or an empty" in fault.value.cure
    assert sorted(tmp_path.iterdir()) == before


def test_the_empty_branch_of_a_site_is_taken(write: Export, tmp_path: Path) -> None:
    (tmp_path / "site" / ".git").mkdir(parents=True)
    (tmp_path / "site" / "CNAME").write_text("landscape.example")
    assert write(tmp_path / "site").new


def test_what_a_first_run_left_that_was_killed_is_in_nobodys_way(write: Export, tmp_path: Path) -> None:
    (tmp_path / "site" / STAGE / "projects").mkdir(parents=True)
    (tmp_path / "site" / STAGE / "projects" / "half.html").write_text("half")
    assert write(tmp_path / "site").new
    assert not (tmp_path / "site" / STAGE).exists() and not (tmp_path / "site" / "projects" / "half.html").exists()


@pytest.mark.parametrize("place", ["projects/hosted.html", "assets"])
def test_what_stands_in_the_way_and_is_not_of_the_site_is_not_touched(
    write: Export, site: Path, tmp_path: Path, place: str
) -> None:
    listed = json.loads((site / MARKER).read_text())
    listed["files"] = [file for file in listed["files"] if not file.startswith(place)]
    (site / MARKER).write_text(json.dumps(listed))
    if place == "assets":
        (site / place).rename(tmp_path / "elsewhere")
        (site / place).symlink_to(tmp_path / "elsewhere")
    else:
        (site / place).write_text("mine")
    before = state(site)
    with pytest.raises(UsageFault, match=f"{place} is in the way"):
        write(site)
    assert state(site) == before


def test_a_marker_cannot_name_files_outside(write: Export, site: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    listed = json.loads((site / MARKER).read_text())
    outside = ["../mine.txt", str(tmp_path / "mine.txt"), "projects/../../mine.txt", "a//b", ".git/config"]
    (site / MARKER).write_text(json.dumps({"files": listed["files"] + outside}))
    (site / ".git").mkdir()
    (site / ".git" / "config").write_text("mine")
    assert write(site).deleted == 0
    assert (tmp_path / "mine.txt").read_text() == (site / ".git" / "config").read_text() == "mine"


def test_a_marker_that_says_nothing_is_refused(write: Export, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MARKER).write_text("{")
    with pytest.raises(UsageFault, match="does not say which files"):
        write(tmp_path / "site")


def test_one_export_at_a_time(write: Export, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with open_folder(site) as folder:
        (folder.stage / "waits.html").write_bytes(b"x")
        with pytest.raises(UsageFault, match="another export is writing"):
            write(site)
        assert (folder.stage / "waits.html").is_file(), "the first export's files are no business of the second"
    assert not site.exists()  # nothing was written there
    assert write(site).new


def test_a_file_that_was_taken_away_meanwhile_is_told(site: Path, write: Export) -> None:
    with open_folder(site) as folder:
        (folder.stage / "index.html").write_bytes(b"x")
        with pytest.raises(UsageFault, match=r"there\.html was taken away"):
            folder.finish(["index.html", "there.html"])
    assert (site / "index.html").read_bytes() != b"x", "nothing was changed"


def test_cut_off_while_rendering_nothing_has_changed(
    write: Export, site: Path, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(site)
    change(database, "UPDATE projects SET name = 'Another' WHERE id = 'wasmtime'")

    def interrupt(*_: object) -> None:
        assert any(tmp_path.rglob(f"{STAGE}/*.html"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(export, "sitemap_files", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write(site, url="https://a.example/")
        assert state(site) == before and not (site / STAGE).exists()
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / "fresh", url="https://a.example/")
        assert not (tmp_path / "fresh").exists()
    (site / STAGE).mkdir()  # as a run leaves it that was killed
    (site / STAGE / "old.html").write_text("old")
    assert write(site).changed
    assert not (site / STAGE).exists()


def test_cut_off_while_files_take_their_places_every_file_is_whole_and_the_next_run_goes_on(
    write: Export, site: Path, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(site)
    change(database, "UPDATE projects SET name = 'Another' WHERE id = 'wasmtime'")
    change(database, "UPDATE projects SET removed_at = '2026-11-24T12:00:00Z' WHERE id = 'grain'")
    change(database, "UPDATE projects SET removed_at = NULL WHERE id = 'former'")
    write(tmp_path / "whole")
    after = state(tmp_path / "whole")
    replace, calls = Path.replace, iter(range(100))

    def fail(self: Path, target: Path) -> Path:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space"):
            write(site)
    mixed = state(site)
    assert (site / "projects" / "grain.html").is_file()  # old pages lead to it
    assert all(body in {before.get(file), after.get(file)} for file, body in mixed.items() if file != MARKER)
    assert mixed not in (before, after)
    write(site)
    assert state(site) == after


@pytest.mark.parametrize(("commits", "has_pool"), [(0, True), (2, True), (99, False)])
def test_processes_are_used_only_where_all_see_the_same_state(
    database: Path, monkeypatch: pytest.MonkeyPatch, commits: int, has_pool: bool
) -> None:
    left = iter(range(commits))

    @contextmanager
    def open_pool(*_: object) -> Iterator[object]:
        if next(left, None) is not None:  # somebody commits between the first and the last that begin
            change(database, "UPDATE projects SET position = position + 1")
        yield "a pool"

    monkeypatch.setattr(crew, "_open_pool", open_pool)
    monkeypatch.setattr(crew, "_processes", lambda _: 2)
    job = crew.Job(database=database, root=database.parent, show=lambda _: None, with_restricted=False, url="")
    with closing(open_writer(database)) as writer, crew._one_state(job) as (connection, pool):
        assert (pool is not None) is has_pool
        query = "SELECT min(position) FROM projects"
        assert connection.execute(query).fetchone()[0] == writer.execute(query).fetchone()[0]


@pytest.mark.parametrize(("pages", "most"), [(3, 1), (11, 2), (96, 24), (3_000, 24)])
def test_few_pages_are_for_all_processes_too(
    database: Path, monkeypatch: pytest.MonkeyPatch, pages: int, most: int
) -> None:
    piles: list[int] = []

    class Pool:
        def map(self, _: object, given: list[list[int]], digests: object) -> list[object]:
            piles.extend(map(len, given))
            return []

    monkeypatch.setattr(crew, "_processes", lambda _: 2)
    job = crew.Job(database=database, root=database.parent, show=lambda _: None, with_restricted=False, url="")
    with closing(open_writer(database)) as connection:
        assert list(crew.Crew(connection, job, Pool()).render(range(pages), {})) == []  # type: ignore[arg-type]
    assert sum(piles) == pages and max(piles) == most
