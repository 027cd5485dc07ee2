"""`crawler value` as a person runs it: the range, its parts, what changed and why, and what may not be published."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from terminal import on_terminal
from valued import BILLION, fill

from crawler.cli import cli
from crawler.cli.value_overview import amounts
from crawler.errors import UsageFault
from crawler.figures.model import Total
from crawler.model import Money
from crawler.store import open_writer, transaction
from crawler.store.organizations import add_figure

HOSTILE = "Mid | <b>[red]\x1b[2J"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("value") / "landscape.db"
    fill(path)
    return path


def value(database: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["value", *arguments, "--db", str(database)])


def data(database: Path, *arguments: str) -> Any:
    result = value(database, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def rows(page: str, title: str) -> list[list[str]]:
    """The rows of the Markdown table under a title, without its header."""
    table = page.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_range_comes_first_and_its_parts_follow(database: Path) -> None:
    page = value(database).stdout
    assert page.splitlines()[0] == "$70B – $1.0T, central $120B (ecosystem_value_v1, as of 2026-11-22, 3 of 3 known)"
    parts = [[row[0], *row[2:]] for row in rows(page, "Parts")]
    assert parts == [["listed", "$70B", "$120B", "$1.0T"], ["private", "$60M", "$240M", "$300M"]]
    assert rows(page, "Beside it, not inside")[0] == ["tokens", "token_cap_v1", "$3.0B", "$3.0B", "$3.0B", "3 of 3"]
    assert "Known: caps for 3 of 3 groups; private value for 1 of 1 groups." in page
    assert "Stale figures that count: 1; expired and left out: 0." in page
    assert page.isascii() or set(page) - set(map(chr, range(128))) <= {"–"}


def test_the_largest_organisations_say_what_they_rest_on(database: Path) -> None:
    largest = rows(value(database).stdout, "Largest organisations")
    big = ["Big", "market_cap as of 2026-11-22, yahoo, restricted", "$50B", "$100B", "$1.0T", "83.2%"]
    assert largest[0] == big
    assert [row[0] for row in largest] == ["Big", "Mid", "Start"]


def test_what_changed_is_told_by_cause_and_adds_up(database: Path) -> None:
    page = value(database).stdout
    changed = {row[0]: row[2] for row in rows(page, "What changed since 2026-11-20")}
    assert changed == {"price": "+$10B", "fx": "+$1.0B", "coverage": "+$240M", "method": "$0", "all": "+$11B"}
    assert rows(page, "Largest changes")[0] == ["Big", "+$10B", "$0", "$0", "$0", "+$10B"]
    changes = data(database, "--include-restricted")["policies"][0]["changes"]
    parts = [int(changes[cause]) for cause in ("price", "fx", "coverage", "method")]
    assert sum(parts) == int(changes["difference"]) == 120_240_000_000 - 109 * BILLION


@pytest.fixture(scope="module")
def with_two(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a second quote that may not be published: Mid's, of which only the rate changed."""
    copy = tmp_path_factory.mktemp("two") / "landscape.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE figures SET licence_class = 'restricted' WHERE organization_id = 'mid'")
    return copy


def test_data_leaves_out_what_would_tell_the_one_restricted_amount(database: Path) -> None:
    shown = data(database)
    first = shown["ecosystem_value"][0]
    assert (first["low"], first["central"], first["high"], first["known"]) == (None, None, None, 3)
    assert set(first) == {"policy", "day", "low", "central", "high", "currency", "known", "total"}
    big, mid, _ = shown["policies"][0]["organizations"]
    assert (big["organization_id"], big["central"], big["licence_class"]) == ("big", None, ["restricted"])
    assert mid["central"] == "20000000000"
    assert [one["organization_id"] for one in shown["policies"][0]["changes"]["organizations"]] == ["mid", "start"]
    assert shown["policies"][0]["share_of_ten_largest"] is None
    assert not {"900000000000", "1000000000000", "120240000000", "109000000000", "11240000000"} & _texts(shown)
    private = data(database, "--include-restricted")["policies"][0]
    assert private["changes"]["before"] == str(109 * BILLION)
    big = private["organizations"][0]
    assert (big["low"], big["central"], big["high"]) == ("50000000000", "100000000000", "1000000000000")


