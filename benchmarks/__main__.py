"""Runs every benchmark; `python -m benchmarks.<name>` runs one."""

from __future__ import annotations

from benchmarks import faults, history, refresh, seeds, totals

for benchmark in (seeds, totals, history, refresh, faults):
    print(f"== {benchmark.__name__}")
    benchmark.main()
