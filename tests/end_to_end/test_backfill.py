"""The past of stars and releases, filled over several runs: nothing missing, nothing twice, nothing told as news."""

from __future__ import annotations

import json
from datetime import date, timedelta

import httpx
import pytest
from crawling import Landscape

from crawler.sandbox import SandboxServer, recorded_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import message_reply

ONE, TWO = "acme-00/widget-3", "acme-00/widget-4"
STARS = ("--source", "star_history")
WEEKS = """
SELECT w.week, w.gained, w.stars, w.days FROM star_weeks w JOIN repositories r ON r.id = w.repository_id
WHERE r.name_with_owner = ? ORDER BY w.week
"""


@pytest.fixture
def two(landscape: Landscape) -> Landscape:
    """Two repositories, ten years and eight years old, whose figures are known."""
    for name, years in ((ONE, 10), (TWO, 8)):
        created = landscape.world.today - timedelta(days=365 * years)
        landscape.world[name].created_at = f"{created}T12:00:00Z"
    landscape.seed(ONE, TWO)
    landscape.refresh("--source", "github")
    return landscape


def backfill(landscape: Landscape, budget: int, code: int = 0) -> str:
    return landscape.refresh(*STARS, code=code, CRAWLER_STAR_HISTORY=str(budget)).err


def assert_whole(landscape: Landscape, name: str) -> None:
    """A row for each week from the creation to this day, and stars that are what the weeks add up to."""
    rows = landscape.rows(WEEKS, name)
    first, last = date.fromisoformat(rows[0][0]), date.fromisoformat(rows[-1][0])
    created = date.fromisoformat(landscape.world[name].created_at[:10])
    assert first <= created < first + timedelta(days=7)
    assert last <= landscape.world.today < last + timedelta(days=7)
    assert [row[0] for row in rows] == [(first + timedelta(weeks=at)).isoformat() for at in range(len(rows))]
    assert all(sum(json.loads(days)) == gained for _, gained, _, days in rows)
    assert rows[-1][2] == landscape.world[name].stars
    assert all(stars >= 0 for *_, stars, _ in rows)


def due(landscape: Landscape) -> int:
    (line,) = json.loads(landscape.run("plan", "--json", *STARS, CRAWLER_STAR_HISTORY="9").out)
    assert line["requests"] == line["rest_counted"] <= 9
    return int(line["subjects"])


def test_one_that_no_request_was_left_for_is_no_failure_and_leaves_no_trace(two: Landscape) -> None:
    told = backfill(two, 1)
    assert "1 of 2 answered: 1 ok; 2 go on in the next run\n" in told and two.asked == 1
    assert two.rows("SELECT subject, status FROM fetches WHERE source = 'star_history'") == [(TWO, "ok")]
    assert two.rows("SELECT DISTINCT count(*) FROM star_weeks") == [(30,)]
    assert due(two) == 2


def test_small_budgets_and_a_fault_in_the_middle_fill_all_in_the_end(two: Landscape) -> None:
    for run in range(12):
        if run == 2:
            two.strike(Fault(message_reply(500, "no"), name=ONE, path="stargazers/history"))
            assert "without a whole answer" in backfill(two, 9, code=3)
            two.strike()
        elif run:
            told = backfill(two, 9)
            assert two.asked <= 9
            assert ("go on in the next run" in told) == bool(due(two))
        # Weeks move on between the runs.
        two.later(days=3)
        two.world.today = two.now.date()
        if run > 1 and not due(two):
            break
    assert run < 7
    two.later(days=30)
    two.world.today = two.now.date()
    two.refresh("--source", "github")
    backfill(two, 9)
    assert two.asked == 2
    for name in (ONE, TWO):
        assert_whole(two, name)
    assert two.rows("SELECT status, failing_since FROM fetches WHERE source = 'star_history'") == [("ok", None)] * 2


def test_months_later_the_newest_weeks_alone_are_asked_for(two: Landscape) -> None:
    backfill(two, 1000)
    before = {name: two.rows(WEEKS, name) for name in (ONE, TWO)}
    assert sum(gained for _, gained, *_ in before[ONE]) == two.world[ONE].stars
    assert [stars for *_, stars, _ in before[ONE]] == sorted(stars for *_, stars, _ in before[ONE])
    for pause, pages in ((29, 0), (2, 2), (31, 2), (290, 4)):
        two.later(days=pause)
        two.world.today = two.now.date()
        two.world[ONE].stars += 1000
        two.refresh("--source", "github")
        backfill(two, 1000)
        assert two.asked == pages
    for name in (ONE, TWO):
        assert_whole(two, name)
        # What is older than the pages that came is as it was told then.
        assert two.rows(WEEKS, name)[:300] == before[name][:300]


