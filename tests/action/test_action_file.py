"""action.yml as GitHub reads it: what it uses is there, and nothing that others write becomes a part of a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from runner import ACTION, ROOT, STEPS

SCRIPTS = sorted((ROOT / "deploy" / "action").glob("*.sh"))
PAGE = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
WORKFLOWS = [yaml.load(text, yaml.BaseLoader) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")


def test_all_inputs_are_used_and_told_and_no_other() -> None:
    used = set(re.findall(r"inputs\.([a-z-]+)", TEXT))
    assert used == set(ACTION["inputs"])
    assert all(f"`{name}`" in PAGE for name in {**ACTION["inputs"], **ACTION["outputs"]})
    ids = {step.get("id") for step in STEPS}
    assert set(re.findall(r"steps\.([a-z]+)\.outputs", TEXT)) <= ids


def test_no_expression_stands_in_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")
        assert step.get("shell") == ("bash" if "run" in step else None)


def test_every_step_runs_a_script_that_is_there_and_stops_at_the_first_failure() -> None:
    called = {re.search(r"deploy/action/([a-z]+\.sh)", step["run"])[1] for step in STEPS if "run" in step}
    assert called == {path.name for path in SCRIPTS} - {"common.sh"}
    for path in SCRIPTS:
        text = path.read_text()
        assert "set -euo pipefail" in text or '. "$(dirname "${BASH_SOURCE[0]}")/common.sh"' in text
        assert not re.search(r"\beval\b|bash -c", text)


def test_what_a_script_reads_its_step_gives() -> None:
    given_always = {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_REPOSITORY", "GITHUB_EVENT_NAME"}
    given_always |= {"GITHUB_SERVER_URL", "GITHUB_RUN_ID"}
    for step in STEPS:
        if "run" in step:
            script = ROOT / re.search(r"deploy/action/[a-z]+\.sh", step["run"])[0]
            text = re.sub(r"(?m)^\s*#.*$", "", script.read_text())
            read = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text)) - set(re.findall(r"(?m)^\s*([A-Z_]+)=", text))
            read -= {"BASH_SOURCE", "WORK", "GITHUB_ACTION_PATH", "DATA_FILE", "BOT_NAME", "BOT_MAIL"}
            tokens = {"GH_TOKEN", "GITHUB_TOKEN"}
            assert read - given_always == set(step.get("env", {})) - tokens, step["name"]
            assert ("gh " in text) == ("GH_TOKEN" in step.get("env", {})), step["name"]


def test_the_package_itself_is_installed_with_pip() -> None:
    (install,) = [step for step in STEPS if step["name"] == "Install"]
    script = (ROOT / "deploy" / "action" / "install.sh").read_text()
    assert "install.sh" in install["run"] and "-m pip install" in script and '"${GITHUB_ACTION_PATH:?}[site]"' in script


@pytest.mark.parametrize("uses", sorted(set(re.findall(r"uses: (\S+)", TEXT + PAGE))))
def test_other_actions_are_pinned_to_a_major_that_is_alive(uses: str) -> None:
    majors = {
        "actions/checkout": "v7",
        "actions/setup-python": "v7",
        "actions/upload-artifact": "v7",
        "actions/configure-pages": "v6",
        "actions/upload-pages-artifact": "v5",
        "actions/deploy-pages": "v5",
    }
    name, _, version = uses.partition("@")
    assert majors.get(name, "v0") == version


def test_documented_workflows_use_what_is_there_and_name_their_permissions() -> None:
    assert len(WORKFLOWS) >= 4
    for workflow in WORKFLOWS:
        for job in workflow["jobs"].values():
            assert "permissions" in job or "permissions" in workflow
            for step in job["steps"]:
                if "landscape-crawler" in step.get("uses", ""):
                    assert set(step.get("with", {})) <= set(ACTION["inputs"])
                assert "github.event" not in step.get("run", "") and "inputs." not in step.get("run", "")


def test_no_script_is_executable_by_accident_of_the_checkout() -> None:
    assert all('bash "$GITHUB_ACTION_PATH/' in step["run"] for step in STEPS if "run" in step)
    assert all(
        Path(path).read_text().startswith(("#!/usr/bin/env bash\n", "# shellcheck shell=bash\n")) for path in SCRIPTS
    )


def test_python_looks_for_no_module_in_the_work_tree() -> None:
    called = [found for path in SCRIPTS for found in re.findall(r"\bpython\"? -.*", path.read_text())]
    assert len(called) == 3 and all(re.match(r'python"? -I ', one) for one in called)
