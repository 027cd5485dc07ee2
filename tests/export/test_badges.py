"""Badges: well-formed, readable without eyes, the same bytes again; and only files of ours are ever taken away."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from crawling import command
from happened import HOSTILE
from small_landscape import restrict, write_small_landscape

from crawler.export.badge_svg import AMBER, BLUE, GREY, badge, shortened, text_width
from crawler.printable import plain
from crawler.store import open_writer

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landscape to copy; nobody writes to it."""
    path = tmp_path_factory.mktemp("made") / "landscape.db"
    write_small_landscape(path)
    return path


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path))


def change(database: Path, statement: str, *values: object) -> None:
    with closing(open_writer(database)) as connection:
        connection.execute(statement, values)


def export(database: Path, directory: Path, code: int = 0) -> str:
    done = command("export", "badges", "-o", directory, "--db", database)
    assert done.code == code, done.err
    return done.err


def files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def read(directory: Path, file: str) -> tuple[str, str, str]:
    """The title, the value, and its colour."""
    root = Xml.parse(directory / file).getroot()
    assert root.get("role") == "img"
    title = root.findtext(f"{SVG}title")
    assert root.get("aria-label") == title
    texts = [one.text for one in root.iter(f"{SVG}text")]
    return title or "", texts[1] or "", [one.get("fill") for one in root.iter(f"{SVG}rect")][2] or ""


def test_what_is_known_none_and_not_known(database: Path, tmp_path: Path) -> None:
    change(
        database,
        "UPDATE repositories SET license_spdx = 'NONE', releases_total = 0, latest_release_tag = NULL,"
        " latest_release_at = NULL WHERE id = 2",
    )
    out = tmp_path / "badges"
    assert "19 files; 19 new, 0 changed, 0 deleted" in export(database, out)
    assert read(out, "projects/wasmtime/stars.svg") == ("Wasmtime: stars: 13,000", "13.0K", BLUE)
    assert read(out, "projects/wasmtime/release.svg")[1:] == ("2023-09-20", BLUE)
    assert read(out, "projects/lucet/licence.svg")[1:] == ("none", AMBER)
    assert read(out, "projects/lucet/release.svg")[1:] == ("none", BLUE)
    assert read(out, "projects/grain/stars.svg")[1:] == ("not known", GREY)
    assert read(out, "projects/hosted/stars.svg")[1:] == ("no repository", GREY)
    assert read(out, "categories/runtimes/projects.svg")[1:] == ("2", BLUE)
    assert read(out, "categories/languages/stars.svg")[1:] == ("not known", GREY)
    assert read(out, "landscape/stars.svg") == ("Landscape: stars: 17,000, 2 of 3 known", "17.0K", BLUE)
    index = (out / "README.md").read_text()
    pictures = {part.split(")")[0] for part in index.split("](")[1:]} - {
        "https://example.org/badges/landscape/stars.svg"
    }
    assert pictures == {name for name in files(out) if name.endswith(".svg")}


def test_again_is_the_same_and_what_is_not_ours_stays(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "badges"
    export(database, out)
    first = files(out)
    assert "0 new, 0 changed, 0 deleted" in export(database, out)
    assert files(out) == first
    (out / "projects/lucet/mine.txt").write_text("x")
    change(database, "UPDATE projects SET removed_at = '2026-11-23T00:00:00Z' WHERE id IN ('lucet', 'grain')")
    assert "0 new, 1 changed, 6 deleted" in export(database, out)
    assert (out / "projects/lucet/mine.txt").exists()
    assert not (out / "projects/grain").exists()


def test_a_folder_of_others_and_the_site_are_left_alone(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "other"
    out.mkdir()
    (out / ".landscape-site.json").write_text('{"files": ["index.html"]}')
    (out / "index.html").write_text("x")
    before = files(out)
    assert "holds files that are not of a set of badges written before" in export(database, out, code=2)
    assert files(out) == before
    assert "name a directory with --output" in command("export", "badges", "--db", database).err


def test_hostile_names_and_ids(database: Path, tmp_path: Path) -> None:
    change(
        database,
        "INSERT INTO projects (id, name, subcategory_id, position, first_seeded_at)"
        " VALUES ('../../evil', ?, 'languages--all', 9, '2026-11-22T12:00:00Z')",
        HOSTILE,
    )
    change(
        database, "UPDATE repositories SET latest_release_tag = ?, latest_release_at = NULL", f"<b>&\"'{HOSTILE}" * 9
    )
    out = tmp_path / "badges"
    export(database, out)
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"badges", "landscape.db"}
    (evil,) = (out / "projects").glob("evil~*")
    assert read(out, f"projects/{evil.name}/stars.svg")[0] == f"{plain(HOSTILE)}: stars: no repository"
    title, value, _ = read(out, "projects/lucet/release.svg")
    assert value == shortened(f"<b>&\"'{HOSTILE}" * 9)
    assert len(value) == 40
    assert HOSTILE.split(" \x1b")[0] in title


def test_nothing_restricted(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "badges"
    restrict(database)
    export(database, out)
    assert not any(b"987" in body for body in files(out).values())


def test_widths_of_texts() -> None:
    assert text_width("stars") == 28
    assert text_width("iii") < text_width("mmm") < text_width("世界世界")
    assert text_width("") == 1
    assert b'width="78" ' in badge("stars", "1.2K", BLUE, "x")