def test_data_keeps_a_sum_over_two_restricted_amounts(with_two: Path) -> None:
    shown = data(with_two)
    first = shown["ecosystem_value"][0]
    assert (first["low"], first["central"], first["high"]) == ("70060000000", "120240000000", "1020300000000")
    (policy,) = shown["policies"]
    assert [one["central"] for one in policy["organizations"]] == [None, None, "240000000"]
    assert policy["parts"]["private"]["central"] == "240000000"
    changes = policy["changes"]
    assert (changes["before"], changes["difference"]) == (str(109 * BILLION), "11240000000")
    assert changes["price"] is None, "it is that of one restricted quote"


def test_parts_of_which_one_would_tell_a_restricted_amount_are_both_hidden(with_two: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(with_two.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE figures SET licence_class = 'restricted' WHERE organization_id = 'start'")
    shown = data(copy)
    assert shown["ecosystem_value"][0]["central"] == "120240000000"
    assert [part["central"] for part in shown["policies"][0]["parts"].values()] == [None, None]


def test_a_difference_of_one_restricted_amount_hides_the_day_before(with_two: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(with_two.read_bytes())
    with closing(open_writer(copy)) as connection:
        # As if Mid had been worth the same on both days: only Big's quote changed.
        connection.execute("UPDATE value_lines SET amount = '20000000000' WHERE organization_id = 'mid'")
    shown = data(copy)
    assert shown["ecosystem_value"][0]["central"] == "120240000000"
    changes = shown["policies"][0]["changes"]
    assert (changes["before"], changes["difference"], changes["coverage"]) == (None, None, None)


def test_the_day_before_stays_hidden_where_only_public_amounts_changed(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE value_lines SET figure_id = 3, amount = '9' WHERE organization_id = 'big'")
    changes = data(copy)["policies"][0]["changes"]
    assert [one["organization_id"] for one in changes["organizations"]] == ["mid", "start"]
    assert (changes["before"], changes["difference"], changes["fx"]) == (None, None, None)


def test_a_part_with_restricted_amounts_has_no_sum(database: Path, with_two: Path) -> None:
    scope = ("--scope", "subcategory:run--all")
    assert data(database, *scope)["ecosystem_value"][0]["central"] is None
    assert data(with_two, *scope, "--policy", "attributed_cap_v1")["ecosystem_value"][0]["central"] is None
    assert data(database, *scope, "--include-restricted")["ecosystem_value"][0]["central"] == "100000000000"
    assert "$50B – $1.0T, central $100B" in value(database, *scope).stdout


def test_a_policy_that_no_refresh_has_computed_is_computed_now(database: Path) -> None:
    shown = data(database, "--policy", "attributed_cap_v1", "--include-restricted")
    assert shown["ecosystem_value"][0]["central"] == "120000000000"
    assert [one["organization_id"] for one in shown["policies"][0]["organizations"]] == ["big", "mid"]
    assert data(database, "--include-restricted")["ecosystem_value"][0]["central"] == "120240000000", "as it was stored"


def test_the_old_rule_prints_its_four_measures(database: Path) -> None:
    page = value(database, "--policy", "legacy_landscape_v1").stdout
    assert page.startswith("what the CNCF landscape would have printed (legacy_landscape_v1, as of 2026-11-22)\n")
    assert [row[1] for row in rows(page, "legacy_landscape_v1")][:3] == ["4", "978,006", "$2,020,000,000,001"]
    shown = data(database, "--policy", "legacy_landscape_v1")
    assert [one["value"] for one in shown["totals"]] == [4, 978006, "2020000000001", "60000000"]
    assert shown["policies"] == data(database)["totals"] == []


def test_sources_are_named_where_they_ask_for_it(database: Path) -> None:
    asked = "Exchange rates of the European Central Bank (https://www.ecb.europa.eu)"
    assert data(database)["attributions"] == [asked]
    assert value(database).stdout.splitlines()[-1] == f"{asked}."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scope", "subcategory:run"), "perhaps one of these: category:run, subcategory:run--all"),
        (("--scope", "organization:hat"), "hat is inside organization:big, on 2026-11-22; ask for --scope"),
        (("--scope", "organization:hat", "--as-of", "2026-11-20"), "hat is inside organization:big, on 2026-11-20"),
        (("--scope", "organization:start", "--as-of", "2026-11-20"), "'crawler value explain start' says why"),
        (("--policy", "group_cap"), "perhaps one of these: group_cap_v1"),
        (("--as-of", "2026-11-20", "--as-true-of", "2026-11-20"), "two different pasts"),
    ],
)
def test_what_is_not_there_names_what_was_perhaps_meant(
    database: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = value(database, *arguments)
    assert isinstance(result.exception, UsageFault)
    assert message in str(result.exception)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2999-01-01", "is in the future"),
        ("2026-13-01", "is no day"),
        ("20260101", "is no day"),
        ("0001-01-01", "is before 1970"),
        ("yesterday", "is no"),
    ],
)
@pytest.mark.parametrize("option", ["--as-of", "--as-true-of"])
def test_a_day_that_is_none_is_one_message(database: Path, option: str, day: str, message: str) -> None:
    result = value(database, option, day)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("option", "day", "first"),
    [("--as-of", "2026-11-19", "observed on 2026-11-20"), ("--as-true-of", "2025-04-30", "of 2025-05")],
)
@pytest.mark.parametrize("command", [(), ("compare",), ("explain", "big")])
def test_a_day_of_which_nothing_is_known_says_since_when_there_is_something(
    database: Path, command: tuple[str, ...], option: str, day: str, first: str
) -> None:
    result = value(database, *command, option, day)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"crawler: nothing is known of {day}: the first money figure is {first}\n"


