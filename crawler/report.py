"""How a run went: what each source was asked, what it brought, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from crawler.model import Outcome, Subject
from crawler.spending import Counts
from crawler.store.expansion import LeftOut

DONE, IN_PART, NOTHING, INTERRUPTED = 0, 3, 4, 130
MOST_LEFT_OUT = 8
"""So many projects are named of which a cap leaves repositories out."""
OUTCOMES = {DONE: "done", IN_PART: "in part", NOTHING: "nothing fetched"}


class Result(Struct, frozen=True):
    """What became of one subject."""

    name: str
    status: str | None
    error: str | None
    refused: bool
    refused_values: int
    unfinished: bool = False


class SourceReport(Struct, kw_only=True):
    """How one source fared: subjects asked for, answers by status, failures and what was left unasked."""

    source: str
    due: int
    is_github: bool = True
    """Whether it asks GitHub's API: the exit code looks at no other."""
    is_second_hand: bool = False
    counts: Counts = field(default_factory=Counts)
    results: dict[int | str, Result] = field(default_factory=dict)
    """The last word on each subject."""
    waiting: int = 0
    """Subjects that fail again and again and are left alone for a while."""
    stopped: str | None = None

    def tell(self, outcomes: Sequence[Outcome], statuses: Sequence[str | None]) -> None:
        """Take in a batch with the statuses that it came to; of two outcomes of a subject the later one counts."""
        for one, status in zip(outcomes, statuses, strict=True):
            name, refused_values = one.subject.name, len(one.refused_values)
            self.results[key_of(one.subject)] = Result(
                name, status, one.error, one.refused, refused_values, one.unfinished
            )

    @property
    def answers(self) -> Counter[str]:
        """Definite answers by status, partial ones included."""
        return Counter(result.status for result in self.results.values() if result.status is not None)

    @property
    def unknown(self) -> list[str]:
        """Subjects of which the answer says nothing."""
        return [result.name for result in self.results.values() if result.status == "unknown"]

    @property
    def missing(self) -> list[str]:
        """Subjects that are not there."""
        return [result.name for result in self.results.values() if result.status == "missing"]

    @property
    def failures(self) -> list[tuple[str, str]]:
        """Subjects without a whole answer, and why."""
        return [(result.name, result.error) for result in self.results.values() if result.error is not None]

    @property
    def partial(self) -> int:
        """Subjects with an answer that lacks some fields."""
        return sum(result.status is not None and result.error is not None for result in self.results.values())

    @property
    def refused(self) -> int:
        """Subjects whose owner lets no token of ours in."""
        return sum(result.refused for result in self.results.values())

    @property
    def refused_values(self) -> int:
        """Values that no figure can be."""
        return sum(result.refused_values for result in self.results.values())

    @property
    def answered(self) -> int:
        """Subjects with a definite answer, partial ones included."""
        return sum(self.answers.values())

    @property
    def unfinished(self) -> int:
        """Subjects that the source leaves to the next run, in part or as a whole: it has a budget of its own."""
        return sum(result.unfinished for result in self.results.values())

    @property
    def failed(self) -> int:
        """Subjects without a whole answer: failed, partial, left alone, or not asked though the run meant to."""
        left = sum(result.unfinished and result.status is None for result in self.results.values())
        return self.due - self.answered - left + self.partial + self.waiting


class Report(Struct, kw_only=True):
    """How a run went. `sources` are in the order in which they were asked; a run that broke off counts as killed."""

    run_id: int
    mode: Literal["live", "sandbox"]
    recorded_on: str | None
    sources: list[SourceReport] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    notices: list[str] = field(default_factory=list)
    """What there is to say of the tokens."""
    second_hand_held: int = 0
    """Repositories with figures at second hand, of this run or a former one, where GitHub was asked without a token."""
    expiring: list[str] = field(default_factory=list)
    """Those of it that nobody may miss: tokens that are about to end."""
    outcome: str = "killed"
    exit_code: int | None = None

    @property
    def answered(self) -> int:
        """Definite answers of all sources."""
        return sum(source.answered for source in self.sources)

    @property
    def failed(self) -> int:
        """Subjects of GitHub's sources without a whole answer."""
        return sum(source.failed for source in self.sources if source.is_github)

    @property
    def second_hand(self) -> dict[str, int]:
        """How many repositories have figures from other hosts, by source; sponsor links are no figures."""
        told = [one for one in self.sources if one.is_second_hand and one.source != "funding_yml"]
        return {one.source: one.answers["ok"] for one in told if one.answers["ok"]}


def key_of(subject: Subject) -> int | str:
    """What stays the same of a subject when its name changes."""
    return subject.repository_id or subject.name


def exit_code_of(report: Report) -> int:
    """Design §4: done, in part, or nothing at all. Where GitHub answers but refuses the token, that is in part."""
    if not (report.failed or report.second_hand or report.second_hand_held):
        return DONE
    answered = any(source.answered or source.refused or source.waiting for source in report.sources if source.is_github)
    return IN_PART if answered or report.second_hand or report.second_hand_held else NOTHING


def left_out_notice(left: Sequence[LeftOut]) -> str | None:
    """What to say of the repositories that a cap on whole accounts leaves out; None: there are none."""
    if not left:
        return None
    told = [f"{one.count:,} of {one.fitting:,} of {one.login} ({one.project_id})" for one in left[:MOST_LEFT_OUT]]
    told += [f"and those of {len(left) - MOST_LEFT_OUT} more projects"] if len(left) > MOST_LEFT_OUT else []
    total = sum(one.count for one in left)
    return f"max of project_org_repositories leaves out {total:,} repositories: {', '.join(told)}"


def summary(report: Report) -> str:
    """How a run went, in one line for a monitor: no name of a subject, but what kept a source from going on."""
    parts = [
        f"{one.source} {one.answered} of {one.due} answered" + (f", stopped: {one.stopped}" if one.stopped else "")
        for one in report.sources
        if one.due
    ]
    return f"{report.outcome} (exit {report.exit_code}): {'; '.join(parts) or 'nothing was due'}"
