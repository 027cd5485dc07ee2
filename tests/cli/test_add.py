"""`crawler add`: entries in the manner of the list, asked for at GitHub, refused where they are there already."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crawling import Done, Landscape, command

from crawler.cli import add as module
from crawler.seeds import check_seeds

ONE, TWO, THREE, FOUR = (f"acme-00/widget-{number}" for number in range(4))
HOST = "https://github.com"
LIST = (
    "landscape:\r\n  - category:\r\n    name: Tools\r\n    subcategories:\r\n"
    "      - subcategory:\r\n        name: Old\r\n"
    f"        items:\r\n          - item:\r\n            name: 'A'\r\n            homepage_url: https://a.example\r\n"
    f"            repo_url: {HOST}/{ONE} # first\r\n            logo: a.svg\r\n\r\n      # new ones\r\n"
    "      - subcategory:\r\n        name: New\r\n        items: []\r\n"
)


@pytest.fixture
def world(landscape: Landscape) -> Landscape:
    """A list in an older form, and repositories with descriptions."""
    landscape.seeds.write_bytes(LIST.encode())
    landscape.world[TWO].description, landscape.world[TWO].homepage_url = "It's: a #widget", "https://two.example/"
    landscape.world[THREE].description = landscape.world[THREE].homepage_url = None
    return landscape


def add(landscape: Landscape, *words: object, code: int = 0) -> Done:
    return landscape.run("add", *words, landscape.seeds, code=code)


def test_an_entry_is_written_as_the_others_are(world: Landscape) -> None:
    done = add(world, TWO, f"{HOST}/{THREE}/tree/main", "--to", "tools/old")
    entries = (
        "          - item:\r\n            name: 'widget-1'\r\n            description: 'It''s: a #widget'\r\n"
        f"            homepage_url: https://two.example/\r\n            repo_url: {HOST}/{TWO}\r\n"
        "            logo: widget-1.svg\r\n"
        f"          - item:\r\n            name: 'widget-2'\r\n            homepage_url: {HOST}/{THREE}\r\n"
        f"            repo_url: {HOST}/{THREE}\r\n            logo: widget-2.svg\r\n"
    )
    assert world.seeds.read_bytes().decode() == LIST.replace("a.svg\r\n", f"a.svg\r\n{entries}")
    assert done.out.splitlines() == [
        f"{world.seeds}:13: added widget-1 ({TWO}) to Tools / Old",
        f"{world.seeds}:19: added widget-2 ({THREE}) to Tools / Old",
    ]
    assert "widget-1.svg, widget-2.svg" in done.err
    assert [finding for finding in check_seeds(world.seeds) if finding.severity == "fault"] == []


def test_what_fails_is_told_and_the_rest_is_added(world: Landscape) -> None:
    world.world.rename(TWO, "acme-00/present")
    world.world[THREE].is_archived = True
    world.world[FOUR].blocked = True
    done = add(world, ONE.upper(), TWO, THREE, FOUR, "no/body", "acme-00/present", "--to", "Tools / New", code=3)
    assert [line.partition(": added ")[2] for line in done.out.splitlines()] == [
        "present (acme-00/present) to Tools / New",
        f"widget-2 ({THREE}) to Tools / New",
    ]
    told = "\n".join(done.err.splitlines())
    assert f"{TWO} is called acme-00/present now" in told and f"{THREE} is archived" in told
    assert f"not added: {ONE.upper()} is in the list already: Tools / Old / A (line 11)" in told
    assert f"not added: {FOUR}: " in told and "not added: no/body: GitHub knows no such repository" in told
    assert "acme-00/present, which was named before" in told
    assert world.seeds.read_bytes().startswith(LIST.removesuffix(" []\r\n").encode())


def test_a_former_name_that_the_database_knows_is_a_duplicate(world: Landscape) -> None:
    world.world.rename(ONE, "elsewhere/gadget")
    assert "+            name: 'gadget'" in add(world, "elsewhere/gadget", "--to", "Tools/New", "--dry-run").out
    world.refresh()
    done = add(world, "elsewhere/gadget", "--to", "Tools/New", code=3)
    assert "is in the list already: Tools / Old / A (line 11)" in done.err
    assert world.seeds.read_bytes() == LIST.encode()


def test_a_description_is_one_line_that_nothing_turns_and_ends_with_a_word(world: Landscape) -> None:
    world.world[TWO].description = "\u202eturned \x07\n bell \u2028" + "word " * 120
    world.world.rename(TWO, "acme-00/widget.yml")
    done = add(world, f"{HOST}/acme-00/widget.yml", "ACME-00/Widget-2", THREE, "--to", "new")
    assert "widget.yml (acme-00/widget.yml) to Tools / New" in done.out and f"{THREE} is named twice" in done.err
    (description,) = re.findall("description: '(.*)'\r\n", world.seeds.read_bytes().decode())
    assert re.fullmatch(r"turned bell( word)+…", description) and 490 < len(description) <= 500


def test_a_name_alone_is_enough_where_only_one_is_called_so(world: Landscape) -> None:
    other = "  - category:\r\n    name: More\r\n    subcategories: [{name: Old, items: []}]\r\n"
    world.seeds.write_bytes(f"{LIST}{other}".encode())
    done = add(world, TWO, "--to", "old", code=2)
    assert "several subcategories are called 'old'" in done.err and "\n  Tools / Old\n  More / Old" in done.err


def test_a_folder_that_is_closed_is_told_without_options_that_are_not_there(
    world: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", closed)
    done = add(world, TWO, "--to", "Tools / New", code=2)
    assert "cannot be written (Permission denied); check that its directory" in done.err
    assert world.seeds.read_bytes() == LIST.encode()


def test_names_are_unique_in_their_place(world: Landscape) -> None:
    world.world.rename(TWO, "one/a")
    world.world.rename(THREE, "two/A")
    done = add(world, "one/a", "two/A", "--to", "Tools / Old")
    assert [line.split()[2] for line in done.out.splitlines()] == ["one/a", "two/A"]


def test_an_account_is_added_without_what_is_listed_archived_or_a_fork(world: Landscape) -> None:
    names = [f"acme-00/widget-{number}" for number in range(1, 6)]
    for number, name in enumerate(names):
        world.world[name].stars = number * 10
    world.world[names[4]].is_archived = True
    world.world[names[3]].is_fork = True
    done = add(world, "--org", "acme-00", "--max", "2", "--to", "Tools / New")
    assert [line.split()[2] for line in done.out.splitlines()] == ["widget-3", "widget-2"]
    assert "6 public repositories; left out: 2 forks or archived, 1 in the list already, 1 beyond --max 2" in done.err
    assert world.asked == 1
    assert "no such account" in add(world, "--org", "nobody-at-all", "--to", "Tools / New", code=3).err


def test_a_dry_run_prints_the_difference(world: Landscape) -> None:
    done = add(world, THREE, "--to", "Tools / New", "--dry-run")
    assert world.seeds.read_bytes() == LIST.encode()
    assert "-        items: []" in done.out and f"+            repo_url: {HOST}/{THREE}" in done.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name repositories"),
        ((TWO, "--org", "x"), "the other in a call of its own"),
        ((TWO, "--to", "tools"), "there is no subcategory 'tools'"),
        ((f"{HOST}/no/body.json", "--max", "3"), "--max is for --org"),
        ((TWO, "--max", "3"), "--max is for --org"),
        (("--org", "a b"), "'a b' is no name of an account"),
        (("--org", "acme-00", "--sandbox"), "no account is recorded"),
        (("not a name",), "'not a name' is neither a repository nor a file"),
        ((TWO,), "choose one with --to:\n  Tools / Old\n  Tools / New"),
        ((TWO, "--to", "Tools / Nwe"), "did you mean Tools / New?"),
        ((TWO, "other.yml"), "several lists"),
    ],
)
def test_wrong_input_asks_nothing(world: Landscape, words: tuple[str, ...], told: str) -> None:
    done = add(world, *words, code=2)
    assert told in done.err
    assert world.asked == 0 and world.seeds.read_bytes() == LIST.encode()


def test_other_forms_and_the_recording(landscape: Landscape) -> None:
    landscape.seeds.with_name("list.txt").write_text(f"{ONE}\n")
    done = command("add", TWO, landscape.seeds.with_name("list.txt"))
    assert done.code == 2 and "is a list in the form 'list', which is not edited" in done.err
    done = landscape.run("add", "wasm3/wasm3", landscape.seeds, "--sandbox")
    assert "added wasm3 (wasm3/wasm3)" in done.out and landscape.asked == 0


def test_an_edit_that_is_made_while_github_is_asked_stays(world: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry goes into the new text, and what that has by now is not added again."""

    def edit_meanwhile(text: str) -> None:
        ask = module.ask

        async def asking(*arguments: Any, **named: Any) -> Any:
            answer = await ask(*arguments, **named)
            world.seeds.write_bytes(text.encode())
            return answer

        monkeypatch.setattr(module, "ask", asking)

    mine = f"# mine\r\n{LIST}"
    edit_meanwhile(mine)
    done = add(world, THREE, "--to", "Tools / New")
    assert world.seeds.read_bytes().decode().startswith(mine.removesuffix(" []\r\n"))
    assert f":19: added widget-2 ({THREE})" in done.out
    world.seeds.write_bytes(LIST.encode())
    edit_meanwhile(changed := LIST.replace(ONE, THREE))
    done = add(world, THREE, "--to", "Tools / New", code=3)
    assert f"{THREE} is in the list already" in done.err and world.seeds.read_bytes().decode() == changed
