"""`crawler init` writes a sound example and never overwrites a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.seeds import read_seeds


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["init", *arguments])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRAWLER_SEEDS", raising=False)
    return tmp_path


def test_example_is_sound_and_the_next_commands_are_told(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "crawler validate  " in told.err
    assert "crawler refresh  " in told.err
    seeds = read_seeds(directory / "seeds.yml")
    assert seeds.notices == ()
    assert [project.id for project in seeds.projects] == ["wasmtime", "wasmer"]
    assert seeds.projects[0].organization_id == "bytecode-alliance"


def test_commented_parts_of_the_example_are_sound_too(directory: Path) -> None:
    assert run() == 0
    path = directory / "seeds.yml"
    # What stands behind `# ` and a key is example, all else is explanation.
    path.write_text(re.sub(r"(?m)^( +)# ( *(?:- )?[a-z_]+:)", r"\1\2", path.read_text("utf-8")), "utf-8")
    seeds = read_seeds(path)
    assert [organization.name for organization in seeds.organizations] == ["Bytecode Alliance", "Cloudflare"]
    assert seeds.organizations[1].figures[0].as_of == "2023-12-31"
    assert len(seeds.projects[0].repositories) == 2


def test_named_file_is_named_in_the_next_commands(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mine.yml") == 0
    assert (directory / "mine.yml").is_file()
    assert "crawler validate mine.yml" in capsys.readouterr().err


def test_environment_names_the_file(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLER_SEEDS", "other.yml")
    assert run() == 0
    assert [path.name for path in directory.iterdir()] == ["other.yml"]


def test_file_that_is_there_is_left_alone(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text("mine")
    assert run() == 2
    assert "seeds.yml is there already; name another file" in capsys.readouterr().err
    assert (directory / "seeds.yml").read_text() == "mine"


@pytest.mark.parametrize("path", ["no/seeds.yml", "file/seeds.yml"])
def test_place_where_nothing_can_be_written(directory: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    (directory / "file").write_text("")
    assert run(path) == 2
    assert f"{path} cannot be written (" in capsys.readouterr().err
