"""Who asks: tokens in their fallback order, a GitHub App's installation, and at last nobody.

The next identity serves owners that refuse the one before, or takes over when that is dead. It is never used to pass a
limit: GitHub's terms forbid that.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from crawler import clock
from crawler.fetch.answers import Raw
from crawler.fetch.app import InstallationToken, sign
from crawler.fetch.limits import Meter
from crawler.fetch.redact import Secrets, short_error
from crawler.secret import Secret
from crawler.settings import AppKey

TOKEN_TYPES = {
    "github_pat_": "fine-grained personal access token",
    "ghp_": "classic personal access token",
    "gho_": "OAuth token",
    "ghu_": "app user token",
    "ghs_": "installation or Actions token",
    "ghr_": "refresh token, which cannot ask anything",
}
SHOWN = 4
"""Letters of a token that a message may show."""
SHORTEST_SHOWN = 20
"""Of a shorter token four letters would give half away."""
ANNOUNCED = timedelta(days=14)
"""How long before its end a token's expiry is announced."""
ANONYMOUS = "anonymous"
EXPIRY_FORMS = ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z")

Mint = Callable[[AppKey], Awaitable[InstallationToken]]


class Identity:
    """One way to sign in, and what is known of it. `key` tells nothing of the secret."""

    def __init__(self, key: str, label: str, reserve: float) -> None:
        self.key = key
        self.label = label
        self.set_aside: dict[str, str] = {}
        """APIs (`core`, `graphql`) for which it is used no more, with the reason."""
        self.refusals: dict[str, str] = {}
        """Places (folded) that refuse it, with the reason: an owner, or one repository of an owner that lets it in."""
        self.is_known = False
        """Whether the host has given it an answer in this run; before that one request goes out at a time."""
        self._admitted: set[str] = set()
        self.scopes: str | None = None
        """What a classic or OAuth token may do; None where the host does not say."""
        self.expires_at: datetime | None = None
        self.meters = {resource: Meter(reserve) for resource in ("core", "graphql")}

    @property
    def is_anonymous(self) -> bool:
        """Whether it signs nothing."""
        return self.key == ANONYMOUS

    @property
    def validator_key(self) -> str:
        """Whose validators its answers carry: GitHub ties ETags to the very token."""
        return self.key

    def serves(self, resource: str, place: str = "") -> bool:
        """Whether it may ask an API about a place: an owner, an `owner/name`, or "" for none in particular."""
        if self.is_anonymous and resource == "graphql":
            return False
        return resource not in self.set_aside and not self.refusal(place)

    def refusal(self, place: str) -> str:
        """Why it is not let in there; "" where it may be."""
        folded = place.casefold()
        return self.refusals.get(folded) or self.refusals.get(folded.partition("/")[0]) or ""

    def admit(self, place: str) -> None:
        """The owner of the place has let it in."""
        self._admitted.add(place.casefold().partition("/")[0])

    def refuse(self, place: str, reason: str) -> None:
        """It is not let in there: an owner's policy, unless the owner has let it in elsewhere."""
        owner = place.casefold().partition("/")[0]
        self.refusals[place.casefold() if owner in self._admitted else owner] = reason

    def drop(self, reason: str, *resources: str) -> None:
        """Use it no more for these APIs."""
        for resource in resources:
            self.set_aside.setdefault(resource, reason)

    async def prepare(self) -> None:
        """Do what has to be done before it can sign. Raises NoToken or Stop."""

    @property
    def is_ready(self) -> bool:
        """Whether it can sign now."""
        return True

    def headers(self) -> dict[str, str]:
        """The header that signs a request; none for nobody."""
        return {}

    def see(self, raw: Raw) -> None:
        """Learn from an answer what it tells of the token."""
        self.scopes = raw.headers.get("x-oauth-scopes", self.scopes)
        if expiry := read_expiry(raw.headers.get("github-authentication-token-expiration")):
            self.expires_at = expiry

    def expiry_notice(self) -> str:
        """What to say of its end, from 14 days before it; "" if there is nothing to say."""
        if self.expires_at is None or self.expires_at - clock.now() > ANNOUNCED:
            return ""
        days = (self.expires_at - clock.now()).days
        when = "has expired" if days < 0 else f"expires in {days} day{'' if days == 1 else 's'}"
        return f"the {self.label} {when} ({self.expires_at:%Y-%m-%d %H:%M} UTC): make a new one"


