"""Slugs, GitHub names and Crunchbase permalinks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.seeds.names import crunchbase_permalink, repository_name, slug
from crawler.seeds.values import is_slug

OWNERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}", fullmatch=True).filter(
    lambda name: repository_name(f"https://github.com/{name}/x")
)
REPOSITORIES = st.from_regex(r"[A-Za-z0-9._-]{1,90}", fullmatch=True).filter(
    lambda name: name not in {".", ".."} and not name.endswith(".git")
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rust", "rust"),
        ("Red Hat, Inc.", "red-hat-inc"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        (".NET", "dot-net"),
        ("Node.js", "node-dot-js"),
        ("Déjà  vu", "deja-vu"),
        ("--a__b--", "a-b"),
        ("语言", "x-9f6fee1a"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text())
def test_slug_is_an_id_and_its_own_slug(name: str) -> None:
    made = slug(name)
    assert is_slug(made)
    assert "--" not in made
    assert slug(made) == made


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Owner/na.me",
        "http://github.com/Owner/na.me",
        "https://www.github.com/Owner/na.me/",
        "HTTPS://GitHub.COM/Owner/na.me",
        "https://github.com/Owner/na.me.git",
        "https://github.com/Owner/na.me/tree/main/docs",
        "https://github.com/Owner/na.me?tab=readme-ov-file#usage",
        "https://user:token@github.com/Owner/na.me",
        "https://github.com:443/Owner/na.me",
        "git@github.com:Owner/na.me.git",
        "ssh://git@github.com/Owner/na.me.git",
        "git://github.com/Owner/na.me.git",
        "git+https://github.com/Owner/na.me.git",
        "github.com/Owner/na.me",
        "  https://github.com/Owner/na.me\n",
    ],
)
def test_addresses_of_a_repository(url: str) -> None:
    assert repository_name(url) == "Owner/na.me"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://github.com",
        "https://github.com/owner",
        "https://github.com/owner/",
        "https://github.com/orgs/owner/repositories",
        "https://github.com/sponsors/owner",
        "https://gist.github.com/owner/0123456789abcdef",
        "https://raw.githubusercontent.com/owner/name/main/README.md",
        "https://gitlab.com/owner/name",
        "https://github.com.example.org/owner/name",
        "https://example.org/github.com/owner/name",
        "https://notgithub.com/owner/name",
        "https://github.com/owner/..",
        "https://github.com/owner/.",
        "https://github.com/owner/.git",
        "https://github.com/-owner/name",
        "https://github.com/ow_ner/name",
        f"https://github.com/{'o' * 40}/name",
        f"https://github.com/owner/{'n' * 101}",
        "https://github.com/owner/na me",
        "https://github.com/owner/näme",
        "owner/name",
    ],
)
def test_addresses_of_no_repository(url: str) -> None:
    assert repository_name(url) is None


@given(
    OWNERS,
    REPOSITORIES,
    st.sampled_from(
        [
            "https://github.com/{}",
            "http://www.github.com/{}/",
            "git@github.com:{}.git",
            "https://github.com/{}/blob/main/a?b#c",
        ]
    ),
)
def test_repository_name_survives_every_form_of_address(owner: str, name: str, form: str) -> None:
    assert repository_name(form.format(f"{owner}/{name}")) == f"{owner}/{name}"


@given(st.text())
def test_any_text_is_a_repository_or_none(text: str) -> None:
    name = repository_name(f"https://github.com/{text}")
    assert name is None or repository_name(f"https://github.com/{name}") == name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.crunchbase.com/organization/red-hat", "red-hat"),
        ("http://crunchbase.com/organization/D2iQ/", "D2iQ"),
        ("https://www.crunchbase.com/organization/red-hat/company_financials?x#y", "red-hat"),
        ("https://www.crunchbase.com/organization/%E5%BC%80", "开"),
        ("https://www.crunchbase.com/organization/enterprisedb   ", "enterprisedb"),
        ("https://www.crunchbase.com/person/linus", None),
        ("https://www.crunchbase.com/organization/", None),
        ("https://example.org/crunchbase.com/organization/x", None),
        ("red-hat", None),
    ],
)
def test_crunchbase_permalink(url: str, expected: str | None) -> None:
    assert crunchbase_permalink(url) == expected
