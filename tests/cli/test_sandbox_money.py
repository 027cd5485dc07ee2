"""`crawler refresh --sandbox` asks the upstreams of money, once, and a live refresh keeps nothing of their answers."""

from __future__ import annotations

import json
from pathlib import Path

from crawling import TOKEN, command

from crawler.sandbox import SandboxServer, made_up_world
from crawler.store.database import open_reader

LIST = """
categories:
  - name: Made up
    subcategories:
      - name: Widgets
        items:
          - name: widget-0
            organization: networks
            repo_url: https://github.com/acme-00/widget-0
organizations:
  - {id: networks, name: Networks, token_id: cosmos}
  - {id: unknown, name: Unknown, token_id: no-such-coin, opencollective_slug: nobody}
"""
FIGURES = "SELECT source, measure, amount, currency, as_of, licence_class, source_url FROM figures"
FETCHES = (
    "SELECT source, subject, status FROM fetches WHERE source IN ('coingecko', 'ecb', 'opencollective') ORDER BY 1, 2"
)


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    connection = open_reader(database)
    try:
        return [tuple(row) for row in connection.execute(query)]
    finally:
        connection.close()


def test_recorded_money_is_asked_for_once_and_gone_with_the_first_live_answer(tmp_path: Path) -> None:
    seeds, database = tmp_path / "seeds.yml", tmp_path / "landscape.db"
    seeds.write_text(LIST, encoding="utf-8")
    # Addresses and keys of the environment are nothing to the sandbox.
    elsewhere = {"CRAWLER_COINGECKO_URL": "http://127.0.0.1:9", "COINGECKO_API_KEY": "a-key-of-the-environment"}
    done = command("refresh", seeds, "--db", database, "--sandbox", money=True, **elsewhere)
    assert done.code == 0, done.err
    page = "https://www.coingecko.com/en/coins/cosmos"
    cap = ("coingecko", "token_market_cap", "2600000000", "USD", "2023-09-23", "attribution", page)
    assert rows(database, FIGURES) == [cap]
    assert rows(database, FETCHES) == [
        ("coingecko", "cosmos", "ok"),
        ("coingecko", "no-such-coin", "missing"),
        ("ecb", "rates", "ok"),
        ("opencollective", "nobody", "missing"),
    ]
    newest = "SELECT rate FROM exchange_rates WHERE currency = 'USD' ORDER BY day DESC LIMIT 1"
    assert rows(database, newest) == [("1.0633",)]

    again = command("refresh", seeds, "--db", database, "--sandbox", "--json", money=True, **elsewhere)
    assert (again.code, json.loads(again.out)["requests"]) == (0, 0)

    with SandboxServer(made_up_world(1), token=TOKEN) as server:
        github = {"GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url, "GITHUB_TOKEN": TOKEN}
        assert command("refresh", seeds, "--db", database, **github).code == 0
    assert rows(database, FIGURES) == rows(database, "SELECT day FROM exchange_rates") == []
