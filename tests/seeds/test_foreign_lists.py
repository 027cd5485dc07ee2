"""Plain lists and tables: each line is a project at its own line, and what is none is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.listed import Seeds
from crawler.seeds import check_seeds, read_seeds


def read(tmp_path: Path, name: str, text: str) -> Seeds:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read_seeds(path)


def test_lines_are_projects(tmp_path: Path) -> None:
    seeds = read(tmp_path, "list.txt", "# mine\nbytecodealliance/wasmtime\n\nhttps://github.com/wasmerio/wasmer\n")
    assert seeds.form == "list"
    assert [(one.name, one.line, one.repositories[0].name_with_owner) for one in seeds.projects] == [
        ("wasmtime", 2, "bytecodealliance/wasmtime"),
        ("wasmer", 4, "wasmerio/wasmer"),
    ]
    assert seeds.notices == ()


@pytest.mark.parametrize("name", ["list.txt", "list"])
def test_lines_in_any_form(tmp_path: Path, name: str) -> None:
    seeds = read(
        tmp_path,
        name,
        "\ufeffacme/cli\r\nother/cli # theirs\r\n- git@gitlab.com:a/b.git\r\n* <https://github.com/acme/x/tree/main>\r\n"
        "github.com/acme/y - A thing\r\ngh:acme/z,\r\nacme/CLI\r\nhttps://github.com/acme\r\nacme\r\nsome words\r\n",
    )
    assert [(one.line, one.name, one.description) for one in seeds.projects] == [
        (1, "acme/cli", None),
        (2, "other/cli", None),
        (3, "b", None),
        (4, "x", None),
        (5, "y", "A thing"),
        (6, "z", None),
        (8, "acme", None),
    ]
    assert seeds.projects[2].other_repository_urls == ("https://gitlab.com/a/b.git",)
    told = {one.line: one.problem for one in seeds.notices}
    assert told[7] == "acme/CLI stands here twice (first on line 1) and is read as one"
    assert told[9] == "the line holds no address (acme), it is not read"
    assert told[10] == "the line holds no address (some words), it is not read"
    assert set(told) == {3, 4, 7, 8, 9, 10}


def test_a_link_in_markdown_makes_no_other_list_of_a_plain_one(tmp_path: Path) -> None:
    text = "acme/one\nacme/two - see [docs](https://x.example)\n"
    seeds = read(tmp_path, "list.txt", text)
    assert (seeds.form, [one.name for one in seeds.projects]) == ("list", ["one", "two"])


TABLE = (
    "Name;Repo URL;Website;Category;Sub-Category;Licence;Stars\n"
    '"Foo; ""bar""";acme/foo;https://foo.example;Tools;Small;MIT;5\n'
    '\'=Zig;https://codeberg.org/ziglang/zig;;"Lang\nuages";;;\n'
    "Bare;;;;;;\n"
    ";;https://only.example/page;;;;\n"
    ";to follow;;;;;1\n"
)


@pytest.mark.parametrize(
    "text",
    [TABLE, TABLE.replace("\n", "\r\n"), f"\ufeff{TABLE}", TABLE.replace(";", "\t").replace("Foo\t", "Foo;")],
    ids=["", "CRLF", "BOM", "tabs"],
)
@pytest.mark.parametrize("name", ["table.csv", "table"])
def test_a_table_with_a_header(tmp_path: Path, name: str, text: str) -> None:
    seeds = read(tmp_path, name, text)
    assert [(one.line, one.subcategory_id, one.name, one.homepage_url) for one in seeds.projects] == [
        (2, "tools--small", 'Foo; "bar"', "https://foo.example"),
        (3, "lang-uages--all", "=Zig", None),
        (5, "projects--all", "Bare", None),
        (6, "projects--all", "page", "https://only.example/page"),
    ]
    (repository,) = seeds.projects[0].repositories
    assert (repository.name_with_owner, repository.license) == ("acme/foo", "MIT")
    assert seeds.projects[1].other_repository_urls == ("https://codeberg.org/ziglang/zig",)
    assert [(one.line, one.problem) for one in seeds.notices] == [
        (1, "no column of this name is read: Stars"),
        (3, "the repository is not on GitHub but on codeberg.org"),
        (7, "the line holds neither a name nor an address (to follow 1), it is not read"),
    ]


