"""What queries cost in the sandbox: GitHub's documented examples, and the limits that refuse a query as a whole."""

from __future__ import annotations

import pytest
from sandbox_client import Served
from sandbox_queries import RATE_LIMIT, SINCE, by_id, by_name

from crawler.sandbox.pricing import points


@pytest.mark.parametrize(("requests", "cost"), [(0, 1), (49, 1), (126, 1), (146, 1), (151, 2), (250, 3), (486, 5)])
def test_requests_are_rounded_to_points(requests: int, cost: int) -> None:
    assert points(requests) == cost


@pytest.mark.parametrize(("size", "cost"), [(10, 1), (25, 1), (30, 1), (40, 2)])
def test_a_batch_costs_its_four_paged_connections_a_repository(recorded: Served, size: int, cost: int) -> None:
    before = recorded.server.points
    limit = recorded.data(by_name([f"nobody/no-{number}" for number in range(size)]))["rateLimit"]
    assert (limit["cost"], limit["nodeCount"]) == (cost, 46 * size)
    assert recorded.server.points - before == cost


def test_ids_are_possible_nodes_too(recorded: Served) -> None:
    limit = recorded.data(by_id(["R_x"] * 50))["rateLimit"]
    assert (limit["cost"], limit["nodeCount"]) == (2, 2350)


def test_counts_without_a_page_cost_nothing_and_aliases_one_point_together(recorded: Served) -> None:
    names = [f"nobody/no-{number}" for number in range(600)]
    fragment = """fragment Core on Repository { id stargazerCount watchers { totalCount }
      defaultBranchRef { target { ... on Commit { history(since: $since) { totalCount } } } } }"""
    assert recorded.data(by_name(names, fragment))["rateLimit"]["cost"] == 1


def test_a_page_inside_a_skipped_field_costs_nothing(recorded: Served) -> None:
    query = f"""query ($ids: [ID!]!, $no: Boolean!) {{ nodes(ids: $ids) {{ ... on Repository {{ id
      languages(first: 100) @include(if: $no) {{ totalCount }} }} }} {RATE_LIMIT} }}"""
    variables = {"ids": ["R_x"] * 100, "no": False}
    assert recorded.data({"query": query, "variables": variables})["rateLimit"]["nodeCount"] == 100
    asked = recorded.data({"query": query, "variables": variables | {"no": True}})["rateLimit"]
    assert asked["nodeCount"] == 10_100


def test_a_dry_run_tells_the_price_alone(recorded: Served) -> None:
    body = by_name(["wasmerio/wasmer"] * 40)
    body["query"] = body["query"].replace("rateLimit", "rateLimit(dryRun: true)")
    answer = recorded.data(body)
    assert list(answer) == ["rateLimit"]
    assert answer["rateLimit"]["cost"] == 2


def refusal(recorded: Served, query: str, variables: dict | None = None) -> dict:
    answer = recorded.post({"query": query, "variables": variables or {}})
    assert answer.status_code == 200
    assert answer.json().get("data") is None
    (error,) = answer.json()["errors"]
    return error


def test_more_than_a_hundred_ids_are_refused(recorded: Served) -> None:
    error = refusal(recorded, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["R_x"] * 101})
    assert (error["type"], error["path"]) == ("ARGUMENT_LIMIT", ["nodes"])
    assert "you provided 101" in error["message"]


def test_too_many_possible_nodes_are_refused(recorded: Served) -> None:
    pages = " ".join(f"p{number}: releases(first: 100) {{ totalCount }}" for number in range(60))
    query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Repository {{ {pages} }} }} }}"
    assert refusal(recorded, query, {"ids": ["R_x"] * 100})["type"] == "MAX_NODE_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("page", "kind"),
    [("", "MISSING_PAGINATION_BOUNDARIES"), ("(first: 101)", "EXCESSIVE_PAGINATION")],
)
def test_pages_need_a_size_and_a_small_one(recorded: Served, page: str, kind: str) -> None:
    query = f'{{ repository(owner: "a", name: "b") {{ repositoryTopics{page} {{ nodes {{ topic {{ name }} }} }} }} }}'
    assert refusal(recorded, query)["type"] == kind


def test_a_field_that_github_does_not_have_is_refused(recorded: Served) -> None:
    error = refusal(recorded, '{ repository(owner: "nginx", name: "nginx") { id contributors } }')
    assert error["extensions"] == {"code": "undefinedField", "typeName": "Repository", "fieldName": "contributors"}
    assert error["message"] == "Field 'contributors' doesn't exist on type 'Repository'"


def test_text_that_is_no_query_is_refused(recorded: Served) -> None:
    assert "Syntax Error" in refusal(recorded, "query {")["message"]
    assert recorded.post({"variables": {}}).status_code == 400
    assert recorded.client.post(recorded.server.graphql_url, content=b"{").status_code == 400


def test_a_missing_variable_and_a_time_without_offset_are_refused(recorded: Served) -> None:
    body = by_name(["nginx/nginx"])
    del body["variables"]["o0"]
    assert "$o0" in refusal(recorded, body["query"], body["variables"])["message"]
    body = by_name(["nginx/nginx"])
    body["variables"]["since"] = SINCE.removesuffix("Z")
    assert "GitTimestamp" in recorded.post(body).json()["errors"][0]["message"]
