"""The tokens that the sandbox's GitHub knows: whose each is, what it may do, and how it shows in an answer."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from crawler.sandbox.limits import NOBODY
from crawler.sandbox.replies import Reply, json_reply, message_reply

Refusal = Literal["saml", "classic", "lifetime", "ip", "oauth"]
"""Why an owner refuses a token: no single sign-on, a classic token, a long lifetime, its address, an OAuth app's."""


@dataclass
class Credential:
    """A token, and what GitHub holds about it. All of it may be changed while a server runs."""

    token: str = field(repr=False)
    name: str
    """What the log calls it; never the token."""
    account: int = 1
    """Whose it is: limits are pooled by account."""
    scopes: str | None = None
    """`x-oauth-scopes` of a classic or OAuth token; None: a token with permissions instead."""
    expires_at: str | None = None
    """`github-authentication-token-expiration`, in any form."""
    refused_by: dict[str, Refusal] = field(default_factory=dict)
    """Login of an owner: why it refuses this token."""
    dead: bool = False
    """GitHub does not know it any more: 401, Bad credentials."""
    under_scoped: bool = False
    """It lacks a scope for every GraphQL query: INSUFFICIENT_SCOPES."""
    installation: bool = False
    """A token of an App's installation, which stands for no user."""
    dies_at: float = math.inf
    """By the monotonic clock: when it is dead by itself."""

    @property
    def alive(self) -> bool:
        """Whether GitHub takes it at this moment."""
        return not self.dead and time.monotonic() < self.dies_at

    def refusal_of(self, owner: str) -> Refusal | None:
        """Why an owner, in any spelling of case, refuses it; None: it does not."""
        return {login.casefold(): reason for login, reason in self.refused_by.items()}.get(owner.casefold())

    @property
    def headers(self) -> dict[str, str]:
        """What an answer tells of it; nothing of a dead one, and of the stand-ins below."""
        if not (self.token and self.alive):
            return {}
        told = (
            {"x-accepted-github-permissions": "metadata=read"}
            if self.scopes is None
            else {"x-oauth-scopes": self.scopes, "x-accepted-oauth-scopes": ""}
        )
        return told | ({"github-authentication-token-expiration": self.expires_at} if self.expires_at else {})


EVERYBODY = Credential("", "")
"""Whoever asks a server that needs no token."""
ANONYMOUS = Credential("", "", account=NOBODY)
"""Who comes without a token to a server that has some."""
UNKNOWN = Credential("", "unknown", account=-1, dead=True)
"""Who comes with a token that the server has never heard of."""


def identify(authorization: str, known: Iterable[Credential]) -> Credential:
    """Whom an Authorization header stands for; dead credentials are found, too."""
    if not authorization:
        return ANONYMOUS
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in {"bearer", "token"}:
        return UNKNOWN
    return next((one for one in known if one.token == token), UNKNOWN)


def user(credential: Credential) -> Reply:
    """`/user`: the account behind a token."""
    if credential is ANONYMOUS:
        return message_reply(401, "Requires authentication")
    if credential.installation:
        return message_reply(403, "Resource not accessible by integration")
    account = credential.account
    return json_reply(200, {"login": f"account-{account}", "id": account, "type": "User"})
