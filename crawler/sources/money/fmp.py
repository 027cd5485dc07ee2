"""The source `fmp`: what listed companies are worth by Financial Modeling Prep, for those who have its key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote as escaped

from msgspec import UNSET

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.redact import short_error
from crawler.model import Outcome, Subject
from crawler.sources.github.reading import dig, entries
from crawler.sources.money.quotes import Quote, absent, by_symbol, read_quote, unasked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="fmp", spoken="Financial Modeling Prep", per_minute=120, longest_wait=30.0, key_header="apikey")
"""What it limits is mostly the day's number of requests, which no run sits out."""
BATCH = 50
NOT_IN_THE_PLAN = {402, 403}


class FmpSource:
    """Listed organisations, by ticker. `today` dates what comes without a day."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "organization"
    identifier: str = "ticker"
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self.today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for fifty American listings, and one for each other."""
        symbols = [symbol for symbol in by_symbol(subjects) if symbol]
        abroad = sum("." in symbol for symbol in symbols)
        requests = abroad + -(-(len(symbols) - abroad) // BATCH)
        return Cost(requests=requests, seconds=0.5 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time; a symbol that FMP does not know is `missing`. Stop where the key is bad."""
        asked = by_symbol(subjects)
        if left := asked.pop("", []):
            yield [unasked(subject) for subject in left]
        # Only a profile says in which currency a cap is.
        singles = [symbol for symbol in asked if "." in symbol]
        plain = [symbol for symbol in asked if "." not in symbol]
        has_key_proved = False
        for start in range(0, len(plain), BATCH):
            batch = plain[start : start + BATCH]
            listed = ",".join(escaped(symbol, safe="") for symbol in batch)
            answer = await _ask(f"/stable/market-capitalization-batch?symbols={listed}", engine)
            if isinstance(answer, RestAnswer) and answer.status in {404, *NOT_IN_THE_PLAN}:
                # Small plans have no batches, and one symbol that is not in the plan may spoil one.
                singles += batch
                continue
            has_key_proved |= isinstance(answer, RestAnswer) and answer.status == 200
            yield [outcome for symbol in batch for outcome in _read(asked[symbol], symbol, answer, self.today, batch)]
        for symbol in singles:
            answer = await _ask(f"/stable/profile?symbol={escaped(symbol, safe='')}", engine)
            if isinstance(answer, RestAnswer) and answer.status == 403 and not has_key_proved:
                raise Stop(f"Financial Modeling Prep refuses the key: look at FMP_API_KEY (HTTP 403 {_told(answer)})")
            has_key_proved |= isinstance(answer, RestAnswer) and answer.status == 200
            yield _read(asked[symbol], symbol, answer, self.today, [symbol])


async def _ask(path: str, engine: Engine) -> RestAnswer | str:
    """The answer, or why there is none. Stop where the key is refused."""
    try:
        answer = await engine.fetch(HOST, path)
    except (RetryLater, Skip) as failure:
        return str(failure)
    if answer.status == 401:
        raise Stop(f"Financial Modeling Prep refuses the key: look at FMP_API_KEY (HTTP 401 {_told(answer)})")
    return answer


def _read(
    subjects: Sequence[Subject], symbol: str, answer: RestAnswer | str, today: date, batch: Sequence[str]
) -> list[Outcome]:
    """What an answer about a batch comes to for one symbol of it."""
    error = answer if isinstance(answer, str) else _error(answer)
    found = [] if isinstance(answer, str) else entries(answer.payload) or []
    one = next((entry for entry in found if str(entry.get("symbol")).upper() == symbol.upper()), None)
    if error:
        return [Outcome(subject=subject, error=error) for subject in subjects]
    if one is None:
        names = (str(entry.get("symbol")) for entry in found)
        stranger = next((name for name in names if name.upper() not in {other.upper() for other in batch}), "")
        return [absent(subject, stranger) for subject in subjects]
    quote = Quote(
        symbol=one["symbol"],
        cap=one.get("marketCap", UNSET),
        currency=one.get("currency", UNSET),
        as_of=one.get("date", UNSET),
        source_url="https://financialmodelingprep.com/financial-summary/" + escaped(symbol, safe=""),
    )
    return [read_quote(subject, symbol, quote, today=today) for subject in subjects]


def _error(answer: RestAnswer) -> str:
    """Why the answer holds no quotes; "" where it does, or could: errors come with HTTP 200, too."""
    if answer.status in NOT_IN_THE_PLAN:
        return short_error(f"not in the plan of FMP_API_KEY (HTTP {answer.status} {_told(answer)})")
    if answer.status == 200 and isinstance(answer.payload, list):
        return ""
    return short_error(f"HTTP {answer.status} {_told(answer) or 'without a list of quotes'}")


def _told(answer: RestAnswer) -> str:
    """Its own words."""
    told: Any = dig(answer.payload, "Error Message") or dig(answer.payload, "message")
    return short_error(told) if isinstance(told, str) else ""
