"""The page of an organisation: the chain of `crawler value explain`, and nothing that may not be published."""

from __future__ import annotations

import shutil
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from money_pages import DAY, SCRIPT, make, text_of, valuation_of, weighed

from crawler.cli.value_explain import explain_data
from crawler.figures.compute import compute_totals
from crawler.figures.explanation import read_explanation
from crawler.site.asked import NotThere
from crawler.site.pages import organization
from crawler.store import open_reader, open_writer, transaction
from crawler.store.totals import write_totals


@pytest.fixture
def weighed_file(rich_file: Path) -> Path:
    return weighed(rich_file)


def explained(path: Path, organization_id: str, *, with_restricted: bool = False) -> dict[str, Any]:
    """What `crawler value explain --json` says."""
    with closing(open_reader(path)) as connection:
        explanation = read_explanation(connection, organization_id, valuation_of(path))
        return explain_data(explanation, with_restricted=with_restricted)


@pytest.mark.parametrize("organization_id", ["ibm", "red-hat", "wasmer", "fermyon-technologies"])
@pytest.mark.parametrize("with_restricted", [False, True])
def test_it_says_what_the_command_says(weighed_file: Path, organization_id: str, with_restricted: bool) -> None:
    page = make(weighed_file, organization.page, organization_id, with_restricted=with_restricted)
    seen, data = text_of(page), explained(weighed_file, organization_id, with_restricted=with_restricted)
    assert data["ecosystem_value_lines"]
    for line in data["ecosystem_value_lines"]:
        if line["figure"] and line["figure"]["licence_class"] == "restricted" and not with_restricted:
            continue
        assert " ".join(line["reason"].split()) in seen
        if line["amount"] is not None:
            assert f"{Decimal(line['amount']):,f} {line['currency']}" in seen
    for figure in data["unused_figures"]:
        assert figure["amount"] is None or f"{Decimal(figure['amount']):,f} {figure['currency']}" in seen
    for owner in data["ownerships"]:
        assert f'href="/organizations/{owner["parent_id"]}"' in page
    for fact in data["organization_facts"]:
        assert fact["value"] is None or fact["value"] in seen
    for asked in data["attributions"]:
        is_open = with_restricted or not ("Crunchbase" in asked or "Modeling Prep" in asked)
        assert (asked in seen) is is_open


@pytest.mark.parametrize("is_weighed", [False, True])
def test_a_restricted_round_is_hidden_unless_all_is_shown(
    rich_file: Path, weighed_file: Path, is_weighed: bool
) -> None:
    path = weighed_file if is_weighed else rich_file
    hidden = text_of(make(path, organization.page, "wasmer"))
    open_page = text_of(make(path, organization.page, "wasmer", with_restricted=True))
    assert "987,654,321 USD" in open_page
    # Neither the amount nor who told it when, nor what it is like.
    for told in ("987", "654,321", "998154321", "990M", "$1.0B", "$2.0B", "$4.0B", "2022-05-01", "y Crunchbase"):
        assert told not in hidden
    assert "1 figure is not for publication, and is left out." in hidden
    assert ("1 line rests on what is not for publication, and is left out." in hidden) is is_weighed
    assert "2022-05-01" in open_page
    assert "1 round is not for publication, and is not in it." in hidden
    assert "not for publication, and" not in open_page
    # What it adds to the value is hidden where the round counts, and not known where nothing does.
    worth = hidden.split("What it adds to the value")[1]
    assert worth.split()[:2] == (["not", "for"] if is_weighed else ["not", "known"])


SECRET = """
UPDATE ownerships SET licence_class = 'restricted', source = 'crunchbase';
INSERT INTO ownerships (child_id, parent_id, share, source, source_url, licence_class, valid_from, observed_at)
VALUES ('wasmer', 'found', '0.77', 'crunchbase', 'https://crunchbase.example/deal', 'restricted', '2020-02-02',
  '2023-09-01T00:00:00Z');
UPDATE organizations SET parent_id = NULL
"""


