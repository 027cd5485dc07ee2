"""Runs the steps of action.yml as a runner of GitHub's would, in a clone of a repository on disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from crawling import NOWHERE, TOKEN

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_NAME = re.compile(r"'[^']*'|[a-z_]+(?:\.[A-Za-z_-]+)+")


@dataclass
class Ran:
    """How a run of the action ended."""

    code: int
    log: str
    summary: str
    outputs: dict[str, dict[str, str]]
    steps: list[str]
    """Names of the steps that were run, or would have been by another action."""


@dataclass
class Runner:
    """A repository `us/landscape` with its remote, and a GitHub whose command line tool is a stand-in."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.remote, self.work, self.stub = (self.folder / name for name in ("remote.git", "work", "stub"))
        self.temp, binaries = self.folder / "temp", self.folder / "bin"
        for path in (self.stub, self.temp, binaries):
            path.mkdir(parents=True)
        self.state(reachable=True, read_only=False, upload_fails=False, assets=None, pulls={}, comments=[])
        if not self.remote.exists():
            # No template: without its examples of hooks there is less to copy for each test.
            self.git("init", "-q", "--template=", "--bare", "-b", "main", self.remote, at=self.folder)
            self.git("init", "-q", "--template=", "-b", "main", self.work, at=self.folder)
            self.git("remote", "add", "origin", "../remote.git")
        _script(binaries / "gh", f'exec "{sys.executable}" -SEs "{Path(__file__).parent / "gh.py"}" "$@"')
        # The first source is enough here, and to find no other host at home takes time.
        crawler = f'exec "{sys.executable}" -m crawler "$@"'
        _script(binaries / "crawler", f'if [ "$1" = refresh ]; then set -- "$@" --source=github; fi\n{crawler}')
        _script(binaries / "python", f'exec "{sys.executable}" -S "$@"')
        self.binaries = binaries

    def copied(self, folder: Path) -> Runner:
        """Another one with the same repository."""
        for path in (self.remote, self.work):
            shutil.copytree(path, folder / path.name)
        return Runner(folder)

    def state(self, **changes: Any) -> dict[str, Any]:
        """What the stand-in holds, after these changes."""
        path = self.stub / "state.json"
        held = json.loads(path.read_text()) if path.exists() else {"remote": str(self.remote)}
        path.write_text(json.dumps(held | changes))
        return held | changes

    @property
    def calls(self) -> list[list[str]]:
        """Every call of gh."""
        path = self.stub / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def git(self, *arguments: object, at: Path | None = None) -> str:
        """What git prints."""
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        return subprocess.run(
            ["git", *who, *map(str, arguments)], cwd=at or self.work, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, files: dict[str, str], *, push: str = "main") -> str:
        """Commit these files and push; returns the commit."""
        for name, text in files.items():
            (self.work / name).parent.mkdir(parents=True, exist_ok=True)
            (self.work / name).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "By hand")
        self.git("push", "-q", "origin", f"HEAD:{push}")
        return self.git("rev-parse", "HEAD")

    def log(self) -> list[str]:
        """The subjects of what was pushed, the newest first."""
        return self.git("log", "--format=%s", "main", at=self.remote).splitlines()

    def run(
        self,
        inputs: dict[str, str],
        *,
        only: set[str] | None = None,
        github: dict[str, Any] | None = None,
        outputs: dict[str, dict[str, str]] | None = None,
    ) -> Ran:
        """The action with these inputs, or some of its steps; steps that are actions, and pip, are left out.

        `github`: of the context of that name. `outputs`: those of steps that are not run.
        """
        known = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()}
        assert set(inputs) <= set(known)
        context = _Context(known | inputs, github or {})
        context.outputs |= outputs or {}
        done = Ran(0, "", "", context.outputs, [])
        for step in STEPS:
            if only is not None and step["name"] not in only:
                continue
            if not context.holds(step.get("if", "true")):
                continue
            done.steps.append(step["name"])
            if "run" in step and step["name"] != "Install":
                self._step(step, context, done)
            if done.code:
                break
        return done

    def _step(self, step: dict[str, Any], context: _Context, done: Ran) -> None:
        files = {name: self.temp / f"{name}-{len(done.steps)}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "CRAWLER_", "GH_"))}
        environment = kept | NOWHERE | {name: str(path) for name, path in files.items()}
        environment |= {
            "PATH": f"{self.binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_REPOSITORY": "us/landscape",
            "GITHUB_EVENT_NAME": str(context.github.get("event_name", "schedule")),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "12",
            "RUNNER_TEMP": str(self.temp),
            "GH_STUB": str(self.stub),
            "CRAWLER_STAR_HISTORY": "0",
            **self.environment,
            **{name: context.filled(text) for name, text in step.get("env", {}).items()},
        }
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.work,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        done.code = ran.returncode
        done.log += ran.stdout
        done.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        context.outputs[step.get("id", step["name"])] = _outputs(files["GITHUB_OUTPUT"].read_text())


class _Context:
    def __init__(self, inputs: dict[str, str], github: dict[str, Any]) -> None:
        self.inputs = {name: text.replace("${{ github.token }}", TOKEN) for name, text in inputs.items()}
        self.github = {"token": TOKEN, **github}
        self.outputs: dict[str, dict[str, str]] = {}

    def filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: str(self._value(found[1])), str(text))

    def holds(self, text: str) -> bool:
        return bool(self._value(text))

    def _value(self, text: str) -> Any:
        told = _NAME.sub(lambda found: found[0] if found[0].startswith("'") else repr(self._look_up(found[0])), text)
        return eval(told.replace("&&", " and ").replace("||", " or "), {"true": True})

    def _look_up(self, name: str) -> str:
        room, *path = name.split(".")
        if room == "steps":
            step, _, output = path
            return self.outputs.get(step, {}).get(output, "")
        found: Any = {"inputs": self.inputs, "github": self.github}[room]
        for part in path:
            found = found.get(part, "") if isinstance(found, dict) else ""
        return str(found)


def _outputs(text: str) -> dict[str, str]:
    return {found[1]: found[3] for found in re.finditer(r"([a-z-]+)<<(end-[0-9a-f]+)\n(.*?)\n\2\n", text, re.DOTALL)}


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)
