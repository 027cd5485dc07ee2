"""A whole HTTP answer as data, and GitHub's own standard ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
SOMETHING_WENT_WRONG = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub "
    "bug. Please include `SANDBOX` when reporting this issue."
)
SAML = "Resource protected by organization SAML enforcement. You must grant your token access to this organization."
SECONDARY_LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

Manner = Literal["whole", "truncated", "dripping", "reset"]


@dataclass(frozen=True)
class Reply:
    """An answer and the manner in which it travels.

    truncated: `content-length` promises more than is sent. dripping: the body comes byte by byte, `pause` seconds
    apart. reset: nothing is sent, the connection is reset.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = "whole"
    pause: float = 0.0
    sent: Callable[[], None] | None = None
    """Called once all of it is on its way."""


def json_reply(status: int, value: Any, **headers: str) -> Reply:
    """`value` as JSON; a header `retry_after` is sent as `retry-after`."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def message_reply(status: int, message: str, **headers: str) -> Reply:
    """An error of the REST API: GitHub's wording and a link to its documentation."""
    value = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return json_reply(status, value, **headers)


def errors_reply(status: int, error: Mapping[str, Any], **headers: str) -> Reply:
    """A GraphQL answer without any data."""
    return json_reply(status, {"data": None, "errors": [error]}, **headers)


def html_reply(status: int, title: str) -> Reply:
    """The error page of a gateway in front of the API."""
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return Reply(status, page.encode(), HTML_TYPE)


def not_found() -> Reply:
    """404, as for everything that is missing or may not be seen."""
    return message_reply(404, "Not Found")


def blocked() -> Reply:
    """451 for a repository that was taken down."""
    block = {"reason": "dmca", "created_at": "2023-01-01T00:00:00Z", "html_url": "https://github.com/github/dmca"}
    return json_reply(451, {"message": "Repository access blocked", "block": block})


def bad_credentials() -> Reply:
    """401 for a token that GitHub does not know."""
    return message_reply(401, "Bad credentials")


def authentication_required() -> Reply:
    """401 of GraphQL without a token; the rate headers all read 0."""
    zero = {f"x_ratelimit_{name}": "0" for name in ("limit", "remaining", "used", "reset")}
    return message_reply(401, "This endpoint requires you to be authenticated.", **zero)


def user_agent_required() -> Reply:
    """403 for a request without User-Agent."""
    text = b"Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n"
    return Reply(403, text, HTML_TYPE)


def secondary_limit(status: int = 403, retry_after: int | None = None) -> Reply:
    """The secondary rate limit, at any status that GitHub uses for it, with or without Retry-After."""
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    if status == 200:
        return errors_reply(200, {"message": SECONDARY_LIMIT}, **headers)
    return message_reply(status, SECONDARY_LIMIT, **headers)


def rate_limited(reset_at: int | None = None) -> Reply:
    """The hour's GraphQL points are used up: HTTP 200. `reset_at`, epoch seconds, goes into the header."""
    headers = {"x_ratelimit_remaining": "0"} | ({} if reset_at is None else {"x_ratelimit_reset": str(reset_at)})
    error = {"type": "RATE_LIMITED", "message": "API rate limit already exceeded for user ID 1."}
    return errors_reply(200, error, **headers)


def rest_rate_limited(status: int = 403, reset_at: int | None = None) -> Reply:
    """The hour's REST requests are used up."""
    headers = {"x_ratelimit_remaining": "0"} | ({} if reset_at is None else {"x_ratelimit_reset": str(reset_at)})
    return message_reply(status, "API rate limit exceeded for user ID 1.", **headers)


def timed_out() -> Reply:
    """The gateway gave up waiting for a GraphQL answer."""
    return html_reply(502, "Bad Gateway")
