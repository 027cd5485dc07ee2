"""The comparison: up to six projects, which is ahead, and what cannot be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shown import Links, Show, showing, words_of

from crawler.site.pages.compare_rows import Cell, mark_best
from crawler.store import open_writer, transaction

RESTRICTED_VALUE = """
UPDATE figures SET licence_class = 'restricted';
UPDATE computed_days SET policies = '["ecosystem_value_v1"]';
INSERT INTO value_lines (policy, day, scope, measure, organization_id, group_id, figure_id, amount, currency, counted,
  reason, origin)
VALUES ('ecosystem_value_v1', '2023-09-25', 'landscape', 'value', 'acme', 'acme', 1, '14000000', 'USD', 1, '',
  'sandbox');
INSERT INTO total_series (id, scope, measure, policy) VALUES (9, 'organization:acme', 'value', 'ecosystem_value_v1');
INSERT INTO total_values (series_id, day, value, known, total, currency)
VALUES (9, '2023-09-25', '14000000', 1, 1, 'USD')
"""
SEVEN = ["wasmtime", "wasmer", "wasmedge", "wasm3", "lunatic", "docker", "envoy"]


@pytest.fixture(scope="module")
def show(rich_file: Path) -> Iterator[Show]:
    """Pages over the rich landscape, without restricted figures."""
    with showing(rich_file) as made:
        yield made


def heads(page: str) -> list[str]:
    """The projects that have a column."""
    return re.findall(r'<th scope="col"><a class="who" href="/projects/([^"]+)"', page)


def row(page: str, label: str) -> list[str]:
    """The cells of a row of the table as text."""
    found = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    return [words_of(cell) for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)] if found else []


def test_nothing_chosen_offers_comparisons_that_are_ready(show: Show) -> None:
    page = show("compare")
    ready = [address for address in Links(page).addresses if address.startswith("/compare?")]
    assert "What you can see here" in page
    assert 2 < len(ready) < 20
    assert len(heads(show("compare", project=re.findall(r"project=([^&]+)", ready[1])))) == 6


def test_one_project_has_nothing_to_be_ahead_of(show: Show) -> None:
    page = show("compare", project="wasmtime")
    assert heads(page) == ["wasmtime"]
    assert row(page, "Stars") == ["13,052"]
    assert "▲" not in page
    assert 'class="is-best"' not in page


def test_six_stand_side_by_side_in_the_order_asked_for(show: Show) -> None:
    page = show("compare", project=SEVEN[:6])
    assert heads(page) == SEVEN[:6]
    assert "take one away" in page
    assert 'name="add"' not in page
    assert "30,543 most" in row(page, "Stars")


def test_of_seven_the_last_is_left_out_and_named(show: Show) -> None:
    page = show("compare", project=SEVEN)
    assert heads(page) == SEVEN[:6]
    notice = re.search(r'role="status">(.*?)</div>', page, re.DOTALL)
    assert notice is not None
    assert "Left out: Envoy" in words_of(notice[1])


def test_a_name_adds_its_project_and_links_take_it_away(show: Show) -> None:
    page = show("compare", project="wasmtime", add="WASMER")
    assert heads(page) == ["wasmtime", "wasmer"]
    assert "/compare?project=wasmer" in Links(page).addresses
    assert '<input type="hidden" name="project" value="wasmer">' in page


def test_an_unknown_name_offers_near_ones(show: Show) -> None:
    page = show("compare", project="wasmer", add="wasmtyme")
    assert heads(page) == ["wasmer"]
    assert "No project is called wasmtyme. Perhaps you meant:" in words_of(page)
    assert "/compare?project=wasmer&project=wasmtime" in Links(page).addresses


def test_a_repository_names_its_project_and_what_is_unknown_stays_in_the_field(show: Show) -> None:
    assert heads(show("compare", add="wasmerio/Wasmer")) == ["wasmer"]
    page = show("compare", project="wasmtime", add="nope")
    assert 'value="nope"' in page
    assert 'aria-invalid="true" aria-describedby="said"' in page
    assert "<title>Compare Wasmtime" in page
    assert "aria-invalid" not in show("compare", project="wasmtime")
    assert '<option value="Wasmer">' in page
    # What has little in common with it is no suggestion.
    assert "OpenCV" not in words_of(page.partition('role="status"')[2].partition("</div>")[0])


def test_an_unknown_name_is_text(show: Show) -> None:
    page = show("compare", add="<script>alert(1)</script>\u202e")
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<img" not in show("compare", add="<img src=x>")


@pytest.mark.parametrize("project_id", ["hostile-script", "hostile-endless", "hostile-right-to-left"])
def test_hostile_projects_are_compared_as_text(show: Show, project_id: str) -> None:
    page = show("compare", project=["wasmtime", project_id])
    assert not Links(page).active
    assert "\u202e" not in page
    assert heads(page) == ["wasmtime", project_id]
    assert row(page, "Stars")[1] == "not known"


def test_what_is_known_of_none_stands_in_one_line(show: Show) -> None:
    page = show("compare", project=["wasmtime", "wasmer"])
    assert row(page, "Forks") == []
    assert "Not known of any: Forks, Watchers" in words_of(page)


def test_a_value_that_may_not_be_published_is_hidden(database: Path) -> None:
    with closing(open_writer(database)) as connection, transaction(connection):
        for statement in RESTRICTED_VALUE.split(";\n"):
            connection.execute(statement)
    with showing(database) as show, showing(database, with_restricted=True) as show_all:
        page, project = show("compare", project="grain"), words_of(show("project", "grain"))
        assert row(page, "Organisation’s value") == ["not for publication"]
        assert "What it counts as in the ecosystem’s value is not for publication" in project
        assert "$14M" not in page + project
        assert row(show_all("compare", project="grain"), "Organisation’s value") == ["$14M"]
        assert "It counts as $14M in the ecosystem’s value" in words_of(show_all("project", "grain"))


def test_none_zero_and_unknown_differ(database: Path) -> None:
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute("UPDATE repositories SET forks = 0 WHERE id = 1")
        connection.execute(
            "UPDATE repositories SET forks = NULL, releases_total = 0, latest_release_at = NULL WHERE id = 2"
        )
        connection.execute("UPDATE projects SET organization_id = NULL WHERE id = 'wasmtime'")
    with showing(database) as show:
        page = show("compare", project=["wasmtime", "lucet"])
    assert row(page, "Forks") == ["0", "not known"]
    assert row(page, "Latest release")[1] == "none"
    assert row(page, "Organisation") == ["none named", "Bytecode Alliance"]
    assert row(page, "Organisation’s value") == ["none", "not known"]


def test_of_one_day_all_are_the_newest(database: Path) -> None:
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute("UPDATE repositories SET latest_release_at = '2023-09-20T0' || id || ':00:00Z'")
    with showing(database) as show:
        assert "newest" not in " ".join(row(show("compare", project=["wasmtime", "lucet"]), "Latest release"))


def test_the_best_are_marked_only_where_they_differ() -> None:
    def best(*ranks: int | None) -> list[bool]:
        return [cell.is_best for cell in mark_best([Cell(text="", rank=rank) for rank in ranks])]

    assert best(1, 3, 2) == [False, True, False]
    assert best(3, 3, 2) == [True, True, False]
    assert best(3, 3) == [False, False]
    assert best(3, None) == [False, False]
    assert best(0, None, -1) == [True, False, False]


def test_without_a_server_there_is_no_chooser(rich_file: Path) -> None:
    with showing(rich_file, is_static=True) as show:
        page = show("compare", project=["wasmtime", "wasmer"])
        assert 'name="add"' not in page
        assert "Take" not in page
        assert set(Links(show("compare")).addresses) >= {
            address for address in Links(page).addresses if address.startswith("/compare?")
        }
