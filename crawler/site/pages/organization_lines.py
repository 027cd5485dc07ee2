"""What every policy makes of an organisation: what it counts and what not, and why."""

from __future__ import annotations

from msgspec import Struct

from crawler.figures import forms
from crawler.figures.explanation import Explanation
from crawler.figures.model import ValueLine
from crawler.figures.policies import policies
from crawler.figures.value_parts import HEADLINE, add_up
from crawler.site.amounts import Amount, amount_in, amount_of, spaced
from crawler.site.asked import Asked
from crawler.site.charts import Chart, Range, ranges
from crawler.site.money import Money
from crawler.site.pages.organization_open import Open, is_secret, open_reason
from crawler.site.pages.value_policies import policy_text, policy_title

MOST_LINES = 40
"""Of one policy: a large group may have hundreds of members."""


class LineRow(Struct, frozen=True, kw_only=True):
    """A line as it is shown; its amounts are empty where it has none, or none that may be shown."""

    counted: bool
    measure: str
    organization_id: str | None
    name: str
    figure_id: int | None
    amount: str
    currency: str | None
    spread: str
    is_hidden: bool
    reason: str


class PolicySum(Struct, frozen=True, kw_only=True):
    """What a policy makes of it: the sum of what counts here, and each line."""

    name: str
    title: str
    text: str
    counted: int
    amount: Amount | None
    """None: nothing counts."""
    range: Range | None
    """The same to be drawn; None where nothing counts or may be shown."""
    lines: list[LineRow]
    more: int
    hidden: int
    """So many lines besides, of which nothing may be told."""


def lines_by_policy(asked: Asked, money: Money, explanation: Explanation, told: Open) -> list[PolicySum]:
    """The policies that looked at it, those that count something first, and of them the headline."""
    found = []
    for policy in policies():
        lines = [line for line in explanation.lines if line.policy == policy.name]
        if lines:
            found.append(_sum(asked, money, explanation, policy.name, lines, told))
    return sorted(found, key=lambda one: (not one.counted, one.name != HEADLINE))


def ranges_by_policy(asked: Asked, sums: list[PolicySum]) -> Chart | None:
    """What counts here, policy by policy; None where there is nothing to draw."""
    found = [one.range for one in sums if one.range]
    if not found:
        return None
    return ranges(
        asked.texts("organization.ranges"),
        found,
        unit=asked.texts("value.dollars"),
        texts=asked.texts,
        written=forms.rough,
    )


def _sum(
    asked: Asked,
    money: Money,
    explanation: Explanation,
    policy: str,
    lines: list[ValueLine],
    told: Open,
) -> PolicySum:
    secret = [line for line in lines if is_secret(asked, explanation, line, told.strangers)]
    shown = [line for line in lines if line not in secret]
    counted = [line for line in lines if line.counted and line.measure == "value"]
    hidden = [line for line in counted if line in money.hidden or line in secret]
    drawn = None
    amount = None
    if hidden:
        amount = amount_of(None, asked.texts, is_hidden=True)
    elif counted:
        whole = add_up(counted)
        amount = amount_in(whole)
        has_range = amount.low != ""
        drawn = Range(
            label=policy_title(asked.texts, policy),
            low=whole.low if has_range else None,
            central=whole.central,
            high=whole.high if has_range else None,
        )
    return PolicySum(
        name=policy,
        title=policy_title(asked.texts, policy),
        text=policy_text(asked.texts, policy),
        counted=sum(line.counted for line in lines),
        amount=amount,
        range=drawn,
        lines=[_row(asked, money, told, explanation, line) for line in shown[:MOST_LINES]],
        more=max(0, len(shown) - MOST_LINES),
        hidden=len(secret),
    )


def _row(asked: Asked, money: Money, told: Open, explanation: Explanation, line: ValueLine) -> LineRow:
    is_hidden = line in money.hidden
    has_spread = line.low and line.high and not is_hidden
    return LineRow(
        counted=line.counted,
        measure=line.measure,
        organization_id=line.organization_id,
        name=money.names.get(line.organization_id or "", line.organization_id or ""),
        figure_id=line.figure_id,
        amount="" if is_hidden or line.amount is None else spaced(line.amount),
        currency=line.currency,
        spread=f"{spaced(line.low)} – {spaced(line.high)}" if has_spread and line.low and line.high else "",
        is_hidden=is_hidden and line.amount is not None,
        reason=open_reason(asked, money, told, explanation, line),
    )
