"""The examples in docs/lists.md are read as it says."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from crawler.seeds import read_seeds

TEXT = (Path(__file__).parents[2] / "docs" / "lists.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "form", "expected"),
    [
        ("Best-of lists", "best-of", ["runtimes--all bytecodealliance/wasmtime"]),
        (
            "Markdown lists",
            "markdown",
            [
                "runtimes--all bytecodealliance/wasmtime",
                "runtimes--all wasmerio/wasmer",
                "runtimes--embedded bytecodealliance/wasm-micro-runtime",
            ],
        ),
        ("Tables", "list", ["runtimes--fast bytecodealliance/wasmtime", "runtimes--all wasmerio/wasmer"]),
        (
            "Plain lists",
            "list",
            [
                "projects--all bytecodealliance/wasmtime",
                "projects--all wasmerio/wasmer",
                "projects--all https://gitlab.com/group/name.git",
            ],
        ),
        ("Arrays", "list", ["projects--all bytecodealliance/wasmtime", "projects--all wasmerio/wasmer"]),
    ],
)
def test_example_is_read(tmp_path: Path, heading: str, form: str, expected: list[str]) -> None:
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    match = re.match(r"\n((?:(?: {4}.*)?\n)+)", section)
    assert match
    path = tmp_path / "list"
    path.write_text(dedent(match[1]), encoding="utf-8")
    seeds = read_seeds(path)
    found = [
        f"{one.subcategory_id} {url}"
        for one in seeds.projects
        for url in [*(repository.name_with_owner for repository in one.repositories), *one.other_repository_urls]
    ]
    assert (seeds.form, found) == (form, expected)
