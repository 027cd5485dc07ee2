"""A plain list is a list: each line an item, at its own line."""

from __future__ import annotations

from pathlib import Path

from crawler.seeds import read_seeds


def test_lines_are_projects(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# mine\nbytecodealliance/wasmtime\n\nhttps://github.com/wasmerio/wasmer\n", encoding="utf-8")
    seeds = read_seeds(path)
    assert seeds.form == "list"
    assert [(one.name, one.line, one.repositories[0].name_with_owner) for one in seeds.projects] == [
        ("wasmtime", 2, "bytecodealliance/wasmtime"),
        ("wasmer", 4, "wasmerio/wasmer"),
    ]
