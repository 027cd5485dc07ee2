"""What people get from plain Datasette with our files and our plugin, the same in 0.65 and in 1.0."""

from __future__ import annotations

import html
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasette.version import __version_info__
from strangers_sql import ALLOWED, NO_QUESTIONS, REFUSED

from crawler.site.links import PATHS
from crawler.site.metadata import SETTINGS, canned_queries
from crawler.store.dictionary import load_dictionary

IS_1 = str(__version_info__[0]) != "0"
WORDS = load_dictionary().views | load_dictionary().tables
KEYS = {"project": "wasmtime", "organization": "bytecode-alliance", "category": "runtimes"}
AMOUNT = "987654321"
Ask = Callable[..., Any]

# Datasette leaves connections and streams to the garbage collector, and warns of its own ways.
pytestmark = [pytest.mark.filterwarnings("default")]


def rows(answer: Any) -> list[dict[str, Any]]:
    found = answer.json()
    return found if isinstance(found, list) else found["rows"]


@pytest.mark.parametrize("name", WORDS)
def test_every_table_and_view_opens_in_words(ask: Ask, name: str) -> None:
    page = html.unescape(ask(f"/landscape/{name}").text)
    words = WORDS[name]
    assert words.title in page
    assert words.description in page
    for column, meaning in words.columns.items():
        assert column in page
        assert meaning in page
    assert "Data source" in page
    assert "Data license" in page
    assert isinstance(rows(ask(f"/landscape/{name}.json", _shape="objects")), list)


@pytest.mark.parametrize("name", canned_queries())
def test_every_question_opens_and_answers(ask: Ask, name: str) -> None:
    query = canned_queries()[name]
    page = html.unescape(ask(f"/landscape/{name}").text)
    assert query.title in page
    assert query.description in page
    for parameter in query.unfilled():
        assert f'name="{parameter}"' in page
    assert rows(ask(f"/landscape/{name}.json", _shape="array"))
    assert ask(f"/landscape/{name}.csv").text.count("\n") > 1


def test_questions_take_their_parameters(ask: Ask) -> None:
    found = rows(ask("/landscape/most_starred.json", _shape="array", category="runtime"))
    assert [row["project"] for row in found] == ["Wasmtime", "Lucet"]
    assert rows(ask("/landscape/most_starred.json", _shape="array", category="nothing of the kind")) == []


def test_facets_and_foreign_keys_read_as_names(ask: Ask) -> None:
    page = ask("/landscape/projects").text
    assert ">Bytecode Alliance</a>" in page
    assert ">All Runtimes</a>" in page
    facets = ask("/landscape/projects.json", **({"_extra": "facet_results"} if IS_1 else {})).json()["facet_results"]
    labels = {result["label"] for result in facets.get("results", facets)["organization_id"]["results"]}
    assert labels == {"Bytecode Alliance", "Acme & Sons"}


def test_landscape_is_sorted_by_stars(ask: Ask) -> None:
    found = rows(ask("/landscape/landscape.json", _shape="array"))
    assert [row["project"] for row in found] == ["Wasmtime", "Lucet", "Grain", "Hosted Platform"]


def test_search_finds_projects_by_the_name_of_their_organisation(ask: Ask) -> None:
    assert [row["id"] for row in rows(ask("/landscape/projects.json", _shape="array", _search="bytecode"))] == [
        "lucet",
        "wasmtime",
    ]


def test_bookkeeping_is_hidden(ask: Ask) -> None:
    tables = ask("/landscape.json").json()["tables"]
    hidden = {table["name"] for table in tables if table["hidden"]}
    assert {"projects_fts", "validators", "quotas", "waits"} <= hidden
    assert "projects" not in hidden


@pytest.mark.parametrize("name", PATHS)
def test_our_pages_open_in_the_same_place(ask: Ask, name: str) -> None:
    policy = ask(f"/{PATHS[name]}".format(key=KEYS.get(name, ""))).headers["content-security-policy"]
    assert "unsafe" not in policy


def test_datasettes_pages_lead_to_ours_and_names_do(ask: Ask) -> None:
    page = ask("/landscape").text
    for name in canned_queries():
        assert f'href="/landscape/{name}"' in page
    assert 'class="landscape-brand" href="/"' in page
    assert '<a href="/projects/wasmtime"><bdi>Wasmtime</bdi></a>' in ask("/landscape/projects").text
    assert '<a href="/projects/wasmtime"><bdi>Wasmtime</bdi></a>' in ask("/landscape/landscape").text
    assert 'href="/projects/wasmtime"' in ask("/landscape/projects/wasmtime").text


