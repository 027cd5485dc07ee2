"""Writes what a batch brought: records, states, history, changes and the fetch rows, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from crawler.clock import to_text, within
from crawler.model import (
    CommitWeeks,
    Manifest,
    NoManifest,
    OlderReleases,
    Organization,
    Outcome,
    Owner,
    OwnerRepositories,
    Rates,
    Repository,
    Scorecard,
    StarHistory,
)
from crawler.store.commit_weeks import write_commit_weeks
from crawler.store.database import transaction
from crawler.store.expansion import write_owner_repositories
from crawler.store.former import note_answer
from crawler.store.manifests import write_manifest
from crawler.store.memory import keep_validator
from crawler.store.older_releases import write_older_releases
from crawler.store.organizations import write_organization
from crawler.store.owners import write_owner
from crawler.store.rates import write_rates
from crawler.store.recordings import forget_recorded_money
from crawler.store.refused import write_refused
from crawler.store.repositories import write_answer, write_facts
from crawler.store.scorecards import write_scorecard
from crawler.store.second_hand import write_second_hand
from crawler.store.star_weeks import write_star_weeks

FOREVER = "9999-12-31T00:00:00Z"
"""`fresh_until` of an answer that never changes."""
NOT_KNOWN_AGE = timedelta(days=7)
"""How long "not known" counts as fresh where the answer itself would for ever."""


FREE_ATTEMPTS = 3
LONGEST_PAUSE = timedelta(days=1) - timedelta(hours=2)
"""A daily refresh tries everything."""


class Writing(Struct, frozen=True, kw_only=True):
    """What all outcomes of a run share. `day` is the run's today: the real day, or that of a recording."""

    origin: str
    now: datetime
    day: date

    @property
    def seen_at(self) -> str:
        """When the answers count as observed (UTC text): on the run's day, whatever the clock says meanwhile.

        Recorded ones are observed when they are played back.
        """
        return to_text(self.now if self.origin == "sandbox" else within(self.day, self.now))


def write_outcomes(
    connection: sqlite3.Connection,
    source: str,
    outcomes: Sequence[Outcome],
    writing: Writing,
    max_age: timedelta | None,
) -> list[str | None]:
    """Commit a batch as a whole. A failure leaves everything as it is but its own fetch row and what it refused.

    Returns the status that each outcome came to, None for a failure: what GitHub calls fine may be somebody else's
    repository (`replaced`), what is missing once more may be `gone`.
    """
    if not outcomes:
        return []
    statuses: list[str | None] = []
    with transaction(connection):
        if writing.origin == "live" and any(outcome.status is not None for outcome in outcomes):
            forget_recorded_money(connection)
        for outcome in outcomes:
            if outcome.unfinished and outcome.status is None:
                statuses.append(None)
                continue
            repository_id = _write_record(connection, source, outcome, writing)
            statuses.append(_status(connection, source, outcome, repository_id))
            if outcome.status is not None:
                _write_answered(connection, source, outcome, repository_id, writing, max_age, statuses[-1])
            else:
                _write_failed(connection, source, outcome, repository_id, writing)
            if statuses[-1] != "replaced":
                name = _subject_name(connection, outcome, repository_id)
                write_refused(connection, source, name, outcome, now=to_text(writing.now))
            if outcome.validator is not None:
                keep_validator(connection, outcome.validator)
    return statuses


def _write_record(connection: sqlite3.Connection, source: str, outcome: Outcome, writing: Writing) -> int | None:
    """Store what was answered; returns our key of the repository that the subject turned out to be."""
    now = writing.seen_at
    if isinstance(outcome.record, Owner):
        write_owner(connection, source, outcome.record, origin=writing.origin, now=now, day=writing.day)
        return None
    if isinstance(outcome.record, OwnerRepositories):
        write_owner_repositories(connection, outcome.record, day=writing.day)
        return None
    if isinstance(outcome.record, Organization):
        write_organization(connection, source, outcome.subject, outcome.record, now=now)
        return None
    if isinstance(outcome.record, Rates):
        write_rates(connection, source, outcome.record, now=now)
        return None
    repository_id = outcome.subject.repository_id
    if repository_id is None or outcome.status is None:
        return repository_id
    if isinstance(outcome.record, Manifest | NoManifest):
        write_manifest(
            connection, source, repository_id, outcome.record, origin=writing.origin, now=now, day=writing.day
        )
        return repository_id
    if isinstance(outcome.record, StarHistory):
        write_star_weeks(connection, repository_id, outcome.record)
        return repository_id
    if isinstance(outcome.record, CommitWeeks):
        write_commit_weeks(connection, repository_id, outcome.record)
        return repository_id
    if isinstance(outcome.record, OlderReleases):
        write_older_releases(connection, repository_id, outcome.record, now=now)
        return repository_id
    if source == "scorecard":
        rating = outcome.record if isinstance(outcome.record, Scorecard) else None
        write_scorecard(connection, repository_id, rating, origin=writing.origin, now=now)
        return repository_id
    if outcome.observation is not None:
        write_second_hand(
            connection, source, outcome, outcome.observation, origin=writing.origin, now=now, day=writing.day
        )
        return repository_id
    if source == "github":
        return write_answer(connection, repository_id, outcome, origin=writing.origin, now=now, day=writing.day)
    if isinstance(outcome.record, Repository):
        write_facts(connection, repository_id, outcome.record, day=writing.day)
    return repository_id


