"""The source `yahoo`: two ways to a quote, the door before them, and what stands there in place of a quote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asking import Asker
from listed import TODAY, Upstream, ask, books, figure, figures, listed, quotes, refusal, summary
from msgspec import structs

from crawler import clock
from crawler.fetch.events import Event
from crawler.sandbox.money import yahoo
from crawler.sandbox.replies import Reply, html_reply, json_reply
from crawler.sources.money.yahoo import YahooSource

MANY, ONE, CRUMB = "/v7/finance/quote", "/v10/finance/quoteSummary/", "/v1/test/getcrumb"
CLOSED = json_reply(404, {"message": "no such page"})
ACME = {"symbol": "ACME", "currency": "USD", "marketCap": 27956000000}


def test_all_quotes_come_in_one_request_after_the_cookie_and_the_crumb(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer)
    subjects = [listed("ACME", "NYSE", "acme", "acme-labs"), listed("VIN", "Borsa Italiana"), listed("MUTE", "NASDAQ")]
    found, stop = ask(asker, YahooSource, upstream, subjects)
    assert upstream.paths == ["/", CRUMB, MANY, f"{ONE}MUTE"]
    assert figure(found["ACME"]) == ("27956000000", "USD", "2023-09-07")
    assert figure(found["VIN"]) == ("4455000000", "EUR", TODAY.isoformat())
    assert (found["MUTE"].status, found["MUTE"].record, stop) == ("missing", None, "")
    assert found["ACME"].subject.organization_ids == ("acme", "acme-labs")
    (money,) = figures(found["VIN"])
    assert money.source_url == "https://finance.yahoo.com/quote/VIN.MI"
    assert (money.measure, money.method, money.licence_class) == ("market_cap", "reported", "restricted")
    asked = upstream.log[2][0]
    assert "symbols=ACME,VIN.MI,MUTE&" in asked
    assert asked.endswith(f"crumb={yahoo.CRUMB}")


def test_neither_cookie_nor_crumb_stand_in_a_log_or_a_figure(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer, {ONE: json_reply(500, {"message": f"bad {yahoo.CRUMB} {yahoo.COOKIE}"})})
    events: list[Event] = []
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME"), listed("MUTE")], log=events.append)
    told = repr(events) + repr(found)
    assert "HTTP 500 bad … A3=…" in (found["MUTE"].error or "")
    assert yahoo.CRUMB not in told
    assert yahoo.COOKIE.partition("=")[2] not in told
    assert all("cookie" not in headers for path, headers in upstream.log if path == "/")


@pytest.mark.parametrize(
    "crumb",
    [
        Reply(404),
        Reply(200, b"Too Many Requests", "text/plain"),
        Reply(200, b"<html>sign in</html>", "text/html"),
        json_reply(200, {"error": 1}),
        Reply(200, b"x" * 41, "text/plain"),
        Reply(200, b"", "text/plain"),
    ],
)
def test_what_is_no_crumb_is_done_without(asker: Asker, crumb: Reply) -> None:
    upstream = Upstream(yahoo.answer, {CRUMB: crumb, MANY: quotes(ACME)})
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME")])
    assert upstream.log[-1][0] == f"{MANY}?symbols=ACME"
    assert figure(found["ACME"])[0] == "27956000000"


@pytest.mark.parametrize(
    "parts",
    [
        {"price": {"symbol": "ACME", "currency": "USD", "marketCap": {"raw": 27956000000, "fmt": "27.956B"}}},
        {"price": {"marketCap": {}}, "summaryDetail": {"marketCap": {"raw": 27956000000}, "currency": "USD"}},
        {"summaryDetail": {"marketCap": 27956000000}},
    ],
)
def test_the_way_for_one_symbol_is_enough(asker: Asker, parts: dict[str, dict[str, object]]) -> None:
    upstream = Upstream(yahoo.answer, {CRUMB: CLOSED, MANY: CLOSED, f"{ONE}ACME": summary(**parts), ONE: CLOSED})
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME"), listed("MUTE")])
    assert upstream.paths == ["/", CRUMB, MANY, f"{ONE}ACME", f"{ONE}MUTE"]
    assert figure(found["ACME"]) == ("27956000000", "USD", TODAY.isoformat())
    # A page that is not Yahoo's proves nothing missing.
    assert (found["MUTE"].status, found["MUTE"].error) == (None, "HTTP 404 without a quote")


def test_the_way_for_many_is_not_tried_again_once_it_was_closed(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.sources.money.yahoo.BATCH", 2)
    upstream = Upstream(yahoo.answer, {MANY: Reply(401), ONE: summary(price={"marketCap": {"raw": 5}})})
    found, stop = ask(asker, YahooSource, upstream, [listed(f"A{number}") for number in range(5)])
    assert (upstream.paths[2:], stop) == ([MANY, *(f"{ONE}A{number}" for number in range(5))], "")
    assert [one.status for one in found.values()] == ["ok"] * 5


def test_a_page_in_place_of_a_quote_is_a_failure(asker: Asker) -> None:
    page = html_reply(200, "Consent")
    found, _ = ask(asker, YahooSource, Upstream(yahoo.answer, {MANY: page, ONE: page}), [listed("ACME")])
    assert (found["ACME"].status, found["ACME"].error) == (None, "the answer is no JSON")


def test_where_nothing_is_answered_any_more_the_asking_ends(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer, {MANY: CLOSED, ONE: yahoo.answer("GET", MANY, {}, b"", books())})
    found, stop = ask(asker, YahooSource, upstream, [listed(f"A{number}") for number in range(8)])
    assert [one.error for one in found.values()] == ["HTTP 401 Invalid Crumb"] * 5
    assert stop == "Yahoo answers nothing any more (HTTP 401 Invalid Crumb)"


def test_one_refused_symbol_is_no_harm_to_the_others(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer, {MANY: Reply(403), f"{ONE}ACME": Reply(403)})
    found, stop = ask(asker, YahooSource, upstream, [listed("ACME"), listed("VIN", "bit")])
    assert (found["ACME"].error, stop) == ("HTTP 403 without a quote", "")
    assert figure(found["VIN"])[0] == "4455000000"


def test_a_quote_of_another_symbol_is_refused(asker: Asker) -> None:
    other = ACME | {"symbol": "OTHER"}
    for spoilt in ({MANY: quotes(other)}, {MANY: CLOSED, ONE: summary(price=other)}):
        found, _ = ask(asker, YahooSource, Upstream(yahoo.answer, spoilt), [listed("GONE")])
        assert "another symbol" in refusal(found["GONE"])


@pytest.mark.parametrize("closed", [Reply(403), html_reply(200, "Consent")])
def test_a_quote_of_another_symbol_is_told_where_the_way_for_one_is_closed(asker: Asker, closed: Reply) -> None:
    upstream = Upstream(yahoo.answer, {MANY: quotes(ACME | {"symbol": "ODD"}), ONE: closed})
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME")])
    assert found["ACME"].error
    assert [(one.field, one.value) for one in found["ACME"].refused_values] == [("market_cap", "ODD")]


def test_the_exchange_time_dates_a_quote_unless_it_lies_in_the_future(asker: Asker) -> None:
    ahead = int((clock.now() + timedelta(days=3)).timestamp())
    upstream = Upstream(yahoo.answer, {MANY: quotes(ACME | {"regularMarketTime": ahead})})
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME")])
    assert refusal(found["ACME"]) == "in the future"


def test_a_ticker_of_an_unknown_exchange_is_not_taken_for_an_american_one(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer)
    found, _ = ask(asker, YahooSource, upstream, [listed("ACME", "Bourse of Nowhere")])
    assert "not known" in refusal(found["ACME"])
    assert upstream.log == []


def test_the_ticker_of_a_delisted_company_may_be_that_of_another(asker: Asker) -> None:
    upstream = Upstream(yahoo.answer)
    subject = listed("ACME")
    found, _ = ask(asker, YahooSource, upstream, [structs.replace(subject, identifiers={"listed": "delisted"})])
    assert (found["ACME"].status, found["ACME"].note, upstream.log) == ("missing", "delisted", [])


def test_a_ticker_with_its_suffix_is_taken_as_it_is(asker: Asker) -> None:
    found, _ = ask(asker, YahooSource, Upstream(yahoo.answer), [listed("VIN.MI", None)])
    assert figure(found["VIN.MI"])[:2] == ("4455000000", "EUR")