def test_a_table_without_a_header(tmp_path: Path) -> None:
    text = "first,a/b\nsecond,https://gitlab.com/x/y\nthird,none\n"
    seeds = read(tmp_path, "table.csv", text)
    assert [(one.line, one.name) for one in seeds.projects] == [(1, "b"), (2, "y")]
    assert [one.line for one in seeds.notices] == [1, 2, 3]
    assert seeds.notices[0].problem == "the table has no header: only the addresses in column 2 are read"


def test_several_repositories_and_addresses_of_both_kinds(tmp_path: Path) -> None:
    text = "title,url,github,source\nA,https://a.example,acme/a,https://github.com/acme/a-core\nB,https://github.com/b/b,,\n"
    seeds = read(tmp_path, "table.csv", text)
    assert [(one.homepage_url, [r.name_with_owner for r in one.repositories]) for one in seeds.projects] == [
        ("https://a.example", ["acme/a", "acme/a-core"]),
        (None, ["b/b"]),
    ]


def test_every_row_of_a_long_table_is_read(tmp_path: Path) -> None:
    text = "name,repo\n" + "".join(f"P{number},acme/p{number}\n" for number in range(250))
    assert len(read(tmp_path, "table.csv", text).projects) == 250


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("l.txt", "# nothing\n", "l.txt:0:0: the list holds no entry that can be read; write one address a line"),
        ("l.csv", "name,repo\n", "l.csv:0:0: the list holds no entry that can be read; write a header such as"),
        ("l.csv", 'name,repo\n"a,b\n' + "c,d\n" * 300, "l.csv:2:1: a row goes on for more than 200 lines; close"),
        ("l.csv", 'name,repo\na,"' + "x" * 1_000_001, "l.csv:2:1: this is no CSV (field larger than field limit"),
    ],
)
def test_a_list_of_nothing_is_one_fault(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (fault,) = [finding for finding in check_seeds(path) if finding.severity == "fault"]
    assert message in str(fault)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("acme/a, acme/b", [("acme/a", None), ("acme/b", None)]),
        ("acme/a,acme/b;acme/c", [("acme/a", None), ("acme/b", None), ("acme/c", None)]),
        ("- acme/a acme/b # both", [("acme/a", None), ("acme/b", None)]),
        ("acme/a, acme/b - Of us", [("acme/a", "Of us"), ("acme/b", "Of us")]),
        ("https://github.com/acme/a,https://github.com/acme/b", [("acme/a", None), ("acme/b", None)]),
        ("https://github.com/acme/a/tree/x,y", [("acme/a", None)]),
        ("https://github.com/acme/a\tA thing", [("acme/a", "A thing")]),
        ("acme/a\t- A thing, acme/b", [("acme/a", "A thing, acme/b")]),
        ("https://github.com/acme/a: A thing", [("acme/a", "A thing")]),
        ("1. acme/a", [("acme/a", None)]),
        ("12) acme/a - A thing", [("acme/a", "A thing")]),
        ("- [x] acme/a", [("acme/a", None)]),
        ("acme/a -", [("acme/a", None)]),
        ("and/or something", []),
        ("N/A", []),
    ],
)
def test_a_line_of_several_addresses_or_with_words(
    tmp_path: Path, line: str, expected: list[tuple[str, str | None]]
) -> None:
    seeds = read(tmp_path, "list.txt", f"{line}\nother/last\n")
    found = [(repository.name_with_owner, one.description) for one in seeds.projects for repository in one.repositories]
    assert found == [*expected, ("other/last", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sep=;\nname;repo\nA;acme/a\n", [("A", 3, None, ["acme/a"])]),
        ('name,repo\nA,"acme/a, acme/b"\n', [("A", 2, None, ["acme/a", "acme/b"])]),
        ("name,repo\nA,https://github.com/acme/a (old)\n", [("A", 2, None, ["acme/a"])]),
        ("name,repo,homepage\nA,N/A,none\nB,-,n/a\n", [("A", 2, None, []), ("B", 3, None, [])]),
        ("owner,repo\nacme,a\nacme,b\n", [("a", 2, None, ["acme/a"]), ("b", 3, None, ["acme/b"])]),
        ("org;name\nacme;a\n", [("a", 2, None, ["acme/a"])]),
        ("owner,repo,url\nAnn,acme/a,https://a.example\n", [("a", 2, "https://a.example", ["acme/a"])]),
        ("name,about\nhttps://github.com/acme/a,x\n", [("a", 2, None, ["acme/a"])]),
        ("name,repo\nhttps://a.example/,acme/a\n", [("https://a.example/", 2, None, ["acme/a"])]),
    ],
)
def test_cells_as_people_write_them(
    tmp_path: Path, text: str, expected: list[tuple[str, int, str | None, list[str]]]
) -> None:
    seeds = read(tmp_path, "table.csv", text)
    assert expected == [
        (one.name, one.line, one.homepage_url, [two.name_with_owner for two in one.repositories])
        for one in seeds.projects
    ]


