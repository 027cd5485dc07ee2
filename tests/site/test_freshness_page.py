"""The page of what is fresh, stale or failing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from crawler.site.texts import load_texts
from crawler.sources.catalogue import SOURCE_NAMES
from crawler.store import open_writer, transaction

Ask = Callable[..., str]
Opened = Callable[..., AbstractContextManager[Datasette]]
LIVE = """
UPDATE runs SET mode = 'live', recorded_on = NULL, outcome = 'in part', ended_at = '2026-11-22T12:05:00Z';
UPDATE computed_days SET origin = 'live', day = '2026-11-22';
UPDATE total_values SET day = '2026-11-22';
UPDATE repositories SET origin = 'live';
DELETE FROM fetches;
INSERT INTO fetches (source, subject, repository_id, origin, fetched_at, fresh_until, status, attempts, attempted_at,
  error, failing_since, next_try_at) VALUES
  ('github', 'a', 1, 'live', '2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z', 'ok', 1, '2026-11-22T12:00:00Z', NULL,
    NULL, NULL),
  ('github', 'b', 2, 'live', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', 'ok', 1, '2026-11-20T12:00:00Z', NULL,
    NULL, NULL),
  ('github', 'c', 3, 'live', NULL, NULL, 'failed', 4, '2026-11-22T12:00:00Z', 'HTTP 502 <b>bad</b>',
    '2026-11-19T12:00:00Z', '2026-11-25T01:02:03Z'),
  ('yahoo', 'ACME', NULL, 'live', NULL, NULL, 'failed', 4, '2026-11-22T12:00:00Z', 'HTTP 429 of the secret', NULL,
    NULL);
INSERT INTO run_sources VALUES (1, 'github', 3, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 'the quota'),
  (1, 'yahoo', 3, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0, NULL);
INSERT INTO refused_values VALUES ('github', 'a/b', 'stars', '-5', 'less than none', '2026-11-22T12:00:00Z');
INSERT INTO quotas VALUES ('secret-identity', 'core', 5000, 17, '2026-11-22T13:00:00Z', '2026-11-22T12:00:00Z');
UPDATE repositories SET status = 'gone', status_note = 'it answered 404' WHERE id = 2;
INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method, licence_class)
VALUES ('acme', 'market_cap', '5', 'USD', '2025-01-01', '2026-11-22T12:00:00Z', 'seeds', 'stated', 'curated'),
  ('acme', 'annual_revenue', '5', 'USD', '2024-06-01', '2026-11-22T12:00:00Z', 'seeds', 'stated', 'curated'),
  ('acme', 'public_float', '5', 'USD', '2019-06-01', '2026-11-22T12:00:00Z', 'fmp', 'stated', 'restricted');
"""


@pytest.fixture
def ask(database: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Asks a site of live figures, two days after the last refresh."""
    monkeypatch.setenv("CRAWLER_NOW", "2026-11-22T18:00:00Z")
    with closing(open_writer(database)) as connection, transaction(connection):
        for statement in LIVE.split(";\n"):
            connection.execute(statement)
    with ExitStack() as stack:
        sites: dict[bool, Datasette] = {}

        def get(*, with_restricted: bool = False) -> str:
            if with_restricted not in sites:
                sites[with_restricted] = stack.enter_context(opened(database, with_restricted=with_restricted))
            response: httpx.Response = asyncio.run(sites[with_restricted].client.get("/freshness"))
            assert response.status_code == 200, response.text
            return " ".join(response.text.split())

        yield get


def test_it_says_how_much_is_fresh_and_how_the_last_refresh_ended(ask: Ask) -> None:
    page = ask()
    assert "<strong>1 of 3</strong>" in page
    assert "<strong>2 days ago</strong>" in page
    assert '<strong>Done in part</strong> <span class="note">6 hours ago</span>' in page
    assert "1 was never answered" in page


def test_it_says_what_each_source_brings(ask: Ask) -> None:
    texts = load_texts()
    assert [name for name in SOURCE_NAMES if f"freshness.brings.{name}" not in texts] == []
    assert texts("freshness.brings.github") in ask()


def test_it_says_what_fails_why_and_when_it_is_tried_again(ask: Ask) -> None:
    page = ask()
    assert "HTTP 502 &lt;b&gt;bad&lt;/b&gt;" in page
    assert "2026-11-25 01:02" in page
    assert "it answered 404" in page
    assert "<bdi>less than none</bdi>" in page
    assert "<bdi>the quota</bdi>" in page


def test_it_says_which_money_is_old_and_which_project_has_no_repository(ask: Ask) -> None:
    page = ask()
    assert "<bdi>market cap</bdi></td> <td>Expired" in page
    assert "<bdi>annual revenue</bdi></td> <td>Stale" in page
    assert "<bdi>Hosted Platform</bdi>" in page
    assert "<bdi>Former Member</bdi>" not in page


def test_what_sources_of_restricted_figures_answered_is_left_out(ask: Ask) -> None:
    page = ask()
    assert "yahoo" not in page
    assert "secret" not in page
    assert "public float" not in page
    shown = ask(with_restricted=True)
    assert "HTTP 429 of the secret" in shown
    assert "<bdi>public float</bdi>" in shown
    assert "secret-identity" not in shown


def test_a_page_of_now_is_not_kept_for_ever(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<strong>1 of 3</strong>" in ask()
    monkeypatch.setenv("CRAWLER_NOW", "2026-11-24T18:00:00Z")
    assert "<strong>1 of 3</strong>" in ask()
    monkeypatch.setattr("crawler.site.answering.time.monotonic", lambda: 10.0**9)
    assert "<strong>0 of 3</strong>" in ask()


def test_recorded_answers_count_from_the_refresh_that_read_them(get_rich: Callable[..., httpx.Response]) -> None:
    page = get_rich("/freshness").text
    assert "recorded answers of 2023-09-25" in page
    assert "<strong>just now</strong>" in page
    assert "0 minutes" not in page
    assert ">and 18 more</a>" in page
    assert "9999" not in page
