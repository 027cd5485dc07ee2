"""What every source offers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Literal, Protocol

from msgspec import Struct

from crawler.fetch.engine import Engine
from crawler.model import Outcome, Subject

HOUR = timedelta(hours=1)
DAILY = timedelta(days=1) - 2 * HOUR
"""A little less than a day, so that a daily cron job that starts a minute early still refreshes."""
WEEKLY = timedelta(days=7) - 2 * HOUR


MONTHLY = timedelta(days=30) - 2 * HOUR

SubjectKind = Literal["repository", "owner", "project_org", "organization", "rates"]
"""`owner`: who owns repositories that have an answer; `project_org`: accounts that the list names as a whole."""
Stage = Literal[0, 1, 2]
Api = Literal["graphql", "rest", "other"]


class Cost(Struct, frozen=True, kw_only=True):
    """What asking costs: points by the two readings of GitHub's rule, seconds by what batches take in the field."""

    requests: int = 0
    points_low: int = 0
    points_high: int = 0
    rest_counted: int = 0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(**{field: getattr(self, field) + getattr(other, field) for field in self.__struct_fields__})

    def __mul__(self, times: int) -> Cost:
        return Cost(**{field: getattr(self, field) * times for field in self.__struct_fields__})


class Source(Protocol):
    """One upstream's answer to one kind of question.

    `max_age` is how long an answer stays fresh; None: once answered, it never changes.
    """

    name: str
    max_age: timedelta | None
    subject_kind: SubjectKind
    identifier: str
    """By which field of `organization_facts` it is asked about organisations; "" for other kinds of subjects."""
    stage: Stage
    """What it is asked about depends on what sources of a lower stage answer."""
    api: Api
    """`other`: not GitHub's API; its failures never change the exit code."""
    is_second_hand: bool
    """Asked only where GitHub is asked without a token, about what that left open."""
    yields_to: frozenset[str]
    """Sources whose figures make this one's needless."""

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """What it would cost to ask about the subjects, if nothing has to be asked twice."""

    def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time. Raises Stop when the host must not be asked any more in this run."""
