"""Asks REST about one repository: why GraphQL does not find it, or its facts where no token is at hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from msgspec import UNSET, UnsetType, structs

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.redact import short_error
from crawler.fetch.validators import read_validator
from crawler.fetch.verdicts import is_policy
from crawler.model import Outcome, Repository, Subject
from crawler.sources.checked import MOST_ID, Checked
from crawler.sources.github.licenses import read_license
from crawler.sources.github.reading import LOGIN, flag, repository_name


async def confirm(subject: Subject, engine: Engine, *, conditional: bool = False) -> Outcome:
    """The definite answer about a repository from GET /repos/{owner}/{name}; a failed outcome where there is none.

    With `conditional` an answer that has not changed since the last one confirms what is stored.
    """
    path = f"/repos/{quote(subject.name)}"
    try:
        answer = await engine.rest(path, conditional=conditional, place=subject.name)
    except (RetryLater, Skip) as error:
        is_refused = bool(engine.refusal(subject.name))
        return Outcome(subject=subject, error=str(error), refused=is_refused, passing=isinstance(error, RetryLater))
    if answer.status == 304:
        return Outcome(subject=subject, status="ok", unchanged=True)
    outcome = read_repository(subject, answer)
    return structs.replace(outcome, validator=read_validator(path, answer)) if conditional else outcome


def read_repository(subject: Subject, answer: RestAnswer) -> Outcome:
    """What the answer says: 404 missing, 451 blocked, else the facts that REST has."""
    if answer.status in {404, 410}:
        return Outcome(subject=subject, status="missing", note=answer.message or None)
    if answer.status == 451 or (answer.status == 403 and "access blocked" in answer.message.lower()):
        reason = Checked().text("status_note", answer.payload, "block", "reason")
        return Outcome(subject=subject, status="blocked", note=short_error(reason or answer.message) or None)
    payload = answer.payload
    if answer.status != 200:
        told = f"HTTP {answer.status} {answer.message}".strip()
        return Outcome(subject=subject, error=told, refused=is_policy(answer.message))
    if not isinstance(payload, dict) or repository_name(payload.get("full_name")) is None:
        return Outcome(subject=subject, error="the answer names no repository")
    if flag(payload.get("private")):
        return Outcome(subject=subject, status="private", note="the repository is private")
    checked = Checked()
    record = _record(payload, checked)
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _record(payload: dict[str, Any], checked: Checked) -> Repository:
    """REST's `open_issues_count` mixes issues and pull requests, so it is left out."""
    license_ = read_license(payload, "license", checked)
    mirrored = checked.text("is_mirror", payload, "mirror_url")
    return Repository(
        name_with_owner=str(payload["full_name"]),
        node_id=checked.opaque("node_id", payload, "node_id"),
        database_id=checked.count("database_id", payload, "id", most=MOST_ID),
        url=checked.address("url", payload, "html_url"),
        owner_login=checked.name("owner_login", payload, "owner", "login", pattern=LOGIN),
        owner_type=checked.name("owner_type", payload, "owner", "type"),
        description=checked.text("description", payload, "description"),
        homepage_url=checked.address("homepage_url", payload, "homepage"),
        stars=checked.count("stars", payload, "stargazers_count"),
        forks=checked.count("forks", payload, "forks_count"),
        watchers=checked.count("watchers", payload, "subscribers_count"),
        license_spdx=license_.spdx,
        license_expression=license_.expression,
        license_name=license_.name,
        license_osi_approved=license_.is_osi_approved,
        primary_language=checked.name("primary_language", payload, "language"),
        topics=_topics(payload, checked),
        default_branch=checked.name("default_branch", payload, "default_branch"),
        created_at=checked.moment("created_at", payload, "created_at"),
        pushed_at=checked.moment("pushed_at", payload, "pushed_at"),
        is_archived=checked.flag("is_archived", payload, "archived"),
        is_fork=checked.flag("is_fork", payload, "fork"),
        is_mirror=UNSET if mirrored is UNSET else mirrored is not None,
        is_template=checked.flag("is_template", payload, "is_template"),
    )


def _topics(payload: dict[str, Any], checked: Checked) -> tuple[str, ...] | None | UnsetType:
    topics = checked.listed("topics", payload, "topics")
    if not isinstance(topics, list):
        return topics
    return tuple(name for topic in topics if (name := checked.name("topics", topic)))
