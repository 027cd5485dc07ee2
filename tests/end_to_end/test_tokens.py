"""Several tokens, from the environment to the summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from crawling import Done, Landscape, command

from crawler import clock
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.credentials import Credential

DEAD, FIRST, SECOND = "ghp_" + "D" * 32 + "dead", "github_pat_" + "F" * 60 + "irst", "gho_" + "S" * 32 + "cond"
STRANGE = "acme-01"


@pytest.fixture
def credentials() -> list[Credential]:
    soon = f"{clock.now() + timedelta(days=10, hours=1):%Y-%m-%d %H:%M:%S UTC}"
    return [
        Credential(DEAD, "dead", account=1, dead=True),
        Credential(FIRST, "first", account=1, expires_at=soon, refused_by={STRANGE: "lifetime"}),
        Credential(SECOND, "second", account=2, scopes="public_repo"),
    ]


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float], credentials: list[Credential]) -> Iterator[Landscape]:
    """Twenty repositories of two owners, one of whom refuses the first living token."""
    with SandboxServer(made_up_world(20), credentials=credentials) as server:
        yield Landscape(tmp_path, server)


def doctor(landscape: Landscape, **environment: str) -> Done:
    done = command("doctor", landscape.seeds, "--db", landscape.database, **(landscape.environment | environment))
    assert "Traceback" not in done.err
    return done


def test_the_next_token_goes_on_where_one_is_dead_or_refused(landscape: Landscape) -> None:
    done = landscape.refresh("--json", GITHUB_TOKENS=f"{DEAD}, {FIRST},{SECOND}")
    assert landscape.value("SELECT count(*) FROM fetches WHERE status NOT IN ('ok', 'empty')") == 0
    for repository in landscape.world:
        row = landscape.repository(repository.name_with_owner)
        assert (row["stars"], row["forks"]) == (repository.stars, repository.forks)
    by_token = {seen.credential: set[str]() for seen in landscape.server.log}
    for seen in landscape.server.log:
        by_token[seen.credential] |= {name.partition("/")[0] for name in seen.names}
    assert by_token["second"] == {STRANGE}
    assert sum(seen.credential == "dead" for seen in landscape.server.log) == 1
    notices = json.loads(done.out)["notices"]
    assert notices[0].startswith(
        "the classic personal access token …dead was set aside: the token was refused (HTTP 401"
    )
    assert notices[1].startswith("the fine-grained personal access token …irst expires in 10 days (")
    assert notices[2].startswith(f"{STRANGE} refuses the fine-grained personal access token …irst: ")
    assert len(notices) == 3
    for notice in notices:
        assert f"{notice}\n" in done.err


def test_an_owner_whom_no_token_suits_hurts_nobody_else(landscape: Landscape, credentials: list[Credential]) -> None:
    credentials[2].refused_by = {STRANGE: "oauth"}
    landscape.refresh(code=3, GITHUB_TOKENS=f"{FIRST},{SECOND}")
    fresh = "SELECT count(*) FROM fetches WHERE source = 'github' AND status IN ('ok', 'empty') AND subject LIKE ?"
    assert landscape.value(fresh, "acme-00/%") == 10


def test_doctor_says_of_each_token_what_there_is_to_say(landscape: Landscape, credentials: list[Credential]) -> None:
    credentials[1].refused_by = {"acme-00": "classic"}
    landscape.server.credentials += [
        Credential("ghu_" + "T" * 32 + "hird", "third", account=3, under_scoped=True),
        Credential("ghp_" + "U" * 32 + "urth", "fourth", account=2, scopes=""),
    ]
    done = doctor(landscape, GITHUB_TOKENS=",".join(one.token for one in landscape.server.credentials))
    assert done.code == 3
    lines = done.out.splitlines()
    said = {line[5:].partition(":")[0]: line for line in lines}
    assert said["token 1"].startswith("BAD  token 1: classic personal access token …dead: the token was refused")
    assert said["token 2"].startswith("BAD  token 2: fine-grained personal access token …irst: acme-00 refuses it (")
    assert said["token 2 expiry"].startswith(
        "BAD  token 2 expiry: the fine-grained personal access token …irst expires in 10 days"
    )
    assert said["token 3"].startswith("ok   token 3: OAuth token …cond, scopes: public_repo (none is needed); core: ")
    assert said["token 4"].startswith("BAD  token 4: app user token …hird may not ask GraphQL: ")
    assert said["accounts"] == (
        "ok   accounts: token 3 and token 5 belong to one account: "
        "they share its limits, and differ only in their rights"
    )
    assert all("; " in line for line in lines if line.startswith("BAD"))


APP = {"GITHUB_APP_ID": "123", "GITHUB_APP_INSTALLATION_ID": "4711"}


FAULTS = {
    "no key": (APP, "GITHUB_APP_PRIVATE_KEY"),
    "no installation": ({"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": "x"}, "GITHUB_APP_INSTALLATION_ID"),
    "no id": ({"GITHUB_APP_INSTALLATION_ID": "1", "GITHUB_APP_PRIVATE_KEY": "x"}, "GITHUB_APP_ID"),
    "no number": (
        APP | {"GITHUB_APP_INSTALLATION_ID": "x", "GITHUB_APP_PRIVATE_KEY": "x"},
        "GITHUB_APP_INSTALLATION_ID",
    ),
    "no PEM": (APP | {"GITHUB_APP_PRIVATE_KEY": "hunter2hunter2"}, "GITHUB_APP_PRIVATE_KEY"),
    "no file": (APP | {"GITHUB_APP_PRIVATE_KEY_FILE": "/no/such/hunter2"}, "GITHUB_APP_PRIVATE_KEY_FILE"),
    "reserve": ({"CRAWLER_RESERVE": "much"}, "CRAWLER_RESERVE"),
    "reserve of all": ({"CRAWLER_RESERVE": "91%"}, "CRAWLER_RESERVE"),
    "reserve below nothing": ({"CRAWLER_RESERVE": "-5"}, "CRAWLER_RESERVE"),
    "tokens": ({"GITHUB_TOKENS": "good, two words"}, "GITHUB_TOKENS"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_setting_that_is_none_is_named_with_a_cure(landscape: Landscape, fault: str) -> None:
    environment, variable = FAULTS[fault]
    done = landscape.refresh(code=2, **({"GITHUB_TOKEN": ""} | environment))
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert variable in done.err and "; " in done.err
    assert "hunter2hunter2" not in done.err
    assert landscape.asked == 0
