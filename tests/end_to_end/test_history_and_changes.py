"""What repeated refreshes add to the past: a row for each day that differs, and each event once."""

from __future__ import annotations

from crawling import Landscape

from crawler.sandbox.faults import Fault, resource_limits, saml
from crawler.sandbox.replies import html_reply
from crawler.sandbox.world import License

ONE, OTHER = "acme-00/widget-0", "acme-00/widget-1"


def history(landscape: Landscape) -> list[tuple[object, ...]]:
    return landscape.rows("SELECT day, stars FROM history ORDER BY day")


def changes(landscape: Landscape) -> list[tuple[object, ...]]:
    return landscape.rows("SELECT kind, before, after, at, project_id FROM changes ORDER BY id")


def text(landscape: Landscape) -> str:
    return landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_day_has_one_row_and_only_where_it_differs(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.now = landscape.now.replace(hour=0)
    repository = landscape.world[ONE]
    days = []
    for hours, stars in ((0, 7), (1, 9), (1, 9), (24, 9), (24, 10), (2, 9), (2, 10)):
        landscape.later(hours=hours)
        repository.stars = stars
        landscape.refresh("--force")
        days.append(landscape.now.date().isoformat())
    assert history(landscape) == [(days[2], 9), (days[6], 10)]
    repository.stars = 9
    landscape.refresh("--force")
    assert history(landscape) == [(days[2], 9)]


def test_events_between_two_answers_once(landscape: Landscape) -> None:
    landscape.seed(ONE)
    repository = landscape.world[ONE]
    repository.license = License("mit", "MIT License", "MIT")
    landscape.refresh()
    assert changes(landscape) == []
    archived_at = text(landscape)
    landscape.later(days=1)
    repository.is_archived, repository.archived_at = True, archived_at
    repository.license = License("other", "Other", "NOASSERTION", pseudo=True)
    repository.release("v9.0.0", text(landscape))
    expected = [
        ("archived", None, None, archived_at, "widget-0"),
        ("license_changed", "MIT", "NOASSERTION", text(landscape), "widget-0"),
        ("release", None, "v9.0.0", text(landscape), "widget-0"),
    ]
    for _ in range(3):
        landscape.refresh("--force")
        assert sorted(changes(landscape), key=repr) == sorted(expected, key=repr)
        landscape.later(days=1)
    repository.is_archived, repository.archived_at = False, None
    landscape.refresh()
    assert changes(landscape)[-1] == ("revived", None, None, text(landscape), "widget-0")


def test_many_releases_on_pages_are_no_events_at_first_and_one_later(landscape: Landscape) -> None:
    repository = landscape.world[ONE]
    landscape.seed(ONE)
    for number in range(35):
        repository.release(f"n{number:02}", text(landscape))
        landscape.later(minutes=10)
    landscape.refresh("--source", "github")
    assert landscape.value("SELECT count(*) FROM releases") >= 35
    assert changes(landscape) == []
    landscape.change("DELETE FROM releases WHERE tag_name = 'n03'")
    landscape.later(days=1)
    repository.release("n99", text(landscape))
    landscape.refresh("--source", "github")
    assert [(kind, after) for kind, _, after, *_ in changes(landscape)] == [("release", "n99")]


def test_pages_that_failed_the_first_time_bring_no_events_the_second(landscape: Landscape) -> None:
    repository = landscape.world[ONE]
    landscape.seed(ONE)
    for number in range(35):
        repository.release(f"n{number:02}", text(landscape))
    # The follow-up page fails; what the first page brought waits for the whole.
    landscape.strike(Fault(html_reply(502, "Bad Gateway"), kind="graphql", after=1))
    landscape.refresh("--source", "github", code=3)
    assert landscape.value("SELECT status FROM fetches") == "partial"
    landscape.strike()
    landscape.refresh("--source", "github")
    assert landscape.value("SELECT count(*) FROM releases") >= 35
    assert changes(landscape) == []


def test_a_failed_and_a_partial_answer_make_no_event(landscape: Landscape) -> None:
    landscape.seed(ONE, OTHER)
    landscape.refresh()
    repository = landscape.world[ONE]
    repository.is_archived, repository.license = True, None
    landscape.later(days=1)
    landscape.strike(Fault(saml(ONE)))
    landscape.refresh(code=3)
    assert changes(landscape) == []
    landscape.strike(Fault(saml(ONE, "licenseInfo")))
    landscape.refresh()
    assert [kind for kind, *_ in changes(landscape)] == ["archived"]
    assert landscape.repository(ONE)["license_spdx"] not in {None, "NONE"}


def test_a_project_listed_twice_has_its_event_under_the_first(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.refresh()
    landscape.seeds.write_text(
        landscape.seeds.read_text(encoding="utf-8").replace("name: widget-0", "name: Second")
        + f"          - name: Third\n            repo_url: https://github.com/{ONE}\n",
        encoding="utf-8",
    )
    landscape.later(days=1)
    landscape.world[ONE].release("v9.0.0", text(landscape))
    landscape.refresh()
    assert [change[-1] for change in changes(landscape) if change[0] == "release"] == ["second"]


def test_a_heavy_history_leaves_the_count_of_commits_as_it_was(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.refresh()
    before = landscape.repository(ONE)["commits_last_year"]
    assert before is not None
    landscape.world[ONE].push(50, text(landscape))
    landscape.world[ONE].stars += 1
    landscape.strike(Fault(resource_limits(ONE, "defaultBranchRef", "target", "recent")))
    landscape.later(days=1)
    landscape.refresh(code=3)
    row = landscape.repository(ONE)
    assert (row["commits_last_year"], row["stars"]) == (before, landscape.world[ONE].stars)
    landscape.strike()
    landscape.refresh()
    assert landscape.repository(ONE)["commits_last_year"] == before + 50
