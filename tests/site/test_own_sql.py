"""SQL of one's own beside restricted figures: everything works but what would read them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from small_landscape import restrict, write_small_landscape
from strangers_sql import ALLOWED, NO_QUESTIONS, REFUSED, WRONG

from crawler.site.guarding import Request, answering
from crawler.site.metadata import canned_queries
from crawler.store import open_writer
from crawler.store.closed import Gate, all_relations, closed_relations

AMOUNT = "987654321"

Opened = Callable[..., AbstractContextManager[Datasette]]


@pytest.fixture(scope="module")
def restricted_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "restricted.db"
    write_small_landscape(path, with_answers=True)
    restrict(path)
    return path


@pytest.fixture(scope="module")
def found_file(restricted_file: Path) -> Path:
    """The same where a restricted source has found an organisation."""
    path = restricted_file.with_name("found.db")
    path.write_bytes(restricted_file.read_bytes())
    with closing(open_writer(path)) as connection:
        connection.execute("UPDATE organizations SET found_by = 'yahoo' WHERE id = 'acme'")
        connection.commit()
    return path


@pytest.fixture(scope="module")
def restricted(restricted_file: Path, opened: Opened) -> Iterator[Datasette]:
    with opened(restricted_file) as site:
        yield site


def ask(site: Datasette, path: str, **parameters: Any) -> httpx.Response:
    response: httpx.Response = asyncio.run(site.client.get(path, params=parameters or None))
    return response


@pytest.mark.parametrize("sql", REFUSED)
def test_what_reads_a_closed_table_is_refused(restricted: Datasette, sql: str) -> None:
    answer = ask(restricted, "/landscape.json", sql=sql)
    assert answer.status_code == 403
    assert AMOUNT not in answer.text


@pytest.mark.parametrize("sql", WRONG)
def test_what_is_no_question_is_refused_too(restricted: Datasette, sql: str) -> None:
    answer = ask(restricted, "/landscape.json", sql=sql)
    assert answer.status_code in {400, 403}
    assert AMOUNT not in answer.text


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_reads_none_works(restricted: Datasette, sql: str) -> None:
    answer = ask(restricted, "/landscape.json", sql=sql)
    assert answer.status_code == (400 if sql in NO_QUESTIONS else 200), answer.text
    assert AMOUNT not in answer.text


@pytest.mark.parametrize("sql", [sql for sql in [*REFUSED, *WRONG] if not sql.startswith("pragma")])
def test_sqlite_itself_refuses_them_without_datasette(restricted_file: Path, sql: str) -> None:
    with closing(sqlite3.connect(f"{restricted_file.as_uri()}?mode=ro", uri=True)) as connection:
        relations, closed = all_relations(connection), closed_relations(connection)
        connection.set_authorizer(Gate(relations, closed, sql))
        with pytest.raises((sqlite3.Error, sqlite3.Warning)):
            connection.execute(sql).fetchall()


def test_a_refusal_names_what_is_closed_and_what_opens_it(restricted: Datasette) -> None:
    answer = ask(restricted, "/landscape.json", sql="select central, amount from ecosystem_value, figures")
    assert answer.status_code == 403
    assert "ecosystem_value, figures." in answer.json()["error"]
    assert "--include-restricted" in answer.json()["error"]
    page = ask(restricted, "/landscape", sql="select amount from figures").text
    assert "figures" in page
    assert "crawler db publishable" in page


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("name like 'W%'", 200),
        ("id in (select project_id from landscape)", 200),
        ("id in (select organization_id from figures)", 403),
        ("1) union select amount from figures where (1", 400),
        ("id in (select id from projects union select organization_id from figures)", 403),
        ("(select count(*) from FIGURES) > 0", 403),
        ("1 limit (select amount from figures) --", 403),
    ],
)
@pytest.mark.parametrize("path", ["/landscape/projects", "/landscape/projects.json", "/landscape/projects.csv"])
def test_conditions_of_ones_own(restricted: Datasette, path: str, where: str, status: int) -> None:
    assert ask(restricted, path, _where=where, _facet="organization_id").status_code == status
    assert ask(restricted, path, _where=["1", where]).status_code == status


def test_forms_for_sql_are_there(restricted: Datasette) -> None:
    assert "<textarea" in ask(restricted, "/landscape").text
    assert "sql=select" in ask(restricted, "/landscape/projects").text
    assert ask(restricted, "/landscape.csv", sql="select name from projects").status_code == 200


def test_our_own_questions_may_be_asked_as_sql_too(restricted: Datasette) -> None:
    sql = canned_queries()["money_figures"].sql
    answer = ask(restricted, "/landscape", sql=sql)
    assert answer.status_code == 200
    assert AMOUNT not in answer.text
    assert ask(restricted, "/landscape", sql=f"{sql} OR 1").status_code == 403


def test_our_pages_read_on_whatever_stands_in_their_address(restricted: Datasette) -> None:
    for path in ("/", "/organizations/acme", "/value"):
        answer = ask(restricted, path, sql="select amount from figures", _where="1")
        assert answer.status_code == 200, path
        assert AMOUNT not in answer.text


def test_what_python_keeps_prepared_is_judged_again(opened: Opened, database: Path) -> None:
    sql = "select amount from figures order by id desc"
    with opened(database) as site:
        for _ in range(20):
            assert ask(site, "/landscape.json", sql=sql).status_code == 200
        restrict(database)
        for _ in range(20):
            assert ask(site, "/landscape.json", sql=sql).status_code == 403
        assert ask(site, "/landscape.json", sql="select 1").status_code == 200
        assert ask(site, "/").status_code == 200


def test_a_figure_that_comes_between_check_and_answer_is_not_read(opened: Opened, database: Path) -> None:
    with opened(database) as site:
        landscape = site.databases["landscape"]
        run = landscape.execute_fn

        async def late(work: Callable[[sqlite3.Connection], Any]) -> Any:
            # Datasette has asked whether SQL is allowed, and comes here to run it.
            if not is_done:
                is_done.append(True)
                restrict(database)
            return await run(work)

        is_done: list[bool] = []
        landscape.execute_fn = late
        answer = ask(site, "/landscape.json", sql="select amount from figures")
        assert is_done
        assert answer.status_code == 403
        assert AMOUNT not in answer.text


def test_a_figure_that_comes_after_the_look_is_not_seen(opened: Opened, database: Path) -> None:
    with opened(database) as site:

        def work(connection: sqlite3.Connection) -> list[Any]:
            restrict(database)
            return connection.execute("select amount from figures where id = 900").fetchall()

        with answering(Request(brings_sql=True)):
            assert asyncio.run(site.databases["landscape"].execute_fn(work)) == []


def test_organisations_are_read_through_the_list_alone(opened: Opened, found_file: Path) -> None:
    with opened(found_file) as site:
        for sql in (
            "select name from organizations",
            "with landscape as (select name from organizations) select * from landscape",
            "with\n[GROWTH](n) as (select name from organizations) select * from growth, main.landscape",
            "select name from (select * from organizations) as landscape",
        ):
            assert ask(site, "/landscape.json", sql=sql).status_code == 403, sql
        for sql in ("select organization from landscape", "select count(*) from landscape", "select * from growth"):
            assert ask(site, "/landscape.json", sql=sql).status_code == 200, sql
        answer = ask(site, "/landscape/projects", _where="1")
        assert answer.status_code == 200


def test_sql_over_all_databases_together_is_closed(restricted_file: Path) -> None:
    site = Datasette([str(restricted_file)], crossdb=True)
    answer = ask(site, "/_memory.json", sql="select amount from [restricted].figures")
    assert answer.status_code == 403
    assert ask(site, "/restricted.json", sql="select 1").status_code == 200
