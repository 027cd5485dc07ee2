"""What the questions about subjects with nothing heavy in them share."""

from __future__ import annotations

from crawler.model import Outcome, Subject


class SingleQuestion:
    """Each subject stands for itself: nothing of it can be left out, and a failure may pass."""

    def lighter(self, item: Subject) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Subject, error: str) -> Outcome:
        """The outcome of a subject that got no answer."""
        return Outcome(subject=item, error=error, passing=True)

    def place(self, item: Subject) -> str:
        """The repository or account."""
        return item.name

    def refused(self, item: Subject, reason: str) -> Outcome:
        """Only GraphQL knows."""
        return Outcome(subject=item, error=reason, refused=True)
