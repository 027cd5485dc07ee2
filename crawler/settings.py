"""Every setting of the environment, read once into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from crawler.clock import parse_age
from crawler.errors import UsageFault
from crawler.secret import Secret
from crawler.webhook_settings import Webhook, read_webhook

DEFAULT_DATABASE = "landscape.db"
DEFAULT_SEEDS = "seeds.yml"
STANDARD_INPUT = Path("-")
"""What the command line calls it where a list is asked for."""
GITHUB_API_URL = "https://api.github.com"
GITHUB_SERVER_URL = "https://github.com"
OTHER_HOSTS = {
    "CRAWLER_DEPSDEV_URL": {"depsdev": "https://api.deps.dev"},
    "CRAWLER_ECOSYSTEMS_URL": {"ecosystems": "https://repos.ecosyste.ms"},
    "GITHUB_SERVER_URL": {"feeds": GITHUB_SERVER_URL},
    "CRAWLER_CRUNCHBASE_URL": {"crunchbase": "https://api.crunchbase.com"},
    "CRAWLER_WIKIDATA_URL": {"wikidata": "https://query.wikidata.org"},
    "CRAWLER_OPENCOLLECTIVE_URL": {"opencollective": "https://api.opencollective.com"},
    "CRAWLER_COINGECKO_URL": {"coingecko": "https://api.coingecko.com"},
    "CRAWLER_FMP_URL": {"fmp": "https://financialmodelingprep.com"},
    "CRAWLER_YAHOO_URL": {"yahoo": "https://query1.finance.yahoo.com", "yahoo_cookie": "https://fc.yahoo.com"},
    "CRAWLER_SEC_URL": {"sec": "https://data.sec.gov", "sec_files": "https://www.sec.gov"},
    "CRAWLER_ECB_URL": {"ecb": "https://www.ecb.europa.eu"},
    "CRAWLER_SCORECARD_URL": {"scorecard": "https://api.scorecard.dev"},
    "CRAWLER_RAW_URL": {"raw": "https://raw.githubusercontent.com"},
}
"""Variables that lead elsewhere, and the hosts that each stands in for, by name."""
KEYS = {
    "CRUNCHBASE_API_KEY": "crunchbase",
    "OPENCOLLECTIVE_TOKEN": "opencollective",
    "COINGECKO_API_KEY": "coingecko",
    "FMP_API_KEY": "fmp",
}
"""Variables that hold a key, and the host that each is for."""
DEFAULT_RESERVE, LARGEST_RESERVE = 10, 90
"""Percent."""
DEFAULT_STAR_HISTORY, LARGEST_STAR_HISTORY = 1_000, 1_000_000
"""Requests."""
DEFAULT_JITTER, LARGEST_JITTER = timedelta(minutes=10), timedelta(hours=12)


class AppKey(Struct, frozen=True):
    """What a GitHub App signs in with, for one installation of it."""

    app_id: str
    """The App's id or client id."""
    installation_id: int
    private_key: Secret


class Settings(Struct, frozen=True, kw_only=True):
    """What the environment says. Command-line options come on top, in the commands themselves."""

    tokens: tuple[Secret, ...] = ()
    """GitHub tokens in their fallback order."""
    app: AppKey | None = None
    """Comes after the tokens."""
    github_api_url: str = GITHUB_API_URL
    """Without a trailing slash."""
    github_graphql_url: str = f"{GITHUB_API_URL}/graphql"
    others: tuple[tuple[str, str], ...] = tuple(host for hosts in OTHER_HOSTS.values() for host in hosts.items())
    """Base addresses of other hosts by name, without a trailing slash."""
    keys: tuple[tuple[str, Secret], ...] = ()
    """Keys for other hosts by name."""
    allows_yahoo: bool = False
    """Whether Yahoo may be asked: its terms are for personal use."""
    asks_scorecard: bool = False
    """Whether OpenSSF Scorecard is asked, a request for each repository."""
    reserve: float = DEFAULT_RESERVE / 100
    """Share of each limit of GitHub's that a refresh leaves to others, from 0 to 0.9."""
    star_history: int = DEFAULT_STAR_HISTORY
    """How many requests a refresh may spend on star history; 0: it is not asked for."""
    contact: str | None = None
    """Mail address or URL for the User-Agent."""
    webhook: Webhook | None = None
    """Who is told of events."""
    schedule: str = ""
    """Cadences of the scheduler by source, as they were written."""
    jitter: timedelta = DEFAULT_JITTER
    """By how much at most the scheduler starts a run later than planned."""

    @property
    def has_token(self) -> bool:
        """Whether there is any way to sign in."""
        return bool(self.tokens) or self.app is not None


SANDBOX = Settings(
    tokens=(Secret("sandbox"),),
    keys=tuple((host, Secret("sandbox")) for host in KEYS.values()),
    allows_yahoo=True,
    reserve=0.0,
    contact="sandbox@example.org",
)
"""All sources run in the sandbox; nobody there looks at a key."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (default: the process's). UsageFault names the variable and the cure."""
    env = os.environ if environment is None else environment
    api = _url(env, "GITHUB_API_URL", GITHUB_API_URL)
    return Settings(
        tokens=_tokens(env),
        app=_app(env),
        others=_others(env, api),
        keys=_keys(env),
        allows_yahoo=_flag(env, "CRAWLER_YAHOO"),
        asks_scorecard=_flag(env, "CRAWLER_SCORECARD"),
        reserve=_reserve(env),
        star_history=_star_history(env),
        github_api_url=api,
        github_graphql_url=_url(env, "GITHUB_GRAPHQL_URL", _graphql_beside(api)),
        contact=_contact(env),
        webhook=read_webhook(env, takes_restricted=_flag(env, "CRAWLER_WEBHOOK_RESTRICTED")),
        schedule=env.get("CRAWLER_SCHEDULE", "").strip(),
        jitter=_jitter(env),
    )


