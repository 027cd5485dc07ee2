"""The page of changes, its feed, and how the landscape grew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import httpx
import pytest
from click.testing import CliRunner
from datasette.app import Datasette
from shown import showing

from crawler.cli import cli
from crawler.news.growth import read_counts
from crawler.news.reading import Wanted, count_events, read_events, read_some
from crawler.store import open_reader, open_writer, transaction

Get = Callable[..., httpx.Response]
ATOM = "{http://www.w3.org/2005/Atom}"


def happen(connection: object, number: int, kind: str, at: str, **columns: object) -> None:
    row = {"id": number, "kind": kind, "at": at, "observed_at": f"{at}T12:00:00Z", **columns}
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO changes ({names}) VALUES ({marks})", list(row.values()))  # type: ignore[attr-defined]


@pytest.fixture
def many(database: Path) -> Path:
    """The small landscape with 120 more releases, and one event that may not be published."""
    with closing(open_writer(database)) as connection, transaction(connection):
        for number in range(120):
            level = json.dumps({"level": "major" if number % 40 == 0 else "patch"})
            day = f"2023-0{1 + number // 20}-{1 + number % 20:02}"
            happen(connection, 100 + number, "release", day, project_id="wasmtime", after=f"v{number}", detail=level)
        happen(
            connection,
            300,
            "funding_round",
            "2023-09-01",
            organization_id="acme",
            after="123000000 USD",
            licence_class="restricted",
        )
    return database


@pytest.fixture
def ask(many: Path, opened: Callable[..., AbstractContextManager[Datasette]]) -> Iterator[Callable[..., str]]:
    """Asks a site over that file, with or without what may not be published."""
    with ExitStack() as stack:
        sites: dict[bool, Datasette] = {}

        def get(path: str, *, with_restricted: bool = False) -> str:
            if with_restricted not in sites:
                sites[with_restricted] = stack.enter_context(opened(many, with_restricted=with_restricted))
            response: httpx.Response = asyncio.run(sites[with_restricted].client.get(path))
            assert response.status_code == 200, response.text
            return response.text

        yield get


def test_events_are_sentences_with_links_newest_first(get_rich: Get) -> None:
    page = get_rich("/changes").text
    assert '<a href="/projects/wasmtime"><bdi>Wasmtime</bdi></a><bdi> released v13.0.0, a major release</bdi>' in page
    assert page.index("released v13.0.0") < page.index("was archived") < page.index("left open source: its")
    assert 'rel="noopener nofollow ugc"><bdi>github.com</bdi>' in page


def test_kinds_are_counted_and_chosen_together(get_rich: Get) -> None:
    assert "7 changes" in get_rich("/changes").text
    page = get_rich("/changes", kind="archived").text
    assert "1 change<" in page
    assert "was archived" in page
    assert "released v13" not in page
    assert 'value="archived" checked' in page
    assert 'value="release">' in page


def test_what_left_open_source_is_one_click_away(get_rich: Get) -> None:
    page = get_rich("/changes").text
    assert 'href="/changes?kind=license_changed&amp;open_source=left"' in page
    found = get_rich("/changes", kind="license_changed", open_source="left").text
    assert "Wasmer</bdi></a><bdi> left open source" in found
    assert "1 change<" in found
    assert "Nothing that is known" in get_rich("/changes", kind="license_changed", open_source="joined").text


def test_the_time_counts_back_from_the_day_of_the_figures(get_rich: Get) -> None:
    page = get_rich("/changes", since="2023-09-10", until="2023-09-19").text
    assert "3 changes" in page
    assert "4 changes" in get_rich("/changes", since="2023-09-15").text
    assert "7 changes" in get_rich("/changes", period="30").text


def test_a_project_is_found_by_its_name_too(get_rich: Get) -> None:
    assert "2 changes" in get_rich("/changes", project="WASMTIME").text
    assert "2 changes" in get_rich("/changes", project="wasmtime").text
    assert 'href="/changes?kind=release&amp;project=wasmtime"' in (
        get_rich("/changes", 400, project="wasmtme", kind="release").text
    )


@pytest.mark.parametrize(
    "query",
    [{"kind": "nope"}, {"since": "tomorrow"}, {"since": "2023-02-02", "until": "2023-01-01"}, {"page": "99"}],
)
def test_what_cannot_be_is_said(get_rich: Get, query: dict[str, str]) -> None:
    get_rich("/changes", 400, **query)


def test_pages_share_all_events_out(ask: Callable[..., str]) -> None:
    pages = [ask(f"/changes?page={number}") for number in (1, 2, 3)]
    assert [page.count("<time datetime") for page in pages] == [50, 50, 21]
    assert "121 changes" in pages[0]
    assert 'rel="next" href="/changes?page=2"' in pages[0]
    assert 'rel="prev" href="/changes"' in pages[1]
    assert 'rel="next"' not in pages[2]


def test_major_releases_are_asked_for_by_their_level(ask: Callable[..., str]) -> None:
    page = ask("/changes?kind=release&level=major")
    assert "3 changes" in page
    assert "a patch release" not in page


def test_what_is_not_for_publication_is_counted_but_not_shown(ask: Callable[..., str]) -> None:
    page = ask("/changes")
    assert "$120M" not in page + ask("/changes.atom")
    assert "1 more rests on what is not for publication." in page
    assert "All as a table" not in page
    shown = ask("/changes", with_restricted=True)
    assert "All as a table" in shown
    assert "$120M" in shown
    assert "rests on what is not" not in shown


def test_the_feed_is_that_of_the_command(many: Path, ask: Callable[..., str]) -> None:
    feed = Xml.fromstring(ask("/changes.atom?kind=release&project=wasmtime"))
    words = ["changes", "--atom", "--since", "2020-01-01", "--kind", "release", "--project", "wasmtime"]
    printed = CliRunner().invoke(cli, [*words, "--db", str(many)])
    told = Xml.fromstring(printed.output)
    assert feed.findtext(f"{ATOM}id") == told.findtext(f"{ATOM}id")
    assert feed.findtext(f"{ATOM}title") == told.findtext(f"{ATOM}title")
    ids = [one.text for one in feed.iterfind(f"{ATOM}entry/{ATOM}id")]
    assert ids == [one.text for one in told.iterfind(f"{ATOM}entry/{ATOM}id")][:100]
    assert len(ids) == 100
    assert feed.findtext(f"{ATOM}id") != Xml.fromstring(ask("/changes.atom")).findtext(f"{ATOM}id")
    assert ask("/changes?kind=release").count('href="/changes.atom?kind=release"') == 1


def test_reading_some_is_reading_all_and_cutting(many: Path) -> None:
    with closing(open_reader(many)) as connection:
        for wanted in (
            Wanted(period=None),
            Wanted(period=None, kinds=("release",)),
            Wanted(period=None, categories=("runtimes",)),
            Wanted(period=None, projects=("wasmtime",), details=(("level", "major"),)),
        ):
            every = read_events(connection, wanted)
            assert every
            assert read_some(connection, wanted, most=7, after=2, with_restricted=True) == every[2:9]
            public = [event for event in every if not event.is_restricted]
            assert read_some(connection, wanted, most=200, with_restricted=False) == public
            counts = count_events(connection, wanted)
            assert sum(count.shown for count in counts) == len(public)
            assert sum(count.restricted for count in counts) == len(every) - len(public)


def test_growth_names_the_fastest_runtimes(get_rich: Get) -> None:
    page = get_rich("/changes", show="growth", category="runtimes").text
    assert "Fastest growing in 30 days" in page
    assert page.index("Fastest growing in 365 days") < page.index("Shrinking in 30 days")
    assert "/projects/kubernetes" not in page
    assert 'href="/changes?show=growth&amp;category=runtimes" aria-current="true"' in page
    assert page.count('role="img"') >= 2


def test_before_there_is_any_change_or_growth_one_sentence_says_when_it_comes(recorded: Path) -> None:
    with showing(recorded) as show:
        changes, growth = show("changes"), show("changes", show="growth")
    assert "come with the second live refresh" in changes
    assert "<form" not in changes.split("<main")[1]
    assert "comes with live refreshes on later days" in growth
    assert "<strong>157</strong>" in growth
    assert 'class="lines' not in growth.split("<main")[1]


def test_an_event_is_said_once_and_each_end_has_its_own_mark(get_rich: Get) -> None:
    page = get_rich("/changes").text
    assert "was archived" in page
    assert ">archived<" not in page
    for mark in ("archive", "quiet"):
        assert page.count(f'<use href="#mark-{mark}"/>') == 2  # of the event, and of the choice


def test_a_count_that_stood_still_is_a_level_line(database: Path) -> None:
    with closing(open_writer(database)) as connection:
        connection.execute("INSERT INTO total_series (id, scope, measure) VALUES (9, 'landscape', 'projects')")
        connection.execute(
            "INSERT INTO total_values (series_id, day, value, total) VALUES (9, '2023-09-01', 5, 5),"
            " (9, '2023-09-20', 7, 7), (9, '2023-09-21', NULL, NULL)"
        )
        points = read_counts(connection, "projects", date(2023, 9, 25))
    assert [(day.day, value) for day, value in points] == [(1, 5), (19, 5), (20, 7), (21, None), (25, None)]
