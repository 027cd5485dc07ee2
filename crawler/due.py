"""What is stale, in which order to ask for it, and what that will cost, without a single request."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from msgspec import Struct

from crawler.clock import from_text, to_text
from crawler.listed import Seeds
from crawler.model import Subject
from crawler.sources.source import Cost, Source
from crawler.store.outcomes import FOREVER, LONGEST_PAUSE, NOT_KNOWN_AGE
from crawler.store.subjects import (
    Candidate,
    organization_candidates,
    owner_candidates,
    project_org_candidates,
    rates_candidates,
    repository_candidates,
)

ASKABLE = {"ok", "empty"}
"""States of repositories of which there is more to ask than the core facts."""
ASKING_REST = frozenset({"github", "org_repositories"})
"""Sources of GraphQL that ask REST where there is no token."""
ANONYMOUS_PER_HOUR = 60
"""REST requests that GitHub answers without a token; the rest of a list waits for later runs."""
SKEW = timedelta(hours=1)
"""By so much the clocks of two machines that refresh one database may differ."""
STILL_THERE = {None, "unknown", *ASKABLE}
"""States of repositories about which others may know what GitHub did not tell."""


class Selection(Struct, frozen=True, kw_only=True):
    """What a refresh was told to ask: `sources` and `only` empty mean all."""

    origin: str
    sources: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    max_age: timedelta | None = None
    force: bool = False
    beside: frozenset[str] = frozenset()
    """Further sources, asked only for what is due by their own age."""


class PlanLine(Struct, frozen=True, kw_only=True):
    """What one source would ask. Points as a range, since GitHub's rule is open for connections that only count."""

    source: str
    subjects: int
    requests: int
    points_low: int
    points_high: int
    rest_counted: int
    minutes: float
    may_find: int = 0
    """So many repositories at most come on top of what the other lines say: whole accounts hold them."""


def due(
    connection: sqlite3.Connection, source: Source, selection: Selection, *, now: datetime, prospective: bool = False
) -> list[Subject]:
    """The subjects to ask the source about, the most pressing first.

    With `prospective`, repositories that were never asked count as if they had been answered: a plan made before
    the first request sees what the whole refresh will ask.
    """
    if not _is_selected(source, selection):
        return []
    candidates = _candidates(connection, source, selection.origin, prospective=prospective)
    return [
        candidate.subject
        for candidate in candidates
        if (not selection.only or matches(candidate.names, selection.only))
        and _is_askable(candidate, source, to_text(now), prospective=prospective)
        and _is_stale(candidate, source, selection, to_text(now))
    ]


def count_waiting(connection: sqlite3.Connection, source: Source, selection: Selection, *, now: datetime) -> int:
    """How many subjects fail again and again, and are left alone until later."""
    if not _is_selected(source, selection) or selection.force:
        return 0
    return sum(
        candidate.last_status == "failed" and _is_left_alone(candidate, to_text(now))
        for candidate in _candidates(connection, source, selection.origin, prospective=False)
        if not selection.only or matches(candidate.names, selection.only)
    )


def is_asked(source: Source, *, signed: bool) -> bool:
    """Whether a refresh asks the source at all, with a token or without."""
    return not source.is_second_hand if signed else source.name in ASKING_REST or source.api != "graphql"


def is_wanted(source: Source, selection: Selection, seeds: Seeds) -> bool:
    """Whether a refresh of the list has anything to do with the source: most lists name no whole account."""
    is_named = source.name in selection.sources
    return source.subject_kind != "project_org" or is_named or any(one.project_org for one in seeds.projects)


def estimate(source: Source, subjects: Sequence[Subject], *, signed: bool) -> PlanLine:
    """What asking about the subjects would cost, by the source's own rule; without a token GitHub takes one by one."""
    cost: Cost = source.cost(subjects)
    if not signed and source.api == "graphql":
        asked = min(len(subjects), ANONYMOUS_PER_HOUR)
        cost = Cost(requests=asked, rest_counted=asked, seconds=0.1 * asked)
    return PlanLine(
        source=source.name,
        subjects=len(subjects),
        requests=cost.requests,
        points_low=cost.points_low,
        points_high=cost.points_high,
        rest_counted=cost.rest_counted,
        minutes=math.ceil(cost.seconds / 6) / 10,
    )


