"""The value by one policy: its coverage, parts, organisations, changes, past and categories."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from crawler.figures import forms
from crawler.figures.last_time import Since
from crawler.figures.model import Figure, Total
from crawler.figures.over_time import value_over_time
from crawler.figures.valuation import LANDSCAPE, Valuation
from crawler.figures.value_changes import CAUSES, Change
from crawler.figures.value_changes import add_up as add_up_changes
from crawler.figures.value_parts import COVERAGE, GREATEST, HEADLINE, Group, add_up, share_of_greatest
from crawler.figures.value_shown import ValueShown, value_shown
from crawler.site.amounts import Amount, amount_in, amount_of
from crawler.site.asked import Asked
from crawler.site.charts import Chart, Series, lines, shares
from crawler.site.charts.shares import share_of
from crawler.site.money import Money
from crawler.site.pages.value_policies import policy_text, policy_title

MOST = 25
"""Organisations in a table."""


class GroupRow(Struct, frozen=True, kw_only=True):
    """What an organisation with all that it owns adds."""

    id: str | None
    name: str
    has_page: bool
    amount: Amount
    share: str
    """Of the whole; empty where it would tell what may not be shown."""
    figure: Figure | None
    """That of its greatest line that may be shown."""
    more: int
    """So many figures besides."""
    licences: list[str]
    figures_hidden: int


class ChangeRow(Struct, frozen=True, kw_only=True):
    """By cause how an organisation's part, or the whole, has changed; each text is empty where it may not be shown."""

    id: str | None = None
    name: str = ""
    has_page: bool = False
    causes: dict[str, str]
    difference: str


class ChangesShown(Struct, frozen=True, kw_only=True):
    """What has changed since an earlier day."""

    day: str
    before: Amount
    whole: ChangeRow
    rows: list[ChangeRow]
    hidden: int
    """Organisations left out of the rows."""


def one_policy(asked: Asked, money: Money, policy: str) -> dict[str, Any]:
    """What the page says of the policy that it is about."""
    valuation, texts = money.valuation, asked.texts
    shown = value_shown(asked.connection, valuation, policy, with_restricted=asked.with_restricted)
    is_hidden = shown.is_total_hidden or (LANDSCAPE, "value", policy) in asked.board.hidden
    total = valuation.total(policy)
    rows = _groups(asked, money, shown, is_hidden=is_hidden)
    share, others = share_of_greatest(shown.groups)
    return {
        "title": policy_title(texts, policy),
        "text": policy_text(texts, policy),
        "amount": amount_of(None if is_hidden else total, texts, is_hidden=is_hidden),
        "total": total,
        "coverage": _coverage(valuation) if policy == HEADLINE else [],
        "split": [
            (
                part,
                amount_in(add_up([line for group in of_part for line in group.lines]))
                if not shown.are_parts_hidden
                else amount_of(None, texts, is_hidden=True),
            )
            for part, of_part in shown.parts.items()
        ],
        "stale": len(shown.stale),
        "expired": shown.expired,
        "groups": rows[:MOST],
        "groups_more": max(0, len(rows) - MOST),
        "groups_hidden": len(shown.hidden_groups),
        "greatest": GREATEST,
        "greatest_share": share_of(float(share), 1) if len(rows) > GREATEST and not shown.is_greatest_hidden else "",
        "greatest_others": amount_in(others),
        "made_of": _made_of(asked, money, shown),
        "changes": _changes(asked, money, shown.since) if shown.since else None,
        **_past(asked, policy, None if is_hidden else total),
        "categories": _categories(asked, policy),
    }


def _coverage(valuation: Valuation) -> list[tuple[str, int, int]]:
    """Which policies say how much of the headline is known, and how much each knows."""
    totals = [(policy, valuation.total(policy)) for policy in COVERAGE]
    return [(policy, total.known, total.total) for policy, total in totals if total and total.total]


