"""Runs every benchmark; `python -m benchmarks.<name>` runs one."""

from __future__ import annotations

from benchmarks import refresh, seeds, totals

for benchmark in (seeds, totals, refresh):
    print(f"== {benchmark.__name__}")
    benchmark.main()
