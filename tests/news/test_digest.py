"""The newsletter: what matters most first, and nothing in a name is a mark, a link or an element."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest
from happened import HOSTILE, fill, happen
from markdown_it import MarkdownIt
from markdown_it.token import Token

from crawler.news.digest import SECTIONS, digest
from crawler.news.growth import read_growth
from crawler.news.markdown_text import escaped
from crawler.news.reading import read_after
from crawler.news.words import KINDS
from crawler.printable import plain
from crawler.store import open_writer

DAYS = date(2026, 11, 16), date(2026, 11, 22)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        fill(connection)
        yield connection


def newsletter(connection: sqlite3.Connection) -> str:
    growth = read_growth(connection, date(2026, 11, 15), DAYS[1])
    return digest(read_after(connection, 0)[::-1], growth, title="Week 47", days=DAYS)


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.*)", text, flags=re.MULTILINE)


def tokens(text: str) -> list[Token]:
    """Everything that a reader of GitHub's Markdown makes of it; bare addresses are links to it."""
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [token for block in blocks for token in (block, *(block.children or ()))]


def test_sections_by_weight(connection: sqlite3.Connection) -> None:
    for kind in sorted(KINDS):
        happen(connection, kind, "1", "2")
    happen(connection, "license_changed", "MIT", "BUSL-1.1", detail={"open_source": "left"})
    happen(connection, "teleported")
    text = newsletter(connection)
    assert headings(text) == [section.title for section in SECTIONS]
    assert "Left open source: 1 · Archived, gone or gone quiet: 4 · Acquisitions and funding: 2" in text
    left = text.split("## Left open source\n\n")[1].split("\n\n")[0]
    assert left == (
        "- Time left open source: its licence was MIT and is BUSL-1.1 now "
        "(2026-11-18, [github.com](https://github.com/acme/time))"
    )


def test_releases_major_first_and_the_small_ones_in_short(connection: sqlite3.Connection) -> None:
    for tag, level in (("v1.0.1", "patch"), ("v1.1", "minor"), ("v2", "major"), ("x", None), ("v1.0.2", "patch")):
        happen(connection, "release", None, tag, detail={"level": level})
    lines = newsletter(connection).split("## Releases\n\n")[1].splitlines()
    assert [re.findall(r"released (\S+?),? ", line) for line in lines[:3]] == [["v2"], ["v1.1"], ["x"]]
    assert lines[3] == (
        "- 2 patch releases: [Time v1.0.2](https://github.com/acme/time); [Time v1.0.1](https://github.com/acme/time)"
    )


def test_grown_and_fading_from_our_own_history_else_from_that_of_github(connection: sqlite3.Connection) -> None:
    connection.executescript(
        """
        INSERT INTO history (repository_id, day, stars) VALUES (1, '2026-11-17', 11500), (1, '2026-11-22', 12000),
          (1, '2026-11-23', 15000), (2, '2026-11-15', 120), (2, '2026-11-18', 100);
        INSERT INTO star_weeks (repository_id, week, gained, days, stars) VALUES
          (1, '2026-11-08', 1, '[]', 11000), (1, '2026-11-09', 1, '[]', 11100), (1, '2026-11-10', 1, '[]', 11400);
        """
    )
    text = newsletter(connection)
    assert "| [Time](https://github.com/acme/time) | +900 | 12,000 |" in text
    assert "| [Odd](https://github.com/acme/odd) | -20 | 100 |" in text
    assert headings(text) == ["Most grown, 2026-11-16 to 2026-11-22", "Fading, 2026-11-16 to 2026-11-22"]
    assert "Nothing happened that is known." in text


@pytest.mark.parametrize("status", ["gone", "blocked", "private", "replaced"])
def test_what_nobody_can_see_any_more_has_not_grown(connection: sqlite3.Connection, status: str) -> None:
    connection.execute(
        "INSERT INTO history (repository_id, day, stars) VALUES (1, '2026-11-15', 1), (1, '2026-11-20', 2)"
    )
    assert headings(newsletter(connection)) == ["Most grown, 2026-11-16 to 2026-11-22"]
    connection.execute("UPDATE repositories SET status = ? WHERE id = 1", [status])
    assert headings(newsletter(connection)) == []


def test_sources_that_ask_for_it_are_named(connection: sqlite3.Connection) -> None:
    happen(connection, "value_moved", "1", "2", scope="landscape", source="coingecko")
    assert newsletter(connection).rstrip().endswith("Data provided by CoinGecko (https:\\/\\/www\\.coingecko.com).")


def test_hostile_names_are_text(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE projects SET name = ?", [HOSTILE])
    connection.execute(
        "INSERT INTO history (repository_id, day, stars) VALUES (1, '2026-11-15', 1), (1, '2026-11-20', 2)"
    )
    for kind in (*KINDS, HOSTILE):
        happen(
            connection,
            kind,
            HOSTILE,
            HOSTILE,
            source_url="https://example.org/)](javascript:2)",
            detail={"level": "pre"},
        )
    found = tokens(newsletter(connection))
    kinds = {token.type for token in found}
    assert not kinds & {"html_inline", "html_block", "code_inline", "code_block", "fence", "em_open", "strong_open"}
    assert not kinds & {"image", "entity", "ordered_list_open", "blockquote_open", "hr", "s_open"}
    hrefs = {token.attrs["href"] for token in found if token.type == "link_open"}
    assert hrefs == {"https://example.org/%29%5D%28javascript:2%29", "https://github.com/acme/time"}
    assert len([token for token in found if token.type == "tr_open"]) == 2
    texts = [token.content for token in found if token.type == "inline"]
    shown = [text for text in texts if "new on the list" in text]
    assert len(shown) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(HOSTILE, "# h", "-- x", "12) x", "+x", "=", "~~x~~", "www.evil.example", "a@b.example", "|", "C #"),
        *("@octocat", "@acme/kit", "x#12", "acme/kit#3", "GH-7", ":boom: :+1:", "a:b:c"),
    ],
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {escaped(plain(text))}")
    (inline,) = [block for block in blocks if block.type == "inline"]
    children = inline.children or []
    texts = [child.content for child in children if child.type == "text"]
    assert "".join(texts) == plain(text)
    assert {child.content for child in children if child.type != "text"} <= {"<!-- -->"}
    # GitHub looks for people, issues and emoji in each text on its own.
    assert not any(re.search(r"@\w|#\d|GH-\d|:[\w+-]+:", one) for one in texts)
    assert [block.type for block in blocks][2:4] == ["paragraph_open", "inline"]
