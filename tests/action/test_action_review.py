"""The steps of a review of a pull request, over a GitHub on loopback and a repository on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import TOKEN, yaml
from runner import Ran, Runner

from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer

ONE, TWO = "acme-00/widget-0", "acme-00/widget-1"
BOT = "github-actions[bot]"
MARK = "<!-- landscape-crawler review -->"
REVIEW = {"command": "review", "seeds": "data/a list.yml"}
LIST = REVIEW["seeds"]
STAND_IN = """#!/bin/bash
printf '::error::forged\\n' >&2
{
  printf '### Review of %s\\n' "$3"
  ! cmp -s "$2" /dev/null || printf 'all new\\n'
} | tee "$6"
[ -z "$WHOLE" ] || printf '%s\\n' "$WHOLE" >> "$6"
exit "${REVIEW_CODE:-0}"
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Pull request 7 adds an entry, from a fork's branch with a name that means harm."""
    made = Runner(tmp_path_factory.mktemp("repository"))
    base = made.commit({LIST: yaml(ONE)})
    head = made.commit({LIST: yaml(ONE, TWO), "setup.py": "raise SystemExit(1)"}, push="refs/pull/7/head")
    made.git("reset", "-q", "--hard", base)
    # Others have changed the list since.
    later = made.commit({LIST: yaml(ONE, "acme-00/widget-2")})
    made.state(pulls={"7": {"number": 7, "base": later, "head": head, "from": "stranger:$(touch pwned);x"}})
    return made


@pytest.fixture
def runner(repository: Runner, tmp_path: Path) -> Runner:
    made = repository.copied(tmp_path)
    made.state(pulls=repository.state()["pulls"])
    return made


def stand_in(runner: Runner, code: int = 0) -> None:
    path = runner.binaries / "crawler"
    path.write_text(STAND_IN)
    runner.environment["REVIEW_CODE"] = str(code)


def opened(**more: Any) -> dict[str, Any]:
    return {"event_name": "pull_request", "event": {"pull_request": {"number": 7}}, **more}


def after_another(head: str) -> dict[str, Any]:
    run = {"head_sha": head, "head_branch": "$(touch pwned);x", "head_repository": {"owner": {"login": "stranger"}}}
    return {"event_name": "workflow_run", "event": {"workflow_run": run}}


def comments(runner: Runner) -> list[dict[str, Any]]:
    return runner.state()["comments"]


