"""ecosyste.ms as the sandbox plays it: one repository at a time, as of the day on which it was last looked at."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.rest_api import plus
from crawler.sandbox.world import Repository

_ROUTE = re.compile(r"/api/v1/hosts/GitHub/repositories/([^/]+)")


def names(path: str) -> list[str]:
    """The repository, `owner/name`, that a path asks for."""
    match = _ROUTE.fullmatch(urlsplit(path).path)
    return [unquote(match[1])] if match else []


def answer(repository: Repository | None, synced_at: str) -> Reply:
    """The answer for a repository, with figures of the time `synced_at`; None: ecosyste.ms does not know it."""
    if repository is None:
        return json_reply(404, {"status": 404, "error": "Not Found"})
    owner, _, name = repository.name_with_owner.partition("/")
    value = {
        "uuid": str(repository.database_id),
        "full_name": repository.name_with_owner,
        "owner": owner,
        "name": name,
        "html_url": repository.url,
        "description": repository.description,
        "homepage": repository.homepage_url,
        "language": repository.primary_language,
        "license": repository.license.key.lower() if repository.license else None,
        "topics": repository.topics,
        "stargazers_count": repository.stars,
        "forks_count": repository.forks,
        "subscribers_count": repository.watchers,
        "open_issues_count": plus(repository.open_issues, repository.open_pull_requests),
        "archived": repository.is_archived,
        "fork": repository.is_fork,
        "default_branch": repository.default_branch,
        "created_at": repository.created_at,
        "updated_at": repository.updated_at,
        "pushed_at": repository.pushed_at,
        "latest_tag_name": repository.tags[0].name if repository.tags else None,
        "previous_names": repository.former_names,
        "commit_stats": None,
        "scorecard": None,
        "last_synced_at": synced_at,
    }
    return json_reply(200, value)
