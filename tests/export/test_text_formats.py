"""JSON Lines, Markdown, awesome lists, README blocks and the feed: hostile names are text, twice is the same."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from crawling import command
from happened import HOSTILE
from markdown_it import MarkdownIt
from markdown_it.token import Token
from small_landscape import restrict, write_small_landscape

from crawler.export.awesome_list import awesome_list
from crawler.export.job import Job
from crawler.export.registry import FORMATS
from crawler.export.shown import read_shown
from crawler.printable import plain
from crawler.seeds import read_seeds
from crawler.store import open_reader, open_writer

NAMES = [
    HOSTILE,
    "@octocat #12 acme/kit#3 GH-7 :boom:",
    "a|b\\|c\\",
    "](javascript:alert(1)) ![x](data:,)",
    "two\nlines\r\n# heading",
    "<!-- /crawler -->",
    "<!-- crawler:table -->",
    "--> <script>alert(1)</script>",
    "\u202eevil\u2066 \x1b[2J",
    "C#",
    "<!--/crawler-->",
]
SEEDS = """\
name: My *list*
categories:
  - name: Wasm Runtimes
    subcategories:
      - name: All
        items:
          - {name: Wasmtime, repo_url: "https://github.com/bytecodealliance/wasmtime", description: a runtime}
          - {name: Lucet, repo_url: "https://github.com/bytecodealliance/lucet", description: Old!}
  - name: Programming Languages
    subcategories:
      - name: C# & C++
        items: [{name: Grain, repo_url: "https://github.com/grain-lang/grain"}]
      - name: C & C
        items: [{name: Hosted Platform, homepage_url: "https://example.org/(a)"}, {name: Not there}]
"""
README = """\
# Mine
<!-- crawler:headline -->
<!-- /crawler -->
<!-- crawler:table category="wasm RUNTIMES" -->
<!-- /crawler -->
<!-- crawler:list category="languages" -->
<!-- /crawler -->
<!-- crawler:top most="1" -->
<!-- /crawler -->
<!-- crawler:changes days="30" most="1" -->
<!-- /crawler -->
<!-- crawler:attributions -->
<!-- /crawler -->
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landscape to copy; nobody writes to it."""
    path = tmp_path_factory.mktemp("made") / "landscape.db"
    write_small_landscape(path, with_answers=True)
    return path


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path))


def change(database: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, values)


def spoil(database: Path, name: str) -> None:
    """Every text that a stranger may write is that."""
    for table, column in (
        ("projects", "name"),
        ("projects", "description"),
        ("categories", "name"),
        ("organizations", "name"),
        ("repositories", "latest_release_tag"),
        ("repositories", "license_spdx"),
        ("changes", "after"),
    ):
        change(database, f"UPDATE {table} SET {column} = ?", name)


def export(database: Path, *arguments: object, code: int = 0) -> str:
    done = command("export", *arguments, "--db", database)
    assert done.code == code, done.err
    return done.out if code == 0 else done.err


def tokens(text: str) -> Iterator[Token]:
    """Everything that a reader of GitHub's Markdown makes of it."""
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield block
        yield from block.children or ()


def cells(text: str) -> list[list[str]]:
    """The texts of the cells, by row."""
    rows: list[list[str]] = []
    is_cell = False
    for token in tokens(text):
        if token.type == "tr_open":
            rows.append([])
        if token.type in {"th_open", "td_open"}:
            is_cell = True
        if token.type == "inline" and is_cell:
            rows[-1].append("".join(one.content for one in token.children or () if one.type == "text"))
            is_cell = False
    return rows


def shown(text: str) -> str:
    return plain(" ".join(text.split()))


def test_json_lines_hold_the_rows_of_json(database: Path) -> None:
    change(database, "UPDATE projects SET name = ? WHERE id = 'grain'", "a\u2028b\x85c\nd")
    lines = export(database, "jsonl").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(export(database, "json"))
    assert all(line.isprintable() for line in lines)


def test_markdown_says_what_is_known_none_and_unknown(database: Path) -> None:
    change(database, "UPDATE repositories SET releases_total = 0, stars = 0, license_spdx = 'NONE' WHERE id = 2")
    change(database, "UPDATE repositories SET latest_release_tag = NULL, latest_release_at = NULL WHERE id = 2")
    text = export(database, "markdown")
    assert "\n## Wasm Runtimes\n" in text
    assert "Figures as of 2023-09-25.\n" in text
    rows = cells(text)
    assert rows[2] == ["Lucet", "0", "none", "none", "2022-07-01", "60", "Bytecode Alliance", "archived"]
    assert rows[4] == ["Grain", *["not known"] * 5, "Acme & Sons", "no figures"]
    assert rows[5] == ["Hosted Platform", *["–"] * 5, "Acme & Sons", "no repository"]
    assert "](https://github.com/grain-lang/grain)" in text


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_text_in_cells(database: Path, name: str) -> None:
    spoil(database, name)
    text = export(database, "markdown")
    assert [len(row) for row in cells(text)] == [8] * 6
    assert [row[0] for row in cells(text)[1:3]] == [shown(name)] * 2
    assert cells(text)[4][6] == shown(name)
    harmless(text, headings=3)


