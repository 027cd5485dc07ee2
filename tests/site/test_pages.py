"""The pages of the site, over a real file, asked in this process."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from small_landscape import write_small_landscape

from crawler.errors import UsageFault
from crawler.site.app import make_site
from crawler.site.metadata import canned_queries
from crawler.store import open_writer, transaction
from crawler.store.dictionary import load_dictionary

Get = Callable[..., httpx.Response]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The small landscape, with something for every question."""
    path = tmp_path / "my landscape.db"
    write_small_landscape(path, with_answers=True)
    return path


@pytest.fixture(scope="module")
def shared_site(
    opened: Callable[..., AbstractContextManager[Datasette]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Datasette]:
    """The same for tests that only look."""
    path = tmp_path_factory.mktemp("answers") / "my landscape.db"
    write_small_landscape(path, with_answers=True)
    with opened(path) as site:
        yield site


def _asking(site: Datasette) -> Get:
    def ask(path: str, **parameters: str) -> httpx.Response:
        response: httpx.Response = asyncio.run(site.client.get(path, params=parameters))
        assert response.status_code == 200, (path, response.text)
        return response

    return ask


@pytest.fixture
def get(shared_site: Datasette) -> Get:
    """Asks the site for a page; the answer must be 200."""
    return _asking(shared_site)


@pytest.fixture
def get_own(site: Datasette) -> Get:
    """The same of a file that the test may change."""
    return _asking(site)


def rows(get: Get, name: str, **parameters: str) -> list[dict[str, Any]]:
    """The rows of a table, view or canned query as objects."""
    answer: list[dict[str, Any]] = get(f"/landscape/{name}.json", _shape="array", **parameters).json()
    return answer


def test_the_page_of_the_database_leads_to_the_landscape_and_to_every_question(get: Get) -> None:
    page = get("/landscape").text
    for name in ("landscape", *canned_queries()):
        assert f'href="/landscape/{name}"' in page
        get(f"/landscape/{name}")
    assert "recorded figures of 2023-09-25" in page


@pytest.mark.parametrize("name", [*load_dictionary().views, *load_dictionary().tables])
def test_every_table_and_view_has_a_page_in_words(get: Get, name: str) -> None:
    words = (load_dictionary().views | load_dictionary().tables)[name]
    page = html.unescape(get(f"/landscape/{name}").text)
    assert words.title in page
    assert words.description in page


def test_landscape_is_sorted_by_stars_with_facets_and_column_descriptions(get: Get) -> None:
    page = get("/landscape/landscape").text
    assert page.index("Wasmtime") < page.index("Lucet") < page.index("Grain")
    assert 'data-column-description="Stars of the primary repository' in page
    assert "_facet=category" in page or "category=Wasm+Runtimes" in page
    assert "Former Member" not in page


def test_landscape_can_be_sorted_by_a_column_of_choice(get: Get) -> None:
    found = rows(get, "landscape", _sort="project")
    assert [row["project"] for row in found] == ["Grain", "Hosted Platform", "Lucet", "Wasmtime"]


def test_foreign_keys_read_as_names(get: Get) -> None:
    page = get("/landscape/projects").text
    assert ">Bytecode Alliance</a>" in page
    assert ">All Runtimes</a>" in page
    assert ">bytecodealliance/wasmtime</a>" in get("/landscape/project_repositories").text


def test_facets_of_foreign_keys_read_as_names(get: Get) -> None:
    facets = get("/landscape/projects.json").json()["facet_results"]
    assert {result["label"] for result in facets["organization_id"]["results"]} == {"Bytecode Alliance", "Acme & Sons"}


def test_search_finds_projects_by_the_name_of_their_organisation(get: Get) -> None:
    assert [row["id"] for row in rows(get, "projects", _search="bytecode")] == ["lucet", "wasmtime"]
    assert [row["id"] for row in rows(get, "projects", _search="grain")] == ["grain"]


@pytest.mark.parametrize("name", canned_queries())
def test_every_canned_query_has_rows_when_nothing_is_filled_in(get: Get, name: str) -> None:
    assert rows(get, name)
    page = get(f"/landscape/{name}").text
    assert "zero-results" not in page
    assert "message-error" not in page


def test_category_narrows_the_most_starred_projects(get: Get) -> None:
    assert [row["project"] for row in rows(get, "most_starred", category="runtime")] == ["Wasmtime", "Lucet"]
    assert rows(get, "most_starred", category="nothing of the kind") == []


def test_releases_are_counted_back_from_the_day_of_the_recording(get: Get) -> None:
    assert [row["tag_name"] for row in rows(get, "recent_releases")] == ["v13.0.0"]
    assert rows(get, "recent_releases", days="3") == []
    # A latest release without a stored row of its own is shown too, once.
    tags = [row["tag_name"] for row in rows(get, "recent_releases", days="3650")]
    assert tags == ["v13.0.0", "v12.0.0", "v0.6"]


def test_releases_are_counted_back_from_now_after_a_live_refresh(get_own: Get, database: Path) -> None:
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute("INSERT INTO runs (mode, started_at) VALUES ('live', '2026-11-23T12:00:00Z')")
        connection.execute(
            "INSERT INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url, first_seen_at)"
            " VALUES (1, 'v14.0.0', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 0, 0, NULL, '')"
        )
    assert [row["tag_name"] for row in rows(get_own, "recent_releases")] == ["v14.0.0"]


def test_quiet_projects_says_which_are_archived_and_which_only_quiet(get: Get) -> None:
    assert [(row["project"], row["state"]) for row in rows(get, "quiet_projects")] == [("Lucet", "archived")]
    quiet = {row["project"]: row["state"] for row in rows(get, "quiet_projects", days="0")}
    assert quiet == {"Lucet": "archived", "Wasmtime": "quiet"}


def test_licences_keep_not_known_apart_from_not_approved(get: Get) -> None:
    answer = rows(get, "licenses")
    found = {(row["what"], row["license"]): row["repositories"] for row in answer}
    assert [row["what"] for row in answer] == ["OSI approved"] * 2 + ["licence"] * 3
    assert found["OSI approved", "yes"] == 1
    assert found["OSI approved", "not known"] == 2
    assert ("OSI approved", "no") not in found
    assert found["licence", "Apache-2.0"] == found["licence", "NOASSERTION"] == found["licence", "not known"] == 1


def test_languages_add_up_over_repositories(get: Get) -> None:
    rust, c = rows(get, "languages_by_bytes")
    assert (rust["language"], rust["bytes"], rust["percent"], rust["repositories"]) == ("Rust", 950, 95.0, 2)
    assert (c["language"], c["as_primary_language"]) == ("C", 0)


def test_unanswered_names_everything_without_a_good_answer_and_the_reason(get: Get) -> None:
    assert {(row["state"], row["subject"], row["reason"]) for row in rows(get, "unanswered")} == {
        ("no repository on GitHub", "Hosted Platform", None),
        ("unknown", "grain-lang/grain", None),
        ("failed", "grain-lang/grain", "HTTP 502"),
    }


def test_totals_by_category_leaves_unknown_totals_empty(get: Get) -> None:
    runtimes, languages = rows(get, "totals_by_category")
    assert (runtimes["category"], runtimes["group"], runtimes["projects"]) == ("Wasm Runtimes", "Dev", 2)
    assert (languages["category"], languages["stars"]) == ("Programming Languages", None)


def test_shadow_tables_and_bookkeeping_are_hidden(get: Get) -> None:
    tables = get("/landscape.json").json()["tables"]
    hidden = {table["name"] for table in tables if table["hidden"]}
    shown = {table["name"] for table in tables if not table["hidden"]}
    assert {"projects_fts", "projects_fts_data", "validators", "quotas"} <= hidden
    assert shown == set(load_dictionary().tables) - hidden


def test_pages_have_our_style(get: Get) -> None:
    style = "/-/static-plugins/landscape-crawler/datasette.css"
    assert f'"{style}?' in get("/landscape/landscape").text
    assert "column-descriptions" in get(style).text


@pytest.mark.parametrize("path", ["/", "/landscape", "/landscape/landscape", "/landscape/most_starred"])
def test_pages_ask_no_third_party(get: Get, path: str) -> None:
    page = get(path).text
    loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]+)\"", page)
    loaded += re.findall(r"<link\b[^>]*\bhref=\"([^\"]+)\"", page)
    assert loaded
    own = re.compile(r"/(?!/)|http://localhost/")
    assert [address for address in loaded if not own.match(address)] == []


