"""Text exports of a past day are the bytes that were written on it, and those of a day do not change with the clock."""

from __future__ import annotations

from pathlib import Path

from crawling import Landscape

from crawler.sandbox.world import License

README = "".join(
    f"<!-- crawler:{name} -->\n<!-- /crawler -->\n"
    for name in ("headline", "table", "list", "top", "changes", "attributions")
)


def texts(landscape: Landscape, folder: Path, *day: str) -> dict[str, bytes]:
    """Each format as it is written now; badges by their files."""
    file = folder.parent / "README.md"
    file.write_text(README)
    formats = (("markdown",), ("awesome", landscape.seeds), ("readme", file), ("atom",))
    found = {name[0]: landscape.run("export", *name, *day).out.encode() for name in formats}
    landscape.run("export", "badges", "-o", folder, *day)
    return found | {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.svg")}


def test_a_past_day_reads_as_it_did(landscape: Landscape, tmp_path: Path) -> None:
    repositories = list(landscape.world)
    landscape.refresh("--source", "github")
    landscape.later(days=1)
    repositories[0].is_archived = True
    landscape.refresh("--source", "github", "--force")
    day = landscape.now.date().isoformat()
    first = texts(landscape, tmp_path / "first")
    assert all(b"archived" in first[name] for name in ("markdown", "awesome", "readme", "atom"))
    landscape.later(days=3)
    assert texts(landscape, tmp_path / "first") == first
    for repository in repositories:
        repository.stars += 1000
    repositories[0].is_archived = False
    repositories[1].license = License("agpl-3.0", "GNU Affero General Public License v3.0", "AGPL-3.0")
    landscape.refresh("--source", "github", "--force")
    second = texts(landscape, tmp_path / "second")
    assert all(second[name] != text for name, text in first.items() if "." not in name or name.endswith("/stars.svg"))
    past = texts(landscape, tmp_path / "past", "--as-of", day)
    assert {name for name, text in first.items() if past[name] != text} == set()
    assert past.keys() == first.keys()
