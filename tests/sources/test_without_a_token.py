"""Without a token: the facts that REST has, as far as the hour's limit goes, and no GraphQL."""

from __future__ import annotations

import httpx
import pytest
from asking import Asker, Clock, subject
from msgspec import UNSET

from crawler.errors import Stop
from crawler.fetch.answers import RestAnswer
from crawler.model import Repository, Subject
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sources.github import ContributorsSource, FirstCommitSource, RepositoriesSource, SponsorsSource
from crawler.sources.github.confirm import read_repository
from crawler.sources.source import Source

ONLY_GRAPHQL = {
    "open_issues",
    "closed_issues",
    "has_security_policy",
    "open_pull_requests",
    "archived_at",
    "latest_commit_at",
    "latest_commit_oid",
    "commits_last_year",
    "releases",
    "releases_total",
    "latest_release_tag",
    "latest_release_at",
    "latest_tag",
    "latest_tag_at",
    "languages",
    "funding_links",
}
OTHER_SOURCES = {"contributors", "contributors_note", "first_commit_at", "first_commit_oid"}


def test_rest_knows_the_facts_that_it_has(clock: Clock) -> None:
    world = made_up_world(40)
    with SandboxServer(world) as server:
        asker = Asker(server, clock)
        subjects = list(map(subject, world))
        bare = {
            one.subject.name: one for one in asker.fetch(RepositoriesSource(today=world.today), subjects, token=None)
        }
        full = {one.subject.name: one for one in asker.fetch(RepositoriesSource(today=world.today), subjects)}
        assert server.log[0].kind == "rest"
    assert len(bare) == 40
    for name, outcome in bare.items():
        record, whole = outcome.record, full[name].record
        assert isinstance(record, Repository)
        assert isinstance(whole, Repository)
        unset = {
            field for field in Repository.__struct_fields__ if getattr(record, field) is getattr(Repository(), field)
        }
        assert unset == ONLY_GRAPHQL | OTHER_SOURCES
        told = {field: getattr(record, field) for field in Repository.__struct_fields__ if field not in unset}
        assert told == {field: getattr(whole, field) for field in told}
        assert (outcome.status, outcome.error) == ("ok", None)


def test_a_repository_that_is_not_there(clock: Clock) -> None:
    world = made_up_world(2)
    missing = subject(world["acme-00/widget-0"])
    world.delete("acme-00/widget-0")
    world["acme-00/widget-1"].blocked = True
    with SandboxServer(world) as server:
        subjects = [missing, subject(world["acme-00/widget-1"])]
        outcomes = Asker(server, clock).fetch(RepositoriesSource(today=world.today), subjects, token=None)
    assert [outcome.status for outcome in outcomes] == ["missing", "blocked"]


def test_the_hours_limit_is_not_sat_out(clock: Clock) -> None:
    world = made_up_world(40)
    with SandboxServer(world, enforce_limits=True) as server:
        server.limits.per_hour["core"] = 20
        asker = Asker(server, clock)
        source = RepositoriesSource(today=world.today)
        outcomes, stop = asker.fetch_until_stop(source, list(map(subject, world)), token=None)
        assert str(stop) == "the hourly limit without a token is used up"
        assert len(outcomes) == server.rest_counted == 20
        assert clock.waits == []
        # The limit is the host's: the next source asks nothing.
        asked = len(server.log)
        assert asked <= 32
        assert [seen.kind for seen in server.log] == ["rest"] * asked


def test_contributors_go_on_where_core_facts_end(clock: Clock) -> None:
    world = made_up_world(3)
    with SandboxServer(world) as server:
        subjects = [subject(one, "contributors") for one in world]
        outcomes = Asker(server, clock).fetch(ContributorsSource(), subjects, token=None)
    assert [outcome.status for outcome in outcomes] == ["ok"] * 3


@pytest.mark.parametrize("source", [FirstCommitSource(), SponsorsSource()])
def test_what_only_graphql_knows_is_not_asked(asker: Asker, source: Source) -> None:
    subjects = [subject(one, source.name, by_id=True) for one in asker.server.world]
    outcomes, stop = asker.fetch_until_stop(source, subjects, token=None)
    assert (outcomes, str(stop)) == ([], "GitHub answers GraphQL only with a token")
    assert isinstance(stop, Stop)
    assert asker.server.log == []


def test_what_a_rest_answer_leaves_out_stays_as_it_is_stored() -> None:
    payload = {"full_name": "acme/widget", "stargazers_count": 5, "license": None}
    asked = Subject(source="github", name="acme/widget")
    record = read_repository(asked, RestAnswer(200, payload, httpx.Headers())).record
    assert isinstance(record, Repository)
    assert (record.stars, record.license_spdx) == (5, "NONE")
    assert (record.forks, record.topics, record.is_mirror, record.database_id) == (UNSET, UNSET, UNSET, UNSET)
