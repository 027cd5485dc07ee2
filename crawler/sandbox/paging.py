"""Pages of a list in GitHub's form, with opaque cursors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError


def page(items: Sequence[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The slice of a list that `first`/`after` or `last`/`before` ask for, as a connection."""
    start = _offset(arguments["after"]) if arguments.get("after") else 0
    end = _offset(arguments["before"]) - 1 if arguments.get("before") else len(items)
    if arguments.get("first"):
        end = min(end, start + arguments["first"])
    elif arguments.get("last"):
        start = max(start, end - arguments["last"])
    numbered = list(enumerate(items))[start:end]
    return {
        "nodes": [item for _, item in numbered],
        "edges": [{"cursor": _cursor(at), "node": item} for at, item in numbered],
        "totalCount": len(items),
        "pageInfo": {
            "startCursor": _cursor(numbered[0][0]) if numbered else None,
            "endCursor": _cursor(numbered[-1][0]) if numbered else None,
            "hasPreviousPage": bool(numbered) and numbered[0][0] > 0,
            "hasNextPage": bool(numbered) and numbered[-1][0] < len(items) - 1,
        },
    }


def _cursor(index: int) -> str:
    return base64.b64encode(f"cursor:{index + 1}".encode()).decode()


def _offset(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"cursor:"))
    except (binascii.Error, ValueError):
        raise failure(f"`{cursor}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None


def counted(count: int | None) -> dict[str, int] | None:
    """A connection of which only the number is held; None: not even that."""
    return None if count is None else {"totalCount": count}


def failure(message: str, type_: str) -> GraphQLError:
    """An error with one of GitHub's types."""
    return GraphQLError(message, extensions={"type": type_})
