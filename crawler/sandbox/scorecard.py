"""OpenSSF Scorecard as the sandbox plays it: ratings that a test gives by name; it rates nothing of its own accord."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.sandbox.replies import Reply, json_reply, not_found

_ROUTE = re.compile(r"/projects/github\.com/([^/]+/[^/]+)")

Ratings = Mapping[str, Mapping[str, int]]
"""Check scores by `owner/name`."""


def names(path: str) -> list[str]:
    """The repository, `owner/name`, that a path asks for."""
    match = _ROUTE.fullmatch(urlsplit(path).path)
    return [unquote(match[1])] if match else []


def answer(name: str | None, ratings: Ratings, day: str) -> Reply:
    """The answer about a repository as of `day`: the mean of its conclusive checks, -1 where there is none."""
    found = {key.casefold(): checks for key, checks in ratings.items()}.get(name.casefold()) if name else None
    if name is None or found is None:
        return not_found()
    conclusive = [score for score in found.values() if score >= 0]
    value: dict[str, Any] = {
        "date": f"{day}T08:15:00Z",
        "repo": {"name": f"github.com/{name}", "commit": "0" * 40},
        "scorecard": {"version": "v5.2.1", "commit": "1" * 40},
        "score": round(sum(conclusive) / len(conclusive), 1) if conclusive else -1,
        "checks": [
            {"name": check, "score": score, "reason": "made up", "details": None} for check, score in found.items()
        ],
    }
    return json_reply(200, value)
