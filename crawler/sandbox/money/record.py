"""Writes `recorded.jsonl` from the shipped list: the organisations, and the money facts that were true by the day.

    python -m crawler.sandbox.money.record seeds.yml > crawler/sandbox/money/recorded.jsonl

Only what an upstream of the sandbox serves is taken; every fact keeps its date and the page that it was read on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from crawler.listed import SeedFigure, SeedOrganization
from crawler.sandbox.recording import RECORDED_ON
from crawler.seeds import read_seeds

SERVED = {"acquisition_price", "funding_round", "funding_total", "market_cap", "token_market_cap"}


def lines(organizations: Iterable[SeedOrganization]) -> Iterator[bytes]:
    """An Account a line, without what is not known."""
    for one in organizations:
        account = {name: value for name, value in _account(one).items() if value is not None}
        entries = [_entry(figure) for figure in one.figures if _is_served(figure)]
        yield msgspec.json.encode(account | ({"entries": entries} if entries else {}))


def _account(one: SeedOrganization) -> dict[str, Any]:
    parent = one.present_parent
    return {
        "id": one.id,
        "name": one.name,
        "crunchbase": one.crunchbase_permalink,
        "github": one.github_login,
        "homepage": one.homepage_url,
        "ticker": one.ticker,
        "exchange": one.exchange,
        "token": one.token_id,
        "opencollective": one.opencollective_slug,
        "parent": parent.parent_id if parent else None,
        "parent_share": parent.share if parent else None,
        "parent_since": parent.since if parent else None,
    }


def _is_served(figure: SeedFigure) -> bool:
    return figure.measure in SERVED and figure.as_of <= RECORDED_ON.isoformat()


def _entry(figure: SeedFigure) -> dict[str, str]:
    entry = {name: getattr(figure, name) for name in ("measure", "amount", "currency", "as_of", "source_url", "kind")}
    return {name: text for name, text in entry.items() if text is not None}


if __name__ == "__main__":
    for line in lines(read_seeds(Path(sys.argv[1])).organizations):
        sys.stdout.buffer.write(line + b"\n")