@pytest.mark.parametrize("command", [(), ("compare",), ("explain", "big")])
def test_data_of_a_day_of_which_nothing_is_known_has_no_amounts(database: Path, command: tuple[str, ...]) -> None:
    result = value(database, *command, "--as-of", "1970-01-01", "--json")
    assert "nothing is known of 1970-01-01" in result.stderr
    assert "left out, since no history of it is kept: the policy replacement_cost_v1" in result.stderr
    shown = json.loads(result.stdout)
    assert shown["day"] == "1970-01-01"
    assert {one["central"] for one in shown.get("ecosystem_value", ())} <= {None}


def test_a_past_day_is_as_it_was_known_then(database: Path) -> None:
    then = data(database, "--as-of", "2026-11-20", "--include-restricted")
    assert (then["day"], then["known_by"]) == ("2026-11-20", "2026-11-20T23:59:59Z")
    assert then["ecosystem_value"][0]["central"] == str(109 * BILLION)
    assert [one["organization_id"] for one in then["policies"][0]["organizations"]] == ["big", "mid"]
    assert (
        data(database, "--as-of", "2026-11-22", "--include-restricted")["ecosystem_value"][0]["central"]
        == "120240000000"
    )
    page = value(database, "--as-of", "2026-11-20").stdout
    assert "that were known at the end of that day" in page
    assert "--as-true-of 2026-11-20 takes them in" in page
    assert "What changed" not in page, "there is no day before"


