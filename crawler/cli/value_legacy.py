"""The four measures of `legacy_landscape_v1`, which has no single value: for pages and as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crawler.cli.tables import Page, columns
from crawler.figures.model import Total
from crawler.figures.policies import policies
from crawler.figures.valuation import Valuation
from crawler.figures.value_parts import groups, may_be_published

LEGACY = "legacy_landscape_v1"
MEASURES = ("items", "stars", "market_cap", "funding")


def legacy_data(valuation: Valuation, *, with_restricted: bool) -> list[dict[str, Any]]:
    """Rows as in the table `totals`; without `with_restricted` no sum that tells a restricted figure."""
    return [
        {
            "policy": LEGACY,
            "measure": total.measure,
            "value": total.value if with_restricted or _may_be_published(valuation, total) else None,
            "currency": total.currency,
            "known": total.known,
            "total": total.total,
        }
        for total in legacy_totals(valuation)
    ]


def print_legacy(page: Page, valuation: Valuation) -> None:
    """A table with its warning; nothing where they were not computed."""
    warning = next((policy.nature for policy in policies() if policy.name == LEGACY), "")
    table = columns("measure", "amount", "known")
    for total in legacy_totals(valuation):
        is_money = total.currency is not None
        # To the last digit: these are there to be compared with what was printed.
        amount = "-" if total.value is None else f"{'$' if is_money else ''}{Decimal(total.value):,f}"
        table.add_row(total.measure, amount, f"{total.known:,} of {total.total:,}")
    page.table(LEGACY, table, f"{warning[:1].upper()}{warning[1:]}.")


def legacy_totals(valuation: Valuation) -> list[Total]:
    """Those that were computed for the scope: of an organisation only the money."""
    return [total for measure in MEASURES if (total := valuation.total(LEGACY, measure))]


def _may_be_published(valuation: Valuation, total: Total) -> bool:
    return may_be_published(valuation.scope, groups(valuation, valuation.counted(LEGACY, total.measure)))