def _status(connection: sqlite3.Connection, source: str, outcome: Outcome, repository_id: int | None) -> str | None:
    if outcome.status is None or source != "github":
        return outcome.status
    row = connection.execute("SELECT status FROM repositories WHERE id = ?", [repository_id]).fetchone()
    return str(row["status"])


def _write_answered(
    connection: sqlite3.Connection,
    source: str,
    outcome: Outcome,
    repository_id: int | None,
    writing: Writing,
    max_age: timedelta | None,
    status: str | None,
) -> None:
    """An answer is fresh for its source's age; a partial one is due again at once.

    It is dated within the run's day, as all that it tells is; how long it is fresh goes by the clock.
    """
    partial = outcome.error is not None
    now = to_text(writing.now)
    is_whole = not (partial or outcome.unfinished)
    fresh_until = to_text(writing.now + (max_age or NOT_KNOWN_AGE))
    # Dated further ahead it would count as an answer from the future, and be asked for again and again.
    fetched_at = writing.seen_at if writing.seen_at <= fresh_until else now
    if not is_whole:
        fresh_until = fetched_at
    if max_age is None and outcome.status == "ok" and is_whole:
        fresh_until = FOREVER
    connection.execute(
        """
        INSERT INTO fetches (source, subject, repository_id, origin, fetched_at, fresh_until, status, attempts,
          attempted_at, error, answered_for_oid, failing_since)
        VALUES (:source, :subject, :repository_id, :origin, :fetched_at, :fresh_until, :status, 1, :now, :error, (
          SELECT latest_commit_oid FROM repositories WHERE id = :repository_id), iif(:error IS NULL, NULL, :now))
        ON CONFLICT (source, subject) DO UPDATE SET repository_id = excluded.repository_id, origin = excluded.origin,
          fetched_at = excluded.fetched_at, fresh_until = excluded.fresh_until, status = excluded.status, attempts = 1,
          attempted_at = excluded.attempted_at, error = excluded.error, answered_for_oid = excluded.answered_for_oid,
          failing_since = iif(excluded.error IS NULL, NULL, coalesce(fetches.failing_since, :now)), next_try_at = NULL
        """,
        {
            "source": source,
            "subject": _subject_name(connection, outcome, repository_id),
            "repository_id": repository_id,
            "origin": writing.origin,
            "now": now,
            "fetched_at": fetched_at,
            "fresh_until": fresh_until,
            "status": "partial" if partial else status,
            "error": outcome.error,
        },
    )
    if writing.origin == "live" and repository_id is not None:
        for name in _answered(source, outcome, status):
            note_answer(connection, name, repository_id, writing.day)


def _answered(source: str, outcome: Outcome, status: str | None) -> Iterator[str]:
    """What the answer is kept as in `answered_days`."""
    if source in {"github", "contributors"}:
        yield source
    has_figures = isinstance(outcome.record, Repository) or outcome.unchanged
    if source == "github" and has_figures and status != "replaced":
        yield "figures"


def _write_failed(
    connection: sqlite3.Connection, source: str, outcome: Outcome, repository_id: int | None, writing: Writing
) -> None:
    """Of the fetch only the error changes: what was known, and how long it counts as fresh, stays."""
    connection.execute(
        """
        INSERT INTO fetches (source, subject, repository_id, origin, status, attempts, attempted_at, error,
          failing_since)
        VALUES (:source, :subject, :repository_id, :origin, 'failed', 1, :now, :error, :now)
        ON CONFLICT (source, subject) DO UPDATE SET status = 'failed', error = excluded.error,
          attempts = CASE fetches.status WHEN 'failed' THEN fetches.attempts + 1 ELSE 1 END,
          attempted_at = excluded.attempted_at, failing_since = coalesce(fetches.failing_since, :now)
        """,
        {
            "source": source,
            "subject": _subject_name(connection, outcome, repository_id),
            "repository_id": repository_id,
            "origin": writing.origin,
            "now": to_text(writing.now),
            "error": outcome.error or "no answer",
        },
    )
    _back_off(connection, source, _subject_name(connection, outcome, repository_id), writing)


def _back_off(connection: sqlite3.Connection, source: str, subject: str, writing: Writing) -> None:
    """What fails again and again is tried in the next refresh three times, and then after ever longer pauses."""
    row = connection.execute(
        "SELECT attempts FROM fetches WHERE source = ? AND subject = ?", [source, subject]
    ).fetchone()
    over = row["attempts"] - FREE_ATTEMPTS
    if over > 0:
        pause = min(LONGEST_PAUSE, timedelta(hours=2 ** min(over - 1, 10)))
        connection.execute(
            "UPDATE fetches SET next_try_at = ? WHERE source = ? AND subject = ?",
            [to_text(writing.now + pause), source, subject],
        )


def _subject_name(connection: sqlite3.Connection, outcome: Outcome, repository_id: int | None) -> str:
    """The repository's present name, so that a renamed subject keeps one row.

    A replaced repository whose name another one of the list has now goes by the name and GitHub's id.
    """
    if repository_id is None:
        return outcome.subject.name
    row = connection.execute(
        """
        SELECT name_with_owner || CASE
          WHEN status = 'replaced' AND EXISTS (
            SELECT 1 FROM repositories x WHERE x.name_with_owner = r.name_with_owner AND x.id <> r.id
          ) THEN '#' || database_id
          ELSE ''
        END
        FROM repositories r WHERE id = ?
        """,
        [repository_id],
    ).fetchone()
    return str(row[0])
