"""A review as Markdown for the comment of a pull request: nothing in it calls a person, links by itself or is HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from crawler.listed import Finding
from crawler.news.markdown_text import escaped, linked
from crawler.review.judging import Judged
from crawler.review.model import Review
from crawler.review.words import COLUMNS, MARKS, cells, change_words, summary

MOST_CHARACTERS = 64_000
"""Of a comment GitHub takes 65,536; the rest is for a mark and the address of the whole."""
MOST_BYTES = 1_000_000
"""Of the summary of a job GitHub takes a mebibyte."""
_LONGEST = 300
"""Characters of a text that somebody wrote; what is longer is cut."""


def as_markdown(review: Review) -> str:
    """The whole review, for the summary of a job."""
    return _fitted(review, MOST_BYTES, lambda text: len(text.encode()), "the summary of a job")


def as_comment(review: Review) -> str:
    """The review for a comment: where all is too long, each section keeps its part of the room."""
    return _fitted(review, MOST_CHARACTERS, len, "a comment")


class _Section(Struct, frozen=True):
    """A heading, with what belongs above the entries, and the entries; every one is a line."""

    head: list[str]
    entries: list[str]


def _fitted(review: Review, most: int, size: Callable[[str], int], place: str) -> str:
    """At most `most` characters or bytes, by `size`."""
    lines = ["### Changes of the list", "", f"{_shown(review.path)}: {summary(review)}."]
    sections = list(_sections(review))
    needed = [sum(size(line) + 1 for line in (*one.head, *one.entries)) for one in sections]
    end = ["", f"… the rest is too long for {place}: `crawler review` prints all of it."]
    # A hundred for each "… and so many more".
    room = most - sum(size(line) + 1 for line in (*lines, *end)) - 100 * len(sections)
    rooms = _shared(needed, room)
    for section, given in zip(sections, rooms, strict=True):
        lines += _cut(section, given, size)
    if rooms != needed:
        lines += end
    return "\n".join(lines) + "\n"


def _shared(needed: list[int], room: int) -> list[int]:
    """What each gets: all that it needs where that is no more than an equal part of what the smaller ones leave."""
    given = [0] * len(needed)
    for left, at in zip(range(len(needed), 0, -1), sorted(range(len(needed)), key=needed.__getitem__), strict=True):
        given[at] = min(needed[at], max(room, 0) // left)
        room -= given[at]
    return given


def _cut(section: _Section, room: int, size: Callable[[str], int]) -> Iterator[str]:
    yield from section.head
    room -= sum(size(line) + 1 for line in section.head)
    for number, line in enumerate(section.entries):
        room -= size(line) + 1
        if room < 0:
            yield from ("", f"… and {len(section.entries) - number:,} more.")
            return
        yield line


def _sections(review: Review) -> Iterator[_Section]:
    yield from _findings("Faults", review.faults)
    yield from _remarks("To mend", review, {"error"})
    yield from _remarks("Worth a look", review, {"unknown", "note"})
    yield from _facts(review)
    yield from _listed("Changed", (_change(one) for one in review.judged if one.change))
    removed = review.comparison.removed if review.comparison else ()
    yield from _listed("Removed", (f"{_shown(one.project.name)} ({_shown(one.place)})" for one in removed))
    yield from _findings("New notices", review.notices)


def _facts(review: Review) -> Iterator[_Section]:
    rows = [
        (one, repository.name_with_owner, facts)
        for one in review.judged
        for repository, facts in zip(one.repositories, one.facts, strict=True)
    ]
    bare = [one for one in review.judged if one.change is None and not one.repositories]
    if not rows and not bare:
        return
    head = ["", "#### Facts", ""]
    head.append(f"| Entry | Repository | {' | '.join(name for name, _ in COLUMNS)} |")
    head.append(f"| --- | --- | {' | '.join('---:' if is_number else '---' for _, is_number in COLUMNS)} |")
    entries = [
        f"| {_entry(one)} | {linked(name, f'https://github.com/{name}')} | {' | '.join(map(_shown, cells(facts)))} |"
        for one, name, facts in rows
    ]
    entries += (f"| {_entry(one)} |{' – |' * (len(COLUMNS) + 1)}" for one in bare)
    yield _Section(head, entries)


def _remarks(title: str, review: Review, severities: set[str]) -> Iterator[_Section]:
    return _listed(
        title,
        (
            f"{_entry(one)}: {_shown(remark.text)}" + (f" ({MARKS['unknown']})" if remark.severity == "unknown" else "")
            for one in review.judged
            for remark in one.remarks
            if remark.severity in severities
        ),
    )


def _findings(title: str, findings: Iterable[Finding]) -> Iterator[_Section]:
    return _listed(title, (_shown(str(finding)) for finding in findings))


def _listed(title: str, entries: Iterable[str]) -> Iterator[_Section]:
    lines = [f"- {entry}" for entry in entries]
    if lines:
        yield _Section(["", f"#### {title}", ""], lines)


def _change(one: Judged) -> str:
    told = change_words(one.change) if one.change else []
    return f"{_entry(one)}: {'; '.join(_shown(words) for words in told)}"


def _entry(one: Judged) -> str:
    return f"**{_shown(one.entry.project.name)}**"


def _shown(text: str) -> str:
    return escaped(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