def _tokens(env: Mapping[str, str]) -> tuple[Secret, ...]:
    name = "GITHUB_TOKENS" if env.get("GITHUB_TOKENS", "").replace(",", "").strip() else "GITHUB_TOKEN"
    texts = (
        [part.strip() for part in env.get(name, "").split(",")]
        if name == "GITHUB_TOKENS"
        else [env.get(name, "").strip()]
    )
    return tuple(Secret(_plain_secret(name, text)) for text in dict.fromkeys(texts) if text)


def _plain_secret(name: str, text: str) -> str:
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise UsageFault(
            f"{name} holds a character that no token has (blank, line break or non-ASCII)",
            cure="copy the token again, without quotes and line breaks",
        )
    return text


def _app(env: Mapping[str, str]) -> AppKey | None:
    names = ("GITHUB_APP_ID", "GITHUB_APP_INSTALLATION_ID")
    app_id, installation = (env.get(name, "").strip() for name in names)
    key = _private_key(env)
    if not (app_id or installation or key):
        return None
    missing = [name for name, text in zip(names, (app_id, installation), strict=True) if not text]
    missing += [] if key else ["GITHUB_APP_PRIVATE_KEY (or GITHUB_APP_PRIVATE_KEY_FILE)"]
    if missing:
        raise UsageFault(
            f"a GitHub App also needs {' and '.join(missing)}",
            cure="the App's settings page shows its id and keys, the address of its installation ends with that id",
        )
    if not (installation.isascii() and installation.isdecimal() and len(installation) < 19):
        raise UsageFault(
            "GITHUB_APP_INSTALLATION_ID is no number",
            cure="write the number at the end of github.com/settings/installations/…",
        )
    if not (app_id.isascii() and app_id.replace(".", "").isalnum()):
        raise UsageFault("GITHUB_APP_ID is no id", cure="write the App's id (a number) or client id (Iv…)")
    return AppKey(app_id, int(installation), Secret(key))


def _private_key(env: Mapping[str, str]) -> str:
    # Many environments cannot hold line breaks and spell them as two letters.
    text = env.get("GITHUB_APP_PRIVATE_KEY", "").strip().replace("\\n", "\n")
    path = env.get("GITHUB_APP_PRIVATE_KEY_FILE", "").strip()
    if text or not path:
        return text
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is no text").lower()
        raise UsageFault(
            f"GITHUB_APP_PRIVATE_KEY_FILE cannot be read ({reason})", cure="name the App's private key, a PEM file"
        ) from error


def _others(env: Mapping[str, str], api: str) -> tuple[tuple[str, str], ...]:
    """Feeds and files come from the site that the API belongs to: for another API, its own unless one is named."""
    site = GITHUB_SERVER_URL if api == GITHUB_API_URL else api.removesuffix("/api/v3")
    own = {"GITHUB_SERVER_URL": site} | ({} if site == GITHUB_SERVER_URL else {"CRAWLER_RAW_URL": f"{site}/raw"})
    return tuple(
        (name, _url(env, variable, own.get(variable, default)))
        for variable, hosts in OTHER_HOSTS.items()
        for name, default in hosts.items()
    )


def _keys(env: Mapping[str, str]) -> tuple[tuple[str, Secret], ...]:
    return tuple(
        (host, Secret(_plain_secret(variable, text)))
        for variable, host in KEYS.items()
        if (text := env.get(variable, "").strip())
    )


def _flag(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").strip().lower()
    if text not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise UsageFault(f"{name} is neither on nor off", cure="write 1 for yes, or leave it out")
    return text in {"1", "true", "yes"}


def _reserve(env: Mapping[str, str]) -> float:
    text = env.get("CRAWLER_RESERVE", "").strip().removesuffix("%").strip()
    if not text:
        return DEFAULT_RESERVE / 100
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= LARGEST_RESERVE):
        raise UsageFault(
            "CRAWLER_RESERVE is no share of a limit", cure=f"write a whole percentage from 0 to {LARGEST_RESERVE}: 10%"
        )
    return int(text) / 100


def _star_history(env: Mapping[str, str]) -> int:
    text = env.get("CRAWLER_STAR_HISTORY", "").strip()
    if not text:
        return DEFAULT_STAR_HISTORY
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) <= LARGEST_STAR_HISTORY):
        raise UsageFault(
            "CRAWLER_STAR_HISTORY is no number of requests",
            cure=f"write a whole number up to {LARGEST_STAR_HISTORY}, or 0 for no star history",
        )
    return int(text)


def _jitter(env: Mapping[str, str]) -> timedelta:
    text = env.get("CRAWLER_JITTER", "").strip()
    try:
        jitter = parse_age(text) if text else DEFAULT_JITTER
    except ValueError:
        jitter = None
    if jitter is None or jitter > LARGEST_JITTER:
        raise UsageFault("CRAWLER_JITTER is no age, or more than 12h", cure="write one from 0m to 12h, such as 10m")
    return jitter


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
