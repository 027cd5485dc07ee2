"""`crawler export site` as a person types it: a folder, what is said on standard error, refusals, a past day."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from valued import BEFORE, fill

from crawler.cli import cli
from crawler.errors import UsageFault


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the landscape.db of two days."""
    fill(tmp_path / "landscape.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["export", *arguments])


def test_a_folder_is_written_and_counted_on_standard_error(folder: Path) -> None:
    done = run("site", "public", "--url", "https://a.example/landscape")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("public: ") and " new, 0 changed, 0 deleted, in " in done.stderr
    assert "Sitemap: https://a.example/landscape/sitemap.xml" in (folder / "public" / "robots.txt").read_text()
    assert (folder / "public" / "projects" / "a.html").is_file()


def test_without_an_address_it_says_what_is_left_out(folder: Path) -> None:
    done = run("site", "public")
    assert done.exit_code == 0
    assert "sitemap.xml, robots.txt and 404.html" in done.stderr and "--url" in done.stderr
    assert not (folder / "public" / "sitemap.xml").exists()


def test_a_past_day_is_written_with_its_figures(folder: Path) -> None:
    done = run("site", "public", "--as-of", f"{BEFORE}")
    assert done.exit_code == 0, done.output
    assert f"As of {BEFORE}: what was known at the end of that day" in done.stderr
    assert f"Figures of {BEFORE}" in (folder / "public" / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("site",), "'site' needs the directory to write to"),
        (("site", "public", "-o", "x"), "'site' needs the directory to write to"),
        (("site", "landscape.db"), "landscape.db is the database itself"),
        (("site", "."), ". holds files that are not of a site written before (landscape.db"),
        (("site", "public", "--url", "a.example"), "--url a.example is not the address of a site"),
        (("site", "public", "--url", "https://a.example/?q=1"), "is not the address of a site"),
        (("site", "public", "--url", "javascript:alert(1)"), "is not the address of a site"),
        (("site", "public", "--db", "none.db"), "there is no database none.db"),
        (("csv", "--url", "https://a.example/"), "--url is for 'site': leave it out for 'csv'"),
        (("csv", "public"), "'csv' is written from the database alone: leave public out"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = run(*arguments)
    said = str(done.exception) if isinstance(done.exception, UsageFault) else done.stderr
    assert done.exit_code != 0 and message in said
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert not (folder / "public").exists()


def test_without_the_extra_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("crawler.site.needed.find_spec", lambda name: None if name == "jinja2" else find(name))
    done = run("site", "public")
    assert isinstance(done.exception, UsageFault)
    assert str(done.exception) == "jinja2 is not installed; install it with pip install 'landscape-crawler[site]'"
