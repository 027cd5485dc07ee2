"""Every error of the program, ordered by what to do next.

CrawlerError                  says what is wrong, where, and the cure; knows its exit code
├── UsageFault          (2)   fix the command line, the settings or the database; nothing was fetched
│   └── SeedsFault      (2)   fix the seeds file; carries every finding
├── StoreFailed         (3)   the database failed in the middle: make room, then run again
├── LockHeld           (75)   another refresh is at work: wait for it
└── FetchError                a request brought no figure; the engine decides by class
    ├── RetryLater            transient, its retries used up: keep what is stored, ask in the next run
    ├── TooBig                the same question in smaller batches may pass; never resend it unchanged
    ├── Skip                  this question has no answer here: record why, go on with the others
    │   └── LimitReached      nobody may ask it now, though others may be asked
    └── Stop                  nobody may ask this host any more in this run: limit, budget, deadline
        └── NoToken           no token is left that this question needs; what needs none may still be asked
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.listed import Finding


class CrawlerError(Exception):
    """An expected fault: printed as one message, never as a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}; {self.cure}" if self.cure else self.message


class UsageFault(CrawlerError):
    """Raised for a wrong option, setting or database file, before anything was fetched or written."""

    exit_code = 2


class SeedsFault(UsageFault):
    """Raised when a seeds file is ambiguous or unreadable; `findings` holds all of its faults and notices."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings if finding.severity == "fault"))
        self.findings = tuple(findings)


class StoreFailed(CrawlerError):
    """Raised when the database cannot be written any more, after a part of a refresh was stored."""

    exit_code = 3


class LockHeld(CrawlerError):
    """Raised when another process refreshes the same database."""

    exit_code = 75


class FetchError(CrawlerError):
    """Raised by the engine when a request brought no figure."""


class RetryLater(FetchError):
    """Raised when a transient failure outlived its retries."""


class TooBig(FetchError):
    """Raised when the host found a question too big or too slow.

    `by_chance`: it said so so soon that its size need not be the cause.
    """

    def __init__(self, message: str, *, by_chance: bool = False) -> None:
        super().__init__(message)
        self.by_chance = by_chance


class Skip(FetchError):
    """Raised when a question has no answer and asking again in this run will not bring one.

    `status` is the HTTP status where there was one.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LimitReached(Skip):
    """Raised where all who might ask a question are held by a limit or refused, while other questions go on."""


class Stop(FetchError):
    """Raised when this run must not ask the host any more: limit, budget, deadline or refused token."""


class NoToken(Stop):
    """Raised when a question needs a token, and none was given or all were refused."""
