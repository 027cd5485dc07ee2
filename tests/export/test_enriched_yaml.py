"""What stands in a block: known figures, each with its date and source, and nothing that may not leave."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml
from made_landscape import ONE_PROJECT, Landscape

from crawler.export import enriched_yaml
from crawler.seeds import read_seeds

FIGURE = (
    "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, source_url, method,"
    " licence_class) VALUES ('rust-foundation', ?, ?, 'USD', ?, '2026-11-01T00:00:00Z', 'seeds', ?, 'curated', ?)"
)
FETCH = (
    "INSERT INTO fetches (source, subject, repository_id, origin, fetched_at, status, attempts, attempted_at)"
    " VALUES ('contributors', 'rust-lang/rust', 1, ?, ?, 'ok', 1, ?)"
)


def export(landscape: Landscape, **options: bool) -> tuple[str, list[str]]:
    """The exported text and the notes."""
    out = io.BytesIO()
    notes = enriched_yaml.write(landscape.job(**options), out)
    return out.getvalue().decode(), notes


def block(landscape: Landscape, **options: bool) -> dict[str, Any]:
    """The block of the one project, empty if it has none."""
    text, _ = export(landscape, **options)
    item = yaml.safe_load(text)["categories"][0]["subcategories"][0]["items"][0]
    found: dict[str, Any] = item.get("enriched", {})
    return found


def test_every_known_figure_of_a_repository_is_there_and_no_unknown_one(rust: Landscape) -> None:
    assert block(rust) == {
        "repositories": [
            {
                "name": "rust-lang/rust",
                "status": "ok",
                "stars": 100,
                "as_of": "2026-11-20",
                "source": "https://github.com/rust-lang/rust",
            }
        ]
    }
    rust.change(
        "UPDATE repositories SET stars = 0, forks = 2, contributors = 3, commits_last_year = 4, open_issues = 5,"
        " license_spdx = 'NOASSERTION', license_expression = 'MIT OR Apache-2.0', primary_language = 'Rust',"
        " latest_release_tag = '1.10', latest_release_at = '2026-10-30T12:00:00Z',"
        " latest_commit_at = '2026-11-19T01:02:03Z', first_commit_at = '2010-06-16T20:39:03Z', is_archived = 0,"
        " url = 'https://github.example/rust-lang/rust'"
    )
    rust.change("INSERT INTO former_names VALUES (1, 'graydon/rust', '2026-11-01T00:00:00Z')")
    assert list(block(rust)["repositories"][0].items()) == [
        ("name", "rust-lang/rust"),
        ("status", "ok"),
        ("stars", 0),
        ("forks", 2),
        ("contributors", 3),
        ("commits_last_year", 4),
        ("open_issues", 5),
        ("license_spdx", "NOASSERTION"),
        ("license_expression", "MIT OR Apache-2.0"),
        ("primary_language", "Rust"),
        ("latest_release_tag", "1.10"),
        ("latest_release_at", "2026-10-30"),
        ("latest_commit_at", "2026-11-19"),
        ("first_commit_at", "2010-06-16"),
        ("is_archived", False),
        ("as_of", "2026-11-20"),
        ("source", "https://github.example/rust-lang/rust"),
        ("former_names", ["graydon/rust"]),
    ]


def test_a_refresh_later_on_the_same_day_changes_nothing(rust: Landscape) -> None:
    before = export(rust)
    rust.change("UPDATE repositories SET fetched_at = '2026-11-20T23:59:59Z'")
    assert export(rust) == before


@pytest.mark.parametrize(
    ("origin", "fetched_at", "expected"),
    [
        ("live", "2026-11-20T23:00:00Z", {}),
        ("live", "2026-11-15T00:00:00Z", {"contributors_as_of": "2026-11-15"}),
        ("sandbox", "2026-11-20T10:00:00Z", {"contributors_recorded_on": "2023-09-25"}),
    ],
)
def test_contributors_carry_their_own_date_where_it_differs(
    rust: Landscape, origin: str, fetched_at: str, expected: dict[str, str]
) -> None:
    rust.change("INSERT INTO runs (mode, recorded_on, started_at) VALUES ('sandbox', '2023-09-25', '2026-11-01')")
    rust.change("UPDATE repositories SET contributors = 7")
    rust.change(FETCH, origin, fetched_at, fetched_at)
    repository = block(rust)["repositories"][0]
    dates = {key: value for key, value in repository.items() if key.startswith("contributors_")}
    assert dates == expected


def test_recorded_figures_never_look_fresh(rust: Landscape) -> None:
    rust.change("INSERT INTO runs (mode, recorded_on, started_at) VALUES ('sandbox', '2023-09-25', '2026-11-01')")
    rust.change("UPDATE repositories SET origin = 'sandbox', contributors = 7")
    rust.change(FETCH, "sandbox", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z")
    text, _ = export(rust)
    assert block(rust)["repositories"][0]["recorded_on"] == "2023-09-25"
    assert "2026" not in text.split("enriched:")[1]


def test_the_state_of_a_repository_that_is_gone_has_a_date_of_its_own(rust: Landscape) -> None:
    rust.change(FETCH.replace("'contributors'", "'github'"), "live", "2026-11-20T11:00:00Z", "2026-11-20T11:00:00Z")
    assert "status_as_of" not in block(rust)["repositories"][0]
    rust.change("UPDATE repositories SET status = 'gone'")
    rust.change("UPDATE fetches SET fetched_at = '2026-11-22T10:00:00Z', status = 'gone'")
    repository = block(rust)["repositories"][0]
    assert (repository["stars"], repository["as_of"]) == (100, "2026-11-20")
    assert (repository["status"], repository["status_as_of"]) == ("gone", "2026-11-22")


def test_a_repository_that_nobody_asked_about_brings_no_block(rust: Landscape) -> None:
    rust.change("UPDATE repositories SET status = NULL, origin = NULL, fetched_at = NULL, stars = NULL")
    assert export(rust) == (ONE_PROJECT, [])


def test_money_stands_under_the_organisation_newest_of_each_measure_with_its_source(rust: Landscape) -> None:
    rust.change(FIGURE, "funding_total", "1000000", "2022", "https://a.example/old", "curated")
    rust.change(FIGURE, "funding_total", "2500000.50", "2023-09", "https://a.example/new", "attribution")
    rust.change(FIGURE, "market_cap", "7", "2024-01-01", None, "curated")
    rust.change(FIGURE, "market_cap", "8", "2025-01-01", None, "curated")
    rust.change("UPDATE figures SET superseded_by = 3 WHERE amount = '8'")
    rust.change(FIGURE, "annual_revenue", "9", "2025-01-01", None, "curated")
    rust.change("UPDATE figures SET withdrawn_at = '2026-01-01' WHERE amount = '9'")
    assert block(rust)["organization"] == {
        "id": "rust-foundation",
        "name": "Rust Foundation",
        "figures": [
            {
                "measure": "funding_total",
                "amount": "2500000.50",
                "currency": "USD",
                "as_of": "2023-09",
                "source": "seeds",
                "source_url": "https://a.example/new",
                "licence_class": "attribution",
            },
            {
                "measure": "market_cap",
                "amount": "7",
                "currency": "USD",
                "as_of": "2024-01-01",
                "source": "seeds",
                "licence_class": "curated",
            },
        ],
    }


def test_restricted_figures_stay_in_unless_asked_for(rust: Landscape) -> None:
    rust.change(FIGURE, "funding_total", "111", "2022-01-01", None, "curated")
    rust.change(FIGURE, "funding_total", "999", "2026-01-01", "https://secret.example/", "restricted")
    rust.change(FIGURE, "market_cap", "998", "2026-01-01", None, "restricted")
    text, _ = export(rust)
    assert [figure["amount"] for figure in block(rust)["organization"]["figures"]] == ["111"]
    assert not any(trace in text for trace in ("999", "998", "secret.example", "restricted"))
    private = block(rust, include_restricted=True)["organization"]["figures"]
    assert [(figure["amount"], figure["licence_class"]) for figure in private] == [
        ("999", "restricted"),
        ("998", "restricted"),
    ]


@pytest.mark.parametrize(
    "hostile", ["on", "1.10", "2023-01-01", "😀 # x", "a: b\n  c: |", "\x1b[31m", "'\"\\", "\u2028"]
)
def test_hostile_text_from_upstream_reads_back_as_it_was(rust: Landscape, hostile: str) -> None:
    rust.change("UPDATE repositories SET latest_release_tag = ?, primary_language = ?", hostile, hostile)
    repository = block(rust)["repositories"][0]
    assert (repository["latest_release_tag"], repository["primary_language"]) == (hostile, hostile)
    assert read_seeds(rust.seeds).projects[0].id == "rust"


def test_items_that_the_database_lacks_are_counted_and_have_no_block(rust: Landscape) -> None:
    rust.seeds.write_text(
        ONE_PROJECT.replace("          - name: Rust\n", "          - name: New\n          - name: Rust\n")
    )
    text, notes = export(rust)
    assert text.count("enriched:") == 1
    assert notes == [f"1 item is not in {rust.database} yet: run 'crawler refresh'"]
    rust.change("UPDATE projects SET removed_at = '2026-11-21T00:00:00Z'")
    text, notes = export(rust)
    assert text == rust.seeds.read_text()
    assert notes == [f"2 items are not in {rust.database} yet: run 'crawler refresh'"]


def test_an_item_that_cannot_be_enriched_is_named_with_its_line(rust: Landscape) -> None:
    text = ONE_PROJECT.replace("name: Rust\n", "? name\n            : Rust\n", 1)
    rust.seeds.write_text(text)
    assert export(rust) == (
        text,
        [f"{rust.seeds}:6: this item is left as it is: its form has no safe place for a block"],
    )


TWINS = """\
# yaml-language-server: $schema=x\r
landscape:\r
  - category:\r
    name: "Über #1"   # quoted\r
    subcategories:\r
      - subcategory:\r
        name: One\r
        items:\r
          - item:\r
            name: Same\r
            repo_url: https://github.com/a/one\r
            unheard_of: {keep: 'me'}\r
          - {name: Flow, repo_url: "https://github.com/a/flow"}\r
          - {name: Flow 2, repo_url: "https://github.com/a/flow2"}\r
      - subcategory:\r
        name: Two\r
        items:\r
        - name: Same\r
          repo_url: https://github.com/a/two\r
          description: >-\r
            last of all"""


@pytest.mark.parametrize("text", [TWINS, f"\ufeff{TWINS}", TWINS.replace("\r", "") + "\n"])
def test_an_export_is_a_seeds_file_of_the_same_list(landscape: Landscape, text: str) -> None:
    seeds = landscape.fill(text.encode())
    enriched, notes = export(landscape)
    assert notes == []
    assert enriched.count("enriched:") == 4
    landscape.seeds.write_bytes(enriched.encode())
    again = read_seeds(landscape.seeds)
    assert [_without_line(project) for project in again.projects] == [_without_line(one) for one in seeds.projects]
    assert (again.categories, again.subcategories) == (seeds.categories, seeds.subcategories)
    assert export(landscape)[0] == enriched
    landscape.change("UPDATE projects SET removed_at = '2026-11-21T00:00:00Z'")
    assert export(landscape)[0].encode() == text.encode()


def test_each_block_is_with_its_own_project(landscape: Landscape) -> None:
    landscape.fill(TWINS.encode())
    tree = yaml.safe_load(export(landscape)[0])
    items = [item for part in tree["landscape"][0]["subcategories"] for item in part["items"]]
    assert [item["enriched"]["repositories"][0]["name"] for item in items] == ["a/one", "a/flow", "a/flow2", "a/two"]


def _without_line(project: Any) -> dict[str, Any]:
    return {field: getattr(project, field) for field in project.__struct_fields__ if field != "line"}


def insert(landscape: Landscape, table: str, **values: object) -> None:
    marks = ", ".join("?" for _ in values)
    landscape.change(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *values.values())


POLICIES = '["ecosystem_value_v1", "legacy_landscape_v1"]'


def insert_total(
    landscape: Landscape, *, scope: str, policy: str, measure: str, day: str, origin: str, **value: object
) -> None:
    """A total of a day that counts as computed."""
    landscape.change(
        "INSERT OR IGNORE INTO computed_days (day, origin, policies) VALUES (?, ?, ?)", day, origin, POLICIES
    )
    landscape.change("INSERT INTO total_series (scope, measure, policy) VALUES (?, ?, ?)", scope, measure, policy)
    columns, marks = ", ".join(value), ", ".join("?" for _ in value)
    landscape.change(
        f"INSERT INTO total_values (series_id, day, {columns}) SELECT max(id), ?, {marks} FROM total_series",
        day,
        *value.values(),
    )


def valued(landscape: Landscape, licence_class: str) -> None:
    """The one organisation belongs to another, whose value rests on a figure of that licence class, in euros."""
    day, at = "2026-11-20", "2026-11-20T01:00:00Z"
    insert(landscape, "organizations", id="big", name="Big", declared=0, position=9)
    figure = {
        "id": 77,
        "organization_id": "big",
        "measure": "market_cap",
        "amount": "900",
        "currency": "EUR",
        "as_of": day,
    }
    shown = {"source": "quotes", "method": "reported", "licence_class": licence_class, "observed_at": at}
    insert(landscape, "figures", **figure, **shown)
    owned = {"child_id": "rust-foundation", "parent_id": "big", "source": "seeds", "licence_class": "curated"}
    insert(landscape, "ownerships", **owned, observed_at=at)
    policy = {"policy": "ecosystem_value_v1", "day": day, "measure": "value", "currency": "USD", "origin": "live"}
    known = {"value": "100", "low": "50", "high": "1000", "known": 1, "total": 1}
    insert_total(landscape, scope="organization:big", **known, **policy)
    line = {"scope": "landscape", "group_id": "big", **policy}
    insert(landscape, "value_lines", organization_id="big", figure_id=77, amount="100", counted=1, reason="x", **line)
    insert(landscape, "value_lines", organization_id="rust-foundation", counted=0, reason="included in Big", **line)


VALUE = {
    "policy": "ecosystem_value_v1",
    "low": "50",
    "central": "100",
    "high": "1000",
    "currency": "USD",
    "as_of": "2026-11-20",
}


def test_an_organisation_says_in_whom_it_is_included_and_what_they_are_worth(rust: Landscape) -> None:
    valued(rust, "curated")
    organization = block(rust)["organization"]
    assert organization["included_in"] == {"id": "big", "name": "Big"}
    assert organization["value"] == VALUE
    assert organization["attributions"] == ["Exchange rates of the European Central Bank (https://www.ecb.europa.eu)"]
    assert "figures" not in organization


def test_a_value_with_a_restricted_figure_behind_it_stays_in_unless_asked_for(rust: Landscape) -> None:
    valued(rust, "restricted")
    assert "value" not in block(rust)["organization"]
    assert block(rust, include_restricted=True)["organization"]["value"] == VALUE


def test_a_restricted_figure_that_another_policy_counts_hides_no_value(rust: Landscape) -> None:
    valued(rust, "curated")
    figure = {"organization_id": "big", "measure": "funding_total", "amount": "7", "currency": "USD", "as_of": "2026"}
    shown = {"source": "crunchbase", "method": "reported", "licence_class": "restricted"}
    insert(rust, "figures", id=78, **figure, **shown, observed_at="2026-11-20T01:00:00Z")
    policy = {"policy": "legacy_landscape_v1", "day": "2026-11-20", "measure": "funding", "origin": "live"}
    insert_total(rust, scope="landscape", value="7", known=1, total=1, **policy)
    line = {"scope": "landscape", "group_id": "big", "organization_id": "big", "figure_id": 78, **policy}
    insert(rust, "value_lines", amount="7", currency="USD", counted=1, reason="x", **line)
    assert block(rust)["organization"]["value"] == VALUE


def test_no_figure_is_later_than_the_totals(rust: Landscape) -> None:
    valued(rust, "curated")
    rust.change(FIGURE, "market_cap", "7", "2026-11", None, "curated")
    rust.change(FIGURE, "market_cap", "8", "2026-11-21", None, "curated")
    assert [one["amount"] for one in block(rust)["organization"]["figures"]] == ["7"]


def test_a_figure_in_its_own_money_credits_no_rate(rust: Landscape) -> None:
    rust.change(FIGURE.replace("'USD'", "'ARS'"), "market_cap", "7", "2026-11", None, "curated")
    assert "attributions" not in block(rust)["organization"]


def test_an_owner_that_only_a_restricted_source_names_stays_in_too(rust: Landscape) -> None:
    valued(rust, "curated")
    rust.change("UPDATE ownerships SET licence_class = 'restricted', source = 'crunchbase'")
    assert "organization" not in block(rust)
    assert block(rust, include_restricted=True)["organization"]["included_in"]["id"] == "big"


def test_sources_that_ask_for_it_are_named_beside_their_figures(rust: Landscape) -> None:
    rust.change(
        FIGURE.replace("'seeds'", "'coingecko'"), "token_market_cap", "9", "2026-11", "https://a.example", "attribution"
    )
    assert block(rust)["organization"]["attributions"] == ["Data provided by CoinGecko (https://www.coingecko.com)"]
