"""Open Collective: many collectives in a query, cents that stay exact, and no money that is somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from asking import Asker
from upstreams import Upstream

from crawler.model import Organization, Outcome, Subject
from crawler.sandbox.replies import Reply, html_reply, json_reply
from crawler.secret import Secret
from crawler.sources.money.opencollective import OpenCollectiveSource

TODAY = date(2026, 3, 1)
TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


def account(balance: Any = 1234567, year: Any = 4560000, currency: Any = "EUR", **more: Any) -> dict[str, Any]:
    stats = {
        "balance": {"valueInCents": balance, "currency": currency},
        "year": {"valueInCents": year, "currency": currency},
    }
    return {"type": "COLLECTIVE", "isHost": False, "isArchived": False, "isActive": True, "stats": stats, **more}


def ask(asker: Asker, upstream: Upstream, *slugs: str, **settings: Any) -> list[Outcome]:
    subjects = [Subject(source="opencollective", name=slug, organization_ids=(slug,)) for slug in slugs]
    return asker.fetch(OpenCollectiveSource(TODAY), subjects, others={"opencollective": upstream.base_url}, **settings)


def told(outcome: Outcome) -> dict[str, tuple[str, str, str]]:
    assert isinstance(outcome.record, Organization)
    return {one.measure: (one.amount, one.currency, one.as_of) for one in outcome.record.figures}


def test_a_stock_and_a_flow_in_the_collectives_own_currency(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = {"data": {"a0": account(), "a1": None}}
    known, unknown = ask(asker, upstream, "widget", 'odd"slug')
    assert told(known) == {
        "collective_balance": ("12345.67", "EUR", "2026-03-01"),
        "collective_income_12m": ("45600", "EUR", "2026-03-01"),
    }
    assert isinstance(known.record, Organization)
    assert {one.source_url for one in known.record.figures} == {"https://opencollective.com/widget"}
    assert {one.licence_class for one in known.record.figures} == {"attribution"}
    assert unknown.status == "missing"
    ((path, headers, body),) = upstream.asked
    query = json.loads(body)["query"]
    assert path == "/graphql/v2" and "personal-token" not in headers
    assert r'a1: account(slug: "odd\"slug", throwIfMissing: false) { ...F }' in query
    assert query.count("fragment F on Account") == 1 and "periodInMonths: 12" in query


def test_zero_is_zero_and_null_is_not_known(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = {"data": {"a0": account(balance=0, year=None)}}
    (outcome,) = ask(asker, upstream, "widget")
    assert told(outcome) == {"collective_balance": ("0", "EUR", "2026-03-01")}


def test_zero_has_no_sign(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = Reply(200, json.dumps({"data": {"a0": account(balance=-0.0, year=-0.0)}}).encode())
    (outcome,) = ask(asker, upstream, "widget")
    assert {amount for amount, _, _ in told(outcome).values()} == {"0"}


@pytest.mark.parametrize("slug", ["gear", "", 5])
def test_an_answer_about_another_collective_is_refused(asker: Asker, upstream: Upstream, slug: Any) -> None:
    upstream.reply = {"data": {"a0": account(slug=slug), "a1": account(slug="Gear")}}
    other, same = ask(asker, upstream, "widget", "gear")
    assert (other.status, other.record) == ("unknown", None)
    assert [one.field for one in other.refused_values] == ["opencollective"]
    assert same.status == "ok"


def test_cents_are_exact_however_they_are_written(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = {"data": {"a0": account(balance=Decimal("9007199254741.0"), year=Decimal("101.5"))}}
    (outcome,) = ask(asker, upstream, "widget")
    assert {measure: Decimal(amount) for measure, (amount, _, _) in told(outcome).items()} == {
        "collective_balance": Decimal("90071992547.41"),
        "collective_income_12m": Decimal("1.015"),
    }


@pytest.mark.parametrize("host", [{"isHost": True}, {"type": "ORGANIZATION"}])
def test_the_money_of_a_fiscal_host_is_refused(asker: Asker, upstream: Upstream, host: dict[str, Any]) -> None:
    upstream.reply = {"data": {"a0": account(**host)}}
    (outcome,) = ask(asker, upstream, "foundation")
    assert told(outcome) == {}
    assert {one.field for one in outcome.refused_values} == {"collective_balance", "collective_income_12m"}


@pytest.mark.parametrize(
    ("state", "note"), [({"isArchived": True, "isActive": False}, "archived"), ({"isActive": False}, "inactive")]
)
def test_what_is_archived_keeps_its_balance_with_a_note(
    asker: Asker, upstream: Upstream, state: dict[str, Any], note: str
) -> None:
    upstream.reply = {"data": {"a0": account(**state)}}
    (outcome,) = ask(asker, upstream, "widget")
    assert isinstance(outcome.record, Organization)
    assert [one.note for one in outcome.record.figures] == [note, note]


@pytest.mark.parametrize(
    "absurd",
    [{"balance": -1}, {"balance": Decimal("1e30")}, {"balance": "12.00"}, {"currency": "BTC"}, {"currency": None}],
)
def test_absurd_amounts_are_refused_with_a_record(asker: Asker, upstream: Upstream, absurd: dict[str, Any]) -> None:
    upstream.reply = {"data": {"a0": account(**absurd)}}
    (outcome,) = ask(asker, upstream, "widget")
    assert "collective_balance" not in told(outcome)
    assert "collective_balance" in {one.field for one in outcome.refused_values}


def test_an_error_concerns_its_alias_alone(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = {
        "data": {"a0": None, "a1": account(), "a2": account(balance=None)},
        "errors": [
            {"message": "Unauthenticated", "path": ["a0"]},
            {"message": "Too slow", "path": ["a2", "stats", "balance"]},
        ],
    }
    lost, whole, part = ask(asker, upstream, "gear", "widget", "lever")
    assert (lost.status, lost.error, lost.record) == (None, "Unauthenticated", None)
    assert (whole.status, whole.error) == ("ok", None)
    assert (part.status, part.error, set(told(part))) == ("ok", "Too slow", {"collective_income_12m"})


@pytest.mark.parametrize(
    "reply",
    [
        {"errors": [{"message": "Something broke"}]},
        {"data": {"a0": None}, "errors": [{"message": "Something broke"}]},
        {"data": {}},
        {"data": {"a0": "text"}},
        html_reply(200, "Please wait"),
        json_reply(404, {"error": "no"}),
    ],
)
def test_what_is_no_answer_is_a_failure_and_never_missing(asker: Asker, upstream: Upstream, reply: Any) -> None:
    upstream.reply = reply
    (outcome,) = ask(asker, upstream, "widget")
    assert outcome.status is None and outcome.error and outcome.record is None


def test_a_query_that_is_refused_as_a_whole_is_asked_in_halves(asker: Asker, upstream: Upstream) -> None:
    def answer(path: str, body: bytes) -> Any:
        aliases = json.loads(body)["query"].count("account(slug:")
        if aliases > 40:
            return json_reply(400, {"errors": [{"message": "Syntax Error: Token limit of 1500 exceeded."}]})
        return {"data": {f"a{number}": account() for number in range(aliases)}}

    upstream.reply = answer
    outcomes = ask(asker, upstream, *(f"widget-{number}" for number in range(90)))
    assert [outcome.subject.name for outcome in outcomes] == [f"widget-{number}" for number in range(90)]
    assert {outcome.status for outcome in outcomes} == {"ok"}
    assert len(upstream.asked) == 4  # 80 refused, twice 40, and the last ten


def test_a_refused_token_is_told_without_the_token(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = Reply(403, json.dumps({"message": f"{TOKEN} is none"}).encode())
    outcomes, stop = asker.fetch_until_stop(
        OpenCollectiveSource(TODAY),
        [Subject(source="opencollective", name="widget")],
        others={"opencollective": upstream.base_url},
        keys={"opencollective": Secret(TOKEN)},
    )
    assert upstream.asked[0][1]["personal-token"] == TOKEN
    assert outcomes == [] and "OPENCOLLECTIVE_TOKEN" in str(stop) and TOKEN not in str(stop)
