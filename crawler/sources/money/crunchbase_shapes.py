"""The shapes in which Crunchbase's answers hold what is one text: plain, or in an object, beside it or inside."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from msgspec import UNSET

PERMALINK = re.compile(r"(?!\.+$)[^\s/?#&%]{1,200}")


def plain(value: Any) -> Any:
    """The text of a link or date that comes as an object."""
    return value.get("value") if isinstance(value, dict) else value


def identity(properties: dict[str, Any], key: str) -> Any:
    """A part of the identifier, which also stands beside it as a property."""
    identifier = properties.get("identifier")
    inner = identifier.get(key) if isinstance(identifier, dict) else None
    return properties.get(key, UNSET) if inner is None else inner


def decoded(identifier: Any) -> Any:
    """The identifier with its permalink as we spell it: addresses have percent codes for letters of other scripts."""
    permalink = identifier.get("permalink") if isinstance(identifier, dict) else None
    return identifier | {"permalink": unquote(permalink)} if isinstance(permalink, str) else identifier


def first(*values: Any) -> Any:
    """The first of the values that there is, else UNSET."""
    return next((value for value in values if value is not None and value is not UNSET), UNSET)


def dig(value: Any, *keys: str) -> Any:
    """The value to which the keys lead, None where they lead nowhere."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
