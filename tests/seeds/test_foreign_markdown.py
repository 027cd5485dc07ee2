"""A Markdown list is read as people read it: headings are places, entries are projects, the rest is none."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from crawler.listed import SeedProject, Seeds
from crawler.seeds import check_seeds, read_seeds

LIST = """\
---
layout: list
---
# Awesome [Widgets](https://github.com/me/awesome) [![Awesome](https://awesome.example/badge.svg)](https://awesome.example)

> A list of widgets, after [that one](https://github.com/some/where).

## Contents
- [Databases](#databases)
  - [SQL](#sql)

Databases
---------

- [Foo](https://github.com/acme/foo) - The *best* `foo`. ![stars](https://img.example/x)
* **[Bar](https://bar.example)** — A bar ([Source Code](https://github.com/acme/bar), [Demo](https://demo.bar.example)).
+ [Baz][baz] : uses [Foo](https://github.com/acme/foo)

### SQL

1. Qux: [GitHub](https://github.com/acme/qux) | [Website](https://qux.example)
2. [![Stars](https://img.example/a)](https://github.com/acme/quux) Quux
3. https://github.com/acme/bare
4. Group
   - [In it](https://codeberg.org/g/r) - nested
       - [Deep](https://github.com/acme/deep)
5. <a href="https://github.com/acme/html">Html</a> - with tags
6. [Local](docs/x.md)
7. [Page](https://page.example/)

## Tables

| Project | Description | GitHub |
|---------|-------------|--------|
| [T1](https://t1.example) | The first | [link](https://github.com/acme/t1) |
| T2 | The second | https://github.com/acme/t2 |

<!-- - [Hidden](https://github.com/acme/hidden) -->

## Contributing
- See [the guide](https://github.com/me/awesome/blob/main/x.md)

[baz]: https://github.com/acme/baz "Title"
"""


def read(tmp_path: Path, text: str, name: str = "README.md") -> Seeds:
    path = tmp_path / name
    path.write_bytes(dedent(text).encode())
    return read_seeds(path)


def said(project: SeedProject) -> tuple[int, str, str, str | None, str | None, str | None]:
    urls = [one.name_with_owner for one in project.repositories] + list(project.other_repository_urls)
    assert len(urls) < 2
    return (
        project.line,
        project.subcategory_id,
        project.name,
        urls[0] if urls else None,
        project.homepage_url,
        project.description,
    )


EXPECTED = [
    (15, "databases--all", "Foo", "acme/foo", None, "The best foo."),
    (16, "databases--all", "Bar", "acme/bar", "https://bar.example", "A bar."),
    (17, "databases--all", "Baz", "acme/baz", None, "uses Foo"),
    (21, "databases--sql", "Qux", "acme/qux", "https://qux.example", None),
    (22, "databases--sql", "quux", "acme/quux", None, "Quux"),
    (23, "databases--sql", "bare", "acme/bare", None, None),
    (27, "databases--sql", "Html", "acme/html", None, "with tags"),
    (29, "databases--sql", "Page", None, "https://page.example/", None),
    (25, "databases--sql-group", "In it", "https://codeberg.org/g/r", None, "nested"),
    (26, "databases--sql-group", "Deep", "acme/deep", None, None),
    (35, "tables--all", "T1", "acme/t1", "https://t1.example", "The first"),
    (36, "tables--all", "T2", "acme/t2", None, "The second"),
]


@pytest.mark.parametrize(
    "change", [("", ""), ("\n", "\r\n"), ("---\nlayout", "\ufeff---\nlayout")], ids=["", "CRLF", "BOM"]
)
def test_an_awesome_list(tmp_path: Path, change: tuple[str, str]) -> None:
    seeds = read(tmp_path, LIST.replace(*change, 1 if "layout" in change[0] else -1) if change[0] else LIST)
    assert (seeds.form, seeds.name) == ("markdown", "Awesome Widgets")
    assert [said(project) for project in seeds.projects] == EXPECTED
    assert [(one.line, one.problem[:55]) for one in seeds.notices] == [
        (4, "the link to me/awesome is not read, since it is no entr"),
        (6, "the link to some/where is not read, since it is no entr"),
        (25, "the repository is not on GitHub but on codeberg.org"),
        (28, "the entry leads to no web address (docs/x.md), it is no"),
        (38, "the link to acme/hidden is not read, since it is no ent"),
        (41, "the link to me/awesome is not read, since it is no entr"),
    ]


def test_it_is_known_by_its_content_too(tmp_path: Path) -> None:
    assert read(tmp_path, LIST, "list").form == "markdown"


def test_twice_in_one_place_is_one_or_gets_another_name(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        """\
        ## Tools
        - [Foo](https://github.com/acme/foo)
        - [foo](https://github.com/Acme/Foo/) - the same
        - [Foo](https://github.com/acme/foo) - other words
        - [Foo](https://github.com/other/foo)
        - [Foo](https://github.com/other/foo)
        - [Foo](https://foo.example)

        ## tools
        - [Bar](https://github.com/acme/foo)
        """,
    )
    assert [(one.line, one.name, one.description) for one in seeds.projects] == [
        (2, "Foo", "the same"),
        (5, "Foo (other/foo)", None),
        (7, "Foo (foo.example)", None),
        (10, "Bar", None),
    ]
    assert [(one.line, one.where, one.problem) for one in seeds.notices] == [
        (3, "Tools / All", "foo stands here twice (first on line 2) and is read as one"),
        (
            4,
            "Tools / All",
            "Foo stands here twice (first on line 2) and is read as one, without its description 'other words'",
        ),
        (5, "Tools / All", "Foo stands here twice (first on line 2), the second one is called 'Foo (other/foo)'"),
        (6, "Tools / All", "Foo stands here twice (first on line 5) and is read as one"),
        (7, "Tools / All", "Foo stands here twice (first on line 2), the second one is called 'Foo (foo.example)'"),
        (10, "Tools / All / Bar", "acme/foo is listed before, by Tools / All / Foo (line 2)"),
    ]
    assert seeds.notices[-1].cure == "delete one, or leave it if it is meant"


def test_a_repository_of_somebody_else_is_not_the_entrys(tmp_path: Path) -> None:
    seeds = read(tmp_path, "- [Foo](https://foo.example) - a client for [Bar](https://github.com/bar/bar)\n")
    assert seeds.projects[0].repositories == ()
    assert [one.problem[:28] for one in seeds.notices] == ["the link to bar/bar is not r"]


def test_folded_entries_of_a_best_of_list(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        """\
        ## Widgets

        <details><summary><b><a href="https://foo.example">Foo</a></b> (10) - A foo. <code>MIT</code></summary>

        - [GitHub](https://github.com/acme/foo) (5 forks):

          ```
          git clone https://github.com/acme/foo
          ```
        - [PyPi](https://pypi.example/project/foo)
        </details>
        <details><summary>Show 2 hidden projects...</summary>

        - <b><a href="https://github.com/acme/bar">Bar</a></b> (4) - A bar.
        </details>
        """,
    )
    assert [(one.name, one.repositories[0].name_with_owner) for one in seeds.projects] == [
        ("Foo", "acme/foo"),
        ("Bar", "acme/bar"),
    ]


def test_what_exports_write_is_read_over(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        """\
        - [Foo](https://github.com/acme/foo) - A foo. <!--crawler-->5 stars, [x](https://x.example)<!--/crawler-->

        <!-- crawler:table category="A" -->

        | Project | Stars |
        |---|---|
        | [Foo](https://github.com/acme/foo) | 5 |

        <!-- /crawler -->

        - [Bar](https://github.com/acme/bar)
        """,
    )
    assert [(one.line, one.name, one.description) for one in seeds.projects] == [
        (1, "Foo", "A foo."),
        (11, "Bar", None),
    ]


def test_first_headings_are_categories_where_there_are_many(tmp_path: Path) -> None:
    text = "# One\n- [A](https://github.com/a/a)\n\n# Two\n- [B](https://github.com/b/b)\n"
    seeds = read(tmp_path, text)
    assert (seeds.name, [one.name for one in seeds.categories]) == ("README", ["One", "Two"])
    assert [one.name for one in read(tmp_path, f"# List\n\n{text}").categories] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "README.md:0:0: the list holds no entry that can be read; write each project as '- [name]("),
        ("# Title\n\nWords.\n- [here](#there)\n", "the list holds no entry that can be read"),
        ("- " * 60 + "x\n", "README.md:1:1: lists or quotes stand too deep in each other here"),
    ],
)
def test_a_list_of_nothing_is_one_fault(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "README.md"
    path.write_text(text, encoding="utf-8")
    (fault,) = check_seeds(path)
    assert fault.severity == "fault"
    assert message in str(fault)


def test_hostile_names_are_kept_as_text(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        "- [=HYPERLINK(1)<b>](https://github.com/a/b) - \x1b[31mred\x9b \u202egpj.exe <script>x</script>\n"
        "- [x](javascript:alert(1))\n- [y](data:text/html,z) [z](https://z.example/\x1b)\n",
    )
    assert [(one.name, one.homepage_url) for one in seeds.projects] == [
        ("=HYPERLINK(1)", None),
        ("[z]", "https://z.example/"),
    ]
    assert seeds.projects[0].description == "[31mred \u202egpj.exe x"
