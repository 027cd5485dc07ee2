"""The headline: one line that also says how complete and how old it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from crawler.errors import UsageFault
from crawler.figures import forms
from crawler.figures.headline import headline

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def test_a_recorded_landscape_says_so(landscape):
    landscape.category("run")
    landscape.category("build")
    landscape.organization("x")
    landscape.organization("y")
    landscape.figure("x", "market_cap", "931400000000")
    known = landscape.repository("o/a", origin="sandbox", stars=978006)
    unknown = landscape.repository("o/b", origin="sandbox", status="unknown")
    landscape.project("p", "run--all", repositories=(known,), organization="x")
    landscape.project("q", "build--all", repositories=(unknown,), organization="y")
    landscape.write(date(2023, 9, 25), "sandbox")
    assert headline(landscape.connection) == (
        "2 categories · 2 projects · 978.0K stars · "
        "$47B–$930B total value (central $93B, as of 2023-09-25, 1 of 2 organisations) · "
        "1 of 2 repositories known · recorded 2023-09-25"
    )


def test_the_run_knows_the_day_of_its_recording(landscape):
    landscape.category("run")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", origin="sandbox", stars=1),))
    landscape.insert("runs", mode="sandbox", recorded_on="2023-09-20", started_at="2026-01-01T00:00:00Z")
    landscape.write(date(2023, 9, 25), "sandbox")
    assert headline(landscape.connection).endswith(" · recorded 2023-09-20")


def test_a_live_landscape_says_how_old_its_answers_are(landscape):
    landscape.category("run")
    young = landscape.repository("o/a", stars=1, fetched_at="2026-11-22T10:30:00Z")
    old = landscape.repository("o/b", stars=0, fetched_at="2026-11-16T12:00:00Z")
    landscape.repository("o/unlinked", stars=0, fetched_at="2020-01-01T00:00:00Z")
    landscape.project("p", "run--all", repositories=(young,))
    landscape.write(TODAY)
    assert headline(landscape.connection, now=NOW) == (
        "1 category · 1 project · 1 star · 1 of 1 repository known · fetched 1 hour ago"
    )
    landscape.project("q", "run--all", repositories=(old,))
    landscape.write(TODAY)
    assert headline(landscape.connection, now=NOW).endswith("2 of 2 repositories known · fetched 1 hour to 6 days ago")


def test_what_is_not_known_is_not_a_zero(landscape):
    landscape.category("run")
    landscape.organization("x")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", status=None, origin=None),))
    landscape.project("q", "run--all", organization="x")
    landscape.write(TODAY)
    assert headline(landscape.connection, now=NOW) == (
        "1 category · 2 projects · stars not known yet · total value not known yet (0 of 1 organisation) · "
        "0 of 1 repository known"
    )


def test_the_newest_day_is_the_headlines(landscape):
    landscape.category("run")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", stars=10),))
    landscape.write(date(2026, 11, 21))
    landscape.connection.execute("UPDATE repositories SET stars = 20")
    landscape.write(date(2026, 11, 22))
    assert "20 stars" in headline(landscape.connection)


def test_a_database_without_figures_names_the_cure(landscape):
    with pytest.raises(UsageFault, match="crawler refresh"):
        headline(landscape.connection)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (950, "950"),
        (999, "999"),
        (1000, "1.0K"),
        (978006, "978.0K"),
        (10**30 - 1, "1000000000000000000.0T"),
        (999949, "999.9K"),
        (999950, "1.0M"),
        (1250000, "1.3M"),
        (Decimal("64000000000"), "64.0B"),
        (Decimal("4250000000000"), "4.3T"),
        (Decimal("1e16"), "10000.0T"),
        (Decimal("999.6"), "1.0K"),
    ],
)
def test_numbers_are_short(number, text):
    assert forms.short(number) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(days=12, hours=23), "12 days"),
    ],
)
def test_ages_are_in_one_unit(length, text):
    assert forms.age(length) == text
