"""landscape2's cache folder: what its own types read, under the keys that it looks up, and only what is known."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from crawling import command
from exports_for_sites import WILD, Site
from landscape2_model import FundingRound, read_crunchbase, read_github
from made_once import made_once, shared_place
from rich_landscape import record

ACME = "https://www.crunchbase.com/organization/Acme"
WIDGET = "https://github.com/acme/widget/"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The wild list; GitHub has told of the first two repositories."""
    made = Site(tmp_path)
    made.know("acme/widget", latest_release_tag="v1 ü", latest_release_at="2026-01-02T03:04:05Z")
    made.know("acme/Gadget", "\x1b[31m\u202e<b>\U0001f600", stars=0, topics=None)
    made.change("INSERT INTO languages SELECT id, 'C++', 5 FROM repositories WHERE name_with_owner = 'acme/widget'")
    return made


def test_the_keys_are_the_texts_of_the_list_that_landscape2_looks_up(site: Site) -> None:
    for name in ("acme/lone", "acme/secret"):
        site.know(name)
    github, crunchbase, _ = site.landscape2()
    # Not http, no other host, nothing before an @; one repository under each of its spellings.
    assert list(github) == ["https://github.com/acme/Gadget", "https://github.com/acme/widget", WIDGET]
    assert list(crunchbase) == [ACME, "https://www.crunchbase.com/organization/bought/"]


def test_an_entry_holds_what_landscape2_would_have_fetched(site: Site) -> None:
    widget = site.landscape2()[0][WIDGET]
    page = "https://github.com/acme/widget"
    assert (widget.stars, widget.contributors.count, widget.license, widget.topics) == (7, 3, "MIT License", ["a", "b"])
    assert widget.contributors.url == f"{page}/graphs/contributors"
    assert widget.latest_commit.url == f"{page}/commit/abc"
    assert widget.first_commit is not None and widget.first_commit.ts == datetime(2015, 1, 1, tzinfo=UTC)
    assert widget.latest_release is not None and widget.latest_release.url == f"{page}/releases/tag/v1%20%C3%BC"
    assert widget.languages == {"C++": 5}
    assert widget.participation_stats == list(range(1, 53))
    assert widget.generated_at == datetime(2026, 11, 22, tzinfo=UTC)


def test_hostile_texts_are_the_same_data_and_harmless_text(site: Site) -> None:
    gadget = site.landscape2()[0]["https://github.com/acme/Gadget"]
    assert gadget.description == "\x1b[31m\u202e<b>\U0001f600" and gadget.stars == 0
    for file in (site.folder / "cache" / "landscape").iterdir():
        text = file.read_text(encoding="utf-8")
        assert text.replace("\n", "").isprintable() and not text.endswith("\n")


def test_keys_stand_in_the_order_in_which_landscape2_writes_them(site: Site) -> None:
    site.landscape2()
    entry = json.loads((site.folder / "cache" / "landscape" / "github.json").read_bytes())[WIDGET]
    first = ["contributors", "description", "generated_at", "latest_commit", "participation_stats", "stars", "topics"]
    assert list(entry) == [*first, "url", "first_commit", "languages", "latest_release", "license"]
    assert list(entry["latest_commit"]) == ["ts", "url"]


def test_what_is_not_known_is_left_out_and_told(site: Site) -> None:
    site.know("acme/gone", status="gone")
    site.know("acme/uncounted", contributors=None)
    site.seeds.write_text(WILD.replace("hunter2", "x").replace("me:x@", ""), encoding="utf-8")
    github, _, told = site.landscape2()
    assert not {"https://github.com/acme/gone", "https://github.com/acme/uncounted"} & set(github)
    assert "left out 1 repository that GitHub no longer shows" in told
    assert "left out 1 repository whose contributors are not known" in told
    assert "left out 1 repository whose stars are not known: run 'crawler refresh'" in told


@pytest.mark.parametrize(
    ("weeks", "figures", "expected"),
    [
        (51, {}, []),
        (51, {"first_commit_at": "2025-12-07T00:00:00Z"}, [0, *range(1, 52)]),
        (0, {"commits_last_year": 0}, [0] * 52),
        (0, {"commits_last_year": 3}, []),
        (60, {}, list(range(9, 61))),
    ],
)
def test_a_year_of_weeks_is_whole_or_none(
    tmp_path: Path, weeks: int, figures: dict[str, object], expected: list[int]
) -> None:
    site = Site(tmp_path)
    site.know("acme/widget", weeks=weeks, **figures)
    github, _, told = site.landscape2()
    assert github[WIDGET].participation_stats == expected
    assert ("no whole year of commits by week" in told) is not bool(expected)


def test_a_first_commit_that_is_not_known_has_no_time(site: Site) -> None:
    site.know("acme/Gadget", weeks=0, first_commit_at=None, first_commit_oid=None, latest_commit_oid=None)
    gadget = site.landscape2()[0]["https://github.com/acme/Gadget"]
    assert gadget.first_commit is not None and gadget.first_commit.ts is None
    assert gadget.first_commit.url == gadget.latest_commit.url == "https://github.com/acme/Gadget/commits"


