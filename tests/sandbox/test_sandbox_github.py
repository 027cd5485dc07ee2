"""A made-up world behind a token: what GitHub's GraphQL and REST answer in every state of a repository."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_id, by_name

from crawler.sandbox import SandboxServer, World, made_up_world

CONTRIBUTORS = "contributors?per_page=1&anon=true"
FIRST = "acme-00/widget-0"


def failed(answer: httpx.Response) -> tuple[object, str, list]:
    """The data and the only error of a GraphQL answer."""
    (error,) = answer.json()["errors"]
    return answer.json()["data"], error.get("type"), error.get("path")


# --- the worlds ---


def test_made_up_worlds_are_the_same_for_the_same_seed() -> None:
    once, again, other = (made_up_world(50, seed=seed, today=date(2026, 1, 15)) for seed in (0, 0, 1))
    assert list(once) == list(again)
    assert [one.stars for one in once] != [one.stars for one in other]
    assert {one.node_id for one in once}.isdisjoint(one.node_id for one in other)


def test_a_made_up_world_has_every_kind_of_repository() -> None:
    world = list(made_up_world(60))
    assert all(one.name_with_owner.startswith("acme-") for one in world)
    kinds = {
        "archived": [one for one in world if one.is_archived],
        "empty": [one for one in world if one.is_empty and one.head is None],
        "many languages": [one for one in world if len(one.languages) > 20],
        "tags only": [one for one in world if one.tags and not one.releases],
        "drafts": [one for one in world if any(release.is_draft for release in one.releases)],
        "prereleases only": [one for one in world if one.releases and not one.latest_release],
        "many releases": [one for one in world if len(one.releases) > 100],
        "unrecognised licence": [one for one in world if one.license and one.license.pseudo],
        "no licence": [one for one in world if one.license is None],
        "single commit": [one for one in world if one.commit_count == 1],
        "single contributor": [one for one in world if one.contributors == 1],
        "too many contributors": [one for one in world if one.contributors_too_large],
        "funding links": [one for one in world if one.funding_links],
    }
    assert {kind for kind, found in kinds.items() if not found} == set()


def test_every_field_of_a_made_up_repository_is_answered(made_up: Served) -> None:
    repository = made_up.server.world[FIRST]
    one = made_up.data(by_name([FIRST]))["r0"]
    unknown = {name for name, value in one.items() if value is None}
    assert unknown == {
        *(
            "archivedAt",
            "codeOfConduct",
            "lockReason",
            "mirrorUrl",
            "parent",
            "securityPolicyUrl",
            "templateRepository",
        ),
    }
    assert one["databaseId"] == repository.database_id
    assert one["owner"] == {"__typename": "Organization", "login": "acme-00"}
    assert one["open"]["totalCount"] == repository.open_issues
    assert one["easy"]["totalCount"] == repository.good_first_issues
    assert one["prs"]["totalCount"] == repository.open_pull_requests
    assert one["defaultBranchRef"]["target"]["all"]["totalCount"] == repository.commit_count
    assert one["fundingLinks"] == [{"platform": "GITHUB", "url": "https://github.com/acme-00"}]
    assert len(one["tags"]["nodes"]) == 1


def test_an_empty_repository_has_no_branch_and_no_contributors(made_up: Served) -> None:
    one = made_up.data(by_name(["acme-00/widget-7"]))["r0"]
    assert (one["isEmpty"], one["defaultBranchRef"], one["primaryLanguage"]) == (True, None, None)
    answer = made_up.get(f"/repos/acme-00/widget-7/{CONTRIBUTORS}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_releases_page_newest_first_with_their_flags(made_up: Served) -> None:
    query = """query ($after: String) { repository(owner: "acme-01", name: "widget-11") {
      releases(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { tagName createdAt isLatest isPrerelease isDraft } } } }"""
    first = made_up.data({"query": query})["repository"]["releases"]
    rest = made_up.data({"query": query, "variables": {"after": first["pageInfo"]["endCursor"]}})["repository"][
        "releases"
    ]
    nodes = first["nodes"] + rest["nodes"]
    assert (first["totalCount"], len(first["nodes"]), len(nodes)) == (130, 100, 130)
    assert [one["createdAt"] for one in nodes] == sorted((one["createdAt"] for one in nodes), reverse=True)
    (latest,) = [one["tagName"] for one in nodes if one["isLatest"]]
    assert latest == made_up.server.world["acme-01/widget-11"].latest_release.tag_name


def test_tags_are_commits_or_annotated(made_up: Served) -> None:
    query = """{ repository(owner: "acme-00", name: "widget-0") { refs(refPrefix: "refs/tags/", first: 4,
      orderBy: {field: TAG_COMMIT_DATE, direction: DESC}) { totalCount nodes { name target { __typename oid
      ... on Commit { committedDate } ... on Tag { target { oid ... on Commit { committedDate } } } } } } } }"""
    refs = made_up.data({"query": query})["repository"]["refs"]
    kinds = [node["target"]["__typename"] for node in refs["nodes"]]
    assert set(kinds) == {"Commit", "Tag"}
    dates = [(node["target"].get("target") or node["target"])["committedDate"] for node in refs["nodes"]]
    assert dates == sorted(dates, reverse=True)


def test_commits_walk_from_the_head_or_from_a_former_one(made_up: Served) -> None:
    query = """query ($after: String) { repository(owner: "acme-00", name: "widget-0") { defaultBranchRef { target {
      ... on Commit { oid history(first: 1, after: $after) { totalCount nodes { oid committedDate } } } } } } }"""

    def target(after: str | None) -> dict:
        return made_up.data({"query": query, "variables": {"after": after}})["repository"]["defaultBranchRef"]["target"]

    repository = made_up.server.world[FIRST]
    before = target(None)
    cursor = f"{before['oid']} {before['history']['totalCount'] - 2}"
    repository.push(3, f"{made_up.server.world.today}T00:00:00Z")
    after = target(cursor)
    assert after["oid"] != before["oid"]
    assert after["history"]["totalCount"] == before["history"]["totalCount"] + 3
    assert after["history"]["nodes"][0]["oid"] == repository.first.oid
    wrong = made_up.post({"query": query, "variables": {"after": "0" * 40 + " 3"}}).json()["errors"][0]
    assert wrong["type"] == "INVALID_CURSOR_ARGUMENTS"


def test_sponsors_of_an_owner(made_up: Served) -> None:
    query = """query ($login: String!) { repositoryOwner(login: $login) { login ... on Sponsorable {
      hasSponsorsListing sponsors { totalCount }
      all: sponsorshipsAsMaintainer(includePrivate: true, activeOnly: true, first: 1) { totalCount } } } }"""
    owner = made_up.server.world.owners["acme-00"]
    found = made_up.data({"query": query, "variables": {"login": "ACME-00"}})["repositoryOwner"]
    assert found == {
        "login": "acme-00",
        "hasSponsorsListing": True,
        "sponsors": {"totalCount": owner.sponsors},
        "all": {"totalCount": owner.sponsors + owner.private_sponsors},
    }
    assert made_up.data({"query": query, "variables": {"login": "nobody"}}) == {"repositoryOwner": None}


# --- what becomes of repositories ---


def test_a_missing_repository_is_an_error_beside_the_others(made_up: Served) -> None:
    data, kind, path = failed(made_up.post(by_name([FIRST, "acme-00/none"])))
    assert (data["r0"]["nameWithOwner"], data["r1"]) == (FIRST, None)
    assert (kind, path) == ("NOT_FOUND", ["r1"])
    data, kind, path = failed(made_up.post(by_id([made_up.server.world[FIRST].node_id, "R_gone"])))
    assert (data["nodes"][0]["nameWithOwner"], data["nodes"][1]) == (FIRST, None)
    assert (kind, path) == ("NOT_FOUND", ["nodes", 1])
    assert made_up.get("/repos/acme-00/none").status_code == 404


def test_a_renamed_repository_answers_to_both_names(made_up: Served) -> None:
    repository = made_up.server.world.rename(FIRST, "acme-01/gadget")
    assert made_up.data(by_name([FIRST]))["r0"]["nameWithOwner"] == "acme-01/gadget"
    strict = '{ repository(owner: "acme-00", name: "widget-0", followRenames: false) { id } }'
    assert failed(made_up.post({"query": strict}))[1] == "NOT_FOUND"
    moved = made_up.get(f"/repos/{FIRST}/{CONTRIBUTORS}")
    assert moved.status_code == 301
    target = f"{made_up.server.api_url}/repositories/{repository.database_id}/{CONTRIBUTORS}"
    assert moved.headers["location"] == moved.json()["url"] == target
    assert made_up.get(target).status_code == 200


def test_another_repository_may_take_a_freed_name(made_up: Served) -> None:
    world = made_up.server.world
    old = world.rename(FIRST, "acme-01/gadget")
    world.rename("acme-00/widget-1", FIRST)
    assert made_up.data(by_name([FIRST]))["r0"]["databaseId"] != old.database_id


def test_a_replaced_repository_has_the_name_and_other_ids(made_up: Served) -> None:
    old = made_up.server.world[FIRST]
    new = made_up.server.world.replace(FIRST)
    found = made_up.data(by_name([FIRST]))["r0"]
    assert (found["id"], found["databaseId"], found["isEmpty"]) == (new.node_id, new.database_id, True)
    assert new.database_id != old.database_id
    assert failed(made_up.post(by_id([old.node_id])))[1] == "NOT_FOUND"


def test_a_deleted_repository_is_gone_everywhere(made_up: Served) -> None:
    old = made_up.server.world.delete(FIRST)
    assert failed(made_up.post(by_name([FIRST])))[1] == "NOT_FOUND"
    assert made_up.get(f"/repositories/{old.database_id}").status_code == 404


def test_blocked_hidden_and_private(made_up: Served) -> None:
    world = made_up.server.world
    world[FIRST].blocked = True
    world["acme-00/widget-1"].hidden = True
    world["acme-00/widget-2"].is_private = True
    answer = made_up.post(by_name([FIRST, "acme-00/widget-1", "acme-00/widget-2"])).json()
    assert [error["path"] for error in answer["errors"]] == [["r0"], ["r1"]]
    assert answer["data"]["r2"]["visibility"] == "PRIVATE"
    blocked = made_up.get(f"/repos/{FIRST}/{CONTRIBUTORS}")
    assert (blocked.status_code, blocked.json()["block"]["reason"]) == (451, "dmca")
    assert made_up.get("/repos/acme-00/widget-1").status_code == 404
    assert made_up.get("/repos/acme-00/widget-2").json()["private"] is True


def test_a_new_release_becomes_the_latest_unless_it_is_a_prerelease(made_up: Served) -> None:
    repository = made_up.server.world[FIRST]
    repository.release("v9.0.0", "2030-01-01T00:00:00Z")
    repository.release("v9.1.0-rc1", "2030-02-01T00:00:00Z", prerelease=True)
    found = made_up.data(by_name([FIRST]))["r0"]
    assert found["latestRelease"]["tagName"] == "v9.0.0"
    assert [one["isPrerelease"] for one in found["releases"]["nodes"][:2]] == [True, False]


# --- REST ---


def test_the_repository_by_rest_agrees_with_graphql(made_up: Served) -> None:
    rest = made_up.get(f"/repos/{FIRST}").json()
    graphql = made_up.data(by_name([FIRST]))["r0"]
    assert (rest["id"], rest["node_id"]) == (graphql["databaseId"], graphql["id"])
    assert rest["stargazers_count"] == rest["watchers_count"] == graphql["stargazerCount"]
    assert rest["subscribers_count"] == graphql["watchers"]["totalCount"]
    assert rest["open_issues_count"] == graphql["open"]["totalCount"] + graphql["prs"]["totalCount"]
    assert rest["owner"] == {"login": "acme-00", "type": "Organization"}


def test_contributors_by_the_last_page(made_up: Served) -> None:
    repository = made_up.server.world[FIRST]
    answer = made_up.get(f"/repos/{FIRST}/{CONTRIBUTORS}")
    assert answer.links["last"]["url"].endswith(f"&page={repository.contributors}")
    assert len(answer.json()) == 1
    without = made_up.get(f"/repos/{FIRST}/contributors?per_page=1")
    mapped = repository.contributors - repository.anonymous_contributors
    assert without.links["last"]["url"].endswith(f"&page={mapped}")
    last = made_up.get(answer.links["last"]["url"])
    assert (len(last.json()), "last" in last.links, "next" in last.links) == (1, False, False)


def test_a_single_contributor_has_no_link_and_too_many_are_refused(made_up: Served) -> None:
    single = made_up.get(f"/repos/acme-00/widget-1/{CONTRIBUTORS}")
    assert ("link" in single.headers, len(single.json())) == (False, 1)
    large = made_up.get(f"/repos/acme-01/widget-12/{CONTRIBUTORS}")
    assert large.status_code == 403
    assert "too large to list contributors" in large.json()["message"]


def test_an_unchanged_answer_costs_nothing(made_up: Served) -> None:
    path = f"/repos/{FIRST}/{CONTRIBUTORS}"
    first = made_up.get(path)
    again = made_up.get(path, if_none_match=first.headers["etag"])
    assert (first.headers["x-ratelimit-used"], again.headers["x-ratelimit-used"]) == ("1", "1")
    assert (again.status_code, again.content, made_up.server.rest_counted) == (304, b"", 1)
    assert "link" not in again.headers
    made_up.server.world[FIRST].contributors += 1
    assert made_up.get(path, if_none_match=first.headers["etag"]).status_code == 200
    core = made_up.get(f"/repos/{FIRST}")
    assert made_up.get(f"/repos/{FIRST}", if_modified_since=core.headers["last-modified"]).status_code == 304


def test_a_validator_of_another_token_is_worth_nothing(client: httpx.Client) -> None:
    with SandboxServer(made_up_world(1)) as server:
        url = f"{server.api_url}/repos/{FIRST}"
        etag = client.get(url, headers={"authorization": "Bearer one"}).headers["etag"]
        headers = {"authorization": "Bearer two", "if-none-match": etag}
        assert client.get(url, headers=headers).status_code == 200


def test_the_rate_limit_is_told_for_nothing(made_up: Served) -> None:
    made_up.get(f"/repos/{FIRST}")
    made_up.data(by_name([FIRST]))
    told = made_up.get("/rate_limit").json()
    assert told["resources"]["core"] == told["rate"]
    assert (told["rate"]["used"], told["resources"]["graphql"]["used"]) == (1, 1)
    reset = datetime.fromtimestamp(told["rate"]["reset"], UTC) - datetime.now(UTC)
    assert timedelta(minutes=59) < reset <= timedelta(minutes=60)
    newer = made_up.get("/rate_limit", x_github_api_version="2026-03-10")
    assert "rate" not in newer.json()
    assert newer.headers["x-github-api-version-selected"] == "2026-03-10"
    assert made_up.get("/rate_limit", x_github_api_version="1999-01-01").status_code == 400


# --- who asks ---


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Basic let-me-in"])
def test_a_wrong_token_is_refused(made_up: Served, authorization: str) -> None:
    answer = made_up.get(f"/repos/{FIRST}", authorization=authorization)
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
    assert made_up.server.rest_counted == 0


def test_graphql_without_a_token_is_refused_with_zeros(made_up: Served) -> None:
    answer = made_up.client.post(made_up.server.graphql_url, json=by_name([FIRST]))
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (401, "0")
    assert answer.json()["message"] == "This endpoint requires you to be authenticated."


def test_a_request_without_user_agent_is_refused(made_up: Served) -> None:
    answer = made_up.get(f"/repos/{FIRST}", user_agent="")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")


def test_the_log_knows_everything_but_the_token(made_up: Served) -> None:
    made_up.data(by_name([FIRST.upper(), "acme-00/widget-1"]))
    made_up.get(f"/repos/{FIRST}", if_none_match='"x"', authorization="Bearer wrong")
    graphql, rest = made_up.server.log
    assert (graphql.kind, graphql.operation, graphql.points, graphql.status) == ("graphql", "Repositories", 1, 200)
    assert graphql.names == {FIRST, "acme-00/widget-1"}
    assert graphql.variables["n1"] == "widget-1"
    assert graphql.authorized
    assert (rest.path, rest.status, rest.authorized, rest.counted) == (f"/repos/{FIRST}", 401, False, False)
    assert rest.headers["if-none-match"] == '"x"'
    assert "let-me-in" not in repr(made_up.server.log)
    assert "wrong" not in repr(made_up.server.log)


def test_other_methods_and_paths_are_not_found(made_up: Served) -> None:
    assert made_up.get("/graphql").status_code == 404
    assert made_up.get("/elsewhere").status_code == 404
    assert made_up.client.delete(f"{made_up.server.api_url}/repos/{FIRST}", headers=made_up.headers).status_code == 404
    head = made_up.client.head(f"{made_up.server.api_url}/repos/{FIRST}", headers=made_up.headers)
    assert (head.status_code, head.content, int(head.headers["content-length"]) > 100) == (200, b"", True)


def test_an_empty_world_can_be_served(client: httpx.Client) -> None:
    world = World([], today=made_up_world(0).today)
    with SandboxServer(world) as server:
        assert client.get(f"{server.api_url}/repos/a/b").status_code == 404
