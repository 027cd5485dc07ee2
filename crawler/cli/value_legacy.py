"""The four measures of `legacy_landscape_v1`, which has no single value: for pages and as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crawler.cli.tables import Page, columns
from crawler.figures.policies import policies
from crawler.figures.valuation import Valuation
from crawler.figures.value_shown import LEGACY, legacy_totals, total_shown


def legacy_data(valuation: Valuation, *, with_restricted: bool) -> list[dict[str, Any]]:
    """Rows as in the table `totals`; without `with_restricted` no sum that tells a restricted figure."""
    return [
        {
            "policy": LEGACY,
            "measure": total.measure,
            "value": shown.value if shown else None,
            "currency": total.currency,
            "known": total.known,
            "total": total.total,
        }
        for total in legacy_totals(valuation)
        for shown in [total_shown(valuation, LEGACY, total.measure, with_restricted=with_restricted)]
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
