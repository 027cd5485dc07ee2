"""The static files: an address that changes with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")


@cache
def asset_digest(name: str) -> str:
    """A short fingerprint of a file's content."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
