"""What was exported on a day can be exported of that day for ever after, whatever has changed since."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import TOKEN, Landscape

from crawler.sandbox import Elsewhere, SandboxServer, made_up_world
from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.world import License
from crawler.store.past import WITHOUT_HISTORY

ONE, TWO, THREE, FOUR, FIVE = (f"acme-00/widget-{number}" for number in range(5))
MOVED = "gizmos/gadget"
NOT_KEPT = {"language", "replacement_cost_v1"}

LIST = """
groups:
  - name: Things
    categories: [Made up]
organizations:
  - id: big
    name: {big}
    attribution_class: pure_play
    ticker: BIG
    figures:
{figures}
  - id: small
    name: Small
    parent: {parent}
    figures:
      - {{measure: post_money_valuation, amount: 5000000, currency: USD, as_of: 2026-01-01,
         source_url: "https://small.example/"}}
categories:
  - name: Made up
    subcategories:
      - name: Widgets
        items:
{items}
"""
CAP = (
    "      - {{measure: market_cap, amount: {amount}, currency: USD, as_of: 2026-06-30,"
    ' source_url: "https://big.example/"}}'
)


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float]) -> Iterator[Landscape]:
    with SandboxServer(made_up_world(6), token=TOKEN, anonymous=True, enforce_limits=True) as server:
        yield Landscape(tmp_path, server)


def listed(
    landscape: Landscape, *items: tuple[str, str], amounts: tuple[int, ...], big: str = "Big", parent: str = "null"
) -> None:
    """Write a list of repositories, each with its organisation."""
    lines = []
    for name, organization in items:
        lines += [f"          - name: {name.partition('/')[2]}", f"            repo_url: https://github.com/{name}"]
        lines += [f"            organization: {organization}"] if organization else []
    figures = "\n".join(CAP.format(amount=amount) for amount in amounts) or "      []"
    text = LIST.format(items="\n".join(lines), figures=figures, big=big, parent=parent)
    landscape.seeds.write_text(text, encoding="utf-8")


COMMANDS = {
    "json": ("export", "json"),
    "csv": ("export", "csv"),
    "yaml": ("export", "yaml"),
    "stats": ("stats", "--json"),
    "value": ("value", "--json", "--policy", "ecosystem_value_v1", "--policy", "legacy_landscape_v1"),
    "part": ("value", "--json", "--scope", "category:made-up"),
}


class Diary:
    """What each command printed on each day."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.days: dict[str, dict[str, str]] = {}
        self.lists: dict[str, Path] = {}

    def write(self, **environment: str) -> None:
        """Refresh, keep what is printed, and let the day pass."""
        day = self.landscape.now.date().isoformat()
        self.landscape.refresh("--force", code=None, **environment)
        copy = self.landscape.seeds.with_name(f"{day}.yml")
        copy.write_bytes(self.landscape.seeds.read_bytes())
        self.lists[day] = copy
        self.days[day] = {name: self.read(name, day) for name in COMMANDS}
        self.landscape.later(days=1)

    def read(self, name: str, day: str, *options: object) -> str:
        """What a command prints now, in one form."""
        command, *arguments = COMMANDS[name]
        if name == "yaml":
            arguments.append(str(self.lists[day]))
        if command != "export":
            done = self.landscape.run(command, *arguments, *options)
            return shown_stats(done.out) if name == "stats" else shown_value(done.out)
        output = self.landscape.seeds.with_name("export")
        self.landscape.run(command, *arguments, *options, "-o", output)
        text = output.read_text(encoding="utf-8")
        return {"json": shown_json, "csv": shown_csv}.get(name, str)(text)


def shown_json(text: str) -> str:
    rows = json.loads(text)
    return json.dumps([{key: row[key] for key in row if key not in WITHOUT_HISTORY} for row in rows], indent=1)


def shown_csv(text: str) -> str:
    rows = csv.DictReader(text.splitlines())
    return json.dumps([{key: row[key] for key in row if key not in WITHOUT_HISTORY} for row in rows], indent=1)


def shown_stats(text: str) -> str:
    data = json.loads(text)
    data["headline"] = data["headline"].rpartition(" · ")[0]
    data["totals"] = [
        one
        for one in data["totals"]
        if one["scope"] == "landscape" or not {one["measure"].partition(":")[0], one["policy"]} & NOT_KEPT
    ]
    return json.dumps(data, indent=1)


