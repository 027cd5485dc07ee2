"""A review as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.printable import plain
from crawler.review.judging import Judged
from crawler.review.model import Review
from crawler.review.words import COLUMNS, MARKS, cells, change_words, summary


def as_text(review: Review) -> str:
    """The whole review; faults and notices begin with file and line, so that editors find the place."""
    return "".join(f"{plain(line)}\n" for line in _lines(review))


def _lines(review: Review) -> Iterator[str]:
    yield from map(str, review.faults)
    for one in review.judged:
        yield from _of_entry(one)
    for entry in review.comparison.removed if review.comparison else ():
        yield f"REMOVED {entry.project.name} ({entry.place})"
    yield from (f"notice: {finding}" for finding in review.notices)
    yield f"{review.path}: {summary(review)}"


def _of_entry(one: Judged) -> Iterator[str]:
    project = one.entry.project
    yield f"{'CHANGED' if one.change else 'NEW'} {project.name} ({one.entry.place}), line {project.line}"
    yield from (f"  {words}" for words in (change_words(one.change) if one.change else ()))
    for repository, facts in zip(one.repositories, one.facts, strict=True):
        told = (f"{name.lower()} {cell}" for (name, _), cell in zip(COLUMNS, cells(facts), strict=True))
        yield f"  {repository.name_with_owner}: {' · '.join(told)}"
    yield from (f"  {MARKS[remark.severity].upper()}: {remark.text}" for remark in one.remarks)
