"""Milestones and bursts: from a history of our own, from GitHub's weeks, and with gaps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.figures.events.stars import Curve, find_burst, is_active, milestone
from crawler.rules import EventRules

DAY = date(2026, 11, 22)
RULES = EventRules()


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def curve(*rows: tuple[int, int], answered: tuple[tuple[int, int], ...] = ()) -> Curve:
    """Stars by days ago."""
    return Curve([(ago(days), stars) for days, stars in rows], [(ago(first), ago(last)) for first, last in answered])


def weekly(gain: int, last: int, *, start: int = 10_000) -> Curve:
    """A history of thirteen weeks with the same gain in each, and another one in the last seven days."""
    rows = [(7 * week, start + gain * (13 - week)) for week in range(13, 0, -1)]
    return curve(*rows, (0, rows[-1][1] + last))


@pytest.mark.parametrize(
    ("most", "stars", "reached"),
    [(0, 99, None), (0, 100, 100), (99, 700, 500), (100, 499, None), (1_200, 1_500, None), (0, 10**6, 200_000)],
)
def test_the_greatest_milestone_that_is_reached(most: int, stars: int, reached: int | None) -> None:
    assert milestone(most, stars, RULES) == reached


def test_a_history_of_two_days_is_enough() -> None:
    burst = find_burst(curve((1, 1_000), (0, 3_000)), DAY, RULES, created=ago(7 * 100))
    assert burst is not None
    assert (burst.gained, burst.before) == (2_000, 1_000)
    assert burst.usual == pytest.approx(1_000 / 99)


def test_one_answer_alone_is_no_burst() -> None:
    assert find_burst(curve((0, 3_000)), DAY, RULES) is None
    assert find_burst(curve(), DAY, RULES) is None


@pytest.mark.parametrize(
    ("usual", "last", "is_burst"),
    [
        (150, 599, False),  # less than five percent
        (150, 601, True),
        (200, 799, False),  # less than four times what is usual
        (200, 801, True),
    ],
)
def test_a_burst_by_what_is_usual(usual: int, last: int, is_burst: bool) -> None:
    found = find_burst(weekly(usual, last), DAY, RULES, created=ago(1_000))
    assert (found is not None) == is_burst
    assert found is None or found.usual == usual


@pytest.mark.parametrize(("before", "now", "is_burst"), [(10, 109, False), (10, 110, True), (10_000, 10_400, False)])
def test_a_burst_is_great_by_itself_too(before: int, now: int, is_burst: bool) -> None:
    assert (find_burst(curve((7, before), (0, now)), DAY, RULES) is not None) == is_burst


def test_the_median_does_not_mind_an_earlier_burst() -> None:
    rows = [(7 * week, 10_000 + (0 if week > 6 else 9_000)) for week in range(13, 0, -1)]
    found = find_burst(curve(*rows, (0, 21_000)), DAY, RULES)
    assert found is not None and found.usual == 0


def test_weeks_of_github_where_our_history_is_short() -> None:
    short = curve((8, 9_900), (7, 10_000), (0, 11_000))
    assert find_burst(short, DAY, RULES, weeks=[300, 260, 260, 200]) is None
    found = find_burst(short, DAY, RULES, weeks=[300, 220, 240, 200])
    assert found is not None and found.usual == 230
    few = find_burst(short, DAY, RULES, weeks=[9_000] * 3, created=ago(7 * 101))
    assert few is not None and few.usual == 100, "of three weeks nobody can tell what is usual"


def test_a_gain_of_many_weeks_is_no_burst_of_one() -> None:
    rows = [(7 * week, 10_000 + 100 * (20 - week)) for week in range(20, 9, -1)]
    asked = ((140, 70), (0, 0))
    gap = curve(*rows, (0, rows[-1][1] + 2_000), answered=asked)
    assert find_burst(gap, DAY, RULES, created=ago(1_000)) is None, "two hundred a week, ten weeks long"
    great = curve(*rows, (0, rows[-1][1] + 12_000), answered=asked)
    found = find_burst(great, DAY, RULES, created=ago(1_000))
    assert found is not None and (found.before, found.gained) == (21_800, 1_200)


def test_a_week_in_which_nothing_changed_is_known_where_somebody_asked() -> None:
    still = curve((98, 1_000), (0, 1_200), answered=((98, 0),))
    found = find_burst(still, DAY, RULES, created=ago(7))
    assert found is not None and found.usual == 0
    # Nobody is known to have asked: an average week tells what is usual.
    assert find_burst(curve((98, 1_000), (0, 1_200)), DAY, RULES, created=ago(14)) is None


def test_active_until_a_year_without_a_commit() -> None:
    assert is_active(ago(365), DAY, RULES)
    assert not is_active(ago(366), DAY, RULES)
