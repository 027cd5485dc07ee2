"""deps.dev as the sandbox plays it: figures of projects one by one or in batches, without saying how old they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.rest_api import plus
from crawler.sandbox.world import Repository

Find = Callable[[str], Repository | None]
"""The repository of a name, as far as the host knows it."""
MAX_BATCH = 5000
_HOST = "github.com/"
_PROJECT = re.compile(r"/v3(?:alpha)?/projects/([^/]+)")
_BATCH = "/v3alpha/projectbatch"


class _Key(msgspec.Struct):
    id: str


class _Request(msgspec.Struct, rename="camel"):
    project_key: _Key


class _Batch(msgspec.Struct, rename="camel"):
    requests: list[_Request]
    page_token: str = ""


def names(path: str, body: bytes) -> list[str]:
    """The repositories, `owner/name`, that a request asks for."""
    match = _PROJECT.fullmatch(urlsplit(path).path)
    batch = _read(body) if not match else None
    keys = [unquote(match[1])] if match else [one.project_key.id for one in batch.requests] if batch else []
    return [key.removeprefix(_HOST) for key in keys if key.startswith(_HOST)]


def answer(method: str, path: str, body: bytes, find: Find, page_size: int) -> Reply:
    """The answer to a request for one project or, in pages of so many, for a batch."""
    route = urlsplit(path).path
    if (method, route) == ("POST", _BATCH):
        return _batch(body, find, page_size)
    match = _PROJECT.fullmatch(route)
    project = _project(unquote(match[1]), find) if match and method in {"GET", "HEAD"} else None
    return json_reply(200, project) if project else json_reply(404, {"code": 5, "message": "project not found"})


def _batch(body: bytes, find: Find, page_size: int) -> Reply:
    batch = _read(body)
    if batch is None or not (batch.page_token or "0").isdecimal():
        return json_reply(400, {"code": 3, "message": "invalid request"})
    if len(batch.requests) > MAX_BATCH:
        return json_reply(400, {"code": 3, "message": f"batch requests may contain at most {MAX_BATCH} requests"})
    start = int(batch.page_token or "0")
    end = start + page_size
    responses: list[dict[str, Any]] = []
    for one in batch.requests[start:end]:
        project = _project(one.project_key.id, find)
        responses.append({"request": msgspec.to_builtins(one)} | ({"project": project} if project else {}))
    following = str(end) if end < len(batch.requests) else ""
    return json_reply(200, {"responses": responses, "nextPageToken": following})


def _project(key: str, find: Find) -> dict[str, Any] | None:
    repository = find(key.removeprefix(_HOST)) if key.startswith(_HOST) else None
    if repository is None:
        return None
    license_ = repository.license.spdx_id if repository.license else ""
    figures = {
        # In its own spelling, whatever the request says.
        "projectKey": {"id": f"{_HOST}{repository.name_with_owner.lower()}"},
        "openIssuesCount": plus(repository.open_issues, repository.open_pull_requests),
        "starsCount": repository.stars,
        "forksCount": repository.forks,
        "license": "non-standard" if license_ == "NOASSERTION" else license_,
        "description": repository.description,
        "homepage": repository.homepage_url,
    }
    return {name: value for name, value in figures.items() if value is not None}


def _read(body: bytes) -> _Batch | None:
    try:
        return msgspec.json.decode(body, type=_Batch)
    except msgspec.DecodeError:
        return None
