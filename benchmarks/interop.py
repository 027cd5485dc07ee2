"""CPU time and peak memory of reading, enriching and handing on a landscape file of the size of the largest ones.

python -m benchmarks.interop            a made-up list of 2,413 items with 1,050 repositories, about 19,000 lines
python -m benchmarks.interop FILE       or a list of your own, whose repositories get made-up figures
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.seeds import measure
from crawler.export.registry import FORMATS
from crawler.seeds import read_seeds
from crawler.store import open_writer, transaction
from crawler.store.seeds import sync_seeds

ITEMS, REPOSITORIES, COMPANIES = 2_413, 1_050, 1_145
READING_BUDGET = 5.0
"""Seconds of CPU for reading and checking the list."""
ITEMS_PER_SUBCATEGORY, SUBCATEGORIES_PER_CATEGORY = 16, 10
NOW = "2026-11-22T00:00:00Z"


def make_landscape() -> str:
    """The text of the made-up list, in the layout of the files that foundations keep."""
    parts = ["# A made-up landscape\nlandscape:\n"]
    for number in range(ITEMS):
        subcategory, first_in_it = divmod(number, ITEMS_PER_SUBCATEGORY)
        category, first_in_category = divmod(subcategory, SUBCATEGORIES_PER_CATEGORY)
        if not first_in_it and not first_in_category:
            parts.append(f"  - category:\n    name: Category {category}\n    subcategories:\n")
        if not first_in_it:
            parts.append(f"      - subcategory:\n        name: Subcategory {subcategory}\n        items:\n")
        parts.append(_item(number))
    return "".join(parts)


def _item(number: int) -> str:
    """A project with its repository, or a member without one."""
    lines = ["  - item:", f"    name: Item {number}", f"    homepage_url: https://item-{number}.example.org/"]
    is_project = number * REPOSITORIES // ITEMS < (number + 1) * REPOSITORIES // ITEMS
    if is_project:
        lines.append(f"    repo_url: https://github.com/owner-{number % 700}/item-{number}")
    lines.append(f"    logo: item-{number}.svg")
    lines.append(f"    crunchbase: https://www.crunchbase.com/organization/company-{number % COMPANIES}")
    if is_project:
        lines += [f"    twitter: https://twitter.com/item{number}", "    description: >-"]
        lines += [f"      Item {number} is described here", "      in a sentence of the usual length."]
        lines += ["    extra:", "      accepted: '2023-09-30'"]
    return "".join(f"        {line}\n" for line in lines)


def fill(database: Path, path: Path) -> int:
    """A database in which every repository of the list has been answered for; the number of items."""
    seeds = read_seeds(path)
    with closing(open_writer(database)) as connection, transaction(connection):
        sync_seeds(connection, seeds, now=NOW)
        connection.execute(
            """
            UPDATE repositories SET status = 'ok', origin = 'live', fetched_at = ?, stars = 7 * id, forks = id,
              contributors = id, commits_last_year = 3 * id, open_issues = 5, license_spdx = 'Apache-2.0',
              license_expression = 'Apache-2.0', primary_language = 'Rust', latest_release_tag = 'v1.' || id,
              latest_release_at = '2026-10-30T12:00:00Z', latest_commit_at = '2026-11-19T01:02:03Z',
              first_commit_at = '2016-06-16T20:39:03Z', is_archived = 0
            """,
            (NOW,),
        )
    return len(seeds.projects)


def main(files: Sequence[str] = ()) -> int:
    """Print one line for each step; 1 if reading misses its budget."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        path = Path(files[0]) if files else place / "landscape.yml"
        if not files:
            path.write_text(make_landscape(), encoding="utf-8")
        database, once, twice = place / "landscape.db", place / "once.yml", place / "twice.yml"
        lines = path.read_bytes().count(b"\n")
        print(f"{fill(database, path):,} items, {lines:,} lines")
        seconds, memory = measure("validate", path)
        told = f"(budget {READING_BUDGET} s)"
        print(f"{'validate':<24}{seconds:6.2f} s of CPU {told}, {memory:.0f} MiB at its peak")
        steps: dict[str, tuple[object, ...]] = {
            "export yaml": ("export", "yaml", path, "-o", once),
            "export yaml, again": ("export", "yaml", once, "-o", twice),
            "import": ("import", path),
        }
        for name in FORMATS.keys() & {"landscape2", "processed"}:
            steps[f"export {name}"] = ("export", name, path, "-o", place / name)
        for name, arguments in sorted(steps.items()):
            used, memory = measure(*arguments, "--db", database)
            print(f"{name:<24}{used:6.2f} s of CPU, {memory:.0f} MiB at its peak")
        print("the second export is", "identical" if once.read_bytes() == twice.read_bytes() else "ANOTHER ONE")
    return int(seconds > READING_BUDGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
