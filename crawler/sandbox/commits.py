"""Commits and their history, paged with GitHub's cursors: `<head commit> <offset>`."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLResolveInfo

from crawler.sandbox.paging import failure
from crawler.sandbox.world import Commit, Repository, Tag, World

if TYPE_CHECKING:
    Info = GraphQLResolveInfo[Any]

_CURSOR = re.compile(r"([0-9a-f]{40}) (\d+)")


class HistoryCommit:
    """A commit that knows its repository, for its address and its history."""

    __slots__ = ("commit", "repository")

    def __init__(self, repository: Repository, commit: Commit) -> None:
        self.repository = repository
        self.commit = commit


def _day(timestamp: str | None) -> date | None:
    """The day of a GitTimestamp: ISO 8601 with time and offset."""
    if timestamp is None:
        return None
    try:
        moment = datetime.fromisoformat(timestamp)
        if moment.tzinfo is None:
            raise ValueError("no offset")
    except ValueError:
        raise GraphQLError(f"`{timestamp}` is not a valid GitTimestamp") from None
    return moment.date()


def history(commit: HistoryCommit, _info: Info, **arguments: Any) -> dict[str, Any]:
    """The commits up to this one, newest first; a cursor may start at the present head or at a former one.

    `since` and `until` are taken as days and count whole weeks, which is how the world holds them.
    """
    repository, since, until = commit.repository, _day(arguments.get("since")), _day(arguments.get("until"))
    head, start, total = commit.commit.oid, 0, repository.commit_count
    if since or until:
        total = repository.commits_between(since, until)
    if arguments.get("after"):
        match = _CURSOR.fullmatch(arguments["after"])
        count = match and (total if match[1] == head else repository.older_heads.get(match[1]))
        if not match or count is None:
            raise failure(f"`{arguments['after']}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS")
        start = int(match[2]) + 1 + (total - count)
    size = arguments.get("first") or 0
    held = min(total, repository.commit_count)
    within = range(start, max(start, min(start + size, held)))
    shown = [at for at in within if not since or repository.commit(at).committed_at >= since.isoformat()]
    return {
        "totalCount": total,
        "nodes": [HistoryCommit(repository, repository.commit(index)) for index in shown],
        "pageInfo": {
            "startCursor": f"{head} {shown[0]}" if shown else None,
            "endCursor": f"{head} {shown[-1]}" if shown else None,
            "hasPreviousPage": start > 0,
            "hasNextPage": bool(shown) and shown[-1] < held - 1,
        },
    }


def authored(commit: HistoryCommit, info: Info) -> str | None:
    """Made-up commits are committed as soon as they are written; of recorded ones it is not known."""
    world: World = info.context[0]
    return None if world.recorded else commit.commit.committed_at


def tag_target(tag: Tag, _info: Info) -> HistoryCommit:
    """The commit that an annotated tag points at."""
    return HistoryCommit(Repository("", ""), tag.commit)
