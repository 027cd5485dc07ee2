"""The health of a project from what is known of it: scales, unknown inputs, shares, archived ones."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.figures.health.facts import Facts
from crawler.figures.health.measures import MEASURES
from crawler.figures.health.scoring import ARCHIVED, NO_SCORE, Health, Input, scale_score, score_project, share_out
from crawler.rules import HealthRules, Scale, Weighed

TODAY = date(2026, 3, 1)
RULES = HealthRules()
PERFECT = Facts(
    repository="a/one",
    status="ok",
    is_archived=0,
    latest_commit_at="2026-02-27T10:00:00Z",
    latest_release_at="2026-02-01T10:00:00Z",
    release_days=("2025-12-15", "2026-01-05", "2026-02-01"),
    releases_total=30,
    commits_last_year=400,
    commits_before=400,
    contributors=50,
    open_issues=10,
    open_issues_before=10,
    closed_issues=90,
    license_spdx="MIT",
    license_osi_approved=1,
    has_security_policy=1,
    scorecard="9",
    scored_on="2026-02-20",
)
NOTHING = Facts(repository="a/one", status="ok")


def health(facts: Facts, rules: HealthRules = RULES) -> Health:
    return score_project("one", facts, rules, today=TODAY)


def inputs(facts: Facts, rules: HealthRules = RULES) -> dict[str, Input]:
    return {one.input: one for one in health(facts, rules).inputs}


def with_(**known: object) -> Facts:
    """A perfect project but for this."""
    return structs.replace(PERFECT, **known)


def days_ago(days: int) -> str:
    return f"{TODAY - timedelta(days=days)}T23:59:59Z"


def test_a_perfect_project_has_a_hundred() -> None:
    found = health(PERFECT)
    assert (found.score, found.known, found.total) == (100, 11, 11)
    assert {one.input: one.score for one in found.inputs} == dict.fromkeys(MEASURES, 100) | {ARCHIVED: None}


def test_the_measures_are_those_that_the_rules_weigh() -> None:
    assert list(RULES.weights) == list(MEASURES)


@pytest.mark.parametrize(
    ("number", "score"), [(0, 100), (30, 100), (31, 100), (32, 99), (198, 50), (364, 0), (365, 0), (9999, 0)]
)
def test_fewer_days_are_better(number: int, score: int) -> None:
    assert scale_score(number, Scale(weight=1, good=30, bad=365)) == score


@pytest.mark.parametrize(("number", "score"), [(0, 0), (1, 0), (2, 5), (10, 47), (19, 95), (20, 100), (10**9, 100)])
def test_more_people_are_better(number: int, score: int) -> None:
    assert scale_score(number, Scale(weight=1, good=20, bad=1)) == score


def test_halves_are_rounded_up() -> None:
    assert (
        scale_score(1, Scale(weight=1, good=200, bad=0))
        == scale_score(Fraction(1, 2), Scale(weight=1, good=100, bad=0))
        == 1
    )


@pytest.mark.parametrize(
    ("name", "known", "value", "score"),
    [
        ("recency", {"latest_commit_at": days_ago(30)}, "30 days", 100),
        ("recency", {"latest_commit_at": days_ago(365)}, "365 days", 0),
        ("recency", {"latest_commit_at": days_ago(-1)}, "0 days", 100),
        ("recency", {"latest_commit_at": None}, None, None),
        ("recency", {"latest_commit_at": None, "status": "empty"}, "none", 0),
        ("latest_release", {"latest_release_at": days_ago(410), "release_days": ()}, "410 days", 50),
        # A prerelease is none that GitHub calls the latest.
        ("latest_release", {"latest_release_at": days_ago(410)}, "28 days", 100),
        (
            "latest_release",
            {"latest_release_at": None, "release_days": (), "releases_total": 0, "latest_tag_at": days_ago(730)},
            "730 days",
            0,
        ),
        ("latest_release", {"latest_release_at": None, "release_days": (), "releases_total": 0}, "none", 0),
        ("latest_release", {"latest_release_at": None, "release_days": (), "releases_total": None}, None, None),
        ("latest_release", {"latest_release_at": None, "release_days": (), "releases_total": 5}, None, None),
        ("release_cadence", {"release_days": ("2025-01-01", "2025-01-02", "2025-12-31")}, "182 days", 55),
        ("release_cadence", {"release_days": ("2025-01-01",)}, "1 day with a release", 0),
        ("release_cadence", {"release_days": ()}, "0 days with a release", 0),
        ("release_cadence", {"release_days": (), "releases_total": None}, None, None),
        ("release_cadence", {"release_days": (), "releases_total": 0}, "0 days with a release", 0),
        (
            "release_cadence",
            {"release_days": (), "releases_total": 0, "latest_tag_at": days_ago(9)},
            None,
            None,
        ),
        ("commits", {"commits_last_year": 26}, "26", 50),
        ("commits", {"commits_last_year": 0}, "0", 0),
        ("commits", {"commits_last_year": None}, None, None),
        ("commit_trend", {"commits_last_year": 250}, "62%", 50),
        ("commit_trend", {"commits_last_year": 900}, "225%", 100),
        ("commit_trend", {"commits_before": 0}, None, None),
        ("commit_trend", {"commits_before": None}, None, None),
        ("contributors", {"contributors": None, "contributors_note": "too large"}, None, None),
        ("issues_closed", {"open_issues": 45, "closed_issues": 55}, "55%", 50),
        ("issues_closed", {"open_issues": 0, "closed_issues": 0}, None, None),
        ("issues_closed", {"closed_issues": None}, None, None),
        ("issue_trend", {"open_issues": 15}, "150%", 50),
        ("issue_trend", {"open_issues": 0}, "0%", 100),
        ("issue_trend", {"open_issues_before": 0}, None, None),
        ("licence", {"license_spdx": "NONE", "license_osi_approved": 0}, "none", 0),
        ("licence", {"license_spdx": "BUSL-1.1", "license_osi_approved": 0}, "BUSL-1.1", 50),
        ("licence", {"license_spdx": "NOASSERTION", "license_osi_approved": None}, None, None),
        ("licence", {"license_spdx": None, "license_osi_approved": None}, None, None),
        ("security_policy", {"has_security_policy": 0}, "no", 0),
        ("security_policy", {"has_security_policy": None}, None, None),
        ("scorecard", {"scorecard": "5.5"}, "5.5 of 10", 50),
        ("scorecard", {"scorecard": None}, None, None),
    ],
)
def test_what_each_input_makes_of_what_is_known(
    name: str, known: dict[str, object], value: str | None, score: int | None
) -> None:
    found = inputs(with_(**known))[name]
    assert (found.value, found.score) == (value, score)
    assert found.reason and (found.share is None) == (score is None)


def test_what_is_not_known_leaves_its_weight_to_the_others() -> None:
    rules = HealthRules(known_at_least=0)
    facts = structs.replace(NOTHING, contributors=20, has_security_policy=0)
    found = inputs(facts, rules)
    assert health(facts, rules).score == 75  # 15 of 15 + 5
    assert (found["contributors"].share, found["security_policy"].share, found["recency"].share) == (75, 0, None)


def test_where_too_little_is_known_there_is_no_score_and_not_a_zero() -> None:
    facts = structs.replace(NOTHING, contributors=20, latest_commit_at=days_ago(1), license_spdx="MIT")
    facts = structs.replace(facts, license_osi_approved=1, latest_release_at=days_ago(1))  # 55 of 110
    assert health(facts).score == 100
    less = structs.replace(facts, license_osi_approved=None, has_security_policy=1)
    assert (health(less).score, health(less).known, health(less).total) == (None, 4, 11)
    assert {one.share for one in health(less).inputs} == {None}
    assert inputs(less)["contributors"].score == 100
    assert health(Facts()).score is health(NOTHING, HealthRules(known_at_least=0)).score is None


@pytest.mark.parametrize("status", NO_SCORE)
def test_figures_of_what_is_not_there_any_more_say_nothing(status: str) -> None:
    found = health(with_(status=status))
    assert (found.score, found.known) == (None, 0)
    assert {one.reason for one in found.inputs if one.input != ARCHIVED} == {NO_SCORE[status]}


def test_an_archived_project_has_no_more_than_the_rules_say() -> None:
    found = health(with_(is_archived=1))
    assert found.score == 10
    assert inputs(with_(is_archived=1))[ARCHIVED].share == -90
    assert sum(one.share or 0 for one in found.inputs) == 10
    low = HealthRules(archived_at_most=100)
    assert (health(with_(is_archived=1), low).score, inputs(with_(is_archived=1), low)[ARCHIVED].share) == (100, 0)
    assert (inputs(with_(is_archived=None))[ARCHIVED].value, health(with_(is_archived=None)).score) == (None, 100)


def test_an_input_without_weight_is_left_out() -> None:
    rules = HealthRules(licence=Weighed(weight=0))
    assert "licence" not in inputs(PERFECT, rules)
    assert health(PERFECT, rules).total == 10


def test_points_left_over_go_to_the_largest_remainders_and_of_equal_ones_to_the_first() -> None:
    assert share_out({"a": 100, "b": 100, "c": 100}, 3) == {"a": 34, "b": 33, "c": 33}
    assert share_out({"a": 5, "b": 22, "c": 12}, 20) == {"a": 0, "b": 1, "c": 1}
    assert share_out({"a": 1, "b": 0}, 2) == {"a": 1, "b": 0}


def test_other_rules_have_another_fingerprint() -> None:
    assert HealthRules().fingerprint == RULES.fingerprint != HealthRules(archived_at_most=11).fingerprint


COUNTS = st.none() | st.integers(0, 5_000)
DATES = st.none() | st.integers(-1, 3_000).map(days_ago)
FACTS = st.builds(
    Facts,
    repository=st.just("a/one"),
    status=st.sampled_from(["ok", "empty", "unknown", "gone"]),
    is_archived=st.sampled_from([None, 0, 1]),
    latest_commit_at=DATES,
    latest_release_at=DATES,
    releases_total=COUNTS,
    commits_last_year=COUNTS,
    commits_before=COUNTS,
    contributors=COUNTS,
    open_issues=COUNTS,
    open_issues_before=COUNTS,
    closed_issues=COUNTS,
    license_spdx=st.sampled_from([None, "NONE", "MIT", "NOASSERTION"]),
    license_osi_approved=st.sampled_from([None, 0, 1]),
    has_security_policy=st.sampled_from([None, 0, 1]),
    scorecard=st.none() | st.integers(0, 100).map(lambda tenths: f"{tenths / 10}"),
)
WEIGHTS = st.lists(st.integers(0, 30), min_size=len(MEASURES), max_size=len(MEASURES))


@settings(max_examples=40, deadline=None)
@given(facts=FACTS, weights=WEIGHTS)
def test_shares_add_up_to_the_score_whatever_is_known(facts: Facts, weights: list[int]) -> None:
    weighed = {
        name: structs.replace(getattr(RULES, name), weight=weight)
        for name, weight in zip(MEASURES, weights, strict=True)
    }
    found = health(facts, structs.replace(RULES, **weighed))
    shares = [one.share for one in found.inputs]
    assert (found.score is None) == all(share is None for share in shares[:-1])
    if found.score is not None:
        assert 0 <= found.score <= (RULES.archived_at_most if facts.is_archived else 100)
        assert sum(share or 0 for share in shares) == found.score
        for one in found.inputs[:-1]:
            assert (one.share is None) == (one.score is None)
            assert one.score is None or ((one.share or 0) <= 100 and (one.share == 0 or one.score > 0))


BETTER = {
    "latest_commit_at": lambda days: days_ago(3_000 - days),
    "latest_release_at": lambda days: days_ago(3_000 - days),
    "commits_last_year": int,
    "contributors": int,
    "closed_issues": int,
    "scorecard": lambda points: f"{points / 300}",
}


@settings(max_examples=40, deadline=None)
@given(facts=FACTS, field=st.sampled_from(sorted(BETTER)), points=st.integers(0, 3_000), more=st.integers(0, 3_000))
def test_what_is_better_never_lowers_the_score(facts: Facts, field: str, points: int, more: int) -> None:
    make = BETTER[field]
    one = structs.replace(facts, open_issues=7, commits_before=50, **{field: make(points)})
    two = structs.replace(one, **{field: make(min(3_000, points + more))})
    lower, upper = health(one).score, health(two).score
    assert (lower is None) == (upper is None)
    assert lower is None or upper is None or lower <= upper
