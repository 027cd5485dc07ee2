"""The ECB's rates: the day or ninety of them, and no rate that cannot be one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from asking import Asker
from upstreams import Upstream

from crawler.model import Outcome, Rates, Subject
from crawler.sandbox.money import ecb
from crawler.sandbox.money.recorded import recorded_books
from crawler.sandbox.replies import Reply, html_reply
from crawler.sources.money.ecb import EcbSource

TODAY = date(2023, 9, 25)
FILE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{}</Cube></gesmes:Envelope>'
)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


def xml(*rates: tuple[str, str], day: str = "2023-09-25") -> Reply:
    cubes = "".join(f'<Cube currency="{currency}" rate="{rate}"/>' for currency, rate in rates)
    return Reply(200, FILE.format(f'<Cube time="{day}">{cubes}</Cube>').encode(), "text/xml")


def ask(asker: Asker, upstream: Upstream, newest: str | None = None) -> Outcome:
    subject = Subject(source="ecb", name="rates", identifiers={"newest_day": newest} if newest else {})
    (outcome,) = asker.fetch(EcbSource(TODAY), [subject], others={"ecb": upstream.base_url})
    return outcome


def by_day(outcome: Outcome) -> dict[str, dict[str, str]]:
    assert isinstance(outcome.record, Rates)
    return outcome.record.by_day


@pytest.mark.parametrize(
    ("newest", "name", "days"),
    [
        (None, "eurofxref-hist-90d.xml", 65),
        ("2023-09-20", "eurofxref-hist-90d.xml", 65),
        ("2023-09-21", "eurofxref-daily.xml", 1),
        ("2023-09-25", "eurofxref-daily.xml", 1),
    ],
)
def test_the_day_alone_or_what_a_gap_needs(
    asker: Asker, upstream: Upstream, newest: str | None, name: str, days: int
) -> None:
    books = recorded_books()
    upstream.reply = lambda path, body: ecb.answer("GET", path, {}, body, books)
    outcome = ask(asker, upstream, newest)
    assert [path for path, _, _ in upstream.asked] == [f"/stats/eurofxref/{name}"]
    assert outcome.refused_values == ()
    assert len(by_day(outcome)) == days
    assert by_day(outcome)["2023-09-25"]["USD"] == "1.0633"
    assert by_day(outcome)["2023-09-25"]["CNY"] == "7.7728"
    assert isinstance(outcome.record, Rates)
    assert outcome.record.source_url == f"https://www.ecb.europa.eu/stats/eurofxref/{name}"


@pytest.mark.parametrize(
    ("currency", "rate", "reason"),
    [
        ("JPY", "0", "a rate of nothing"),
        ("JPY", "-157.5", "a negative amount"),
        ("JPY", "1e30", "no number"),
        ("JPY", "N/A", "no number"),
        ("JPY", "1575.0", "far from its last known rate"),
        ("JPY", "15.75", "far from its last known rate"),
        ("USD", "100", "far from its last known rate"),
        ("ZZZ", "1.0", "no ISO 4217 currency"),
    ],
)
def test_a_rate_that_cannot_be_one_is_refused_and_the_others_are_kept(
    asker: Asker, upstream: Upstream, currency: str, rate: str, reason: str
) -> None:
    upstream.reply = xml(("CHF", "0.9661"), (currency, rate))
    outcome = ask(asker, upstream)
    assert by_day(outcome) == {"2023-09-25": {"CHF": "0.9661"}}
    assert [one.reason for one in outcome.refused_values] == [reason]


def test_a_currency_that_is_new_has_nothing_to_be_compared_with(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = xml(("TWD", "34.2"))
    assert by_day(ask(asker, upstream)) == {"2023-09-25": {"TWD": "34.2"}}


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "reply",
    [
        html_reply(200, "Maintenance"),
        Reply(200, b"{}"),
        Reply(200, ENTITIES, "text/xml"),
        Reply(200, FILE.format("").encode(), "text/xml"),
        xml(("USD", "1.0633"), day="2999-01-01"),
        xml(("USD", "1.0633"), day="yesterday"),
        html_reply(404, "Not Found"),
    ],
)
def test_what_is_no_table_of_rates_is_a_failure(asker: Asker, upstream: Upstream, reply: Any) -> None:
    upstream.reply = reply
    outcome = ask(asker, upstream)
    assert outcome.error and outcome.status is None and outcome.record is None


def test_a_file_without_one_good_rate_tells_what_was_refused(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = xml(("USD", "0"), ("JPY", "N/A"))
    outcome = ask(asker, upstream)
    assert (outcome.status, outcome.error) == (None, "the answer holds no rates")
    assert [(one.field, one.reason) for one in outcome.refused_values] == [
        ("USD", "a rate of nothing"),
        ("JPY", "no number"),
    ]
