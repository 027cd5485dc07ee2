"""How much a release changes, from tags as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.figures.events.levels import read_tag, release_level


@pytest.mark.parametrize(
    ("tag", "prefix", "version", "is_pre"),
    [
        ("v1.2.3", "", "1.2.3", False),
        ("V2.0", "", "2.0", False),
        ("1.2.3", "", "1.2.3", False),
        ("v5", "", "5", False),
        ("cli-v1.2.0", "cli-", "1.2.0", False),
        ("cli-1.2.0", "cli-", "1.2.0", False),
        ("pkg@1.2.3", "pkg@", "1.2.3", False),
        ("@scope/pkg-2@1.0.0", "@scope/pkg-2@", "1.0.0", False),
        ("crates/Foo-1.2.3", "crates/foo-", "1.2.3", False),
        ("release/v3.1", "release/", "3.1", False),
        ("go1.22.3", "go", "1.22.3", False),
        ("log4j-2.17.1", "log4j-", "2.17.1", False),
        ("REL_16_2", "rel.", "16.2", False),
        ("5.0.0.Final", "", "5.0.0", False),
        ("1.2.3-1", "", "1.2.3.post1", False),
        ("v1.0.0+build.5", "", "1.0.0+build.5", False),
        ("v1.0.0-rc.1", "", "1.0.0rc1", True),
        ("2.0b3", "", "2.0b3", True),
        ("REL_17_BETA1", "rel.", "17b1", True),
        ("1.0.0-next.5", "", "1.0.0", True),
        ("cli-1.2.3-next-5", "cli-", "1.2.3", True),
    ],
)
def test_the_version_in_a_tag(tag: str, prefix: str, version: str, is_pre: bool) -> None:
    read = read_tag(tag)
    assert read is not None
    assert (read.prefix, str(read.version), read.is_pre) == (prefix, version, is_pre)


@pytest.mark.parametrize(
    "tag", ["nightly", "r1234", "n99", "2024-05-01", "20240501", "release-2024.05.01", "6.0.0.M3", "9" * 5000, ""]
)
def test_what_is_no_version_is_other(tag: str) -> None:
    assert read_tag(tag) is None
    assert release_level(tag, is_prerelease=False, earlier=["1.0.0"]) == "other"


@pytest.mark.parametrize(
    ("tag", "earlier", "level"),
    [
        ("v2.0.0", ["v1.9.9"], "major"),
        ("v2.0.1", ["v1.9.9"], "major"),
        ("v1.10.0", ["v1.9.9", "v1.2.0"], "minor"),
        ("v1.9.10", ["v1.9.9"], "patch"),
        ("v1.9.9.1", ["v1.9.9"], "patch"),
        ("1.10", ["v1.9.9"], "minor"),  # the same, without the v
        ("v1.8.9", ["v2.0.0", "v1.8.8"], "patch"),  # for those who have not moved on
        ("v1.8.0", ["v2.0.0"], "minor"),
        ("cli-1.0.1", ["lib-9.0.0", "cli-1.0.0"], "patch"),
        ("cli-2.0.0", ["lib-9.0.0"], "major"),
        ("v2.0.0", ["v2.0.0-rc.1", "v1.0.0"], "major"),
        ("v2.1.0", ["nightly"], "minor"),
        ("v2.1.1", [], "patch"),
        ("v0.1.0", [], "minor"),
        ("2024.5", ["2024.4"], "minor"),
    ],
)
def test_the_level_by_what_came_before(tag: str, earlier: list[str], level: str) -> None:
    assert release_level(tag, is_prerelease=False, earlier=earlier) == level


def test_github_may_know_that_it_is_a_prerelease() -> None:
    assert release_level("v2.0.0", is_prerelease=True, earlier=[]) == "pre"
    assert release_level("nightly", is_prerelease=True, earlier=[]) == "pre"
    assert release_level("v2.0.0-rc.1", is_prerelease=None, earlier=[]) == "pre"


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("v1209.-_@/+!ab"), max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_no_tag_is_too_odd(tag: str, earlier: list[str]) -> None:
    assert release_level(tag, is_prerelease=None, earlier=earlier) in {"major", "minor", "patch", "pre", "other"}