def harmless(text: str, *, headings: int) -> None:
    found = list(tokens(text))
    assert sum(token.type == "heading_open" for token in found) == headings
    assert {token.content for token in found if token.type == "html_inline"} <= {"<!-- -->"}
    assert not {"image", "code_inline", "html_block", "fence"} & {token.type for token in found}
    addresses = {str(token.attrs["href"]) for token in found if token.type == "link_open"}
    assert all(address.startswith(("https://github.com/", "https://example.org/", "#")) for address in addresses)
    texts = [token.content for token in found if token.type == "text"]
    assert not any(re.search(r"@\w|#\d|GH-\d|:[\w+-]+:", one) for one in texts)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", text)


def test_an_awesome_list_of_a_landscape(database: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "mine.yml"
    seeds.write_text(SEEDS)
    done = command("export", "awesome", seeds, "--db", database)
    assert done.out.partition("## Contents")[2] == (
        "\n\n- [Wasm Runtimes](#wasm-runtimes)\n- [Programming Languages](#programming-languages)\n\n"
        "## Wasm Runtimes\n\n"
        "- [Wasmtime](https://github.com/bytecodealliance/wasmtime) - A runtime. ★ 13,000 · Apache-2.0 ·"
        " release 2023-09-20.\n"
        "- [Lucet](https://github.com/bytecodealliance/lucet) - Old! ★ 4,000 · licence not recognised ·"
        " v0.6 (2020-05-01) · archived.\n\n"
        "## Programming Languages\n\n### C# \\& C++\n\n"
        "- [Grain](https://github.com/grain-lang/grain) - no figures.\n\n"
        "### C \\& C\n\n- [Hosted Platform](https://example.org/%28a%29)\n- Not there\n"
    )
    assert done.out.startswith(
        "# My \\*list\\*\n\n> 2 categories · 5 projects · 17.0K stars · 2 of 3 repositories known · "
    )
    assert "2 items of the list not in the database" in done.err
    assert "is the list itself" in export(database, "awesome", seeds, "-o", seeds, code=2)
    assert seeds.read_text() == SEEDS


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_text_in_awesome_lists(database: Path, tmp_path: Path, name: str) -> None:
    spoil(database, name)
    seeds = tmp_path / "mine.json"
    items = [{"name": name, "description": name, "repo_url": "https://github.com/bytecodealliance/wasmtime"}]
    parts = [{"name": name, "items": items}, {"name": "x", "items": []}]
    seeds.write_text(json.dumps({"name": name, "categories": [{"name": name, "subcategories": parts}]}))
    read = read_seeds(seeds)
    with closing(open_reader(database)) as connection:
        known = read_shown(connection, include_restricted=False)
    wasmtime = next(one for one in known.projects if one.id == "wasmtime")
    text = awesome_list(read, {project.id: wasmtime for project in read.projects}, known.headline, [])
    harmless(text, headings=3)
    (item,) = [line for line in text.splitlines() if line.startswith("- [") and "](http" in line]
    inline = next(token for token in tokens(item) if token.type == "inline")
    said = "".join(one.content for one in inline.children or () if one.type == "text")
    assert said.startswith(f"{shown(name)} - ")
    assert said.endswith(".")


def test_blocks_of_a_readme_and_again(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(README)
    assert file.read_text() == README
    export(database, "readme", file, "-o", file)
    first = file.read_text()
    assert [line for line in first.splitlines() if line.startswith(("<!--", "# "))] == README.splitlines()
    assert first.count("| [Wasmtime](") == 2
    assert first.count("| [Lucet](") == 1
    assert "\n- [Grain](https://github.com/grain-lang/grain) - no figures.\n- Hosted Platform\n" in first
    assert "\n- Lucet left open source" in first
    assert "\n- … and 1 more\n" in first
    assert export(database, "readme", file) == first


@pytest.mark.parametrize("name", [NAMES[4], NAMES[5], NAMES[6]])
def test_hostile_names_end_no_block(database: Path, tmp_path: Path, name: str) -> None:
    spoil(database, name)
    file = tmp_path / "README.md"
    file.write_text(README.replace('category="wasm RUNTIMES"', 'category="runtimes"'))
    first = export(database, "readme", file)
    file.write_text(first)
    assert export(database, "readme", file) == first


def test_blocks_of_a_page_are_html(database: Path, tmp_path: Path) -> None:
    change(database, "UPDATE projects SET name = '<script>' WHERE id = 'grain'")
    file = tmp_path / "index.html"
    file.write_text("<body>\n  <!-- crawler:table -->\n  <!-- /crawler -->\n</body>")
    text = export(database, "readme", file)
    assert text.startswith("<body>\n  <!-- crawler:table -->\n\n  <table>")
    assert ">&lt;script&gt;</a></td>" in text
    file.write_text(text)
    assert export(database, "readme", file) == text


def test_wrong_settings_are_told_with_their_line_and_nothing_is_written(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    text = (
        '<!-- crawler:table category="Wasm" -->\n<!-- /crawler -->\n<!-- crawler:top most="0" -->\n<!-- /crawler -->\n'
    )
    file.write_text(text)
    told = export(database, "readme", file, "-o", file, code=2)
    assert f"{file}:1: there is no category Wasm; write one of: Wasm Runtimes, Programming Languages\n" in told
    assert f'{file}:3: most is 0; write a number, such as most="10"' in told
    assert file.read_text() == text
    file.write_bytes(b"\xff")
    assert "is not UTF-8" in export(database, "readme", file, code=2)
    file.write_text("nothing")
    assert "has no block" in export(database, "readme", file, code=2)
    assert "needs the file" in export(database, "readme", code=2)
    assert "cannot be read" in export(database, "readme", tmp_path / "none.md", code=2)


def test_sources_that_ask_for_it_are_named_or_missed(database: Path, tmp_path: Path) -> None:
    change(database, "UPDATE repositories SET figures_source = 'ecosystems' WHERE id = 1")
    assert "\n## Sources\n\n- Figures of ecosyste.ms" in export(database, "markdown")
    assert "ok, second-hand" in export(database, "markdown")
    file = tmp_path / "README.md"
    file.write_text("<!-- crawler:headline -->\n<!-- /crawler -->\n")
    assert "does not name its sources" in command("export", "readme", file, "--db", database).err
    file.write_text("<!-- crawler:attributions -->\n<!-- /crawler -->\n")
    assert "\n- Figures of ecosyste.ms" in export(database, "readme", file)


def test_the_feed_is_that_of_changes_and_of_its_own_day(database: Path) -> None:
    feed = export(database, "atom")
    assert feed == command("changes", "--atom", "--since", "2023-08-26", "--db", database).out
    assert feed.count("<entry>") == 2
    change(database, "UPDATE changes SET observed_at = at")
    assert export(database, "atom", "--since", "2023-09-21").count("<entry>") == 1
    assert export(database, "atom", "--since", "4d").count("<entry>") == 1
    assert "--since is for 'atom'" in export(database, "csv", "--since", "4d", code=2)


def test_what_is_restricted_stays_out(database: Path, tmp_path: Path) -> None:
    restrict(database)
    file = tmp_path / "README.md"
    file.write_text(README)
    for arguments in (("markdown",), ("readme", file), ("atom",)):
        assert "987" not in export(database, *arguments)
    counts = [export(database, "atom", *more).count("<entry>") for more in ((), ("--include-restricted",))]
    assert counts == [2, 3]


@pytest.mark.parametrize("name", ["markdown", "badges", "atom"])
def test_a_database_without_figures_says_so(landscape_without_figures: Path, tmp_path: Path, name: str) -> None:
    arguments = ("-o", tmp_path / "out") if name == "badges" else ()
    assert "holds no figures yet" in export(landscape_without_figures, name, *arguments, code=2)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def landscape_without_figures(tmp_path: Path) -> Path:
    path = tmp_path / "empty.db"
    open_writer(path).close()
    return path


def test_a_category_called_like_another_is_known_by_its_id(database: Path) -> None:
    change(database, "UPDATE categories SET name = 'Same'")
    with closing(open_reader(database)) as connection:
        found = read_shown(connection, include_restricted=False)
        assert [found.of_category(one) for one in ("same", "runtimes", "none")] == [None, "runtimes", None]
        out = BytesIO()
        FORMATS["markdown"].write(Job(connection=connection, database=database), out)  # type: ignore[misc]
        assert out.getvalue().count(b"## Same") == 2
