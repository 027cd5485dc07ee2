"""The upstreams of money: where each answers, what was recorded, and that nothing is made up of real names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from defusedxml import ElementTree

from crawler.sandbox import RECORDED_ON, Elsewhere, made_up_world, recorded_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.money.made_up import made_up_books
from crawler.sandbox.money.record import SERVED
from crawler.sandbox.money.recorded import recorded_books
from crawler.sandbox.replies import html_reply
from crawler.seeds import read_seeds
from crawler.settings import OTHER_HOSTS

SHIPPED = Path(__file__).parents[2] / "seeds.yml"


@pytest.fixture(scope="module")
def recorded() -> Iterator[Elsewhere]:
    with Elsewhere(recorded_world(), recorded_books()) as hosts:
        yield hosts


def test_every_host_of_the_settings_has_a_stand_in(recorded: Elsewhere) -> None:
    assert recorded.hosts.keys() == {name for hosts in OTHER_HOSTS.values() for name in hosts}
    assert recorded.hosts["feeds"] == recorded.web_url
    assert recorded.hosts["yahoo_cookie"] == recorded.hosts["yahoo"] == f"{recorded.base_url}/yahoo"


def test_recorded_facts_stand_in_the_list_with_their_dates_and_pages() -> None:
    books = recorded_books()
    listed = {one.id: one for one in read_seeds(SHIPPED).organizations}
    assert sum(len(account.entries) for account in books.accounts.values()) > 30
    for account in books.accounts.values():
        known = {
            (one.measure, Decimal(one.amount), one.currency, one.as_of, one.source_url)
            for one in listed[account.id].figures
        }
        said = {(one.measure, one.amount, one.currency, one.as_of, one.source_url) for one in account.entries}
        assert said <= known, account.id
        assert {one.measure for one in account.entries} <= SERVED
        assert all(one.as_of <= RECORDED_ON.isoformat() for one in account.entries), account.id


def test_coins_as_of_the_recording(recorded: Elsewhere, client: httpx.Client) -> None:
    address = f"{recorded.hosts['coingecko']}/api/v3/coins/markets?vs_currency=usd&per_page=250&page=1&ids="
    coins = client.get(address + "cosmos,polkadot,bitcoin,internet-computer").json()
    # The newest of two; the first figure of Polkadot is of five days later.
    assert [(coin["id"], coin["market_cap"], coin["last_updated"][:10]) for coin in coins] == [
        ("cosmos", 2_600_000_000, "2023-09-23"),
        ("internet-computer", 1_470_000_000, "2023-09-08"),
    ]
    assert client.get(address.replace("usd", "eur") + "cosmos").status_code == 422
    assert client.get(recorded.hosts["coingecko"] + "/api/v3/ping").status_code == 404


def test_rates_of_the_recordings_days(recorded: Elsewhere, client: httpx.Client) -> None:
    cube = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
    folder = recorded.hosts["ecb"] + "/stats/eurofxref/"
    days = {}
    for name in ("eurofxref-daily.xml", "eurofxref-hist-90d.xml"):
        root = ElementTree.fromstring(client.get(folder + name).content)
        days[name] = [one.get("time") for one in root.iter(cube) if one.get("time")]
    assert days["eurofxref-daily.xml"] == ["2023-09-25"]
    newest, *_, oldest = days["eurofxref-hist-90d.xml"]
    assert (newest, oldest, len(days["eurofxref-hist-90d.xml"])) == ("2023-09-25", "2023-06-27", 65)
    assert client.get(folder + "eurofxref-hist.zip").status_code == 404


def test_nobody_has_a_collective_in_the_recording(recorded: Elsewhere, client: httpx.Client) -> None:
    query = 'query { a0: account(slug: "wasmedge", throwIfMissing: false) { slug } }'
    answer = client.post(recorded.hosts["opencollective"] + "/graphql/v2", json={"query": query})
    assert answer.json() == {"data": {"a0": None}}


def test_faults_strike_a_kind_of_host_and_the_log_keeps_it(client: httpx.Client) -> None:
    with Elsewhere(made_up_world(1)) as hosts:
        hosts.faults.replace(Fault(html_reply(200, "Attention"), kind="coingecko"))
        assert "html" in client.get(hosts.hosts["coingecko"] + "/api/v3/coins/markets").headers["content-type"]
        assert client.get(hosts.hosts["raw"] + "/acme-00/widget-0/HEAD/none.json").status_code == 404
        assert [(seen.kind, seen.struck, seen.status) for seen in hosts.log] == [
            ("coingecko", True, 200),
            ("raw", False, 404),
        ]


def test_made_up_books_are_of_made_up_owners_alone() -> None:
    world = made_up_world(60, today=RECORDED_ON)
    books = made_up_books(world)
    assert list(books.accounts) == [f"acme-0{number}" for number in range(6)]
    assert {account.name for account in books.accounts.values()} == {f"Made-up {login}" for login in books.accounts}
    measures = [sorted({one.measure for one in account.entries}) for account in books.accounts.values()]
    coin, company, collective = (
        ["funding_round", "funding_total", "token_market_cap"],
        ["market_cap"],
        ["collective_balance", "collective_income_12m"],
    )
    assert measures == [company, coin, collective] * 2
    assert (books.accounts["acme-05"].parent, books.accounts["acme-00"].parent) == ("acme-00", None)
    assert max(books.rates) == "2023-09-25"
