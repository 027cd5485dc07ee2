"""Figures of a repository that nobody has asked GitHub about: whose they are, the answer itself must say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import TOKEN, Landscape

from crawler.sandbox import Elsewhere, SandboxServer, made_up_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import json_reply


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float]) -> Iterator[Landscape]:
    """A GitHub that lets nobody in without a token."""
    with SandboxServer(made_up_world(2), token=TOKEN, anonymous=True, enforce_limits=True) as server:
        server.limits.anonymous_per_hour["core"] = 0
        yield Landscape(tmp_path, server)


def test_an_answer_that_names_another_repository_is_none(landscape: Landscape, elsewhere: Elsewhere) -> None:
    other = {
        "uuid": "999",
        "full_name": "somebody/else",
        "stargazers_count": 77,
        "forks_count": 7,
        "last_synced_at": elsewhere.synced_at,
    }
    elsewhere.unknown_to_depsdev = {repository.name_with_owner for repository in landscape.world}
    elsewhere.faults.replace(Fault(json_reply(200, other), kind="ecosystems"))
    landscape.refresh(code=None, GITHUB_TOKEN="")
    assert landscape.rows("SELECT DISTINCT stars, figures_source FROM repositories") == [(None, None)]


def test_an_older_look_of_the_same_host_replaces_nothing(landscape: Landscape, elsewhere: Elsewhere) -> None:
    elsewhere.unknown_to_depsdev = {repository.name_with_owner for repository in landscape.world}
    landscape.refresh(code=3, GITHUB_TOKEN="")
    before = landscape.rows("SELECT stars, figures_observed_at FROM repositories")
    elsewhere.synced_at = "2020-01-01T00:00:00.000Z"
    for repository in landscape.world:
        repository.stars -= 1
    landscape.later(hours=23)
    landscape.refresh(code=None, GITHUB_TOKEN="")
    assert landscape.rows("SELECT stars, figures_observed_at FROM repositories") == before
