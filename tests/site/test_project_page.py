"""The page of a project: every fact with its source, and what is not known told apart from none, zero and hidden."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from shown import Links, Show, part_of, showing, words_of

from crawler.figures.health.stored import read_health, read_health_of
from crawler.site.asked import NotThere
from crawler.site.reading.weeks import read_commit_weeks
from crawler.store import open_reader, open_writer, transaction

HOSTILE = ("hostile-script", "hostile-endless", "hostile-right-to-left", "hostile-nothing")


@pytest.fixture(scope="module")
def show(rich_file: Path) -> Iterator[Show]:
    """Pages over the rich landscape, without restricted figures."""
    with showing(rich_file) as made:
        yield made


def change(database: Path, *statements: str) -> None:
    """Write to the small landscape."""
    with closing(open_writer(database)) as connection, transaction(connection):
        for statement in statements:
            connection.execute(statement)


def page_of(database: Path, project_id: str) -> str:
    """The page of a project of a file."""
    with showing(database) as show:
        return show("project", project_id)


def test_all_figures_have_source_link_and_day_and_none_is_told_twice(show: Show) -> None:
    page = show("project", "wasmtime")
    tiles, facts = page.partition('<ul class="tiles">')[2].partition("<nav")[0], part_of(page, "facts")
    for panel in (tiles, facts):
        said = re.search(r'</(?:ul|dl)>\s*<p class="note">(.*?)</p>', panel, re.DOTALL)
        assert said is not None
        assert 'href="https://github.com/bytecodealliance/wasmtime"' in said[1]
        assert words_of(said[1]) == "GitHub · recorded 2023-09-25"
    assert words_of(tiles).startswith("Stars 13")
    labels = re.findall(r"<dt>(.*?)</dt>", facts)
    assert "Latest commit" in labels
    assert not {"Stars", "Contributors", "Commits in a year", "Latest release", "Licence"} & set(labels)


def test_a_repository_of_which_nothing_is_known_has_no_empty_sections(show: Show) -> None:
    page = show("project", "lucet")
    assert words_of(page).partition("Compare Its nearest")[0].count("not known") == 1
    assert not part_of(page, "past")
    assert "Nothing is known of its repository yet." in words_of(part_of(page, "facts"))


def test_unknown_facts_are_named_as_such(show: Show) -> None:
    assert "Not known: Forks, Watchers, Open issues," in words_of(part_of(show("project", "wasmtime"), "facts"))


def test_zero_none_and_unknown_differ(database: Path) -> None:
    change(
        database,
        "UPDATE repositories SET forks = 0, watchers = NULL, license_spdx = 'NONE', license_osi_approved = NULL,"
        " topics = '[]', releases_total = 0, latest_release_at = NULL WHERE id = 1",
        "DELETE FROM releases",
    )
    page = page_of(database, "wasmtime")
    facts = words_of(part_of(page, "facts"))
    assert "Forks 0" in facts
    assert "Topics none" in facts
    tiles = words_of(page.partition('<ul class="tiles">')[2].partition("</ul>")[0])
    assert "Licence None found" in tiles
    assert "Latest release none" in tiles
    assert "Watchers" in facts.partition("Not known:")[2]
    assert "It has no release." in words_of(part_of(page, "releases"))


def test_what_the_list_overrides_has_its_reason_and_the_day_of_its_review(database: Path) -> None:
    change(
        database,
        "UPDATE project_repositories SET license_override = 'MIT', override_reason = 'Its <README> says so.',"
        " override_review_on = '2027-01-31' WHERE repository_id = 1",
    )
    facts = words_of(part_of(page_of(database, "wasmtime"), "facts"))
    assert "Licence by the list MIT Its <README> says so. to be looked at again on 2027-01-31" in facts


def test_live_facts_tell_their_age(database: Path) -> None:
    change(
        database,
        "UPDATE repositories SET origin = 'live', fetched_at = '2023-09-22T01:00:00Z' WHERE id = 1",
        "UPDATE computed_days SET origin = 'live'",
    )
    assert "2023-09-22, 3 days ago" in words_of(part_of(page_of(database, "wasmtime"), "facts"))


def test_second_hand_figures_are_marked(database: Path) -> None:
    change(
        database,
        "UPDATE repositories SET origin = 'live', figures_source = 'ecosystems', figures_observed_at ="
        " '2023-09-20T00:00:00Z', figures_source_url = 'https://repos.ecosyste.ms/x' WHERE id = 1",
    )
    page = page_of(database, "wasmtime")
    tiles = page.partition('<ul class="tiles">')[2].partition("<nav")[0]
    assert 'href="https://repos.ecosyste.ms/x"' in tiles
    # Stars and licence are of one source, the rest is GitHub's: each says so once, or beside its figure.
    assert words_of(tiles).count("ecosyste.ms · 2023-09-20, 5 days ago second-hand") >= 1
    assert words_of(tiles).count("GitHub ·") >= 1
    commits = re.search(r"<dt>Latest commit</dt>.*?</dd>", part_of(page, "facts"), re.DOTALL)
    assert commits is not None
    assert "second-hand" not in commits[0]


def test_a_restricted_figure_is_not_shown(show: Show) -> None:
    page = words_of(show("project", "wasmer"))
    assert "$8.0M" in page
    assert "$990M" not in page
    assert "987" not in page
    assert "2022-05-01" not in page
    assert "1 figure is not for publication, and is left out." in page


def test_a_measure_with_restricted_figures_alone_is_hidden(rich_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(open_reader(rich_file)) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    change(copy, "UPDATE figures SET licence_class = 'restricted' WHERE amount IN ('2500000', '8000000')")
    money = words_of(part_of(page_of(copy, "wasmer"), "money"))
    assert "1 figure is not for publication, and is left out." in money
    for told in ("$8.0M", "round", "2021", "No figure"):
        assert told not in money


def test_a_restricted_figure_is_shown_to_who_may_see_it(rich_file: Path) -> None:
    with showing(rich_file, with_restricted=True) as show:
        money = words_of(part_of(show("project", "wasmer"), "money"))
    assert "$990M 2022-05-01" in money
    assert "left out" not in money


def test_money_has_source_date_and_class(show: Show) -> None:
    money = part_of(show("project", "docker"), "money")
    assert 'href="https://www.protocol.com/newsletters/protocol-enterprise/docker-bain-capital' in money
    assert "$2.1B 2022-03-31 stale the list ( www.protocol.com ) from the list" in words_of(money)
    assert "It counts as $1.7B" in words_of(money)


def test_funding_of_repositories_and_owners(database: Path) -> None:
    change(
        database,
        "UPDATE repositories SET owner_login = 'bytecodealliance' WHERE id = 1",
        "INSERT INTO owners (login, has_sponsors_listing, sponsors, lowest_monthly_tier, origin, fetched_at)"
        " VALUES ('bytecodealliance', 1, 0, '5', 'sandbox', '2026-01-01T00:00:00Z')",
        "INSERT INTO funding_links VALUES (1, 'OPEN_COLLECTIVE', 'https://opencollective.com/x'),"
        " (1, 'CUSTOM', 'javascript:alert(1)')",
        "INSERT INTO funding_manifests VALUES (1, 'https://example.org/funding.json', 'v1', 'group', 'owner',"
        """ 'same_path', '[{"name": "Big", "amount": "250", "currency": "EUR", "frequency": "monthly"}]',"""
        """ '[{"year": "2022", "income": "90000", "currency": "USD"}]', 'sandbox', '2026-01-01T00:00:00Z')""",
    )
    money = part_of(page_of(database, "wasmtime"), "money")
    assert "bytecodealliance yes 0 $5 GitHub Sponsors · recorded 2023-09-25" in words_of(money)
    assert 'href="https://opencollective.com/x"' in money
    assert "javascript:" not in money
    assert "Big 250 EUR monthly" in words_of(money)
    assert "2022 $90K not known" in words_of(money)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE repositories SET is_archived = 1, archived_at = '2023-01-02T00:00:00Z' WHERE id = 1", "on 2023-01-02"),
        ("UPDATE repositories SET status = 'gone', missing_since = '2023-08-01' WHERE id = 1", "since 2023-08-01"),
        ("UPDATE repositories SET status = 'blocked', status_note = 'DMCA' WHERE id = 1", "(DMCA)"),
        ("UPDATE repositories SET status = NULL, figures_source = NULL WHERE id = 1", "Not asked yet"),
        (
            "INSERT INTO former_names VALUES (1, 'cranestation/wasmtime', '2023-01-01')",
            "Formerly cranestation/wasmtime",
        ),
        ("UPDATE project_repositories SET seeded_name = 'old/name' WHERE repository_id = 1", "Formerly old/name"),
        ("DELETE FROM project_repositories WHERE repository_id = 1", "No repository on GitHub"),
        ("UPDATE projects SET removed_at = '2023-09-01T00:00:00Z' WHERE id = 'wasmtime'", "since 2023-09-01"),
    ],
)
def test_states_are_told(database: Path, statement: str, said: str) -> None:
    before = words_of(page_of(database, "wasmtime").partition("</header>\n\n")[0])
    change(database, statement)
    assert said in words_of(page_of(database, "wasmtime"))
    assert said not in before


def test_a_project_off_the_list_keeps_its_page(database: Path) -> None:
    page = words_of(page_of(database, "former"))
    assert "Off the list It has been off the list since 2026-11-23." in page


@pytest.mark.parametrize(
    ("asked", "meant"), [("wasmtme", "wasmtime"), ("Wasmtime", "wasmtime"), ("Bytecode Wasmtime", "wasmtime")]
)
def test_a_wrong_id_gets_near_ones(show: Show, asked: str, meant: str) -> None:
    with pytest.raises(NotThere) as found:
        show("project", asked)
    assert found.value.near[0][1] == meant


def test_what_is_nothing_like_any_project_gets_none(show: Show) -> None:
    with pytest.raises(NotThere) as found:
        show("project", "qqqqqqqqqqqq")
    assert not found.value.near


@pytest.mark.parametrize("project_id", HOSTILE)
def test_what_strangers_wrote_is_text(show: Show, project_id: str) -> None:
    page = show("project", project_id)
    seen = Links(page)
    assert not seen.active
    assert not [address for address in seen.addresses if address.strip().lower().startswith(("javascript", "data"))]
    assert "\u202e" not in page
    assert "No repository on GitHub" in page


def test_several_repositories_stand_in_a_table(show: Show) -> None:
    table = words_of(part_of(show("project", "docker"), "repositories"))
    assert "2 repositories; the first stands for the project" in table
    assert table.index("docker/compose") < table.index("moby/moby")
    assert not part_of(show("project", "wasmtime"), "repositories")


def test_changes_are_told_newest_first(show: Show) -> None:
    changes = part_of(show("project", "wasmtime"), "changes")
    said = words_of(changes)
    assert said.index("released v13.0.0, a major release") < said.index("has reached 10,000 stars")
    assert 'href="/changes?project=wasmtime"' in changes


def test_restricted_changes_are_left_out(database: Path) -> None:
    change(database, "UPDATE changes SET licence_class = 'restricted'")
    assert "v13.0.0" not in words_of(part_of(page_of(database, "wasmtime"), "changes"))


def test_places_and_neighbours(show: Show) -> None:
    page = show("project", "dapr")
    path = words_of(page.partition("<h1")[0].rpartition("<nav")[2])
    assert "Also in" in path
    beside = Links(part_of(page, "beside")).addresses
    assert "/compare?project=dapr&project=" in "".join(beside)
    assert len([address for address in beside if address.startswith("/projects/")]) <= 5


def test_without_a_server_a_page_leads_to_no_comparison_of_its_own(rich_file: Path, show: Show) -> None:
    with showing(rich_file, is_static=True) as static:
        comparisons = {
            address
            for project_id in ("wasmtime", "wasmer", "wasmedge", "docker")
            for address in Links(static("project", project_id)).addresses
            if address.startswith("/compare?")
        }
        ready = set(Links(static("compare")).addresses)
    assert len(comparisons) == 2
    assert comparisons <= ready
    assert "/landscape/projects/wasmtime.json" in Links(show("project", "wasmtime")).addresses


def test_the_health_of_one_is_that_among_all(rich_file: Path) -> None:
    with closing(open_reader(rich_file)) as connection:
        of_all = {one.project_id: one for one in read_health(connection)}
        assert read_health_of(connection, "wasmtime") == of_all["wasmtime"]
        assert read_health_of(connection, "hostile-nothing") is None


def test_inputs_of_the_health_have_reasons_and_sources(show: Show) -> None:
    health = words_of(part_of(show("project", "wasmtime"), "health"))
    assert "94 of 100" in health
    assert "Contributors 427 100 15 23 of all time, anonymous ones too" in health
    assert "Not known: Release cadence, " in health
    assert "Security policy" in health.partition("Not known:")[2]


def test_commits_a_week_leave_out_the_running_week_and_keep_unknown_weeks_apart_from_zero(recorded: Path) -> None:
    with closing(sqlite3.connect(recorded)) as connection:
        connection.row_factory = sqlite3.Row
        (wasmtime,) = connection.execute(
            "SELECT id FROM repositories WHERE name_with_owner = 'bytecodealliance/wasmtime'"
        ).fetchone()
        weeks = read_commit_weeks(connection, wasmtime, date(2023, 9, 25))
        assert (weeks[0][0], weeks[0][1], weeks[-1][0]) == (date(2022, 10, 2), 25, date(2023, 9, 17))
        assert len(weeks) == 51
        assert read_commit_weeks(connection, wasmtime, date(2023, 10, 1))[-1] == (date(2023, 9, 24), 17)
        connection.execute("DELETE FROM commit_weeks WHERE week = '2022-10-09'")
        connection.execute("UPDATE commit_weeks SET commits = 0 WHERE week = '2022-10-16'")
        assert [commits for _, commits in read_commit_weeks(connection, wasmtime, date(2023, 9, 25))[:3]] == [
            25,
            None,
            0,
        ]