class TokenIdentity(Identity):
    """A token that somebody made."""

    def __init__(self, token: Secret, reserve: float) -> None:
        super().__init__(fingerprint(token.reveal()), label_of(token), reserve)
        self._token = token

    def headers(self) -> dict[str, str]:
        """The token as bearer."""
        return _bearer(self._token)


class AppIdentity(Identity):
    """An installation of a GitHub App: its tokens last an hour and are renewed before their end."""

    def __init__(self, app: AppKey, mint: Mint, reserve: float) -> None:
        label = f"GitHub App {app.app_id}, installation {app.installation_id}"
        super().__init__(app_fingerprint(app), label, reserve)
        self._app = app
        self._mint = mint
        self._token: InstallationToken | None = None
        self._minting = asyncio.Lock()

    @property
    def validator_key(self) -> str:
        """That of the token of this hour."""
        return fingerprint(self._token.secret.reveal()) if self._token else self.key

    async def prepare(self) -> None:
        """Have a new token minted where there is none or it is about to end; one for all that are under way."""
        async with self._minting:
            if not self.is_ready:
                self._token = await self._mint(self._app)

    @property
    def is_ready(self) -> bool:
        """Whether the hour's token is good for a while."""
        return self._token is not None and not self._token.is_ending()

    def headers(self) -> dict[str, str]:
        """The hour's token as bearer."""
        return _bearer(self._token.secret) if self._token else {}

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Forget the token that was refused, if it is still in use; False where a new one is no cure."""
        if self.headers() != refused:
            return True
        is_cure = self._token is not None and not self._token.is_new()
        self._token = None
        return is_cure

    def expiry_notice(self) -> str:
        """Nothing: its tokens end every hour and are renewed."""
        return ""


class AppItself(Identity):
    """The App, which signs with its key and does nothing but ask for its installation's tokens."""

    def __init__(self, app: AppKey, server_now: Callable[[], datetime], secrets: Secrets) -> None:
        super().__init__(app_fingerprint(app), f"GitHub App {app.app_id}", 0.0)
        self._app = app
        self._server_now = server_now
        self._secrets = secrets
        secrets.add(app.private_key.reveal())

    def headers(self) -> dict[str, str]:
        """A JWT, signed anew for each request: a refusal tells by how much the clocks differ. Raises UsageFault."""
        signed = sign(self._app, self._server_now())
        self._secrets.add(signed.reveal())
        return _bearer(signed)


def identities(tokens: Sequence[Secret], app: AppKey | None, mint: Mint, reserve: float) -> list[Identity]:
    """All of them in their fallback order: tokens, the App, nobody."""
    signed: list[Identity] = [TokenIdentity(token, reserve) for token in tokens]
    if app is not None:
        signed.append(AppIdentity(app, mint, reserve))
    return [*signed, Identity(ANONYMOUS, "no token", reserve)]


def label_of(token: Secret) -> str:
    """Type and last four characters, never more."""
    text = token.reveal()
    kind = next((name for prefix, name in TOKEN_TYPES.items() if text.startswith(prefix)), "token of an unknown type")
    return f"{kind} …{text[-SHOWN:]}" if len(text) >= SHORTEST_SHOWN else kind


def app_fingerprint(app: AppKey) -> str:
    """The key of an App's installation."""
    return fingerprint(f"app {app.app_id} {app.installation_id}")


def _bearer(secret: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.reveal()}"}


def fingerprint(secret: str) -> str:
    """A name for a secret that tells nothing of it."""
    return hashlib.sha256(b"landscape-crawler identity " + secret.encode()).hexdigest()[:16]


def read_expiry(text: str | None) -> datetime | None:
    """The time in `github-authentication-token-expiration`, in either of its forms; None where it is none."""
    for form in EXPIRY_FORMS:
        try:
            moment = datetime.strptime(text or "", form)  # noqa: DTZ007  # the next line makes it aware
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def sso_hint(raw: Raw) -> str:
    """Where to grant single sign-on, from `x-github-sso`, without the code of the request; "" where it does not say."""
    _, _, url = raw.headers.get("x-github-sso", "").partition("url=")
    return short_error(f" (authorize it at {url.partition('?')[0]})") if url.startswith("https://") else ""
