"""What becomes a figure and what is refused, value by value."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from crawler.fetch.redact import redact
from crawler.model import Refused
from crawler.sources.checked import LONGEST_TEXT, Checked

NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
TOKEN = "ghp_A1b2C3d4E5f6G7h8I9j0A1b2C3d4E5f6G7h8"


@pytest.fixture
def checked() -> Checked:
    """A reader on a morning in March."""
    return Checked(now=NOW)


def only(checked: Checked) -> Refused:
    (refused,) = checked.refused
    return refused


@pytest.mark.parametrize("value", [0, 1, 10**10])
def test_a_count_is_a_whole_number(checked: Checked, value: int) -> None:
    assert (checked.count("stars", value), checked.refused) == (value, ())


@pytest.mark.parametrize(
    ("value", "shown", "reason"),
    [
        (-1, "-1", "a negative count"),
        (10**10 + 1, "10000000001", "more than 10,000,000,000"),
        (10**4_000, "a whole number of 13288 bits", "more than 10,000,000,000"),
        (True, "True", "no whole number"),
        (1.0, "1.0", "no whole number"),
        ("7", "7", "no whole number"),
        ([7], "a list", "no whole number"),
        ({"mail": "somebody@example.org"}, "an object", "no whole number"),
    ],
)
def test_a_count_that_cannot_be(checked: Checked, value: Any, shown: str, reason: str) -> None:
    assert checked.count("stars", value) is UNSET
    assert only(checked) == Refused("stars", shown, reason)


def test_null_is_not_known_and_what_is_left_out_is_not_answered(checked: Checked) -> None:
    node = {"owner": None, "watchers": {}, "stars": None}
    assert checked.count("stars", node, "stars") is None
    assert checked.name("owner_login", node, "owner", "login") is None
    assert checked.count("watchers", node, "watchers", "totalCount") is UNSET
    assert checked.text("description", node, "description") is UNSET
    assert checked.refused == ()


@pytest.mark.parametrize("holder", [5, "text", [], True])
def test_what_stands_in_the_place_of_an_object_is_refused(checked: Checked, holder: Any) -> None:
    assert checked.count("watchers", {"watchers": holder}, "watchers", "totalCount") is UNSET
    assert only(checked).reason == "no object"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("2026-03-02T06:00:00Z", "2026-03-02T06:00:00Z"),
        ("2026-02-01T00:00:00+03:00", "2026-01-31T21:00:00Z"),
        ("2026-02-01", "2026-02-01T00:00:00Z"),
    ],
)
def test_a_time(checked: Checked, value: str, told: str) -> None:
    assert (checked.moment("pushed_at", value), checked.refused) == (told, ())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1969-12-31T23:59:59Z", "before 1970"),
        ("0001-01-01T00:00:00Z", "before 1970"),
        ("2026-03-02T06:00:01Z", "in the future"),
        ("9999-12-31T23:59:59Z", "in the future"),
        ("9999-12-31T23:59:59-14:00", "no time in ISO 8601"),
        ("yesterday", "no time in ISO 8601"),
        ("", "no time in ISO 8601"),
        (1700000000, "no time in ISO 8601"),
    ],
)
def test_a_time_that_cannot_be(checked: Checked, value: Any, reason: str) -> None:
    assert checked.moment("pushed_at", value) is UNSET
    assert only(checked).reason == reason


@pytest.mark.parametrize("value", [0, 1, "true", [], {}])
def test_a_flag_is_true_or_false(checked: Checked, value: Any) -> None:
    assert checked.flag("is_fork", False) is False
    assert checked.flag("is_fork", value) is UNSET
    assert only(checked).reason == "neither true nor false"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", None),
        ("  ", None),
        ("example.com", "example.com"),
        ("example.com/a:b", "example.com/a:b"),
        ("example.com:8080/x", "example.com:8080/x"),
        ("//example.com", "//example.com"),
        ("HTTPS://Example.com/ü?q=1#x", "HTTPS://Example.com/ü?q=1#x"),
        (" http://example.com ", "http://example.com"),
        ("https://me:pass@example.com/", "https://…@example.com/"),
        (f"https://{TOKEN}@example.com/?access_token=abc", "https://…@example.com/?access_token=…"),
    ],
)
def test_an_address(checked: Checked, value: str, told: str | None) -> None:
    assert (checked.address("homepage_url", value), checked.refused) == (told, ())


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\x00script:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript:1/alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:somebody@example.org",
        "ftp://example.com",
        "x:y",
        "https:example.com",
        "https:\\\\example.com",
        "https://",
        "https:///example.com",
        "https://example.com/a b",
        "https://example.com/\u202egpj",
        "https://example.com/\u200b",
        "https://example.com/\xa0x",
        5,
        [],
    ],
)
def test_an_address_that_a_browser_might_run(checked: Checked, value: Any) -> None:
    assert checked.address("homepage_url", value) is UNSET
    assert only(checked).field == "homepage_url"


@pytest.mark.parametrize("value", ["a\nb", "a\x1b[31m", "a\x9b2J", "a\u202eb", "a\u2066b", "a\u2028b", "x" * 501, 5])
def test_a_name_is_one_short_line_without_controls(checked: Checked, value: Any) -> None:
    assert checked.name("topics", value) is UNSET
    assert only(checked).value.isprintable()


def test_a_text_is_kept_as_it_is_but_for_nul(checked: Checked) -> None:
    hostile = "<b>a</b>\n\x1b[31m \u202e =1 \ud800"
    assert checked.text("description", f" \x00{hostile} ") == hostile.replace("\ud800", "?")
    assert checked.name("topics", " C\x00++ ") == "C++"
    assert checked.text("description", "x" * (LONGEST_TEXT + 1)) is UNSET


def test_an_id_is_not_touched(checked: Checked) -> None:
    assert checked.opaque("node_id", f"{TOKEN}==") == f"{TOKEN}=="
    assert checked.opaque("node_id", "a\nb") is UNSET


def test_of_several_values_for_a_field_the_last_is_told(checked: Checked) -> None:
    nodes = {"nodes": [1, None, {"a": 1}, "x"]}
    assert checked.entries("releases", nodes, "nodes") == [{"a": 1}]
    assert (checked.refusals, only(checked)) == (2, Refused("releases", "x", "no object"))


def test_no_secret_stands_in_what_is_told_of_a_refused_value(checked: Checked) -> None:
    checked.count("stars", f"{'x' * 60} {TOKEN} \x1b[31m {'y' * 300}")
    refused = only(checked)
    assert TOKEN[:8] not in refused.value and refused.value.isprintable() and len(refused.value) == 100


SECRETS = [
    TOKEN,
    f"github_pat_11{TOKEN[4:]}",
    f"v1.{'0123456789' * 4}",
    f"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.{TOKEN[4:]}",
    "https://me:pass@host/x",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIabc",
    "AUTHORIZATION: Bearer abc.def",
    "x?API_KEY=abc",
    "&token=abc",
]


@settings(deadline=None, derandomize=True)
@given(parts=st.lists(st.sampled_from(SECRETS) | st.text(max_size=6), max_size=4))
def test_every_text_is_redacted_as_by_all_patterns(parts: list[str]) -> None:
    text = " ".join(parts).encode("utf-8", "replace").decode().replace("\x00", "").strip()
    assert Checked(now=NOW).text("description", text) == (redact(text) or None)


def test_a_hostile_text_is_read_at_once(checked: Checked) -> None:
    started = time.process_time()
    for part in ("-eyJ", "://a:", "authorization: ", "ghp_", "-----BEGIN PRIVATE KEY-----", "&token=", "a.", "x:"):
        for length in (LONGEST_TEXT, 2_000_000):
            text = (part * length)[:length]
            checked.text("description", text)
            checked.address("url", text)
    assert time.process_time() - started < 2.0