def test_a_past_day_as_it_is_known_now_takes_corrections_in(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection, transaction(connection):
        corrected = Money(
            measure="market_cap",
            amount=str(32 * BILLION),
            currency="EUR",
            as_of="2026-11-20",
            source_url="https://seeds.example/mid",
            method="reported",
            licence_class="curated",
        )
        add_figure(connection, "seeds", "mid", corrected, now="2026-11-22T08:00:00Z")
    assert data(copy, "--as-of", "2026-11-20", "--include-restricted")["ecosystem_value"][0]["central"] == str(
        109 * BILLION
    )
    now = data(copy, "--as-true-of", "2026-11-20", "--include-restricted")
    assert now["known_by"] is None
    assert now["ecosystem_value"][0]["central"] == "128240000000"
    assert now["policies"][0]["changes"] is None


def test_a_database_without_figures_names_the_cure(tmp_path: Path) -> None:
    open_writer(tmp_path / "empty.db").close()
    result = value(tmp_path / "empty.db")
    assert isinstance(result.exception, UsageFault)
    assert "crawler refresh" in str(result.exception)


def test_a_hostile_name_is_shown_and_not_obeyed(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with closing(open_writer(copy)) as connection:
        connection.execute("UPDATE organizations SET name = ? WHERE id = 'mid'", (HOSTILE,))
    page = value(copy).stdout
    assert "\x1b" not in page
    assert r"Mid \| \<b>\[red\]" in page
    assert rows(page, "Largest organisations")[1][3] == "$20B"


def test_a_usual_terminal_folds_words_and_cuts_nothing(database: Path) -> None:
    page = on_terminal("value", "--db", str(database))
    tables = page.split("\nParts\n", 1)[1]
    assert "…" not in page
    assert max(map(len, tables.splitlines())) <= 80
    assert all(word in tables for word in ("restricted", "83.2%", "$1.0T", "+$240M", "3 of 3"))


def test_policies_stand_side_by_side_and_the_old_rule_last_with_its_warning(database: Path) -> None:
    page = value(database, "compare").stdout
    assert page.startswith("landscape on 2026-11-22, by every policy\n")
    group_cap = next(row for row in rows(page, "Policies") if row[0] == "group_cap_v1")
    assert group_cap[2:] == ["$1.0T", "$1.0T", "$1.0T", "3 of 3", "-"]
    last = page.split("\n## ")[-1]
    assert last.startswith("legacy_landscape_v1\n")
    assert [row[1] for row in rows(page, "legacy_landscape_v1")] == [
        "4",
        "978,006",
        "$2,020,000,000,001",
        "$60,000,000",
    ]
    assert "\nFor comparison only" in last


@pytest.mark.parametrize(("high", "cells"), [(None, ("-", "≥ $930B", "-")), ("931000000000", ("-", "$930B", "$930B"))])
def test_a_part_of_an_upper_bound_is_no_lower_bound(high: str | None, cells: tuple[str, ...]) -> None:
    bound = {"scope": "landscape", "measure": "value", "currency": "USD", "known": 4, "total": 13}
    assert amounts(Total(value="931000000000", high=high, **bound)) == cells


def test_policies_side_by_side_as_data(database: Path) -> None:
    shown = data(database, "compare")
    group_cap = next(one for one in shown["ecosystem_value"] if one["policy"] == "group_cap_v1")
    assert (group_cap["central"], group_cap["known"], group_cap["oldest_as_of"]) == ("1020000000000", 3, None)
    assert [one["value"] for one in shown["totals"]] == [4, 978006, "2020000000001", "60000000"]
    assert not {"legacy_landscape_v1"} & {one["policy"] for one in shown["ecosystem_value"]}


def test_an_option_before_the_command_is_sent_behind_it(database: Path) -> None:
    result = CliRunner().invoke(cli, ["value", "--json", "explain", "big", "--db", str(database)])
    assert result.exit_code == 2
    assert "write --json after 'explain'" in result.stderr


@pytest.mark.parametrize("words", [(), ("explain",), ("compare",)])
def test_help_has_an_example(words: tuple[str, ...]) -> None:
    page = CliRunner().invoke(cli, ["value", *words, "--help"]).stdout
    assert "Example:" in page
    assert " ".join(("crawler value", *words)) in page


def _texts(found: Any) -> set[str]:
    if isinstance(found, dict):
        return set().union(*map(_texts, found.values()))
    if isinstance(found, list):
        return set().union(*map(_texts, found)) if found else set()
    return {str(found)}
