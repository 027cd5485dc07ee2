"""The page of `crawler value explain`: who an organisation is, who owns it, and every figure that was weighed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import structs

from crawler.cli.tables import Page, columns, words
from crawler.cli.value_data import day_data
from crawler.cli.value_overview import explained, print_attributions
from crawler.export.attributions import attributions
from crawler.figures import forms
from crawler.figures.explanation import Explanation, Owner
from crawler.figures.freshness import freshness
from crawler.figures.model import Figure, ValueLine
from crawler.figures.policies import policies
from crawler.figures.publishing import public_reason
from crawler.figures.valuation import Valuation
from crawler.figures.value_parts import add_up
from crawler.store.restricted import RESTRICTED

MONEY = ("amount", "low", "high")


def explain_page(explanation: Explanation, called: Mapping[str, str]) -> str:
    """The page for people."""
    page = Page()
    kind = f", {explanation.kind}" if explanation.kind else ""
    page.line(f"{explanation.name} ({explanation.id}{kind}) on {explanation.valuation.day}", bold=True)
    if explained(explanation.valuation):
        page.line(explained(explanation.valuation))
    _print_identifiers(page, explanation)
    _print_owners(page, explanation, called)
    _print_figures(page, explanation, called)
    _print_policies(page, explanation, called)
    print_attributions(page, _sources(explanation))
    return page.text()


def explain_data(explanation: Explanation, *, with_restricted: bool) -> dict[str, Any]:
    """The same as data; without `with_restricted` nothing of what may not be published but where it stands."""
    valuation = explanation.valuation
    hidden = frozenset() if with_restricted else valuation.restricted
    figures = {
        figure.id: _figure_data(figure, explanation, with_restricted=with_restricted)
        for figure in (*explanation.figures, *explanation.unused)
    }
    return {
        **day_data(valuation),
        "organization_id": explanation.id,
        "organization": explanation.name,
        "kind": explanation.kind,
        "same_as": explanation.same_as,
        "group_id": explanation.way_up[-1],
        "organization_facts": [
            {**structs.asdict(fact), "value": fact.value if _is_open(fact.licence_class, with_restricted) else None}
            for fact in explanation.identifiers
        ],
        "ownerships": [
            {**structs.asdict(owner), "share": owner.share if _is_open(owner.licence_class, with_restricted) else None}
            for owner in explanation.owners
        ],
        "ecosystem_value_lines": [
            _line_data(line, valuation, figures, is_hidden=line in hidden) for line in explanation.lines
        ],
        "unused_figures": [figures[figure.id] for figure in explanation.unused],
        "attributions": attributions(_sources(explanation)),
    }


def _is_open(licence_class: str, with_restricted: bool) -> bool:
    return with_restricted or licence_class != RESTRICTED


def _figure_data(figure: Figure, explanation: Explanation, *, with_restricted: bool) -> dict[str, Any]:
    data = structs.asdict(figure)
    day = date.fromisoformat(explanation.valuation.day)
    rate = explanation.rates.get(figure.id)
    if not _is_open(figure.licence_class, with_restricted):
        data |= dict.fromkeys((*MONEY, "note"))
    return data | {
        "freshness": freshness(figure.measure, figure.source, figure.as_of, day),
        "fx_rate": str(rate.usd) if rate else None,
        "fx_day": rate.day.isoformat() if rate else None,
        "fx_source": rate.source if rate else None,
    }


def _line_data(
    line: ValueLine, valuation: Valuation, figures: Mapping[int, dict[str, Any]], *, is_hidden: bool
) -> dict[str, Any]:
    data = structs.asdict(line) | {"day": valuation.day}
    figure = figures[line.figure_id] if line.figure_id is not None else None
    if is_hidden or (figure and figure["amount"] is None):
        data |= dict.fromkeys(MONEY)
        data["reason"] = public_reason(line.reason)
    return data | {"figure": figure}


def _sources(explanation: Explanation) -> list[tuple[str, bool]]:
    """Source of every figure, and whether a rate is shown beside it."""
    figures = (*explanation.figures, *explanation.unused)
    return [(figure.source, figure.id in explanation.rates) for figure in figures]


def _print_identifiers(page: Page, explanation: Explanation) -> None:
    table = columns("field", "value", "source", "licence class", texts=4)
    for fact in explanation.identifiers:
        seen = f", {fact.observed_at[:10]}" if fact.observed_at else ""
        table.add_row(
            words(fact.field), words(fact.value or "-"), words(f"{fact.source}{seen}"), words(fact.licence_class)
        )
    page.table("Who it is, and who says so", table)


def _print_owners(page: Page, explanation: Explanation, called: Mapping[str, str]) -> None:
    page.title("Owners")
    if explanation.same_as:
        page.line(f"The same organisation as {', '.join(explanation.same_as)}: they count together.")
    way = [called.get(one, one) for one in explanation.way_up]
    page.line(" → ".join(way) if len(way) > 1 else "None is known: it counts by itself.")
    table = columns("organisation", "owned by", "source", "share", "since", "until", texts=3)
    for owner in explanation.owners:
        table.add_row(
            words(called.get(owner.child_id, owner.child_id)),
            words(called.get(owner.parent_id, owner.parent_id) + ("" if owner.is_followed else " (not followed)")),
            words(_owner_source(owner)),
            "not known" if owner.share is None else owner.share,
            owner.valid_from or "-",
            owner.valid_to or "-",
        )
    page.table("Who says so", table)


def _owner_source(owner: Owner) -> str:
    return ", ".join(part for part in (owner.source, owner.licence_class, owner.source_url) if part)


def _print_figures(page: Page, explanation: Explanation, called: Mapping[str, str]) -> None:
    if explanation.figures or explanation.unused:
        page.title("Figures")
    for figure in explanation.figures:
        _print_figure(page, figure, explanation, called)
    for figure in explanation.unused:
        _print_figure(page, figure, explanation, called)
        page.line("   No policy reads it.")


def _print_figure(page: Page, figure: Figure, explanation: Explanation, called: Mapping[str, str]) -> None:
    day = date.fromisoformat(explanation.valuation.day)
    state = freshness(figure.measure, figure.source, figure.as_of, day)
    spread = f" ({_spaced(figure.low)} to {_spaced(figure.high)})" if figure.low and figure.high else ""
    kind = f" {figure.kind}" if figure.kind else ""
    whose = "" if figure.organization_id == explanation.id else f" of {called[figure.organization_id]}"
    page.line()
    amount = f"{_spaced(figure.amount)}{spread} {figure.currency}"
    page.line(f"{figure.id}. {figure.measure}{kind}{whose}: {amount}, as of {figure.as_of}, {state}")
    page.line(f"   {figure.source}, {figure.method}, {figure.licence_class}, observed at {figure.observed_at}")
    if figure.source_url:
        page.line(f"   {figure.source_url}")
    if figure.note:
        page.line(f"   {figure.note}")
    rate = explanation.rates.get(figure.id)
    if rate:
        stale = ", stale" if rate.is_stale else ""
        page.line(f"   1 {figure.currency} = {rate.usd:.6g} USD on {rate.day.isoformat()} ({rate.source}{stale})")


def _print_policies(page: Page, explanation: Explanation, called: Mapping[str, str]) -> None:
    for policy in policies():
        lines = [line for line in explanation.lines if line.policy == policy.name]
        if not lines:
            continue
        page.title(policy.name)
        page.line(f"{policy.nature[:1].upper()}{policy.nature[1:]}.{_sum(lines)}")
        page.line()
        for line in lines:
            page.line(f"- {_line(line, called)}")


def _line(line: ValueLine, called: Mapping[str, str]) -> str:
    """Counted or not, what, how much, and why."""
    said = "counted" if line.counted else "not counted"
    if line.measure != "value":
        said = f"{line.measure}, {said}"
    whose = called.get(line.organization_id or "", line.organization_id or "the group")
    figure = "" if line.figure_id is None else f", figure {line.figure_id}"
    amount = "" if line.amount is None else f", {_spaced(line.amount)} {line.currency}"
    spread = f" ({_spaced(line.low)} to {_spaced(line.high)})" if line.low and line.high else ""
    return f"{said}: {whose}{figure}{amount}{spread}: {line.reason}"


def _spaced(amount: str) -> str:
    """`1,000,000.5`: as it is, to the last digit."""
    return f"{Decimal(amount):,f}"


def _sum(lines: list[ValueLine]) -> str:
    counted = [line for line in lines if line.counted and line.measure == "value"]
    if not counted:
        return ""
    whole = add_up(counted)
    has_range = any(line.low is not None or line.high is not None for line in counted)
    low, high = (whole.low, whole.high) if has_range else (None, None)
    return f" Here it counts {forms.spread(low, whole.central, high)}."