def shown_value(text: str) -> str:
    data: dict[str, Any] = json.loads(text)
    assert data.pop("known_by", None) is None or data["day"]
    if data["scope"] != "landscape":
        data["ecosystem_value"] = [one for one in data["ecosystem_value"] if one["policy"] not in NOT_KEPT]
    return json.dumps(data, indent=1)


def test_every_day_can_be_printed_again(landscape: Landscape, elsewhere: Elsewhere) -> None:
    landscape.now = landscape.now.replace(hour=12)
    world, diary = landscape.world, Diary(landscape)
    first = ((ONE, "big"), (TWO, "small"), (THREE, ""))
    listed(landscape, *first, amounts=(1_000_000,))
    diary.write()
    # Counts, a release, a licence, a language, and a figure that is corrected.
    world[ONE].stars += 10
    world[TWO].release("v9.0.0", landscape.now.isoformat().replace("+00:00", "Z"))
    world[TWO].license = License("agpl-3.0", "GNU Affero General Public License v3.0", "AGPL-3.0")
    world[THREE].languages = {"Zig": 10}
    listed(landscape, *first, amounts=(2_000_000,))
    diary.write()
    # One moves, one is archived; the list is in another order, without one and with another; who owns whom is new.
    world.rename(ONE, MOVED)
    world[TWO].is_archived = True
    listed(landscape, (FOUR, "small"), (ONE, "big"), (TWO, ""), amounts=(2_000_000,), big="Bigger", parent="big")
    diary.write()
    # A day on which one answer fails, and one in part.
    world[FOUR].stars += 5
    landscape.strike(Fault(saml(FOUR)), Fault(saml(TWO, "licenseInfo")))
    diary.write()
    landscape.strike()
    # A day without a token: what is new on the list is known at second hand alone, until the next.
    listed(landscape, (FOUR, "small"), (ONE, "big"), (FIVE, ""), (TWO, ""), amounts=(2_000_000,), big="Bigger")
    landscape.server.limits.anonymous_per_hour["core"] = 0
    diary.write(GITHUB_TOKEN="")
    world[TWO].stars += 7
    world[FIVE].stars += 7
    # The first list again, with the moved one under both of its names; one is gone, at first only missing.
    world.delete(THREE)
    listed(landscape, *first, (MOVED, "small"), (FIVE, ""), amounts=())
    diary.write()
    diary.write()
    # Nothing but that all is as it was.
    world.rename(MOVED, ONE)
    world[TWO].is_archived = False
    world[TWO].stars += 1
    listed(landscape, *first, amounts=(1_000_000,))
    diary.write()

    days = list(diary.days.values())
    assert ["depsdev" in saved["json"] for saved in days] == [False] * 4 + [True] + [False] * 3
    assert ["gone" in saved["json"] for saved in days] == [False] * 6 + [True] * 2
    for day, saved in diary.days.items():
        for name, text in saved.items():
            assert diary.read(name, day, "--as-of", day) == text, f"{name} of {day}"


def test_a_clock_that_went_back_changes_no_day_of_the_past(landscape: Landscape) -> None:
    diary = Diary(landscape)
    listed(landscape, (ONE, "big"), (TWO, ""), amounts=(1,))
    diary.write()
    landscape.world[ONE].stars += 1
    listed(landscape, (ONE, ""), (TWO, "big"), amounts=(1,))
    diary.write()
    first, newest = diary.days
    landscape.later(days=-2)
    landscape.world[ONE].stars += 1
    listed(landscape, (ONE, ""), amounts=(2,), big="Bigger")
    done = landscape.refresh("--force")
    assert f"the database already knows of {newest}" in done.err
    assert landscape.rows("SELECT max(day), count(*) FROM computed_days") == [(newest, 2)]
    assert landscape.value("SELECT observed_at FROM figures WHERE amount = '2'") == f"{newest}T00:00:00Z"
    landscape.later(days=3)
    landscape.world[ONE].stars += 1
    assert "already knows" not in landscape.refresh("--force").err
    for name, text in diary.days[first].items():
        assert diary.read(name, first, "--as-of", first) == text, name
    stars = landscape.world[ONE].stars
    shown = json.loads(diary.read("json", newest, "--as-of", newest))
    assert [(row["repository"], row["stars"], row["organization"]) for row in shown] == [(ONE, stars - 1, None)]


