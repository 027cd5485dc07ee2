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
    for page in (folder / "public").rglob("*.html"):
        assert f"This is the landscape of a past day, {BEFORE}" in page.read_text(), page
    freshness = (folder / "public" / "freshness.html").read_text()
    assert f"How fresh the figures were on {BEFORE} is not kept" in freshness
    assert "<table" not in freshness and 'class="tile"' not in freshness, "refreshes of today are none of that day"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("site",), "'site' needs the directory to write to"),
        (("site", "public", "-o", "x"), "'site' needs the directory to write to"),
        (("site", "landscape.db"), "landscape.db is the database itself"),
        (("site", "."), ". holds files that are not of a site written before (landscape.db"),
        (("site", "public", "--url", "a.example"), "--url a.example is not the address of a site"),
        (("site", "public", "--url", "ftp://a.example/"), "site: it has to begin with http:// or https://"),
        (("site", "public", "--url", "https://a.example/?q=1"), "site: it cannot have a query (?) or a fragment (#)"),
        (("site", "public", "--url", "https://a.example/#top"), "site: it cannot have a query (?) or a fragment (#)"),
        (("site", "public", "--url", "https:///landscape/"), "site: it has to name a host"),
        (("site", "public", "--url", "https://../landscape/"), "site: it has to name a host"),
        (("site", "public", "--url", "https://me:secret@a.example/"), "site: it has to name a host"),
        (("site", "public", "--url", "https://a.example//x"), "site: its path can have"),
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


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        (("jinja2",), "jinja2 is not installed; install it"),
        (("babel", "jinja2"), "babel and jinja2 are not installed; install them"),
        (("babel", "jinja2", "squarify"), "babel, jinja2 and squarify are not installed; install them"),
    ],
)
def test_without_the_extra_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lacking: tuple[str, ...], said: str
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("crawler.site.needed.find_spec", lambda name: None if name in lacking else find(name))
    done = run("site", "public")
    assert isinstance(done.exception, UsageFault)
    assert str(done.exception) == f"{said} with pip install 'landscape-crawler[site]'"
