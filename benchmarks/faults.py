"""A refresh of many repositories from a stand-in that fails at every fifth request, in all of GitHub's ways.

Run `python -m benchmarks.faults [REPOSITORIES] [RATE] [SEED]`. The stand-in waits 20 ms before each answer, enforces
the documented limits and strikes that share of all requests: pages in place of JSON, broken connections, errors of a
batch, a repository or a field, and limits that ask for a second of silence. Every stored value is compared with the
stand-in's, and every request with the waits that had been announced.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from benchmarks import OF_GITHUB
from benchmarks.refresh import TOKEN, seeds_of, wrong_values
from crawler.sandbox import Chaos, SandboxServer, made_up_world
from crawler.store import open_reader

LATENCY_SECONDS = 0.02


def main() -> None:
    """One refresh under faults, and one without for comparison."""
    count, rate, seed = (float(text) for text in (sys.argv[1:] + ["1000", "0.2", "1"][len(sys.argv) - 1 :]))
    for share in (0.0, rate):
        _refresh(int(count), share, int(seed))


def _refresh(count: int, rate: float, seed: int) -> None:
    world = made_up_world(count)
    chaos = Chaos(rate, seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        SandboxServer(world, token=TOKEN, latency=LATENCY_SECONDS, enforce_limits=True, chaos=chaos) as server,
    ):
        seeds, database = Path(folder) / "seeds.yml", Path(folder) / "landscape.db"
        seeds.write_text(seeds_of(world), encoding="utf-8")
        addresses = {"GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url}
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "refresh", str(seeds), "--db", str(database), "-q", *OF_GITHUB],
            env=os.environ | addresses | {"GITHUB_TOKEN": TOKEN},
            check=False,
        )
        seconds = time.monotonic() - started
        with closing(open_reader(database)) as connection:
            states = Counter(row[0] for row in connection.execute("SELECT status FROM fetches WHERE source = 'github'"))
            run = connection.execute("SELECT requests, retries, waits, waited_seconds FROM runs").fetchone()
        struck = sum(chaos.struck.values())
        print(
            f"{count} repositories, {rate:.0%} of requests fail: exit {done.returncode}, {seconds:.1f} s,"
            f" {run['requests']} requests ({struck} struck), {run['retries']} retries, {run['waits']} waits of"
            f" {run['waited_seconds']} s; {dict(states)}; wrong values: {wrong_values(world, database)};"
            f" requests inside an announced wait: {len(server.broken_waits())}"
        )


if __name__ == "__main__":
    main()
