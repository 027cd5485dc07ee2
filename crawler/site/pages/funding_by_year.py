"""What investors put in year by year, as bars: into one organisation, or into all of the landscape."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.forms import rough
from crawler.figures.raised import equity_rounds
from crawler.site.asked import Asked
from crawler.site.charts import Chart, bars
from crawler.site.money import Money

ROUND = "funding_round"


class Funding(Struct, frozen=True, kw_only=True):
    """What was raised for shares, by year."""

    chart: Chart | None
    hidden: int
    """Rounds that may not be shown, and are not in the picture."""
    others: int
    """Rounds left out: those that are no equity, told twice, or without an exchange rate."""


def funding_of_one(asked: Asked, money: Money, organization_id: str) -> Funding:
    """Of an organisation, under whichever of its rows it stands."""
    standing = money.standing.same.get(organization_id, organization_id)
    return _by_year(asked, money, [standing], asked.texts("organization.funding"))


def funding_of_all(asked: Asked, money: Money) -> Funding:
    """Of all organisations of the landscape together."""
    told = sorted({of for of, measure in money.standing.facts if measure == ROUND})
    return _by_year(asked, money, told, asked.texts("value.funding"))


def _by_year(asked: Asked, money: Money, organization_ids: Iterable[str], title: str) -> Funding:
    """Equity rounds, each once, in dollars at the rate of its own date; years without a known round have no bar."""
    years: dict[int, Decimal] = {}
    hidden, left_out = 0, 0
    for one in organization_ids:
        key = (one, ROUND)
        told = money.standing.facts.get(key, [])
        shown = [fact for fact in told if not asked.hides(fact.licence_class)]
        rounds, others = equity_rounds(structs.replace(money.standing, facts={key: shown}), one)
        hidden += len(told) - len(shown)
        left_out += len(others)
        for valued in rounds:
            year = int(valued.fact.as_of[:4])
            years[year] = years.get(year, Decimal(0)) + (valued.usd or Decimal(0))
    if not years:
        return Funding(chart=None, hidden=hidden, others=left_out)
    chart = bars(
        title,
        [(str(year), float(years[year]) if year in years else None) for year in range(min(years), max(years) + 1)],
        unit=asked.texts("value.dollars"),
        texts=asked.texts,
        written=lambda amount: rough(Decimal(str(amount))),
    )
    return Funding(chart=chart, hidden=hidden, others=left_out)
