"""Figures at the entries of a Markdown list: every other byte stays, twice is as once, and nothing reads otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.export.awesome_parts import with_parts, without_parts
from crawler.listed import SeedProject, SeedRepository
from crawler.seeds.foreign.own_part import CLOSE, OPEN

LIST = """\
# Awesome things [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)

## Runtimes

- [Time](https://github.com/acme/time) - A runtime, [with a link](https://example.org).
* [Odd](https://github.com/acme/odd) – Goes on  
  in a second line.
1. [Two](https://github.com/acme/two), [Three](https://github.com/acme/three)
- [Slash](https://github.com/acme/slash) ends in a break\\
  here.
- [Code](https://github.com/acme/code) says `a
  b`
- [Link](https://github.com/acme/link) and [one of two
  lines](https://example.org)

```
- [Fenced](https://github.com/acme/fenced)
```

| Table | |
| --- | --- |
| [Cell](https://github.com/acme/cell) | text |

<ul>
<li><a href="https://github.com/acme/html">Html</a></li>
</ul>

> - [Quoted](https://github.com/acme/quoted) text

## [Heading](https://github.com/acme/heading)

[Bare](https://github.com/acme/bare): no list
- [Last](https://github.com/acme/last)"""  # noqa: W291
SAFE = ("time", "odd", "slash", "code", "link", "quoted", "bare", "last")
UNSAFE = ("two", "three", "fenced", "cell", "html", "heading")


def listed(text: str, *names: str) -> list[SeedProject]:
    """The projects, each in the line that has its address."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = []
    for name in names:
        url = f"https://github.com/acme/{name}"
        line = next(number for number, line in enumerate(lines, 1) if url in line)
        repository = SeedRepository(name_with_owner=f"acme/{name}", url=url)
        found.append(SeedProject(id=name, name=name.title(), subcategory_id="x", repositories=(repository,), line=line))
    return found


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_parts_stand_at_safe_entries_alone_and_go_without_a_trace(line_end: str) -> None:
    text = "\ufeff" + LIST.replace("\n", line_end)
    projects = listed(text, *SAFE, *UNSAFE)
    parts = {project.id: f"★ 1,234 · {project.name}" for project in projects}
    result, left = with_parts(text, projects, parts)
    assert sorted(project.id for project in left) == sorted(UNSAFE)
    assert result.count(OPEN) == result.count(CLOSE) == len(SAFE)
    assert f"[with a link](https://example.org). {OPEN}★ 1,234 · Time{CLOSE}{line_end}" in result
    assert f"– Goes on  {line_end}  in a second line. {OPEN}★ 1,234 · Odd{CLOSE}{line_end}" in result
    assert f"  lines](https://example.org) {OPEN}★ 1,234 · Link{CLOSE}{line_end}" in result
    assert result.endswith(f"/last) {OPEN}★ 1,234 · Last{CLOSE}")
    assert without_parts(result) == text
    assert with_parts(result, projects, parts) == (result, left)


def test_figures_that_changed_take_the_place_of_the_former_ones() -> None:
    projects = listed(LIST, "time", "last")
    first, _ = with_parts(LIST, projects, {"time": "★ 1", "last": "★ 2"})
    second, _ = with_parts(first, projects, {"time": "★ 3"})
    assert second == LIST.replace("org).\n", f"org). {OPEN}★ 3{CLOSE}\n", 1)


def test_figures_in_the_middle_of_a_sentence_move_to_its_end() -> None:
    text = LIST.replace("in a second", f"in {OPEN}x{CLOSE} a second")
    projects = listed(text, "odd")
    old = text.replace("Goes on  \n", f"Goes on {OPEN}★ 1{CLOSE}  \n")
    assert old != text
    assert with_parts(old, projects, {"odd": "★ 1"}) == with_parts(text, projects, {"odd": "★ 1"})
    assert without_parts(old) == text


def test_a_part_that_looks_like_ours_in_code_is_text() -> None:
    text = f"```\n- [A](https://github.com/acme/a) {OPEN}x{CLOSE}\n```\n- say `{OPEN}x{CLOSE}`\n"
    assert without_parts(text) == text


def test_a_line_that_is_not_about_the_project_is_left() -> None:
    (project,) = listed(LIST, "time")
    moved = SeedProject(**{field: getattr(project, field) for field in project.__struct_fields__} | {"line": 6})
    assert with_parts(LIST, [moved], {"time": "★ 1"}) == (LIST, [moved])


MARKS = st.text(st.sampled_from("-*` \t[]()<>|#~_\\\n\r1.x>!&"), max_size=20)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(before=MARKS, within=MARKS, after=MARKS)
def test_whatever_stands_around_an_entry(before: str, within: str, after: str) -> None:
    text = f"{before}\n- [A](https://github.com/acme/a) {within}\n{after}\n"
    projects = listed(text, "a")
    result, _ = with_parts(text, projects, {"a": "★ 1 · MIT"})
    assert without_parts(result) == text
    assert with_parts(result, projects, {"a": "★ 1 · MIT"})[0] == result
    parser = MarkdownIt("gfm-like", {"linkify": False})
    assert parser.render(result).replace(f"{OPEN}★ 1 · MIT{CLOSE}", "").replace(" ", "") == parser.render(text).replace(
        " ", ""
    )
