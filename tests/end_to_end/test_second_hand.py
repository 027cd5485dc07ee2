"""Without a token: as much as GitHub allows to nobody, and the rest at second hand, marked as that."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import COMPUTED, TOKEN, Landscape

from crawler.sandbox import Elsewhere, SandboxServer, made_up_world
from crawler.sandbox.faults import Fault, malformed_json, reset, server_error, wrong_type
from crawler.sandbox.limits import Limits
from crawler.sandbox.replies import Reply, json_reply

ALLOWED = 5
FIGURES = ("stars", "forks", "license_spdx")
TOLD = ("figures_source", "figures_source_url", "figures_observed_at", "figures_licence_class")
DEAD = "ghp_" + "D" * 36


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float]) -> Iterator[Landscape]:
    """Twelve repositories at a GitHub that lets anybody ask five times an hour."""
    with SandboxServer(made_up_world(12), token=TOKEN, anonymous=True, enforce_limits=True) as server:
        server.limits.anonymous_per_hour["core"] = ALLOWED
        yield Landscape(tmp_path, server)


@pytest.fixture
def bare(landscape: Landscape, elsewhere: Elsewhere) -> Landscape:
    """The same, with hosts beside it."""
    return landscape


def names(landscape: Landscape) -> list[str]:
    return [repository.name_with_owner for repository in landscape.world]


def refresh(landscape: Landscape, *options: object, code: int | None = 3, **environment: str) -> Any:
    return landscape.refresh(*options, code=code, **{"GITHUB_TOKEN": ""} | environment)


def from_hosts(elsewhere: Elsewhere, kind: str) -> list[frozenset[str]]:
    return [seen.names for seen in elsewhere.log if seen.kind == kind]


def told(landscape: Landscape, name: str) -> tuple[Any, ...]:
    row = landscape.repository(name)
    return tuple(row[column] for column in TOLD)


def truth(landscape: Landscape, name: str) -> tuple[Any, ...]:
    one = landscape.world[name]
    return one.stars, one.forks, one.license.spdx_id if one.license else None


def test_no_more_is_asked_of_github_than_it_allows_and_the_rest_in_one_request(
    bare: Landscape, elsewhere: Elsewhere
) -> None:
    done = refresh(bare)
    assert bare.server.rest_counted == ALLOWED
    assert len(bare.server.log) == ALLOWED
    assert {seen.kind for seen in bare.server.log} == {"rest"}
    first, rest = names(bare)[:ALLOWED], names(bare)[ALLOWED:]
    assert [{name.casefold() for name in rest}] == from_hosts(elsewhere, "depsdev")
    assert from_hosts(elsewhere, "ecosystems") == []
    for name in names(bare):
        row = bare.repository(name)
        assert (row["stars"], row["forks"]) == truth(bare, name)[:2]
        assert row["figures_source"] == ("github" if name in first else "depsdev")
    assert "second-hand: deps.dev 7" in done.err and "CC BY 4.0" in done.err
    assert bare.server.broken_waits() == [] and elsewhere.broken_waits() == []


def test_who_told_what_and_when_stands_beside_it(bare: Landscape, elsewhere: Elsewhere) -> None:
    *_, unknown, last = names(bare)
    elsewhere.unknown_to_depsdev = {unknown}
    done = refresh(bare, "--json")
    assert from_hosts(elsewhere, "ecosystems") == [{unknown}]
    now = bare.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    synced = elsewhere.synced_at.replace(".000Z", "Z")
    page = "https://repos.ecosyste.ms/hosts/GitHub/repositories/" + unknown.replace("/", "%2F")
    assert told(bare, names(bare)[0]) == ("github", f"https://github.com/{names(bare)[0]}", now, "public")
    assert told(bare, last) == (
        "depsdev",
        "https://deps.dev/project/github/" + last.replace("/", "%2F"),
        now,
        "attribution",
    )
    assert told(bare, unknown) == ("ecosystems", page, synced, "share-alike")
    for name in (unknown, last):
        row = bare.repository(name)
        assert tuple(row[column] for column in FIGURES) == truth(bare, name)
    data = json.loads(done.out)
    assert data["second_hand"].items() >= {"depsdev": 6, "ecosystems": 1}.items()
    exported = bare.database.with_name("all.json")
    bare.run("export", "json", "-o", exported)
    assert "ecosystems" in exported.read_text(encoding="utf-8")


def test_a_tag_comes_from_the_feed(bare: Landscape, elsewhere: Elsewhere) -> None:
    refresh(bare)
    tagged = bare.world["acme-00/widget-9"]
    row = bare.repository(tagged.name_with_owner)
    newest = max((one for one in tagged.releases or () if one.published_at), key=lambda one: str(one.published_at))
    assert (row["latest_tag"], row["latest_tag_at"]) == (newest.tag_name, newest.published_at)
    assert row["latest_release_tag"] is None
    # A second look at what has not changed asks for nothing but that.
    elsewhere.log.clear()
    bare.later(hours=23)
    refresh(bare)
    feeds = [seen for seen in elsewhere.log if seen.kind == "web"]
    assert feeds and any(seen.conditional and seen.status == 304 for seen in feeds)
    assert bare.repository(tagged.name_with_owner)["latest_tag"] == newest.tag_name


def test_what_was_never_asked_comes_first_and_hours_add_up(bare: Landscape) -> None:
    for hour in range(2):
        bare.server.limits = Limits(enforced=True)
        bare.server.limits.anonymous_per_hour["core"] = ALLOWED
        refresh(bare)
        asked = {name for seen in bare.server.log for name in seen.names}
        assert asked == set(names(bare)[hour * ALLOWED :][:ALLOWED])
        bare.later(hours=1, minutes=1)
    assert bare.rows("SELECT figures_source, count(*) FROM repositories GROUP BY 1") == [("depsdev", 2), ("github", 10)]


def test_a_wait_for_the_hour_is_kept_and_nothing_is_asked_before(bare: Landscape) -> None:
    refresh(bare)
    bare.later(minutes=20)
    refresh(bare, code=None)
    assert bare.asked == 0


def test_nothing_replaces_a_fresher_figure_and_only_a_later_date_a_staler_one(
    bare: Landscape, elsewhere: Elsewhere
) -> None:
    bare.refresh()
    first_hand = {name: bare.repository(name) for name in names(bare)}
    for repository in bare.world:
        repository.stars += 1000
    old, fresh = names(bare)[0], names(bare)[1]
    bare.change("UPDATE repositories SET figures_observed_at = '2020-01-01T00:00:00Z' WHERE name_with_owner = ?", old)
    bare.change("UPDATE fetches SET fresh_until = '2020-01-02T00:00:00Z' WHERE source = 'github'")
    bare.server.limits.anonymous_per_hour["core"] = 0
    elsewhere.unknown_to_ecosystems = set(names(bare))
    refresh(bare, code=None)
    assert from_hosts(elsewhere, "depsdev") == [set(names(bare))]
    # deps.dev has no date: it replaces nothing of GitHub's own, of whatever age.
    assert bare.repository(fresh)["stars"] == first_hand[fresh]["stars"]
    assert bare.repository(old)["stars"] == first_hand[old]["stars"]
    # ecosyste.ms has one, five days before today.
    elsewhere.unknown_to_ecosystems = set()
    bare.later(days=1)
    refresh(bare, code=None)
    assert bare.repository(old)["stars"] == bare.world[old].stars
    assert told(bare, old)[0] == "ecosystems"
    assert bare.repository(fresh)["stars"] == first_hand[fresh]["stars"]
    assert told(bare, fresh)[0] == "github"
    kept = {"description", "latest_release_tag", "contributors", "first_commit_at", "watchers", "license_spdx"}
    for name in names(bare):
        assert {column: bare.repository(name)[column] for column in kept} == {
            column: first_hand[name][column] for column in kept
        }


def test_no_trend_is_made_of_it_and_a_token_replaces_it_all(bare: Landscape, elsewhere: Elsewhere) -> None:
    refresh(bare)
    asked = set(names(bare)[:ALLOWED])
    history = "SELECT DISTINCT name_with_owner FROM history h JOIN repositories r ON r.id = h.repository_id"
    assert {name for (name,) in bare.rows(history)} == asked
    for repository in bare.world:
        repository.stars += 7
    bare.later(days=1)
    elsewhere.log.clear()
    bare.refresh()
    assert elsewhere.log == []
    assert bare.rows("SELECT DISTINCT figures_source, figures_licence_class FROM repositories") == [
        ("github", "public")
    ]
    for name in names(bare):
        assert bare.repository(name)["stars"] == bare.world[name].stars
        assert bare.repository(name)["latest_commit_at"] == (
            bare.world[name].head and bare.world[name].head.committed_at
        )
    # Nor is the step from second to first hand a change.
    late = set(names(bare)) - asked
    found = "SELECT DISTINCT name_with_owner FROM changes c JOIN repositories r ON r.id = c.repository_id"
    assert not {name for (name,) in bare.rows(found)} & late


TROUBLES = {
    "reset": reset(),
    "503": server_error(503),
    "page": wrong_type(),
    "malformed": malformed_json(),
    "garbage": Reply(200, b"\xff\x00garbage"),
    "a list": json_reply(200, []),
}
OWN_ROWS = ("runs", "run_sources", "fetches", "waits", "quotas", "validators", *COMPUTED)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_other_hosts_loses_nothing(bare: Landscape, elsewhere: Elsewhere, trouble: str) -> None:
    elsewhere.faults.replace(Fault(TROUBLES[trouble]))
    done = refresh(bare)
    assert "second-hand" not in done.err.splitlines()[-2]
    assert bare.rows("SELECT figures_source, count(stars) FROM repositories GROUP BY 1") == [(None, 0), ("github", 5)]
    elsewhere.faults.replace()
    elsewhere.unknown_to_depsdev = {names(bare)[-1]}
    bare.later(minutes=30)
    refresh(bare)
    before = bare.dump(*OWN_ROWS)
    for repository in bare.world:
        repository.stars += 1000
    bare.later(hours=23)
    bare.server.limits.anonymous_per_hour["core"] = 0
    elsewhere.faults.replace(Fault(TROUBLES[trouble]))
    refresh(bare, code=None)
    assert bare.dump(*OWN_ROWS) == before


def test_the_figures_of_another_repository_are_not_taken(bare: Landscape, elsewhere: Elsewhere) -> None:
    bare.refresh()
    before = bare.dump(*OWN_ROWS)
    bare.later(days=1)
    bare.server.limits.anonymous_per_hour["core"] = 0
    elsewhere.unknown_to_depsdev = set(names(bare))
    for repository in bare.world:
        repository.database_id = 999
        repository.stars = 1
    elsewhere.synced_at = bare.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    done = refresh(bare, code=None)
    assert "ecosystems: acme-00/widget-0: the answer is about another repository of that name" in done.err
    assert bare.dump(*OWN_ROWS) == before


def test_no_token_reaches_other_hosts(bare: Landscape, elsewhere: Elsewhere) -> None:
    elsewhere.unknown_to_depsdev = {names(bare)[-1]}
    done = bare.refresh(code=3, GITHUB_TOKEN=DEAD)
    assert "the classic personal access token …DDDD was set aside" in done.err
    assert {seen.kind for seen in elsewhere.log} == {"depsdev", "ecosystems", "web"}
    assert not any(seen.authorized for seen in elsewhere.log)
    assert all("authorization" not in seen.headers for seen in elsewhere.log)
    assert bare.server.rest_counted == ALLOWED


def test_a_host_that_cannot_be_reached_is_left_alone_for_an_hour(bare: Landscape, elsewhere: Elsewhere) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = {"CRAWLER_DEPSDEV_URL": f"http://127.0.0.1:{taken.getsockname()[1]}"}
        done = refresh(bare, **nobody)
    assert "depsdev: stopped: 127.0.0.1 cannot be reached" in done.err
    assert bare.value("SELECT count(*) FROM waits WHERE resource = 'unreachable'") == 1
    elsewhere.log.clear()
    bare.later(minutes=58)
    done = refresh(bare, code=None)
    assert "it is left alone until" in done.err
    assert from_hosts(elsewhere, "depsdev") == []
    bare.later(minutes=3)
    refresh(bare)
    assert len(from_hosts(elsewhere, "depsdev")) == 1


def test_what_is_not_asked_is_not_claimed(bare: Landscape, elsewhere: Elsewhere) -> None:
    """A list that fits into the hour needs no other host."""
    bare.seed(*names(bare)[:2])
    refresh(bare)
    assert from_hosts(elsewhere, "depsdev") == []
