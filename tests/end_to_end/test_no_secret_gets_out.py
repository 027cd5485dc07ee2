"""All that the program prints and writes, searched for the tokens that it was given, while GitHub echoes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_work import called
from crawling import Done, Landscape

from crawler.sandbox import Elsewhere, SandboxServer, made_up_world
from crawler.sandbox.credentials import Credential
from crawler.sandbox.faults import Fault, Spoil
from crawler.sandbox.replies import Reply, message_reply

TOKENS = {
    "classic": "ghp_" + "aB3" * 12,
    "fine-grained": "github_pat_" + "11AB2CD3E0" + "_" + "xY9" * 19 + "zz",
    "oauth": "gho_" + "cD4" * 12,
    "user": "ghu_" + "eF5" * 12,
    "installation": "ghs_123_eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiI" + "gH6" * 30 + ".s1gnature-" + "iJ7" * 14,
    "old": "v1." + "0123456789abcdef0123" * 2,
    "of no known type": "fedcba98765432100f1e2d3c4b5a69788796a5b4",
}
FOREIGN = "ghp_" + "zZ1" * 12
"""A token of somebody else's."""
ALL = " ".join([*TOKENS.values(), FOREIGN])
SHORTEST = 12
"""Letters in a row of a token that nobody may see."""


def echo(status: int, tokens: str = ALL) -> Reply:
    reply = message_reply(
        status, f"No {tokens}, Authorization: Bearer {tokens} https://me:{tokens.split()[0]}@github.com/"
    )
    return Reply(
        reply.status, reply.body, reply.content_type, {"x-github-request-id": tokens, "x-oauth-scopes": tokens}
    )


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float]) -> Iterator[Landscape]:
    """A GitHub whose people write tokens into their texts, and which repeats in its errors what it was sent."""
    world = made_up_world(8)
    odd = world["acme-00/widget-1"]
    odd.description = f"Try {ALL}!"
    odd.homepage_url = f"https://example.org/?token={TOKENS['fine-grained']}"
    odd.topics = [ALL, "fine"]
    with SandboxServer(world, credentials=[Credential(token, name) for name, token in TOKENS.items()]) as server:
        server.credentials[0].refused_by = {"acme-00": "classic"}
        server.faults.replace(
            Fault(echo(403), kind="rest", name="acme-00/widget-2"),
            Fault(echo(404), kind="rest", name="acme-00/widget-3"),
            Fault(echo(500), kind="rest", name="acme-00/widget-4"),
            Fault(Spoil("acme-00/widget-5", f"no {ALL}", "FORBIDDEN")),
            Fault(Spoil("acme-00/widget-6", f"no {ALL}")),
        )
        yield Landscape(tmp_path, server)


def parts(token: str) -> set[str]:
    """Whatever is long enough to be of use to somebody, but for the prefix and what all tokens of a kind share."""
    return {token[at : at + SHORTEST] for at in range(12, len(token) - SHORTEST - 3)}


def is_clean(text: str, where: str) -> None:
    for name, token in (TOKENS | {"foreign": FOREIGN}).items():
        assert token not in text, (where, name)
        assert not [part for part in parts(token) if part in text], (where, name)


def is_clean_all(done: Done, where: str) -> None:
    is_clean(done.out + done.err, where)
    assert "Traceback" not in done.err


def test_no_token_is_printed_or_written(landscape: Landscape, elsewhere: Elsewhere, tmp_path: Path) -> None:
    tokens = {"GITHUB_TOKENS": ",".join(TOKENS.values())}
    for options in (("-v",), ("--log-json", "--force"), ("--json", "--force")):
        is_clean_all(landscape.refresh(*options, code=3, **tokens), repr(options))
    # As a process of its own, whose last words no test catches.
    db = ("--db", landscape.database)
    is_clean_all(
        called(landscape, "refresh", landscape.seeds, *db, "-v", "--force", "--deadline", "0m", **tokens), "process"
    )
    is_clean_all(called(landscape, "doctor", landscape.seeds, *db, **tokens), "doctor")
    for name in ("status", "stats", "plan"):
        for options in ((), ("--json",)):
            is_clean_all(landscape.run(name, *options, **tokens), name)
    for name in ("json", "csv"):
        landscape.run("export", name, "-o", tmp_path / f"out.{name}", **tokens)
    landscape.run("export", "yaml", landscape.seeds, "-o", tmp_path / "out.yaml", **tokens)
    paths = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.suffix for path in paths} >= {".db", ".lock", ".csv", ".json", ".yaml"}
    for path in paths:
        is_clean(path.read_bytes().decode("latin-1"), path.name)
    assert landscape.repository("acme-00/widget-1")["description"].startswith("Try …")
    failures = landscape.rows("SELECT error FROM fetches WHERE error IS NOT NULL")
    assert failures and any("…" in error for (error,) in failures)


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_that_is_refused_is_not_repeated(landscape: Landscape, name: str) -> None:
    landscape.server.credentials = []
    landscape.server.faults.replace(Fault(echo(401, TOKENS[name])))
    is_clean_all(landscape.refresh("-v", code=4, GITHUB_TOKEN=TOKENS[name]), name)


def test_a_token_that_was_copied_badly_is_not_repeated(landscape: Landscape) -> None:
    landscape.server.credentials = []
    token = TOKENS["of no known type"]
    landscape.server.faults.replace(Fault(echo(401, token)))
    for given in (f"{token} ", f"{token}\u00e9", f"a b {token}", f"{token}\n{token}"):
        done = landscape.refresh("-v", code=None, GITHUB_TOKEN=given)
        assert done.code in {2, 4}
        is_clean_all(done, given)
