"""The hosts besides GitHub's API: what they know, what they do not, and what they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from defusedxml import ElementTree

from crawler.sandbox import Chaos, Elsewhere, made_up_world, replies
from crawler.sandbox.faults import Fault, server_error
from crawler.sandbox.world import World

FIRST, SECOND, THIRD = (f"acme-00/widget-{number}" for number in range(3))
MANY_RELEASES, NO_RELEASES, EMPTY, PRERELEASES = (
    "acme-01/widget-11",
    "acme-00/widget-4",
    "acme-00/widget-7",
    "acme-00/widget-8",
)
ATOM = "{http://www.w3.org/2005/Atom}"


class Hosts:
    """The running hosts and a client of them."""

    def __init__(self, server: Elsewhere, client: httpx.Client) -> None:
        self.server = server
        self.world = server.world
        self.client = client

    def batch(self, *names: str, token: str = "", host: str = "github.com/") -> httpx.Response:
        """Asks deps.dev for several at once."""
        requests = [{"projectKey": {"id": host + name}} for name in names]
        address = f"{self.server.depsdev_url}/v3alpha/projectbatch"
        return self.client.post(address, json={"requests": requests, "pageToken": token})

    def project(self, name: str) -> httpx.Response:
        """Asks deps.dev for one."""
        return self.client.get(f"{self.server.depsdev_url}/v3/projects/{quote(f'github.com/{name}', safe='')}")

    def repository(self, name: str) -> httpx.Response:
        """Asks ecosyste.ms."""
        return self.client.get(f"{self.server.ecosystems_url}/api/v1/hosts/GitHub/repositories/{quote(name, safe='')}")

    def feed(self, name: str, kind: str = "releases", **headers: str) -> httpx.Response:
        """Asks github.com."""
        return self.client.get(f"{self.server.web_url}/{name}/{kind}.atom", headers=headers)

    def entries(self, name: str, kind: str = "releases") -> list[tuple[str, str, str]]:
        """Id, time and title of each entry of a feed."""
        answer = self.feed(name, kind)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
        root = ElementTree.fromstring(answer.content)
        return [
            tuple(entry.findtext(ATOM + field) for field in ("id", "updated", "title"))
            for entry in root.findall(f"{ATOM}entry")
        ]


@pytest.fixture
def hosts(client: httpx.Client) -> Iterator[Hosts]:
    with Elsewhere(made_up_world(20)) as server:
        yield Hosts(server, client)


def projects(answer: httpx.Response) -> list[dict[str, Any] | None]:
    assert answer.status_code == 200
    return [one.get("project") for one in answer.json()["responses"]]


# --- deps.dev ---


def test_a_batch_of_projects(hosts: Hosts) -> None:
    hosts.server.unknown_to_depsdev.add(SECOND.upper())
    answer = hosts.batch(FIRST.upper(), SECOND, "acme-00/none", THIRD)
    first, *unknown, third = projects(answer)
    repository = hosts.world[FIRST]
    assert first == {
        "projectKey": {"id": f"github.com/{FIRST}"},
        "openIssuesCount": repository.open_issues + repository.open_pull_requests,
        "starsCount": repository.stars,
        "forksCount": repository.forks,
        "license": repository.license.spdx_id,
        "description": repository.description,
        "homepage": repository.homepage_url,
    }
    assert unknown == [None, None]
    assert third["starsCount"] == hosts.world[THIRD].stars
    asked = [one["request"]["projectKey"]["id"] for one in answer.json()["responses"]]
    assert asked == [f"github.com/{name}" for name in (FIRST.upper(), SECOND, "acme-00/none", THIRD)]
    assert answer.json()["nextPageToken"] == ""


def test_a_batch_comes_in_pages(hosts: Hosts) -> None:
    hosts.server.page_size = 2
    names, token, seen = [FIRST, SECOND, THIRD, MANY_RELEASES], "", []
    for _ in range(2):
        answer = hosts.batch(*names, token=token)
        seen += [one["projectKey"]["id"] for one in projects(answer)]
        token = answer.json()["nextPageToken"]
    assert (seen, token) == ([f"github.com/{name}" for name in names], "")


def test_a_batch_that_is_refused(hosts: Hosts) -> None:
    assert hosts.batch(*[FIRST] * 5000).status_code == 200
    assert hosts.batch(*[FIRST] * 5001).status_code == 400
    assert hosts.batch(FIRST, token="next").status_code == 400
    assert hosts.client.post(f"{hosts.server.depsdev_url}/v3alpha/projectbatch", json={"x": 1}).status_code == 400
    assert projects(hosts.batch(FIRST, host="gitlab.com/")) == [None]


def test_one_project(hosts: Hosts) -> None:
    assert hosts.project(FIRST).json() == projects(hosts.batch(FIRST))[0]
    hosts.server.unknown_to_depsdev = {FIRST}
    assert hosts.project(FIRST).status_code == 404
    assert hosts.project("acme-00/none").status_code == 404


def test_licences_of_deps_dev(hosts: Hosts) -> None:
    unrecognised = next(one for one in hosts.world if one.license and one.license.pseudo)
    missing = next(one for one in hosts.world if one.license is None)
    assert hosts.project(unrecognised.name_with_owner).json()["license"] == "non-standard"
    assert hosts.project(missing.name_with_owner).json()["license"] == ""


def test_what_strangers_may_not_see_is_unknown(hosts: Hosts) -> None:
    hosts.world[FIRST].hidden = True
    hosts.world[SECOND].is_private = True
    hosts.world.rename(THIRD, "acme-00/moved")
    for name in (FIRST, SECOND, THIRD):
        assert (hosts.project(name).status_code, hosts.repository(name).status_code) == (404, 404)
    assert hosts.feed(FIRST).status_code == 404


# --- ecosyste.ms ---


def test_a_repository_of_ecosystems(hosts: Hosts) -> None:
    hosts.server.synced_at = "2026-01-02T03:04:05.678Z"
    answer, repository = hosts.repository(FIRST.upper()), hosts.world[FIRST]
    told = answer.json()
    assert (told["uuid"], told["full_name"]) == (str(repository.database_id), FIRST)
    assert (told["stargazers_count"], told["forks_count"]) == (repository.stars, repository.forks)
    assert (told["subscribers_count"], told["archived"]) == (repository.watchers, False)
    assert told["open_issues_count"] == repository.open_issues + repository.open_pull_requests
    assert (told["license"], told["last_synced_at"]) == (repository.license.key, "2026-01-02T03:04:05.678Z")
    assert told["license"] == told["license"].lower()
    assert (told["latest_tag_name"], told["topics"]) == (repository.tags[0].name, repository.topics)
    assert told["pushed_at"] == repository.pushed_at
    hosts.world.rename(FIRST, "acme-00/moved")
    assert hosts.repository("acme-00/moved").json()["previous_names"] == [FIRST]


def test_an_unknown_repository_of_ecosystems(hosts: Hosts) -> None:
    hosts.server.unknown_to_ecosystems = {FIRST}
    assert [hosts.repository(name).status_code for name in (FIRST, "acme-00/none", SECOND)] == [404, 404, 200]
    assert hosts.project(FIRST).status_code == 200, "what one does not know the other may"


def test_an_hour_of_ecosystems(hosts: Hosts) -> None:
    hosts.server.limits.per_hour["core"] = 2
    answers = [hosts.repository(name) for name in (FIRST, SECOND, THIRD)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 3590 < int(answers[2].headers["retry-after"]) <= 3600
    assert [wait.credential for wait in hosts.server.announced] == ["ecosystems"] * 3
    hosts.server.waits.grace = 0.0
    assert hosts.server.broken_waits() == hosts.server.log[2:]
    assert hosts.project(FIRST).status_code == 200
    assert hosts.server.broken_waits() == hosts.server.log[2:3], "another host's wait is not ours"


# --- github.com ---


def test_a_feed_of_releases(hosts: Hosts) -> None:
    repository, entries = hosts.world[MANY_RELEASES], hosts.entries(MANY_RELEASES)
    published = [one for one in repository.releases if one.published_at][:10]
    assert entries == [
        (f"tag:github.com,2008:Repository/{repository.database_id}/{one.tag_name}", one.published_at, one.tag_name)
        for one in published
    ]
    repository.release("v9.0.0", "2030-01-01T00:00:00Z")
    repository.release("v9.1.0", "2030-01-02T00:00:00Z", draft=True)
    assert [title for _, _, title in hosts.entries(MANY_RELEASES)][:2] == ["v9.0.0", published[0].tag_name]
    assert hosts.entries(PRERELEASES), "prereleases are not told from others"


def test_tags_stand_in_where_there_is_no_release(hosts: Hosts) -> None:
    repository = hosts.world[NO_RELEASES]
    assert not repository.releases
    tags = [(tag.commit.committed_at, tag.name) for tag in repository.tags]
    assert [(at, title) for _, at, title in hosts.entries(NO_RELEASES)] == tags
    assert hosts.entries(NO_RELEASES) == hosts.entries(NO_RELEASES, "tags")
    assert len(hosts.entries(MANY_RELEASES, "tags")) == 10
    assert hosts.entries(EMPTY) == []


def test_a_feed_escapes_what_it_names(hosts: Hosts) -> None:
    hosts.world[FIRST].release('<script>&"', "2030-01-01T00:00:00Z")
    assert hosts.entries(FIRST)[0][2] == '<script>&"'


def test_a_former_name_leads_to_the_feed_of_the_present_one(hosts: Hosts) -> None:
    hosts.world.rename(FIRST, "acme-01/gadget")
    answer = hosts.feed(FIRST, "tags")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"{hosts.server.web_url}/acme-01/gadget/tags.atom"
    assert hosts.client.get(answer.headers["location"]).status_code == 200
    assert hosts.feed(SECOND.upper()).status_code == 200


def test_an_unchanged_feed(hosts: Hosts) -> None:
    etag = hosts.feed(FIRST).headers["etag"]
    again = hosts.feed(FIRST, **{"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    hosts.world[FIRST].release("v9.0.0", "2030-01-01T00:00:00Z")
    assert hosts.feed(FIRST, **{"if-none-match": etag}).status_code == 200


def test_feeds_that_are_not_there(hosts: Hosts) -> None:
    hosts.world[FIRST].blocked = True
    statuses = [hosts.feed(name).status_code for name in (FIRST, "acme-00/none")]
    assert [*statuses, hosts.feed(SECOND, "wiki").status_code] == [451, 404, 404]


# --- all of them ---


def test_the_log_tells_the_hosts_apart(hosts: Hosts) -> None:
    hosts.batch(FIRST, SECOND)
    hosts.repository(FIRST)
    hosts.feed(FIRST, **{"if-none-match": '"x"'})
    hosts.client.get(f"{hosts.server.base_url}/other")
    assert [(seen.kind, seen.method, seen.path, seen.status) for seen in hosts.server.log] == [
        ("depsdev", "POST", "/v3alpha/projectbatch", 200),
        ("ecosystems", "GET", "/api/v1/hosts/GitHub/repositories/acme-00%2Fwidget-0", 200),
        ("web", "GET", f"/{FIRST}/releases.atom", 200),
        ("", "GET", "/other", 404),
    ]
    assert [seen.names for seen in hosts.server.log] == [{FIRST, SECOND}, {FIRST}, {FIRST}, frozenset()]
    assert hosts.server.log[2].headers["if-none-match"] == '"x"'
    assert not any(seen.authorized for seen in hosts.server.log)


TOKEN = "ghp_Tests0Tests0Tests0Tests0Tests0Tests0"


def test_a_token_that_strays_is_noticed_and_not_kept(hosts: Hosts) -> None:
    hosts.feed(FIRST, authorization="Bearer anything")
    hosts.feed(FIRST, **{"x-api-key": TOKEN})
    hosts.client.get(f"{hosts.server.web_url}/{FIRST}/tags.atom", headers={"cookie": "session=1"})
    hosts.batch("acme-00/github_pat_Tests0Tests0Tests0")
    hosts.feed(f"{FIRST}/ghs_1_eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl")
    assert [seen.authorized for seen in hosts.server.log] == [True] * 5
    assert TOKEN not in repr(hosts.server.log)
    assert "anything" not in repr(hosts.server.log)


def test_faults_of_one_host(hosts: Hosts) -> None:
    hosts.server.faults.replace(
        Fault(replies.message_reply(429, "slow down", retry_after="60"), kind="web", times=1),
        Fault(server_error(503), kind="depsdev", larger_than=1),
        Fault(server_error(500), path="/repositories/", name=SECOND),
    )
    assert [hosts.feed(FIRST).status_code for _ in range(2)] == [429, 200]
    assert [hosts.batch(*names).status_code for names in ([FIRST], [FIRST, SECOND])] == [200, 503]
    assert [hosts.repository(name).status_code for name in (FIRST, SECOND)] == [200, 500]
    assert [seen.struck for seen in hosts.server.log] == [True, False, False, True, False, True]


def test_mischief_at_every_host(hosts: Hosts) -> None:
    hosts.server.chaos = Chaos(1.0, 1, only={"429"})
    assert [ask(FIRST).status_code for ask in (hosts.feed, hosts.batch, hosts.project, hosts.repository)] == [429] * 4


def test_an_older_world_has_older_figures(client: httpx.Client) -> None:
    world: World = made_up_world(1)
    world[FIRST].stars = 7
    with Elsewhere(world, latency=0.05) as server:
        assert Hosts(server, client).project(FIRST).json()["starsCount"] == 7
    assert server.log[0].seconds >= 0.05
