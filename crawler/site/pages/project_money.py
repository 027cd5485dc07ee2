"""Money behind a project on its page: what its organisation is worth, has raised and receives, and who can be paid."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from crawler.export.attributions import attributions
from crawler.figures import forms
from crawler.site.amounts import age_of
from crawler.site.asked import Asked
from crawler.site.pages.project_facts import dated
from crawler.site.reading import money

MOST_DECLARED = 10
EXACT = 10_000
"""Below it an amount is written in full: what is asked of a sponsor is no estimate."""


class MoneyRow(Struct, frozen=True, kw_only=True):
    """A figure of an organisation."""

    measure: str
    amount: str | None
    span: str
    as_of: str
    age: str
    """`fresh`, `stale` or `expired`; empty for what does not age."""
    source: str
    url: str | None
    licence_class: str
    note: str


class Sponsored(Struct, frozen=True, kw_only=True):
    """An account that can be sponsored on GitHub, or not; None is not known."""

    login: str
    is_listed: bool | None
    sponsors: int | None
    least: str | None
    dated: str


class Declared(Struct, frozen=True, kw_only=True):
    """A repository's funding.json in words."""

    repository: str
    url: str
    is_verified: bool
    plans: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, str, str], ...]
    """Year, income, expenses."""
    dated: str


class Funding(Struct, frozen=True, kw_only=True):
    """All of it. `worth` and `rows` are the organisation's; None and empty where none is known behind the project."""

    worth: money.Worth | None
    rows: tuple[MoneyRow, ...]
    hidden: int
    """So many figures besides are not for publication."""
    links: tuple[tuple[str, str], ...]
    sponsored: tuple[Sponsored, ...]
    declared: tuple[Declared, ...]
    attributions: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show at all."""
        return not (self.rows or self.hidden or self.links or self.sponsored or self.declared)


def funding_of(asked: Asked, project_id: str, organization_id: str | None) -> Funding:
    """What is known of money behind a project, without what may not be shown."""
    connection, restricted = asked.connection, asked.with_restricted
    worth, figures = None, money.Money(figures=(), hidden=0)
    if organization_id:
        worth = money.read_worth(connection, asked.board, organization_id, with_restricted=restricted)
        figures = money.read_money(connection, organization_id, with_restricted=restricted)
    return Funding(
        worth=worth,
        rows=tuple(_row(asked, row) for row in figures.figures),
        hidden=figures.hidden,
        links=tuple(money.read_funding_links(connection, project_id)),
        sponsored=tuple(_sponsored(asked, row) for row in money.read_sponsored(connection, project_id)),
        declared=tuple(_declared(asked, one) for one in money.read_manifests(connection, project_id)),
        attributions=tuple(attributions((row["source"], False) for row in figures.figures)),
    )


def written(amount: str | None, currency: str | None) -> str | None:
    """`$14B`, `3.0M EUR`, `250 EUR`; the text as it is where it is no number."""
    if amount is None:
        return None
    try:
        number = Decimal(amount)
    except InvalidOperation:
        return amount
    if not number.is_finite():
        return amount
    if currency in {"USD", None} and number >= EXACT:
        return forms.rough(number)
    text = f"{number:,f}" if number < EXACT else forms.short(number)
    return f"${text}" if currency == "USD" else f"{text} {currency or ''}".strip()


def _row(asked: Asked, row: Any) -> MoneyRow:
    low, high = (written(row[end], row["currency"]) for end in ("low", "high"))
    ends = f"{low or '–'} – {high or asked.texts('project.no_limit')}" if low or high else ""
    return MoneyRow(
        measure=row["measure"],
        amount=written(row["amount"], row["currency"]),
        span=ends,
        as_of=row["as_of"],
        age=age_of(row["measure"], row["source"], row["as_of"], asked.today),
        source=row["source"],
        url=row["source_url"],
        licence_class=row["licence_class"],
        note=row["note"] or "",
    )


def _sponsored(asked: Asked, row: Any) -> Sponsored:
    listed = row["has_sponsors_listing"]
    return Sponsored(
        login=row["login"],
        is_listed=None if listed is None else bool(listed),
        sponsors=row["sponsors"],
        least=written(row["lowest_monthly_tier"], "USD"),
        dated=dated(asked, row["fetched_at"], row["origin"]),
    )


def _declared(asked: Asked, one: money.Manifest) -> Declared:
    plans = tuple(
        (str(plan.get("name") or plan.get("guid") or ""), _asked_for(asked, plan)) for plan in one.plans[:MOST_DECLARED]
    )
    years = tuple(
        (str(year.get("year", "")), _received(asked, year, "income"), _received(asked, year, "expenses"))
        for year in one.history[:MOST_DECLARED]
    )
    return Declared(
        repository=one.repository,
        url=one.url,
        is_verified=one.verified in {"same_path", "well_known"},
        plans=plans,
        years=years,
        dated=dated(asked, one.fetched_at, one.origin),
    )


def _asked_for(asked: Asked, plan: dict[str, str]) -> str:
    amount = written(plan.get("amount"), plan.get("currency")) or asked.texts("figure.unknown")
    return f"{amount} {plan.get('frequency', '')}".strip()


def _received(asked: Asked, year: dict[str, str], what: str) -> str:
    return written(year.get(what), year.get("currency")) or asked.texts("figure.unknown")
