"""The recorded world: its figures, names, commits and pages, over real HTTP."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from sandbox_client import Served
from sandbox_queries import by_id, by_name

from crawler.sandbox import RECORDED_ON, SandboxServer, recorded_world

LINES = [json.loads(line) for line in (files("crawler.sandbox") / "recordings.jsonl").read_text("utf-8").splitlines()]
BOTH_NAMES = [(line["recorded_name"], line["name"]) for line in LINES]


def answers(recorded: Served, names: list[str]) -> list[dict]:
    found = []
    for start in range(0, len(names), 30):
        data = recorded.data(by_name(names[start : start + 30]))
        assert data.pop("rateLimit")["cost"] == 1
        found += data.values()
    return found


def test_all_recorded_figures_are_served_unchanged(recorded: Served) -> None:
    found = answers(recorded, [line["name"] for line in LINES])
    assert (len(found), sum(one["stargazerCount"] for one in found)) == (102, 978_006)
    for line, one in zip(LINES, found, strict=True):
        languages = {edge["node"]["name"]: edge["size"] for edge in one["languages"]["edges"]}
        commit = one["defaultBranchRef"]["target"]
        license_ = one["licenseInfo"]
        assert one["stargazerCount"] == line["stars"]
        assert languages == dict(sorted(line["languages"].items(), key=lambda item: -item[1])[:20])
        assert (one["languages"]["totalCount"], one["languages"]["totalSize"]) == (
            len(line["languages"]),
            sum(line["languages"].values()),
        )
        assert [commit["committedDate"], commit["oid"]] == line["latest_commit"]
        assert commit["year"]["totalCount"] == sum(line["weekly_commits"])
        assert (license_ and [license_["name"], license_["spdxId"]]) == (
            line["license"] if line["license"][1] else None
        )
        assert (one["latestRelease"] or {}).get("publishedAt") == line["latest_release_at"]


def test_the_totals_of_the_recording() -> None:
    assert sum(line["contributors"] for line in LINES) == 43_780
    assert RECORDED_ON.isoformat() == "2023-09-25"
    assert sum(recorded != present for recorded, present in BOTH_NAMES) == 11


def test_contributors_of_every_repository(recorded: Served) -> None:
    for line in LINES:
        answer = recorded.get(f"/repos/{line['recorded_name']}/contributors?per_page=1&anon=true")
        assert answer.links["last"]["url"].endswith(f"per_page=1&anon=true&page={line['contributors']}")


@pytest.mark.parametrize(("old", "present"), [names for names in BOTH_NAMES if names[0] != names[1]])
def test_old_and_present_names_lead_to_the_same_recording(recorded: Served, old: str, present: str) -> None:
    data = recorded.data(by_name([old, present, old.upper()]))
    assert data["r0"] == data["r1"] == data["r2"]
    assert data["r0"]["nameWithOwner"] == present


def test_what_was_not_recorded_is_null_and_nothing_is_made_up_but_ids(recorded: Served) -> None:
    one = recorded.data(by_name(["wasmerio/wasmer"]))["r0"]
    assert one.pop("id").startswith("SANDBOX_")
    assert one.pop("defaultBranchRef")["name"] is None
    assert one.pop("latestRelease")["tagName"] is None
    assert {name for name, value in one.items() if value is not None} == {
        *("nameWithOwner", "url", "stargazerCount", "licenseInfo", "primaryLanguage", "languages"),
    }


def test_licences_keep_githubs_three_shapes(recorded: Served) -> None:
    known, other, none = answers(recorded, ["wasmerio/wasmer", "llvm/llvm-project", "nginx/nginx"])
    assert known["licenseInfo"] == {"key": "mit", "spdxId": "MIT", "name": "MIT License", "pseudoLicense": False}
    assert other["licenseInfo"] == {"key": "other", "spdxId": "NOASSERTION", "name": "Other", "pseudoLicense": True}
    assert none["licenseInfo"] is None


def test_a_repository_without_a_recording_is_null_without_an_error(recorded: Served) -> None:
    answer = recorded.post(by_name(["nobody/nothing", "wasmerio/wasmer"])).json()
    assert "errors" not in answer
    assert (answer["data"]["r0"], answer["data"]["r1"]["stargazerCount"]) == (None, 16_300)
    assert recorded.post(by_id(["R_elsewhere"])).json()["data"]["nodes"] == [None]
    assert recorded.get("/repos/nobody/nothing/contributors").json()["message"] == "Not Found"


def test_node_ids_lead_back_to_the_names(recorded: Served) -> None:
    ids = [repository.node_id for repository in recorded_world()][:100]
    data = recorded.data(by_id(ids))
    assert [node["id"] for node in data["nodes"]] == ids
    assert data["rateLimit"]["nodeCount"] == 100 * 47


def test_the_first_commit_is_where_githubs_cursor_points(recorded: Served) -> None:
    query = """query First($o: String!, $n: String!, $cursor: String) { repository(owner: $o, name: $n) {
      defaultBranchRef { target { ... on Commit { history(first: 1, after: $cursor) {
        totalCount pageInfo { hasNextPage endCursor } nodes { oid committedDate } } } } } } }"""

    def page(name: str, cursor: str | None) -> dict:
        owner, _, repository = name.partition("/")
        data = recorded.data({"query": query, "variables": {"o": owner, "n": repository, "cursor": cursor}})
        return data["repository"]["defaultBranchRef"]["target"]["history"]

    for line in LINES[:10]:
        newest = page(line["name"], None)
        assert newest["nodes"] == [dict(zip(("committedDate", "oid"), line["latest_commit"], strict=True))]
        cursor = f"{line['latest_commit'][1]} {newest['totalCount'] - 2}"
        assert newest["pageInfo"] == {"hasNextPage": True, "endCursor": cursor}
        oldest = page(line["name"], cursor)
        assert oldest["nodes"] == [dict(zip(("committedDate", "oid"), line["first_commit"], strict=True))]
        assert oldest["pageInfo"]["hasNextPage"] is False


def test_weeks_before_since_are_not_counted(recorded: Served) -> None:
    body = by_name(["wasmerio/wasmer"])
    body["variables"]["since"] = "2023-09-17T00:00:00Z"
    line = next(line for line in LINES if line["name"] == "wasmerio/wasmer")
    year = recorded.data(body)["r0"]["defaultBranchRef"]["target"]["year"]
    assert year["totalCount"] == sum(line["weekly_commits"][-2:])


def test_languages_page_to_the_end(recorded: Served) -> None:
    query = """query ($after: String) { repository(owner: "dotnet", name: "runtime") {
      languages(first: 20, after: $after, orderBy: {field: SIZE, direction: DESC}) {
        totalCount pageInfo { hasNextPage endCursor } edges { size node { name } } } } }"""
    first = recorded.data({"query": query})["repository"]["languages"]
    assert first["pageInfo"]["hasNextPage"]
    after = {"after": first["pageInfo"]["endCursor"]}
    second = recorded.data({"query": query, "variables": after})["repository"]["languages"]
    assert not second["pageInfo"]["hasNextPage"]
    found = {edge["node"]["name"]: edge["size"] for edge in first["edges"] + second["edges"]}
    line = next(line for line in LINES if line["name"] == "dotnet/runtime")
    assert found == line["languages"]
    assert first["totalCount"] == len(found) == 31


def test_sponsors_are_not_recorded(recorded: Served) -> None:
    query = 'query { repositoryOwner(login: "wasmerio") { ... on Sponsorable { sponsors { totalCount } } } }'
    assert recorded.data({"query": query}) == {"repositoryOwner": None}


def test_a_list_longer_than_the_hourly_quota_is_served_without_an_end_of_it(recorded: Served) -> None:
    with SandboxServer(recorded_world()) as server:
        server.limits.per_hour["core"] = 2
        other = Served(server, recorded.client)
        left = [other.get("/repos/nginx/nginx").headers["x-ratelimit-remaining"] for _ in range(4)]
    assert left == ["1", "0", "1", "0"]
