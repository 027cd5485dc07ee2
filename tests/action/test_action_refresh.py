"""The steps of a scheduled refresh, over a GitHub on loopback and a repository on disk."""

from __future__ import annotations

import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawling import TOKEN, yaml
from runner import Runner

from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer

LIST = yaml("acme-00/widget-0", "acme-00/widget-1")
EVIL = "a $(touch pwned) `touch pwned`; touch pwned & '\" .yml"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    made = Runner(tmp_path_factory.mktemp("repository"))
    made.commit({"landscape.yml": LIST})
    return made


@pytest.fixture
def runner(repository: Runner, tmp_path: Path) -> Runner:
    return repository.copied(tmp_path)


@pytest.fixture
def live(runner: Runner) -> Iterator[Runner]:
    with SandboxServer(made_up_world(2), token=TOKEN) as server:
        runner.environment = {"GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url}
        yield runner


def stand_in(runner: Runner, code: int) -> None:
    """A crawler that ends so, and prints what a list might hold."""
    path = runner.binaries / "crawler"
    path.write_text(f"#!/bin/bash\nprintf '::error::forged\\n' >&2\nexit {code}\n")


def test_a_whole_refresh_and_a_second_run_that_commits_nothing(live: Runner) -> None:
    done = live.run({"seeds": "landscape.yml", "upload": "both"})
    assert done.code == 0, done.log
    assert live.log() == ["Refresh the figures of the landscape", "By hand"]
    assert "stars:" in live.git("show", "main:landscape.enriched.yml", at=live.remote)
    assert live.git("log", "-1", "--format=%an <%ae>", "main", at=live.remote) == (
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    )
    assert {line[:15] for line in live.git("status", "--porcelain").splitlines()} == {"?? landscape.db"}
    assert done.summary.startswith("### 1 category · 2 projects · ") and "widget-0" in done.summary
    assert done.outputs["refresh"]["exit-code"] == "0" and done.outputs["commit"]["committed"] == "true"
    assert "Upload the database as an artifact" in done.steps
    assert TOKEN not in done.log + done.summary
    assert list(live.state()["assets"].values()) == [{"name": "landscape.db"}]

    # Another machine: only the release holds the database. Then something is told that may not be published.
    for path in live.work.glob("landscape.db*"):
        path.unlink()
    assert live.run({"seeds": "landscape.yml"}, only={"Restore the database"}).code == 0
    restrict(live.work / "landscape.db")
    steps = {"Export", "Upload the database to the release", "Commit"}
    again = live.run({"seeds": "landscape.yml"}, only=steps)
    assert again.code == 0 and again.outputs["commit"]["committed"] == "false" and len(live.log()) == 2, again.log
    ((number, asset),) = live.state()["assets"].items()
    assert asset == {"name": "landscape.db"}
    uploaded = live.stub / f"asset-{number}"
    assert b"987654321" not in uploaded.read_bytes()
    assert "987654321" not in (again.summary + again.log).replace(",", "")
    with closing(sqlite3.connect(uploaded)) as connection:
        held = "SELECT count(*) FROM figures WHERE licence_class = 'restricted'"
        assert connection.execute(held).fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def restrict(path: Path) -> None:
    """Add an organisation and what may not be told of it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO organizations (id, name, declared, position) VALUES ('acme', 'Acme', 1, 0)")
        connection.execute(
            "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method,"
            " licence_class) VALUES ('acme', 'market_cap', '987654321', 'USD', '2026-01-01', '2026-01-01T00:00:00Z',"
            " 'yahoo', 'reported', 'restricted')"
        )


@pytest.mark.parametrize(
    ("code", "ends", "told"), [(0, 0, ""), (3, 0, "::warning::"), (2, 1, "::error::"), (4, 1, "::error::")]
)
def test_exit_codes_of_the_crawler(runner: Runner, code: int, ends: int, told: str) -> None:
    stand_in(runner, code)
    done = runner.run({"seeds": "landscape.yml"}, only={"Refresh"})
    assert done.code == ends and done.outputs["refresh"]["exit-code"] == str(code)
    ours = done.log.split("\n::stop-")[-1]
    assert told in ours and "forged" not in ours
    # What the crawler prints is nothing that the runner obeys.
    stop, forged = (done.log.index(text) for text in ("::stop-commands::", "::error::forged"))
    assert stop < forged < done.log.rindex("::stop-")


def test_a_hostile_file_name_is_a_file_name(runner: Runner) -> None:
    runner.commit({EVIL: "old"})
    (runner.work / EVIL).write_text("new")
    done = runner.run({"seeds": EVIL, "output": EVIL}, only={"Check the inputs", "Commit"})
    assert done.code == 0 and done.outputs["commit"]["committed"] == "true", done.log
    assert runner.git("show", f"main:{EVIL}", at=runner.remote) == "new"
    assert not list(runner.folder.rglob("pwned"))


def test_a_hostile_branch_name_is_a_branch_name(runner: Runner) -> None:
    branch = "a$(touch${IFS}pwned);touch${IFS}pwned"
    runner.git("checkout", "-q", "-b", branch)
    (runner.work / "landscape.enriched.yml").write_text("new")
    done = runner.run({}, only={"Commit"})
    assert done.code == 0, done.log
    assert runner.git("show", f"{branch}:landscape.enriched.yml", at=runner.remote) == "new"
    assert not list(runner.folder.rglob("pwned"))


def test_only_the_enriched_list_is_committed(runner: Runner) -> None:
    (runner.work / "landscape.enriched.yml").write_text("new")
    (runner.work / "landscape.yml").write_text("edited by a step before")
    (runner.work / "landscape.db").write_text("data")
    assert runner.run({}, only={"Commit"}).code == 0
    assert runner.git("show", "--name-only", "--format=", "main", at=runner.remote) == "landscape.enriched.yml"
    assert "Commit" not in runner.run({"commit": "false"}, only={"Commit"}).steps


def test_a_quiet_repository_gets_a_commit_before_github_pauses_its_schedules(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    runner.commit({"landscape.enriched.yml": "same"})
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    assert runner.run({}, only={"Commit"}).outputs["commit"]["committed"] == "true"
    assert runner.log()[0] == "Look at all figures of the landscape: none has changed"
    assert runner.git("diff", "main~1", "main", at=runner.remote) == ""
    assert runner.run({}, only={"Commit"}).outputs["commit"]["committed"] == "false"


def meanwhile(runner: Runner, files: dict[str, str]) -> None:
    """Somebody pushes these files."""
    other = runner.folder / "other"
    runner.git("clone", "-q", runner.remote, other, at=runner.folder)
    for name, text in files.items():
        (other / name).write_text(text)
    runner.git("add", ".", at=other)
    runner.git("commit", "-q", "-m", "Meanwhile", at=other)
    runner.git("push", "-q", "--force", "origin", "main", at=other)


def test_somebody_else_pushes_while_the_work_tree_has_other_changes(runner: Runner) -> None:
    meanwhile(runner, {"README.md": "more"})
    (runner.work / "landscape.enriched.yml").write_text("new")
    (runner.work / "landscape.yml").write_text("edited by a step before")
    done = runner.run({}, only={"Commit"})
    assert done.code == 0 and done.outputs["commit"]["committed"] == "true", done.log
    assert runner.log()[:2] == ["Refresh the figures of the landscape", "Meanwhile"]
    assert (runner.work / "landscape.yml").read_text() == "edited by a step before"


def test_a_forced_push_meanwhile_keeps_what_it_took_away_away(runner: Runner) -> None:
    runner.commit({"secret.txt": "to be taken away"})
    runner.git("push", "-q", "--force", "origin", "HEAD~1:main")
    meanwhile(runner, {"README.md": "more"})
    (runner.work / "landscape.enriched.yml").write_text("new")
    assert runner.run({}, only={"Commit"}).code == 0
    assert runner.log() == ["Refresh the figures of the landscape", "Meanwhile", "By hand"]


@pytest.mark.parametrize("name", ["landscape.enriched.yml", "notes.txt"])
def test_a_commit_that_does_not_go_on_top_is_left_to_the_next_run(runner: Runner, name: str) -> None:
    meanwhile(runner, {name: "by hand"})
    (runner.work / "landscape.enriched.yml").write_text("new")
    (runner.work / "notes.txt").write_text("not known to git")
    done = runner.run({}, only={"Commit"})
    assert done.code == 0 and done.outputs["commit"]["committed"] == "false", done.log
    assert "::warning::somebody has pushed to main meanwhile" in done.log and runner.log()[0] == "Meanwhile"


def test_a_branch_without_a_commit(runner: Runner) -> None:
    runner.git("checkout", "-q", "--orphan", "data")
    done = runner.run({"output": ""}, only={"Commit"})
    assert done.code == 0 and "nothing has changed" in done.log and "error" not in done.log
    (runner.work / "landscape.enriched.yml").write_text("new")
    assert runner.run({}, only={"Commit"}).outputs["commit"]["committed"] == "true"
    assert runner.git("ls-tree", "--name-only", "data", at=runner.remote) == "landscape.enriched.yml"


def test_a_push_that_is_refused_is_told_with_its_cure(runner: Runner) -> None:
    hook = runner.remote / "hooks" / "pre-receive"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho 'protected branch hook declined' >&2\nexit 1\n")
    hook.chmod(0o755)
    (runner.work / "landscape.enriched.yml").write_text("new")
    done = runner.run({}, only={"Commit"})
    assert done.code == 1 and "::error::the commit could not be pushed to main. The job needs" in done.log


def test_a_detached_head_commits_nothing(runner: Runner) -> None:
    runner.git("checkout", "-q", "--detach")
    (runner.work / "landscape.enriched.yml").write_text("new")
    done = runner.run({}, only={"Commit"})
    assert done.code == 0 and done.outputs["commit"]["committed"] == "false" and runner.log() == ["By hand"]


def keep(runner: Runner, text: str) -> None:
    path = runner.folder / "public.db"
    path.write_text(text)
    step = {"Upload the database to the release"}
    done = runner.run({}, only=step, outputs={"export": {"public-database": str(path)}})
    assert done.code == (1 if runner.state()["upload_fails"] else 0), done.log


def kept(runner: Runner) -> str:
    path = runner.work / "landscape.db"
    path.unlink(missing_ok=True)
    done = runner.run({}, only={"Restore the database"})
    return path.read_text() if done.code == 0 and path.exists() else done.log


def test_the_release_holds_a_database_at_all_times(runner: Runner) -> None:
    assert "this is the first run" in kept(runner)
    keep(runner, "one")
    assert kept(runner) == "one"
    runner.state(upload_fails=True)
    keep(runner, "two")
    assert kept(runner) == "one"
    runner.state(upload_fails=False)
    keep(runner, "three")
    assert kept(runner) == "three"
    # Cut off between taking the old one away and naming the new one.
    ((number, _),) = runner.state()["assets"].items()
    runner.state(assets={number: {"name": "new-landscape.db"}})
    assert kept(runner) == "three"
    keep(runner, "four")
    assert kept(runner) == "four" and list(runner.state()["assets"].values()) == [{"name": "landscape.db"}]


def test_each_list_of_a_repository_has_a_release_of_its_own(runner: Runner) -> None:
    keep(runner, "one")
    other = runner.run({"release": "tools-data"}, only={"Check the inputs", "Restore the database"})
    assert other.code == 0 and "there is no release tools-data yet" in other.log, other.log
    assert not (runner.work / "landscape.db").exists()
    given = {"export": {"public-database": str(runner.folder / "public.db")}}
    done = runner.run({"release": "tools-data"}, only={"Upload the database to the release"}, outputs=given)
    assert done.code == 0, done.log
    state = runner.state()
    assert (state["assets"], state["assets of tools-data"]) == (
        {"1": {"name": "landscape.db"}},
        {"2": {"name": "landscape.db"}},
    )


def test_an_empty_token_is_told_and_the_one_of_the_workflow_is_used(runner: Runner) -> None:
    path = runner.binaries / "crawler"
    path.write_text('#!/bin/bash\nprintf %s "$GITHUB_TOKEN" | base64 > asked-with\n')
    done = runner.run({"seeds": "landscape.yml", "token": ""}, only={"Check the inputs", "Refresh"})
    assert done.code == 0 and "::warning::the input token is empty" in done.log
    assert b64decode((runner.work / "asked-with").read_text()).decode() == TOKEN
    assert "::warning::" not in runner.run({"seeds": "landscape.yml"}, only={"Check the inputs"}).log


def test_no_refresh_where_the_history_cannot_be_had(runner: Runner) -> None:
    keep(runner, "one")
    runner.state(reachable=False)
    done = runner.run({"seeds": "landscape.yml"}, only={"Restore the database", "Refresh"})
    assert done.code == 1 and done.steps == ["Restore the database"] and "so that its history stays" in done.log


def test_a_token_that_may_not_write_is_told_with_its_cure(runner: Runner) -> None:
    runner.state(read_only=True)
    path = runner.folder / "public.db"
    path.write_text("one")
    done = runner.run(
        {}, only={"Upload the database to the release"}, outputs={"export": {"public-database": str(path)}}
    )
    assert done.code == 1 and "permissions: contents: write" in done.log


@pytest.mark.parametrize(
    "wrong",
    [
        {"command": "refresh; touch pwned"},
        {"upload": "everywhere"},
        {"commit": "yes"},
        {"seeds": ""},
        {"seeds": "../list.yml"},
        {"output": "--force"},
        {"release": "../other"},
        {"release": "a..b"},
    ],
)
def test_wrong_inputs_are_told_before_anything_is_done(runner: Runner, wrong: dict[str, str]) -> None:
    done = runner.run({"seeds": "landscape.yml"} | wrong)
    assert done.code == 1 and done.steps == ["Check the inputs"] and "::error::" in done.log
    assert not list(runner.folder.rglob("pwned"))
