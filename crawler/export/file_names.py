"""Names of files for keys of any text: such as every file system and web server takes as they are."""

from __future__ import annotations

import hashlib
import re
import unicodedata

PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
LONGEST_SLUG = 60
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", "index", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
"""What Windows keeps for devices, whatever stands behind a dot; and what a server shows for a directory."""
_DIGITS = 16


def file_name(key: str) -> str:
    """The key, or where a file system could not hold it or tell it from another, what is left of it and a digest."""
    if PLAIN.fullmatch(key) and key.partition(".")[0] not in _RESERVED:
        return key
    folded = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:LONGEST_SLUG].strip("-")
    return f"{slug or 'page'}~{digest(key)}"


def digest(text: str) -> str:
    """Hex digits that tell one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
