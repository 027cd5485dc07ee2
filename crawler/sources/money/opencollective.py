"""The source `opencollective`: what a collective holds and received in a year, many collectives in one query.

Amounts are in the collective's own currency, as cents (facts §3.1). A fiscal host's balance includes what it holds for
its collectives: it is nobody's own money, and refused.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import quote

from msgspec import structs

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.answers import GraphQLError, RestAnswer, graphql_errors
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Money, Organization, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(
    name="opencollective",
    spoken="Open Collective",
    per_minute=60,
    burst=40,
    longest_wait=120.0,
    key_header="Personal-Token",
)
"""It allows 100 requests in any minute with a token."""
ANONYMOUS_HOST = structs.replace(HOST, per_minute=5, burst=5)
"""And 10 without one."""
BATCH = 80
"""A query may have 1,500 tokens; an alias has about 15, the fragment some 80."""
PATH = "/graphql/v2"
LICENCE_CLASS = "attribution"
FRAGMENT = (
    "fragment F on Account { slug type isHost isArchived isActive stats {"
    " balance(includeChildren: true) { valueInCents currency }"
    " year: totalAmountReceived(net: false, periodInMonths: 12, includeChildren: true) { valueInCents currency } } }"
)
MEASURES = {"collective_balance": "balance", "collective_income_12m": "year"}
"""What it holds now, and what it received in the twelve months before."""
MOST_CENTS = Decimal(10**14)
"""No collective has a thousandth of that in any currency."""


class OpenCollectiveSource:
    """Organisations, by their collective's slug. The answers have no date: they are true for `today`."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "organization"
    identifier: str = "opencollective"
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self._today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for eighty."""
        requests = -(-len(subjects) // BATCH)
        return Cost(requests=requests, seconds=3.0 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time; a slug that is nobody's is missing. Stop where it refuses our token."""
        host = HOST if engine.has_key(HOST) else ANONYMOUS_HOST
        source = iter(subjects)
        while batch := list(islice(source, BATCH)):
            yield await self._ask(batch, engine, host)

    async def _ask(self, batch: Sequence[Subject], engine: Engine, host: Host) -> list[Outcome]:
        """The outcomes of a batch; a query that is refused as a whole is asked in halves."""
        try:
            answer = await engine.fetch(host, PATH, json={"query": question(batch)})
        except (RetryLater, Skip) as failure:
            return [Outcome(subject=subject, error=str(failure)) for subject in batch]
        if answer.status in {401, 403} and engine.has_key(host):
            raise Stop(f"Open Collective refuses OPENCOLLECTIVE_TOKEN (HTTP {answer.status} {answer.message})")
        if answer.status == 400 and len(batch) > 1:
            half = len(batch) // 2
            return [*await self._ask(batch[:half], engine, host), *await self._ask(batch[half:], engine, host)]
        return list(_read(batch, answer, self._today))


def question(batch: Sequence[Subject]) -> str:
    """One query for all of them. A JSON text is a GraphQL text, too."""
    aliases = " ".join(
        f"a{number}: account(slug: {json.dumps(subject.name)}, throwIfMissing: false) {{ ...F }}"
        for number, subject in enumerate(batch)
    )
    return f"query {{ {aliases} }} {FRAGMENT}"


def _read(batch: Sequence[Subject], answer: RestAnswer, today: date) -> Iterator[Outcome]:
    """An error with a path concerns its alias alone, one without all that has no answer."""
    payload = answer.payload if isinstance(answer.payload, dict) else {}
    errors = graphql_errors(payload)
    data = payload.get("data")
    for number, subject in enumerate(batch):
        alias = f"a{number}"
        account = data.get(alias) if isinstance(data, dict) else None
        error = _error_of(alias, errors, has_answer=isinstance(account, dict))
        if isinstance(account, dict):
            yield read_account(subject, account, today, error)
        elif error or answer.status != 200 or not isinstance(data, dict) or alias not in data:
            said = f"HTTP {answer.status} {answer.message}".strip() if answer.status != 200 else "no answer"
            yield Outcome(subject=subject, error=error or said)
        elif account is not None:
            yield Outcome(subject=subject, error="the account is no object")
        else:
            yield Outcome(subject=subject, status="missing")


def _error_of(alias: str, errors: Iterable[GraphQLError], *, has_answer: bool) -> str | None:
    for error in errors:
        if (error.path and error.path[0] == alias) or not (error.path or has_answer):
            return error.message
    return None


def read_account(subject: Subject, account: Mapping[str, Any], today: date, error: str | None = None) -> Outcome:
    """What a collective holds and received; the money of a fiscal host is not its own, nor is another's answer."""
    checked = Checked()
    slug = account.get("slug")
    if slug is not None and (not isinstance(slug, str) or slug.casefold() != subject.name.casefold()):
        checked.refuse("opencollective", slug, "another collective's slug")
        note = "the answer is about another collective"
        return Outcome(subject=subject, status="unknown", note=note, refused_values=checked.refused)
    url = f"https://opencollective.com/{quote(subject.name, safe='')}"
    state = _state(account)
    if _is_host(account):
        for measure in MEASURES:
            checked.refuse(measure, None, "a fiscal host, whose money is that of its collectives")
        figures: tuple[Money, ...] = ()
    else:
        found = (_money(measure, account, checked, url, today, state) for measure in MEASURES)
        figures = tuple(one for one in found if one is not None)
    record = Organization(source_url=url, licence_class=LICENCE_CLASS, figures=figures)
    refused = checked.refused
    return Outcome(subject=subject, status="ok", record=record, error=error, refused_values=refused, note=state)


def _money(
    measure: str, account: Mapping[str, Any], checked: Checked, url: str, today: date, note: str | None
) -> Money | None:
    keys = "stats", MEASURES[measure]
    cents = checked.amount(measure, account, *keys, "valueInCents", most=MOST_CENTS)
    currency = checked.currency(measure, account, *keys, "currency")
    if not isinstance(cents, Decimal):
        return None
    if not isinstance(currency, str):
        checked.refuse(measure, cents, "an amount without a currency")
        return None
    return Money(
        measure=measure,
        amount=format((cents / 100).normalize(), "f"),
        currency=currency,
        as_of=today.isoformat(),
        source_url=url,
        method="reported",
        licence_class=LICENCE_CLASS,
        note=note,
    )


def _is_host(account: Mapping[str, Any]) -> bool:
    """Whether it holds the money of others: an organisation's account gives money, or holds it for its collectives."""
    return account.get("isHost") is True or account.get("type") == "ORGANIZATION"


def _state(account: Mapping[str, Any]) -> str | None:
    if account.get("isArchived") is True:
        return "archived"
    return "inactive" if account.get("isActive") is False else None
