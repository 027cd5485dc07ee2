"""What another tool's list holds beside the items of its tree, so that an import can account for all of it."""

from __future__ import annotations

from msgspec import Struct

from crawler.listed import Finding

MAX_NAMED = 10_000
"""So many entries that could not be read are named; of the rest only the number is told."""


class NotRead(Struct, frozen=True):
    """An entry that could not be read, and how many repository addresses went with it."""

    finding: Finding
    addresses: int


class ReadAsOne(Struct, frozen=True, kw_only=True):
    """An entry that was read as one with an earlier one. Lines count from 1."""

    finding: Finding
    name: str
    into: str
    into_line: int
    addresses: int
    """Of repositories that the earlier entry has, too."""
    differing: tuple[str, ...]
    """Keys of which the earlier entry keeps its own value."""


class Account:
    """Of one list; each entry is in its tree, merged into another one, or not read."""

    def __init__(self) -> None:
        self.not_read: list[NotRead] = []
        self.merged: list[ReadAsOne] = []
        self.items_not_read = 0
        self.addresses_not_read = 0

    def leave_out(self, finding: Finding, addresses: int) -> None:
        """Count an entry that could not be read."""
        self.items_not_read += 1
        self.addresses_not_read += addresses
        if len(self.not_read) < MAX_NAMED:
            self.not_read.append(NotRead(finding, addresses))

    def says(self) -> set[int]:
        """The ids of the findings that it repeats."""
        findings = [one.finding for one in self.not_read] + [one.finding for one in self.merged]
        return {id(finding) for finding in findings}
