"""Upstreams of listed companies on loopback, with faults, and what a source makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from asking import Asker

from crawler.model import Money, Organization, Outcome, Subject
from crawler.sandbox.money.books import Account, Books, Entry
from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.wire import Loopback
from crawler.secret import Secret
from crawler.sources.source import Source

TODAY = date(2023, 9, 8)
KEY = "a-key-of-the-tests-0123456789"
CONTACT = "maintainers@example.org"
Answers = Callable[[str, str, Mapping[str, str], bytes, Books], Reply]


def books() -> Books:
    """Three made-up companies: of New York, Milan, and one without a figure; and one that is not listed."""
    return Books(
        today=TODAY,
        accounts={
            "acme": Account(
                id="acme",
                name="Acme",
                ticker="ACME",
                exchange="NYSE",
                cik="1234",
                entries=[
                    _entry("market_cap", 27956000000, "USD", "2023-09-07"),
                    _entry("shares_outstanding", 331000000, "XXX", "2023-07-20"),
                    _entry("public_float", 21000000000, "USD", "2023-03-31"),
                ],
            ),
            "vino": Account(
                id="vino",
                name="Vino",
                ticker="VIN",
                exchange="Borsa Italiana",
                entries=[_entry("market_cap", 4455000000, "EUR", "2023-09")],
            ),
            "mute": Account(id="mute", name="Mute", ticker="MUTE", exchange="NASDAQ", cik="77"),
            "shy": Account(id="shy", name="Shy"),
        },
    )


def _entry(measure: str, amount: int, currency: str, as_of: str) -> Entry:
    return Entry(
        measure=measure, amount=Decimal(amount), currency=currency, as_of=as_of, source_url="https://example.org/"
    )


class Upstream(Loopback):
    """A stand-in over these books. `spoilt`: other replies for paths that begin so."""

    def __init__(self, answers: Answers, spoilt: Mapping[str, Reply] | None = None) -> None:
        super().__init__()
        self.answers = answers
        self.spoilt = dict(spoilt or {})
        self.books = books()
        self.log: list[tuple[str, Mapping[str, str]]] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """A spoilt reply, or the stand-in's."""
        self.log.append((path, headers))
        reply = next((reply for start, reply in self.spoilt.items() if path.startswith(start)), None)
        return reply or self.answers(method, path, headers, body, self.books)

    @property
    def paths(self) -> list[str]:
        """What was asked for, without the question."""
        return [path.partition("?")[0] for path, _ in self.log]


def listed(ticker: str, exchange: str | None = "NYSE", *ids: str, last: str = "") -> Subject:
    """A subject as the store makes it; `last`: the newest figure of the same source."""
    known = {"ticker": ticker} | ({"exchange": exchange} if exchange else {})
    known |= {"last_market_cap": last} if last else {}
    return Subject(source="", name=ticker, organization_ids=ids or (ticker.lower(),), identifiers=known)


def ask(
    asker: Asker, make: Callable[[date], Source], upstream: Upstream, subjects: Iterable[Subject], **settings: Any
) -> tuple[dict[str, Outcome], str]:
    """The outcomes by ticker, and what stopped the source."""
    hosts = dict.fromkeys(("yahoo", "yahoo_cookie", "fmp", "sec", "sec_files"), upstream.base_url)
    with upstream:
        outcomes, stop = asker.fetch_until_stop(
            make(TODAY), subjects, others=hosts, keys={"fmp": Secret(KEY)}, contact=CONTACT, **settings
        )
    return {one.subject.name: one for one in outcomes}, str(stop or "")


def figures(outcome: Outcome) -> list[Money]:
    """The figures of an outcome with a record."""
    assert isinstance(outcome.record, Organization)
    return list(outcome.record.figures)


def figure(outcome: Outcome) -> tuple[str, str, str]:
    """Amount, currency and day of its only figure."""
    (one,) = figures(outcome)
    return one.amount, one.currency, one.as_of


def refusal(outcome: Outcome) -> str:
    """Why the answer brought no figure: the reason of its only refused value."""
    assert (outcome.status, outcome.record, outcome.error) == ("unknown", None, None)
    (refused,) = outcome.refused_values
    assert refused.field == "market_cap"
    return refused.reason


def quotes(*results: dict[str, Any]) -> Reply:
    """Yahoo's quotes of many symbols."""
    return json_reply(200, {"quoteResponse": {"result": list(results), "error": None}})


def summary(**parts: dict[str, Any]) -> Reply:
    """Yahoo's summary of one."""
    return json_reply(200, {"quoteSummary": {"result": [parts], "error": None}})
