"""Reads JSON values of GitHub's answers: what is missing, null or of another type is None, never a guess."""

from __future__ import annotations

from typing import Any

from crawler.clock import from_text, to_text
from crawler.fetch.answers import GraphQLAnswer, GraphQLError


def dig(node: Any, *keys: str) -> Any:
    """The value under the keys, None where one of them is missing or null."""
    for key in keys:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def integer(value: Any) -> int | None:
    """A whole number, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: Any) -> str | None:
    """A text that is not empty, without characters that no database or file should get, else None."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip() or None


def flag(value: Any) -> bool | None:
    """True or false, else None."""
    return value if isinstance(value, bool) else None


def moment(value: Any) -> str | None:
    """A time as ISO 8601 UTC text, else None."""
    if not isinstance(value, str):
        return None
    try:
        return to_text(from_text(value))
    except ValueError:
        return None


def entries(node: Any, *keys: str) -> list[dict[str, Any]] | None:
    """The objects of a list, None where there is no list. GitHub puts null in the place of what it hides."""
    values = dig(node, *keys)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else None


def errors_of(answer: GraphQLAnswer, *path: str | int) -> list[GraphQLError]:
    """The errors at or below a place of the answer."""
    return [error for error in answer.errors if error.path[: len(path)] == path]
