"""What each input of the health looks at: a number with its reason, a definite "there is none", or "not known".

The names in brackets are those of the field: metrics of CHAOSS (https://chaoss.community/kb-metrics-and-metrics-models/),
checks of OpenSSF Scorecard (https://github.com/ossf/scorecard/blob/main/docs/checks.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from statistics import median

from msgspec import Struct

from crawler.figures.health.facts import Facts

NO_RELEASE = "there is no release"


class Measured(Struct, frozen=True, kw_only=True):
    """One input: `number` goes on the scale of the rules, `score` stands where none is needed; neither: not known."""

    reason: str
    value: str | None = None
    """What was looked at, in words."""
    number: Fraction | int | None = None
    score: int | None = None


def recency(facts: Facts, today: date) -> Measured:
    """Days since the latest commit (Scorecard: Maintained; CHAOSS: Code Changes Commits)."""
    if facts.latest_commit_at:
        return _days_since(facts.latest_commit_at, today, "the latest commit was on")
    if facts.status == "empty":
        return Measured(value="none", score=0, reason="there is no commit")
    return Measured(reason="the latest commit is not known")


def latest_release(facts: Facts, today: date) -> Measured:
    """Days since the newest release, prereleases too (CHAOSS: Release Frequency), or since the newest tag."""
    known = [moment for moment in (facts.latest_release_at, *facts.release_days[-1:]) if moment]
    if known:
        return _days_since(max(known), today, "the newest release was on")
    if facts.releases_total == 0 and facts.latest_tag_at:
        return _days_since(facts.latest_tag_at, today, f"{NO_RELEASE}; the newest tag is of")
    if facts.releases_total == 0:
        return Measured(value="none", score=0, reason=f"{NO_RELEASE}, and no tag is known")
    return Measured(reason="the newest release is not known")


def release_cadence(facts: Facts, today: date) -> Measured:
    """Median days between days with a release, of two years (CHAOSS: Release Frequency)."""
    days = [date.fromisoformat(day) for day in facts.release_days]
    if len(days) > 1:
        gap = Fraction(median((later - earlier).days for earlier, later in pairwise(days)))
        reason = f"the median between {len(days)} days with a release in two years"
        return Measured(value=_days(gap), number=gap, reason=reason)
    if facts.releases_total == 0 and facts.latest_tag_at:
        return Measured(reason=f"{NO_RELEASE}; of the tags only the newest is known")
    if facts.releases_total is None:
        return Measured(reason="the releases are not known")
    said = f"{len(days)} day{'' if len(days) == 1 else 's'} with a release"
    return Measured(value=said, score=0, reason="fewer than two in two years")


def commits(facts: Facts, today: date) -> Measured:
    """Commits of the last year; one a week is what Scorecard's check Maintained asks for its best score."""
    if facts.commits_last_year is None:
        return Measured(reason="the commits of the last year are not known")
    return _count(facts.commits_last_year, "on the default branch in the last 365 days")


def commit_trend(facts: Facts, today: date) -> Measured:
    """Commits of the last year in percent of those of the year before (CHAOSS: Code Changes Commits, its trend)."""
    return _trend(facts.commits_last_year, facts.commits_before, "commits in a year")


def contributors(facts: Facts, today: date) -> Measured:
    """People who contributed (CHAOSS: Contributors); whether few carry most of it is not known here."""
    if facts.contributors is None:
        note = f" ({facts.contributors_note})" if facts.contributors_note else ""
        return Measured(reason=f"the contributors are not known{note}")
    return _count(facts.contributors, "of all time, anonymous ones too")


def issues_closed(facts: Facts, today: date) -> Measured:
    """Closed issues in percent of all issues (CHAOSS: Issues Closed)."""
    if facts.open_issues is None or facts.closed_issues is None:
        return Measured(reason="the open or closed issues are not known")
    whole = facts.open_issues + facts.closed_issues
    if whole == 0:
        return Measured(reason="there are no issues")
    share = Fraction(100 * facts.closed_issues, whole)
    return Measured(
        value=_percent(share), number=share, reason=f"{facts.closed_issues:,} of {whole:,} issues are closed"
    )


def issue_trend(facts: Facts, today: date) -> Measured:
    """Open issues in percent of those a year before (CHAOSS: Issues Active, its trend)."""
    return _trend(facts.open_issues, facts.open_issues_before, "open issues")


def licence(facts: Facts, today: date) -> Measured:
    """Whether the Open Source Initiative approves the licence (Scorecard: License; CHAOSS: OSI Approved Licenses)."""
    spdx = facts.license_spdx
    if spdx == "NONE":
        return Measured(value="none", score=0, reason="there is no licence")
    if spdx is None or facts.license_osi_approved is None:
        return Measured(reason="the licence is not known" if spdx is None else "nobody recognised the licence")
    if facts.license_osi_approved:
        return Measured(value=spdx, score=100, reason="approved by the Open Source Initiative")
    return Measured(value=spdx, score=50, reason="not approved by the Open Source Initiative")


def security_policy(facts: Facts, today: date) -> Measured:
    """Whether there is a security policy (Scorecard: Security-Policy)."""
    if facts.has_security_policy is None:
        return Measured(reason="it is not known whether there is a security policy")
    if facts.has_security_policy:
        return Measured(value="yes", score=100, reason="there is a security policy")
    return Measured(value="no", score=0, reason="there is no security policy")


def scorecard(facts: Facts, today: date) -> Measured:
    """The aggregate score of OpenSSF Scorecard, from 0 to 10."""
    if facts.scorecard is None:
        return Measured(reason="no score of OpenSSF Scorecard is known")
    score = Fraction(facts.scorecard)
    return Measured(value=f"{facts.scorecard} of 10", number=score, reason=f"OpenSSF Scorecard of {facts.scored_on}")


MEASURES: dict[str, Callable[[Facts, date], Measured]] = {
    "recency": recency,
    "latest_release": latest_release,
    "release_cadence": release_cadence,
    "commits": commits,
    "commit_trend": commit_trend,
    "contributors": contributors,
    "issues_closed": issues_closed,
    "issue_trend": issue_trend,
    "licence": licence,
    "security_policy": security_policy,
    "scorecard": scorecard,
}
"""By the names that the rules have for them, in the same order."""


def _days_since(moment: str, today: date, what: str) -> Measured:
    # Clocks differ: what is dated a day ahead is of today.
    days = max(0, (today - date.fromisoformat(moment[:10])).days)
    return Measured(value=_days(days), number=days, reason=f"{what} {moment[:10]}")


def _trend(now: int | None, before: int | None, what: str) -> Measured:
    if now is None or before is None:
        return Measured(reason=f"the {what}, now or a year before, are not known")
    if before == 0:
        return Measured(reason=f"a year before there were no {what} to compare with")
    percent = Fraction(100 * now, before)
    return Measured(value=_percent(percent), number=percent, reason=f"{now:,} {what}, {before:,} a year before")


def _count(number: int, reason: str) -> Measured:
    return Measured(value=f"{number:,}", number=number, reason=reason)


def _days(number: Fraction | int) -> str:
    return f"{round(number):,} day{'' if number == 1 else 's'}"


def _percent(number: Fraction) -> str:
    return f"{round(number):,}%"
