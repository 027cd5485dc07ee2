"""`-` is standard input, for each command that reads a list but the one that reads it again and again."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.seeds import check_seeds, read_seeds

LIST = """\
categories:
  - name: A
    subcategories:
      - name: B
        items:
          - {name: C, homepage_url: https://c.example/, repo_url: https://github.com/acme/c}
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code


def test_it_reads_like_a_file_and_as_often_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, LIST.encode())
    seeds = read_seeds(Path("-"))
    assert (seeds.path, seeds.name, [one.id for one in seeds.projects]) == ("standard input", "Landscape", ["c"])
    assert check_seeds(Path("-")) == list(seeds.notices)
    given(monkeypatch, b"other/thing\n")
    assert [one.id for one in read_seeds(Path("-")).projects] == ["thing"]


def test_validate_and_plan_take_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given(monkeypatch, LIST.encode())
    assert run("validate", "-") == 0
    assert capsys.readouterr().err.startswith("standard input: 1 project in 1 category")
    assert run("plan", "-", "--sandbox", "--source", "github") == 0
    given(monkeypatch, LIST.encode() + b"\xff")
    assert run("validate", "-") == 2
    assert "standard input:7:1: the byte 0xFF is no UTF-8" in capsys.readouterr().out


def test_a_schedule_refuses_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CRAWLER_SEEDS", "-")
    assert run("schedule") == 2
    told = capsys.readouterr().err
    assert "standard input can be read but once; name a file" in told
