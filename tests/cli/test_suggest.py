"""`crawler suggest`: what a refresh has learnt goes into the list, and nothing else of it changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crawling import Done, Landscape, command

from crawler.repair import editing
from crawler.sandbox.world import License

ONE, TWO, THREE, FOUR, FIVE = (f"acme-00/widget-{number}" for number in range(5))
HOST = "https://github.com"
HEAD = "# ours\ncategories:\n  - name: C\n    subcategories:\n      - name: S\n        items:\n"


def seed(landscape: Landscape, items: str) -> str:
    """Write the list, with `{ONE}` … for addresses."""
    addresses = {name: f"{HOST}/{globals()[name]}" for name in ("ONE", "TWO", "THREE", "FOUR", "FIVE")}
    text = HEAD + items.format(**addresses)
    landscape.seeds.write_bytes(text.encode())
    return text


def item(name: str, *lines: str) -> str:
    return "".join([f"          - name: {name}\n", *(f"            {line}\n" for line in lines)])


def suggest(landscape: Landscape, *options: object, code: int = 0) -> Done:
    done = landscape.run("suggest", landscape.seeds, *options, code=code)
    assert landscape.asked == 0
    return done


def written(landscape: Landscape) -> str:
    """The list after `--write`; a second one finds nothing to write and leaves the bytes."""
    suggest(landscape, "--write")
    text = landscape.seeds.read_bytes()
    again = suggest(landscape, "--write")
    assert landscape.seeds.read_bytes() == text
    assert "written:" not in again.out and "to write:" not in again.out
    return text.decode()


def test_a_moved_repository_gets_its_address_and_nothing_else_changes(landscape: Landscape) -> None:
    old = "http://github.com/acme-00/widget-0.git"
    more = "additional_repos: [{{repo_url: {TWO}/tree/main}}]\r"
    text = seed(landscape, item("A", "homepage_url: 'x' # mine", f"repo_url: '{old}' # old", more))
    landscape.world.rename(ONE, "elsewhere/gadget")
    landscape.world.rename(TWO, "acme-00/new-name")
    landscape.refresh()
    lines = suggest(landscape).out.splitlines()
    day = landscape.now.date()
    assert lines[0] == (
        f"{landscape.seeds}:9:23: C / S / A: {ONE} moved to elsewhere/gadget (since {day}, as of {day},"
        f" {HOST}/elsewhere/gadget); to write: repo_url: {HOST}/elsewhere/gadget"
    )
    assert f":10:43: C / S / A: {TWO} was renamed to acme-00/new-name (" in lines[1]
    assert landscape.seeds.read_bytes() == text.encode()
    assert written(landscape) == text.replace(old, f"{HOST}/elsewhere/gadget").replace(
        f"{HOST}/{TWO}/tree/main", f"{HOST}/acme-00/new-name"
    )


def test_an_archived_repository_is_noted_until_it_is_revived(landscape: Landscape) -> None:
    text = seed(landscape, item("A", "homepage_url: x", "repo_url: {ONE}", "project: archived"))
    landscape.world[ONE].is_archived, landscape.world[ONE].archived_at = True, "2024-05-01T10:00:00Z"
    landscape.refresh()
    note = "            extra:\n              annotations:\n                repository_archived: '2024-05-01'\n"
    assert written(landscape) == text + note
    landscape.world[ONE].is_archived, landscape.world[ONE].archived_at = False, None
    landscape.later(days=1)
    landscape.refresh()
    assert "is not archived any more" in suggest(landscape).out
    assert written(landscape) == text


def test_licences_are_replaced_only_where_nobody_gives_a_reason(landscape: Landscape) -> None:
    for name in (ONE, TWO, THREE, FOUR, FIVE):
        landscape.world[name].license = License("apache-2.0", "Apache License 2.0", "Apache-2.0")
    reason = "override_reason: read by hand"
    stated = {
        "A": ("repo_url: {ONE}", "license: MIT"),
        "B": ("repo_url: {TWO}", 'license: "MIT OR Apache-2.0"'),
        "D": ("repo_url: {THREE}", "license: MIT", reason),
        "E": ("repo_url: {FOUR}", "license: MIT", reason, "override_review_on: 2999-01-01"),
        "F": ("repo_url: {FIVE}", "license: Apache-2.0", reason),
    }
    text = seed(landscape, "".join(item(name, "homepage_url: x", *lines) for name, lines in stated.items()))
    landscape.refresh()
    data = {row["where"]: row for row in json.loads(suggest(landscape, "--json").out)}
    assert list(data) == ["C / S / A", "C / S / B", "C / S / D", "C / S / F"]
    assert data["C / S / A"]["change"] == "license: Apache-2.0" and data["C / S / A"]["can_be_written"]
    assert {data[where]["change"] for where in list(data)[1:]} == {""}
    assert "look at it again: it has no override_review_on" in data["C / S / D"]["advice"]
    assert "no longer needed" in data["C / S / F"]["says"]
    assert written(landscape) == text.replace("license: MIT\n", "license: Apache-2.0\n", 1)
    landscape.seeds.write_text(landscape.seeds.read_text().replace("2999-01-01", "2020-01-01"))
    assert "look at it again: review is due since 2020-01-01" in suggest(landscape).out


def test_one_repository_under_two_names(landscape: Landscape) -> None:
    more = "additional_repos:"
    text = seed(
        landscape,
        item("A", "homepage_url: x", f"repo_url: {HOST}/elsewhere/gadget", more, "  - repo_url: {ONE}")
        + item("B", "homepage_url: x", "repo_url: {TWO}", more, "  - repo_url: {TWO}", "    branch: dev")
        + "              - repo_url: {THREE} # keep\n"
        + item("D", "homepage_url: x", "repo_url: {ONE}")
        + item("E", "homepage_url: x", "repo_url: {ONE}", "allow_duplicate_repo: true"),
    )
    landscape.world.rename(ONE, "elsewhere/gadget")
    landscape.refresh()
    lines = suggest(landscape).out.splitlines()
    kinds = [line.partition(": C / S / ")[2][:1] for line in lines]
    assert kinds == ["A", "B", "D", "D", "E"]
    assert f"{ONE} and elsewhere/gadget (line 9) are one repository" in lines[0]
    assert "keep one of the two, with what both say" in lines[1]
    assert f"{ONE} and elsewhere/gadget of C / S / A (line 9) are one repository" in " ".join(lines[2:4])
    out = written(landscape)
    assert out == text.replace(f"            {more}\n              - repo_url: {HOST}/{ONE}\n", "", 1).replace(
        f"            repo_url: {HOST}/{ONE}\n", f"            repo_url: {HOST}/elsewhere/gadget\n"
    )


def test_what_is_away_is_told_and_a_homepage_that_is_missing_added(landscape: Landscape) -> None:
    text = seed(
        landscape,
        item("A", "repo_url: {ONE}")
        + item("B # b", "repo_url: {TWO}")
        + "          - {{name: D, repo_url: {THREE}}}\n"
        + item("E", "repo_url: {FOUR}", "homepage_url:"),
    )
    landscape.world.delete(ONE)
    landscape.world[TWO].homepage_url = "https://example.org/#b"
    landscape.world[THREE].homepage_url = "https://example.org/[d]"
    landscape.world[FOUR].homepage_url = "https://example.org/e:"
    landscape.refresh()
    out = suggest(landscape).out
    assert f":8:23: C / S / A: {ONE} was not found (since {landscape.now.date()}, " in out
    assert written(landscape) == text.replace(
        "name: B # b\n", "name: B # b\n            homepage_url: https://example.org/#b\n"
    ).replace("name: D,", 'name: D, homepage_url: "https://example.org/[d]",').replace(
        "homepage_url:\n", "homepage_url: 'https://example.org/e:'\n"
    )


def test_a_form_without_a_safe_place_is_left_and_named(landscape: Landscape) -> None:
    folded = item("A", "homepage_url: x", "repo_url: >", "  {ONE}")
    text = seed(landscape, folded + item("B", "homepage_url: x", "repo_url: {TWO}"))
    landscape.world.rename(ONE, "elsewhere/a")
    landscape.world.rename(TWO, "elsewhere/b")
    landscape.refresh()
    done = suggest(landscape, "--write")
    assert "its form has no safe place for that" in done.out.splitlines()[0]
    assert done.err.splitlines()[-1].endswith("2 findings, 1 written")
    assert landscape.seeds.read_text() == text.replace(f"{HOST}/{TWO}", f"{HOST}/elsewhere/b")


def test_other_forms_are_told_and_never_written(landscape: Landscape) -> None:
    landscape.world.rename(ONE, "elsewhere/a")
    landscape.seeds = landscape.seeds.with_name("list.txt")
    landscape.seeds.write_text(f"{ONE}\n")
    landscape.refresh()
    row = json.loads(suggest(landscape, "--json").out)[0]
    assert (row["kind"], row["line"], row["can_be_written"]) == ("moved", 1, False)
    done = suggest(landscape, "--write", code=2)
    assert "is a list in the form 'list', which is not edited" in done.err
    assert landscape.seeds.read_text() == f"{ONE}\n"


def test_recorded_figures_and_wrong_input_are_told(landscape: Landscape) -> None:
    landscape.seed("fermyon/spin", "wasm3/wasm3")
    assert "there is no database" in suggest(landscape, code=2).err
    landscape.run("refresh", "--sandbox")
    done = suggest(landscape)
    assert "recorded on 2023-09-25" in done.out and "recorded ones of 2023-09-25" in done.err
    done = command("suggest", "-", "--write")
    assert done.code == 2 and "standard input cannot be written to" in done.err
    landscape.seeds.write_text("categories: }")
    assert f"{landscape.seeds}:1:" in suggest(landscape, code=2).err


@pytest.mark.parametrize("landscape", [2], indirect=True)
def test_a_list_with_nothing_to_learn_stays_untouched(landscape: Landscape) -> None:
    landscape.seeds.write_bytes(
        landscape.seeds.read_bytes().replace(b"repo_url", b"homepage_url: x\r\n            repo_url")
    )
    landscape.refresh()
    before = landscape.seeds.read_bytes(), landscape.seeds.stat().st_mtime_ns
    done = suggest(landscape, "--write")
    assert (done.out, done.err.splitlines()[-1]) == ("", f"{landscape.seeds}: nothing to learn")
    assert (landscape.seeds.read_bytes(), landscape.seeds.stat().st_mtime_ns) == before


def test_an_edit_that_is_made_meanwhile_stays(landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    text = seed(landscape, item("A", "homepage_url: x", "repo_url: {ONE}"))
    landscape.world.rename(ONE, "elsewhere/gadget")
    landscape.refresh()

    def edited_meanwhile(*arguments: Any) -> editing.Edited:
        landscape.seeds.write_text(f"{text}# mine\n", encoding="utf-8")
        return editing.edited(*arguments)

    monkeypatch.setattr("crawler.cli.suggest.edited", edited_meanwhile)
    done = suggest(landscape, "--write", code=2)
    assert "was changed while it was read; nothing was written" in done.err and done.out == ""
    assert landscape.seeds.read_text(encoding="utf-8") == f"{text}# mine\n"
