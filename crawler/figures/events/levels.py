"""How much a release changes, by its tag: major, minor or patch as in Semantic Versioning, a pre-release, or other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from packaging.version import Version

Level = Literal["major", "minor", "patch", "pre", "other"]

_START = re.compile(r"(?<![A-Za-z0-9])(?<!\d\.)[vV]?(?=\d)|^[A-Za-z]+(?=\d+\.\d)")
"""Where a version may begin: at a number that is no part of a word, or behind the one word of `go1.22`."""
_DAY = re.compile(r"(?:19|20)\d\d([-.]?)(?:0\d|1[0-2])\1(?:[0-2]\d|3[01])(?!\d)")
_FINAL = re.compile(r"(\d+(?:\.\d+)*)[.-](?:final|release|ga|stable|lts)", re.IGNORECASE)
"""Words by which some say that it is no pre-release, and which are no part of a Python version."""
_SEMANTIC_PRE = re.compile(r"(\d+\.\d+\.\d+)-[0-9A-Za-z.-]+(?:\+[0-9A-Za-z.-]+)?")
"""Semantic Versioning 2.0.0, item 9: all that follows a hyphen makes a pre-release."""

_LONGEST = 255
"""Git allows hardly more; the time that reading takes grows with the square."""


class Tag(Struct, frozen=True):
    """The version that a tag names; `prefix` tells packages of one repository apart, without the `v`."""

    prefix: str
    version: Version
    is_pre: bool


def read_tag(text: str) -> Tag | None:
    """The version in a tag such as `v1.2.3`, `cli-1.2`, `pkg@1.2.3` or `crates/foo-1.2`; None: there is none.

    A day is no version: `2024-05-01` follows no rule that could tell a major release from a patch.
    """
    if len(text) > _LONGEST:
        return None
    if "." not in text:
        text = text.replace("_", ".")
    for start in _START.finditer(text):
        named = text[start.end() :]
        if _DAY.match(named):
            return None
        prefix = text[: start.start()] + start[0].rstrip("vV")
        if (version := _version(named)) is not None:
            return Tag(prefix.casefold(), version, version.is_prerelease)
        if final := _FINAL.fullmatch(named):
            return Tag(prefix.casefold(), Version(final[1]), is_pre=False)
        if pre := _SEMANTIC_PRE.fullmatch(named):
            return Tag(prefix.casefold(), Version(pre[1]), is_pre=True)
    return None


def release_level(tag: str, *, is_prerelease: bool | None, earlier: Iterable[str]) -> Level:
    """The level of a release; `is_prerelease` is GitHub's word, `earlier` the tags of earlier stable releases.

    It is compared with the highest of those below it with the same prefix; where there is none, its own shape tells:
    `2.0.0` is major, `2.1.0` minor, `2.1.1` a patch.
    """
    read = read_tag(tag)
    if is_prerelease or (read and read.is_pre):
        return "pre"
    if read is None:
        return "other"
    lower = [
        one.version
        for one in map(read_tag, earlier)
        if one and not one.is_pre and one.prefix == read.prefix and one.version < read.version
    ]
    now = read.version
    if lower:
        before = max(lower)
        if (before.epoch, before.major) != (now.epoch, now.major):
            return "major"
        return "minor" if before.minor != now.minor else "patch"
    if now.micro or any(now.release[3:]):
        return "patch"
    return "minor" if now.minor else "major"


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # also a number of more digits than Python reads
        return None
