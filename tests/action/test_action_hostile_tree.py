"""A work tree whose files bear the names of Python's own modules: none of them is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from runner import ROOT, Runner

HOSTILE = "open('pwned', 'w').close()\nraise SystemExit(1)\n"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    made = Runner(tmp_path)
    base = made.commit({f"{name}.py": HOSTILE for name in ("urllib/__init__", "venv", "pip", "sys")})
    made.state(pulls={"7": {"number": 7, "base": base, "head": base, "from": "us:main"}})
    return made


def test_a_review_imports_nothing_of_the_work_tree(runner: Runner) -> None:
    done = runner.run(
        {"command": "review", "seeds": "venv.py"},
        github={"event_name": "pull_request", "event": {"pull_request": {"number": 7}}},
        only={"Review"},
    )
    assert done.code == 0, done.log
    assert not list(runner.folder.rglob("pwned"))


def test_the_installation_imports_nothing_of_the_work_tree(runner: Runner) -> None:
    # Without pip, which takes seconds: that it is missed shows that none was taken from the work tree.
    (runner.binaries / "python").write_text(f'#!/bin/bash\nexec "{sys.executable}" "$@" --without-pip\n')
    more = {
        "PATH": f"{runner.binaries}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_PATH": str(runner.folder / "path"),
        "RUNNER_TEMP": str(runner.temp),
    }
    done = subprocess.run(
        ["bash", ROOT / "deploy" / "action" / "install.sh"],
        cwd=runner.work,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "No module named pip" in done.stderr, done
    assert not list(runner.folder.rglob("pwned"))
