"""Blocks between markers: new lines in them, every other byte as it was, and each wrong marker told by its line."""

from __future__ import annotations

import pytest

from crawler.errors import UsageFault
from crawler.export.marked_blocks import MarkedFile

KINDS = {"headline": (), "table": ("category", "most")}


def marked(text: str, *, is_html: bool = False) -> MarkedFile:
    return MarkedFile(text, "R.md", KINDS, is_html=is_html)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_only_what_stands_in_blocks_changes(line_end: str, start: str) -> None:
    text = start + line_end.join(
        [
            "<!--crawler:headline-->",
            "old",
            "<!-- /crawler -->",
            "# Title  ",
            "- item",
            "",
            '  <!-- crawler:table category=\'A &amp; "B"\' most="3" -->',
            "  <!--/crawler-->",
            "> <!-- crawler:table -->",
            "> <!-- /crawler -->",
            "end",
        ]
    )
    file = marked(text)
    assert [(block.name, dict(block.settings)) for block in file.blocks] == [
        ("headline", {}),
        ("table", {"category": 'A & "B"', "most": "3"}),
        ("table", {}),
    ]
    new = file.replaced(lambda block: [f"new {block.first}", "", "x"])
    assert new == start + line_end.join(
        [
            *("<!--crawler:headline-->", "", "new 0", "", "x", "", "<!-- /crawler -->", "# Title  ", "- item", ""),
            '  <!-- crawler:table category=\'A &amp; "B"\' most="3" -->',
            *("", "  new 6", "", "  x", "", "  <!--/crawler-->"),
            *("> <!-- crawler:table -->", ">", "> new 8", ">", "> x", ">", "> <!-- /crawler -->", "end"),
        ]
    )
    again = marked(new)
    firsts = iter((0, 6, 8))
    assert again.replaced(lambda _: [f"new {next(firsts)}", "", "x"]) == new


def test_code_is_left_alone() -> None:
    fenced = "```html\n<!-- crawler:nonsense -->\n```\n\n    <!-- /crawler -->\n\nWrite `<!-- crawler:x -->` so.\n"
    assert marked(fenced).blocks == []
    with pytest.raises(UsageFault, match=r"R\.md:2: there is|R\.md:2: the block does not end"):
        marked(fenced, is_html=True)


def test_comments_and_parts_of_lists_are_no_markers() -> None:
    assert marked("<!-- crawler is a word -->\n- [A](x) <!--crawler-->★ 1<!--/crawler-->\n").blocks == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x\n<!-- crawler:table -->\n", "R.md:2: the block does not end; write <!-- /crawler --> in a line of its own"),
        ("<!-- /crawler -->\n", "R.md:1: the end of a block that does not begin"),
        ("<!-- crawler:tabel -->\n<!-- /crawler -->\n", "R.md:1: there is no block tabel; perhaps table"),
        ("<!-- crawler:zz -->\n<!-- /crawler -->\n", "R.md:1: there is no block zz; there are headline, table"),
        ("<!-- crawler: -->\n<!-- /crawler -->\n", "R.md:1: there is no block without a name"),
        ('<!-- crawler:table a="1" -->\n<!-- /crawler -->\n', "R.md:1: table takes no a; it takes category, most"),
        ("<!-- crawler:table most=1 -->\n", "R.md:1: a marker that cannot be read; write it alone in its line"),
        ("text <!-- crawler:table -->\n", "R.md:1: a marker that cannot be read"),
        ("<!-- crawler:table\n-->\n", "R.md:1: a marker that cannot be read"),
        (
            "<!-- crawler:table -->\n<!-- crawler:headline -->\n<!-- /crawler -->\n",
            "R.md:2: a block inside the block of line 1; end that first: <!-- /crawler -->",
        ),
    ],
)
def test_a_wrong_marker_is_told_by_its_line(text: str, fault: str) -> None:
    with pytest.raises(UsageFault) as caught:
        marked(text)
    assert fault in str(caught.value)


def test_all_faults_at_once_by_line() -> None:
    with pytest.raises(UsageFault) as caught:
        marked("<!-- crawler:a -->\n<!-- /crawler -->\n<!-- /crawler -->\n<!-- crawler:b -->\n")
    first, *faults = str(caught.value).splitlines()
    assert first == "R.md has faults, nothing was done"
    assert [line.split(" ")[0] for line in faults] == ["R.md:1:", "R.md:3:", "R.md:4:"]
