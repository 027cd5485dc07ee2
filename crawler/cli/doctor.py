"""`crawler doctor`: whether token, network, clock, seeds and database are fit for a refresh."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from crawler import clock
from crawler.cli.options import database_option, seeds_argument, seeds_path
from crawler.errors import CrawlerError, FetchError, NoToken, SeedsFault
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.hosts import Host
from crawler.fetch.identities import Identity
from crawler.fetch.redact import short_error
from crawler.fetch.request import Forgetful, Memory, Terms
from crawler.seeds import read_seeds
from crawler.settings import Settings, read_settings
from crawler.sources.catalogue import SOURCE_NAMES, switched_off
from crawler.sources.github import queries
from crawler.sources.github.reading import dig, parts_by_alias
from crawler.sources.second_hand import depsdev, ecosystems
from crawler.spending import Wait
from crawler.store.database import open_reader
from crawler.store.memory import StoreMemory
from crawler.store.runs import LAST_TIME

TROUBLE = 3
MAX_SKEW_SECONDS = 60
LONGEST_LIFE = timedelta(days=366)
SOME_REPOSITORY = "octocat/Hello-World"


class Finding(Struct, frozen=True):
    """One thing that was looked at; `cure` says what to do where it is not well."""

    subject: str
    is_well: bool
    text: str
    cure: str = ""


@click.command("doctor")
@seeds_argument
@database_option
def command(seeds: Path | None, database: Path) -> None:
    """Check tokens, reachability, clock, seeds and database.

    Costs a GraphQL point for each token, and of several a REST request. Exits with 0 if all is well, else with 3.

    \b
    Example:
      crawler doctor
      GITHUB_TOKEN=… crawler doctor
    """
    settings = read_settings()
    findings = [*_look_at_seeds(seeds), *_look_at_database(database), *_look_at_switches(settings)]
    findings += asyncio.run(_collect(settings, seeds, database))
    for finding in findings:
        mark = "ok  " if finding.is_well else "BAD "
        cure = f"; {finding.cure}" if finding.cure else ""
        click.echo(f"{mark} {finding.subject}: {finding.text}{cure}")
    if not all(finding.is_well for finding in findings):
        sys.exit(TROUBLE)


async def _collect(settings: Settings, seeds: Path | None, database: Path) -> list[Finding]:
    memory = KnownWaits(database)
    return [finding async for finding in _look_at_github(settings, _some_repository(seeds), memory)]


class KnownWaits(Forgetful):
    """The waits that hosts announced to former refreshes: they hold for us, too."""

    def __init__(self, database: Path) -> None:
        self._waits: list[Wait] = []
        with suppress(CrawlerError, sqlite3.Error):
            if database.is_file():
                with closing(open_reader(database)) as connection:
                    self._waits = list(StoreMemory(connection).waits())

    def waits(self) -> list[Wait]:
        """Those that are not over yet."""
        return self._waits


def _some_repository(argument: Path | None) -> str:
    """The first repository of the list, else one that everybody may see."""
    with suppress(CrawlerError):
        listed = read_seeds(seeds_path(argument))
        return next(
            (one.name_with_owner for project in listed.projects for one in project.repositories), SOME_REPOSITORY
        )
    return SOME_REPOSITORY


def _look_at_seeds(argument: Path | None) -> Iterator[Finding]:
    try:
        seeds = read_seeds(seeds_path(argument))
    except SeedsFault as fault:
        first_line = str(fault).splitlines()[0]
        yield Finding("seeds", is_well=False, text=first_line, cure="'crawler validate' shows all faults")
        return
    except CrawlerError as fault:
        yield Finding("seeds", is_well=False, text=fault.message, cure=fault.cure)
        return
    text = f"{seeds.path}, {len(seeds.projects)} projects, {len(seeds.notices)} notices"
    yield Finding("seeds", is_well=True, text=text)


def _look_at_database(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding("database", is_well=True, text=f"{path} is not there yet: the first refresh makes it")
        return
    try:
        with closing(open_reader(path)) as connection:
            broken = [row[0] for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(3)
            repositories = connection.execute("SELECT count(*) FROM repositories").fetchone()[0]
    except CrawlerError as fault:
        yield Finding("database", is_well=False, text=fault.message, cure=fault.cure)
        return
    except sqlite3.DatabaseError as error:
        yield Finding("database", is_well=False, text=f"{path}: {error}", cure="restore a copy of the file")
        return
    if broken or orphans:
        text = f"{path} is damaged ({broken[0] if broken else 'rows point at nothing'})"
        yield Finding("database", is_well=False, text=text, cure="restore a copy, or save it with 'sqlite3 … .recover'")
        return
    yield Finding("database", is_well=True, text=f"{path} is sound, {repositories} repositories")


def _look_at_switches(settings: Settings) -> Iterator[Finding]:
    """Sources that are off are no trouble, but worth knowing of."""
    off = switched_off(settings)
    told = "; ".join(f"{name} ({cure})" for name, cure in off.items())
    yield Finding("sources", is_well=True, text=f"{len(SOURCE_NAMES) - len(off)} on, off: {told}" if off else "all on")


async def _look_at_github(settings: Settings, repository: str, memory: Memory) -> AsyncIterator[Finding]:
    """Each way to sign in on its own, then what they have in common."""
    signers: list[dict[str, Any]] = [{"tokens": (token,)} for token in settings.tokens]
    signers += [{"app_key": settings.app}] if settings.app else []
    if not signers:
        yield Finding(
            "token",
            is_well=False,
            text="GITHUB_TOKEN is not set: 60 requests an hour, no GraphQL, the rest at second hand",
            cure="make a fine-grained token with 'Public repositories (read-only)' and export GITHUB_TOKEN",
        )
        signers = [{}]
    accounts: dict[str, list[str]] = {}
    for number, signer in enumerate(signers, start=1):
        engine = Engine(
            endpoint=lambda: Endpoint(settings.github_api_url, settings.github_graphql_url),
            contact=settings.contact,
            terms=Terms(deadline=30.0),
            memory=memory,
            others=dict(settings.others),
            **signer,
        )
        async with engine:
            identity = engine.identities[0]
            if not identity.is_anonymous:
                # What fails without a token says nothing of the token.
                engine.identities[:] = [identity]
            name = "token" if len(signers) == 1 else f"token {number}"
            async for finding in _look_at_identity(engine, identity, settings, repository, name, is_first=number == 1):
                yield finding
            if len(signers) > 1 and (account := await _account(engine)):
                accounts.setdefault(account, []).append(f"token {number}")
    for shared in (names for names in accounts.values() if len(names) > 1):
        text = f"{' and '.join(shared)} belong to one account: they share its limits, and differ only in their rights"
        yield Finding("accounts", is_well=True, text=text)


async def _look_at_identity(
    engine: Engine, identity: Identity, settings: Settings, repository: str, name: str, *, is_first: bool
) -> AsyncIterator[Finding]:
    """What the host says to `/rate_limit` (free) and to the question that a refresh asks (a point)."""
    try:
        answer = await engine.rest("/rate_limit")
    except NoToken as error:
        yield Finding(name, is_well=False, text=f"{identity.label}: {error}", cure="make a new token, or leave it out")
        return
    except FetchError as error:
        cure = "check network, proxy and token; GITHUB_API_URL names another address"
        if "asks to wait" in str(error):
            cure = "wait until then; a refresh does so by itself"
        yield Finding("REST API", is_well=False, text=f"{settings.github_api_url}: {error}", cure=cure)
        return
    if answer.status != 200:
        text = f"{settings.github_api_url} answered HTTP {answer.status} {answer.message}".rstrip()
        yield Finding("REST API", is_well=False, text=text, cure="check GITHUB_API_URL and the token")
        return
    if is_first:
        yield Finding("REST API", is_well=True, text=f"{settings.github_api_url} answers")
        if "date" in answer.headers:
            yield _compare_clocks(answer.headers["date"])
    if identity.is_anonymous:
        yield Finding("quota", is_well=True, text=f"without a token{_quota(identity, 'core')}")
        for host, path in ((depsdev.HOST, depsdev.PROBE), (ecosystems.HOST, ecosystems.PROBE)):
            yield await _look_at_other(engine, host, path)
        return
    yield await _look_at_token(engine, identity, repository, name)
    if identity.expires_at is not None:
        notice = identity.expiry_notice()
        text = notice or f"{identity.label} expires on {identity.expires_at:%Y-%m-%d}"
        yield Finding(f"{name} expiry", is_well=not notice, text=text, cure="make a new one in time" if notice else "")
        if identity.expires_at - clock.now() > LONGEST_LIFE:
            text = f"{identity.label} lives longer than 366 days: many organisations refuse such tokens"
            yield Finding(f"{name} lifetime", is_well=False, text=text, cure="make one that lives a year at most")


async def _look_at_other(engine: Engine, host: Host, path: str) -> Finding:
    """Whether a host answers that tells the rest where there is no token."""
    try:
        answer = await engine.fetch(host, path)
    except FetchError as error:
        cure = "check network and proxy; with a token it is not needed"
        return Finding(host.spoken, is_well=False, text=str(error), cure=cure)
    return Finding(host.spoken, is_well=True, text=f"answers (HTTP {answer.status})")


async def _look_at_token(engine: Engine, identity: Identity, repository: str, name: str) -> Finding:
    owner, _, repository_name = repository.partition("/")
    variables = {"since": "2020-01-01T00:00:00Z", "o0": owner, "n0": repository_name}
    try:
        answer = await engine.graphql(queries.core_by_name(1, with_history=True), variables)
    except NoToken as error:
        cure = "give it the missing scope, or use a fine-grained token with 'Public repositories (read-only)'"
        return Finding(name, is_well=False, text=f"{identity.label} may not ask GraphQL: {error}", cure=cure)
    except FetchError as error:
        cure = "check the token; GITHUB_GRAPHQL_URL names another address"
        return Finding("GraphQL API", is_well=False, text=str(error), cure=cure)
    part = parts_by_alias(answer, 1)[0]
    if part.refusal:
        cure = "use another kind of token, or authorize it for that organisation; the refresh asks there without it"
        return Finding(name, is_well=False, text=f"{identity.label}: {owner} refuses it ({part.refusal})", cure=cure)
    scopes = "" if identity.scopes is None else f", scopes: {short_error(identity.scopes) or 'none'} (none is needed)"
    text = f"{identity.label}{scopes}{_quota(identity, 'core')}{_quota(identity, 'graphql')}"
    return Finding(name, is_well=True, text=text)


async def _account(engine: Engine) -> str | None:
    """The number of the account that a token belongs to, kept nowhere; None for an App, and where nobody tells."""
    if not engine.identities[0].serves("core"):
        return None
    with suppress(FetchError):
        answer = await engine.rest("/user")
        number = dig(answer.payload, "id")
        return str(number) if answer.status == 200 and isinstance(number, int) else None
    return None


def _quota(identity: Identity, resource: str) -> str:
    quota = identity.meters[resource].quota
    if quota is None or quota.reset > LAST_TIME:
        return ""
    reset = datetime.fromtimestamp(quota.reset, UTC)
    return f"; {resource}: {quota.remaining} of {quota.limit} left until {clock.to_text(reset)}"


def _compare_clocks(date_header: str) -> Finding:
    try:
        skew = abs((clock.now() - parsedate_to_datetime(date_header)).total_seconds())
    except (TypeError, ValueError):
        return Finding("clock", is_well=True, text="GitHub sent no readable date to compare with")
    if skew > MAX_SKEW_SECONDS:
        text = f"this machine's clock is {skew:.0f} s off GitHub's"
        return Finding("clock", is_well=False, text=text, cure="set it by NTP: ages and dates of figures depend on it")
    return Finding("clock", is_well=True, text=f"within {skew:.0f} s of GitHub's")
