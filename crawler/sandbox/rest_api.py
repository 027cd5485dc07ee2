"""The REST endpoints of GitHub that the crawler asks, over a world."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.sandbox.limits import Quota
from crawler.sandbox.replies import Reply, blocked, json_reply, message_reply, not_found
from crawler.sandbox.star_history import star_weeks
from crawler.sandbox.world import Repository, World

_ROUTE = re.compile(
    r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<id>\d+))(?P<rest>/contributors|/stargazers/history|/stats/commit_activity)?"
)
_OWNED = re.compile(r"/users/(?P<login>[^/]+)/repos")
_TOO_LARGE = "The history or contributor list is too large to list contributors for this repository via the API."
_MAX_PER_PAGE = 100
_MAX_WEEKS = 30
_MOST_PAGES = 1_000
"""No repository has so many pages of weeks."""


class RestApi:
    """Answers GET requests; `base` is the address in Link and Location headers."""

    def __init__(self, world: World, base: str) -> None:
        self._world = world
        self._base = base

    def repository(self, path: str) -> Repository | None:
        """The repository that a path has to do with, whether it may be seen or not."""
        match = _ROUTE.fullmatch(urlsplit(path).path)
        if match is None:
            return None
        return self._world.find(match["name"]) if match["name"] else self._world.by_database_id(int(match["id"]))

    def endpoint(self, path: str) -> str:
        """The endpoint of a path, as the limit per endpoint counts them."""
        match = _ROUTE.fullmatch(urlsplit(path).path)
        if _OWNED.fullmatch(urlsplit(path).path):
            return "/users/:login/repos"
        return f"/repos/:owner/:repo{match['rest'] or ''}" if match else urlsplit(path).path

    def answer(self, path: str) -> Reply:
        """The answer to a GET of `path` (with query string)."""
        parts = urlsplit(path)
        if owned := _OWNED.fullmatch(parts.path):
            return self._owned(owned["login"], dict(parse_qsl(parts.query)))
        match = _ROUTE.fullmatch(parts.path)
        repository = self.repository(path)
        if match is None or repository is None or repository.hidden:
            return not_found()
        if repository.blocked:
            return blocked()
        moved = match["name"] and match["name"].casefold() != repository.name_with_owner.casefold()
        # A recorded repository has no numeric id to be sent to: its former name answers by itself.
        if moved and repository.database_id is not None:
            query = f"?{parts.query}" if parts.query else ""
            location = f"{self._base}/repositories/{repository.database_id}{match['rest'] or ''}{query}"
            return json_reply(301, {"message": "Moved Permanently", "url": location}, location=location)
        options = dict(parse_qsl(parts.query))
        match match["rest"]:
            case "/contributors":
                return self._contributors(repository, options)
            case "/stargazers/history":
                return self._star_history(repository, options)
            case "/stats/commit_activity":
                return self._commit_activity(repository)
        return self._core(repository)

    def _commit_activity(self, repository: Repository) -> Reply:
        """52 weeks, the oldest first; by day is not held."""
        if repository.first_week is None:
            return json_reply(200, [])
        counted = (
            (repository.first_week + timedelta(weeks=number), commits)
            for number, commits in enumerate(repository.weekly_commits)
        )
        weeks = [
            {"days": None, "total": commits, "week": int(datetime.combine(week, time(), UTC).timestamp())}
            for week, commits in counted
            if week <= self._world.today
        ]
        return json_reply(200, weeks)

    def _star_history(self, repository: Repository, options: Mapping[str, str]) -> Reply:
        """One page; no recording holds any, and nothing made up shall stand among recorded figures."""
        if self._world.recorded:
            return not_found()
        size, page = min(_MAX_WEEKS, _number(options, "per_page", _MAX_WEEKS)), _number(options, "page", 1)
        weeks = star_weeks(repository, self._world.today, start=(min(page, _MOST_PAGES) - 1) * size, count=size)
        return json_reply(200, weeks)

    def _contributors(self, repository: Repository, options: Mapping[str, str]) -> Reply:
        """One page; who they are is not held, so that each is an object without a name."""
        if repository.contributors_too_large:
            return message_reply(403, _TOO_LARGE)
        if repository.contributors is None:
            return not_found()
        anonymous = repository.anonymous_contributors if options.get("anon", "").lower() not in {"1", "true"} else 0
        count = repository.contributors - anonymous
        if count == 0:
            return Reply(204)
        place = (
            f"repositories/{repository.database_id}"
            if repository.database_id
            else f"repos/{repository.name_with_owner}"
        )
        held = [{"type": None, "contributions": None}] * count
        return self._page(held, f"{place}/contributors", options)

    def _owned(self, login: str, options: Mapping[str, str]) -> Reply:
        """One page of the public repositories of an account, by name; a recorded world holds no account as a whole."""
        if self._world.recorded or login.casefold() not in self._world.owners:
            return not_found()
        owned = [one for one in self._world.owned(login) if not one.is_private]
        owned.sort(key=lambda one: one.name_with_owner.casefold())
        return self._page([self._facts(one) for one in owned], f"users/{login}/repos", options)

    def _page(self, items: list[Any], place: str, options: Mapping[str, str]) -> Reply:
        """One page of a list, with the Link header that leads to the others."""
        size = min(_MAX_PER_PAGE, _number(options, "per_page", 30))
        page, last = _number(options, "page", 1), -(-len(items) // size)
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        if page == 1:
            del links["prev"], links["first"]
        if page >= last:
            del links["next"], links["last"]
        texts = [
            f'<{self._base}/{place}?{urlencode({**options, "page": number})}>; rel="{rel}"'
            for rel, number in links.items()
        ]
        body = items[(page - 1) * size : page * size]
        return json_reply(200, body, **({"link": ", ".join(texts)} if texts else {}))

    def _core(self, repository: Repository) -> Reply:
        body = json.dumps(self._facts(repository), ensure_ascii=False, separators=(",", ":")).encode()
        if repository.updated_at is None:
            return Reply(200, body)
        moment = datetime.fromisoformat(repository.updated_at).astimezone(UTC)
        return Reply(200, body, headers={"last-modified": format_datetime(moment, usegmt=True)})

    def _facts(self, repository: Repository) -> dict[str, Any]:
        license_, login = repository.license, repository.name_with_owner.partition("/")[0]
        owner = self._world.owners.get(login.casefold())
        return {
            "id": repository.database_id,
            "node_id": repository.node_id,
            "name": repository.name_with_owner.partition("/")[2],
            "full_name": repository.name_with_owner,
            "private": repository.is_private,
            "owner": {"login": login, "type": owner.type if owner else None},
            "html_url": repository.url,
            "description": repository.description,
            "fork": repository.is_fork,
            "homepage": repository.homepage_url,
            "language": repository.primary_language,
            "license": license_ and {"key": license_.key, "name": license_.name, "spdx_id": license_.spdx_id},
            "topics": repository.topics,
            "stargazers_count": repository.stars,
            "watchers_count": repository.stars,
            "forks_count": repository.forks,
            "subscribers_count": repository.watchers,
            "open_issues_count": plus(repository.open_issues, repository.open_pull_requests),
            "default_branch": repository.default_branch,
            "archived": repository.is_archived,
            "disabled": repository.is_disabled,
            "is_template": repository.is_template,
            "mirror_url": repository.mirror_url,
            "created_at": repository.created_at,
            "updated_at": repository.updated_at,
            "pushed_at": repository.pushed_at,
        }


def rate_limit(graphql: Quota, core: Quota, version: str) -> Reply:
    """`/rate_limit`; its member `rate` ended with API version 2026-03-10."""
    quotas = {"core": core, "graphql": graphql}
    shown = {name: asdict(quota) for name, quota in quotas.items()}
    return json_reply(200, {"resources": shown} | ({"rate": shown["core"]} if version < "2026-03-10" else {}))


def conditional(reply: Reply, headers: Mapping[str, str], identity: str) -> Reply:
    """The reply with its validators, or 304 where the request's own still hold; an ETag is good for one identity."""
    if reply.status != 200:
        return reply
    etag = f'W/"{hashlib.sha256(identity.encode() + reply.body + repr(reply.headers).encode()).hexdigest()}"'
    modified = reply.headers.get("last-modified")
    validators = {"etag": etag, "cache-control": "private, max-age=60, s-maxage=60"}
    asked = headers.get("if-none-match")
    if asked == etag or (asked is None and modified and headers.get("if-modified-since") == modified):
        return Reply(304, headers=validators | ({"last-modified": modified} if modified else {}))
    return Reply(200, reply.body, reply.content_type, {**reply.headers, **validators})


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    """A positive number of the query string; anything else counts as not given, as with GitHub."""
    text = options.get(name, "")
    return int(text) if text.isdecimal() and int(text) else default


def plus(issues: int | None, pull_requests: int | None) -> int | None:
    """REST counts both together."""
    return None if issues is None or pull_requests is None else issues + pull_requests
