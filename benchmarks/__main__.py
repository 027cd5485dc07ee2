"""Runs every benchmark; `python -m benchmarks.<name>` runs one."""

from __future__ import annotations

from benchmarks import faults, refresh, seeds, totals

for benchmark in (seeds, totals, refresh, faults):
    print(f"== {benchmark.__name__}")
    benchmark.main()
