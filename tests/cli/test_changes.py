"""`crawler changes` as a person runs it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawling import Done, command
from happened import HOSTILE, fill, happen
from terminal import on_terminal

from crawler.store import open_writer

NOW = "2026-11-24T12:00:00Z"
LATER = "2026-12-01T12:00:00Z"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("changes") / "landscape.db"
    with closing(open_writer(path)) as connection:
        fill(connection)
        connection.execute("UPDATE projects SET name = ? WHERE id = 'no-page'", [HOSTILE])
        happen(connection, "archived", at="2026-09-01T10:00:00Z", project_id="odd", repository_id=2)
        happen(connection, "release", "v1", "v2", at="2026-11-17T10:00:00Z", detail={"level": "major"}, source="github")
        happen(connection, "release", "v2", "v2.1", at="2026-11-23T10:00:00Z", detail={"level": "minor"})
        happen(connection, "seed_added", at="2026-11-23T11:00:00Z", project_id="no-page")
        happen(connection, "teleported", "a", "b", at="2026-11-22T10:00:00Z")
        restricted = {"organization_id": "big", "licence_class": "restricted", "source": "crunchbase"}
        # Known by its day alone, and noticed much later.
        happen(
            connection,
            "funding_round",
            after="20000000 USD",
            at="2026-10-05",
            observed_at="2026-11-20T03:00:00Z",
            **restricted,
        )
    return path


def changes(database: Path, *options: str) -> Done:
    return command("changes", "--db", database, *options, CRAWLER_NOW=NOW)


def ids(database: Path, *options: str) -> list[int]:
    done = changes(database, "--json", *options)
    assert (done.code, done.err) == (0, "")
    return [event["id"] for event in json.loads(done.out)]


def test_a_plain_table_of_the_last_thirty_days_the_newest_first(database: Path) -> None:
    done = changes(database)
    title, header, *rows = done.out.rstrip().splitlines()
    assert title == "What happened, 25 October 2026 to 24 November 2026 (times are UTC)"
    assert header.split() == ["happened", "at", "who", "what", "before", "after"]
    assert [" ".join(row.split()) for row in rows[1:]] == [
        "2026-11-23 10:00 Time minor release v2 v2.1",
        "2026-11-22 10:00 Time teleported a b",
        "2026-11-17 10:00 Time major release v1 v2",
        "2026-10-05 Big Inc funding round, restricted – $20M",
    ]
    assert "added to the list" in rows[0]
    assert done.out.replace("\n", "").isprintable()


def test_a_terminal_shows_the_same_folded(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLER_NOW", NOW)
    page = on_terminal("changes", "--db", str(database), "--since", "2026-11-17", "--kind", "release", columns=60)
    assert "2026-11-17 10:00" in page
    assert max(map(len, page.splitlines())) <= 60


def test_a_narrow_terminal_shows_a_paragraph_for_each(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLER_NOW", NOW)
    title, *paragraphs = on_terminal("changes", "--db", str(database), columns=30).strip().split("\n\n")
    assert title.split()[:2] == ["What", "happened,"]
    assert paragraphs[1:] == [
        "2026-11-23 Time released v2.1,\na minor release",
        "2026-11-22 Time: teleported (a\nto b)",
        "2026-11-17 Time released v2, a\nmajor release",
        "2026-10-05 Big Inc has raised\n$20M (restricted)",
    ]
    assert "https://evil.example" in " ".join(paragraphs[0].split())
    assert max(map(len, "\n".join(paragraphs).splitlines())) <= 30


def test_data_has_the_columns_and_the_names(database: Path) -> None:
    newest, *_, oldest = json.loads(changes(database, "--json", "--include-restricted").out)
    assert newest["project"] == HOSTILE
    assert oldest == {
        "id": 6,
        "at": "2026-10-05",
        "observed_at": "2026-11-20T03:00:00Z",
        "kind": "funding_round",
        "project_id": None,
        "repository_id": None,
        "organization_id": "big",
        "scope": None,
        "before": None,
        "after": "20000000 USD",
        "detail": None,
        "source": "crunchbase",
        "source_url": None,
        "licence_class": "restricted",
        "figure_id": None,
        "project": None,
        "organization": "Big Inc",
        "repository": None,
        "text": "Big Inc has raised $20M",
        "url": None,
    }
    with closing(open_writer(database)) as connection:
        columns = {row["name"] for row in connection.execute("PRAGMA table_info(changes)")}
    assert set(oldest) == columns | {"project", "organization", "repository", "text", "url"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), [4, 3, 5, 2]),
        (("--include-restricted",), [4, 3, 5, 2, 6]),
        (("--since", "24h"), []),
        (("--since", "26h"), [4, 3]),
        (("--since", "2026-11-22"), [4, 3, 5]),
        (("--since", "2026-11-17", "--until", "2026-11-22"), [5, 2]),
        (("--until", "2026-09-01"), [1]),
        (("--include-restricted", "--since", "2026-10-05", "--until", "2026-10-05"), [6]),
        (("--week",), [5, 2]),
        (("--week", "--include-restricted"), [5, 2, 6]),
        (("--week", "--until", "2026-11-23"), [4, 3]),
        (("--month",), []),
        (("--month", "--include-restricted"), [6]),
        (("--month", "--until", "2026-09-30"), [1]),
        (("--kind", "release"), [3, 2]),
        (("--kind", "release", "--kind", "teleported"), [3, 5, 2]),
        (("--project", "no-page"), [4]),
        (("--only", "ACME/*"), [3, 5, 2]),
        (("--only", "no-*", "--only", "acme/odd", "--since", "90d"), [4, 1]),
    ],
)
def test_times_and_filters(database: Path, options: tuple[str, ...], expected: list[int]) -> None:
    assert ids(database, *options) == expected


@pytest.mark.parametrize("form", ["--json", "--atom", "--markdown"])
def test_what_may_not_be_published_leaves_only_when_asked(database: Path, form: str) -> None:
    assert "Big Inc" not in changes(database, form).out
    assert "Big Inc" in changes(database, form, "--include-restricted").out


@pytest.mark.parametrize("form", [(), ("--json",), ("--atom",), ("--markdown", "--week")])
def test_the_same_again_and_elsewhere(database: Path, tmp_path: Path, form: tuple[str, ...]) -> None:
    copy = tmp_path / "elsewhere.db"
    copy.write_bytes(database.read_bytes())
    assert changes(database, *form) == changes(database, *form) == changes(copy, *form)


def test_a_newsletter_of_the_week(database: Path) -> None:
    page = changes(database, "--markdown", "--week").out
    assert page.startswith("# Week 47 of 2026, 16 November 2026 to 22 November 2026\n\nReleases: 1 · Also: 1\n")


@pytest.mark.parametrize(
    ("options", "stands"),
    [
        (("--month", "--until", "2026-10-31"), False),
        (("--month", "--until", "2026-11-30"), True),
        (("--week", "--until", "2026-10-05"), False),
        (("--week", "--until", "2026-11-20"), True),
        (("--since", "2026-10-01", "--until", "2026-10-31"), False),
    ],
)
def test_an_event_stands_in_the_newsletter_of_the_time_that_noticed_it(
    database: Path, options: tuple[str, ...], *, stands: bool
) -> None:
    page = command("changes", "--db", database, "--markdown", "--include-restricted", *options, CRAWLER_NOW=LATER).out
    assert ("(2026-10-05)" in page) is stands


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--kind", "licence-changed"), "crawler: there is no kind of event licence-changed; perhaps license_changed"),
        (("--kind", "zzzzzz"), "crawler: there is no kind of event zzzzzz; kinds: acquired, activity_resumed"),
        (("--project", "tyme"), "crawler: there is no project tyme; perhaps time"),
        (("--project", "zzzzzz"), "crawler: there is no project zzzzzz; 'crawler stats' lists them"),
        (("--only", "x/*"), "crawler: --only x/* matches no project or repository of the database"),
        (("--since", "2026-11-20", "--until", "2026-11-19"), "crawler: --since is after --until"),
        (("--since", "yesterday"), "'yesterday' is no age"),
        (("--since", "2026-13-01"), "'2026-13-01' is no day"),
        (("--until", "2027-01-01"), "in the future"),
        (("--week", "--month"), "choose one"),
        (("--week", "--since", "7d"), "choose one"),
        (("--json", "--atom"), "choose one"),
        (("--deliver", "--json"), "--json does not go with --deliver, which sends all that is new: leave it out"),
        (("--deliver", "--include-restricted"), "set CRAWLER_WEBHOOK_RESTRICTED=1 instead"),
        (("--deliver",), "crawler: CRAWLER_WEBHOOK_URL is not set"),
    ],
)
def test_a_fault_is_one_message_with_a_cure(database: Path, options: tuple[str, ...], message: str) -> None:
    done = changes(database, *options)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_nothing_is_said_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    open_writer(path).close()
    results: dict[str, Any] = {form: changes(path, *form.split()) for form in ("", "--json", "--atom", "--markdown")}
    assert {done.code for done in results.values()} == {0}
    assert results[""].out.endswith("(times are UTC): nothing that is known\n")
    assert results["--json"].out == "[]\n"
