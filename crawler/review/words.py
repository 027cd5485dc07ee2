"""What a review says, in words that a terminal and a comment share."""

from __future__ import annotations

from crawler.export.shown import NONE, NOT_KNOWN, STATES
from crawler.figures.forms import counted
from crawler.news.words import license_words
from crawler.review.comparing import Changed
from crawler.review.facts import Facts
from crawler.review.model import Review

MARKS = {"error": "to mend", "unknown": "not known", "note": "note"}
"""What stands before a remark."""
COLUMNS = (
    ("Licence", False),
    ("Stars", True),
    ("Forks", True),
    ("Contributors", True),
    ("Commits in a year", True),
    ("Last commit", False),
    ("Last release", False),
    ("Created", False),
    ("State", False),
)
"""What `cells` tells, and whether it is a number."""


def cells(facts: Facts | None) -> tuple[str, ...]:
    """The facts of a repository, one for each of COLUMNS."""
    if facts is None or facts.status in {None, "unknown"}:
        return (*[NOT_KNOWN] * (len(COLUMNS) - 1), STATES["unknown"])
    return (
        _license(facts),
        _count(facts.stars),
        _count(facts.forks),
        _count(facts.contributors),
        _count(facts.commits_last_year),
        _day(facts.latest_commit_at) or (NONE if facts.status == "empty" else NOT_KNOWN),
        _release(facts),
        _day(facts.created_at) or NOT_KNOWN,
        _state(facts),
    )


def summary(review: Review) -> str:
    """`2 new entries, 1 changed, none removed; 3 moved; 1 to mend, 2 notes`."""
    if review.comparison is None:
        return f"{counted(len(review.faults), 'fault')}: the list cannot be read, nothing was compared"
    compared = review.comparison
    parts = [
        counted(len(compared.new), "new entry", "new entries"),
        f"{len(compared.changed):,} changed",
        f"{len(compared.removed):,} removed",
        f"{compared.moved:,} moved",
        f"{compared.unchanged:,} as before",
    ]
    said = [f"{review.number('error'):,} to mend"]
    said += [f"{review.number('unknown'):,} not known"] if review.number("unknown") else []
    said += [counted(review.number("note"), "note"), counted(len(review.notices), "new notice")]
    return f"{', '.join(parts)}; {', '.join(said)}"


def change_words(change: Changed) -> list[str]:
    """What an entry has that it did not have before, and the other way round."""
    told = [f"was called {change.before.name}"] if change.is_renamed else []
    told += [f"new repository {one.name_with_owner}" for one in change.added]
    told += [f"without {one.name_with_owner}" for one in change.removed]
    if change.has_new_homepage:
        before, after = change.before.homepage_url, change.entry.project.homepage_url
        told.append(f"homepage {before or NONE} is {after or NONE} now")
    return told


def _license(facts: Facts) -> str:
    words = license_words(facts.license_spdx)
    return f"{words} (OSI approved)" if facts.license_osi_approved else words


def _count(number: int | None) -> str:
    return NOT_KNOWN if number is None else f"{number:,}"


def _day(moment: str | None) -> str:
    return (moment or "")[:10]


def _release(facts: Facts) -> str:
    tag, day = facts.latest_release_tag, _day(facts.latest_release_at)
    if not tag and not day:
        return NONE if facts.releases_total == 0 or facts.status == "empty" else NOT_KNOWN
    return f"{tag} ({day})" if tag and day else tag or day


def _state(facts: Facts) -> str:
    state = STATES.get(facts.status, facts.status or "")
    kinds = ("archived", facts.is_archived), ("fork", facts.is_fork), ("mirror", facts.is_mirror)
    told = [kind for kind, holds in kinds if holds]
    if state != "ok":
        told.insert(0, state)
    return ", ".join(told) or state
