"""A whole review: how the list reads, what changed, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from crawler.listed import Finding
from crawler.review.comparing import Comparison
from crawler.review.judging import Judged, Severity

FINE, TO_MEND, NOT_ALL_KNOWN = 0, 2, 3

_LINE = re.compile(r" \(line \d+\)")


class Review(Struct, frozen=True, kw_only=True):
    """What is said of a list; `comparison` is None where it has faults, as then nothing can be compared."""

    path: str
    faults: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()
    """Those that the list before did not have."""
    comparison: Comparison | None = None
    judged: tuple[Judged, ...] = ()

    @property
    def exit_code(self) -> int:
        """2 where something has to be mended, else 3 where facts could not be had, else 0."""
        if self.faults or self.number("error"):
            return TO_MEND
        return NOT_ALL_KNOWN if self.number("unknown") else FINE

    def number(self, severity: Severity) -> int:
        """How many remarks there are of a kind."""
        return sum(remark.severity == severity for one in self.judged for remark in one.remarks)


def new_notices(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """The notices that say something else than any did before; lines that moved make none new."""
    known = {_said(finding) for finding in before}
    return tuple(one for one in after if one.severity == "notice" and _said(one) not in known)


def _said(finding: Finding) -> tuple[str, str]:
    return finding.where, _LINE.sub("", finding.problem)
