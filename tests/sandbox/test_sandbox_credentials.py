"""Several tokens at one GitHub: whose each is, what each may do, and who refuses it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_id, by_name

from crawler.sandbox import Credential, SandboxServer, World, made_up_world
from crawler.sandbox.credentials import Refusal

FIRST, OTHER = "acme-00/widget-0", "acme-01/widget-10"
PATH = f"/repos/{FIRST}"
ONE = {"query": 'query One { r0: repository(owner: "acme-00", name: "widget-0") { nameWithOwner } }'}


class Crowd(Served):
    """A server with three tokens, two of them of one account; `headers` says who asks."""

    def be(self, token: str | None) -> Crowd:
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        return self

    def used(self, token: str | None) -> tuple[str, str]:
        headers = self.be(token).get("/rate_limit").headers
        return headers["x-ratelimit-limit"], headers["x-ratelimit-used"]


@pytest.fixture
def world() -> World:
    return made_up_world(20)


@pytest.fixture
def crowd(client: httpx.Client, world: World) -> Iterator[Crowd]:
    credentials = [
        Credential("one", "first"),
        Credential("two", "second", scopes="repo, read:org", expires_at="2031-01-31 23:00:00 UTC"),
        Credential("three", "third", account=7),
    ]
    with SandboxServer(world, credentials=credentials, anonymous=True) as server:
        yield Crowd(server, client)


def test_the_shorthand_is_one_credential(client: httpx.Client) -> None:
    with SandboxServer(made_up_world(1), token="one", credentials=[Credential("two", "second")]) as server:
        for token, status in {"one": 200, "two": 200, "three": 401}.items():
            answer = client.get(server.api_url + PATH, headers={"authorization": f"token {token}"})
            assert answer.status_code == status
        assert [(seen.credential, seen.authorized) for seen in server.log] == [
            ("token", True),
            ("second", True),
            ("unknown", False),
        ]
        assert "token=" not in repr(server.credentials)
        server.token = None
        assert client.get(server.api_url + PATH).status_code == 200, "a server without any token needs none"
        assert server.log[-1].credential == ""


def test_limits_are_pooled_by_account(crowd: Crowd) -> None:
    for token in ("one", "two", "three", None):
        assert crowd.be(token).get(PATH).status_code == 200
    assert [crowd.used(token) for token in ("one", "two", "three", None)] == [
        ("5000", "2"),
        ("5000", "2"),
        ("5000", "1"),
        ("60", "1"),
    ]
    crowd.server.limits.enforced = True
    crowd.server.limits.per_hour["core"] = 2
    assert [crowd.be(token).get(PATH).status_code for token in ("one", "two", "three", None)] == [403, 403, 200, 200]


def test_a_minute_is_counted_by_account(crowd: Crowd) -> None:
    crowd.server.limits.enforced = True
    crowd.server.limits.graphql_per_minute = 1
    statuses = [crowd.be(token).post(ONE).status_code for token in ("one", "two", "three")]
    assert statuses == [200, 403, 200]
    crowd.server.limits.graphql_per_minute = 100
    crowd.server.limits.graphql_seconds_per_minute = 0.0
    assert crowd.be("three").post(ONE).status_code == 403, "it has had an answer that took time"
    crowd.server.credentials[2].account = 8
    assert crowd.post(ONE).status_code == 200


def test_points_are_taken_from_the_account_that_asks(crowd: Crowd) -> None:
    used = [crowd.be(token).data(by_name([FIRST]))["rateLimit"]["used"] for token in ("one", "three", "two")]
    assert used == [1, 1, 2]


def test_sixty_an_hour_without_a_token_and_unchanged_answers_count(crowd: Crowd) -> None:
    crowd.server.limits.enforced = True
    crowd.server.limits.anonymous_per_hour["core"] = 3
    etag = crowd.be(None).get(PATH).headers["etag"]
    answers = [crowd.get(PATH, if_none_match=etag) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [304, 304, 403]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert crowd.server.rest_counted == 3
    assert {seen.credential for seen in crowd.server.log} == {""}
    etag = crowd.be("one").get(PATH).headers["etag"]
    assert crowd.get(PATH, if_none_match=etag).headers["x-ratelimit-used"] == "1"


def test_graphql_and_rest_without_a_token(crowd: Crowd) -> None:
    refused = crowd.be(None).post(ONE)
    assert (refused.status_code, refused.headers["x-ratelimit-reset"]) == (401, "0")
    assert crowd.get("/rate_limit").json()["resources"]["graphql"]["limit"] == 0
    crowd.server.anonymous = False
    assert crowd.get(PATH).status_code == 401


def test_answers_tell_what_kind_of_token_asked(crowd: Crowd) -> None:
    classic = crowd.be("two").get(PATH).headers
    assert (classic["x-oauth-scopes"], "x-accepted-github-permissions" in classic) == ("repo, read:org", False)
    assert classic["github-authentication-token-expiration"] == "2031-01-31 23:00:00 UTC"
    fine_grained = crowd.be("one").post(ONE).headers
    assert fine_grained["x-accepted-github-permissions"] == "metadata=read"
    assert not {"x-oauth-scopes", "github-authentication-token-expiration"} & set(fine_grained)
    crowd.server.credentials[1].scopes = ""
    assert crowd.be("two").get(PATH).headers["x-oauth-scopes"] == ""
    assert not {"x-oauth-scopes", "x-accepted-github-permissions"} & set(crowd.be(None).get(PATH).headers)


def test_the_account_behind_a_token(crowd: Crowd) -> None:
    told = [crowd.be(token).get("/user").json() for token in ("one", "two", "three")]
    assert [(one["id"], one["login"], one["type"]) for one in told] == [
        (1, "account-1", "User"),
        (1, "account-1", "User"),
        (7, "account-7", "User"),
    ]
    assert crowd.be(None).get("/user").status_code == 401


def test_a_token_dies_while_its_neighbours_live(crowd: Crowd) -> None:
    crowd.server.credentials[0].dead = True
    for answer in (crowd.be("one").get(PATH), crowd.post(ONE)):
        assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
        assert "x-accepted-github-permissions" not in answer.headers
    assert crowd.be("two").get(PATH).status_code == 200
    assert [(seen.credential, seen.authorized) for seen in crowd.server.log] == [
        ("first", False),
        ("first", False),
        ("second", True),
    ]
    crowd.server.credentials[1].dies_at = time.monotonic()
    assert crowd.be("two").get(PATH).status_code == 401


def test_a_token_without_a_scope_gets_no_data(crowd: Crowd) -> None:
    crowd.server.credentials[0].under_scoped = True
    answer = crowd.be("one").post(ONE).json()
    assert answer["errors"][0]["type"] == "INSUFFICIENT_SCOPES"
    assert not answer.get("data")
    assert crowd.get(PATH).status_code == 200
    assert crowd.be("two").post(ONE).json()["data"]["r0"]["nameWithOwner"] == FIRST


REFUSALS: list[tuple[Refusal, str]] = [
    ("saml", "Resource protected by organization SAML enforcement"),
    ("classic", "`acme-01` forbids access via a personal access token (classic)"),
    ("lifetime", "if the token's lifetime is greater than 366 days"),
    ("ip", "`acme-01` organization has an IP allow list enabled"),
    ("oauth", "`acme-01` organization has enabled OAuth App access restrictions"),
]


@pytest.mark.parametrize(("reason", "wording"), REFUSALS)
def test_an_owner_refuses_one_token_for_all_that_is_its_own(
    crowd: Crowd, world: World, reason: Refusal, wording: str
) -> None:
    crowd.server.credentials[0].refused_by["Acme-01"] = reason
    extensions = {"saml_failure": True} if reason == "saml" else None
    answer = crowd.be("one").post(by_name([FIRST, OTHER])).json()
    (error,) = answer["errors"]
    assert (answer["data"]["r0"]["nameWithOwner"], answer["data"]["r1"]) == (FIRST, None)
    assert (error["type"], error["path"], error.get("extensions")) == ("FORBIDDEN", ["r1"], extensions)
    assert wording in error["message"]
    answer = crowd.post(by_id([world[OTHER].node_id, world[FIRST].node_id])).json()
    assert (answer["data"]["nodes"][0], answer["errors"][0]["path"]) == (None, ["nodes", 0])
    assert answer["data"]["nodes"][1]["nameWithOwner"] == FIRST

    refused = crowd.get(f"/repos/{OTHER}")
    assert (refused.status_code, wording in refused.json()["message"]) == (403, True)
    assert refused.headers.get("x-github-sso", "").startswith(
        "required; url=https://github.com/orgs/acme-01/sso?authorization_request=" if reason == "saml" else ""
    )
    assert ("x-github-sso" in refused.headers) == (reason == "saml")
    assert [crowd.be(token).get(f"/repos/{OTHER}").status_code for token in ("two", None)] == [200, 200]
    assert "errors" not in crowd.be("three").post(by_name([FIRST, OTHER])).json()


def test_an_owner_refuses_to_be_looked_at(crowd: Crowd) -> None:
    crowd.server.credentials[0].refused_by["acme-01"] = "classic"
    query = (
        'query Owners { a: repositoryOwner(login: "acme-00") { login } b: repositoryOwner(login: "ACME-01") { login } }'
    )
    answer = crowd.be("one").post({"query": query}).json()
    assert answer["data"] == {"a": {"login": "acme-00"}, "b": None}
    assert [(error["type"], error["path"]) for error in answer["errors"]] == [("FORBIDDEN", ["b"])]


def test_a_refusing_owner_of_a_parent_takes_that_field_alone(crowd: Crowd, world: World) -> None:
    world[FIRST].parent = world[OTHER]
    crowd.server.credentials[0].refused_by["acme-01"] = "saml"
    answer = crowd.be("one").post(by_name([FIRST])).json()
    assert (answer["data"]["r0"]["nameWithOwner"], answer["data"]["r0"]["parent"]) == (FIRST, None)
    assert [error["path"] for error in answer["errors"]] == [["r0", "parent"]]


def test_a_refusal_looks_at_the_present_owner(crowd: Crowd, world: World) -> None:
    world.rename(OTHER, "acme-00/moved")
    crowd.server.credentials[0].refused_by["acme-00"] = "ip"
    answer = crowd.be("one").post(by_name([OTHER])).json()
    assert (answer["data"]["r0"], answer["errors"][0]["type"]) == (None, "FORBIDDEN")
    crowd.server.credentials[0].refused_by = {"acme-01": "ip"}
    assert crowd.data(by_name([OTHER]))["r0"]["nameWithOwner"] == "acme-00/moved"
    crowd.server.credentials[0].refused_by = {"acme-00": "ip"}
    assert crowd.get(f"/repos/{OTHER}").status_code == 301
    assert crowd.get(f"/repositories/{world['acme-00/moved'].database_id}").status_code == 403


def test_what_is_missing_stays_missing_for_those_who_are_refused(crowd: Crowd, world: World) -> None:
    world[OTHER].hidden = True
    crowd.server.credentials[0].refused_by["acme-01"] = "saml"
    assert crowd.be("one").post(by_name([OTHER])).json()["errors"][0]["type"] == "NOT_FOUND"
    assert crowd.get(f"/repos/{OTHER}").status_code == 404