def _is_selected(source: Source, selection: Selection) -> bool:
    return not selection.sources or source.name in selection.sources | selection.beside


def _candidates(
    connection: sqlite3.Connection, source: Source, origin: str, *, prospective: bool
) -> Iterable[Candidate]:
    if source.subject_kind == "owner":
        return owner_candidates(connection, source.name, origin=origin, prospective=prospective)
    if source.subject_kind == "project_org":
        return project_org_candidates(connection, source.name, origin=origin)
    if source.subject_kind == "organization":
        return organization_candidates(connection, source.name, source.identifier, origin=origin)
    if source.subject_kind == "rates":
        return rates_candidates(connection, source.name, origin=origin)
    return repository_candidates(connection, source.name, origin=origin)


def matches(names: Iterable[str], patterns: Sequence[str]) -> bool:
    """Whether one of the names (`owner/name` or project id) fits a PATTERN: a glob, in any case."""
    folded = [name.casefold() for name in names]
    return any(fnmatchcase(name, pattern.casefold()) for pattern in patterns for name in folded)


def _is_askable(candidate: Candidate, source: Source, now: str, *, prospective: bool) -> bool:
    if source.is_second_hand:
        return _lacks_first_hand(candidate, source, now)
    if source.name == "github" or source.subject_kind != "repository":
        return True
    if candidate.repository_status is None:
        return prospective
    if source.name == "first_commit" and candidate.repository_status == "empty":
        return False
    if source.name == "release_history":
        subject = candidate.subject
        if subject.releases_total is None or subject.releases_total <= subject.releases_stored:
            return False
    return candidate.repository_status in ASKABLE


def _lacks_first_hand(candidate: Candidate, source: Source, now: str) -> bool:
    """Whether GitHub itself has not answered in time, and no better-placed source has told its figures either."""
    if source.name == "funding_yml":
        # Only GraphQL tells sponsor links, and with them the head commit: REST's answer leaves them open.
        return candidate.subject.latest_commit_oid is None and candidate.repository_status in STILL_THERE
    is_fresh = candidate.first_hand_until is not None and candidate.first_hand_until > now
    return (
        not is_fresh and candidate.figures_source not in source.yields_to and candidate.repository_status in STILL_THERE
    )


def _is_stale(candidate: Candidate, source: Source, selection: Selection, now: str) -> bool:
    """Never answered, failed or partial is due at once; else age decides, which what cannot change does not have."""
    if source.max_age is None and (
        candidate.first_commit_at if source.name == "first_commit" else _is_whole(candidate)
    ):
        return False
    if candidate.last_status is None or candidate.fetched_at is None or candidate.last_status in {"failed", "partial"}:
        return selection.force or not _is_left_alone(candidate, now)
    # What a run left unfinished was never fresh.
    is_unfinished = candidate.fresh_until == candidate.fetched_at
    is_wrong = _has_begun(candidate, source) or _is_from_the_future(candidate, source, now)
    if selection.force or is_unfinished or is_wrong:
        return True
    if selection.max_age is not None and source.name not in selection.beside:
        return from_text(candidate.fetched_at) <= from_text(now) - selection.max_age
    return candidate.fresh_until is None or candidate.fresh_until <= now


def _is_left_alone(candidate: Candidate, now: str) -> bool:
    """Whether it fails again and again and is not tried yet; a time after the longest pause is a wrong clock's."""
    latest = to_text(from_text(now) + LONGEST_PAUSE)
    return candidate.next_try_at is not None and now < candidate.next_try_at <= latest


def _is_from_the_future(candidate: Candidate, source: Source, now: str) -> bool:
    """Whether a wrong clock dated the answer: under a right one nothing stays fresh for longer than its age."""
    if candidate.fresh_until in {None, FOREVER}:
        return False
    return from_text(str(candidate.fresh_until)) > from_text(now) + (source.max_age or NOT_KNOWN_AGE) + SKEW


def _is_whole(candidate: Candidate) -> bool:
    """Whether the source has told all that it will ever tell."""
    return candidate.fresh_until == FOREVER


def _has_begun(candidate: Candidate, source: Source) -> bool:
    """Whether the repository was without a commit when the source answered, and has one now."""
    subject = candidate.subject
    return (
        source.name != "github"
        and source.subject_kind == "repository"
        and subject.answered_for_oid is None
        and subject.latest_commit_oid is not None
    )