def test_who_refuses_is_left_alone_until_a_month_has_passed(two: Landscape) -> None:
    refusal = "You do not have permission to view the stargazers of this repository"
    two.strike(Fault(message_reply(403, refusal), name=ONE, path="stargazers/history"))
    assert "1 ok, 1 unknown" in backfill(two, 1000)
    for hours, count in ((1, 0), (24 * 29, 0), (24, 2)):
        two.later(hours=hours)
        backfill(two, 1000)
        assert two.asked == count
    assert two.rows(WEEKS, ONE) == [] != two.rows(WEEKS, TWO)


def test_more_stars_in_the_past_than_today_never_count_below_zero(two: Landscape) -> None:
    two.change("UPDATE repositories SET stars = 40")
    backfill(two, 1000)
    rows = two.rows(WEEKS, ONE)
    assert rows[-1][2] == 40 and rows[0][2] == 0 and min(stars for *_, stars, _ in rows) == 0


def test_off_without_a_token_or_by_zero(two: Landscape) -> None:
    for environment in ({"CRAWLER_STAR_HISTORY": "0"}, {"GITHUB_TOKEN": "", "CRAWLER_STAR_HISTORY": "9"}):
        for name in ("plan", "refresh"):
            done = two.run(name, *STARS, code=2, **environment)
            assert "star_history is switched off" in done.err and two.asked == 0
    for wrong in ("-1", "many", "1.5", "99999999"):
        done = two.run("plan", code=2, CRAWLER_STAR_HISTORY=wrong)
        assert "CRAWLER_STAR_HISTORY" in done.err and "write" in done.err


def test_older_releases_are_stored_and_are_no_news(landscape: Landscape) -> None:
    # One of 130 releases within a year and a half, and one that has twelve.
    world = landscape.world[ONE]
    newest = date.fromisoformat(world.releases[0].created_at[:10])
    for number in range(1, 131):
        at = f"{newest - timedelta(days=400 + 9 * number)}T00:00:00Z"
        world.releases.append(type(world.releases[0])(f"v0.{130 - number}", at, at, False, False))
    draft = f"{newest - timedelta(days=1300)}T00:00:00Z"
    world.releases.append(type(world.releases[0])("never", None, draft, True, False))
    landscape.seed(ONE)
    landscape.refresh("--source", "github")
    stored = landscape.value("SELECT count(*) FROM releases")
    counted = landscape.total("releases_1y")
    assert stored < 130
    landscape.later(days=2)
    late = f"{landscape.now:%Y-%m-%dT%H:%M:%SZ}"
    landscape.refresh("--source", "github")
    world.release("v99", late)
    landscape.refresh("--source", "release_history")
    assert landscape.value("SELECT count(*) FROM releases") == len(world.releases) - 2
    assert landscape.value("SELECT min(tag_name) FROM releases WHERE published_at < '2025'") == "v0.0"
    assert landscape.rows("SELECT 1 FROM releases WHERE NOT is_told OR tag_name = 'v99'") == []
    assert landscape.rows("SELECT 1 FROM changes WHERE kind = 'release'") == []
    assert landscape.total("releases_1y") == counted
    # Whole for ever, even under --force, and though a draft is counted that nobody sees; the next release is news.
    landscape.refresh("--source", "release_history", "--force")
    assert landscape.asked == 0
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert landscape.asked == 1
    assert landscape.value("SELECT count(*) FROM releases WHERE tag_name = 'v99'") == 1
    assert landscape.total("releases_1y") == counted + 1


def test_no_star_history_is_recorded(landscape: Landscape) -> None:
    landscape.seed("bytecodealliance/wasmtime")
    done = landscape.refresh("--sandbox")
    assert "\nstar_history" not in done.err
    assert "no star history is recorded" in landscape.refresh("--sandbox", *STARS, code=2).err
    assert landscape.rows("SELECT * FROM star_weeks") == []
    with SandboxServer(recorded_world()) as server:
        path = f"{server.api_url}/repos/bytecodealliance/wasmtime/stargazers/history"
        assert httpx.get(path, trust_env=False).status_code == 404


def test_what_is_unfinished_is_due_whatever_age_is_asked_for(two: Landscape) -> None:
    backfill(two, 2)
    two.later(minutes=1)
    two.refresh(*STARS, "--max-age", "7d", CRAWLER_STAR_HISTORY="1000")
    assert two.asked > 2
    two.later(minutes=1)
    two.refresh(*STARS, "--max-age", "7d", CRAWLER_STAR_HISTORY="1000")
    assert two.asked == 0
