"""What an answer leaves for the next, conditional question."""

from __future__ import annotations

from crawler.fetch.answers import RestAnswer
from crawler.model import Validator

MAX_LENGTH = 500


def read_validator(path: str, answer: RestAnswer) -> Validator | None:
    """The answer's ETag and Last-Modified with whose they are; None where it has none that can be sent back."""
    if answer.status != 200:
        return None
    etag, last_modified = (
        found if (found := answer.headers.get(name)) and found.isascii() and len(found) <= MAX_LENGTH else None
        for name in ("etag", "last-modified")
    )
    return Validator(path, etag, last_modified, answer.identity) if etag or last_modified else None
