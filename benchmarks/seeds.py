"""CPU time and peak memory of `crawler validate` on seeds of several sizes, interpreter start included.

python -m benchmarks.seeds            made-up lists of 500 and 5,000 projects, and a Markdown list of 3,000 entries
python -m benchmarks.seeds FILE…      and files of your own
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

RUNS = 3
BUDGETS = {500: 0.5, 5_000: 4.0}
"""Seconds of CPU (user and system) by number of projects."""
MARKDOWN_ENTRIES, MARKDOWN_BUDGET = 3_000, 3.0
PROJECTS_PER_SUBCATEGORY = 25
SUBCATEGORIES_PER_CATEGORY = 5

_ITEM = """\
          - item:
            name: Project {number}
            description: The project with the number {number}, described in a sentence of the usual length.
            homepage_url: https://project-{number}.example.org/
            repo_url: https://github.com/owner-{owner}/project-{number}
            additional_repos:
              - repo_url: https://github.com/owner-{owner}/project-{number}-docs
                license: CC-BY-4.0
            logo: project-{number}.svg
            license: Apache-2.0 OR MIT
            project: sandbox
            organization: organisation-{owner}
            crunchbase: https://www.crunchbase.com/organization/organisation-{owner}
            twitter: https://twitter.com/project{number}
            extra:
              accepted: '2023-09-30'
              blog_url: https://project-{number}.example.org/blog
"""
_ORGANIZATION = """\
  - id: organisation-{owner}
    name: Organisation {owner}
    kind: company
    homepage_url: https://organisation-{owner}.example.org/
    crunchbase_permalink: organisation-{owner}
    figures:
      - measure: funding_total
        amount: {owner}000000
        currency: USD
        as_of: 2023-09-30
        source_url: https://organisation-{owner}.example.org/press
"""


def make_seeds(projects: int) -> str:
    """The text of a list with so many projects, and a third as many organisations."""
    owners = max(1, projects // 3)
    parts = ["organizations:\n", *(_ORGANIZATION.format(owner=owner) for owner in range(owners)), "categories:\n"]
    for number in range(projects):
        subcategory, first_in_it = divmod(number, PROJECTS_PER_SUBCATEGORY)
        category, first_in_category = divmod(subcategory, SUBCATEGORIES_PER_CATEGORY)
        if not first_in_it and not first_in_category:
            parts.append(f"  - category:\n    name: Category {category}\n    subcategories:\n")
        if not first_in_it:
            parts.append(f"      - subcategory:\n        name: Subcategory {subcategory}\n        items:\n")
        parts.append(_ITEM.format(number=number, owner=number % owners))
    return "".join(parts)


def make_markdown(entries: int) -> str:
    """The text of an awesome list with so many entries in sections of 30."""
    parts = ["# Awesome things\n"]
    for number in range(entries):
        if number % 30 == 0:
            parts.append(f"\n## Section {number // 30}\n\n")
        address = f"https://github.com/owner-{number % 700}/project-{number}"
        parts.append(f"- [Project {number}]({address}) - A *thing* described in a sentence of the usual length.\n")
    return "".join(parts)


def measure(*arguments: object) -> tuple[float, float]:
    """CPU seconds (the least of several runs) and peak memory in MiB of one `crawler` command."""
    seconds, memory = [], []
    for _ in range(RUNS):
        command = [sys.executable, "-m", "crawler", *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command[1:])} ended with {process.returncode}")
        seconds.append(used.ru_utime + used.ru_stime)
        memory.append(used.ru_maxrss / 1024)
    return min(seconds), max(memory)


def main(files: Sequence[str] = ()) -> int:
    """Print one line for each size and file; 1 if a budget is missed."""
    missed = False
    with tempfile.TemporaryDirectory() as directory:
        for projects, budget in BUDGETS.items():
            path = Path(directory) / f"{projects}.yml"
            path.write_text(make_seeds(projects), encoding="utf-8")
            seconds, memory = measure("validate", path)
            missed |= seconds > budget
            print(f"{projects:>6,} projects: {seconds:.2f} s of CPU (budget {budget} s), {memory:.0f} MiB at its peak")
        path = Path(directory) / "README.md"
        path.write_text(make_markdown(MARKDOWN_ENTRIES), encoding="utf-8")
        seconds, memory = measure("validate", path)
        missed |= seconds > MARKDOWN_BUDGET
        told = f"{seconds:.2f} s of CPU (budget {MARKDOWN_BUDGET} s), {memory:.0f} MiB at its peak"
        print(f"{MARKDOWN_ENTRIES:>6,} entries in Markdown: {told}")
    for name in files:
        seconds, memory = measure("validate", name)
        print(f"{name}: {seconds:.2f} s of CPU, {memory:.0f} MiB at its peak")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
