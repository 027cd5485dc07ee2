"""Writes what is known of accounts, and the income that follows from it for organisations."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal

from msgspec import UNSET

from crawler.model import Money, Owner
from crawler.store.organizations import add_figure, identifiers

COLUMNS = ("has_sponsors_listing", "sponsors", "lowest_monthly_tier", "goal_kind", "goal_percent", "goal_target")
MONTHLY_AMOUNT = "MONTHLY_SPONSORSHIP_AMOUNT"
"""The kind of goal that is about dollars a month."""
_HALF = Decimal("0.5")


def write_owner(connection: sqlite3.Connection, source: str, owner: Owner, *, origin: str, now: str, day: date) -> None:
    """What is UNSET stays as it is, but for what came from the other origin. Inside the caller's transaction."""
    stored = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM owners WHERE login = ? AND origin = ?", [owner.login, origin]
    ).fetchone()
    told = {name: getattr(owner, name) for name in COLUMNS}
    values = [(stored[name] if stored else None) if told[name] is UNSET else told[name] for name in COLUMNS]
    connection.execute(
        f"INSERT OR REPLACE INTO owners (login, {', '.join(COLUMNS)}, origin, fetched_at)"
        f" VALUES (?, {', '.join('?' * len(COLUMNS))}, ?, ?)",
        [owner.login, *values, origin, now],
    )
    income = monthly_income(owner, day)
    if income is None:
        return
    for organization_id, known in identifiers(connection).items():
        if known.get("github", "").casefold() == owner.login.casefold():
            add_figure(connection, source, organization_id, income, now=now)


def monthly_income(owner: Owner, day: date) -> Money | None:
    """What an organisation receives through GitHub Sponsors in a month, as of `day`; None where nothing tells.

    Of people no income is kept. GitHub tells it to nobody else, so it is an estimate, from this answer alone:
    `gh_goal`: a monthly goal and its percentage, rounded to a whole one, leave a range; at 100 it has no upper end.
    `gh_tier_floor`: sponsors times the cheapest tier that recurs, which is only a lower end.
    """
    if owner.type != "Organization":
        return None
    percent, target = owner.goal_percent, owner.goal_target
    if owner.goal_kind == MONTHLY_AMOUNT and isinstance(percent, int) and isinstance(target, int):
        low = max(Decimal(0), target * (percent - _HALF) / 100)
        high = target * (percent + _HALF) / 100 if percent < 100 else None
        return _income(owner, day, "gh_goal", Decimal(target) * percent / 100, low, high)
    if isinstance(owner.sponsors, int) and owner.sponsors > 0 and isinstance(owner.lowest_monthly_tier, str):
        least = owner.sponsors * Decimal(owner.lowest_monthly_tier)
        return _income(owner, day, "gh_tier_floor", least, least, None)
    return None


def _income(owner: Owner, day: date, method: str, amount: Decimal, low: Decimal, high: Decimal | None) -> Money:
    return Money(
        measure="sponsors_monthly_income",
        amount=_text(amount),
        currency="USD",
        as_of=day.isoformat(),
        source_url=f"https://github.com/sponsors/{owner.login}",
        method=method,
        licence_class="public",
        low=_text(low),
        high=None if high is None else _text(high),
    )


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