def test_whose_it_is_is_not_told_where_only_a_restricted_source_says_so(rich_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "secret.db"
    shutil.copy(rich_file, path)
    with closing(open_writer(path)) as connection, transaction(connection):
        connection.execute(
            "INSERT INTO organizations (id, name, declared, position, found_by)"
            " VALUES ('found', 'Told Alone', 0, 990, 'crunchbase')"
        )
        for statement in SECRET.split(";\n"):
            connection.execute(statement)
        figures = compute_totals(connection, day=DAY, origin="sandbox")
        write_totals(connection, figures, day=DAY, origin="sandbox")
    child = make(path, organization.page, "wasmer")
    for told in ("Told Alone", "77%", "2020-02-02", "crunchbase.example", "/organizations/found"):
        assert told not in child
    assert "1 statement is not for publication" in text_of(child)
    # Only Crunchbase has named it: there is no page of it, as its id alone would tell the name.
    with pytest.raises(NotThere):
        make(path, organization.page, "found")
    everything = make(path, organization.page, "wasmer", with_restricted=True)
    for told in ("Told Alone", "77%", "2020-02-02", "crunchbase.example"):
        assert told in everything


def test_rounds_add_up_by_year(rich_file: Path) -> None:
    seen = text_of(make(rich_file, organization.page, "wasmer"))
    assert "$2.5M" in seen
    assert "$8.0M" in seen
    assert "$990M" in text_of(make(rich_file, organization.page, "wasmer", with_restricted=True))


def test_owners_in_a_circle_come_to_an_end(weighed_file: Path) -> None:
    seen = text_of(make(weighed_file, organization.page, "round"))
    other = text_of(make(weighed_file, organization.page, "about"))
    for page in (seen, other):
        assert "90%" in page
        assert "80%" in page
        assert "not followed" in page


def test_a_figure_in_other_money_has_its_rate_and_is_not_linked_to_what_is_no_web_page(weighed_file: Path) -> None:
    page = make(weighed_file, organization.page, "round")
    figure = next(one for one in figures_of(explained(weighed_file, "round")) if one["id"] == 9001)
    assert figure["fx_rate"]
    assert f"4,000,000 EUR 1 EUR = {Decimal(figure['fx_rate']):.6g} USD on {figure['fx_day']}" in text_of(page)
    assert "javascript:" not in page
    assert SCRIPT not in page
    assert SCRIPT in text_of(page)


def figures_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [line["figure"] for line in data["ecosystem_value_lines"] if line["figure"]]
    return [*lines, *data["unused_figures"]]


def test_corrected_and_withdrawn_figures_stand_apart(weighed_file: Path) -> None:
    page = make(weighed_file, organization.page, "round")
    standing, gone = page.split("2 figures that were corrected or withdrawn", 1)
    for amount, why in (("777,111", "replaced by no. 9001"), ("555,222", "withdrawn 2023-09-21")):
        assert amount not in standing
        assert amount in gone
        assert why in gone
    assert "333,444" in standing
    assert "later than this day, not counted" in standing


def test_an_organization_of_which_nothing_is_known_has_a_page(weighed_file: Path) -> None:
    page = make(weighed_file, organization.page, "bare")
    seen = text_of(page)
    assert SCRIPT in seen
    assert "<script>alert" not in page
    for said in (
        "None of its own is on this landscape.",
        "No money figure is known of it.",
        "No policy looked at it on this day.",
        "No owner is known.",
        "Nothing that it owns is known.",
        "Nothing but its name is known.",
    ):
        assert said in seen


@pytest.mark.parametrize(("wanted", "meant"), [("wasmr", "wasmer"), ("Red Hat", "red-hat"), ("x" * 5000, None)])
def test_a_wrong_name_leads_to_those_that_are_like_it(rich_file: Path, wanted: str, meant: str | None) -> None:
    with pytest.raises(NotThere) as caught:
        make(rich_file, organization.page, wanted)
    assert [key for _, key, _ in caught.value.near][:1] == ([meant] if meant else [])


def test_without_a_database_beside_it_there_are_no_links_into_it(rich_file: Path) -> None:
    assert 'href="/landscape/' in make(rich_file, organization.page, "wasmer")
    assert 'href="/landscape/' not in make(rich_file, organization.page, "wasmer", is_static=True)
