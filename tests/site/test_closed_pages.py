"""Restricted figures in Datasette's own pages: closed, however one asks, until somebody opens them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
from datasette.app import Datasette
from small_landscape import restrict

AMOUNT = "987654321"
CLOSED = [
    "/landscape/figures",
    "/landscape/figures.json",
    "/landscape/figures/900.json",
    "/landscape/figures.csv?_stream=1",
    "/landscape/changes",
    "/landscape/totals.json",
    "/landscape/ecosystem_value",
    "/landscape/value_by_policy",
    "/landscape/recent_changes.json",
    "/landscape?sql=select+amount+from+figures",
    "/landscape.json?sql=select+amount+from+figures",
    "/landscape.csv?sql=select+amount+from+figures",
    "/landscape/organizations.json?_where=id+in+(select+organization_id+from+figures)",
    "/landscape.db",
]


Opened = Callable[..., AbstractContextManager[Datasette]]


def ask(site: Datasette, path: str, **parameters: str) -> httpx.Response:
    response: httpx.Response = asyncio.run(site.client.get(path, params=parameters or None))
    return response


def test_what_tells_a_restricted_figure_is_closed_and_says_why(opened: Opened, database: Path) -> None:
    restrict(database)
    with opened(database) as site:
        for path in CLOSED:
            answer = ask(site, path)
            assert answer.status_code in {403, 404 if path.endswith(".db") else 403}, path
            assert AMOUNT not in answer.text
        assert "crawler db publishable" in ask(site, "/landscape/figures").text
        assert ask(site, "/landscape/figures.json").json()["status"] == 403
        through = json.dumps({"table": "figures", "column": "amount", "value": AMOUNT})
        assert ask(site, "/landscape/organizations.json", _through=through).status_code == 403
        for path in ("/landscape", "/landscape/landscape", "/landscape/organizations", "/landscape/money_figures"):
            answer = ask(site, path)
            assert answer.status_code == 200, path
            assert AMOUNT not in answer.text
        page = ask(site, "/landscape").text
        assert "/landscape/figures" not in page
        assert "/landscape/value_by_policy" not in page
        assert "/landscape/money_figures" in page


def test_all_is_open_to_who_asked_for_restricted_figures(opened: Opened, database: Path) -> None:
    restrict(database)
    with opened(database, with_restricted=True) as site:
        for path in CLOSED[:-1]:
            assert ask(site, path).status_code == 200, path
        assert AMOUNT in ask(site, "/landscape/figures").text


def test_a_figure_that_comes_while_the_site_is_served_closes_its_tables(opened: Opened, database: Path) -> None:
    with opened(database) as site:
        assert ask(site, "/landscape/figures").status_code == 200
        restrict(database)
        assert ask(site, "/landscape/figures").status_code == 403


def test_without_restricted_figures_all_is_open(opened: Opened, database: Path) -> None:
    with opened(database) as site:
        for path in ("/landscape/figures", "/landscape/value_by_policy", "/landscape?sql=select+1"):
            assert ask(site, path).status_code == 200, path


def test_a_question_of_who_runs_the_server_is_judged_by_what_it_reads(opened: Opened, database: Path) -> None:
    restrict(database)
    with opened(database) as site:
        site._metadata_local["databases"]["landscape"]["queries"] |= {  # as their metadata.yaml would
            "safe": {"sql": "SELECT name FROM projects WHERE name LIKE :name"},
            "telling": {"sql": "SELECT name FROM organizations WHERE id IN (SELECT organization_id FROM figures)"},
        }
        assert ask(site, "/landscape/safe", name="W%").status_code == 200
        assert ask(site, "/landscape/telling").status_code == 403
