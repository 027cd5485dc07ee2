"""The source `fmp`: batches for American listings, profiles for others, and what its key may not see."""

from __future__ import annotations

import pytest
from asking import Asker
from listed import KEY, TODAY, Upstream, ask, figure, figures, listed, refusal

from crawler.sandbox.money import fmp
from crawler.sandbox.replies import Reply, html_reply, json_reply
from crawler.sources.money.fmp import FmpSource

MANY, ONE = "/stable/market-capitalization-batch", "/stable/profile"
ALL = [listed("ACME"), listed("VIN", "bit"), listed("MUTE", "NASDAQ")]


def test_batches_and_profiles_bring_caps_with_their_currency(asker: Asker) -> None:
    upstream = Upstream(fmp.answer)
    found, stop = ask(asker, FmpSource, upstream, ALL)
    assert [path for path, _ in upstream.log] == [f"{MANY}?symbols=ACME,MUTE", f"{ONE}?symbol=VIN.MI"]
    assert figure(found["ACME"]) == ("27956000000", "USD", "2023-09-07")
    assert figure(found["VIN"]) == ("4455000000", "EUR", TODAY.isoformat())
    assert (found["MUTE"].status, stop) == ("missing", "")
    assert figures(found["ACME"])[0].licence_class == "restricted"
    assert FmpSource(TODAY).cost(ALL).requests == 2


def test_the_key_goes_into_a_header_and_nowhere_else(asker: Asker) -> None:
    upstream = Upstream(fmp.answer, {ONE: json_reply(200, {"Error Message": f"key {KEY} is tired"})})
    found, _ = ask(asker, FmpSource, upstream, ALL)
    assert all(headers["apikey"] == KEY and KEY not in path for path, headers in upstream.log)
    assert found["VIN"].error == "HTTP 200 key … is tired"
    assert KEY not in repr(found)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_stops_the_source_and_is_named(asker: Asker, status: int) -> None:
    no = json_reply(status, {"Error Message": "Invalid API KEY."})
    upstream = Upstream(fmp.answer, {MANY: no, ONE: no})
    found, stop = ask(asker, FmpSource, upstream, ALL)
    assert found == {}
    assert "FMP_API_KEY" in stop
    assert f"HTTP {status} Invalid API KEY." in stop
    assert len(upstream.log) <= 2


@pytest.mark.parametrize("status", [402, 403])
def test_a_plan_without_batches_or_symbols_costs_only_those(asker: Asker, status: int) -> None:
    no = Reply(status, b"Special Endpoint", "text/plain")
    upstream = Upstream(fmp.answer, {MANY: no, f"{ONE}?symbol=ACME": no})
    found, stop = ask(asker, FmpSource, upstream, ALL)
    assert stop == ""
    assert "not in the plan" in (found["ACME"].error or "")
    assert figure(found["VIN"])[0] == "4455000000"
    assert found["MUTE"].status == "missing"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (json_reply(200, {"Error Message": "Limit reached"}), "HTTP 200 Limit reached"),
        (json_reply(200, {}), "HTTP 200 without a list of quotes"),
        (html_reply(200, "Welcome"), "the answer is no JSON"),
        (json_reply(500, {}), "HTTP 500"),
    ],
)
def test_an_error_in_whatever_form_is_a_failure(asker: Asker, reply: Reply, error: str) -> None:
    found, _ = ask(asker, FmpSource, Upstream(fmp.answer, {MANY: reply}), [listed("ACME")])
    assert (found["ACME"].status, found["ACME"].record, found["ACME"].error) == (None, None, error)


def test_a_used_up_day_is_not_waited_for(asker: Asker) -> None:
    upstream = Upstream(fmp.answer, {MANY: json_reply(429, {"Error Message": "Limit Reach"})})
    _, stop = ask(asker, FmpSource, upstream, ALL)
    assert "Financial Modeling Prep asks to wait" in stop
    assert len(upstream.log) == 1


def test_a_cap_of_another_symbol_is_refused(asker: Asker) -> None:
    other = json_reply(200, [{"symbol": "OTHER", "marketCap": 5}])
    found, _ = ask(asker, FmpSource, Upstream(fmp.answer, {MANY: other}), [listed("ACME")])
    assert "another symbol" in refusal(found["ACME"])