@pytest.fixture
def live(runner: Runner) -> Iterator[Runner]:
    with SandboxServer(made_up_world(3), token=TOKEN) as server:
        runner.environment = {"GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url}
        yield runner


def test_a_pull_request_gets_the_facts_of_what_it_adds_and_of_nothing_else(live: Runner) -> None:
    done = live.run(REVIEW, github=opened())
    assert done.code == 0, done.log
    (comment,) = comments(live)
    assert comment["on"] == "7" and comment["body"].startswith(f"{MARK}\n### Changes of the list\n")
    assert f"| **widget-1** | [{TWO}](https://github.com/{TWO}) |" in comment["body"]
    assert "widget-2" not in comment["body"] and "data/a list.yml: 1 new entry" in comment["body"]
    assert comment["body"].partition("\n")[2] == done.summary
    assert done.outputs["review"]["exit-code"] == "0"


def review(runner: Runner, github: dict[str, Any] | None = None) -> Ran:
    return runner.run(REVIEW, github=github or opened(), only={"Review", "Comment", "Judge"})


def test_the_comment_is_brought_up_to_date_and_not_doubled(runner: Runner) -> None:
    stand_in(runner)
    runner.state(
        comments=[
            {"id": 1, "login": "somebody", "body": f"{MARK}\nquoted"},
            {"id": 2, "login": BOT, "body": f"something else\n{MARK}"},
        ]
    )
    assert review(runner).code == 0
    assert review(runner).code == 0
    found = comments(runner)
    assert [one["id"] for one in found] == [1, 2, 102] and found[2]["body"].startswith(MARK)
    assert (found[0]["body"], found[1]["body"]) == (f"{MARK}\nquoted", f"something else\n{MARK}")


def test_a_comment_that_is_cut_leads_to_the_whole(runner: Runner) -> None:
    stand_in(runner)
    runner.environment["WHOLE"] = "the rest"
    done = review(runner)
    assert done.code == 0 and done.summary.endswith("the rest\n")
    (comment,) = comments(runner)
    address = "https://github.com/us/landscape/actions/runs/12"
    assert comment["body"].endswith(f"\n\n[The summary of the run]({address}) has the whole review.\n")
    assert "the rest" not in comment["body"]


def test_the_token_of_a_fork_may_not_comment_and_the_summary_has_it_all(runner: Runner) -> None:
    stand_in(runner)
    runner.state(read_only=True)
    done = review(runner)
    assert done.code == 0 and comments(runner) == []
    assert "::notice::the token may not comment" in done.log and "### Review of" in done.summary


def test_another_workflow_comments_for_forks_and_runs_nothing_of_them(runner: Runner) -> None:
    stand_in(runner, code=2)
    head = runner.state()["pulls"]["7"]["head"]
    done = review(runner, after_another(head))
    assert done.code == 0, done.log
    assert len(comments(runner)) == 1
    assert not (runner.work / "setup.py").exists() and not list(runner.folder.rglob("pwned"))
    done = review(runner, after_another("0" * 40))
    assert done.code == 0 and done.steps == ["Review"] and "no open pull request" in done.log


@pytest.mark.parametrize(("code", "ends", "told"), [(0, 0, ""), (3, 0, "::warning::"), (2, 1, "::error::")])
def test_the_check_ends_as_the_review_does(runner: Runner, code: int, ends: int, told: str) -> None:
    stand_in(runner, code)
    done = review(runner)
    assert done.code == ends and len(comments(runner)) == 1
    ours = done.log.split("\n::stop-")[-1]
    assert told in ours and "forged" not in ours and "forged" not in done.summary


def test_a_pull_request_that_leaves_the_list_alone_gets_no_comment(runner: Runner) -> None:
    pull = runner.state()["pulls"]["7"]
    runner.state(pulls={"7": pull | {"head": pull["base"]}})
    done = review(runner)
    assert done.code == 0 and "does not change data/a list.yml" in done.log and comments(runner) == []
    assert "Nothing to review" in done.summary


def test_a_comment_is_brought_up_to_date_when_the_list_is_as_it_was(runner: Runner) -> None:
    stand_in(runner)
    pull = runner.state()["pulls"]["7"]
    review(runner)
    runner.state(pulls={"7": pull | {"head": pull["base"]}})
    assert review(runner).code == 0
    (comment,) = comments(runner)
    assert "Nothing to review: the pull request does not change `data/a list.yml`." in comment["body"]


def test_a_list_that_is_nowhere_is_a_fault_of_the_workflow(runner: Runner) -> None:
    done = runner.run(REVIEW | {"seeds": "lst.yml"}, github=opened(), only={"Review", "Comment", "Judge"})
    assert done.code == 1 and done.steps == ["Review"] and comments(runner) == []
    assert "::error::there is no lst.yml, before the pull request or after it: the input seeds" in done.log


def test_a_list_that_is_removed_is_told_as_that(runner: Runner) -> None:
    pull = runner.state()["pulls"]["7"]
    runner.git("rm", "-q", LIST)
    runner.state(pulls={"7": pull | {"head": runner.commit({"other.yml": ""}, push="refs/pull/7/removed")}})
    done = review(runner)
    assert done.code == 1 and "::error::the pull request removes or renames data/a list.yml" in done.log
    assert "removes or renames `data/a list.yml`" in comments(runner)[0]["body"]


def test_a_list_that_is_new_is_compared_with_nothing(runner: Runner) -> None:
    stand_in(runner)
    done = runner.run(REVIEW | {"seeds": "setup.py"}, github=opened(), only={"Review"})
    assert done.code == 0 and "all new" in done.summary


def test_without_a_pull_request_or_without_github_it_says_so(runner: Runner) -> None:
    done = review(runner, {"event_name": "push"})
    assert done.code == 1 and "::error::review needs a pull request" in done.log
    runner.state(reachable=False)
    assert review(runner).code == 1 and comments(runner) == []