def test_what_a_row_holds_beyond_its_columns_is_told(tmp_path: Path) -> None:
    seeds = read(tmp_path, "table.csv", "owner,name,repo\nAnn,A,acme/a,more\nBen,B,see acme.example acme/b\n")
    assert [(one.line, one.problem) for one in seeds.notices] == [
        (1, "no column of this name is read: owner"),
        (2, "cells stand behind the last column, they are not read (more)"),
        (3, "repo_url is no web address (see acme.example acme/b)"),
    ]


@pytest.mark.parametrize(
    "rows", ['A,acme/a\nB,"acme/b\nC,acme/c\n', 'A,acme/a\nB,"acme/b\nC,"acme/c"\n'], ids=["to the end", "to the next"]
)
def test_a_quote_that_swallows_rows_is_a_fault(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"name,repo\n{rows}", encoding="utf-8")
    (fault,) = check_seeds(path)
    assert (fault.severity, fault.line) == ("fault", 3) and "quotes that begin in this row" in fault.problem


@pytest.mark.parametrize("name", ["repos.json", "repos"])
def test_arrays_as_github_prints_them(tmp_path: Path, name: str) -> None:
    text = (
        '[{"name": "a", "full_name": "acme/a", "html_url": "https:\\/\\/github.com\\/acme\\/a", "id": {"b": 1},\n'
        ' "url": "https://api.github.com/repos/acme/a", "description": "\\ud83d\\ude00", "homepage": "https://a.example"},\n'
        '{"nameWithOwner": "acme/b", "homepageUrl": ""},\n{"url": "https://github.com/acme/c", "homepage": null},'
        ' "acme/d"]'
    )
    seeds = read(tmp_path, name, text)
    assert seeds.form == "list" and seeds.notices == ()
    assert [
        (one.line, one.name, one.homepage_url, one.description, one.repositories[0].name_with_owner)
        for one in seeds.projects
    ] == [
        (1, "a", "https://a.example", "\U0001f600", "acme/a"),
        (3, "b", None, None, "acme/b"),
        (4, "c", None, None, "acme/c"),
        (4, "d", None, None, "acme/d"),
    ]


@pytest.mark.parametrize("name", ["page.md", "page.yml", "page"])
def test_a_page_of_a_site_is_no_list(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("\n<!DOCTYPE html>\n<html><a href='https://github.com/acme/a'>a</a>", encoding="utf-8")
    (fault,) = check_seeds(path)
    assert "this is an HTML page, and no list; save the list itself" in str(fault)
