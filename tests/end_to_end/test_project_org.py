"""A list that names whole accounts, refreshed over HTTP: found, asked in the same run, capped, renamed, refused."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from unittest.mock import patch

import pytest
from crawling import NOWHERE, Landscape, command

from crawler.cli.schedule import Runner
from crawler.clock import to_text
from crawler.sandbox.accounts import Owner
from crawler.sandbox.faults import Fault, server_error
from crawler.sandbox.world import World
from crawler.scheduling.cadences import read_cadence
from crawler.settings import read_settings
from crawler.sources.source import DAILY

TREE = "categories: [{name: Made up, subcategories: [{name: Widgets, items: [%s]}]}]\n"
WHOLE = "{name: Whole, project_org: 'https://github.com/acme-00'%s}"


def seed(landscape: Landscape, *items: str) -> None:
    landscape.seeds.write_text(TREE % ", ".join(items), encoding="utf-8")


def names(landscape: Landscape, project: str = "whole") -> list[str]:
    query = (
        "SELECT name_with_owner FROM project_repositories pr JOIN repositories r ON r.id = repository_id"
        " WHERE project_id = ? ORDER BY pr.position"
    )
    return [name for (name,) in landscape.rows(query, project)]


def by_stars(world: World, login: str = "acme-00") -> list[str]:
    """What counts without globs."""
    owned = [one for one in world.owned(login) if not (one.is_fork or one.is_archived)]
    return [one.name_with_owner for one in sorted(owned, key=lambda one: -one.stars)]


def widened(world: World, login: str, count: int) -> None:
    sample = world["acme-00/widget-0"]
    world.owners[login] = Owner(login)
    for number in range(count):
        name = f"{login}/part-{number}"
        world.add(replace(sample, name_with_owner=name, node_id=name, database_id=10**8 + number, stars=count - number))


@pytest.mark.parametrize("landscape", [12], indirect=True)
def test_what_an_account_holds_is_found_and_asked_about_in_one_run(landscape: Landscape) -> None:
    seed(landscape, WHOLE % "")
    plan = landscape.run("plan").out
    assert "what whole accounts (project_org) turn out to hold comes on top: up to 100 repositories\n" in plan
    lines = {line["source"]: line for line in json.loads(landscape.run("plan", "--json").out)}
    assert (lines["org_repositories"]["subjects"], lines["org_repositories"]["may_find"]) == (1, 100)
    assert lines["github"]["subjects"] == 0
    done = landscape.refresh()
    assert done.err.startswith("org_repositories 1 of 1 answered: 1 ok\ngithub           9 of 9 answered: ")
    expected = by_stars(landscape.world)
    assert names(landscape) == expected and len(expected) == 9
    assert landscape.rows("SELECT repository, repositories FROM landscape") == [(expected[0], 9)]
    assert landscape.total("repositories") == 9
    assert landscape.total("stars") == sum(landscape.world[name].stars for name in expected)
    assert landscape.value("SELECT count(*) FROM health") == 1
    assert command("db", "check", "--db", landscape.database).code == 0
    # A second run asks nothing, a week later the account again.
    landscape.refresh()
    assert landscape.asked == 0
    landscape.later(days=7)
    assert [line["subjects"] for line in json.loads(landscape.run("plan", "--json").out)][:1] == [9]
    before = landscape.dump("runs", "run_sources", "fetches")
    landscape.refresh("--source", "org_repositories")
    assert landscape.asked == 1
    assert landscape.dump("runs", "run_sources", "fetches")["project_repositories"] == before["project_repositories"]


def test_a_list_without_accounts_hears_nothing_of_them(landscape: Landscape) -> None:
    assert "org_repositories" not in landscape.run("plan").out
    assert "org_repositories" not in landscape.refresh().err
    assert "nothing was due" in landscape.refresh("--source", "org_repositories").err


def test_the_run_tells_what_the_cap_leaves_out(landscape: Landscape) -> None:
    widened(landscape.world, "wide", 130)
    seed(landscape, "{name: Wide, project_org: 'https://github.com/Wide', project_org_repositories: {max: 5}}")
    notice = "max of project_org_repositories leaves out 125 repositories: 125 of 130 of Wide (wide)"
    assert f"\n{notice}\n" in landscape.refresh("--source", "org_repositories").err
    assert names(landscape, "wide") == [f"wide/part-{number}" for number in range(5)]
    seed(
        landscape, "{name: Wide, project_org: 'https://github.com/Wide', project_org_repositories: {exclude: [part-?]}}"
    )
    # The account need not be listed again.
    done = landscape.refresh("--json", "--source", "sponsors")
    notice = "max of project_org_repositories leaves out 20 repositories: 20 of 120 of Wide (wide)"
    assert json.loads(done.out)["notices"] == [notice]
    assert names(landscape, "wide") == [f"wide/part-{number}" for number in range(10, 110)]
    assert landscape.asked == 0


def test_a_failure_keeps_the_older_list_and_ends_with_3(landscape: Landscape) -> None:
    seed(landscape, WHOLE % "", "{name: Else, project_org: 'https://github.com/nobody'}")
    told = "no such account at GitHub (project_org): nobody; what was found there before is kept"
    assert f"\n{told}\n" in landscape.refresh().err
    expected = names(landscape)
    landscape.later(days=8)
    landscape.strike(Fault(server_error(502), kind="graphql"))
    landscape.refresh("--source", "org_repositories", code=4)
    assert names(landscape) == expected
    landscape.strike()
    landscape.server.credentials[0].refused_by["acme-00"] = "saml"
    landscape.server.anonymous = False
    landscape.refresh("--source", "org_repositories", code=3)
    assert names(landscape) == expected
    assert dict(landscape.rows("SELECT subject, status FROM fetches WHERE source = 'org_repositories'")) == {
        "acme-00": "failed",
        "nobody": "missing",
    }


def test_days_before_a_repository_left_the_account_stay_as_they_were(landscape: Landscape) -> None:
    seed(landscape, WHOLE % "")
    first = landscape.now.date()
    landscape.refresh()
    held = by_stars(landscape.world)
    landscape.later(days=7)
    landscape.world.rename(held[0], "elsewhere/moved")
    landscape.refresh()
    assert names(landscape) == held[1:]
    told = []
    for options in (["--as-of", first], []):
        output = landscape.database.with_suffix(".json")
        landscape.run("export", "json", "-o", output, *options)
        told += [(row["repository"], row["repositories"]) for row in json.loads(output.read_text(encoding="utf-8"))]
    assert told == [(held[0], len(held)), (held[1], len(held) - 1)]
    assert landscape.repository(held[0])["stars"] is not None


def test_an_item_that_names_one_by_its_former_name_has_it_once(landscape: Landscape) -> None:
    held = by_stars(landscape.world)
    landscape.world.rename(held[1], "acme-00/renamed")
    seed(landscape, WHOLE % f", repo_url: 'https://github.com/{held[1].upper()}', branch: dev")
    expected = ["acme-00/renamed", *(name for name in held if name != held[1])]
    for _ in range(3):
        landscape.refresh()
        assert names(landscape) == expected
        assert landscape.rows("SELECT branch, is_expanded FROM project_repositories WHERE is_primary") == [("dev", 0)]
        landscape.later(days=7)


def test_only_chooses_accounts_by_project_and_by_name(landscape: Landscape) -> None:
    widened(landscape.world, "wide", 3)
    seed(landscape, WHOLE % "", "{name: Wide, project_org: 'https://github.com/wide'}")
    landscape.refresh("--only", "wide/*")
    assert (names(landscape), len(names(landscape, "wide"))) == ([], 3)
    assert landscape.value("SELECT count(*) FROM repositories WHERE fetched_at IS NOT NULL") == 3
    landscape.refresh("--only", "whole")
    assert names(landscape) == by_stars(landscape.world)


def test_the_scheduler_asks_about_what_it_finds(landscape: Landscape) -> None:
    seed(landscape, WHOLE % "")
    settings = read_settings(NOWHERE | landscape.environment)
    cadences = {name: read_cadence("1d") for name in ("github", "org_repositories")}
    said: list[str] = []
    runner = Runner(
        landscape.database, landscape.seeds, settings, cadences, say=said.append, is_quiet=True, is_verbose=False
    )
    with patch("crawler.clock.now", lambda: landscape.now):
        ended = asyncio.run(runner.run("org_repositories"))
        assert (ended.exit_code, said) == (0, [])
        assert landscape.value("SELECT count(*) FROM repositories WHERE status = 'ok'") == len(names(landscape)) > 0
        # A cadence of its own is for the account alone: what it held is asked about at GitHub's own pace.
        landscape.later(hours=23)
        landscape.server.log.clear()
        landscape.change("UPDATE fetches SET fresh_until = ? WHERE source = 'github'", to_text(landscape.now + DAILY))
        asyncio.run(runner.run("org_repositories"))
    assert [seen.operation for seen in landscape.server.log] == ["OwnedRepositories"]


def test_without_a_token_rest_is_asked_and_the_rest_comes_at_second_hand(landscape: Landscape) -> None:
    landscape.server.anonymous = True
    seed(landscape, WHOLE % "")
    landscape.refresh(GITHUB_TOKEN="", code=3)
    assert names(landscape) == by_stars(landscape.world)
    assert landscape.rows("SELECT DISTINCT origin FROM repositories") == [("live",)]
    lines = json.loads(landscape.run("plan", "--json", "--force", GITHUB_TOKEN="").out)
    told = {line["source"]: line for line in lines}
    assert (told["org_repositories"]["rest_counted"], told["org_repositories"]["points_high"]) == (1, 0)


def test_recorded_figures_know_no_accounts(landscape: Landscape) -> None:
    seed(landscape, WHOLE % ", repo_url: 'https://github.com/bytecodealliance/wasmtime'")
    assert "org_repositories" not in landscape.refresh("--sandbox").err
    assert names(landscape) == ["bytecodealliance/wasmtime"]
    assert "no account is recorded" in landscape.refresh("--sandbox", "--source", "org_repositories", code=2).err
