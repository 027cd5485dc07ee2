"""Makes an older database: run at a commit of that time, see README.md. The tests go on with the same world."""

from __future__ import annotations

import lzma
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.made_up import made_up_world
from crawler.sandbox.server import SandboxServer
from crawler.sandbox.world import License, World

FIRST = date(2026, 11, 20)
LAST = 3
"""The last day is so many days later."""
COUNT = 12
FAILS = "acme-00/widget-7"
"""Has an answer on the first day alone."""

_LIST = """
groups:
  - {name: Dev, categories: [Tools]}
  - {name: Ops, categories: [Runtimes]}
organizations:
  - id: big
    name: Big
    ticker: BIG
    attribution_share: 0.1
    figures:
      - {measure: market_cap, amount: 900000000000, currency: USD, as_of: 2026-11-18, source_url: https://big.example}
      - {measure: market_cap, amount: 950000000000, currency: USD, as_of: 2026-11-21, source_url: https://big.example}
  - id: hat
    name: Hat
    parent: big
  - id: start
    name: Start
    figures:
      - {measure: funding_round, amount: 7000000, currency: USD, as_of: 2024-05-01, source_url: https://start.example}
categories:
"""
_PLACES = (("Tools", "Widgets", "hat"), ("Tools", "Gadgets", "start"), ("Runtimes", "All", "big"))


def listed(day: int) -> str:
    """The list on the n-th day: from the second on another project is left out, and one is new that GitHub misses."""
    names = [f"acme-{number // 10:02}/widget-{number}" for number in range(COUNT)]
    if day:
        names.remove("acme-00/widget-3")
        names.append("acme-00/nowhere")
    lines, category = [], None
    for number, (name_of_category, subcategory, organization) in enumerate(_PLACES):
        if name_of_category != category:
            category = name_of_category
            lines += [f"  - name: {category}", "    subcategories:"]
        lines += [f"      - name: {subcategory}", "        items:"]
        for name in names[number::3]:
            lines += [f"          - name: {name.partition('/')[2]}", f"            repo_url: https://github.com/{name}"]
            lines += [f"            organization: {organization}"]
    return _LIST + "\n".join(lines) + "\n"


def world_on(day: int) -> World:
    """What GitHub has on the n-th day."""
    world = made_up_world(COUNT, today=FIRST)
    repositories = {name: world[f"acme-00/widget-{number}"] for number, name in enumerate("abcde")}
    if day >= 1:
        repositories["a"].stars += 10
        repositories["b"].release("v9.0.0", f"{FIRST:%Y-%m}-21T01:00:00Z")
    if day >= 2:
        repositories["a"].stars += 10
        repositories["c"].is_archived, repositories["c"].archived_at = True, f"{FIRST:%Y-%m}-22T01:00:00Z"
        repositories["e"].license = License("mit", "MIT License", "MIT")
        world.rename("acme-00/widget-0", "acme-00/gadget-0")
    if day >= 3:
        repositories["a"].stars += 10
    return world


def main() -> None:
    """Refresh on every day but the third, then write the file, packed, to the place that is named."""
    from crawling import Landscape

    with tempfile.TemporaryDirectory() as folder:
        for day in (0, 1, LAST):
            with SandboxServer(world_on(day), token="a-token-of-the-tests") as server:
                landscape = Landscape(Path(folder), server)
                landscape.seeds.write_text(listed(day), encoding="utf-8")
                landscape.now = datetime(FIRST.year, FIRST.month, FIRST.day + day, 6, tzinfo=UTC)
                if day:
                    landscape.strike(Fault(saml(FAILS)))
                landscape.refresh("--force", code=3 if day else 0)
        with closing(sqlite3.connect(landscape.database)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
        Path(sys.argv[1]).write_bytes(lzma.compress(landscape.database.read_bytes(), preset=9))


if __name__ == "__main__":
    main()
