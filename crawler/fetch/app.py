"""Signs in as a GitHub App: a JWT of a few minutes, and with it an installation token of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from crawler import clock
from crawler.errors import UsageFault
from crawler.secret import Secret
from crawler.settings import AppKey

RENEWED_BEFORE = timedelta(minutes=10)
"""A token of an hour is renewed at 50 minutes, so that none ends under way."""
BACKDATED, LASTING = timedelta(seconds=60), timedelta(seconds=540)
"""GitHub refuses a JWT from the future or of more than ten minutes: room for a clock that is a little wrong."""
NEW = timedelta(seconds=60)
WHOLE_SECONDS = timedelta(seconds=2)
"""By so much two clocks that tell whole seconds may differ."""


class InstallationToken(Struct, frozen=True):
    """A token that the host minted, opaque and of any length. Its times are those of this machine's clock."""

    secret: Secret
    minted_at: datetime
    expires_at: datetime

    def is_ending(self) -> bool:
        """Whether it is time for the next one."""
        left, life = self.expires_at - clock.now(), self.expires_at - self.minted_at
        return left <= min(RENEWED_BEFORE, life / 6) + WHOLE_SECONDS

    def is_new(self) -> bool:
        """Whether it was minted a moment ago."""
        return clock.now() - self.minted_at < NEW


def sign(app: AppKey, server_now: datetime) -> Secret:
    """The JWT, by the host's clock. UsageFault where the private key is none."""
    import jwt  # by who signs in as an App alone: cryptography takes long to load

    begin, end = server_now - BACKDATED, server_now + LASTING
    claims = {"iat": int(begin.timestamp()), "exp": int(end.timestamp()), "iss": app.app_id}
    try:
        return Secret(jwt.encode(claims, app.private_key.reveal(), algorithm="RS256"))
    except (ValueError, TypeError, jwt.PyJWTError):
        # The library's own words may hold parts of the key.
        raise UsageFault(
            "GITHUB_APP_PRIVATE_KEY is no RSA private key in PEM form",
            cure="download a private key from the App's settings, or name its file with GITHUB_APP_PRIVATE_KEY_FILE",
        ) from None


def read_token(payload: Any, server_now: datetime) -> InstallationToken | None:
    """The token of an answer to `…/access_tokens` that came at `server_now`; None where there is none in it."""
    if not isinstance(payload, dict):
        return None
    text, expires = payload.get("token"), payload.get("expires_at")
    if not (isinstance(text, str) and text and text.isascii() and text.isprintable() and isinstance(expires, str)):
        return None
    try:
        now = clock.now()
        return InstallationToken(Secret(text), now, now + (clock.from_text(expires) - server_now))
    except (ValueError, OverflowError):
        return None
