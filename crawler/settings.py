"""Every setting of the environment, read once into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from crawler.errors import UsageFault

DEFAULT_DATABASE = "landscape.db"
DEFAULT_SEEDS = "seeds.yml"
GITHUB_API_URL = "https://api.github.com"


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


class Settings(Struct, frozen=True, kw_only=True):
    """What the environment says. Command-line options come on top, in the commands themselves."""

    tokens: tuple[Secret, ...] = ()
    """GitHub tokens in their fallback order."""
    github_api_url: str = GITHUB_API_URL
    """Without a trailing slash."""
    github_graphql_url: str = f"{GITHUB_API_URL}/graphql"
    contact: str | None = None
    """Mail address or URL for the User-Agent."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (default: the process's). UsageFault names the variable and the cure."""
    env = os.environ if environment is None else environment
    api = _url(env, "GITHUB_API_URL", GITHUB_API_URL)
    return Settings(
        tokens=_tokens(env),
        github_api_url=api,
        github_graphql_url=_url(env, "GITHUB_GRAPHQL_URL", _graphql_beside(api)),
        contact=_contact(env),
    )


def _tokens(env: Mapping[str, str]) -> tuple[Secret, ...]:
    if env.get("GITHUB_APP_ID") and not (env.get("GITHUB_TOKENS") or env.get("GITHUB_TOKEN")):
        raise UsageFault(
            "GITHUB_APP_ID is set, but this version cannot sign in as a GitHub App yet",
            cure="unset it, and set GITHUB_TOKEN to a personal or installation token",
        )
    name = "GITHUB_TOKENS" if env.get("GITHUB_TOKENS", "").strip() else "GITHUB_TOKEN"
    texts = (
        [part.strip() for part in env.get(name, "").split(",")]
        if name == "GITHUB_TOKENS"
        else [env.get(name, "").strip()]
    )
    for text in texts:
        if text and not (text.isascii() and text.isprintable() and " " not in text):
            raise UsageFault(
                f"{name} holds a character that no token has (blank, line break or non-ASCII)",
                cure="copy the token again, without quotes and line breaks",
            )
    return tuple(Secret(text) for text in dict.fromkeys(texts) if text)


def _contact(env: Mapping[str, str]) -> str | None:
    text = env.get("CRAWLER_CONTACT", "").strip()
    if not (text.isascii() and text.isprintable()):
        raise UsageFault(
            "CRAWLER_CONTACT does not fit into a User-Agent", cure="write a mail address or a URL in ASCII"
        )
    return text or None


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    text = env.get(name, "").strip() or default
    if not _is_plain_address(text):
        raise UsageFault(f"{name} is no plain http(s) address", cure=f"write a base address such as {GITHUB_API_URL}")
    return text.rstrip("/")


def _is_plain_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False
    return bool(is_whole) and not (parts.username or parts.query or parts.fragment)


def _graphql_beside(api: str) -> str:
    """GitHub Enterprise Server answers REST at `…/api/v3` and GraphQL at `…/api/graphql`."""
    return f"{api.removesuffix('/v3')}/graphql" if api.endswith("/api/v3") else f"{api}/graphql"
