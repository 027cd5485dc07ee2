"""`-` is standard input, for each command that reads a list but the one that reads it again and again."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.cli.report import print_report
from crawler.report import Report
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


def test_exports_that_read_a_list_or_a_document_take_it(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    one = "- [Wasmtime](https://github.com/bytecodealliance/wasmtime)"
    given(monkeypatch, f"# L\n\n## A\n\n{one}\n".encode())
    assert run("refresh", "-", "--sandbox", "--source", "github") == 0
    told = capfdbinary.readouterr().err.decode()
    assert "| crawler export csv" in told and "export yaml" not in told
    assert run("export", "awesome", "-") == 0
    assert f"{one} <!--crawler-->".encode() in capfdbinary.readouterr().out
    assert run("export", "landscape2", "-", "-o", "cache") == 0
    assert run("export", "processed", "-") == 0
    capfdbinary.readouterr()
    given(monkeypatch, b"<html>\n<!-- crawler:headline -->\n<!-- /crawler -->\n")
    assert run("export", "readme", "-") == 0
    assert b"1 project" in capfdbinary.readouterr().out
    given(monkeypatch, b"<!-- crawler:none -->\n")
    assert run("export", "readme", "-") == 2
    assert b"standard input has faults, nothing was done\nstandard input:1: " in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "export"),
    [("list.md", "- [c](https://github.com/acme/c)\n", "awesome 'my list.md'"), ("l.txt", "acme/c\n", "csv")],
)
def test_the_next_export_is_one_that_takes_such_a_list(name: str, text: str, export: str) -> None:
    path = Path(f"my {name}") if "'" in export else Path(name)
    path.write_text(text)
    said: list[str] = []
    report = Report(run_id=1, mode="sandbox", recorded_on=None)
    print_report(report, path, Path("landscape.db"), said.append, form=read_seeds(path).form)
    assert said[-1].endswith(f"crawler export {export}")
