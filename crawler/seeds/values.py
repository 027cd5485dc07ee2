"""What single values of a seeds file may look like: days, decimals, slugs, addresses."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_LOOSE_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ][0-9:.]+ ?(?:Z|[-+][0-9:]+)?)?")
_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,18})?")
_SLUG = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_HOST = re.compile(r"https?://(?:[^\s/?#@]*@)?([^\s/?#:@]+)", re.IGNORECASE)
_GIT = re.compile(r"(?:[A-Za-z+]+://)?(?:[^\s/?#@]*@)?(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?P<rest>[:/]\S+)")
_URL = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f-\x9f]+(?:[/?#][^\s\x00-\x1f\x7f-\x9f]*)?", re.IGNORECASE)


def is_day(text: str) -> bool:
    """Whether the text is a real day, month or year: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def loose_day(text: str) -> str | None:
    """`YYYY-MM-DD` for a day without its leading zeros, with slashes, or with a time behind it; None for other text."""
    match = _LOOSE_DAY.fullmatch(text)
    day = f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else ""
    return day if is_day(day) else None


def is_before(day: str, other: str) -> bool:
    """Whether a day, month or year is surely over before another begins: `2018` before `2019-07`, not `2019`."""
    length = min(len(day), len(other))
    return day[:length] < other[:length]


def is_decimal(text: str) -> bool:
    """Whether the text is a number of 0 or more in plain digits."""
    return _DECIMAL.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether the text can be an id."""
    return _SLUG.fullmatch(text) is not None


def host_of(url: str) -> str:
    """The host of a web address in small letters, empty if it has none."""
    match = _HOST.match(url)
    return match[1].lower() if match else ""


_KEYS = {"access_token", "api_key", "apikey", "auth", "crumb", "key", "password", "secret", "sig", "token", "user_key"}


HOLDS_KEY = "source_url seems to hold a password or key", "write the page's address without it"
"""What is said of such an address, and the cure; the address itself is not repeated."""


def holds_key(url: str) -> bool:
    """Whether a web address seems to hold a password or key: before its host, or as a parameter."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are none
        return False
    named = {name.lower().replace("-", "_") for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return "@" in parts.netloc or not _KEYS.isdisjoint(named)


def is_url(text: str) -> bool:
    """Whether the text is a web address."""
    return _URL.fullmatch(text) is not None


def web_address(text: str) -> str | None:
    """The web address of a repository, without what may be a password; None where the text is no address.

    `git@host:path`, `ssh://git@host/path` and `host/path` are understood.
    """
    if is_url(text):
        return re.sub(r"//[^/?#@\s]*@", "//", text, count=1)
    match = _GIT.fullmatch(text)
    if match is None or text.partition(":")[0].lower() in {"javascript", "data", "mailto", "file"}:
        return None
    path = re.sub(r"^:[0-9]+/|^:/*", "/", match["rest"])
    return f"https://{match['host']}{path}"
