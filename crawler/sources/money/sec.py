"""The source `sec`: how many shares American listings have, and what their public float is worth, from EDGAR.

Both stand on the cover pages of reports, without any price (funding facts §4.5). The SEC asks for a contact in the
User-Agent, and for at most ten requests a second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from crawler.currencies import NO_CURRENCY
from crawler.errors import RetryLater, Skip, Stop
from crawler.exchanges import listing
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Money, Organization, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.github.reading import dig, entries
from crawler.sources.money.quotes import MOST_DOLLARS, by_symbol
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

HOST = Host(name="sec", spoken="the SEC", per_minute=480, burst=8, longest_wait=60.0)
FILES_HOST = Host(name="sec_files", spoken="the SEC's file server", per_minute=60, burst=8, longest_wait=60.0)
"""One table a run: both together stay below the SEC's limit."""
TICKERS = "/files/company_tickers_exchange.json"
LICENCE_CLASS = "public"
MOST_SHARES = 10**13
OLDEST_SHARES = timedelta(days=200)
"""Some filers have one ancient row and nothing since."""


class _Company(Struct, frozen=True):
    """A filer: its key at the SEC, ten digits, and its name there."""

    cik: str
    name: str | None


class _Measure(Struct, frozen=True):
    """A figure of the cover page: its concept and the unit in which it is given."""

    name: str
    concept: str
    unit: str
    most: Decimal
    currency: str
    max_age: timedelta | None


MEASURES = (
    _Measure(
        "shares_outstanding",
        "EntityCommonStockSharesOutstanding",
        "shares",
        Decimal(MOST_SHARES),
        NO_CURRENCY,
        OLDEST_SHARES,
    ),
    _Measure("public_float", "EntityPublicFloat", "USD", MOST_DOLLARS, "USD", None),
)


class SecSource:
    """Listed organisations, by ticker. `today` says how old a count of shares is."""

    name: str = HOST.name
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "organization"
    identifier: str = "ticker"
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self.today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """One request for all tickers, and one for each measure of an American listing."""
        listed = sum(_is_american(symbol, ones[0]) for symbol, ones in by_symbol(subjects).items())
        requests = 1 + len(MEASURES) * listed if listed else 0
        return Cost(requests=requests, seconds=requests / 8)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, one company at a time; what is listed elsewhere, or files nothing, is `missing`."""
        asked = by_symbol(subjects)
        american = {symbol: ones for symbol, ones in asked.items() if _is_american(symbol, ones[0])}
        abroad = [subject for symbol, ones in asked.items() if symbol not in american for subject in ones]
        if abroad:
            yield [Outcome(subject=subject, status="missing") for subject in abroad]
        if not american:
            return
        companies = await _companies(engine)
        for symbol, ones in american.items():
            if isinstance(companies, str):
                yield [Outcome(subject=subject, error=companies) for subject in ones]
            elif symbol not in companies:
                yield [Outcome(subject=subject, status="missing") for subject in ones]
            else:
                found = await _ask_company(companies[symbol], engine, self.today)
                yield [_outcome(subject, found) for subject in ones]


class _Found(Struct, frozen=True):
    """What is known of a company; `error` where a part of it could not be asked for."""

    record: Organization
    checked: Checked
    error: str | None


def _is_american(symbol: str, subject: Subject) -> bool:
    place = listing(subject.identifiers.get("exchange"))
    return bool(symbol) and "." not in symbol and (place is None or not place.suffix)


def _outcome(subject: Subject, found: _Found) -> Outcome:
    # Of several that share a ticker nobody knows which one is the filer: its key must not make one of them.
    facts = found.record.facts if len(subject.organization_ids) == 1 else {}
    record = structs.replace(found.record, facts=facts)
    return Outcome(subject=subject, status="ok", record=record, error=found.error, refused_values=found.checked.refused)


async def _companies(engine: Engine) -> dict[str, _Company] | str:
    """All filers by ticker, or why they are not known."""
    try:
        answer = await engine.fetch(FILES_HOST, TICKERS)
    except (RetryLater, Skip) as failure:
        return str(failure)
    _mind(answer)
    names, rows = dig(answer.payload, "fields"), dig(answer.payload, "data")
    if answer.status != 200 or not isinstance(names, list) or not isinstance(rows, list):
        return f"HTTP {answer.status} without a table of tickers"
    companies: dict[str, _Company] = {}
    for row in (dict(zip(map(str, names), row, strict=False)) for row in rows if isinstance(row, list)):
        checked = Checked()
        cik, ticker = checked.count("cik", row, "cik", most=10**10 - 1), checked.name("ticker", row, "ticker")
        name = checked.name("name", row, "name")
        if isinstance(cik, int) and isinstance(ticker, str):
            companies.setdefault(ticker.upper(), _Company(f"{cik:010}", name if isinstance(name, str) else None))
    return companies


def _mind(answer: RestAnswer) -> None:
    """Stop where the SEC lets us in nowhere: it answers those that it has blocked with a page."""
    if answer.status in {401, 403}:
        raise Stop(f"the SEC refuses our requests (HTTP {answer.status}): look at CRAWLER_CONTACT, or wait ten minutes")


async def _ask_company(company: _Company, engine: Engine, today: date) -> _Found:
    """What the cover pages of a company say; a concept that it does not report is no failure."""
    page = f"https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK={company.cik}"
    checked, errors, figures = Checked(), [], []
    for measure in MEASURES:
        try:
            answer = await engine.fetch(HOST, f"/api/xbrl/companyconcept/CIK{company.cik}/dei/{measure.concept}.json")
        except (RetryLater, Skip) as failure:
            errors.append(f"{measure.name}: {failure}")
            continue
        _mind(answer)
        if answer.status == 200:
            figures += read_concept(answer.payload, measure, checked, company, page, today)
        elif answer.status != 404:
            errors.append(f"{measure.name}: HTTP {answer.status}")
    facts: dict[str, str | None] = {"cik": company.cik}
    if company.name:
        facts["name"] = company.name
    record = Organization(source_url=page, licence_class=LICENCE_CLASS, facts=facts, figures=tuple(figures))
    return _Found(record, checked, "; ".join(errors) or None)


def read_concept(
    payload: Any, measure: _Measure, checked: Checked, company: _Company, page: str, today: date
) -> list[Money]:
    """The newest value of a concept: of the latest day, and of those the one that was filed last."""
    if dig(payload, "cik") not in (None, int(company.cik), company.cik):
        checked.refuse(measure.name, dig(payload, "cik"), "the figures of another company than was asked about")
        return []
    rows = [row for row in entries(payload, "units", measure.unit) or [] if isinstance(row.get("end"), str)]
    newest = max(rows, key=lambda row: (row["end"], str(row.get("filed", ""))), default=None)
    if newest is None:
        return []
    end, value = (
        checked.day(measure.name, newest, "end"),
        checked.amount(measure.name, newest, "val", most=measure.most),
    )
    if not isinstance(end, str) or not isinstance(value, Decimal):
        return []
    if not value:
        checked.refuse(measure.name, newest["val"], "nothing at all: no listed company has none")
        return []
    if measure.max_age is not None and end < (today - measure.max_age).isoformat():
        checked.refuse(measure.name, newest["val"], f"of {end}: older than {measure.max_age.days} days")
        return []
    return [
        Money(
            measure=measure.name,
            amount=f"{value:f}",
            currency=measure.currency,
            as_of=end,
            source_url=page,
            method="reported",
            licence_class=LICENCE_CLASS,
        )
    ]
