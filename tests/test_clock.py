"""Ages as people write them on the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler import clock
from crawler.errors import UsageFault


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        (" 2w ", timedelta(weeks=2)),
        ("0d", timedelta()),
        ("36500d", timedelta(days=36_500)),
    ],
)
def test_an_age_is_a_number_and_a_unit(text: str, age: timedelta) -> None:
    assert clock.parse_age(text) == age


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "1.5h", "7 d", "7D", "0s", "1d2h", "one day", "٣d"])
def test_anything_else_is_no_age(text: str) -> None:
    with pytest.raises(ValueError, match="is no age: write a whole number and m, h, d or w"):
        clock.parse_age(text)


@pytest.mark.parametrize("text", ["36501d", "999999d", "9" * 17 + "d", "9" * 5000 + "w"])
def test_an_age_from_before_the_calendar_is_too_long(text: str) -> None:
    with pytest.raises(ValueError, match="is too long: write at most 36500d"):
        clock.parse_age(text)


def test_the_present_moment_may_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLER_NOW", "2026-11-22T13:00:00+01:00")
    assert clock.to_text(clock.now()) == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "9999-12-31T23:59:59Z", "0001-01-05T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"],
)
def test_a_moment_from_the_edge_of_the_calendar_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CRAWLER_NOW", text)
    with pytest.raises(UsageFault, match="CRAWLER_NOW is no time"):
        clock.now()