def test_an_answer_from_the_future_is_asked_for_again(landscape: Landscape) -> None:
    listed(landscape, (ONE, ""), amounts=())
    landscape.later(days=3650)
    landscape.refresh("--source", "github")
    landscape.later(days=-3650)
    landscape.refresh("--source", "github")
    assert landscape.asked > 0
    landscape.refresh("--source", "github")
    assert landscape.asked == 0


def test_a_day_of_which_nothing_is_known_is_one_message(landscape: Landscape) -> None:
    landscape.now = landscape.now.replace(hour=12)
    listed(landscape, (ONE, ""), amounts=())
    diary = Diary(landscape)
    diary.write()
    diary.write()
    first = min(diary.days)
    for command in (("stats",), ("export", "json")):
        done = landscape.run(*command, "--as-of", "2020-01-01", code=2)
        assert (done.out, done.err.count("\n")) == ("", 1)
        assert f"the first day of which anything is known is {first}" in done.err
        done = landscape.run(*command, "--as-of", first, "--as-true-of", first, code=2)
        assert "two different pasts" in done.err


def test_what_is_left_out_and_what_a_past_means_is_said(landscape: Landscape) -> None:
    landscape.now = landscape.now.replace(hour=12)
    listed(landscape, (ONE, "big"), amounts=(1,))
    diary = Diary(landscape)
    for _ in range(4):
        landscape.world[ONE].stars += 1
        diary.write()
    first = min(diary.days)
    page = landscape.run("stats", "--as-of", first)
    assert f"--as-true-of {first} takes in what has been told" in page.out
    assert page.out.splitlines()[0].endswith(f" · as of {first}")
    assert page.err == "crawler: left out, since no history of it is kept: the age in the headline\n"
    newest = landscape.run("stats", "--as-of", max(diary.days))
    assert newest.out.splitlines()[0].endswith(f" · as of {max(diary.days)}"), "no age, which changes by the hour"
    assert newest.err == page.err
    data = landscape.run("stats", "--as-of", first, "--json")
    assert "language:… of parts of the landscape" in data.err and f"As of {first}" in data.err
    true = landscape.run("stats", "--as-true-of", first)
    assert f"True of {first} as far as is known now" in true.out
    output = landscape.seeds.with_name("out")
    done = landscape.run("export", "json", "-o", output, "--as-of", first)
    assert "left out, since no history of it is kept: fetched_at, figures_observed_at\n" in done.err
    assert not set(WITHOUT_HISTORY) & set(json.loads(output.read_text(encoding="utf-8"))[0])
    listed(landscape, (ONE, "big"), (TWO, ""), amounts=(1,))
    done = landscape.run("export", "yaml", landscape.seeds, "-o", output, "--as-of", first)
    assert f"1 item is without a block: not on the list on {first}" in done.err
    assert landscape.run("export", "json", "-o", output, "--as-of", max(diary.days)).err == ""


def test_a_day_before_the_first_is_true_as_far_as_others_have_told(landscape: Landscape) -> None:
    landscape.now = landscape.now.replace(hour=12)
    listed(landscape, (ONE, "big"), amounts=(1,))
    diary = Diary(landscape)
    diary.write()
    diary.write()
    landscape.change("INSERT OR REPLACE INTO star_weeks VALUES (1, '2024-06-02', 3, '[1,1,1,0,0,0,0]', 40)")
    page = landscape.run("stats", "--as-true-of", "2024-06-03")
    assert "1 project · 39 stars" in page.out.splitlines()[0]
    assert f"the list is shown as it was first remembered, on {min(diary.days)}" in page.err
    output = landscape.seeds.with_name("out")
    landscape.run("export", "yaml", landscape.seeds, "-o", output, "--as-true-of", "2024-06-03")
    assert "stars: 39\n" in (text := output.read_text(encoding="utf-8"))
    assert "as_of: '2024-06-03'" in text and "license_spdx" not in text
