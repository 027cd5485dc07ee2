"""The view `landscape` as JSON and CSV: complete, in the list's order, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_landscape import Landscape

from crawler.export import landscape_csv, landscape_json

LIST = """\
categories:
  - name: Zebra
    subcategories:
      - name: Z2
        items:
          - {name: Late, repo_url: "https://github.com/a/late"}
          - {name: Early}
      - name: A1
        items:
          - {name: Other, repo_url: "https://github.com/a/other"}
  - name: Ant
    subcategories:
      - name: One
        items:
          - {name: Last, repo_url: "https://github.com/a/last"}
"""


def as_json(landscape: Landscape) -> tuple[str, list[dict[str, Any]]]:
    """The text, and what it holds."""
    out = io.BytesIO()
    assert landscape_json.write(landscape.job(), out) == []
    text = out.getvalue().decode()
    return text, json.loads(text)


def as_csv(landscape: Landscape) -> tuple[str, list[dict[str, str]]]:
    """The text, and the rows by column name."""
    out = io.BytesIO()
    assert landscape_csv.write(landscape.job(), out) == []
    text = out.getvalue().decode()
    return text, list(csv.DictReader(io.StringIO(text, newline="")))


def test_both_hold_the_view_in_the_order_of_the_list(landscape: Landscape) -> None:
    landscape.fill(LIST)
    landscape.change(
        "UPDATE repositories SET is_archived = 1, license_osi_approved = 0 WHERE name_with_owner = 'a/late'"
    )
    text, rows = as_json(landscape)
    assert [row["project"] for row in rows] == ["Late", "Early", "Other", "Last"]
    view = landscape.job().connection.execute("SELECT * FROM landscape WHERE project = 'Late'").fetchone()
    assert list(rows[0]) == list(view.keys())
    assert rows[0] == dict(view) | {"is_archived": True, "license_osi_approved": False}
    assert rows[0]["is_archived"] is True
    assert rows[1]["stars"] is None
    assert rows[1]["is_archived"] is None
    assert text.startswith('[\n{"project_id": "late"')
    assert text.endswith("}\n]\n")
    assert len(text.splitlines()) == 6

    text, cells = as_csv(landscape)
    assert [row["project"] for row in cells] == ["Late", "Early", "Other", "Last"]
    assert list(cells[0]) == list(rows[0])
    assert (cells[0]["stars"], cells[0]["is_archived"], cells[0]["license_osi_approved"]) == ("100", "true", "false")
    assert (cells[1]["stars"], cells[1]["is_archived"]) == ("", "")
    assert "\r" not in text


def test_a_landscape_without_projects_is_an_empty_list_and_a_header(landscape: Landscape) -> None:
    landscape.fill("categories:\n  - name: C\n    subcategories:\n      - {name: S, items: []}\n")
    assert as_json(landscape)[0] == "[]\n"
    assert as_csv(landscape)[0].startswith("project_id,project,")
    assert as_csv(landscape)[0].count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", "\n1", "\t1"),
        *(" =1", "   -1", "\xa0=1", "\u3000=1", "\ufeff=1", "\u200b+1", "\u202e@A", "\x1b=1", " \u2066 =1"),
        *("＝1", "＋1", "－1", "＠A", " ＝1"),
    ],
)
def test_no_text_cell_begins_like_a_formula(rust: Landscape, text: str) -> None:
    rust.change("UPDATE repositories SET description = ?, stars = -5", text)
    row = as_csv(rust)[1][0]
    assert row["description"] == f"'{text}"
    assert row["stars"] == "-5"
    assert as_json(rust)[1][0]["description"] == text


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_no_line_of_a_cell_begins_like_a_formula(rust: Landscape, line_end: str) -> None:
    lines = ["a", "=1", "  ＝1", "b - c", "\t@A", "", "+1"]
    rust.change("UPDATE repositories SET description = ?", line_end.join(lines))
    expected = line_end.join(["a", "'=1", "'  ＝1", "b - c", "'\t@A", "", "'+1"])
    assert as_csv(rust)[1][0]["description"] == expected


@pytest.mark.parametrize("mark", [";", "; "])
def test_where_another_separator_would_begin_a_cell_stands_no_formula(rust: Landscape, mark: str) -> None:
    rust.change("UPDATE repositories SET description = ?", f"a{mark}=1{mark}b - c")
    assert as_csv(rust)[1][0]["description"] == f"a{mark[0]}'{mark[1:]}=1{mark}b - c"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(
    deadline=None, derandomize=True, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS | st.text(st.sampled_from("=+-@＝＠ \n\r\t\u200b\x1b,\"';a"), max_size=8))
def test_any_text_is_harmless_and_reads_back(rust: Landscape, text: str) -> None:
    rust.change("UPDATE repositories SET description = ?", text)
    written, (row,) = as_json(rust)
    assert row["description"] == text
    assert all(character.isprintable() or character == "\n" for character in written)
    cell = as_csv(rust)[1][0]["description"]
    lines = re.split(r"\r\n|\r|\n", cell)
    assert not any(line.lstrip(" \t\u200b\x1b").startswith(tuple("=+-@＝＋－＠")) for line in lines)
    # Apostrophes may come to it, and nothing else.
    rest = iter(cell)
    assert all(character in rest for character in text)
    assert sorted(cell.replace("'", "")) == sorted(text.replace("'", ""))


def test_commas_quotes_lines_and_signs_of_any_script_survive(rust: Landscape) -> None:
    text = 'a, "b"\nc\r\nd 😀 词 \u2028'
    rust.change("UPDATE repositories SET description = ?", text)
    assert as_csv(rust)[1][0]["description"] == text
    assert as_json(rust)[1][0]["description"] == text
