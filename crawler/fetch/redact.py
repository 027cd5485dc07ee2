"""Takes secrets out of text before it is printed, logged or stored."""

from __future__ import annotations

import os
import re
import traceback

SECRET_NAMES = re.compile(r"TOKEN|KEY|SECRET|PASSWORD|NOTIFY_URL|WEBHOOK")
"""Of environment variables whose values must not be printed."""
_SECRETS = (
    # GitHub's own prefixes; the new installation tokens hold dots, dashes and a JWT.
    (re.compile(r"gh[pousr]_[A-Za-z0-9._-]{16,}"), "…"),
    (re.compile(r"github_pat_[A-Za-z0-9_]{16,}"), "…"),
    (re.compile(r"\bv1\.[0-9a-f]{40}\b"), "…"),
    (re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"), "…"),
    (re.compile(r"(://)[^/\s@]+(?=@)"), r"\1…"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), "…"),
    (re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:bearer|token|basic)\s+)[^\s'\",}]+"), r"\1…"),
    (re.compile(r"(?i)([?&](?:api_?key|user_key|crumb|token|access_token)=)[^&\s]+"), r"\1…"),
)
REPLACEMENT = "…"
MAX_ERROR_LENGTH = 300
MAX_SCANNED_LENGTH = 20 * MAX_ERROR_LENGTH
"""A host decides how long its messages are; nobody reads further than this."""


SHORTEST_KNOWN = 8
"""A shorter secret may well stand in somebody's description by chance; GitHub's own have 40 characters and more."""


class Secrets:
    """The secrets of this process: what hosts echo, and what errors say, is cleared of them."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, secret: str) -> None:
        """From here on this is a secret."""
        if secret:
            self._texts[secret] = None

    @property
    def echoed(self) -> tuple[str, ...]:
        """Those that are long enough to be looked for in answers."""
        return tuple(text for text in self._texts if len(text) >= SHORTEST_KNOWN)

    def describe(self, text: str) -> str:
        """`text` as a short printable line without any secret."""
        return short_error(text, *self._texts)

    def __repr__(self) -> str:
        return f"Secrets({len(self._texts)})"


def redact(text: str, *known: str) -> str:
    """`text` without anything that looks like a secret, and without the `known` secrets themselves."""
    for secret in known:
        if secret:
            text = text.replace(secret, REPLACEMENT)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def short_error(text: str, *known: str) -> str:
    """One redacted line of at most `MAX_ERROR_LENGTH` printable characters, fit for a terminal and a database."""
    line = " ".join(redact(text[:MAX_SCANNED_LENGTH], *known).split())
    line = "".join(character if character.isprintable() else "�" for character in line)
    return line if len(line) <= MAX_ERROR_LENGTH else f"{line[: MAX_ERROR_LENGTH - 1]}…"


def bug_report(error: BaseException) -> str:
    """What Python prints of an error that nobody expected, without any secret of the environment."""
    secrets = [
        part.strip() for name, text in os.environ.items() if SECRET_NAMES.search(name) for part in text.split(",")
    ]
    text = redact("".join(traceback.format_exception(error)), *secrets).rstrip()
    return f"{text}\ncrawler: this is a bug; please report it with the lines above"
