"""`crawler value explain`: the whole chain behind an organisation's value, and how it may be named."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from valued import DAY, POLICY, compute, figure, fill

from crawler.cli import cli
from crawler.errors import UsageFault
from crawler.model import Organization, Subject
from crawler.store import open_writer, transaction
from crawler.store.organizations import write_organization


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("value") / "landscape.db"
    fill(path)
    told = Organization(
        source_url="https://wikidata.example/Q7",
        licence_class="public",
        facts={"wikidata": "Q7", "ticker": "HAT", "github": "hat-inc", "homepage": "https://hat.example"},
    )
    secret = Organization(
        source_url="https://crunchbase.example/hat", licence_class="restricted", facts={"employees": "51-100"}
    )
    with closing(open_writer(path)) as connection, transaction(connection):
        subject = Subject(source="wikidata", name="Q7", organization_ids=("hat",))
        write_organization(connection, "wikidata", subject, told, now=f"{DAY}T06:00:00Z")
        write_organization(connection, "crunchbase", subject, secret, now=f"{DAY}T06:00:00Z")
        connection.execute("UPDATE organizations SET crunchbase_permalink = 'red-hat' WHERE id = 'hat'")
        connection.execute(
            "INSERT INTO ownerships (child_id, parent_id, valid_to, source, licence_class, observed_at)"
            " VALUES ('hat', 'mid', '2019-07', 'wikidata', 'public', '2026-11-19T00:00:00Z')"
        )
    return path


def explain(database: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["value", "explain", *arguments, "--db", str(database)])


def data(database: Path, *arguments: str) -> Any:
    result = explain(database, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_page_shows_the_whole_chain(database: Path) -> None:
    page = explain(database, "hat").stdout
    assert page.startswith("Hat (hat) on 2026-11-22\n")
    assert re.search(r"\| wikidata +\| Q7 +\| wikidata, 2026-11-22 +\| public +\|", page)
    assert "\nHat → Big\n" in page
    assert (
        "| Hat          | Big                | seeds, curated, https://big.example/hat |         1 | 2019-07 |" in page
    )
    assert "| Hat          | Mid (not followed) |" in page
    for text in (
        "3. market_cap of Big: 1,000,000,000,000 USD, as of 2026-11-22, fresh",
        "yahoo, reported, restricted, observed at 2026-11-22T06:00:00Z",
        "https://yahoo.example/big",
        "- counted: Big, figure 3, 100,000,000,000 USD (50,000,000,000 to 1,000,000,000,000): so it is",
        "- not counted: Hat: included in Big",
    ):
        assert text in page


def test_a_figure_in_another_currency_says_at_which_rate(database: Path) -> None:
    used = data(database, "mid")["ecosystem_value_lines"][0]["figure"]
    assert (used["amount"], used["currency"], used["freshness"]) == ("16000000000", "EUR", "fresh")
    assert (used["fx_rate"], used["fx_day"], used["fx_source"]) == ("1.25", "2026-11-22", "ecb")
    assert "1 EUR = 1.25 USD on 2026-11-22 (ecb)" in explain(database, "mid").stdout


def test_data_has_the_columns_of_the_tables_and_nothing_restricted(database: Path) -> None:
    shown = data(database, "hat")
    assert (shown["group_id"], shown["day"], shown["known_by"]) == ("big", "2026-11-22", None)
    assert [owner["is_followed"] for owner in shown["ownerships"]] == [True, False]
    facts = {fact["field"]: fact["value"] for fact in shown["organization_facts"]}
    assert (facts["wikidata"], facts["ticker"], facts["employees"]) == ("Q7", "HAT", None)
    counted, left_out = (line for line in shown["ecosystem_value_lines"] if line["policy"] == POLICY)
    assert (counted["counted"], counted["amount"], counted["high"], counted["figure"]["amount"]) == (
        True,
        None,
        None,
        None,
    )
    assert counted["figure"]["source_url"] == "https://yahoo.example/big"
    assert (left_out["counted"], left_out["organization_id"], left_out["reason"]) == (False, "hat", "included in Big")
    lines = data(database, "hat", "--include-restricted")["ecosystem_value_lines"]
    private = next(line for line in lines if line["policy"] == POLICY)
    assert (private["amount"], private["figure"]["amount"]) == ("100000000000", "1000000000000")


def test_no_reason_tells_what_the_amount_does_not(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection, transaction(connection):
        compute(connection)
    assert "1000000000000 USD un-attributed" in explain(copy, "big").stdout
    shown = data(copy, "big")
    assert {line["policy"] for line in shown["ecosystem_value_lines"]} > {"attributed_cap_v1", "legacy_landscape_v1"}
    assert not re.search(r"[1-9]\d{10}", json.dumps(shown))
    assert "10% (5% to 25%) of the market cap as of 2026-11-22" in json.dumps(shown)


def test_a_range_is_hidden_with_what_its_low_end_rests_on(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    secret = {"measure": "funding_round", "as_of": "2024-05", "kind": "series_a"}
    with closing(open_writer(copy)) as connection, transaction(connection):
        figure(connection, "start", 7_000_000, DAY, "crunchbase", "restricted", **secret)
        compute(connection)

    def worth(*options: str) -> dict[str, Any]:
        lines = data(copy, "start", *options)["ecosystem_value_lines"]
        return next(line for line in lines if line["policy"] == POLICY)

    assert (worth()["low"], worth()["amount"], worth()["figure"]["amount"]) == (None, None, "300000000")
    assert (worth("--include-restricted")["low"], worth("--include-restricted")["amount"]) == ("7000000", "240000000")


def test_an_ultimate_parent_shows_its_whole_group(database: Path) -> None:
    lines = data(database, "big")["ecosystem_value_lines"]
    assert [line["organization_id"] for line in lines if line["policy"] == POLICY] == ["big", "hat"]


def test_rows_that_are_the_same_organisation_say_so(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE organizations SET ticker = 'BIG' WHERE id = 'start'")
    assert data(copy, "start")["same_as"] == ["big"]
    assert "The same organisation as big: they count together." in explain(copy, "start").stdout


@pytest.mark.parametrize(
    "text",
    [
        "hat",
        "HAT",
        " Hat ",
        "hat-inc",
        "Hat-Inc",
        "hatinc",
        "@hat-inc",
        "NYSE:HAT",
        "https://github.com/Hat-Inc",
        "github.com/orgs/hat-inc/repositories",
        "https://www.wikidata.org/wiki/Q7",
        "https://www.crunchbase.com/organization/red-hat/company_financials?x=1",
        "https://www.hat.example/",
        "hat.example",
        "http://hat.example/about",
    ],
)
def test_an_organisation_goes_by_all_its_names(database: Path, text: str) -> None:
    assert data(database, text)["organization_id"] == "hat"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("strat", "there is no organisation strat; perhaps one of these: start"),
        ("", "no organisation is named; give its id, name, homepage or ticker"),
        ("https://zzz.example/", "there is no organisation https://zzz.example/; 'crawler value' lists the largest"),
        (
            "https://github.com/hat",
            "there is no organisation https://github.com/hat; 'crawler value' lists the largest",
        ),
        ("zzz", "there is no organisation zzz; 'crawler value' lists the largest"),
    ],
)
def test_a_name_that_nobody_has_names_similar_ones(database: Path, text: str, message: str) -> None:
    result = explain(database, text)
    assert isinstance(result.exception, UsageFault)
    assert str(result.exception) == message


def test_a_ticker_of_two_is_ambiguous_and_one_with_its_exchange_or_an_id_is_not(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE organizations SET ticker = 'TWO', exchange = 'NYSE' WHERE id = 'mid'")
        connection.execute("UPDATE organizations SET ticker = 'TWO', exchange = 'LSE' WHERE id = 'start'")
    result = explain(copy, "two")
    assert isinstance(result.exception, UsageFault)
    assert str(result.exception) == "two may be several organisations; name one by its id: mid, start"
    assert data(copy, "lse:two")["organization_id"] == "start"
    assert data(copy, "big")["organization_id"] == "big"


def test_a_ticker_that_a_subsidiary_has_too_is_its_owners(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE organizations SET ticker = 'GRT' WHERE id IN ('big', 'hat')")
    assert data(copy, "GRT")["organization_id"] == "big"


def test_no_rate_is_credited_where_none_is_known(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    credit = "Exchange rates of the European Central Bank"
    assert credit in explain(copy, "mid").stdout
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE figures SET currency = 'ARS' WHERE organization_id = 'mid'")
    assert data(copy, "mid", "--as-of", str(DAY))["attributions"] == []
    assert credit not in explain(copy, "mid", "--as-of", str(DAY)).stdout
