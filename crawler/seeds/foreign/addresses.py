"""Addresses as other lists write them: short forms, and which of them lead to a repository."""

from __future__ import annotations

import re

from crawler.seeds.names import repository_name
from crawler.seeds.values import host_of, is_url, web_address

_SHORT = re.compile(r"(?:(?:github|gh):|pkg:github/)?([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100})/?")
_BARE = re.compile(r"[^:@/]+/[^/]+/?")
# Hosts of repositories; of the well-known programs also where others run them.
_FORGE = re.compile(
    r"(?:www\.)?(?:gitlab|gitea|forgejo|git|codeberg|bitbucket|gitee|sr|salsa|framagit|notabug|code)\..*|.*\.sr\.ht"
    r"|salsa\.debian\.org"
)
_NOTHING = frozenset(("-", "--", "–", "—", "?", "n/a", "na", "none", "null", "nil", "nan", "tbd", "tba", "unknown"))
_USER = re.compile(r"(?<=://)[^\s/?#<>\"()\[\]]*@")
# Behind a whole address only another whole one is one of its own: a path may hold commas.
_BETWEEN = re.compile(r"[,;|]?\s+(?:[,;|]\s+)?|[,;|]$")
_BETWEEN_WHOLE = re.compile(r"[,;|](?=(?:[a-z+]+://|git@))", re.IGNORECASE)
_BETWEEN_SHORT = re.compile(r"[,;|]")


def without_user(text: str) -> str:
    """The text without user names and passwords in its addresses."""
    return _USER.sub("", text)


def is_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing, such as `N/A` or `-`."""
    return text.strip().casefold() in _NOTHING


def address_of(text: str) -> str | None:
    """The web address behind `owner/name`, `git@host:path`, `<https://…>` and the like; None for other text."""
    text = without_user(text.strip().removeprefix("<").removesuffix(">"))
    match = None if is_nothing(text) else _SHORT.fullmatch(text)
    return f"https://github.com/{match[1]}" if match else web_address(text)


def words_of(text: str) -> list[str]:
    """The words of a text with commas, semicolons, bars or blanks between them; an address stays whole."""
    words: list[str] = []
    for word in _BETWEEN.split(text.strip()):
        between = _BETWEEN_WHOLE if "://" in word or "@" in word else _BETWEEN_SHORT
        words += [part for part in between.split(word) if part]
    return words


def is_spelt_out(text: str) -> bool:
    """Whether a text is an address beyond doubt: `and/or` is none, though it may be a short form."""
    url = address_of(text)
    return url is not None and ("://" in text or "@" in text or is_repository(url)) and not _BARE.fullmatch(text)


def is_repository(url: str) -> bool:
    """Whether a web address leads to a repository, on GitHub or on another host that is known for them."""
    if repository_name(url):
        return True
    return _FORGE.fullmatch(host_of(url)) is not None and len(_segments(url)) > 1


def same_place(url: str) -> str:
    """What two addresses of one repository or page have in common."""
    name = repository_name(url)
    if name:
        return f"github.com/{name.lower()}"
    return re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/").removesuffix(".git").lower()


def short_name(url: str) -> str:
    """The name of a repository without its owner, else the last part of an address."""
    name = repository_name(url)
    if name:
        return name.partition("/")[2]
    return (_segments(url) or [host_of(url)])[-1].removesuffix(".git")


def long_name(url: str) -> str:
    """`owner/name` of a repository, else the address without its scheme."""
    return repository_name(url) or re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")


def _segments(url: str) -> list[str]:
    path = re.split(r"[?#]", url, maxsplit=1)[0].partition("://")[2] if is_url(url) else ""
    return [part for part in path.split("/")[1:] if part]
