"""What can befall a repository at GitHub, and what the database says of it; what was known stays known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, saml, vanished
from crawler.sandbox.world import Repository

ONE, OTHER = "acme-00/widget-0", "acme-00/widget-1"
KEPT = (
    "stars",
    "forks",
    "description",
    "latest_commit_at",
    "contributors",
    "first_commit_at",
    "database_id",
    "node_id",
)


def state(landscape: Landscape, name: str = ONE) -> str:
    return str(landscape.repository(name)["status"])


def kept(landscape: Landscape, name: str = ONE) -> list[object]:
    row = landscape.repository(name)
    return [row[column] for column in (*KEPT, "fetched_at")]


def hide(repository: Repository) -> None:
    repository.hidden = True


def block(repository: Repository) -> None:
    repository.blocked = True


def close(repository: Repository) -> None:
    repository.is_private = True


@pytest.mark.parametrize(
    ("befall", "status", "note"),
    [(hide, "missing", "Not Found"), (block, "blocked", "dmca"), (close, "private", "the repository is private")],
)
def test_a_state_without_figures_keeps_the_older_ones_and_their_date(
    landscape: Landscape, befall: Callable[[Repository], None], status: str, note: str
) -> None:
    landscape.refresh()
    before = kept(landscape)
    history = landscape.rows("SELECT * FROM history")
    befall(landscape.world[ONE])
    landscape.later(days=8)
    done = landscape.refresh()
    assert f"1 {status}" in done.err
    row = landscape.repository(ONE)
    assert (row["status"], row["status_note"]) == (status, note)
    assert kept(landscape) == before
    assert landscape.rows("SELECT * FROM history WHERE repository_id = ?", row["id"]) == [
        entry for entry in history if entry[0] == row["id"]
    ]
    assert landscape.value("SELECT status FROM fetches WHERE source = 'github' AND subject = ?", ONE) == status
    # It is fresh for a day, as any answer, and nothing but its state is asked for.
    landscape.refresh()
    assert landscape.asked == 0
    assert state(landscape, OTHER) == "ok"


@pytest.mark.parametrize("befall", [hide, block, close])
def test_a_state_can_be_the_first_answer_and_can_end(
    landscape: Landscape, befall: Callable[[Repository], None]
) -> None:
    befall(landscape.world[ONE])
    landscape.refresh()
    assert state(landscape) in {"missing", "blocked", "private"}
    assert landscape.repository(ONE)["stars"] is None
    assert (
        landscape.rows("SELECT 1 FROM history h JOIN repositories r ON r.id = h.repository_id AND r.stars IS NULL")
        == []
    )
    landscape.world[ONE].hidden = landscape.world[ONE].blocked = landscape.world[ONE].is_private = False
    landscape.later(days=1)
    landscape.refresh()
    row = landscape.repository(ONE)
    assert (row["status"], row["status_note"], row["missing_since"]) == ("ok", None, None)
    assert row["stars"] == landscape.world[ONE].stars
    assert row["contributors"] == landscape.world[ONE].contributors
    assert row["first_commit_at"] == landscape.world[ONE].first.committed_at
    assert landscape.rows("SELECT * FROM changes") == []


def test_missing_becomes_gone_on_a_later_day_only(landscape: Landscape) -> None:
    landscape.now = landscape.now.replace(hour=1)
    landscape.refresh("--source", "github")
    landscape.world.delete(ONE)
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert state(landscape) == "missing"
    since = landscape.now.date().isoformat()
    assert landscape.repository(ONE)["missing_since"] == since
    landscape.later(hours=20)
    landscape.refresh("--source", "github", "--force")
    assert state(landscape) == "missing"
    landscape.later(hours=4)
    assert "1 gone" in landscape.refresh("--source", "github", "--force").err
    assert (state(landscape), landscape.repository(ONE)["missing_since"]) == ("gone", since)
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert state(landscape) == "gone"
    assert landscape.repository(ONE)["stars"] is not None


def test_a_failure_between_two_sightings_does_not_count_as_one(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.later(days=1)
    landscape.strike(Fault(saml(ONE)))
    landscape.refresh("--source", "github", code=3)
    assert (state(landscape), landscape.repository(ONE)["missing_since"]) == ("ok", None)
    landscape.strike()
    landscape.world[ONE].hidden = True
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert state(landscape) == "missing"


def test_what_was_missing_in_between_begins_to_count_anew(landscape: Landscape) -> None:
    repository = landscape.world[ONE]
    for hidden, expected in ((True, "missing"), (False, "ok"), (True, "missing"), (True, "gone"), (False, "ok")):
        repository.hidden = hidden
        landscape.refresh("--source", "github")
        assert state(landscape) == expected
        landscape.later(days=1)
    assert landscape.repository(ONE)["stars"] == repository.stars


def test_an_empty_repository_is_an_answer_with_zeros(landscape: Landscape) -> None:
    repository = landscape.world[ONE]
    repository.is_empty, repository.head, repository.first, repository.commit_count = True, None, None, 0
    repository.languages, repository.releases, repository.tags, repository.latest_release = {}, [], [], None
    repository.contributors, repository.anonymous_contributors, repository.default_branch = 0, 0, None
    landscape.refresh()
    row = landscape.repository(ONE)
    assert (row["status"], row["stars"], row["commits_last_year"], row["contributors"], row["first_commit_at"]) == (
        "empty",
        repository.stars,
        0,
        0,
        None,
    )
    # The first commit is asked for when there is one, and only then.
    assert landscape.rows("SELECT 1 FROM fetches WHERE source = 'first_commit' AND subject = ?", ONE) == []
    pushed = repository.push(1, landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    repository.contributors = 1
    landscape.later(days=1)
    landscape.refresh()
    row = landscape.repository(ONE)
    # The zero contributors of an empty repository do not stand for their whole week.
    assert (row["status"], row["first_commit_oid"], row["contributors"]) == ("ok", pushed.oid, 1)
    landscape.refresh("--force")
    assert not [seen for seen in landscape.server.log if seen.operation in {"CommitCounts", "FirstCommits"}]


def test_null_without_an_error_is_unknown_named_and_fresh(landscape: Landscape) -> None:
    landscape.strike(Fault(vanished(ONE)))
    done = landscape.refresh()
    assert f"unknown (GitHub gave no reason): {ONE}\n" in done.err
    assert (state(landscape), landscape.repository(ONE)["stars"]) == ("unknown", None)
    landscape.refresh()
    assert landscape.asked == 0
    landscape.strike()
    landscape.later(days=1)
    landscape.refresh()
    assert (state(landscape), landscape.repository(ONE)["stars"]) == ("ok", landscape.world[ONE].stars)


def test_null_for_a_repository_that_is_known_is_looked_into(landscape: Landscape) -> None:
    """GitHub's REST API decides what a node id that leads nowhere means."""
    landscape.refresh()
    before = kept(landscape)
    landscape.strike(Fault(vanished(ONE)))
    landscape.later(days=1)
    landscape.refresh()
    assert state(landscape) == "ok"
    assert kept(landscape)[:-1] == before[:-1]


def test_a_name_that_github_does_not_know_is_missing(landscape: Landscape) -> None:
    landscape.seed(ONE, "acme-00/nothing")
    landscape.refresh()
    assert (state(landscape), state(landscape, "acme-00/nothing")) == ("ok", "missing")


def test_private_figures_are_never_stored(landscape: Landscape) -> None:
    landscape.world[ONE].is_private = True
    landscape.world[ONE].description = "our secret plan"
    landscape.refresh()
    assert b"our secret plan" not in landscape.database.read_bytes()
    landscape.world[ONE].is_private = False
    landscape.later(days=1)
    landscape.refresh()
    landscape.world[ONE].is_private = True
    landscape.world[ONE].description = "another secret"
    landscape.later(days=1)
    landscape.refresh()
    assert (state(landscape), landscape.repository(ONE)["description"]) == ("private", "our secret plan")
