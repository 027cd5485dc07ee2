"""What is said about a seeds file: faults and notices, gathered while it is read."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from crawler.listed import Finding, Severity
from crawler.seeds.account import Account

MAX_FINDINGS = 10_000
"""Faults, and as many notices, that are kept of one file; of the rest only the number is told."""
MAX_COMPARISONS = 100_000
"""Words that are compared to find what a misspelt one means; after so many in one file there are no more guesses."""

# Comparing two words takes time by the product of their lengths.
_MAX_WORD = 80
_CREDENTIALS = re.compile(r"//[^/?#@\s]*@")


class Findings:
    """The findings of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.account = Account()
        """Of another tool's list: what of it is no item of the tree."""
        self._kept: dict[Severity, list[Finding]] = {"fault": [], "notice": []}
        self._comparisons = 0
        self._guesses: dict[tuple[str, int], tuple[Collection[str], str | None]] = {}
        self._left_out: dict[Severity, int] = {"fault": 0, "notice": 0}

    def fault(self, node: Any, where: str, problem: str, cure: str) -> None:
        """Note what makes the list ambiguous or unreadable, at a node or event of the parser (None: the whole file)."""
        self._add("fault", node, where, problem, cure)

    def notice(self, node: Any, where: str, problem: str, cure: str) -> Finding:
        """Note what is odd and yet clear, at a node or event of the parser (None: the whole file)."""
        return self._add("notice", node, where, problem, cure)

    def not_read(self, node: Any, where: str, problem: str, cure: str, *, addresses: int = 0) -> None:
        """Note that an entry of another tool's list is left out, and so many repository addresses with it."""
        self.account.leave_out(self.notice(node, where, problem, cure), addresses)

    def did_you_mean(self, word: str, known: Collection[str], otherwise: str) -> str:
        """A cure: the known word that a misspelt one stands for, or `otherwise` where none is near."""
        # Lists repeat their slips. The collection is kept beside its guess, so that its id stays its own.
        key = (word, id(known))
        if key not in self._guesses:
            self._comparisons += len(known)
            if self._comparisons > MAX_COMPARISONS:
                return otherwise
            self._guesses[key] = (known, _nearest(word, known))
        _, guess = self._guesses[key]
        return f"did you mean {guess}?" if guess else otherwise

    def fault_at(self, line: int, column: int, problem: str, cure: str) -> None:
        """Note a fault at a position that is no node's; both numbers from 1, or 0 for the whole file."""
        self._add_at("fault", line, column, "", problem, cure)

    @property
    def faults(self) -> int:
        """How many faults there are so far."""
        return len(self._kept["fault"])

    def in_order(self) -> list[Finding]:
        """All of them by line and column."""
        findings = [finding for kept in self._kept.values() for finding in kept]
        findings.sort(key=lambda finding: (finding.line, finding.column))
        for severity, number in self._left_out.items():
            if number:
                problem = f"{number:,} more {severity}s are not shown"
                findings.append(Finding(self.path, 0, 0, "", problem, "mend the ones that are shown first", severity))
        return findings

    def _add(self, severity: Severity, node: Any, where: str, problem: str, cure: str) -> Finding:
        line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (0, 0)
        return self._add_at(severity, line, column, where, problem, cure)

    def _add_at(self, severity: Severity, line: int, column: int, where: str, problem: str, cure: str) -> Finding:
        finding = Finding(self.path, line, column, where, problem, cure, severity)
        if len(self._kept[severity]) >= MAX_FINDINGS:
            self._left_out[severity] += 1
        else:
            self._kept[severity].append(finding)
        return finding


def short(text: str, length: int = 80) -> str:
    """The text in one line of bearable length, for a message; credentials in an address are left out."""
    line = _CREDENTIALS.sub("//", " ".join(text[: 10 * length].split()))
    if not line.isprintable():
        # Such as the codes that colour a terminal.
        line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _nearest(word: str, known: Collection[str]) -> str | None:
    # Imported where it is needed: most files have no slip, and the command is to start fast.
    from difflib import get_close_matches

    small = word.lower()
    by_small = {name.lower(): name for name in known if len(name) <= _MAX_WORD}
    near = get_close_matches(small, by_small, n=1, cutoff=0.7) if len(word) <= _MAX_WORD else []
    if near:
        return by_small[near[0]]
    return next((name for one, name in by_small.items() if one.startswith(f"{small}_")), None)
