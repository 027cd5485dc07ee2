"""Reads JSON values of GitHub's answers: what is missing, null or of another type is None, never a guess."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from msgspec import Struct

from crawler.fetch.answers import GraphQLAnswer, GraphQLError, RestAnswer
from crawler.fetch.verdicts import is_policy, is_too_heavy

LOGIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_NAME = re.compile(rf"{LOGIN.pattern}/(?!\.{{1,2}}$)[A-Za-z0-9._-]+")


class Part(Struct, frozen=True):
    """What a GraphQL answer holds in the place of one subject, and the errors at, above and below that place."""

    node: Any
    errors: tuple[GraphQLError, ...]
    is_there: bool
    """False where there is not even null: the answer is not whole."""
    depth: int
    """Length of the place's path."""

    @property
    def is_too_heavy(self) -> bool:
        """Whether a smaller batch may bring what is not here."""
        return any(is_too_heavy(error) for error in self.errors) or not (self.is_there or self.errors)

    @property
    def is_lost(self) -> bool:
        """Whether an error took the place as a whole, so that what stands there is no answer."""
        return any(len(error.path) <= self.depth for error in self.errors)

    @property
    def lost_fields(self) -> set[str]:
        """Keys of the node that an error took."""
        return {str(error.path[self.depth]) for error in self.errors if len(error.path) > self.depth}

    @property
    def refusal(self) -> str:
        """The policy by which the owner keeps who asked out of the place as a whole; "" where there is none."""
        policies = (error.message for error in self.errors if error.type == "FORBIDDEN" and is_policy(error.message))
        return next(policies, "") if self.is_lost else ""

    def has(self, error_type: str) -> bool:
        """Whether one of the errors is of that type."""
        return any(error.type == error_type for error in self.errors)


def parts_by_alias(answer: GraphQLAnswer, count: int) -> list[Part]:
    """The parts of an answer under the aliases `r0`, `r1` …"""
    aliases = [f"r{number}" for number in range(count)]
    return [Part(answer.data.get(alias), _errors_of(answer, alias), alias in answer.data, 1) for alias in aliases]


def parts_by_id(answer: GraphQLAnswer, count: int) -> list[Part]:
    """The parts of an answer in the list `nodes`; in one of another length nobody knows what belongs where."""
    nodes = answer.data.get("nodes")
    if not isinstance(nodes, list) or len(nodes) != count:
        return [Part(None, _errors_of(answer, "nodes", number), False, 2) for number in range(count)]
    return [Part(node, _errors_of(answer, "nodes", number), True, 2) for number, node in enumerate(nodes)]


def _errors_of(answer: GraphQLAnswer, *path: str | int) -> tuple[GraphQLError, ...]:
    """The errors at, above and below a place of the answer."""
    return tuple(
        error for error in answer.errors if error.path[: len(path)] == path or error.path == path[: len(error.path)]
    )


def dig(node: Any, *keys: str) -> Any:
    """The value under the keys, None where one of them is missing or null."""
    for key in keys:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def repository_name(value: Any) -> str | None:
    """An `owner/name` of letters that GitHub allows there, else None."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def flag(value: Any) -> bool | None:
    """True or false, else None."""
    return value if isinstance(value, bool) else None


def cursor(value: Any) -> str | None:
    """A place in a list, to be sent back exactly as it came, else None."""
    return value if isinstance(value, str) and value else None


def entries(node: Any, *keys: str) -> list[dict[str, Any]] | None:
    """The objects of a list, None where there is no list. GitHub puts null in the place of what it hides."""
    values = dig(node, *keys)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else None


def has_links(answer: RestAnswer) -> bool:
    """Whether a Link header says that there are further pages."""
    return bool(_links(answer))


def last_page(answer: RestAnswer) -> int | None:
    """The number of the last page by the Link header; None where it does not say."""
    try:
        page = int(parse_qs(urlsplit(_links(answer).get("last", {}).get("url", "")).query)["page"][0])
    except (KeyError, ValueError):
        return None
    return page if page > 0 else None


def _links(answer: RestAnswer) -> dict[str | None, dict[str, str]]:
    return httpx.Response(200, headers=answer.headers).links
