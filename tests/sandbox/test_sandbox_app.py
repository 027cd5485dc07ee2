"""A GitHub App signs in, gets tokens, and loses them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sandbox_client import Served

from crawler.sandbox import AppRegistration, SandboxServer, made_up_world

MINT = "/app/installations/4711/access_tokens"
PATH = "/repos/acme-00/widget-0"
UNDECODABLE = "A JSON web token could not be decoded"


@pytest.fixture(scope="module")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """The App's own key and a stranger's."""
    return rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)


class Signing(Served):
    """A server with an App, and the App's key."""

    def __init__(self, server: SandboxServer, client: httpx.Client, key: rsa.RSAPrivateKey) -> None:
        super().__init__(server, client)
        self.key = key

    def sign(self, key: rsa.RSAPrivateKey | None = None, algorithm: str = "RS256", **claims: Any) -> dict[str, str]:
        """The header of one who signs in with these claims."""
        now = int(time.time())
        held = {"iat": now - 60, "exp": now + 540, "iss": "123"} | claims
        kept = {name: claim for name, claim in held.items() if claim is not None}
        return {"authorization": f"Bearer {jwt.encode(kept, key or self.key, algorithm)}"}

    def mint(self, path: str = MINT, **claims: Any) -> httpx.Response:
        """Asks for a token."""
        return self.client.post(self.server.api_url + path, headers=self.sign(**claims))


@pytest.fixture
def signing(client: httpx.Client, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]) -> Iterator[Signing]:
    pem = keys[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with SandboxServer(made_up_world(3), app=AppRegistration("123", 4711, pem, lifetime=3600)) as server:
        yield Signing(server, client, keys[0])


def test_a_token_is_minted_and_good(signing: Signing) -> None:
    answer = signing.mint()
    told = answer.json()
    assert (answer.status_code, told["permissions"], told["repository_selection"]) == (201, {"metadata": "read"}, "all")
    ends = datetime.strptime(told["expires_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    assert 3590 < ends - time.time() <= 3600
    assert told["token"].startswith("ghs_123_eyJ")
    assert told["token"].count(".") == 2
    assert 500 < len(told["token"]) < 540
    signing.headers = {"authorization": f"Bearer {told['token']}"}
    good = signing.get(PATH)
    assert (good.status_code, good.headers["x-ratelimit-limit"]) == (200, "5000")
    assert signing.get("/user").json()["message"] == "Resource not accessible by integration"
    assert signing.get("/user").status_code == 403
    assert [(seen.credential, seen.authorized) for seen in signing.server.log] == [("app-jwt", True)] + [
        ("app", True)
    ] * 3
    assert told["token"] not in repr(signing.server.log) + repr(signing.server.app.minted)


def test_a_second_token_leaves_the_first_good_and_shares_its_quota_but_no_validator(signing: Signing) -> None:
    first, second = (signing.mint().json()["token"] for _ in range(2))
    assert first != second
    signing.headers = {"authorization": f"Bearer {first}"}
    etag = signing.get(PATH).headers["etag"]
    signing.headers = {"authorization": f"Bearer {second}"}
    again = signing.get(PATH, if_none_match=etag)
    assert (again.status_code, again.headers["x-ratelimit-used"]) == (200, "2")
    signing.server.app.minted[1].dead = True
    assert signing.get(PATH).json()["message"] == "Bad credentials"
    signing.headers = {"authorization": f"Bearer {first}"}
    assert signing.get(PATH, if_none_match=etag).status_code == 304


def test_a_token_dies_of_age(signing: Signing) -> None:
    token = signing.mint().json()["token"]
    (minted,) = signing.server.app.minted
    assert (minted.token, minted.installation) == (token, True)
    assert 3590 < minted.dies_at - time.monotonic() <= 3600
    minted.dies_at -= 3600
    answer = signing.get(PATH, authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"exp": 3600}, "'Expiration time' claim ('exp') is too far in the future"),
        ({"exp": -1}, "'Expiration time' claim ('exp') must be a numeric value"),
        ({"iat": 120}, "'Issued at' claim ('iat') must be an Integer"),
        ({"iss": "124"}, UNDECODABLE),
        ({"iss": None}, "Missing 'iss' claim in assertion"),
        ({"algorithm": "RS512"}, UNDECODABLE),
        ({"key": "a stranger's"}, UNDECODABLE),
    ],
)
def test_a_bad_signature_or_claim_is_refused(
    signing: Signing, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey], claims: dict[str, Any], message: str
) -> None:
    now = int(time.time())
    claims = {name: claim + now if isinstance(claim, int) else claim for name, claim in claims.items()}
    answer = signing.mint(**(claims | ({"key": keys[1]} if "key" in claims else {})))
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(message)
    assert not signing.server.app.minted
    assert not signing.server.log[0].authorized


def test_nothing_is_minted_for_a_token_or_without_one(signing: Signing) -> None:
    token = signing.mint().json()["token"]
    for headers in ({}, {"authorization": f"Bearer {token}"}):
        answer = signing.client.post(signing.server.api_url + MINT, headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (401, UNDECODABLE)
    assert signing.get(PATH, **signing.sign()).status_code == 401, "the App itself may not read repositories"


def test_the_installation_is_listed_and_others_are_not_found(signing: Signing) -> None:
    (one,) = signing.get("/app/installations", **signing.sign()).json()
    assert (one["id"], one["app_id"]) == (4711, "123")
    assert signing.mint("/app/installations/4712/access_tokens").status_code == 404
    assert signing.get(MINT, **signing.sign()).status_code == 404


def test_a_server_without_an_app_has_no_such_door(made_up: Served) -> None:
    assert made_up.get("/app/installations").status_code == 404
