"""Cron text means what crontab(5) says, and a schedule names what is wrong with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UsageFault
from crawler.scheduling.cadences import Cadence, own_cadence, read_cadence, read_schedule
from crawler.scheduling.crontab import next_time, read_crontab
from crawler.sources.catalogue import IN_PARTS, SOURCE_NAMES, all_sources

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOURCES = all_sources(today=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17 5 * * *", "2026-11-23T05:17"),
        ("0 12 * * *", "2026-11-23T12:00"),  # strictly later
        ("*/20 * * * *", "2026-11-22T12:20"),
        ("0 13 * * 0", "2026-11-22T13:00"),  # 0 is Sunday, and so is 7
        ("0 13 * * 7", "2026-11-22T13:00"),
        ("0 13 * * 1", "2026-11-23T13:00"),
        ("0 13 * * MON", "2026-11-23T13:00"),
        ("0 13 * * 1-5", "2026-11-23T13:00"),
        ("0 13 * * sat-sun", "2026-11-22T13:00"),
        ("0 13 * * 6-7", "2026-11-22T13:00"),
        ("0 13 * * 1-5/2", "2026-11-23T13:00"),
        ("0 13 * * */3", "2026-11-22T13:00"),
        ("0 0 1 jan *", "2027-01-01T00:00"),
        ("0 13 30 * 3", "2026-11-25T13:00"),  # either the 30th or a Wednesday
        ("0 13 23 * 3", "2026-11-23T13:00"),
        ("0 13 */2 * 3", "2026-11-25T13:00"),  # a star that steps is a star: both
        ("0 0 29 2 *", "2028-02-29T00:00"),
    ],
)
def test_the_next_time_of_cron_text(text: str, expected: str) -> None:
    assert next_time(read_crontab(text), SUNDAY) == datetime.fromisoformat(f"{expected}:00Z")


@given(
    st.lists(st.sampled_from(["*", "*/5", "3", "1-4", "1,3", "mon", "7", "x", "*/0", "5-1", "99", ""]), max_size=6),
    st.datetimes(timezones=st.just(UTC)),
)
def test_any_text_is_read_or_refused(fields: list[str], moment: datetime) -> None:
    try:
        triggers = read_crontab(" ".join(fields))
    except ValueError:
        return
    found = next_time(triggers, moment)
    assert found is None or found > moment


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x=1d", "'x=1d' names no source"),
        ("github", "'github' names no source"),
        ("github=", "'' is no age"),
        ("github=1 hour", "five fields"),
        ("github=9m", "too often"),
        ("github=0 25 * * *", "'github=0 25 * * *': Error validating"),
        ("github=0 0 * * 8", "'8' is no day of the week"),
        ("github=0 0 * * 5/2", "steps through a single day"),
        ("github=0 0 30 2 *", "never comes"),
        ("github=1d; github=2d", "names github twice"),
        ("sec=1d", "switched off; set CRAWLER_CONTACT"),
        ("default=off", "leaves nothing to run"),
    ],
)
def test_a_fault_names_its_part_and_a_cure(text: str, told: str) -> None:
    with pytest.raises(UsageFault, match="CRAWLER_SCHEDULE") as caught:
        read_schedule(text, SOURCES[:3], off={"sec": "set CRAWLER_CONTACT"}, known=SOURCE_NAMES)
    assert told in str(caught.value) and caught.value.cure


def test_what_is_not_named_has_its_own_cadence_or_the_default() -> None:
    def read(text: str) -> dict[str, str]:
        return {name: one.text for name, one in read_schedule(text, SOURCES[:5], off={}, known=SOURCE_NAMES).items()}

    own = {"github": "1d", "contributors": "7d", "first_commit": "1d", "sponsors": "7d", "funding_json": "30d"}
    assert read("") == own == {source.name: own_cadence(source).text for source in SOURCES[:5]}
    assert list(read("sponsors = off;; github=17  5 * * *; ")) == [
        "github",
        "contributors",
        "first_commit",
        "funding_json",
    ]
    assert read("default=off; contributors=12h") == {"contributors": "12h"}
    assert read("default=2d; github=1d; sec=off") == dict.fromkeys(own, "2d") | {"github": "1d"}


def test_a_late_run_begins_a_new_beat_and_a_punctual_one_keeps_it() -> None:
    weekly = read_cadence("7d")
    week = timedelta(days=7)
    assert weekly.following(SUNDAY, SUNDAY + timedelta(minutes=59)) == SUNDAY + week
    late = SUNDAY + timedelta(days=6)
    assert weekly.following(SUNDAY, late) == late + week
    cron = read_cadence("0 12 * * *")
    assert cron.following(SUNDAY, late) == late + timedelta(days=1)


@pytest.mark.parametrize(("cadence", "hours"), [("6h", 5.5), ("0 */6 * * *", 5.5), ("1d", None), ("7d", None)])
def test_a_cadence_shorter_than_the_age_asks_for_younger_answers(cadence: str, hours: float | None) -> None:
    github = SOURCES[0]
    expected = None if hours is None else timedelta(hours=hours)
    assert read_cadence(cadence).freshness(github, SUNDAY) == expected


def test_answers_are_always_older_than_their_age_when_their_time_comes() -> None:
    """However late a punctual run and however early the next: a run at a source's own cadence asks."""
    for source in SOURCES:
        cadence: Cadence = own_cadence(source)
        assert cadence.age is not None
        if source.name in IN_PARTS:
            # It goes on daily with what it left; what is whole is due by its own age, whatever the cadence.
            assert cadence.age == timedelta(days=1) and cadence.freshness(source, SUNDAY) is None
        elif source.max_age is not None:
            assert cadence.age - timedelta(hours=1) >= source.max_age
