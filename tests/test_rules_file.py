"""The user's rules: what the file leaves out is the default, and every fault has its line and the cure."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from crawling import Landscape, command
from msgspec import structs

from crawler.errors import UsageFault
from crawler.rules import EventRules, HealthRules, Rules, Scale, Weighed
from crawler.rules_file import find_rules, read_rules, starter_text


def read(folder: Path, text: str) -> Rules:
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return read_rules(path)


def test_the_file_to_start_from_holds_every_rule_with_its_default(tmp_path: Path) -> None:
    text = starter_text()
    assert read(tmp_path, text) == Rules()
    written = yaml.safe_load(text)
    assert list(written) == list(Rules.__struct_fields__)
    for name in written:
        assert sorted(written[name]) == sorted(getattr(Rules(), name).__struct_fields__)
    for name in HealthRules().weights:
        assert list(written["health"][name]) == list(getattr(HealthRules(), name).__struct_fields__)
    # Each rule has its words.
    lines = text.splitlines()
    commented = [line for before, line in pairwise(lines) if before.startswith("  #")]
    assert {line.split(":")[0].strip() for line in commented if ":" in line} >= {
        *HealthRules().weights,
        "inactive_days",
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "health:\n", "health:\n  recency:\nevents:\n  burst_stars:\n"])
def test_what_is_left_out_is_the_default(tmp_path: Path, text: str) -> None:
    if "burst_stars" in text:
        text = text.replace("  burst_stars:\n", "")
    assert read(tmp_path, text) == Rules()


def test_a_part_of_a_rule_may_be_changed_alone(tmp_path: Path) -> None:
    text = "health:\n  recency: {good: 60}\n  licence:\n    weight: 0\nevents:\n  star_milestones: [10, 20]\n"
    health = HealthRules(recency=Scale(weight=20, good=60, bad=365), licence=Weighed(weight=0))
    assert read(tmp_path, text) == Rules(events=EventRules(star_milestones=(10, 20)), health=health)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("helth:\n  recency: 1\n", "1:1: the rule 'helth' is unknown; did you mean health?"),
        ("health:\n  recancy: {weight: 1}\n", "2:3: health: the rule 'recancy' is unknown; did you mean recency?"),
        ("star_milestones: [10]\n", "1:1: the rule 'star_milestones' is unknown; write it under events:"),
        ("licence: {weight: 1}\n", "1:1: the rule 'licence' is unknown; write it under health:"),
        ("health:\n  value_percent: 3\n", "2:3: health: the rule 'value_percent' is unknown; write it under events:"),
        ("health:\n  recency: {wait: 1}\n", "2:13: health / recency: the rule 'wait' is unknown; "),
        ("health:\n  licence: {weight: 1, good: 3}\n", "2:24: health / licence: the rule 'good' is unknown; "),
        ("health:\n  recency: 30\n", "2:12: health / recency: text stands where a mapping belongs; "),
        ("- health\n", "1:1: a list stands where a mapping belongs; "),
        ("health:\n  recency: {weight: -1}\n", "2:21: health / recency / weight: -1 is out of range; write a number"),
        ("health:\n  recency: {weight: 1.5}\n", "2:21: health / recency / weight: 1.5 is no whole number; "),
        ("health:\n  recency: {weight: '3'}\n", "2:21: health / recency / weight: 3 is no whole number; "),
        ("health:\n  recency: {weight: [3]}\n", "2:21: health / recency / weight: a list is no whole number; "),
        ("health:\n  recency: {weight: }\n", "2:21: health / recency / weight: nothing is no whole number; "),
        ("health:\n  recency: {weight: 0x1F}\n", "2:21: health / recency / weight: 0x1F is no whole number; "),
        (f"health:\n  recency: {{weight: {'9' * 5000}}}\n", "2:21: health / recency / weight: 9999"),
        (
            "health:\n  archived_at_most: 101\n",
            "2:21: health / archived_at_most: 101 is out of range; write a number fro",
        ),
        (
            "health:\n  recency: {good: 90, bad: 90}\n",
            "2:12: health / recency: good (90) is not less than bad (90); the defaults are good: 30, bad: 365",
        ),
        ("health:\n  recency: {good: 400}\n", "2:12: health / recency: good (400) is not less than bad (365); "),
        ("health:\n  commits: {bad: 60}\n", "2:12: health / commits: good (52) is not more than bad (60); "),
        (
            "events:\n  star_milestones: [5, 100, 100]\n",
            "2:29: events / star_milestones: 100 does not come after 100; ",
        ),
        ("events:\n  star_milestones: [0]\n", "2:21: events / star_milestones: 0 is out of range; "),
        ("events:\n  star_milestones: 100\n", "2:20: events / star_milestones: text stands where a list belongs; "),
        ("events:\n  inactive_days: soon\n", "2:18: events / inactive_days: soon is no whole number; "),
        ("events: {burst_stars: 1, burst_stars: 2}\n", "1:26: the key 'burst_stars' is here twice"),
        ("events: [\n", "2:1: this is no YAML"),
        ("a: 1\n---\nb: 2\n", "2:1: a second YAML document begins here"),
    ],
)
def test_a_fault_has_its_place_and_the_cure(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read(tmp_path, text)
    first, *lines = str(caught.value).splitlines()
    assert first == f"{tmp_path / 'mine.yml'} has faults, nothing was done"
    assert any(line.startswith(f"{tmp_path / 'mine.yml'}:{told}") for line in lines), lines
    assert all(len(line) < 400 for line in lines)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageFault) as caught:
        read(tmp_path, "health:\n  recency: 1\n  commits: 2\nother: 3\n")
    assert len(str(caught.value).splitlines()) == 4


def test_something_has_to_weigh(tmp_path: Path) -> None:
    text = "health:\n" + "".join(f"  {name}: {{weight: 0}}\n" for name in HealthRules().weights)
    with pytest.raises(UsageFault, match="no input weighs anything"):
        read(tmp_path, text)


def test_the_file_is_the_one_that_is_named_else_the_one_that_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_rules({}) == Rules()
    (tmp_path / "rules.yml").write_text("events: {inactive_days: 7}\n", encoding="utf-8")
    assert find_rules({}).events.inactive_days == find_rules({"CRAWLER_RULES": ""}).events.inactive_days == 7
    (tmp_path / "mine.yml").write_text("events: {inactive_days: 8}\n", encoding="utf-8")
    assert find_rules({"CRAWLER_RULES": "mine.yml"}).events == structs.replace(EventRules(), inactive_days=8)
    with pytest.raises(UsageFault, match=r"no\.yml:0:0: the file cannot be read"):
        find_rules({"CRAWLER_RULES": "no.yml"})


def test_faulty_rules_end_a_refresh_before_anything_is_fetched(landscape: Landscape, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text("health: {recency: {weight: -1}}\n", encoding="utf-8")
    done = landscape.refresh(code=2, CRAWLER_RULES=str(tmp_path / "rules.yml"))
    assert "rules.yml:1:28: health / recency / weight: -1 is out of range" in done.err
    assert landscape.asked == 0 and not landscape.database.exists()
    assert command("health", "--db", tmp_path / "none.db", "--print-rules").out == starter_text()
