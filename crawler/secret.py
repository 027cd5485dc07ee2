"""Secrets that nothing prints, and the addresses that they may be sent to."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Secret:
    """A secret text whose `repr` and `str` show nothing of it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself: only for the one header that it is made for."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def is_safe_address(text: str) -> bool:
    """Whether nobody on the way reads what is sent there: https, or a server on this machine."""
    try:
        parts = urlsplit(text)
        is_whole = parts.hostname and parts.port != 0 and text.isascii() and text.isprintable() and " " not in text
    except ValueError:  # brackets or a port that are none
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
    return bool(is_whole) and is_safe and not (parts.username or parts.password or parts.fragment)
