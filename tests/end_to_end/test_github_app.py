"""A GitHub App signs in, from the environment to the summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import Done, Landscape, command
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from crawler.sandbox import AppRegistration, SandboxServer, made_up_world

APP = {"GITHUB_APP_ID": "123", "GITHUB_APP_INSTALLATION_ID": "4711"}


def doctor(landscape: Landscape, **environment: str) -> Done:
    return command("doctor", landscape.seeds, "--db", landscape.database, **(landscape.environment | environment))


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def installed(tmp_path: Path, waits: list[float], key: rsa.RSAPrivateKey) -> Iterator[Landscape]:
    """A GitHub that knows one App and no other way in."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with SandboxServer(made_up_world(6), app=AppRegistration("123", 4711, public)) as server:
        yield Landscape(tmp_path, server)


@pytest.mark.parametrize("form", ["text", "one line", "file"])
def test_an_app_signs_in(installed: Landscape, key: rsa.RSAPrivateKey, tmp_path: Path, form: str) -> None:
    (file := tmp_path / "key.pem").write_text(pem(key), encoding="utf-8")
    given = {
        "text": {"GITHUB_APP_PRIVATE_KEY": pem(key)},
        "one line": {"GITHUB_APP_PRIVATE_KEY": pem(key).replace("\n", "\\n")},
        "file": {"GITHUB_APP_PRIVATE_KEY_FILE": str(file)},
    }[form]
    done = installed.refresh(**(APP | given))
    assert installed.value("SELECT count(*) FROM fetches WHERE status <> 'ok'") == 0
    credentials = [seen.credential for seen in installed.server.log]
    assert credentials.count("app-jwt") == 1 and set(credentials) == {"app-jwt", "app"}
    assert installed.server.app
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path != file).decode("latin-1")
    for secret in (installed.server.app.minted[0].token, pem(key).splitlines()[3]):
        assert secret not in done.out + done.err + written
    said = doctor(installed, **(APP | given))
    assert said.code == 0, said.out
    assert "token: GitHub App 123, installation 4711" in said.out


def test_an_app_that_github_does_not_know_is_told(installed: Landscape, tmp_path: Path) -> None:
    stranger = {"GITHUB_APP_PRIVATE_KEY": pem(rsa.generate_private_key(65537, 2048))}
    done = installed.refresh(code=4, **(APP | stranger))
    assert "the GitHub App 123, installation 4711 was set aside: " in done.err
    assert "A JSON web token could not be decoded" in done.err
    # It is not asked again and again for what it has refused.
    assert sum("access_tokens" in seen.path for seen in installed.server.log) <= 4
    assert doctor(installed, **(APP | stranger)).code == 3