def _groups(asked: Asked, money: Money, shown: ValueShown, *, is_hidden: bool) -> list[GroupRow]:
    """The greatest first; those of which no amount may be shown last, by name: their rank would tell much of it."""
    whole = add_up([line for group in shown.groups for line in group.lines]).central

    def row(group: Group) -> GroupRow:
        hides = group.id in shown.hidden_groups
        told = [figure for figure in group.figures if not asked.hides(figure.licence_class)]
        has_share = bool(whole) and not hides and not is_hidden
        return GroupRow(
            id=group.id,
            name=money.names.get(group.id or "", group.id or "–"),
            has_page=group.id in asked.board.organizations,
            amount=amount_of(None, asked.texts, is_hidden=True) if hides else amount_in(group.range),
            share=share_of(float(group.range.central), float(whole)) if has_share else "",
            figure=told[0] if told else None,
            more=max(0, len(told) - 1),
            licences=sorted({figure.licence_class for figure in told}),
            figures_hidden=len(group.figures) - len(told),
        )

    open_groups = [row(group) for group in shown.groups if group.id not in shown.hidden_groups]
    hidden_groups = [row(group) for group in shown.groups if group.id in shown.hidden_groups]
    return open_groups + sorted(hidden_groups, key=lambda one: one.name.casefold())


def _made_of(asked: Asked, money: Money, shown: ValueShown) -> Chart | None:
    """Who the sum is made of; nothing where that would tell what a hidden part of it is."""
    found = [(money.names.get(group.id or "", group.id or "–"), float(group.range.central)) for group in shown.groups]
    if shown.hidden_groups or shown.is_total_hidden or len(found) < 2:
        return None
    return shares(
        asked.texts("value.made_of"), found, unit=asked.texts("value.dollars"), texts=asked.texts, written=_written
    )


def _changes(asked: Asked, money: Money, since: Since) -> ChangesShown:
    is_open = asked.with_restricted or since.may_be_published
    has_causes = asked.with_restricted or since.causes_may_be_published
    whole = add_up_changes(since.changes)
    shown = [one for one in since.changes if asked.with_restricted or one.organization_id not in since.restricted]
    return ChangesShown(
        day=since.day,
        before=amount_of(since.before if is_open else None, asked.texts, is_hidden=not is_open),
        whole=ChangeRow(
            causes=_causes(whole) if has_causes else dict.fromkeys(CAUSES, ""),
            difference=forms.signed(whole.difference) if is_open else "",
        ),
        rows=[
            ChangeRow(
                id=one.organization_id,
                name=money.names.get(one.organization_id or "", one.organization_id or "–"),
                has_page=one.organization_id in asked.board.organizations,
                causes=_causes(one),
                difference=forms.signed(one.difference),
            )
            for one in shown[:GREATEST]
        ],
        hidden=len(since.changes) - len(shown),
    )


def _causes(change: Change) -> dict[str, str]:
    return {cause: forms.signed(getattr(change, cause)) for cause in CAUSES}


def _past(asked: Asked, policy: str, newest: Total | None) -> dict[str, Any]:
    """The value over time as a chart, and how many of its days may not be shown."""
    texts = asked.texts
    days = value_over_time(asked.connection, LANDSCAPE, policy)
    totals = [None if one.is_hidden and not asked.with_restricted else one.total for one in days]
    if days and days[-1].day.isoformat() == asked.board.snapshot.day:
        totals[-1] = newest
    hidden = sum(one.total is not None and total is None for one, total in zip(days, totals, strict=True))
    has_range = any(total is not None and (total.low or total.high) for total in totals)
    series = [
        Series(
            name=texts(f"value.{name}"),
            points=tuple((one.day, _float(total, name)) for one, total in zip(days, totals, strict=True)),
        )
        for name in (("high", "central", "low") if has_range else ("central",))
    ]
    return {
        "past": lines(texts("value.over_time"), series, unit=texts("value.dollars"), texts=texts, written=_written)
        if len(days) > 1
        else None,
        "past_hidden": hidden,
    }


def _float(total: Total | None, name: str) -> float | None:
    if total is None:
        return None
    amount = {"high": total.high, "central": total.value, "low": total.low}[name]
    return None if amount is None else float(amount)


def _written(amount: float) -> str:
    return forms.rough(Decimal(str(amount)))


def _categories(asked: Asked, policy: str) -> list[tuple[str, str, Amount, Total | None]]:
    """Id, name, amount and total of each category, the greatest first, those without an amount last."""
    found = []
    for category in asked.board.categories.values():
        key = (f"category:{category.id}", "value", policy)
        total = asked.board.snapshot.find(*key)
        amount = amount_of(
            None if key in asked.board.hidden else total, asked.texts, is_hidden=key in asked.board.hidden
        )
        found.append((category.id, category.name, amount, total))
    return sorted(found, key=_rank)


def _rank(row: tuple[str, str, Amount, Total | None]) -> tuple[bool, Decimal, str]:
    _, name, amount, total = row
    is_known = amount.state == "known" and total is not None
    return not is_known, -Decimal(total.value or 0) if is_known and total else Decimal(0), name
