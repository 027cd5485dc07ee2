"""Who is told of events: the webhook's address and the key that signs what is sent there."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.secret import Secret, is_safe_address

WEBHOOK_KEY = "whsec_"
"""With this a key begins that is written in base64 (Standard Webhooks)."""
SHORTEST_KEY = 24
"""Bytes, as Standard Webhooks asks for."""


class Webhook(Struct, frozen=True):
    """Where events are sent, and what they are signed with."""

    url: Secret
    """The address: whoever knows it can send there, too."""
    key: Secret
    """As the receiver knows it: `whsec_` and base64, else any text."""
    takes_restricted: bool
    """Whether events that may not be published are sent, too."""

    @property
    def endpoint(self) -> str:
        """A hash of the address, by which the store knows the receiver."""
        return hashlib.sha256(self.url.reveal().encode()).hexdigest()

    @property
    def key_bytes(self) -> bytes:
        """The bytes that the key stands for."""
        text = self.key.reveal()
        if not text.startswith(WEBHOOK_KEY):
            return text.encode()
        digits = text.removeprefix(WEBHOOK_KEY).rstrip("=")
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)


def read_webhook(env: Mapping[str, str], *, takes_restricted: bool) -> Webhook | None:
    """The webhook of an environment, None where there is none. UsageFault names the variable and the cure."""
    url, key = (env.get(name, "").strip() for name in ("CRAWLER_WEBHOOK_URL", "CRAWLER_WEBHOOK_SECRET"))
    if not url:
        return None
    if not is_safe_address(url):
        raise UsageFault(
            "CRAWLER_WEBHOOK_URL is no https address", cure="write one such as https://example.org/hooks/landscape"
        )
    if not key:
        raise UsageFault(
            "CRAWLER_WEBHOOK_URL also needs CRAWLER_WEBHOOK_SECRET, which events are signed with",
            cure="make one: echo whsec_$(openssl rand -base64 32)",
        )
    webhook = Webhook(Secret(url), Secret(key), takes_restricted)
    try:
        length = len(webhook.key_bytes)
    except (binascii.Error, ValueError):
        raise UsageFault(
            f"CRAWLER_WEBHOOK_SECRET cannot be read: what follows {WEBHOOK_KEY} is no base64",
            cure=f"copy it again, or write any text that does not begin with {WEBHOOK_KEY}",
        ) from None
    if length < SHORTEST_KEY:
        raise UsageFault(
            f"CRAWLER_WEBHOOK_SECRET is of {length} bytes, which can be guessed",
            cure=f"take at least {SHORTEST_KEY}: echo whsec_$(openssl rand -base64 32)",
        )
    return webhook


def present_endpoint() -> str | None:
    """The receiver that the environment names, as the store knows it; None where it names none, or a faulty one."""
    try:
        webhook = read_webhook(os.environ, takes_restricted=False)
    except UsageFault:  # a refresh tells of it
        return None
    return webhook.endpoint if webhook else None