def test_money_of_companies_is_in_whole_dollars(site: Site) -> None:
    site.money("acme", "funding_round", "1000000.50", "2024-05-06", kind="series_a")
    site.money("acme", "funding_round", "500", "2023", kind="seed")
    site.money("bought", "acquisition_price", "42000000", "2021-03-01")
    site.money("bought", "acquisition_price", "41000000", "2021-05-01")
    acme = site.landscape2()[1][ACME]
    assert (acme.name, acme.homepage_url, acme.ticker) == ("Acme \x1b[31m Inc", "https://acme.example/", "ACME")
    assert (acme.funding, acme.kind, acme.stock_exchange) == (1000501, "funding", "NYSE")
    assert acme.funding_rounds == [
        FundingRound(1000001, date(2024, 5, 6), "series_a"),
        FundingRound(500, None, "seed"),
    ]
    (deal,) = acme.acquisitions or ()
    assert (deal.acquiree_name, deal.announced_on, deal.price) == ("Bought", date(2021, 3, 1), 42000000)


def test_other_money_takes_the_rate_of_its_day(site: Site) -> None:
    site.money("acme", "funding_round", "1000000", "2022-06-01", currency="EUR")
    site.money("acme", "funding_round", "7", "1990-06-01", currency="CHF")
    _, crunchbase, told = site.landscape2()
    (one,) = crunchbase[ACME].funding_rounds or ()
    assert one.amount == crunchbase[ACME].funding and 1_050_000 < (one.amount or 0) < 1_100_000
    assert "Exchange rates of the European Central Bank" in told


def test_restricted_facts_leave_only_when_they_are_asked_for(site: Site) -> None:
    site.money("bought", "funding_round", "9000000", "2024-05-06", source="crunchbase", licence="restricted")
    site.change(
        "INSERT INTO organization_facts (organization_id, field, value, source, licence_class, observed_at)"
        " VALUES ('bought', 'ticker', 'BGHT', 'crunchbase', 'restricted', '2026-11-01T00:00:00Z')"
    )
    bought = site.landscape2()[1]["https://www.crunchbase.com/organization/bought/"]
    assert (bought.name, bought.funding, bought.funding_rounds, bought.ticker) == ("Bought", None, None, None)
    _, crunchbase, told = site.landscape2("--include-restricted")
    bought = crunchbase["https://www.crunchbase.com/organization/bought/"]
    assert (bought.funding, bought.ticker) == (9000000, "BGHT") and "Powered by Crunchbase" in told


def test_a_price_beyond_64_bits_is_left_out(site: Site) -> None:
    site.money("acme", "funding_round", "99999999999999999999", "2024-05-06")
    acme = site.landscape2()[1][ACME]
    assert acme.funding is None and acme.kind is None
    assert [one.amount for one in acme.funding_rounds or ()] == [None]


def test_same_day_same_bytes_and_the_files_stay_untouched(site: Site) -> None:
    site.landscape2()
    folder = site.folder / "cache" / "landscape"
    (folder / "clomonitor.svg").write_text("of others")
    github = folder / "github.json"
    os.utime(github, (1, 1))
    before = github.read_bytes()
    site.landscape2(CRAWLER_NOW="2026-11-22T23:59:59Z")
    assert github.stat().st_mtime == 1 and (folder / "clomonitor.svg").read_text() == "of others"
    site.landscape2(CRAWLER_NOW="2026-11-23T00:00:00Z")
    assert github.read_bytes() == before.replace(b"2026-11-22T00", b"2026-11-23T00")
    assert "figures are of 2026-11-20" in site.landscape2(CRAWLER_NOW="2026-11-30T00:00:00Z")[2]
    assert sorted(path.name for path in folder.iterdir()) == ["clomonitor.svg", "crunchbase.json", "github.json"]


def test_source_date_epoch_is_the_time_of_the_export(site: Site) -> None:
    github, _, told = site.landscape2(SOURCE_DATE_EPOCH="1763800000")
    assert github[WIDGET].generated_at == datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC)
    assert "SOURCE_DATE_EPOCH is more than 7 days ago" in told
    for wrong in ("yesterday", "-1", "9" * 30):
        done = site.export("landscape2", "-o", site.folder / "other", code=2, SOURCE_DATE_EPOCH=wrong)
        assert "SOURCE_DATE_EPOCH is no time" in done.err
    assert not (site.folder / "other").exists()


def test_wrong_use_is_told_in_one_line(site: Site) -> None:
    assert "name a directory with --output DIR" in site.export("landscape2", code=2).err
    assert "leave the day out" in site.export("landscape2", "-o", "x", "--as-of", "2026-11-01", code=2).err
    place = site.folder / "file"
    place.write_text("x")
    assert "cannot be made" in site.export("landscape2", "-o", place, code=2).err
    site.seeds.write_text("categories: 7\n", encoding="utf-8")
    assert f"{site.seeds}:1" in site.export("landscape2", "-o", site.folder / "out", code=2).err


def test_the_recorded_landscape_reads_as_landscape2_reads(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    database = made_once(shared_place(tmp_path_factory, worker_id) / "recorded.db", record)
    shipped = Path(__file__).parents[2] / "seeds.yml"
    done = command("export", "landscape2", shipped, "--db", database, "-o", tmp_path)
    assert done.code == 0 and "a recording of 2023-09-25" in done.err
    github = read_github((tmp_path / "landscape" / "github.json").read_bytes())
    assert len(github) > 100 and github["https://github.com/golang/go"].stars > 100_000
    read_crunchbase((tmp_path / "landscape" / "crunchbase.json").read_bytes())
