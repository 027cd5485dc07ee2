"""What landscape files of other tools hold beyond the rules is read, and told: it makes no list ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.listed import Finding
from crawler.seeds import read_seeds

Check = Callable[[str], tuple[list[Finding], list[tuple[int, int]]]]
Write = Callable[[str | bytes], Path]

HEAD = """\
categories:
  - name: Languages
    subcategories:
      - name: Systems
        items:
          - name: Rust
            homepage_url: https://www.rust-lang.org/
"""

ODD = {
    "day without zeros": ("joined: ‸2020-1-5", "joined is no plain day (2020-1-5); write 2020-01-05"),
    "day with a time": ("joined: ‸2020-01-05T00:00:00Z", "write 2020-01-05"),
    "day with slashes": ("extra: {accepted: ‸2020/3/05}", "write 2020-03-05"),
    "tag as text": ("extra: {tag: ‸security}", "tag holds text where a list belongs"),
    "list of a text": ("extra: {summary_personas: ‸[a, b]}", "summary_personas holds a list where text belongs"),
    "empty list": ("additional_repos: []\n            extra: ‸''", "extra holds an empty text where a mapping belongs"),
    "key twice with the same value": (
        "logo: a.svg\n            ‸logo: a.svg",
        "the key 'logo' is here twice (first on line 8), with the same value; delete one of the two",
    ),
    "account": (
        "repo_url: ‸https://www.GitHub.com/orgs/rust-lang/repositories",
        "write https://github.com/owner/name, or 'project_org: https://github.com/rust-lang'",
    ),
    "numeric name": (
        "logo: x\n          - name: ‸0\n            homepage_url: https://a.example/",
        'the name 0 is no text to YAML; put it in quotes: "0"',
    ),
    "other capitals": (
        "logo: x\n          - name: ‸RUST\n            homepage_url: https://a.example/",
        "the item stands here twice (first on line 6)",
    ),
}


@pytest.mark.parametrize(("marked", "message"), ODD.values(), ids=ODD.keys())
def test_oddity_is_a_notice_at_its_place(check: Check, marked: str, message: str) -> None:
    findings, positions = check(f"{HEAD}            {marked}\n")
    assert [(finding.severity, finding.line, finding.column) for finding in findings] == [
        ("notice", *position) for position in positions
    ]
    assert message in str(findings[0])


ADDRESSES = {
    "http://github.com/a/b": ("a/b", None),
    "https://github.com/a/b/": ("a/b", None),
    "https://www.github.com/a/b.git": ("a/b", None),
    "HTTPS://GITHUB.COM/a/b?tab=readme#x": ("a/b", None),
    "https://github.com/a/b/tree/main/c": ("a/b", None),
    "github.com/a/b": ("a/b", None),
    "https://github.com/a": (None, "https://github.com/a"),
    "https://gitlab.com/a/b/c": (None, "https://gitlab.com/a/b/c"),
    "git@gitlab.com:a/b.git": (None, "https://gitlab.com/a/b.git"),
    "ssh://git@codeberg.org:22/a/b": (None, "https://codeberg.org/a/b"),
    "codeberg.org/a/b": (None, "https://codeberg.org/a/b"),
    "https://me:hunter2@gitlab.com/a/b": (None, "https://gitlab.com/a/b"),
    "javascript:alert(1)//a.b/c": (None, None),
    "to follow": (None, None),
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.items())
def test_each_address_is_kept_or_told(write: Write, address: str, expected: tuple[str | None, str | None]) -> None:
    seeds = read_seeds(write(f"{HEAD}            repo_url: '{address}'\n"))
    (project,) = seeds.projects
    assert [one.name_with_owner for one in project.repositories] == [name for name in expected[:1] if name]
    assert list(project.other_repository_urls) == [url for url in expected[1:] if url]
    assert seeds.notices
    assert "hunter2" not in "".join(map(str, seeds.notices))


@pytest.mark.parametrize(
    "lines", ["{repo_url: https://github.com/a/b}", "[https://github.com/a/b]", "https://github.com/a/b"]
)
def test_additional_repositories_in_other_forms(write: Write, lines: str) -> None:
    (project,) = read_seeds(write(f"{HEAD}            additional_repos: {lines}\n")).projects
    assert [one.name_with_owner for one in project.repositories] == ["a/b"]


def test_merged_keys_count_behind_the_items_own(write: Write) -> None:
    text = f"""{HEAD}            <<:
              - &one {{description: first, logo: a.svg}}
              - {{description: second, project: sandbox}}
          - <<: *one
            name: Zig
            logo: zig.svg
            homepage_url: https://zig.example/
"""
    seeds = read_seeds(write(text))
    assert [(one.description, one.logo, one.maturity) for one in seeds.projects] == [
        ("first", "a.svg", "sandbox"),
        ("first", "zig.svg", None),
    ]
    assert seeds.notices == ()
