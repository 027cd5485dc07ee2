"""`python -m benchmarks.site_folder`: seconds, bytes and memory of a landscape of 2,400 projects as a folder of files.

`crawler export site` as a process of its own, interpreter start included, into an empty directory and then once more.
`--projects` makes the landscape smaller or larger, `--keep DIR` leaves database and site there.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.site.landscape import build

PROJECTS = 2_400
MOST_SECONDS, MOST_PAGE, MOST_INDEX = 60, 300_000, 300_000
URL = "https://user.example/landscape/"


def main() -> None:
    """Build the landscape, export it twice, then print what that cost and what was written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site_folder", description=__doc__)
    parser.add_argument("--projects", type=int, default=PROJECTS)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = chosen.keep or Path(folder)
        place.mkdir(exist_ok=True)
        database, site = place / "landscape.db", place / "site"
        if not database.exists():
            build(database, projects=chosen.projects)
        print(f"{chosen.projects:,} projects, {database.stat().st_size / 10**6:.0f} MB of database")
        for run in ("first run", "once more"):
            _print_run(run, database, site)
        _print_sizes(site)


def _print_run(run: str, database: Path, site: Path) -> None:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "crawler", "export", "site", str(site), "--db", str(database), "--url", URL]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    verdict = "" if seconds < MOST_SECONDS else "  TOO SLOW"
    print(f"{run}: {seconds:.1f} s (limit {MOST_SECONDS}), {processor:.1f} s of processor{verdict}")
    print(f"  {done.stderr.strip().splitlines()[-1].partition(': ')[2]}")
    print(f"  peak memory of the largest process {after.ru_maxrss / 1024:.0f} MB")


def _print_sizes(site: Path) -> None:
    pages = {path: len(gzip.compress(path.read_bytes(), 6)) for path in site.rglob("*.html")}
    for path in sorted(pages, key=lambda path: -pages[path])[:3]:
        _print_size(str(path.relative_to(site)), pages[path], MOST_PAGE)
    for name in ("listed.js", "told.js"):
        _print_size(name, len(gzip.compress((site / "assets" / name).read_bytes(), 6)), MOST_INDEX)


def _print_size(name: str, size: int, most: int) -> None:
    verdict = "" if size < most else "  TOO LARGE"
    print(f"{size / 1000:8.1f} kB compressed (limit {most // 1000})  {name}{verdict}")


if __name__ == "__main__":
    main()
