"""The source `sec`: shares and public float of American listings, and the rows that no figure can be."""

from __future__ import annotations

from typing import Any

import pytest
from asking import Asker
from listed import CONTACT, Upstream, ask, figure, figures, listed

from crawler.model import Organization
from crawler.sandbox.money import sec
from crawler.sandbox.replies import Reply, html_reply, json_reply
from crawler.sources.money.sec import TICKERS, SecSource

CONCEPT = "/api/xbrl/companyconcept/CIK0000001234/dei/"
SHARES, FLOAT = f"{CONCEPT}EntityCommonStockSharesOutstanding.json", f"{CONCEPT}EntityPublicFloat.json"
PAGE = "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0000001234"


def concept(*rows: dict[str, Any], unit: str = "shares") -> Reply:
    """The answer about a concept."""
    return json_reply(200, {"cik": 1234, "units": {unit: list(rows)}})


def test_shares_and_float_come_by_one_table_of_tickers(asker: Asker) -> None:
    upstream = Upstream(sec.answer)
    found, stop = ask(asker, SecSource, upstream, [listed("ACME"), listed("VIN", "bit"), listed("MUTE", "NASDAQ")])
    assert upstream.paths[:3] == [TICKERS, SHARES, FLOAT]
    assert all(CONTACT in headers["user-agent"] for _, headers in upstream.log)
    told = [(one.measure, one.amount, one.currency, one.as_of) for one in figures(found["ACME"])]
    assert told == [
        ("shares_outstanding", "331000000", "XXX", "2023-07-20"),
        ("public_float", "21000000000", "USD", "2023-03-31"),
    ]
    record = found["ACME"].record
    assert isinstance(record, Organization)
    assert (record.facts, record.source_url, record.licence_class) == (
        {"cik": "0000001234", "name": "Acme"},
        PAGE,
        "public",
    )
    assert (found["VIN"].status, found["VIN"].record) == ("missing", None)
    # It files, but neither of the two.
    assert (found["MUTE"].status, found["MUTE"].error, figures(found["MUTE"]), stop) == ("ok", None, [], "")


def test_no_table_is_asked_for_where_nobody_is_listed_in_america(asker: Asker) -> None:
    upstream = Upstream(sec.answer)
    found, _ = ask(asker, SecSource, upstream, [listed("VIN", "bit"), listed("SAP.DE", None)])
    assert {one.status for one in found.values()} == {"missing"}
    assert upstream.log == []


def test_of_several_that_share_a_ticker_none_gets_the_filers_key(asker: Asker) -> None:
    found, _ = ask(asker, SecSource, Upstream(sec.answer), [listed("ACME", "NYSE", "acme", "acme-labs")])
    record = found["ACME"].record
    assert isinstance(record, Organization)
    assert (record.facts, len(record.figures)) == ({}, 2)


def test_the_latest_day_counts_and_of_it_what_was_filed_last(asker: Asker) -> None:
    rows = [
        {"end": "2023-04-20", "val": 9, "filed": "2023-09-01"},
        {"end": "2023-07-20", "val": 1, "filed": "2023-08-01"},
        {"end": "2023-07-20", "val": 2, "filed": "2023-08-02"},
    ]
    upstream = Upstream(sec.answer, {SHARES: concept(*rows), FLOAT: Reply(404)})
    found, _ = ask(asker, SecSource, upstream, [listed("ACME")])
    assert figure(found["ACME"]) == ("2", "XXX", "2023-07-20")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"end": "2014-10-01", "val": 5}, "of 2014-10-01: older than 200 days"),
        ({"end": "2023-07-20", "val": -5}, "a negative amount"),
        ({"end": "2023-07-20", "val": 1e30}, "more than 10,000,000,000,000"),
        ({"end": "2023-07-20", "val": "many"}, "no number"),
        ({"end": "2023-07-20", "val": 0}, "nothing at all: no listed company has none"),
        ({"end": "soon", "val": 5}, "no time in ISO 8601"),
    ],
)
def test_a_row_that_no_figure_can_be_is_refused(asker: Asker, row: dict[str, Any], reason: str) -> None:
    found, _ = ask(asker, SecSource, Upstream(sec.answer, {SHARES: concept(row)}), [listed("ACME")])
    assert [(one.field, one.reason) for one in found["ACME"].refused_values] == [("shares_outstanding", reason)]
    assert [one.measure for one in figures(found["ACME"])] == ["public_float"]


def test_a_part_that_fails_leaves_the_other(asker: Asker) -> None:
    upstream = Upstream(sec.answer, {SHARES: html_reply(200, "Busy")})
    found, _ = ask(asker, SecSource, upstream, [listed("ACME")])
    assert (found["ACME"].status, found["ACME"].error) == ("ok", "shares_outstanding: the answer is no JSON")
    assert [one.measure for one in figures(found["ACME"])] == ["public_float"]


def test_without_the_table_nothing_is_known(asker: Asker) -> None:
    for reply, error in (
        (json_reply(200, {}), "HTTP 200 without a table of tickers"),
        (json_reply(500, 0), "HTTP 500"),
    ):
        found, _ = ask(asker, SecSource, Upstream(sec.answer, {TICKERS: reply}), [listed("ACME")])
        assert (found["ACME"].status, found["ACME"].error) == (None, error)


def test_a_page_with_403_ends_the_asking(asker: Asker) -> None:
    upstream = Upstream(sec.answer, {TICKERS: html_reply(403, "Request Rate Threshold Exceeded")})
    found, stop = ask(asker, SecSource, upstream, [listed("ACME")])
    assert (found, len(upstream.log)) == ({}, 1)
    assert "CRAWLER_CONTACT" in stop
