"""What happens at GitHub comes out of `crawler changes`, and at the webhook, after the refresh that notices it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from crawling import Landscape
from upstreams import Upstream

from crawler.sandbox.replies import Reply
from crawler.sandbox.world import License

ONE = "acme-00/widget-0"
SECRET = "a-key-of-the-tests-alone"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.reply = Reply(200)
        yield upstream


def where(upstream: Upstream) -> dict[str, str]:
    return {"CRAWLER_WEBHOOK_URL": f"{upstream.base_url}/in", "CRAWLER_WEBHOOK_SECRET": SECRET}


def received(upstream: Upstream) -> list[list[Any]]:
    return [[event["kind"] for event in json.loads(body)["data"]["events"]] for _, _, body in upstream.asked]


def test_from_github_to_the_newsletter_and_the_webhook(landscape: Landscape, upstream: Upstream) -> None:
    landscape.seed(ONE)
    repository = landscape.world[ONE]
    repository.license = License("mit", "MIT License", "MIT")
    landscape.refresh()
    landscape.later(days=1)
    repository.is_archived = True
    landscape.refresh()
    landscape.later(days=1)
    repository.license = License("other", "Other", "NOASSERTION", pseudo=True)
    repository.release("v9.0.0", landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    landscape.refresh(**where(upstream))
    # An address that is new is told of this run, and not of the past.
    assert [set(kinds) for kinds in received(upstream)] == [{"license_changed", "release"}]
    happened = {event["kind"] for event in json.loads(landscape.run("changes", "--json").out)}
    assert happened == {"archived", "license_changed", "release"}
    page = landscape.run("changes", "--markdown", "--since", "7d").out
    assert "widget-0 was archived" in page
    assert "widget-0 released v9.0.0" in page
    assert "<title>widget-0 was archived" in landscape.run("changes", "--atom").out
    landscape.refresh("--force", **where(upstream))
    assert len(upstream.asked) == 1


def test_a_failing_webhook_is_one_line_and_no_exit_code(landscape: Landscape, upstream: Upstream) -> None:
    landscape.seed(ONE)
    landscape.refresh(**where(upstream))
    landscape.later(days=1)
    landscape.world[ONE].is_archived = True
    upstream.reply = Reply(400)
    done = landscape.refresh("-q", **where(upstream))
    assert done.err == "crawler: the webhook has not taken all events: it answered 400\n"
    assert SECRET not in repr(landscape.dump())
    assert landscape.run("changes", "--deliver", code=3, **where(upstream)).err == done.err
    upstream.reply = Reply(200)
    landscape.later(days=1)
    landscape.refresh("-q", **where(upstream))
    assert received(upstream) == [["archived"]] * 3
    assert landscape.rows("SELECT change_id, failing_since, error FROM webhooks") == [(1, None, None)]