@pytest.mark.parametrize(
    "path", ["/landscape", "/landscape/landscape", "/landscape/projects/wasmtime", "/landscape/growing"]
)
def test_only_scripts_of_templates_run(ask: Ask, path: str) -> None:
    answer = ask(path)
    policy = answer.headers["content-security-policy"]
    (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", policy))
    inline = re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", answer.text)
    assert inline
    assert all(f'nonce="{nonce}"' in script for script in inline)
    # One handler is known, and named by its hash.
    assert set(re.findall(r'\son[a-z]+="([^"]*)"', answer.text)) <= {"openColumnChooser()"}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nobody_can_write(ask: Ask) -> None:
    path = "/landscape/-/query.json" if IS_1 else "/landscape.json"
    assert rows(ask(path, sql="select 1 as one", _shape="array")) == [{"one": 1}]
    answer = ask(path, 400, sql="delete from projects")
    assert not answer.json()["ok"]
    assert len(rows(ask("/landscape/projects.json", _shape="array"))) == 5


def test_an_error_shows_no_traceback(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Traceback" not in ask("/landscape/nothing-here", 404).text
    assert "Traceback" not in ask("/landscape/projects/nothing-here", 404).text
    assert "locals" not in capsys.readouterr().out


def closed_paths(database: str) -> list[str]:
    sql = f"/{database}/-/query.json" if IS_1 else f"/{database}.json"
    return [
        f"/{database}/figures",
        f"/{database}/figures.json",
        f"/{database}/figures/900.json",
        f"/{database}/figures.csv",
        f"/{database}/changes",
        f"/{database}/totals.json",
        f"/{database}/ecosystem_value",
        f"{sql}?sql=select+amount+from+figures",
        f"/{database}/organizations.json?_where=id+in+(select+organization_id+from+figures)",
        f"/{database}.db",
    ]


def check_closed(ask: Ask) -> None:
    for path in closed_paths("restricted"):
        assert AMOUNT not in ask(path, 403).text
    through = json.dumps({"table": "figures", "column": "amount", "value": AMOUNT})
    ask("/restricted/organizations.json", 403, _through=through)
    for path in ("/", "/restricted", "/restricted/landscape", "/restricted/organizations", "/organizations/acme"):
        assert AMOUNT not in ask(path).text


def test_restricted_figures_are_closed_by_the_plugin_alone(serve: Any, place: Path) -> None:
    with serve(place / "restricted.db", settings={"allow_download": True}) as ask:
        check_closed(ask)
        assert "crawler db publishable" in ask("/restricted/figures", 403).text


def test_own_sql_reads_what_is_open(serve: Any, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = "/restricted/-/query" if IS_1 else "/restricted"
    with serve(place / "restricted.db") as ask:
        for sql in REFUSED:
            assert AMOUNT not in ask(f"{path}.json", 403, sql=sql).text
        for sql in ALLOWED:
            assert AMOUNT not in ask(f"{path}.json", 400 if sql in NO_QUESTIONS else 200, sql=sql).text
        answer = ask(f"{path}.json", 403, sql="select central, amount from ecosystem_value, figures")
        assert "ecosystem_value, figures." in answer.json()["error"]
        ask(path, 403, sql="select amount from figures")
        page = ask(path, sql="select 1 as one").text
        assert "<textarea" in page
        assert ask(f"{path}.csv", sql="select 1 as one").text.split() == ["one", "1"]
        assert "<textarea" in ask("/restricted").text
        assert "sql=select" in ask("/restricted/projects").text
        for format_ in ("", ".json", ".csv"):
            ask(f"/restricted/projects{format_}", _where="name like 'W%'", _facet="organization_id")
            ask(f"/restricted/projects{format_}", 403, _where="id in (select organization_id from figures)")
        sent = ask(path, sql=canned_queries()["money_figures"].sql).text
        assert AMOUNT not in sent
    # Nor are the counts that Datasette goes on without.
    assert "ERROR" not in capsys.readouterr().err


def test_restricted_figures_are_closed_by_the_files_with_their_questions(serve: Any, told: Any, place: Path) -> None:
    with serve(place / "restricted.db", **told("restricted")) as ask:
        check_closed(ask)
        ask("/restricted/value_by_policy", 403)
        ask("/restricted/recent_changes", 403)
        assert "Acme" in ask("/restricted/money_figures").text
        assert AMOUNT not in ask("/restricted/money_figures").text
        page = ask("/restricted").text
        assert "/restricted/money_figures" in page
        assert "/restricted/value_by_policy" not in page


def test_who_may_see_restricted_figures_can_open_them(serve: Any, place: Path) -> None:
    plugins = {"plugins": {"landscape-crawler": {"include_restricted": True}}}
    with serve(place / "restricted.db", metadata=plugins) as ask:
        assert AMOUNT in ask("/restricted/figures").text


def test_another_database_is_left_as_it_is(serve: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    subprocess.run(
        [sys.executable, "-c", f"import sqlite3; sqlite3.connect({str(other)!r}).execute('create table t (a)')"],
        check=True,
    )
    with serve(other) as ask:
        answer = ask("/other/t")
        assert "content-security-policy" not in answer.headers
        assert "landscape-brand" not in answer.text


def test_the_program_takes_the_files_and_the_settings(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["landscape.db", "--metadata", "landscape-metadata.yaml", "--port", str(port)]
    arguments += ["--config", "landscape-datasette.yaml"] if IS_1 else ["--setting", "suggest_facets", "off"]
    process = subprocess.Popen(
        [sys.executable, "-m", "datasette", *arguments], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/settings.json") as answer:
                    settings = json.load(answer)
                break
            except urllib.error.URLError:
                assert process.poll() is None
                assert time.monotonic() < deadline
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/landscape/most_starred.json") as answer:
            assert json.load(answer)["rows"]
    finally:
        process.kill()
        process.communicate()
    assert settings["suggest_facets"] is False
    if IS_1:
        assert {name: settings[name] for name in SETTINGS} == SETTINGS
