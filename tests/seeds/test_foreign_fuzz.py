"""Whatever a list of another format holds, reading it ends in a list or in findings with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.seeds import load_seeds

PIECES = st.sampled_from(
    [
        *("# ", "## ", "- ", "  - ", "1. ", "| ", "|-|-|\n", "\n", "\n\n", "> ", "```\n", "<details>", "<summary>"),
        *("[A](https://github.com/a/b)", "[", "](", ")", "![", "<a href='https://x.example'>", "</a>", "</details>"),
        *("a/b", "https://github.com/a", "git@h.example:a/b", "name,repo\n", ",", ";", "\t", '"', "'=", "projects:\n"),
        *("  - {name: A, github_id: a/b}\n", "\r\n", "\r", "\u202e", "\x1b", "é", "\u2028", "[r]: https://r.example\n"),
    ]
)


@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=25))
@pytest.mark.parametrize("name", ["list.md", "list.csv", "list.txt", "list"])
def test_any_text_ends_in_a_list_or_in_findings(tmp_path: Path, name: str, pieces: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes("".join(pieces).encode())
    seeds, findings = load_seeds(path)
    faults = [finding for finding in findings if finding.severity == "fault"]
    assert (seeds is None) == bool(faults)
    for finding in findings:
        assert finding.path == str(path) and finding.line >= 0
        assert str(finding).removeprefix(str(path)).isprintable()
    for project in seeds.projects if seeds else ():
        assert project.line > 0 and project.name == " ".join(project.name.split())
        assert not any(ord(character) < 32 for character in project.name)
