"""A GitHub App at the sandbox: checks the JSON web tokens it signs in with, and mints tokens of its installation."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from crawler.sandbox.credentials import Credential
from crawler.sandbox.replies import Reply, json_reply, message_reply, not_found
from crawler.sandbox.world import as_text

_ROUTE = re.compile(r"/app/installations/(\d+)/access_tokens")
_LONGEST = 600
_PERMISSIONS = {"metadata": "read"}
_CLAIMS = {"iat": "'Issued at' claim ('iat')", "exp": "'Expiration time' claim ('exp')"}


@dataclass(frozen=True)
class AppRegistration:
    """What GitHub holds of an App; `lifetime` is that of its tokens, in seconds."""

    app_id: str
    installation_id: int
    public_key_pem: str
    lifetime: float = 3600.0


class App:
    """One App with one installation. `minted` holds the credentials that it was given, for tests to change."""

    JWT = Credential("", "app-jwt", account=-2)
    """Who signs in as the App itself."""

    def __init__(self, registration: AppRegistration) -> None:
        self.registration = registration
        self.minted: list[Credential] = []

    def refusal(self, authorization: str) -> Reply | None:
        """401 for a JSON web token that GitHub would not take."""
        complaint = self._complaint(authorization.partition(" ")[2])
        return message_reply(401, complaint) if complaint else None

    def answer(self, method: str, route: str) -> Reply:
        """The answer to one who has signed in."""
        if (method, route) == ("GET", "/app/installations"):
            return json_reply(200, [self._installation()])
        match = _ROUTE.fullmatch(route)
        if method != "POST" or not match or int(match[1]) != self.registration.installation_id:
            return not_found()
        return self._mint()

    def _complaint(self, token: str) -> str | None:
        try:
            claims = jwt.decode(
                token,
                self.registration.public_key_pem,
                algorithms=["RS256"],
                options={"require": ["iat", "exp", "iss"]},
            )
        except jwt.MissingRequiredClaimError as error:
            return f"Missing '{error.claim}' claim in assertion"
        except jwt.ImmatureSignatureError:
            return f"{_CLAIMS['iat']} must be an Integer representing the time that the assertion was issued"
        except jwt.ExpiredSignatureError:
            return (
                f"{_CLAIMS['exp']} must be a numeric value representing the future time at which the assertion expires"
            )
        except jwt.InvalidTokenError:
            return "A JSON web token could not be decoded"
        if claims["exp"] > time.time() + _LONGEST:
            return f"{_CLAIMS['exp']} is too far in the future"
        return None if str(claims["iss"]) == self.registration.app_id else "A JSON web token could not be decoded"

    def _installation(self) -> dict[str, Any]:
        held = self.registration
        return {
            "id": held.installation_id,
            "app_id": held.app_id,
            "account": {"login": f"account-{held.installation_id}", "type": "Organization"},
            "repository_selection": "all",
            "permissions": _PERMISSIONS,
        }

    def _mint(self) -> Reply:
        """A new token; those before it stay good until their own end."""
        held = self.registration
        credential = Credential(
            f"ghs_{held.app_id}_{_three_parts()}",
            "app",
            account=held.installation_id,
            installation=True,
            dies_at=time.monotonic() + held.lifetime,
        )
        self.minted.append(credential)
        told = {
            "token": credential.token,
            "expires_at": as_text(datetime.fromtimestamp(time.time() + held.lifetime, UTC)),
            "permissions": _PERMISSIONS,
            "repository_selection": "all",
        }
        return json_reply(201, told)


def _three_parts() -> str:
    """What stands behind the App's number in GitHub's new tokens: a JSON web token of some 510 characters."""
    header = json.dumps({"typ": "JWT", "alg": "ES256"}).encode()
    claims = json.dumps({"jti": secrets.token_hex(16), "scope": secrets.token_hex(120)}).encode()
    return ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, claims, secrets.token_bytes(48))
    )
