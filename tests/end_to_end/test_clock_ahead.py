"""A refresh under a clock that is a year ahead: what is asked afterwards is right, and what it left can be cured."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from crawling import Done, Landscape, check, command

from crawler.sandbox.world import License

NAMES = tuple(f"acme-00/widget-{number}" for number in range(3))
GITHUB = ("--source", "github")
LIST = """
organizations:
  - name: Big
    figures:
      - {{measure: market_cap, amount: {cap}, currency: USD, as_of: "{day}", source_url: https://example.org/cap/{cap}}}
categories: [{{name: Run, subcategories: [{{name: All, items: [{items}]}}]}}]
"""
ITEM = "{{name: {name}, repo_url: https://github.com/{repository}, organization: big}}"
AHEAD = timedelta(days=365)


def write_list(landscape: Landscape, cap: int) -> None:
    items = ", ".join(ITEM.format(name=name.partition("/")[2], repository=name) for name in NAMES)
    text = LIST.format(cap=cap, day=landscape.now.date(), items=items)
    landscape.seeds.write_text(text, encoding="utf-8")


def prune(landscape: Landscape, *options: object) -> Done:
    now = landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    done = command("db", "prune", *options, "--db", landscape.database, CRAWLER_NOW=now)
    assert done.code == 0, done
    check(landscape.database)
    return done


def happened(landscape: Landscape, after: int) -> list[tuple[Any, ...]]:
    query = "SELECT kind, before, after FROM changes WHERE id > ? ORDER BY id"
    return landscape.rows(query, after)


def test_what_is_asked_afterwards_is_right_and_all_else_after_the_cure(landscape: Landscape) -> None:
    # A Monday: in the world commits belong to weeks, and none of the days that follow begins another one.
    landscape.now = landscape.now.replace(hour=6, minute=0, second=0) - timedelta(days=landscape.now.weekday())
    for repository in landscape.world:
        repository.stars, repository.is_archived = 900, False
        repository.license = License("mit", "MIT License", "MIT")
        repository.push(3, landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    commits = "SELECT commits_last_year FROM repositories ORDER BY id"
    write_list(landscape, 1_000_000_000)
    landscape.refresh(*GITHUB)
    landscape.later(days=1)
    sound_day = landscape.now.date()
    landscape.refresh(*GITHUB)
    right, sound = landscape.rows(commits), landscape.run("stats", "--json").out
    assert happened(landscape, 0) == []

    landscape.later(days=AHEAD.days)
    landscape.refresh(*GITHUB)
    assert {kind for kind, *_ in happened(landscape, 0)} == {"activity_stopped"}
    assert landscape.rows(commits) != right
    landscape.later(days=1 - AHEAD.days)
    landscape.world[NAMES[1]].license = License("isc", "ISC License", "ISC")
    today = landscape.now.date()
    said = landscape.refresh(*GITHUB).err
    assert f"crawler db prune --after {today}" in said
    assert f"crawler db prune --after {today}" in landscape.run("status").err
    assert landscape.rows(commits) == right, "asked for by the day of the clock"
    (told,) = landscape.rows("SELECT max(id) FROM changes")[0]

    before = landscape.dump()
    plan = prune(landscape, "--after", today, "--dry-run").out
    assert "computed_days: 1 rows would be deleted" in plan
    assert landscape.dump() == before
    assert prune(landscape, "--after", today).out == plan.replace("would be ", "")
    years = f"{landscape.now.year + 1}-", f"{landscape.now.year + 2}-"
    ahead = {
        table
        for table, rows in landscape.dump("runs", "schedule_jobs").items()
        for row in rows
        for cell in row
        if isinstance(cell, str) and any(year in cell for year in years) and (today + timedelta(60)).isoformat() < cell
    }
    assert ahead == set()
    assert landscape.value("SELECT max(fetched_at) FROM fetches") <= today.isoformat() + "T06:00:00Z"
    assert [kind for kind, *_ in happened(landscape, 0)] == ["license_changed"], "that has happened"
    assert "dated after" in prune(landscape, "--after", today).err
    assert landscape.run("status").err == ""
    assert json.loads(landscape.run("stats", "--json").out).keys() == json.loads(sound).keys()

    landscape.later(days=1)
    write_list(landscape, 1_600_000_000)
    landscape.world[NAMES[0]].stars = 1_900
    done = landscape.refresh(*GITHUB)
    assert "clock" not in done.err
    assert landscape.rows(commits) == right
    assert happened(landscape, told) == [
        ("star_milestone", "900", "1900"),
        ("star_burst", "900", "1900"),
        ("value_moved", "500000000", "800000000"),
        ("value_moved", "500000000", "800000000"),
    ]
    then = json.loads(landscape.run("stats", "--json", "--as-of", sound_day).out)
    assert then | {"headline": ""} == json.loads(sound) | {"headline": ""}
    licences = "SELECT value, day FROM former_values WHERE field = 'license_spdx'"
    assert landscape.rows(licences) == [("MIT", today.isoformat())]


def test_a_clock_that_was_a_day_ahead_silences_nobody(landscape: Landscape) -> None:
    landscape.seed(*NAMES[:1])
    landscape.now = landscape.now.replace(hour=6, minute=0, second=0)
    landscape.refresh(*GITHUB)
    landscape.later(days=2)
    landscape.refresh(*GITHUB)
    landscape.later(hours=-21)
    landscape.refresh(*GITHUB)
    assert landscape.server.log, "an answer that seems to be of tomorrow is asked for again"
    landscape.later(minutes=1)
    landscape.refresh(*GITHUB)
    assert not landscape.server.log, "but not again and again"