def test_the_site_cannot_write(site: Datasette, database: Path) -> None:
    answer = asyncio.run(site.client.get("/landscape.json", params={"sql": "DELETE FROM projects"}))
    assert answer.status_code == 400
    with closing(open_writer(database)) as connection:
        assert connection.execute("SELECT count(*) FROM projects").fetchone()[0] == 5


def test_a_reader_never_blocks_a_writer_and_sees_what_it_commits(get_own: Get, database: Path) -> None:
    with closing(open_writer(database)) as connection:
        with transaction(connection):
            connection.execute("UPDATE projects SET name = 'Wasmtime 2' WHERE id = 'wasmtime'")
            assert "Wasmtime 2" not in get_own("/landscape/landscape").text
        assert "Wasmtime 2" in get_own("/landscape/landscape").text


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"no database at all, only some text" * 20)
    with pytest.raises(UsageFault):
        make_site(path)


def test_a_file_in_a_read_only_place_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection, transaction(connection):
        connection.execute("INSERT INTO \"groups\" (id, name, position) VALUES ('dev', 'Dev', 0)")
    # Rights do not stop the administrator, as whom tests may run: the place only says that it is read-only.
    monkeypatch.setattr("os.access", lambda place, mode: False)
    site = make_site(path)
    page: httpx.Response = asyncio.run(site.client.get("/landscape/groups"))
    assert (page.status_code, "Dev" in page.text) == (200, True)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["landscape.db"]
