"""CoinGecko: one question for all networks, caps with their date, and nothing where the supply is not verified."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from asking import Asker
from upstreams import Upstream

from crawler.model import Money, Organization, Outcome, Refused, Subject
from crawler.sandbox.replies import html_reply, json_reply
from crawler.secret import Secret
from crawler.sources.money.coingecko import CoinGeckoSource

KEY = "CG-a-key-of-the-tests"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


def coin(name: str, cap: Any, seen: Any = "2023-09-08T23:58:01.000Z", **more: Any) -> dict[str, Any]:
    return {"id": name, "market_cap": cap, "last_updated": seen, "fully_diluted_valuation": Decimal(9) * 10**12, **more}


def ask(asker: Asker, upstream: Upstream, *names: str, **settings: Any) -> list[Outcome]:
    subjects = [Subject(source="coingecko", name=name, organization_ids=(name,)) for name in names]
    return asker.fetch(CoinGeckoSource(), subjects, others={"coingecko": upstream.base_url}, **settings)


def figures(outcome: Outcome) -> tuple[Money, ...]:
    assert isinstance(outcome.record, Organization)
    return outcome.record.figures


def test_all_networks_in_one_question(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = [coin("gear", Decimal("1470000000.25"), current_price=Decimal("3.27")), coin("widget", 52)]
    outcomes = ask(asker, upstream, "widget", "gear", "no one")
    ((path, headers, _),) = upstream.asked
    assert path == "/api/v3/coins/markets?vs_currency=usd&ids=widget,gear,no%20one&per_page=250&page=1"
    assert "x-cg-demo-api-key" not in headers and "authorization" not in headers
    assert [outcome.status for outcome in outcomes] == ["ok", "ok", "missing"]
    assert figures(outcomes[1]) == (
        Money(
            measure="token_market_cap",
            amount="1470000000.25",
            currency="USD",
            as_of="2023-09-08",
            source_url="https://www.coingecko.com/en/coins/gear",
            method="reported",
            licence_class="attribution",
        ),
    )
    assert figures(outcomes[0])[0].amount == "52"


def test_more_than_a_page_holds_are_several_questions(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = []
    names = [f"coin-{number}" for number in range(251)]
    assert len(ask(asker, upstream, *names)) == 251
    assert [path.count("coin-") for path, _, _ in upstream.asked] == [250, 1]
    assert CoinGeckoSource().cost([Subject(source="coingecko", name=name) for name in names]).requests == 2


def test_a_key_goes_into_its_header_and_into_no_message(asker: Asker, upstream: Upstream) -> None:
    upstream.reply = json_reply(403, {"message": f"{KEY} is blocked"})
    subject = Subject(source="coingecko", name="gear")
    outcomes, stop = asker.fetch_until_stop(
        CoinGeckoSource(), [subject], others={"coingecko": upstream.base_url}, keys={"coingecko": Secret(KEY)}
    )
    assert upstream.asked[0][1]["x-cg-demo-api-key"] == KEY
    assert outcomes == [] and "COINGECKO_API_KEY" in str(stop) and KEY not in str(stop)


@pytest.mark.parametrize("cap", [0, Decimal("0.0"), None])
def test_a_supply_that_is_not_verified_is_no_figure_and_no_zero(asker: Asker, upstream: Upstream, cap: Any) -> None:
    upstream.reply = [coin("gear", cap)]
    (outcome,) = ask(asker, upstream, "gear")
    assert (outcome.status, outcome.note) == ("ok", "the supply is not verified")
    assert figures(outcome) == () and outcome.refused_values == ()


@pytest.mark.parametrize(
    ("absurd", "reason"),
    [
        ({"cap": -5}, "a negative amount"),
        ({"cap": Decimal("1e30")}, "more than 1,000,000,000,000,000"),
        ({"cap": "1470000000"}, "no number"),
        ({"cap": {"usd": 5}}, "no number"),
        ({"cap": True}, "no number"),
        ({"seen": "2999-01-01T00:00:00Z"}, "without a date"),
        ({"seen": None}, "without a date"),
        ({"current_price": 2, "circulating_supply": 100}, "far from price times supply"),
    ],
)
def test_absurd_values_are_refused_with_a_record(
    asker: Asker, upstream: Upstream, absurd: dict[str, Any], reason: str
) -> None:
    upstream.reply = [coin("gear", **({"cap": 1000} | absurd))]
    (outcome,) = ask(asker, upstream, "gear")
    assert figures(outcome) == ()
    assert [(one.field, one.reason) for one in outcome.refused_values] == [("token_market_cap", reason)]
    assert isinstance(outcome.refused_values[0], Refused)


@pytest.mark.parametrize(
    "reply", [html_reply(200, "Attention"), json_reply(200, {"status": {"error_code": 10006}}), json_reply(404, [])]
)
def test_an_answer_that_is_no_list_fails_and_says_nothing_of_the_networks(
    asker: Asker, upstream: Upstream, reply: Any
) -> None:
    upstream.reply = reply
    (outcome,) = ask(asker, upstream, "gear")
    assert outcome.error and outcome.status is None and outcome.record is None
