"""Cron lines, systemd units, Dockerfile and compose file: as much of them as can be tried without the machines."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from crawler.cli import cli
from crawler.clock import parse_age
from crawler.scheduling.crontab import read_crontab
from crawler.settings import read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PROGRAM = "/opt/landscape-crawler/.venv/bin/crawler"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def is_taken(words: list[str]) -> None:
    """Fail where the program does not take these words after its name; nothing is run."""
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    command.make_context(words[0], words[1:], parent=click.Context(cli, **cli.context_settings))


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with their continued lines."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def unit(path: Path) -> configparser.ConfigParser:
    """A unit's sections; directives that are set several times keep the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def test_the_lines_of_the_crontab_are_cron_text_and_commands_that_the_shell_takes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```crontab\n(.*?)^```", readme, flags=re.DOTALL | re.MULTILINE)
    setting, *lines = block.splitlines()
    assert setting.startswith("MAILTO=")
    assert len(lines) == 2
    for line in lines:
        *fields, command = line.split(None, 5)
        assert read_crontab(" ".join(fields))
        assert "%" not in command, "cron would break the line there"
        subprocess.run(["/bin/sh", "-n", "-c", command], check=True)
        words = shlex.split(command[command.index(PROGRAM) :])
        is_taken([word for word in words[1:] if not word.startswith(">")])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        # It looks for the program, which is not installed there.
        text = path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / path.name) for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_hardened_and_runs_a_command_of_ours(path: Path) -> None:
    service = unit(path)["Service"]
    words = shlex.split(service["ExecStart"].replace("%S", "/var/lib"))
    assert words[0] == PROGRAM
    is_taken(words[1:])
    assert "--quiet" in words
    database = Path(words[words.index("--db") + 1])
    assert database.parent == Path("/var/lib") / service["StateDirectory"]
    assert (service["DynamicUser"], service["User"]) == ("yes", "landscape")
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["ProtectHome"]) == ("yes", "strict", "yes")
    assert service["CapabilityBoundingSet"] == ""
    assert service["EnvironmentFile"] == "/etc/landscape/crawler.env"


def test_both_services_share_what_they_share() -> None:
    one, two = (dict(unit(path)["Service"]) for path in SERVICES)
    own = {"Type", "ExecStart", "Restart", "RestartSec", "SuccessExitStatus"}
    assert {name: text for name, text in one.items() if name not in own} == {
        name: text for name, text in two.items() if name not in own
    }


def test_the_timer_starts_the_refresh() -> None:
    timer = DEPLOY / "systemd" / "landscape-refresh.timer"
    assert timer.with_suffix(".service") in SERVICES
    assert unit(timer)["Timer"]["Persistent"] == "yes"


def test_the_dockerfile_copies_what_there_is_and_ends_without_root() -> None:
    lines = instructions()
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [source for name, rest in lines if name == "COPY" and "--from" not in rest for source in rest.split()[:-1]]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{Path(source)}" in ignored, f"{source} is kept out by .dockerignore"
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert "pip install" not in last and "apt-get" not in last
    assert [rest for name, rest in lines if name == "USER"] == ["10001:10001"]
    assert lines.index(("USER", "10001:10001")) < [name for name, _ in lines].index("ENTRYPOINT")


def test_the_image_is_built_from_all_that_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    built = DOCKERFILE[: DOCKERFILE.rindex("\nFROM ")]
    needed = [project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml"]
    needed += project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert [name for name in needed if not re.search(rf"^COPY .*\b{re.escape(name)}\b", built, re.MULTILINE)] == []
    assert "'.[site]'" in built and "site" in project["project"]["optional-dependencies"]
    version = re.search(r"python:(3\.\d+)-slim", built)
    assert version and f"Programming Language :: Python :: {version[1]}" in project["project"]["classifiers"]


def test_what_the_image_runs_are_commands_of_ours() -> None:
    found = dict(instructions())
    assert (
        found["ENTRYPOINT"] == '["crawler"]'
        and "crawler" in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    )
    is_taken(yaml.safe_load(found["CMD"]))
    options, _, health = found["HEALTHCHECK"].partition("CMD ")
    words = yaml.safe_load(health)
    assert words[:3] == ["crawler", "status", "--max-stale"]
    is_taken(words[1:])
    assert all(parse_age(text) for text in re.findall(r"=(\d+[mh])", options))


@pytest.mark.parametrize("name", ["crawler", "site"])
def test_a_container_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == dict(instructions())["USER"]
    assert service["tmpfs"] == ["/tmp"]
    assert "privileged" not in service and "environment" not in service
    is_taken(service["command"])
    build = (DEPLOY / service["build"]["context"]).resolve()
    assert build == ROOT and (build / service["build"]["dockerfile"]).is_file()


def test_the_containers_share_one_volume_and_only_the_crawler_knows_the_token() -> None:
    crawler, site = COMPOSE["services"]["crawler"], COMPOSE["services"]["site"]
    assert "data:/data" in crawler["volumes"] and site["volumes"] == ["data:/data"]  # see the comment: WAL
    assert COMPOSE["volumes"] == {"data": None}
    assert re.search(r"CRAWLER_DB=/data/", DOCKERFILE) and re.search(r"CRAWLER_SEEDS=/list/", DOCKERFILE)
    assert any(volume.endswith(":/list:ro") for volume in crawler["volumes"])
    assert crawler["env_file"] == ["crawler.env"] and "env_file" not in site
    assert all(port.startswith("127.0.0.1:") for port in site["ports"])
    assert "/deploy/crawler.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_example_of_an_environment_file_changes_nothing_until_it_is_filled() -> None:
    lines = (DEPLOY / "crawler.env.example").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert "GITHUB_TOKEN" in settings
    assert read_settings(settings) == read_settings({})
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in settings if f"`{name}`" not in page] == []
