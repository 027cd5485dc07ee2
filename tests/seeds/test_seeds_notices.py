"""What real landscape files contain is no fault: it is noticed, kept where it can be, and the list is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.listed import Finding
from crawler.seeds import read_seeds

Check = Callable[[str], tuple[list[Finding], list[tuple[int, int]]]]

HEAD = """\
categories:
  - name: Languages
    subcategories:
      - name: Systems
        items:
"""
RUST = """\
          - name: Rust
            homepage_url: https://www.rust-lang.org/
"""
ZIG = RUST.replace("Rust", "Zig")
ORGANIZATION = "organizations:\n  - name: Acme\n    id: acme\n"


def item(lines: str) -> str:
    return f"{HEAD}{RUST}{lines}\n"


def organization(lines: str) -> str:
    return f"{ORGANIZATION}{lines}\n{HEAD}{RUST}"


NOTICES = {
    "misspelt key": (
        item("            ‸repo_ulr: https://github.com/rust-lang/rust"),
        "Languages / Systems / Rust: the key 'repo_ulr' is unknown, it is kept but not read; did you mean repo_url?",
    ),
    "key without its end": (item("            ‸crunch: x"), "did you mean crunchbase?"),
    "key in capitals": (item("            ‸Logo: a.svg"), "did you mean logo?"),
    "unknown key": (
        item("            ‸zzz: 1"),
        "the key 'zzz' is unknown, it is kept but not read; check its spelling",
    ),
    "key of our block": (
        item("            enriched: ‸{stars: 5}"),
        "enriched is no block that 'crawler export yaml' wrote; it is kept, and the item gets none; rename the key",
    ),
    "unknown key in extra": (
        item("            extra:\n              ‸blog_ur: x"),
        "Rust / extra: the key 'blog_ur' is unknown",
    ),
    "http": (
        item("            repo_url: ‸http://github.com/rust-lang/rust"),
        "repo_url is not the plain address of rust-lang/rust; write https://github.com/rust-lang/rust",
    ),
    "trailing slash": (item("            repo_url: ‸https://github.com/rust-lang/rust/"), "is not the plain address"),
    ".git": (item("            repo_url: ‸https://github.com/rust-lang/rust.git"), "is not the plain address"),
    "deeper path": (
        item("            repo_url: ‸https://github.com/rust-lang/rust/tree/master/library"),
        "not the plain",
    ),
    "account": (
        item("            repo_url: ‸https://github.com/rust-lang"),
        "repo_url names no repository (https://github.com/rust-lang); write https://github.com/owner/name",
    ),
    "other host": (
        item("            repo_url: ‸https://gitlab.haskell.org/ghc/ghc"),
        "the repository is not on GitHub but on gitlab.haskell.org",
    ),
    "no address": (item("            repo_url: ‸to follow"), "repo_url is no web address (to follow)"),
    "reason without a statement": (
        item(
            "            repo_url: https://github.com/rust-lang/rust\n            override_reason: ‸the file is hidden"
        ),
        "override_reason stands without a license or branch that it would be about; delete it, or write",
    ),
    "additional repository without address": (
        item("            additional_repos:\n              - ‸branch: main"),
        "Rust / additional repository 1: repo_url is missing",
    ),
    "repository twice in an item": (
        item(
            "            repo_url: https://github.com/rust-lang/rust\n            additional_repos:\n"
            "              - repo_url: ‸https://github.com/Rust-Lang/Rust"
        ),
        "Rust-Lang/Rust is already a repository of this item; delete one of the two",
    ),
    "repository twice in the file": (
        item(
            "            repo_url: https://github.com/rust-lang/rust\n          - name: Rust 2\n"
            "            homepage_url: https://a.example/\n            repo_url: ‸https://github.com/rust-lang/rust"
        ),
        "Rust 2: rust-lang/rust is listed before, by Languages / Systems / Rust (line 6); delete one, or add 'allow_",
    ),
    "former address of no repository": (
        item("            repo_url: https://github.com/a/b\n            former_repo_urls: [‸https://a.example/]"),
        "the former address names no GitHub repository (https://a.example/)",
    ),
    "former name is the present one": (
        item("            repo_url: https://github.com/a/b\n            former_repo_urls: [‸https://github.com/A/b]"),
        "A/b is the present name too; delete it here",
    ),
    "former name is listed": (
        item(
            "            repo_url: https://github.com/a/b\n            former_repo_urls: [‸https://github.com/c/d]\n"
            "            additional_repos:\n              - repo_url: https://github.com/c/d"
        ),
        "c/d is given as a former name, and listed by Languages / Systems / Rust / additional repository 1 (line 11)",
    ),
    "licence": (
        item("            repo_url: https://github.com/a/b\n            license: ‸Apache License 2.0"),
        "the licence 'Apache License 2.0' is no SPDX expression; write one such as Apache-2.0",
    ),
    "no homepage": (
        f"{HEAD}          - ‸name: Rust\n            repo_url: https://github.com/rust-lang/rust\n",
        "the item has a repository, but no homepage_url",
    ),
    "no address at all": (f"{HEAD}          - ‸name: Rust\n", "the item has neither homepage_url nor repository"),
    "homepage is a script": (
        f"{HEAD}          - name: Rust\n            homepage_url: ‸javascript:alert(1)\n",
        "homepage_url is no web address (javascript:alert(1)), it is not read",
    ),
    "crunchbase": (
        item("            crunchbase: ‸https://www.crunchbase.com/person/rust"),
        "crunchbase is no address of an organisation there",
    ),
    "flag": (item("            enduser: ‸maybe"), "enduser is neither true nor false (maybe); write true or false"),
    "second_path": (
        item("            second_path: [‸Languages / Sistems]"),
        "second_path leads to no subcategory (Languages / Sistems); did you mean Languages / Systems?",
    ),
    "category without subcategories": (f"{item('')}  - ‸name: Empty\n", "Empty: the category has no subcategories"),
    "category in no group": (
        f"groups:\n  ‸- name: Dev\n{item('')}",
        "no group names Languages; add each category to a group",
    ),
    "category in two groups": (
        f"groups:\n  - name: Dev\n    categories: [Languages]\n  - name: Ops\n    categories: [‸languages]\n{item('')}",
        "groups / Ops: Languages is in an earlier group too",
    ),
    "kind": (
        organization("    kind: ‸compagny"),
        "organizations / Acme: the kind 'compagny' is unusual; did you mean company?",
    ),
    "share without parent": (organization("    share: ‸0.5"), "share stands without a parent"),
    "day without parent": (organization("    parent_since: ‸2019"), "parent_since stands without a parent; name the"),
    "two owners of the whole": (
        organization(
            "    parents:\n      - {organization: b, since: 2015}\n      - {organization: ‸c, since: 2019-07}\n"
            "  - {name: B}\n  - {name: C}"
        ),
        "organizations / Acme / parent 2: b and c own half of it or more at the same time; give the earlier one an",
    ),
    "two owners of half": (
        organization(
            "    parents:\n      - {organization: ‸c, since: 2019-06, share: 0.5}\n"
            "      - {organization: b, until: 2019-07, share: 0.5}\n  - {name: B}\n  - {name: C}"
        ),
        "b and c own half of it or more at the same time",
    ),
    "source of a parent": (
        organization("    parents:\n      - {organization: b, source_url: ‸the press}\n  - {name: B}"),
        "source_url is no web address (the press), it is not read",
    ),
    "share without reasons": (
        organization("    attribution_share: ‸0.2"),
        "the share stands without the rule by which it was found, or the page on which it rests",
    ),
    "share with a rule alone": (
        organization("    attribution_share: {share: ‸0.2, rule: employees}"),
        "the share stands without the rule by which it was found, or the page on which it rests",
    ),
    "kind of a price": (
        organization(
            "    figures:\n      - measure: market_cap\n        kind: ‸seed\n        amount: 1\n        currency: USD\n"
            "        as_of: 2023\n        source_url: https://a.example/"
        ),
        "market_cap has no kinds; delete it: only funding_round and grant have them",
    ),
    "figure of the future": (
        organization(
            "    figures:\n      - measure: market_cap\n        amount: 1\n        currency: USD\n"
            "        as_of: ‸2999-05\n        source_url: https://a.example/"
        ),
        "as_of lies in the future (2999-05)",
    ),
    "ticker of nobody": (item("            stock_ticker: ‸ACM"), "stock_ticker stands without an organisation"),
    "ticker that is not the declared one": (
        f"{ORGANIZATION}    ticker: ACM\n{item('            organization: acme')}            stock_ticker: ‸ACME\n",
        "stock_ticker is not the ticker of acme (ACM), which counts",
    ),
    "two tickers of one": (
        (
            f"{ORGANIZATION}{item('            organization: acme')}            stock_ticker: ~\n{ZIG}"
            "            organization: acme\n            stock_ticker: ‸ACM\n"
        ),
        "Zig: another item gives acme another stock_ticker (null, line 9), which counts; keep one of the two",
    ),
    "token relation without token": (organization("    token_relation: ‸native"), "stands without a token_id"),
    "login as an address": (
        organization("    github_login: ‸https://github.com/acme"),
        "github_login is no account name (https://github.com/acme)",
    ),
    "permalink as an address": (
        organization("    crunchbase_permalink: ‸https://www.crunchbase.com/organization/acme"),
        "crunchbase_permalink is no permalink",
    ),
    "name of two organisations": (
        organization("  - name: ‸Acme\n    id: other"),
        "the name is also that of Acme (line 2)",
    ),
    "measure": (
        organization(
            "    figures:\n      - measure: ‸marketcap\n        amount: 1\n        currency: USD\n"
            "        as_of: 2023\n        source_url: https://a.example/"
        ),
        "the measure 'marketcap' is unusual, it is kept but counted nowhere; did you mean market_cap?",
    ),
    "organisation misspelt": (
        f"{ORGANIZATION}{item('            organization: ‸Acmee')}",
        "the organisation 'Acmee' is not declared; did you mean acme?",
    ),
    "organisation known by address only": (
        f"{ORGANIZATION}{item('            crunchbase: ‸https://www.crunchbase.com/organization/rust')}",
        "rust is known only by its Crunchbase address; add it to organizations: with 'crunchbase_permalink: rust'",
    ),
}


@pytest.mark.parametrize(("marked", "message"), NOTICES.values(), ids=NOTICES.keys())
def test_notice_is_told_at_its_place(check: Check, marked: str, message: str) -> None:
    findings, positions = check(marked)
    assert {finding.severity for finding in findings} == {"notice"}
    assert [(finding.line, finding.column) for finding in findings] == positions
    assert message in str(findings[0])


def test_notices_come_with_the_seeds(write: Callable[[str], Path]) -> None:
    seeds = read_seeds(write(item("            zzz: 1")))
    assert [notice.problem for notice in seeds.notices] == ["the key 'zzz' is unknown, it is kept but not read"]


@pytest.mark.parametrize(
    "lines",
    [
        "            license: MIT OR (Apache-2.0 WITH LLVM-exception)",
        "            license: LicenseRef-mine AND MIT",
        "            repo_url: ~",
        "            twitter:",
        "            enriched: {repositories: [{name: a/b, source: x}]}",
        "            github_data: {stars: 1}",
        "            second_path: Languages / Systems",
        "            second_path: [languages/systems]",
        "            extra: {annotations: {a: b}, tag: [x], accepted: 2023-09-30}",
        "            description: >\n              Some folded\n              text",
        "            project: 1.0",
    ],
)
def test_what_is_usual_is_not_noticed(write: Callable[[str], Path], lines: str) -> None:
    repository = "" if "repo_url" in lines else "            repo_url: https://github.com/rust-lang/rust\n"
    assert read_seeds(write(item(f"{repository}{lines}"))).notices == ()


def test_shared_repository_that_is_meant_is_not_noticed(write: Callable[[str], Path]) -> None:
    second = RUST.replace("Rust", "Rust 2")
    repository = "            repo_url: https://github.com/rust-lang/rust\n"
    text = f"{HEAD}{RUST}{repository}{second}{repository}            allow_duplicate_repo: true\n"
    assert read_seeds(write(text)).notices == ()


def test_file_without_organizations_gets_one_notice_for_all_of_them(write: Callable[[str], Path]) -> None:
    address = "            crunchbase: https://www.crunchbase.com/organization"
    second = RUST.replace("Rust", "Zig")
    (notice,) = read_seeds(write(f"{HEAD}{RUST}{address}/rust\n{second}{address}/zig\n")).notices
    assert notice.problem == "2 organisations are known only by name or Crunchbase address"
    assert (notice.line, notice.column) == (0, 0)


def test_secrets_and_terminal_codes_do_not_reach_a_message(write: Callable[[str], Path]) -> None:
    text = item(
        "            repo_url: https://user:t0ken@github.com/rust-lang\n"
        '            homepage_url_: "\\e[31mred"\n            "k\\e[31m": 1'
    )
    told = "\n".join(str(notice) for notice in read_seeds(write(text)).notices)
    assert "(https://github.com/rust-lang)" in told
    assert "t0ken" not in told
    assert "\x1b" not in told


def test_slip_in_every_item_is_guessed_each_time(write: Callable[[str], Path]) -> None:
    items = "".join(
        f"          - {{name: P{number}, homepage_urk: x, repo_ulr{number % 9}: x}}\n" for number in range(4_000)
    )
    cures = [notice.cure for notice in read_seeds(write(f"{HEAD}{items}")).notices if "unknown" in notice.problem]
    assert set(cures) == {"did you mean homepage_url?", "did you mean repo_url?"}


def test_guessing_ends_where_it_would_take_long(write: Callable[[str], Path]) -> None:
    items = "".join(f"          - {{name: P{number}, repo_urk{number}: x}}\n" for number in range(4_000))
    cures = [notice.cure for notice in read_seeds(write(f"{HEAD}{items}")).notices if "unknown" in notice.problem]
    assert cures[0] == "did you mean repo_url?"
    assert cures[-1] == "check its spelling"
