"""Asks REST about one repository: why GraphQL does not find it, or its facts where no token is at hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.redact import short_error
from crawler.model import Outcome, Repository, Subject
from crawler.sources.github.licenses import read_license
from crawler.sources.github.reading import dig, flag, integer, moment, repository_name, text


async def confirm(subject: Subject, engine: Engine) -> Outcome:
    """The definite answer about a repository from GET /repos/{owner}/{name}; a failed outcome where there is none."""
    try:
        answer = await engine.rest(f"/repos/{quote(subject.name)}")
    except (RetryLater, Skip) as error:
        return Outcome(subject=subject, error=str(error))
    return read_repository(subject, answer)


def read_repository(subject: Subject, answer: RestAnswer) -> Outcome:
    """What the answer says: 404 missing, 451 blocked, else the facts that REST has."""
    if answer.status in {404, 410}:
        return Outcome(subject=subject, status="missing", note=answer.message or None)
    if answer.status == 451 or (answer.status == 403 and "access blocked" in answer.message.lower()):
        reason = text(dig(answer.payload, "block", "reason"))
        return Outcome(subject=subject, status="blocked", note=short_error(reason or answer.message) or None)
    payload = answer.payload
    if answer.status != 200:
        return Outcome(subject=subject, error=f"HTTP {answer.status} {answer.message}".strip())
    if not isinstance(payload, dict) or repository_name(payload.get("full_name")) is None:
        return Outcome(subject=subject, error="the answer names no repository")
    if flag(payload.get("private")):
        return Outcome(subject=subject, status="private", note="the repository is private")
    return Outcome(subject=subject, status="ok", record=_record(payload))


def _record(payload: dict[str, Any]) -> Repository:
    """REST's `open_issues_count` mixes issues and pull requests, so it is left out."""
    license_ = read_license(payload.get("license"))
    values: dict[str, tuple[str, Any]] = {
        "node_id": ("node_id", text(payload.get("node_id"))),
        "database_id": ("id", integer(payload.get("id"))),
        "url": ("html_url", text(payload.get("html_url"))),
        "owner_login": ("owner", text(dig(payload, "owner", "login"))),
        "owner_type": ("owner", text(dig(payload, "owner", "type"))),
        "description": ("description", text(payload.get("description"))),
        "homepage_url": ("homepage", text(payload.get("homepage"))),
        "stars": ("stargazers_count", integer(payload.get("stargazers_count"))),
        "forks": ("forks_count", integer(payload.get("forks_count"))),
        "watchers": ("subscribers_count", integer(payload.get("subscribers_count"))),
        "license_spdx": ("license", license_.spdx),
        "license_expression": ("license", license_.expression),
        "license_name": ("license", license_.name),
        "license_osi_approved": ("license", license_.is_osi_approved),
        "primary_language": ("language", text(payload.get("language"))),
        "topics": ("topics", _topics(payload.get("topics"))),
        "default_branch": ("default_branch", text(payload.get("default_branch"))),
        "created_at": ("created_at", moment(payload.get("created_at"))),
        "pushed_at": ("pushed_at", moment(payload.get("pushed_at"))),
        "is_archived": ("archived", flag(payload.get("archived"))),
        "is_fork": ("fork", flag(payload.get("fork"))),
        "is_mirror": ("mirror_url", bool(payload.get("mirror_url"))),
        "is_template": ("is_template", flag(payload.get("is_template"))),
    }
    # What the answer leaves out is no "none": it stays as it is stored.
    told = {name: value for name, (key, value) in values.items() if key in payload}
    return Repository(name_with_owner=str(payload["full_name"]), **told)


def _topics(topics: Any) -> tuple[str, ...] | None:
    return tuple(name for topic in topics if (name := text(topic))) if isinstance(topics, list) else None
