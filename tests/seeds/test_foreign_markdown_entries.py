"""What the entries of a Markdown list say, and that no repository's address in it goes missing unsaid."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from yaml import serialize

from crawler.listed import Seeds
from crawler.seeds import read_seeds
from crawler.seeds.loader import read_list

Q = "https://github.com/a/"


def read(tmp_path: Path, text: str) -> Seeds:
    path = tmp_path / "README.md"
    path.write_text(dedent(text), encoding="utf-8")
    return read_seeds(path)


@pytest.mark.parametrize(
    ("entry", "name", "repositories", "homepage", "description"),
    [
        (rf"[foo\_bar]({Q}foo_bar) - AT&amp;T, C\+\+ it&#39;s", "foo_bar", ["foo_bar"], None, "AT&T, C++ it's"),
        (f"One ([GitHub]({Q}p1), [Paper](https://p.example)) — d.", "One", ["p1"], None, "d."),
        (f"[paper](https://p.example/1) [[code]({Q}codex)]", "codex", ["codex"], "https://p.example/1", None),
        (f"[Web](https://w.example) | [GitHub]({Q}w)", "w", ["w"], "https://w.example", None),
        (
            f"[B](https://b.example) - Lo. ([Source Code]({Q}b), [Clients](https://c.example))",
            "B",
            ["b"],
            "https://b.example",
            "Lo.",
        ),
        (f"[D]({Q}d) - Calls f() (2020, [Demo](https://d.example)).", "D", ["d"], None, "Calls f() (2020)."),
        (f":rocket: [E]({Q}e) :star: - 🚀 x", "E", ["e"], None, "🚀 x"),
        (f"[E]({Q}e) - :rocket: fast :bug:", "E", ["e"], None, ":rocket: fast :bug:"),
        (f"[xlwt]({Q}xlwt) / [xlrd]({Q}xlrd) - Writing", "xlwt", ["xlwt", "xlrd"], None, "Writing"),
        (f"[日本]({Q}jp) - {Q}other too", "日本", ["jp"], None, f"{Q}other too"),
        (f"https://s.example [code]({Q}s)", "s", ["s"], "https://s.example", None),
    ],
)
def test_what_entries_say(
    tmp_path: Path, entry: str, name: str, repositories: list[str], homepage: str | None, description: str | None
) -> None:
    (project,) = read(tmp_path, f"- {entry}\n").projects
    assert (project.name, project.homepage_url, project.description) == (name, homepage, description)
    assert [one.name_with_owner for one in project.repositories] == [f"a/{one}" for one in repositories]


def test_a_licence_in_code_at_the_end_is_one(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        f"- [A]({Q}a) - Words. `AGPL-3.0` `Docker`\n- [B]({Q}b) - With `Ruby`\n## List of Licenses\n- [c]({Q}c)\n",
    )
    assert [(one.description, one.repositories[0].license) for one in seeds.projects] == [
        ("Words.", "AGPL-3.0"),
        ("With Ruby", None),
    ]
    assert [(one.line, one.problem[:19]) for one in seeds.notices] == [(4, "the link to a/c is ")]


def test_users_and_passwords_in_addresses_go_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(
        "# https://me:secret@t.example\n"
        "- [a](https://me:secret@github.com/a/b) - see https://me:secret@x.example <https://me:secret@gitlab.com/q/r>\n"
        "- [b](https://me:secret@gitlab.com/a/b)\n- [c](https://me:se&#99;ret@c.example)\n"
        "- <a href='https://me:secret@d.example/d'>d</a>\n- https://me:secret@github.com/a/e\n"
        "- [f](ssh://me:secret@f.example)\n",
        encoding="utf-8",
    )
    seeds, root = read_list(path)
    assert len(seeds.projects) == 5
    assert "secret" not in f"{seeds}{serialize(root)}"


def test_headings_that_are_but_a_repository_are_entries(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        f"""\
        # Papers
        ## Old
        ### [X]({Q}x) [![ci](https://ci.example)]({Q}x/actions)

        The *prose* of [Y]({Q}y).

        More.
        ### About [Z]({Q}z)
        - [In]({Q}in)
        ## License
        ## 2. [W]({Q}w)
        """,
    )
    assert [(one.line, one.subcategory_id, one.name, one.description) for one in seeds.projects] == [
        (3, "old--all", "X", "The prose of Y."),
        (9, "old--about-z", "In", None),
        (11, "projects--all", "W", None),
    ]
    assert [(one.line, one.problem[:15]) for one in seeds.notices] == [(5, "the link to a/y"), (8, "the link to a/z")]


def test_each_repository_that_is_no_entrys_is_told_at_its_line(tmp_path: Path) -> None:
    seeds = read(
        tmp_path,
        f"""\
        See {Q}prose, ![picture]({Q}picture/x.png)
        and [here]({Q}here)[there]({Q}there).

        - [A]({Q}a) - like [B]({Q}b), not {Q}bare.
          uses [again]({Q}b) and `git clone {Q}a`

        ```
        git clone {Q}code.git
        ```
        <p><a href="{Q}html">x</a></p>
        """,
    )
    told = [(one.line, one.problem.split()[3]) for one in seeds.notices]
    assert told == [
        *((1, "a/prose"), (2, "a/here"), (2, "a/there"), (4, "a/b"), (4, "a/bare"), (5, "a/b")),
        *((8, "a/code"), (10, "a/html")),
    ]


@pytest.mark.parametrize(
    "piece", [":-: ", ",", "![a](b)", "(", "([code](https://c.example/) ", "<img ", f" / [b]({Q}b)", "`MIT` ", "//a@"]
)
def test_an_endless_line_takes_no_endless_time(tmp_path: Path, piece: str) -> None:
    seeds = read(tmp_path, f"- [A]({Q}a){piece * 3_000}")
    assert seeds.projects[0].name == "A"
