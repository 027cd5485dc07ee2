"""The value by every policy side by side: a picture, a table, and what sources ask to be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from crawler.export.attributions import attributions
from crawler.figures import forms
from crawler.figures.model import Total
from crawler.figures.policies import policies
from crawler.figures.policy import Policy
from crawler.figures.valuation import LANDSCAPE, Valuation
from crawler.figures.value_parts import HEADLINE
from crawler.figures.value_shown import LEGACY, ages_of, is_least, legacy_totals, sources_of, total_shown
from crawler.site.amounts import Amount, amount_of
from crawler.site.asked import Asked
from crawler.site.charts import Range, ranges
from crawler.site.money import Money
from crawler.site.pages.funding_by_year import funding_of_all
from crawler.site.texts import Texts


class PolicyRow(Struct, frozen=True, kw_only=True):
    """A policy as a row of the table."""

    name: str
    title: str
    text: str
    amount: Amount
    total: Total | None
    oldest: str | None
    newest: str | None
    """The dates of the figures that count; None where it rests on none."""


class LegacyRow(Struct, frozen=True, kw_only=True):
    """What the CNCF landscape would have printed, to the last digit."""

    title: str
    words: str
    known: int
    total: int


def all_policies(asked: Asked, money: Money) -> dict[str, Any]:
    """What the page says of all policies, whichever of them it is about."""
    shown = [policy for policy in policies() if not policy.is_comparison]
    # The headline first, as it is the answer; the others in the order of their names.
    shown.sort(key=lambda policy: (policy.name != HEADLINE, policy.name))
    told = _open(asked, money.valuation)
    rows = [_row(asked, money.valuation, told, policy) for policy in shown]
    texts = asked.texts
    return {
        "rows": rows,
        "compared": ranges(
            texts("value.compared"),
            [
                Range(
                    label=row.title,
                    low=_number(row.total.low),
                    central=_number(row.total.value),
                    high=_number(row.total.high),
                    is_least=is_least(row.total),
                )
                for row in rows
                if row.amount.state == "known" and row.total
            ],
            unit=texts("value.dollars"),
            texts=texts,
            written=forms.rough,
        ),
        "funding": funding_of_all(asked, money),
        "legacy": _legacy(asked, money.valuation),
        "attributions": attributions(sources_of(told)),
    }


def policy_title(texts: Texts, policy: str) -> str:
    """What a policy is called; one that the catalogue does not have by its own name."""
    key = f"value.policy.{policy}"
    return texts(key) if key in texts else policy


def policy_text(texts: Texts, policy: str) -> str:
    """What it counts, in a sentence; of one that the catalogue does not have how to read it."""
    key = f"value.policy.{policy}.text"
    if key in texts:
        return texts(key)
    nature = next((one.nature for one in policies() if one.name == policy), "")
    return f"{nature[:1].upper()}{nature[1:]}." if nature else ""


def shown_total(asked: Asked, valuation: Valuation, policy: str, measure: str = "value") -> Total | None:
    """The landscape's total; None where there is none, or where it may not be shown by the board or the lines."""
    if (LANDSCAPE, measure, policy) in asked.board.hidden:
        return None
    return total_shown(valuation, policy, measure, with_restricted=asked.with_restricted)


def _number(amount: str | int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def _row(asked: Asked, valuation: Valuation, told: Valuation, policy: Policy) -> PolicyRow:
    total, shown = valuation.total(policy.name), shown_total(asked, valuation, policy.name)
    oldest, newest = ages_of(told, policy.name)
    return PolicyRow(
        name=policy.name,
        title=policy_title(asked.texts, policy.name),
        text=policy_text(asked.texts, policy.name),
        amount=amount_of(shown, asked.texts, is_hidden=total is not None and shown is None),
        total=total,
        oldest=oldest,
        newest=newest,
    )


def _open(asked: Asked, valuation: Valuation) -> Valuation:
    """The same without the figures that may not be shown."""
    figures = {one: figure for one, figure in valuation.figures.items() if not asked.hides(figure.licence_class)}
    return structs.replace(valuation, figures=figures)


def _legacy(asked: Asked, valuation: Valuation) -> list[LegacyRow]:
    rows = []
    for total in legacy_totals(valuation):
        shown = shown_total(asked, valuation, LEGACY, total.measure)
        if shown is None:
            words = asked.texts("figure.hidden")
        elif shown.value is None:
            words = asked.texts("figure.unknown")
        else:
            words = f"{'$' if shown.currency else ''}{Decimal(shown.value):,f}"
        title = asked.texts(f"value.legacy.{total.measure}")
        rows.append(LegacyRow(title=title, words=words, known=total.known, total=total.total))
    return rows
