"""Runs every benchmark; `python -m benchmarks.<name>` runs one."""

from __future__ import annotations

from benchmarks import faults, history, interop, refresh, seeds, site_folder, site_load, totals

for benchmark in (seeds, interop, totals, history, refresh, faults, site_load, site_folder):
    print(f"== {benchmark.__name__}")
    benchmark.main()
