"""A list is read into the model as the format says, whatever form of YAML it comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.listed import (
    Attribution,
    SeedCategory,
    SeedFigure,
    SeedGroup,
    SeedOrganization,
    SeedParent,
    SeedProject,
    SeedRepository,
    Seeds,
    SeedSubcategory,
)
from crawler.seeds import read_seeds

Write = Callable[[str | bytes], Path]

WHOLE = """\
name: Wasm
groups:
  - name: Dev
    categories: [Languages]
organizations:
  - id: rust
    name: Rust Foundation
    kind: foundation
    parent: linux-foundation
    share: 0.50
    homepage_url: https://foundation.rust-lang.org/
    github_login: rustfoundation
    ticker: RST
    exchange: NYSE
    token_id: rusty
    token_relation: related
    opencollective_slug: rusty
    crunchbase_permalink: rust-foundation
    attribution_share: 1
    figures:
      - measure: funding_total
        amount: 2350000000000
        currency: USD
        as_of: 2023-09
        source_url: https://example.org/press
      - measure: annual_revenue
        amount: "12.50"
        currency: EUR
        as_of: 2022
        source_url: https://example.org/report
        licence_class: restricted
        note: audited
  - name: Linux Foundation
categories:
  - category:
    name: Languages
    subcategories:
      - subcategory:
        name: Systems
        items:
          - item:
            name: Rust
            aliases: [rustc, Rust lang, rustc]
            description: A language
            homepage_url: https://www.rust-lang.org/
            logo: rust.svg
            repo_url: https://github.com/rust-lang/rust
            branch: master
            license: MIT OR Apache-2.0
            former_repo_urls: [https://github.com/graydon/rust, https://github.com/mozilla/rust.git]
            additional_repos:
              - repo_url: https://github.com/rust-lang/cargo
                license: MIT
              - repo_url: https://codeberg.org/rust/mirror
            organization: rust
            project: graduated
            second_path: ["Tools / Building", "Languages / Systems"]
            enriched: {repositories: [{name: a/b, source: x}]}
  - category:
    name: Tools
    subcategories:
      - subcategory:
        name: Building
        items:
"""


def test_whole_format(write: Write) -> None:
    path = write(WHOLE)
    seeds = read_seeds(path)
    assert seeds == Seeds(
        path=str(path),
        name="Wasm",
        groups=(SeedGroup(id="dev", name="Dev"),),
        categories=(
            SeedCategory(id="languages", name="Languages", group_id="dev"),
            SeedCategory(id="tools", name="Tools"),
        ),
        subcategories=(
            SeedSubcategory(id="languages--systems", name="Systems", category_id="languages"),
            SeedSubcategory(id="tools--building", name="Building", category_id="tools"),
        ),
        projects=(
            SeedProject(
                id="rust",
                name="Rust",
                aliases=("rustc", "Rust lang"),
                subcategory_id="languages--systems",
                other_subcategory_ids=("tools--building",),
                homepage_url="https://www.rust-lang.org/",
                description="A language",
                organization_id="rust",
                maturity="graduated",
                logo="rust.svg",
                repositories=(
                    SeedRepository(
                        name_with_owner="rust-lang/rust",
                        url="https://github.com/rust-lang/rust",
                        branch="master",
                        license="MIT OR Apache-2.0",
                        former_names=("graydon/rust", "mozilla/rust"),
                    ),
                    SeedRepository(
                        name_with_owner="rust-lang/cargo",
                        url="https://github.com/rust-lang/cargo",
                        is_primary=False,
                        license="MIT",
                    ),
                ),
                other_repository_urls=("https://codeberg.org/rust/mirror",),
                line=41,
            ),
        ),
        organizations=(
            SeedOrganization(
                id="rust",
                name="Rust Foundation",
                kind="foundation",
                parents=(SeedParent(parent_id="linux-foundation", share="0.50"),),
                homepage_url="https://foundation.rust-lang.org/",
                github_login="rustfoundation",
                ticker="RST",
                exchange="NYSE",
                token_id="rusty",
                token_relation="related",
                opencollective_slug="rusty",
                crunchbase_permalink="rust-foundation",
                attribution=Attribution(share="1"),
                figures=(
                    SeedFigure(
                        measure="funding_total",
                        amount="2350000000000",
                        currency="USD",
                        as_of="2023-09",
                        source_url="https://example.org/press",
                    ),
                    SeedFigure(
                        measure="annual_revenue",
                        amount="12.50",
                        currency="EUR",
                        as_of="2022",
                        source_url="https://example.org/report",
                        licence_class="restricted",
                        note="audited",
                    ),
                ),
            ),
            SeedOrganization(id="linux-foundation", name="Linux Foundation"),
        ),
        notices=seeds.notices,
    )
    assert [notice.line for notice in seeds.notices] == [3, 54]


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + WHOLE.encode(),
        b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(),
        WHOLE.replace("categories:\n  - category", "landscape:\n  - category").encode(),
        b"--- # one document\n" + WHOLE.encode() + b"...\n",
    ],
    ids=["CRLF", "BOM", "BOM and CRLF", "landscape", "document marks"],
)
def test_other_line_ends_marks_and_the_older_key_read_the_same(write: Write, content: bytes) -> None:
    plain = read_seeds(write(WHOLE))
    other = read_seeds(write(content))
    assert other.organizations == plain.organizations
    assert other.categories == plain.categories
    assert [project.repositories for project in other.projects] == [project.repositories for project in plain.projects]


def test_name_of_the_landscape_defaults_to_that_of_the_file(write: Write) -> None:
    assert read_seeds(write("categories: [{name: A}]")).name == "seeds"


def test_flow_style_and_json(write: Write) -> None:
    text = '{"categories": [{"name": "A", "subcategories": [{"name": "B", "items": [{"name": "C"}, {"name": "D"}]}]}]}'
    assert [project.id for project in read_seeds(write(text)).projects] == ["c", "d"]


def test_anchors_and_aliases(write: Write) -> None:
    text = """\
categories:
  - name: A
    subcategories:
      - name: B
        items: &shared
          - &c
            name: C
            homepage_url: &home https://a.example/
            repo_url: https://github.com/a/b
            allow_duplicate_repo: true
      - name: D
        items:
          - *c
          - {name: E, homepage_url: *home}
"""
    seeds = read_seeds(write(text))
    assert [(project.id, project.homepage_url) for project in seeds.projects] == [
        ("b--c", "https://a.example/"),
        ("d--c", "https://a.example/"),
        ("e", "https://a.example/"),
    ]


def test_names_in_any_script_and_in_several_lines(write: Write) -> None:
    items_in_flow = '[{name: "Два\n            слова"}]'
    text = f"categories:\n  - name: 语言\n    subcategories:\n      - name: Ü\n        items: {items_in_flow}\n"
    seeds = read_seeds(write(text))
    (project,) = seeds.projects
    assert project.name == "Два слова"
    assert seeds.categories[0].name == "语言"
    assert seeds.categories[0].id.startswith("x-")
    assert project.subcategory_id == f"{seeds.categories[0].id}--u"


def test_words_that_only_old_yaml_takes_for_truth_values_or_dates_are_names(write: Write) -> None:
    text = "categories:\n  - name: No\n  - name: on\n  - name: 2023-09-30\n  - name: 1.2.3\n  - name: '5'\n"
    assert [category.name for category in read_seeds(write(text)).categories] == [
        "No",
        "on",
        "2023-09-30",
        "1.2.3",
        "5",
    ]


def test_names_that_share_a_slug_get_ids_of_their_own(write: Write) -> None:
    groups = "groups: [{name: X}, {name: x!}]\n"
    text = f"{groups}categories: [{{name: A/B, subcategories: [{{name: C}}, {{name: C.}}]}}, {{name: A B}}]\n"
    seeds = read_seeds(write(text))
    assert [group.id for group in seeds.groups] == ["x", "x-2"]
    assert [category.id for category in seeds.categories] == ["a-b", "a-b-2"]
    assert [subcategory.id for subcategory in seeds.subcategories] == ["a-b--c", "a-b--c-2"]


def items(*lines: str) -> str:
    block = "organizations:\n  - {id: acme, name: Acme Inc, crunchbase_permalink: acme-corp}\n  - {name: Zig}\n"
    entries = "".join(f"    - {{name: P{number}, {line}}}\n" for number, line in enumerate(lines))
    return f"{block}categories:\n- name: A\n  subcategories:\n  - name: B\n    items:\n{entries}"


CB = "crunchbase: https://www.crunchbase.com/organization"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("organization: acme", "acme"),
        ("organization: ACME inc", "acme"),
        ("organization: {name: Acme Inc}", "acme"),
        (f"{CB}/acme-corp", "acme"),
        (f"{CB}/Acme-Corp/people?x=1", "acme"),
        ("organization: 'https://www.crunchbase.com/organization/acme-corp'", "acme"),
        (f"organization: zig, {CB}/acme-corp", "zig"),
        (f"organization: Nobody, {CB}/acme-corp", "acme"),
        ("unnamed_organization: true", None),
    ],
)
def test_item_finds_its_declared_organisation(write: Write, line: str, expected: str | None) -> None:
    seeds = read_seeds(write(items(line)))
    assert seeds.projects[0].organization_id == expected
    assert [organization.id for organization in seeds.organizations] == ["acme", "zig"]


def test_undeclared_organisations_come_into_being_once(write: Write) -> None:
    seeds = read_seeds(
        write(
            items(
                f"{CB}/foo_bar",
                f"organization: Foo Bar Ltd, {CB}/foo_bar",
                "organization: foo bar ltd",
                f"{CB}/zig",
                "organization: Only Name",
                f"organization: Only Name, {CB}/only",
                f"{CB}/%E5%BC%80",
            )
        )
    )
    undeclared = [organization for organization in seeds.organizations if not organization.declared]
    assert [(one.id, one.name, one.crunchbase_permalink) for one in undeclared] == [
        ("foo-bar", "Foo Bar Ltd", "foo_bar"),
        ("zig-2", "zig", "zig"),
        ("only-name", "Only Name", "only"),
        (undeclared[3].id, "开", "开"),
    ]
    assert [project.organization_id for project in seeds.projects] == [
        "foo-bar",
        "foo-bar",
        "foo-bar",
        "zig-2",
        "only-name",
        "only-name",
        undeclared[3].id,
    ]


def test_owners_in_the_course_of_time(write: Write) -> None:
    block = """\
organizations:
  - name: Hat
    parents:
      - {organization: early, until: 2019-07-09}
      - {organization: big, share: 1, since: 2019-07, source_url: "https://a.example/"}
      - {organization: fund, share: 0.1}
  - {name: Early}
  - {name: Fund}
  - {name: Big, parent: hat, share: 0.3, parent_since: 2001, parent_until: 2005-01-02}
"""
    seeds = read_seeds(write(f"{block}categories: [{{name: A}}]\n"))
    hat, _, _, big = seeds.organizations
    assert hat.parents == (
        SeedParent(parent_id="early", until="2019-07-09"),
        SeedParent(parent_id="big", share="1", since="2019-07", source_url="https://a.example/"),
        SeedParent(parent_id="fund", share="0.1"),
    )
    assert big.parents == (SeedParent(parent_id="hat", share="0.3", since="2001", until="2005-01-02"),)
    # One after the other is no overlap, and a former owner makes no circle.
    assert [notice.problem for notice in seeds.notices] == ["the category has no subcategories"]


def test_a_share_with_its_reasons_a_class_and_the_kinds_of_rounds(write: Write) -> None:
    block = """\
organizations:
  - name: Big
    attribution_share:
      {share: 0.2, low: 0.20, high: 0.3, rule: subsidiary, source_url: "https://a.example/", as_of: 2023-12}
    attribution_class: conglomerate
    figures:
      - measure: funding_round
        kind: series_j
        amount: 5
        currency: USD
        as_of: 2023
        source_url: https://a.example/
      - measure: shares_outstanding
        amount: 7
        currency: XXX
        as_of: 2023
        source_url: https://a.example/
"""
    (big,) = read_seeds(write(f"{block}categories: [{{name: A}}]\n")).organizations
    assert big.attribution == Attribution(
        share="0.2", low="0.20", high="0.3", rule="subsidiary", source_url="https://a.example/", as_of="2023-12"
    )
    assert big.attribution_class == "conglomerate"
    assert [(figure.kind, figure.currency) for figure in big.figures] == [("series_j", "USD"), (None, "XXX")]


def test_tickers_of_older_files_go_to_the_organisation(write: Write) -> None:
    lines = (
        f"{CB}/nokia, stock_ticker: NOK",
        f"{CB}/rtx, stock_ticker: null",
        f"{CB}/none",
        "organization: acme, stock_ticker: ",
        "organization: zig, stock_ticker: ZIG",
        f"{CB}/nokia, stock_ticker: NOKIA",
    )
    block = items(*lines).replace("name: Acme Inc,", "name: Acme Inc, ticker: ACM,")
    organizations = read_seeds(write(block)).organizations
    assert [(one.id, one.ticker, one.has_no_ticker) for one in organizations] == [
        ("acme", "ACM", False),
        ("zig", "ZIG", False),
        ("nokia", "NOK", False),
        ("rtx", None, True),
        ("none", None, False),
    ]


def test_first_github_repository_is_the_primary_one(write: Write) -> None:
    text = items(
        "repo_url: 'https://gitlab.com/a/b', additional_repos: "
        "[{repo_url: 'git@github.com:a/b.git'}, {repo_url: 'https://github.com/a/c'}]"
    )
    (project,) = read_seeds(write(text)).projects
    assert [(one.name_with_owner, one.url, one.is_primary) for one in project.repositories] == [
        ("a/b", "https://github.com/a/b", True),
        ("a/c", "https://github.com/a/c", False),
    ]
    assert project.other_repository_urls == ("https://gitlab.com/a/b",)
