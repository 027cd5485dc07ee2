"""The source `ecb`: what a euro was worth on each working day, as the European Central Bank publishes it.

Reference rates of some thirty currencies at about 16:00 CET (facts §5.3); a currency that is not among them has none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crawler import bundled_rates
from crawler.errors import RetryLater, Skip
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Outcome, Rates, Subject
from crawler.sources.checked import Checked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="ecb", spoken="the European Central Bank", per_minute=30, longest_wait=120.0)
DAILY_PATH = "/stats/eurofxref/eurofxref-daily.xml"
NINETY_DAYS_PATH = "/stats/eurofxref/eurofxref-hist-90d.xml"
URL = "https://www.ecb.europa.eu"
MOST_DAYS_BEHIND = 4
"""A weekend and a holiday: where more is missing, the day alone would leave a gap."""
MOST_FACTOR = 3
"""No currency loses or gains more in the time between the bundled file and now without a new name."""
CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


class EcbSource:
    """The one table of rates; after a gap, or for a start, the last ninety days of it."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "rates"
    identifier: str = ""
    stage: Stage = 1
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self._today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """One small file."""
        return Cost(requests=len(subjects), seconds=float(len(subjects)))

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcome of the one subject."""
        for subject in subjects:
            path = self._path(subject.identifiers.get("newest_day"))
            try:
                answer = await engine.fetch(HOST, path, expects_json=False)
            except (RetryLater, Skip) as failure:
                yield [Outcome(subject=subject, error=str(failure))]
                continue
            if answer.status != 200:
                yield [Outcome(subject=subject, error=f"HTTP {answer.status}")]
                continue
            yield [read_rates(subject, answer.body, URL + path)]

    def _path(self, newest: str | None) -> str:
        is_close = newest is not None and (self._today - date.fromisoformat(newest)).days <= MOST_DAYS_BEHIND
        return DAILY_PATH if is_close else NINETY_DAYS_PATH


def read_rates(subject: Subject, body: bytes, url: str) -> Outcome:
    """The tables of the file, without the rates that no rate can be."""
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return Outcome(subject=subject, error="the rates are no XML")
    checked, plausible = Checked(), bundled_rates.newest_rates()
    by_day: dict[str, dict[str, str]] = {}
    for cube in root.iter(CUBE):
        if cube.get("time") is None:
            continue
        day = checked.day("day", cube.get("time"))
        if isinstance(day, str) and (table := _table(cube, checked, plausible)):
            by_day[day] = table
    if not by_day:
        return Outcome(subject=subject, error="the answer holds no rates", refused_values=checked.refused)
    record = Rates(source_url=url, by_day=by_day)
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _table(cube: Element, checked: Checked, plausible: Mapping[str, Decimal]) -> dict[str, str]:
    table: dict[str, str] = {}
    for entry in cube.iter(CUBE):
        if entry is cube:
            continue
        currency = checked.currency("currency", entry.get("currency"))
        if not isinstance(currency, str):
            continue
        text = entry.get("rate", "")
        rate = checked.amount(currency, text, as_text=True)
        if not isinstance(rate, Decimal):
            continue
        usual = plausible.get(currency, rate)
        if rate == 0 or not usual / MOST_FACTOR <= rate <= usual * MOST_FACTOR:
            checked.refuse(currency, text, "far from its last known rate" if rate else "a rate of nothing")
            continue
        table[currency] = text
    return table
