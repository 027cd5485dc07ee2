"""Names and their short forms: slugs, GitHub's `owner/name`, Crunchbase permalinks."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote

# Spelt out, because they are all that tells C, C++ and C#, or NET and .NET, from each other.
_MEANINGFUL = (("+", " plus "), ("#", " sharp "))
_POINT = re.compile(r"\.(?=[A-Za-z0-9])")
_OTHER = re.compile(r"[^a-z0-9]+")

_GITHUB = re.compile(
    r"(?:(?:git\+)?(?:https?|ssh|git)://(?:[^/?#@\s]*@)?|git@|)(?:www\.)?github\.com(?::[0-9]+/|[:/])/*"
    r"(?P<owner>[^/?#]+)/+(?P<name>[^/?#]+)(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_ACCOUNT = re.compile(
    r"(?:https?://)?(?:www\.)?github\.com/+(?:orgs/+)?(?P<owner>[^/?#]+)(?:/+repositories)?/*(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")
# First path segments that are GitHub's own pages, never an account.
_PAGES = (
    "about apps collections contact customer-stories enterprise events explore features issues join login marketplace "
    "new notifications organizations orgs pricing pulls readme search security sessions settings signup site sponsors "
    "stars team topics trending users"
)
_GITHUB_PAGES = frozenset(_PAGES.split())

_CRUNCHBASE = re.compile(
    r"(?:https?://)?(?:www\.)?crunchbase\.com/+organization/+(?P<permalink>[^/?#\s]+)(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


def slug(name: str) -> str:
    """The name in small letters, digits and single hyphens: `C++` is `c-plus-plus`, `.NET` is `dot-net`.

    Never empty: a name without any Latin letter or digit becomes `x-` and eight hex digits of its SHA-256.
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    for character, word in _MEANINGFUL:
        text = text.replace(character, word)
    text = _OTHER.sub("-", _POINT.sub(" dot ", text).lower()).strip("-")
    return text or f"x-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def repository_name(url: str) -> str | None:
    """`owner/name` of the GitHub repository that a URL is about, spelt as there; None where it is about none.

    Web, SSH and Git addresses are understood, with `.git`, deeper paths, queries and fragments.
    """
    match = _GITHUB.fullmatch(url.strip())
    if not match:
        return None
    owner, name = match["owner"], match["name"].removesuffix(".git")
    if not _OWNER.fullmatch(owner) or owner.lower() in _GITHUB_PAGES:
        return None
    if not _REPOSITORY.fullmatch(name) or name in {".", ".."}:
        return None
    return f"{owner}/{name}"


def account_name(url: str) -> str | None:
    """The login of the GitHub account that a URL such as `https://github.com/owner` is about; None for other text."""
    match = _ACCOUNT.fullmatch(url.strip())
    if not match or not _OWNER.fullmatch(match["owner"]) or match["owner"].lower() in _GITHUB_PAGES:
        return None
    return match["owner"]


def crunchbase_permalink(url: str) -> str | None:
    """The permalink of a Crunchbase organisation's URL, decoded and spelt as there; None for any other text."""
    match = _CRUNCHBASE.fullmatch(url.strip())
    return unquote(match["permalink"]) if match else None
