"""What makes a list ambiguous or unreadable is a fault, at its exact place, and all faults are told in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from crawler.errors import SeedsFault
from crawler.listed import Finding
from crawler.seeds import check_seeds, read_seeds
from crawler.seeds import text as seeds_text

Check = Callable[[str], tuple[list[Finding], list[tuple[int, int]]]]

ONE_ITEM = """\
categories:
  - name: Languages
    subcategories:
      - name: Systems
        items:
          - name: Rust
            homepage_url: https://www.rust-lang.org/
"""


def with_organization(lines: str) -> str:
    return f"organizations:\n  - name: Acme\n    id: acme\n{lines}\n{ONE_ITEM}"


def with_figure(**changed: str | None) -> str:
    figure = {
        "measure": "market_cap",
        "amount": "5",
        "currency": "USD",
        "as_of": "2023-09-30",
        "source_url": "https://a.example/",
    }
    lines = [f"        {key}: {value}" for key, value in (figure | changed).items() if value is not None]
    lines[0] = lines[0].replace("        ", "      - ", 1)
    return with_organization("\n".join(["    figures:", *lines]))


def with_item(lines: str) -> str:
    return f"{ONE_ITEM}{lines}\n"


FAULTS = {
    "name missing": (
        "categories:\n  - name: A\n    subcategories:\n      - name: B\n        items:\n          - ‸homepage_url: https://a.example/\n",
        "A / B / item 1: name is missing; write a line such as 'name: Wasmtime'",
    ),
    "name empty": ("categories:\n  - name: ‸''\n    subcategories: []\n", "category 1: name is missing"),
    "name null": ("categories:\n  - name: ‸~\n    subcategories: []\n", "category 1: name is missing"),
    "name is a truth value": ("categories:\n  - name: ‸true\n", 'put it in quotes: "true"'),
    "name is a list": ("categories:\n  - name: ‸[a]\n", "name holds a list where text belongs; write one line of text"),
    "category twice": (
        "categories:\n  - name: A\n  - name: ‸a\n",
        "a: the category stands here twice (first on line 2)",
    ),
    "subcategory twice": (
        "categories:\n  - name: A\n    subcategories:\n      - name: B\n      - name: ‸B\n",
        "A / B: the subcategory stands here twice (first on line 4)",
    ),
    "item twice": (
        with_item("          - name: ‸Rust\n            homepage_url: https://a.example/"),
        "Languages / Systems / Rust: the item stands here twice (first on line 6)",
    ),
    "group twice": (
        f"groups:\n  - name: Dev\n    categories: [Languages]\n  - name: ‸dev\n{ONE_ITEM}",
        "groups / dev: the group stands here twice (first on line 2)",
    ),
    "group of an unknown category": (
        f"groups:\n  - name: Dev\n    categories: [Languages, ‸Langauges]\n{ONE_ITEM}",
        "groups / Dev: there is no category 'Langauges'; did you mean Languages?",
    ),
    "item id twice": (
        with_item(
            "            id: a\n          - name: Zig\n            id: ‸a\n            homepage_url: https://a.example/"
        ),
        "Zig: the id a is already that of Languages / Systems / Rust (line 6); give each item an id of its own",
    ),
    "item id no slug": (
        with_item("            id: ‸Rust Language"),
        "id is no slug (Rust Language); use small letters",
    ),
    "text where a list belongs": (
        "categories:\n  - name: A\n    subcategories: ‸text\n",
        "subcategories holds text where a list belongs; write each entry on a line of its own, beginning with '- '",
    ),
    "mapping where a list belongs": (
        "categories:\n  - name: A\n    subcategories:\n      ‸name: B\n",
        "subcategories holds a mapping where a list belongs",
    ),
    "text where a mapping belongs": (
        "categories:\n  - name: A\n    subcategories:\n      - name: B\n        items:\n          - ‸Rust\n",
        "A / B / item 1: text stands where a mapping belongs; write indented lines of the form 'key: value'",
    ),
    "empty entry": (
        "categories:\n  - name: A\n    subcategories:\n      - name: B\n        items:\n          - ‸~\n",
        "A / B / item 1: nothing stands where a mapping belongs",
    ),
    "mapping in a list of texts": (
        with_item("            aliases: [rustc, ‸{a: b}]"),
        "aliases holds a mapping where text belongs",
    ),
    "extra is a list": (with_item("            extra: ‸[a]"), "extra holds a list where a mapping belongs"),
    "organization is a list": (with_item("            organization: ‸[a]"), "organization holds a list where text"),
    "malformed date of an item": (
        with_item("            joined: ‸2023-02-30"),
        "joined is no date (2023-02-30); write it as YYYY-MM-DD",
    ),
    "malformed date in extra": (
        with_item("            extra:\n              accepted: ‸'30.9.2023'"),
        "Rust / extra: accepted is no date (30.9.2023)",
    ),
    "categories and landscape": (
        f"landscape: ‸[{{name: B}}]\n{ONE_ITEM}",
        "categories and landscape stand side by side; keep one of the two lists",
    ),
    "no categories": ("‸name: Mine\n", "the file lists no categories; write 'categories:'"),
    "empty categories": ("categories: ‸[]\n", "the file lists no categories"),
    "top-level list": ("‸- a\n- b\n", "the file holds a list where 'categories:' belongs"),
    "top-level text": ("‸hello\n", "the file holds text where 'categories:' belongs"),
    "organisation id twice": (
        with_organization("  - name: Other\n    id: ‸acme"),
        "organizations / Other: the id acme is already that of Acme (line 2); give each organisation an id of its own",
    ),
    "organisation id derived twice": (
        with_organization("  - name: ‸ACME"),
        "organizations / ACME: the id acme is already that of Acme (line 2)",
    ),
    "organisation id no slug": (
        f"organizations:\n  - name: Acme\n    id: ‸Acme Inc\n{ONE_ITEM}",
        "organizations / Acme: id is no slug (Acme Inc)",
    ),
    "organisation without a name": (
        f"organizations:\n  - ‸id: acme\n{ONE_ITEM}",
        "organizations / acme: name is missing",
    ),
    "permalink twice": (
        with_organization("    crunchbase_permalink: acme\n  - name: Other\n    crunchbase_permalink: ‸Acme"),
        "the Crunchbase permalink is also that of Acme (line 2)",
    ),
    "unknown parent": (
        with_organization("  - name: Other\n    parent: ‸acne"),
        "organizations / Other: there is no organisation with the id acne; did you mean acme?",
    ),
    "own parent": (with_organization("    parent: ‸acme"), "the parents run in a circle (acme → acme)"),
    "parents in a circle": (
        with_organization("    parent: ‸b\n  - name: B\n    parent: c\n  - name: C\n    parent: acme"),
        "organizations / Acme: the parents run in a circle (acme → b → c → acme); remove one of these parents",
    ),
    "unknown parent in a list": (
        with_organization("    parents:\n      - organization: ‸acne\n        until: 2019"),
        "organizations / Acme / parent 1: there is no organisation with the id acne; did you mean acme?",
    ),
    "parent without an id": (
        with_organization("    parents:\n      - ‸share: 1"),
        "organizations / Acme / parent 1: organization is missing",
    ),
    "parent and parents": (
        with_organization("    parent: b\n    parents:\n      ‸- organization: b\n  - name: B"),
        "parent and parents stand side by side; move the parent into the list",
    ),
    "parents in a circle through a second owner": (
        with_organization(
            "    parents:\n      - {organization: c, share: 0.6}\n      - {organization: ‸b, share: 0.4}\n"
            "  - name: B\n    parent: acme\n  - name: C"
        ),
        "the parents run in a circle (acme → b → acme)",
    ),
    "parent from after until": (
        with_organization("    parent: b\n    parent_since: 2019-07\n    parent_until: ‸2018\n  - name: B"),
        "parent_since (2019-07) comes after parent_until (2018); parent_until is the first day on which it no longer",
    ),
    "listed parent from after until": (
        with_organization(
            "    parents:\n      - organization: b\n        since: 2019-07-09\n        until: ‸2019-07-08\n  - name: B"
        ),
        "organizations / Acme / parent 1: since (2019-07-09) comes after until (2019-07-08)",
    ),
    "share of a listed parent": (
        with_organization("    parents:\n      - organization: b\n        share: ‸1.01\n  - name: B"),
        "share is more than the whole (1.01)",
    ),
    "share above 1": (
        with_organization("    parent: b\n    share: ‸1.5\n  - name: B"),
        "share is more than the whole (1.5)",
    ),
    "share in percent": (
        with_organization("    parent: b\n    share: ‸50%\n  - name: B"),
        "share is no plain number of 0 or more (50%); write digits only, such as 2500000 or 0.5",
    ),
    "attribution share negative": (
        with_organization("    attribution_share: ‸-0.1"),
        "attribution_share is no plain number of 0 or more (-0.1)",
    ),
    "attribution without a share": (
        with_organization("    attribution_share: ‸{rule: class}"),
        "organizations / Acme / attribution_share: share is missing",
    ),
    "attribution above 1": (
        with_organization("    attribution_share: {share: 0.5, high: ‸1.5}"),
        "high is more than the whole (1.5)",
    ),
    "attribution with the low end above": (
        with_organization("    attribution_share: {share: 0.10, low: ‸0.2}"),
        "low (0.2) is more than the share (0.10); swap the two",
    ),
    "attribution with the high end below": (
        with_organization("    attribution_share: {share: 0.1, high: ‸0.09}"),
        "high (0.09) is less than the share (0.1)",
    ),
    "attribution by an unknown rule": (
        with_organization("    attribution_share: {share: 0.1, rule: ‸segment}"),
        "there is no rule 'segment'; did you mean segment_revenue?",
    ),
    "attribution in a list": (
        with_organization("    attribution_share: ‸[0.1]"),
        "attribution_share holds a list where text belongs",
    ),
    "attribution class": (
        with_organization("    attribution_class: ‸pureplay"),
        "there is no attribution_class 'pureplay'; did you mean pure_play?",
    ),
    "token relation": (
        with_organization("    token_id: near\n    token_relation: ‸mine"),
        "token_relation is neither native nor related (mine)",
    ),
    "figures as a mapping": (
        with_organization("    figures:\n      ‸measure: market_cap"),
        "figures holds a mapping where a list belongs",
    ),
    "figure without a measure": (
        with_figure(measure=None).replace("- amount", "- ‸amount"),
        "organizations / Acme / figure 1: measure is missing",
    ),
    "figure without a date": (
        with_figure(measure="‸market_cap", as_of=None).replace("- measure: ‸", "- ‸measure: "),
        "as_of is missing",
    ),
    "figure with a key in its address": (
        with_figure(source_url="‸https://example.org/quote?symbol=A&api_key=0123"),
        "source_url seems to hold a password or key; write the page's address without it",
    ),
    "figure with a password in its address": (
        with_figure(source_url="‸https://me:0123@example.org/"),
        "source_url seems to hold a password or key",
    ),
    "owner with a key in its address": (
        with_organization(
            "    parents:\n      - {organization: b, source_url: ‸'https://a.example/?token=0123'}\n  - name: B"
        ),
        "source_url seems to hold a password or key",
    ),
    "figure with an empty source": (with_figure(source_url="‸''"), "source_url is missing"),
    "figure whose source is no address": (
        with_figure(source_url="‸the press"),
        "source_url is no web address (the press)",
    ),
    "measure in capitals": (with_figure(measure="‸Market Cap"), "the measure 'Market Cap' is not in snake_case"),
    "amount in words": (with_figure(amount="‸2.35 trillion"), "amount is no plain number of 0 or more (2.35 trillion)"),
    "amount negative": (with_figure(amount="‸-5"), "amount is no plain number of 0 or more (-5)"),
    "amount with an exponent": (with_figure(amount="‸1e12"), "amount is no plain number of 0 or more (1e12)"),
    "amount not a number": (with_figure(amount="‸.nan"), "amount is no plain number"),
    "currency in small letters": (with_figure(currency="‸usd"), "'usd' is no ISO 4217 currency code; write USD"),
    "currency unknown": (
        with_figure(currency="‸EURO"),
        "'EURO' is no ISO 4217 currency code; write a three-letter code",
    ),
    "kind misspelt": (
        with_figure(measure="funding_round\n        kind: ‸debt_finacing"),
        "there is no kind 'debt_finacing'; did you mean debt_financing?",
    ),
    "shares in a currency": (
        with_figure(measure="shares_outstanding", currency="‸USD"),
        "shares are counted, not paid in a currency; write 'currency: XXX'",
    ),
    "no currency for money": (with_figure(currency="‸XXX"), "'XXX' is no ISO 4217 currency code"),
    "month 13": (with_figure(as_of="‸2023-13"), "as_of is no date (2023-13)"),
    "day of no calendar": (with_figure(as_of="‸2023-02-29"), "as_of is no date (2023-02-29)"),
    "year 0": (with_figure(as_of="‸'0000'"), "as_of is no date (0000)"),
    "licence class misspelt": (
        with_figure(licence_class="‸restriced"),
        "unknown licence_class 'restriced'; write one of",
    ),
}


@pytest.mark.parametrize(("marked", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_told_at_its_place(check: Check, marked: str, message: str) -> None:
    findings, positions = check(marked)
    faults = [finding for finding in findings if finding.severity == "fault"]
    assert [(fault.line, fault.column) for fault in faults] == positions
    assert message in str(faults[0])
    assert faults[0].cure


def test_all_faults_and_notices_are_told_in_one_go(check: Check) -> None:
    findings, positions = check(
        dedent("""\
        organizations:
          - name: Acme
            parent: ‸nobody
            figures:
              - measure: market_cap
                amount: ‸many
                currency: ‸US$
                as_of: ‸yesterday
                source_url: https://a.example/
        categories:
          - name: A
            subcategories:
              - name: B
                items:
                  - ‸homepge_url: https://a.example/
                  - name: C
                    joined: ‸soon
          - name: ‸A
            subcategories:
              - name: B
                items:
                  - name: ‸true
        """)
        .replace("- ‸homepge_url", "- ‸‸‸homepge_url")
        .replace("- name: C", "- ‸name: C")
        .replace("- name: ‸true", "- ‸name: ‸true")
    )
    # Item 1 has no name, a misspelt key and no address; items C and true have no address either.
    assert [(finding.line, finding.column) for finding in findings] == positions
    assert [finding.severity for finding in findings].count("notice") == 4


def test_read_seeds_raises_everything_that_is_to_be_said(write: Callable[[str], Path]) -> None:
    path = write("categories:\n  - nam: A\n  - name: true\n")
    with pytest.raises(SeedsFault) as caught:
        read_seeds(path)
    assert list(caught.value.findings) == check_seeds(path)
    assert {finding.severity for finding in caught.value.findings} == {"fault", "notice"}
    assert str(caught.value).startswith(f"{path}:2:5: category 1: name is missing; ")
    assert caught.value.exit_code == 2


def test_faults_that_are_too_many_are_counted(write: Callable[[str], Path]) -> None:
    findings = check_seeds(write("categories:\n" + "- []\n" * 10_003))
    assert len(findings) == 10_001
    assert findings[-1].problem == "3 more faults are not shown"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file holds no list; write 'categories:'"),
        (b"# only a comment\n\n", "the file holds no list"),
        (b"name: \xff\n", "seeds.yml:1:7: the byte 0xFF is no UTF-8; save the file as UTF-8 text"),
        ("é: é".encode() + b"\nb: \xc3", "seeds.yml:2:4: the byte 0xC3 is no UTF-8"),
        ("name: A\n".encode("utf-16"), "the file is no UTF-8 text, it looks binary or UTF-16"),
        (b"SQLite format 3\0", "the file is no UTF-8 text"),
    ],
)
def test_unreadable_content_is_one_fault(write: Callable[[bytes], Path], content: bytes, message: str) -> None:
    (finding,) = check_seeds(write(content))
    assert finding.severity == "fault"
    assert message in str(finding)


def test_missing_file_and_directory_are_one_fault(tmp_path: Path) -> None:
    (missing,) = check_seeds(tmp_path / "no.yml")
    (directory,) = check_seeds(tmp_path)
    assert "cannot be read (No such file or directory)" in str(missing)
    assert "cannot be read (Is a directory)" in str(directory)


def test_file_beyond_the_limit_is_not_read(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds_text, "MAX_BYTES", 1024 * 1024)
    (finding,) = check_seeds(write("a" * (1024 * 1024 + 1)))
    assert finding.problem == "the file is larger than 1 MiB"


def test_endless_file_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds_text, "MAX_BYTES", 1024 * 1024)
    (finding,) = check_seeds(Path("/dev/zero"))
    assert finding.problem == "the file is larger than 1 MiB"
