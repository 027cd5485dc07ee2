"""`crawler review`: what a change of a list brings, over a GitHub on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from crawling import NOBODY, Done, Landscape, command, yaml
from markdown_it import MarkdownIt

from crawler.listed import Finding
from crawler.review.comment import as_comment, as_markdown
from crawler.review.model import Review
from crawler.sandbox.faults import Fault, saml

W = [f"acme-00/widget-{number}" for number in range(6)]
EVIL = "x | @octocat <img src=x onerror=alert(1)> [a](javascript:alert(1)) rust-lang/rust#1 `code` https://evil.example"


@pytest.fixture
def lists(landscape: Landscape, tmp_path: Path) -> Any:
    """Runs a review of two lists, given as text; without one before, that file is not there."""

    def run(before: str | None, after: str, *options: object, code: int = 0, **environment: str) -> Done:
        base, head = tmp_path / "base.yml", tmp_path / "head.yml"
        base.unlink(missing_ok=True)
        if before is not None:
            base.write_text(before, encoding="utf-8")
        head.write_text(after, encoding="utf-8")
        landscape.server.log.clear()
        with patch("crawler.clock.now", lambda: landscape.now):
            done = command("review", base, head, *options, **(landscape.environment | environment))
        assert "Traceback" not in done.err
        assert done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        return done

    return run


def data(done: Done) -> dict[str, Any]:
    return json.loads(done.out)


def remarks(entry: dict[str, Any]) -> list[str]:
    return [f"{one['severity']}: {one['text']}" for one in entry["remarks"]]


def test_nothing_new_asks_nobody(lists: Any, landscape: Landscape) -> None:
    done = lists(yaml(*W), yaml(*W))
    assert landscape.asked == 0 and done.err == ""
    assert done.out.endswith(
        "0 new entries, 0 changed, 0 removed, 0 moved, 6 as before; 0 to mend, 0 notes, 0 new notices\n"
    )


def test_a_moved_entry_and_an_edited_text_are_as_before(lists: Any, landscape: Landscape) -> None:
    before = yaml(*W[:2])
    lines = before.splitlines()
    entry = [*lines[5:7], "            description: something else"]
    after = "\n".join([*lines[:5], *lines[7:], "      - name: Others", "        items:", *entry])
    found = data(lists(before, after, "--json"))
    assert (found["new"], found["changed"], found["removed"]) == ([], [], [])
    assert (found["moved"], found["unchanged"]) == (1, 2)
    assert landscape.asked == 0


def test_a_new_entry_is_told_with_its_facts_and_nobody_else_is_asked(lists: Any, landscape: Landscape) -> None:
    repository = landscape.world[W[1]]
    found = data(lists(yaml(W[0]), yaml(W[0], W[1]), "--json"))
    (entry,) = found["new"]
    facts = entry["facts"][W[1]]
    assert (facts["stars"], facts["forks"], facts["contributors"]) == (
        repository.stars,
        repository.forks,
        repository.contributors,
    )
    assert facts["commits_last_year"] is not None and facts["created_at"] == repository.created_at
    assert {name for seen in landscape.server.log for name in seen.names} == {W[1]}
    assert entry["line"] == 8 and entry["place"] == "Made up / Widgets"


def test_a_list_of_which_nothing_was_there_is_all_new(lists: Any) -> None:
    for before in (None, "", " \n"):
        done = lists(before, yaml(*W[:2]), "--json")
        assert len(data(done)["new"]) == 2 and "every entry counts as new" in done.err


def test_what_is_not_there_has_to_be_mended(lists: Any, landscape: Landscape) -> None:
    landscape.world[W[2]].blocked = True
    found = data(lists("", yaml("acme-00/nothing", W[2]), "--json", code=2))
    assert [remarks(one)[0] for one in found["new"]] == [
        "error: acme-00/nothing does not exist on GitHub, or is private",
        f"error: {W[2]} was taken down by GitHub (dmca)",
    ]
    assert found["exit_code"] == 2


def test_what_is_odd_is_worth_a_look(lists: Any, landscape: Landscape) -> None:
    landscape.world.rename(W[0], "acme-00/renamed")
    landscape.world[W[1]].is_archived = True
    landscape.world[W[1]].license = None
    landscape.world[W[3]].is_fork = True
    found = data(lists("", yaml(W[0], W[1], W[3]), "--json"))
    said = [text for one in found["new"] for text in remarks(one)]
    assert f"note: {W[0]} is called acme-00/renamed now" in said
    assert f"note: {W[1]} is archived" in said and f"note: {W[1]} has no licence that GitHub found" in said
    assert f"note: {W[3]} is a fork" in said


def test_a_repository_that_is_listed_has_to_be_mended_in_any_spelling_and_under_a_former_name(
    lists: Any, landscape: Landscape
) -> None:
    landscape.world.rename(W[1], "acme-00/present")
    before = yaml(W[0], "acme-00/present")
    after = before + yaml(W[0].upper(), W[1]).split("items:\n")[1]
    found = data(lists(before, after.replace("name: WIDGET-0", "name: One more"), "--json", code=2))
    said = [text for one in found["new"] for text in remarks(one)]
    assert f"error: {W[0].upper()} is listed already, by widget-0 (Widgets), line 6" in said
    assert f"error: {W[1]} is listed already, by present (Widgets), line 8" in said


def test_a_repository_may_be_shared_on_purpose(lists: Any) -> None:
    shared = yaml(W[0]).split("items:\n")[1] + "            allow_duplicate_repo: true\n"
    found = data(lists(yaml(W[0]), yaml(W[0]) + shared.replace("widget-0\n", "other\n", 1), "--json"))
    assert f"note: {W[0]} is listed already, by widget-0 (Widgets), line 6" in remarks(found["new"][0])


def test_with_a_database_former_names_of_old_entries_are_known_and_fresh_answers_are_reused(
    lists: Any, landscape: Landscape
) -> None:
    landscape.refresh()
    landscape.world.rename(W[0], "acme-00/present")
    landscape.later(days=2)
    landscape.refresh()
    before = landscape.database.read_bytes()
    new = yaml("acme-00/present").split("items:\n")[1]
    found = data(lists(yaml(*W), yaml(*W) + new, "--json", "--db", landscape.database, code=2))
    assert any("is listed already, by widget-0" in one for one in remarks(found["new"][0]))
    assert landscape.database.read_bytes() == before
    lists("", yaml(W[3]), "--db", landscape.database)
    assert landscape.asked == 0
    lists("", yaml(W[3]), "--db", "nothing.db", code=2)


def test_changed_entries_tell_what_changed_and_only_new_repositories_are_asked(
    lists: Any, landscape: Landscape
) -> None:
    before = yaml(W[0], W[1], W[2])
    after = yaml(W[0], W[1]).replace("name: widget-0", "name: Renamed") + (
        f"            additional_repos:\n              - repo_url: https://github.com/{W[3]}\n"
    )
    done = lists(before, after)
    assert "CHANGED Renamed (Made up / Widgets), line 6\n  was called widget-0\n" in done.out
    assert f"CHANGED widget-1 (Made up / Widgets), line 8\n  new repository {W[3]}\n" in done.out
    assert "REMOVED widget-2 (Made up / Widgets)\n" in done.out
    assert {name for seen in landscape.server.log for name in seen.names} == {W[3]}


def test_same_names_and_homepages_and_missing_keys_are_told(lists: Any) -> None:
    one = "            homepage_url: https://www.Example.org/\n            logo: a.svg\n"
    two = yaml(W[1]).split("items:\n")[1].replace("widget-1\n", "Widget 0\n", 1)
    found = data(
        lists(yaml(W[0]) + one, yaml(W[0]) + one + two + "            homepage_url: http://example.org\n", "--json")
    )
    assert remarks(found["new"][0])[-3:] == [
        "note: another entry has the same name: widget-0 (Widgets), line 6",
        "note: another entry has the same homepage: widget-0 (Widgets), line 6",
        "note: landscape2 needs logo, which the entry does not have",
    ]


def test_faults_are_told_with_their_lines_in_every_form(lists: Any, landscape: Landscape) -> None:
    twice = yaml(W[0], W[0])
    assert ":8:" in lists(yaml(W[0]), twice, code=2).out
    assert "head.yml:" in lists(yaml(W[0]), twice, "--markdown", code=2).out.split("#### Faults")[1]
    found = data(lists(yaml(W[0]), twice, "--json", code=2))
    assert found["faults"][0]["line"] == 8 and found["new"] == []
    assert landscape.asked == 0


def test_facts_that_could_not_be_had_are_told_and_end_with_3(lists: Any, landscape: Landscape) -> None:
    landscape.strike(Fault(saml(W[1])))
    done = lists(yaml(W[0]), yaml(*W[:2]), code=3)
    assert f"NOT KNOWN: the facts of {W[1]} could not be had: " in done.out
    assert "stars not known" in done.out
    lists(yaml(W[0]), yaml(*W[:2]), code=3, GITHUB_API_URL=NOBODY, GITHUB_GRAPHQL_URL=f"{NOBODY}/graphql")


def test_lists_of_other_forms_are_compared_too(lists: Any, tmp_path: Path, landscape: Landscape) -> None:
    base, head = tmp_path / "base.txt", tmp_path / "head.yml"
    base.write_text(f"https://github.com/{W[0]}\n")
    head.write_text(yaml(*W[:2]))
    done = command("review", base, head, "--json", **landscape.environment)
    assert [one["name"] for one in data(done)["new"]] == ["widget-1"], done.err


def test_a_comment_calls_nobody_and_holds_no_element(lists: Any) -> None:
    after = yaml(W[0]).replace("name: widget-0", f"name: {json.dumps(EVIL)}")
    done = lists("", after, "--markdown")
    html = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable("table").render(done.out)
    assert "<table>" in html and html.count("<tr>") == 2 and html.count("<td") == 11
    assert "<img" not in html and 'href="javascript' not in html and 'evil.example"' not in html
    assert "@octocat" not in done.out and "rust#1" not in done.out
    assert f'href="https://github.com/{W[0]}"' in html


def test_a_comment_is_never_too_long_and_the_summary_has_it_all(lists: Any, tmp_path: Path) -> None:
    # Letters of two bytes: GitHub counts characters.
    names = [f"acme-00/widget-{number}" for number in range(2, 1700)]
    before = yaml(*names, W[1]).replace("name: widget", "name: wïïïïïïïïdget")
    whole = tmp_path / "whole.md"
    done = lists(before, yaml(W[0], W[1]), "--markdown", "--summary", whole)
    assert 62_000 < len(done.out) <= 64_000 and "the rest is too long for a comment" in done.out
    assert "\n\n… and " in done.out and f"**{W[0].partition('/')[2]}**" in done.out
    text = whole.read_text()
    assert text.count("dget-1699 ") == 1 and "too long" not in text and "… and " not in text


def test_every_section_of_a_comment_that_is_cut_keeps_its_part() -> None:
    many = [Finding("a.yml", number, 1, "an entry", "has no name " * 9, "", "fault") for number in range(900)]
    short = as_comment(Review(path="a.yml", faults=tuple(many), notices=tuple(many[:3])))
    assert short.count("\n- ") > 400 and "#### New notices" in short and len(short) <= 64_000
    assert short.count("… and ") == 1 and short.index("… and ") < short.index("#### New notices")
    both = as_comment(Review(path="a.yml", faults=tuple(many), notices=tuple(many)))
    faults, notices = both.split("#### New notices")
    assert abs(len(faults) - len(notices)) < 500 and 63_000 < len(both) <= 64_000
    assert len(as_markdown(Review(path="a.yml", faults=tuple(many * 20))).encode()) <= 1_000_000


def test_the_summary_takes_the_place_of_no_list(lists: Any, tmp_path: Path) -> None:
    done = lists(yaml(W[0]), yaml(W[0]), "--summary", tmp_path / "head.yml", code=2)
    assert "is what is read" in done.err


def test_a_missing_head_is_wrong_usage(landscape: Landscape, tmp_path: Path) -> None:
    done = command("review", "a", tmp_path / "nothing.yml")
    assert done.code == 2 and "nothing.yml is no file" in done.err
