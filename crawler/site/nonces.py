"""Marks the scripts that stand in Datasette's templates, so that a browser runs those and no others.

The mark, a number used once, is put in where a template is read: before any data is. What data brings into a page, by
whatever mistake, never has it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from jinja2 import Environment
from jinja2.ext import Extension

_NONCE: ContextVar[str] = ContextVar("landscape_nonce", default="")
_INLINE = re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE)


class Nonces(Extension):
    """Jinja that adds the number of the answer to every inline script of a template's own text."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["landscape_nonce"] = _NONCE.get

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text with the marks."""
        return _INLINE.sub(r'\g<0> nonce="{{ landscape_nonce() }}"', source)


@contextmanager
def answering_nonce() -> Iterator[str]:
    """A new number for the answer that is made inside."""
    nonce = secrets.token_urlsafe(16)
    token = _NONCE.set(nonce)
    try:
        yield nonce
    finally:
        _NONCE.reset(token)
