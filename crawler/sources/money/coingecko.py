"""The source `coingecko`: what the tokens of a network are worth together, all networks in one request.

The market cap is CoinGecko's price times the supply that circulates; 0 or null says that this supply is not verified.
The fully diluted value counts tokens that do not exist yet and is not asked for (facts §5.2).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import quote

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Money, Organization, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(
    name="coingecko",
    spoken="CoinGecko",
    per_minute=5,
    burst=5,
    longest_wait=120.0,
    key_header="x-cg-demo-api-key",
)
"""Paced for callers without a key, whom it limits by their address: ten in any minute."""
BATCH = 250
"""As many as a page holds."""
PATH = "/api/v3/coins/markets"
PAGE = "https://www.coingecko.com/en/coins/"
LICENCE_CLASS = "attribution"
MOST_APART = 3
"""The cap is price times supply: where they are further apart than this, one of them is wrong."""


class CoinGeckoSource:
    """Organisations, by the id of their network's token."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "organization"
    identifier: str = "token"
    stage: Stage = 1
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for 250."""
        requests = -(-len(subjects) // BATCH)
        return Cost(requests=requests, seconds=2.0 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time; what it does not know is missing. Stop where it refuses our key."""
        source = iter(subjects)
        while batch := list(islice(source, BATCH)):
            ids = ",".join(quote(subject.name, safe="") for subject in batch)
            try:
                answer = await engine.fetch(HOST, f"{PATH}?vs_currency=usd&ids={ids}&per_page={BATCH}&page=1")
            except (RetryLater, Skip) as failure:
                yield [Outcome(subject=subject, error=str(failure)) for subject in batch]
                continue
            if answer.status in {401, 403} and engine.has_key(HOST):
                raise Stop(f"CoinGecko refuses COINGECKO_API_KEY (HTTP {answer.status} {answer.message})")
            if answer.status != 200 or not isinstance(answer.payload, list):
                error = f"HTTP {answer.status} {answer.message}".strip() if answer.status != 200 else "no list of coins"
                yield [Outcome(subject=subject, error=error) for subject in batch]
                continue
            coins = {str(coin.get("id")): coin for coin in answer.payload if isinstance(coin, dict)}
            yield [read_coin(subject, coins.get(subject.name)) for subject in batch]


def read_coin(subject: Subject, coin: dict[str, Any] | None) -> Outcome:
    """The market cap of one network, dated by when CoinGecko last looked."""
    if coin is None:
        return Outcome(subject=subject, status="missing")
    checked = Checked()
    cap = checked.amount("token_market_cap", coin, "market_cap")
    price = checked.amount("token_price", coin, "current_price")
    supply = checked.amount("token_supply", coin, "circulating_supply", most=Decimal(10**18))
    day = checked.day("token_market_cap", coin, "last_updated")
    note = None
    figures: tuple[Money, ...] = ()
    if cap is None or cap == 0:
        note = "the supply is not verified"
    elif isinstance(cap, Decimal) and _is_apart(cap, price, supply):
        checked.refuse("token_market_cap", cap, "far from price times supply")
    elif isinstance(cap, Decimal) and isinstance(day, str):
        figures = (_money(subject, cap, day),)
    elif isinstance(cap, Decimal):
        checked.refuse("token_market_cap", cap, "without a date")
    url = PAGE + quote(subject.name, safe="")
    record = Organization(source_url=url, licence_class=LICENCE_CLASS, figures=figures)
    return Outcome(subject=subject, status="ok", record=record, note=note, refused_values=checked.refused)


def _money(subject: Subject, cap: Decimal, day: str) -> Money:
    return Money(
        measure="token_market_cap",
        amount=format(cap.normalize(), "f"),
        currency="USD",
        as_of=day,
        source_url=PAGE + quote(subject.name, safe=""),
        method="reported",
        licence_class=LICENCE_CLASS,
    )


def _is_apart(cap: Decimal, price: object, supply: object) -> bool:
    if not (isinstance(price, Decimal) and isinstance(supply, Decimal) and price and supply):
        return False
    return not price * supply / MOST_APART <= cap <= price * supply * MOST_APART
