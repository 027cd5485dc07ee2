"""The report of `crawler import`, in lines for people: complete, so that each number can be checked."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.cli.tables import plain
from crawler.importing.lists.report import Report
from crawler.importing.lists.walking import Count

_LAYOUTS = {
    "unchanged": "the text is the one that was read, byte for byte",
    "edited": "the text is the one that was read, but for what is told below",
    "new": "the text is written anew, without the comments and the layout of what was read",
}
_UNREAD = {
    "key": "unknown key",
    "elsewhere": "not on GitHub",
    "account": "an account, no repository ('project_org:' reads all of its repositories)",
    "no address": "no web address",
}


def told(report: Report) -> Iterator[str]:
    """The lines: what was read, written, merged and could not be read, each number with what makes it up below."""
    for one in report.read:
        yield f"read: {plain(one.path)} ({one.form}): {_count(one.count)}"
    github = f"{report.repositories:,} different {_word(report.repositories, 'repository', 'repositories')} of GitHub's"
    yield f"written: {_count(report.written)}; {github}"
    yield f"  {_LAYOUTS[report.layout]}"
    yield f"merged: {_count(report.merged)}"
    for merged in report.merged_items:
        differing = f"; it keeps its own {', '.join(merged.differing)}" if merged.differing else ""
        yield plain(f"  {merged.place}: {merged.name} into {merged.into} ({merged.into_place}){differing}")
    yield f"could not be read: {_count(report.could_not_read)}"
    for left in report.left_out:
        name = f"{left.name}: " if left.name else ""
        yield plain(f"  {left.place}: {name}{left.what}: {left.reason}")
    if report.renamed:
        yield f"renamed: {_many(len(report.renamed), 'name')}"
    for named in report.renamed:
        yield plain(f"  {named.place}: {named.name} is written as {named.written}")
    if report.homepages:
        yield f"homepage_url is the repository's address, where none was named: {_many(report.homepages, 'item')}"
    if report.unread:
        yield f"kept, but not read: {_many(len(report.unread), 'entry', 'entries')}"
    for unread in report.unread:
        times = f", {unread.times:,} times" if unread.times > 1 else ""
        yield plain(f"  {unread.place}: {_UNREAD[unread.what]}: {unread.text}{times}")
    if report.generated:
        yield f"cut out, because a tool generates it: {_many(sum(report.generated.values()), 'key')}"
    for key, number in sorted(report.generated.items()):
        yield plain(f"  {key}, {number:,} {_word(number, 'time', 'times')}")
    for notice in report.notices:
        yield f"notice: {plain(notice)}"


def _count(count: Count) -> str:
    return ", ".join(
        (
            _many(count.items, "item"),
            _many(count.categories, "category", "categories"),
            _many(count.subcategories, "subcategory", "subcategories"),
            _many(count.addresses, "repository address", "repository addresses"),
        )
    )


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {_word(number, one, several or f'{one}s')}"


def _word(number: int, one: str, several: str) -> str:
    return one if number == 1 else several
