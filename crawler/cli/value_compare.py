"""The page of `crawler value compare`: the policies side by side."""

from __future__ import annotations

from typing import Any

from crawler.cli.tables import Page, columns, words
from crawler.cli.value_data import day_data, value_data
from crawler.cli.value_legacy import legacy_data, print_legacy
from crawler.cli.value_overview import NOT_ADDED, amounts, explained, print_attributions
from crawler.export.attributions import attributions
from crawler.figures.policies import policies
from crawler.figures.policy import Policy
from crawler.figures.valuation import Valuation
from crawler.figures.value_shown import ages_of, sources_of


def compare_page(valuation: Valuation) -> str:
    """The page for people; what the CNCF landscape printed stands last, with its warning."""
    page = Page()
    page.line(f"{valuation.scope} on {valuation.day}, by every policy", bold=True)
    if explained(valuation):
        page.line(explained(valuation))
    table = columns("policy", "how to read it", "low", "central", "high", "known", "figures of", texts=2)
    for policy in _shown(valuation):
        total = valuation.total(policy.name)
        if total and total.total:
            table.add_row(
                words(policy.name),
                words(policy.nature),
                *amounts(total),
                f"{total.known:,} of {total.total:,}",
                _span(valuation, policy.name),
            )
    page.table("Policies", table, NOT_ADDED)
    print_legacy(page, valuation)
    print_attributions(page, sources_of(valuation))
    return page.text()


def compare_data(valuation: Valuation, *, with_restricted: bool) -> dict[str, Any]:
    """The same as data; without `with_restricted` no amount that tells a restricted figure."""
    return {
        **day_data(valuation),
        "scope": valuation.scope,
        "ecosystem_value": [
            {
                **value_data(valuation, policy.name, with_restricted=with_restricted),
                "nature": policy.nature,
                **dict(zip(("oldest_as_of", "newest_as_of"), ages_of(valuation, policy.name), strict=True)),
            }
            for policy in _shown(valuation)
        ],
        "totals": legacy_data(valuation, with_restricted=with_restricted),
        "attributions": attributions(sources_of(valuation)),
    }


def _shown(valuation: Valuation) -> list[Policy]:
    """The policies that have one value, in the order of their names."""
    return [policy for policy in policies() if not policy.is_comparison and valuation.total(policy.name)]


def _span(valuation: Valuation, policy: str) -> str:
    oldest, newest = ages_of(valuation, policy)
    if oldest is None:
        return "-"
    return oldest if oldest == newest else f"{oldest} to {newest}"
