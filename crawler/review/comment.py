"""A review as Markdown for the comment of a pull request: nothing in it calls a person, links by itself or is HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.listed import Finding
from crawler.news.markdown_text import escaped, linked
from crawler.review.judging import Judged
from crawler.review.model import Review
from crawler.review.words import COLUMNS, MARKS, cells, change_words, summary

MOST_BYTES = 60_000
"""GitHub takes comments of 65,536 characters."""
_LONGEST = 300
"""Characters of a text that somebody wrote; what is longer is cut."""


def as_markdown(review: Review) -> str:
    """The whole review, cut where it would be too long for a comment."""
    lines: list[str] = []
    room = MOST_BYTES
    for line in _lines(review):
        room -= len(line.encode()) + 1
        if room < 0:
            lines += ["", "… the rest is too long for a comment: `crawler review` prints all of it."]
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _lines(review: Review) -> Iterator[str]:
    yield "### Changes of the list"
    yield ""
    yield f"{_shown(review.path)}: {summary(review)}."
    yield from _findings("Faults", review.faults)
    yield from _remarks("To mend", review, {"error"})
    yield from _remarks("Worth a look", review, {"unknown", "note"})
    yield from _facts(review)
    yield from _listed("Changed", (_change(one) for one in review.judged if one.change))
    removed = review.comparison.removed if review.comparison else ()
    yield from _listed("Removed", (f"{_shown(one.project.name)} ({_shown(one.place)})" for one in removed))
    yield from _findings("New notices", review.notices)


def _facts(review: Review) -> Iterator[str]:
    rows = [
        (one, repository.name_with_owner, facts)
        for one in review.judged
        for repository, facts in zip(one.repositories, one.facts, strict=True)
    ]
    bare = [one for one in review.judged if one.change is None and not one.repositories]
    if not rows and not bare:
        return
    yield from ("", "#### Facts", "")
    yield f"| Entry | Repository | {' | '.join(name for name, _ in COLUMNS)} |"
    yield f"| --- | --- | {' | '.join('---:' if is_number else '---' for _, is_number in COLUMNS)} |"
    for one, name, facts in rows:
        told = (_shown(cell) for cell in cells(facts))
        yield f"| {_entry(one)} | {linked(name, f'https://github.com/{name}')} | {' | '.join(told)} |"
    for one in bare:
        yield f"| {_entry(one)} |{' – |' * (len(COLUMNS) + 1)}"


def _remarks(title: str, review: Review, severities: set[str]) -> Iterator[str]:
    return _listed(
        title,
        (
            f"{_entry(one)}: {_shown(remark.text)}" + (f" ({MARKS['unknown']})" if remark.severity == "unknown" else "")
            for one in review.judged
            for remark in one.remarks
            if remark.severity in severities
        ),
    )


def _findings(title: str, findings: Iterable[Finding]) -> Iterator[str]:
    return _listed(title, (_shown(str(finding)) for finding in findings))


def _listed(title: str, entries: Iterable[str]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        if not number:
            yield from ("", f"#### {title}", "")
        yield f"- {entry}"


def _change(one: Judged) -> str:
    told = change_words(one.change) if one.change else []
    return f"{_entry(one)}: {'; '.join(_shown(words) for words in told)}"


def _entry(one: Judged) -> str:
    return f"**{_shown(one.entry.project.name)}**"


def _shown(text: str) -> str:
    return escaped(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
