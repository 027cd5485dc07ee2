"""Whatever a host sends, it is judged: nothing is raised before anybody has decided what to do about it."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
from hostile import VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.fetch.answers import Raw, graphql_errors, read_json
from crawler.fetch.verdicts import judge_graphql, judge_rest

ENOUGH = settings(deadline=None, derandomize=True, max_examples=200)
NAMES = (
    *("retry-after", "date", "content-type", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"),
    *("x-ratelimit-used", "x-ratelimit-resource", "x-github-sso", "location", "link"),
)
HEADER_TEXTS = st.sampled_from(
    [
        *("0", "-1", "60", "1e9", "nan", "inf", "-inf", "9" * 400, "1_0", "٣", "", " "),
        *(
            "Sun, 22 Nov 2026 12:00:00 GMT",
            "Sun, 99 Nov 2026 12:00:00 GMT",
            "Sun, 22 Nov 9999 23:59:59 -9999",
            "0",
            "Mon",
        ),
        *("application/json", "application/json; charset=utf-16", "text/html", "application/problem+json;"),
    ]
) | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=30)
HEADERS = st.dictionaries(st.sampled_from(NAMES), HEADER_TEXTS, max_size=5).map(
    lambda headers: httpx.Headers([(name.encode(), text.encode()) for name, text in headers.items()])
)
MESSAGES = st.sampled_from(
    [
        "Bad credentials",
        "You have exceeded a secondary rate limit",
        "API rate limit exceeded",
        "Requires authentication",
    ]
)
ERRORS = st.dictionaries(
    st.sampled_from(["message", "type", "path", "extensions", "locations"]),
    VALUES | MESSAGES | st.sampled_from(["RATE_LIMITED", "RESOURCE_LIMITS_EXCEEDED", "NOT_FOUND"]) | st.lists(VALUES),
)
PAYLOADS = VALUES | st.dictionaries(
    st.sampled_from(["message", "errors", "data", "documentation_url"]),
    VALUES | MESSAGES | st.lists(ERRORS | VALUES, max_size=3),
)


@ENOUGH
@given(
    status=st.integers(100, 599) | st.sampled_from([200, 202, 400, 401, 403, 429, 502, 503]),
    headers=HEADERS,
    body=st.binary(max_size=20) | st.just(b"<h1>error_500</h1>"),
    payload=PAYLOADS,
    elapsed=st.floats(0, 60),
)
def test_any_answer_is_judged(status: int, headers: httpx.Headers, body: bytes, payload: Any, elapsed: float) -> None:
    raw = Raw(status, headers, body, payload, elapsed)
    for verdict in (judge_rest(raw), judge_graphql(raw)):
        assert verdict.reason.isprintable()


@ENOUGH
@given(payload=PAYLOADS.filter(lambda payload: isinstance(payload, dict)))
def test_any_errors_are_read(payload: dict[str, Any]) -> None:
    for error in graphql_errors(payload):
        assert error.message.isprintable() and error.type.isprintable() and isinstance(error.path, tuple)


BODIES = (
    st.binary(max_size=40)
    | VALUES.map(lambda value: repr(value).encode("utf-8", "replace"))
    | st.sampled_from(
        [b"", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b"1" * 5_000, b"1e999", b'"\\ud800"', b"NaN"]
    )
)


@ENOUGH
@given(headers=HEADERS, body=BODIES)
def test_any_body_is_json_or_nothing(headers: httpx.Headers, body: bytes) -> None:
    found = read_json(headers, body)
    if found is not None:
        assert msgspec.json.decode(body) == found
