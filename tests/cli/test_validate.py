"""`crawler validate`: findings on standard output, a summary on standard error, exit code 0 or 2."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from benchmarks.seeds import make_seeds
from crawler.cli import main

SOUND = """\
organizations:
  - name: Rust Foundation
categories:
  - name: Languages
    subcategories:
      - name: Systems
        items:
          - name: Rust
            homepage_url: https://www.rust-lang.org/
            repo_url: https://github.com/rust-lang/rust
            organization: Rust Foundation
"""
FAULTY = SOUND.replace("repo_url:", "repo_ulr:").replace("name: Rust\n", "name: true\n")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["validate", *arguments])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRAWLER_SEEDS", raising=False)
    return tmp_path


def test_sound_file(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text(SOUND)
    assert run() == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "seeds.yml: 1 project in 1 category, 1 repository, 1 organisation; no faults, no notices\n"


def test_faults_first_then_notices_each_with_its_position(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "my.yml").write_text(FAULTY.replace("organizations:", "nam: Mine\norganizations:"))
    assert run("my.yml") == 2
    told = capsys.readouterr()
    item = "Languages / Systems / true"
    assert told.out.splitlines() == [
        f'my.yml:9:19: {item}: the name true is no text to YAML; put it in quotes: "true"',
        "my.yml:1:1: notice: the key 'nam' is unknown, it is kept but not read; did you mean name?",
        f"my.yml:11:13: notice: {item}: the key 'repo_ulr' is unknown, it is kept but not read; did you mean repo_url?",
    ]
    assert told.err == "my.yml: 1 fault, 2 notices\n"


def test_notices_do_not_count(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text(SOUND.replace("repo_url", "repo_ulr"))
    assert run() == 0
    assert "seeds.yml:10:13: notice: " in capsys.readouterr().out


def test_json(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text(FAULTY)
    assert run("--json") == 2
    fault, notice = json.loads(capsys.readouterr().out)
    assert fault == {
        "path": "seeds.yml",
        "line": 8,
        "column": 19,
        "where": "Languages / Systems / true",
        "problem": "the name true is no text to YAML",
        "cure": 'put it in quotes: "true"',
        "severity": "fault",
    }
    assert notice["severity"] == "notice"


def test_json_of_a_sound_file_is_an_empty_list(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text(SOUND)
    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_schema_needs_no_file(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--schema") == 0
    told = capsys.readouterr()
    assert told.out == resources.files("crawler.seeds").joinpath("schema.json").read_text("utf-8")
    assert json.loads(told.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert told.err == ""
    assert list(directory.iterdir()) == []


def test_missing_file(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "there is no seeds.yml in this directory" in told.err


def test_made_up_list_of_the_benchmark_is_sound(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (directory / "seeds.yml").write_text(make_seeds(130))
    assert run() == 0
    assert "130 projects in 2 categories, 260 repositories, 43 organisations; no faults" in capsys.readouterr().err


def test_nothing_is_imported_that_the_check_does_not_need(directory: Path) -> None:
    (directory / "seeds.yml").write_text(SOUND)
    script = (
        "import sys\n"
        "from crawler.cli import main\n"
        "try:\n    main(['validate'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=directory)
    loaded = set(done.stdout.split())
    assert "yaml" in loaded
    assert not loaded & {"httpx", "rich", "license_expression", "sqlite_utils", "graphql", "difflib"}
