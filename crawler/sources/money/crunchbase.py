"""The source `crunchbase`: rounds, totals, valuations, purchases, owners and tickers, an organisation at a time.

What a key may see depends on what was paid for (funding facts §4.1): one that may not see money is asked for what the
smallest package holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.redact import short_error
from crawler.fetch.together import together
from crawler.model import Outcome, Subject
from crawler.sources.money.crunchbase_reading import read_organization
from crawler.sources.money.crunchbase_shapes import PERMALINK
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

HOST = Host(
    name="crunchbase",
    spoken="Crunchbase",
    # 200 calls are allowed in any minute; a limit that strikes names no time.
    per_minute=180,
    burst=15,
    longest_wait=300.0,
    key_header="X-cb-user-key",
)
_FIRMOGRAPHIC = (
    "identifier,permalink_aliases,name,website,stock_symbol,stock_exchange_symbol,delisted_on,status,num_employees_enum,"
    "owner_identifier,acquirer_identifier"
)
_MONEY = "ipo_status,funding_total,equity_funding_total,valuation,valuation_date"
PACKAGES = (
    f"card_ids=raised_funding_rounds,acquirer_acquisitions,parent_organization,ipos&field_ids={_FIRMOGRAPHIC},{_MONEY}",
    f"card_ids=parent_organization&field_ids={_FIRMOGRAPHIC}",
)
"""What is asked for, by what a key may see: all, or what the smallest package holds."""
REFUSALS = frozenset({400, 401, 403})
MOST_REFUSALS = 3
"""So many organisations in a row refused in every form: more of the same would fail, too."""


class CrunchbaseSource:
    """Organisations by permalink."""

    name: str = HOST.name
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "organization"
    identifier: str = "crunchbase"
    stage: Stage = 1
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, *, today: date) -> None:
        self._today = today
        self._package = 0
        """What the key has turned out to be allowed to see."""
        self._is_known = False
        """Whether that is so: an organisation was answered in that form."""
        self._refused = 0
        """How many in a row were refused in every form."""

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request each, at the pace that is allowed."""
        count = len(subjects)
        return Cost(requests=count, seconds=0.3 * count)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes as they come. The first is asked for alone: it shows what the key is good for."""

        async def ask(subject: Subject) -> Outcome:
            if not PERMALINK.fullmatch(subject.name):
                return Outcome(subject=subject, status="unknown", note="no permalink")
            try:
                answer = await self._ask(subject, engine)
            except (RetryLater, Skip) as error:
                return Outcome(subject=subject, error=str(error), passing=isinstance(error, RetryLater))
            if answer.status == 200:
                return read_organization(subject, answer.payload, today=self._today, is_moved=answer.is_moved)
            if answer.status == 404:
                return Outcome(subject=subject, status="missing")
            return Outcome(subject=subject, error=_told(answer))

        waiting = iter(subjects)
        if first := next(waiting, None):
            yield [await ask(first)]
        async for outcomes in together(waiting, ask):
            yield outcomes

    async def _ask(self, subject: Subject, engine: Engine) -> RestAnswer:
        """The answer in the largest form that the key may see. Stop where the key itself is refused."""
        asked = self._package
        while True:
            path = f"/v4/data/entities/organizations/{quote(subject.name, safe='')}?{PACKAGES[asked]}"
            answer = await engine.fetch(HOST, path)
            if answer.status not in REFUSALS:
                break
            if asked == len(PACKAGES) - 1:
                self._mind_refusal(answer)
                return answer
            asked += 1
        self._refused = 0
        if answer.status == 200 and not self._is_known:
            self._is_known, self._package = True, asked
            if asked:
                engine.tell(
                    "Crunchbase: the key may not see rounds, totals, valuations and purchases, only tickers, owners and"
                    " the like"
                )
        return answer

    def _mind_refusal(self, answer: RestAnswer) -> None:
        """Stop where it is the key that is refused, rather than what was asked about."""
        self._refused += 1
        if self._refused >= MOST_REFUSALS or (answer.status == 401 and not self._is_known):
            raise Stop(f"Crunchbase refuses the key ({_told(answer)})", cure="check CRUNCHBASE_API_KEY")


def _told(answer: RestAnswer) -> str:
    """The status and Crunchbase's own words: a list of errors, or one whose `value` or `message` says why."""
    payload: Any = answer.payload
    first = payload[0] if isinstance(payload, list) and payload else payload
    words = (first.get("message") or first.get("value")) if isinstance(first, dict) else None
    return f"HTTP {answer.status} {short_error(words) if isinstance(words, str) else ''}".strip()
