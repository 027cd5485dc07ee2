"""What the sandbox's upstreams of money know: organisations, who owns them, and dated figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct, field


class Entry(Struct, kw_only=True):
    """A dated figure; `amount` in units of `currency`, `as_of` a day, month or year."""

    measure: str
    amount: Decimal
    currency: str
    as_of: str
    source_url: str
    kind: str | None = None


class Account(Struct, kw_only=True):
    """An organisation as upstreams know it; None and "" are not known."""

    id: str
    name: str
    crunchbase: str | None = None
    """Permalink."""
    github: str | None = None
    homepage: str | None = None
    ticker: str | None = None
    exchange: str | None = None
    """By a usual name, such as NASDAQ, NYSE or LSE."""
    token: str | None = None
    """CoinGecko's id."""
    opencollective: str | None = None
    wikidata: str | None = None
    cik: str | None = None
    lei: str | None = None
    parent: str | None = None
    """The id of another account."""
    parent_share: Decimal | None = None
    parent_since: str | None = None
    entries: list[Entry] = field(default_factory=list)

    def newest(self, measure: str, day: date) -> Entry | None:
        """The newest figure dated not after the day."""
        known = [one for one in self.entries if one.measure == measure and one.as_of <= day.isoformat()]
        return max(known, key=lambda one: one.as_of, default=None)


class Books(Struct, kw_only=True):
    """All of them by id. `rates`: what one euro was worth, by day and currency."""

    today: date
    accounts: dict[str, Account] = field(default_factory=dict)
    rates: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def by(self, attribute: str, value: str) -> Account | None:
        """The account whose attribute has this value, in any case."""
        wanted = value.casefold()
        return next(
            (one for one in self.accounts.values() if str(getattr(one, attribute) or "").casefold() == wanted), None
        )
