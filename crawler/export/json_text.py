"""JSON with nothing unprintable in it: harmless on a terminal and in a page, and the same data when it is read back."""

from __future__ import annotations

import json
import re
from typing import Any

_UNPRINTABLE = re.compile(r"[^\n\x20-\x7e]+")


def to_json(data: Any, *, indent: int | None = None) -> str:
    """The data as JSON text; without `indent` in one line."""
    return _UNPRINTABLE.sub(_escaped, json.dumps(data, ensure_ascii=False, indent=indent))


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if found.isprintable():
        return found
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in found)
