"""What counts as a secret in a text, and what does not."""

from __future__ import annotations

import time

import pytest

from crawler.fetch.redact import redact, short_error

BODY = "A1b2C3d4E5f6G7h8I9j0"
SECRETS = [
    f"ghp_{BODY}{BODY[:16]}",
    f"gho_{BODY}",
    f"ghu_{BODY}",
    f"ghr_{BODY}",
    f"ghs_12345_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.{BODY}-{BODY}_",
    f"github_pat_11{BODY}_{BODY}",
    "v1." + "0123456789abcdef0123456789abcdef01234567",
    f"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.{BODY}",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIabc without an end",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_taken_out_whole(secret: str) -> None:
    assert redact(f"before {secret}") == "before …"
    assert "MII" not in short_error(f"before {secret} after")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("https://me:pass@host/x", "https://…@host/x"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("{'authorization': 'token abcdef'}", "{'authorization': 'token …'}"),
        ("GET /x?api_key=abc&page=2", "GET /x?api_key=…&page=2"),
        ("/v4?user_key=abc", "/v4?user_key=…"),
        ("my own s3cret here", "my own … here"),
    ],
)
def test_what_stands_around_a_secret_stays(text: str, redacted: str) -> None:
    assert redact(text, "s3cret", "") == redacted


@pytest.mark.parametrize(
    "text",
    ["commit 0123456789abcdef0123456789abcdef01234567", "https://github.com/a/b", "v1.2.3", "ghp_ and eyJ", "a:b@c"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_hostile_text_of_any_length_is_read_at_once() -> None:
    started = time.process_time()
    for part in ("-eyJ", "://a:", "authorization: ", "ghp_", "-----BEGIN PRIVATE KEY-----", "&token="):
        assert len(short_error(part * 2_000_000)) <= 300
    assert time.process_time() - started < 1.0
