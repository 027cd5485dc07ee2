"""`crawler doctor`: whether token, network, clock, seeds and database are fit for a refresh."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import click
from msgspec import Struct

from crawler import clock
from crawler.cli.options import database_option, seeds_argument, seeds_path
from crawler.errors import CrawlerError, FetchError, SeedsFault
from crawler.fetch.engine import Endpoint, Engine
from crawler.seeds import read_seeds
from crawler.settings import Secret, Settings, read_settings
from crawler.store.database import open_reader

TROUBLE = 3
MAX_SKEW_SECONDS = 60
TOKEN_TYPES = {
    "ghp_": "classic personal access token",
    "github_pat_": "fine-grained personal access token",
    "gho_": "OAuth token",
    "ghu_": "app user token",
    "ghs_": "installation or Actions token",
}
PROBE = "query Probe { rateLimit { cost limit remaining resetAt } }"


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
    """Check token, reachability, clock, seeds and database.

    Costs one REST request that GitHub does not count and one GraphQL point. Exits with 0 if all is well, else with 3.

    \b
    Example:
      crawler doctor
      GITHUB_TOKEN=… crawler doctor
    """
    settings = read_settings()
    findings = [
        *_look_at_seeds(seeds),
        *_look_at_database(database),
        _describe_token(settings),
        *asyncio.run(_look_at_github(settings)),
    ]
    for finding in findings:
        mark = "ok  " if finding.is_well else "BAD "
        cure = f"; {finding.cure}" if finding.cure else ""
        click.echo(f"{mark} {finding.subject}: {finding.text}{cure}")
    if not all(finding.is_well for finding in findings):
        sys.exit(TROUBLE)


def _look_at_seeds(argument: Path | None) -> Iterator[Finding]:
    try:
        path = seeds_path(argument)
        seeds = read_seeds(path)
    except SeedsFault as fault:
        first_line = str(fault).splitlines()[0]
        yield Finding("seeds", is_well=False, text=first_line, cure="'crawler validate' shows all faults")
        return
    except CrawlerError as fault:
        yield Finding("seeds", is_well=False, text=fault.message, cure=fault.cure)
        return
    text = f"{path}, {len(seeds.projects)} projects, {len(seeds.notices)} notices"
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


def _describe_token(settings: Settings) -> Finding:
    if not settings.tokens:
        return Finding(
            "token",
            is_well=False,
            text="GITHUB_TOKEN is not set: 60 requests an hour, no GraphQL",
            cure="make a fine-grained token with 'Public repositories (read-only)' and export GITHUB_TOKEN",
        )
    return Finding("token", is_well=True, text=_token_name(settings.tokens[0]))


def _token_name(token: Secret) -> str:
    """Type and last four characters, never more."""
    text = token.reveal()
    kind = next((name for prefix, name in TOKEN_TYPES.items() if text.startswith(prefix)), "token of an unknown type")
    return f"{kind} …{text[-4:]}" if len(text) >= 20 else kind  # a short one would be half given away


async def _look_at_github(settings: Settings) -> list[Finding]:
    engine = Engine(
        endpoint=lambda: Endpoint(settings.github_api_url, settings.github_graphql_url),
        token=next(iter(settings.tokens), None),
        contact=settings.contact,
        deadline=30.0,
    )
    async with engine:
        findings = await _look_at_rest(engine, settings)
        if not engine.is_anonymous:
            findings.append(await _look_at_graphql(engine, settings))
    return findings


async def _look_at_rest(engine: Engine, settings: Settings) -> list[Finding]:
    try:
        answer = await engine.rest("/rate_limit")
    except FetchError as error:
        cure = "check network, proxy and token; GITHUB_API_URL names another address"
        return [Finding("REST API", is_well=False, text=f"{settings.github_api_url}: {error}", cure=cure)]
    if answer.status != 200:
        text = f"{settings.github_api_url} answered HTTP {answer.status} {answer.message}".rstrip()
        return [Finding("REST API", is_well=False, text=text, cure="check GITHUB_API_URL and the token")]
    findings = [Finding("REST API", is_well=True, text=f"{settings.github_api_url} answers{_quota(engine, 'core')}")]
    if "date" in answer.headers:
        findings.append(_compare_clocks(answer.headers["date"]))
    expiry = answer.headers.get("github-authentication-token-expiration")
    if expiry:
        findings.append(Finding("token expiry", is_well=True, text=expiry))
    return findings


async def _look_at_graphql(engine: Engine, settings: Settings) -> Finding:
    try:
        await engine.graphql(PROBE, {})
    except FetchError as error:
        cure = "check the token; GITHUB_GRAPHQL_URL names another address"
        return Finding("GraphQL API", is_well=False, text=f"{settings.github_graphql_url}: {error}", cure=cure)
    text = f"{settings.github_graphql_url} answers{_quota(engine, 'graphql')}"
    return Finding("GraphQL API", is_well=True, text=text)


def _quota(engine: Engine, resource: str) -> str:
    quota = engine.limits.quotas.get(resource)
    if quota is None:
        return ""
    reset = datetime.fromtimestamp(quota.reset, UTC)
    return f", {quota.remaining} of {quota.limit} left until {clock.to_text(reset)}"


def _compare_clocks(date_header: str) -> Finding:
    try:
        skew = abs((clock.now() - parsedate_to_datetime(date_header)).total_seconds())
    except (TypeError, ValueError):
        return Finding("clock", is_well=True, text="GitHub sent no readable date to compare with")
    if skew > MAX_SKEW_SECONDS:
        text = f"this machine's clock is {skew:.0f} s off GitHub's"
        return Finding("clock", is_well=False, text=text, cure="set it by NTP: ages and dates of figures depend on it")
    return Finding("clock", is_well=True, text=f"within {skew:.0f} s of GitHub's")
