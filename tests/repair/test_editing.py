"""Single places of a file change, and not one byte beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layouts import HEAD, items_of, lists

from crawler.errors import UsageFault
from crawler.repair import editing
from crawler.repair.editing import Change, Path, edited, removal
from crawler.repair.entry_text import NOTHING
from crawler.seeds.document import compose_text

ITEMS: Path = ("categories", 0, "subcategories", 0, "items")
NOTE: Path = ("extra", "annotations", "repository_archived")
ENTRY = {"name": "New: one", "repo_url": "https://github.com/a/new"}


def change(text: str, *path: str | int, to: Any, behind: str = "") -> str:
    """The text with one change of the first list's items, which must have a place."""
    result = edited(text, "seeds.yml", [Change((*ITEMS, *path), to, behind)])
    assert result.made == (True,)
    return result.text


def take_out(text: str, *path: str | int) -> str:
    root = compose_text(text, "seeds.yml")
    assert root is not None
    return change(text, *removal(root, (*ITEMS, *path))[len(ITEMS) :], to=None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("repo_url: http://github.com/a/b.git # why", "repo_url: https://github.com/c/d # why"),
        ("repo_url: 'https://github.com/a/b/tree/main'", "repo_url: 'https://github.com/c/d'"),
        ('"repo_url":   "https://github.com/a/b/"', '"repo_url":   "https://github.com/c/d"'),
        ("repo_url:", "repo_url: https://github.com/c/d"),
        ("repo_url: null # none yet", "repo_url: https://github.com/c/d # none yet"),
    ],
)
def test_a_text_is_replaced_in_the_quotes_in_which_it_stood(before: str, after: str) -> None:
    text = f"{HEAD}    - name: A\n      {before}\n      logo: a.svg\n"
    assert change(text, 0, "repo_url", to="https://github.com/c/d") == text.replace(before, after)
    dos = text.replace("\n", "\r\n")
    assert change(dos, 0, "repo_url", to="https://github.com/c/d") == dos.replace(before, after)


def test_what_is_anchored_tagged_or_of_several_lines_is_left() -> None:
    texts = (
        f"{HEAD}    - name: A\n      repo_url: &url https://github.com/a/b\n    - name: B\n      repo_url: *url\n",
        f"{HEAD}    - &a\n      name: A\n      repo_url: x\n    - *a\n",
        f"{HEAD}    - name: A\n      repo_url: !!str x\n",
        f"{HEAD}    - name: A\n      repo_url: >\n        x\n",
        f"{HEAD}    - name: A\n      repo_url: x\n        y\n",
    )
    for text in texts:
        for number in range(len(items_of(text))):
            result = edited(text, "seeds.yml", [Change((*ITEMS, number, "repo_url"), "https://github.com/c/d")])
            assert result == editing.Edited(text, (False,))


def test_a_note_comes_and_goes_with_all_that_holds_nothing_else() -> None:
    bare = f"{HEAD}    - name: A\n      logo: a.svg # mine\n\n    # about B\n    - name: B\n"
    noted = change(bare, 0, *NOTE, to="2024-05-01")
    assert noted == bare.replace(
        "# mine\n",
        "# mine\n      extra:\n        annotations:\n          repository_archived: '2024-05-01'\n",
    )
    assert change(noted, 0, *NOTE, to="2024-06-01") == noted.replace("05-01", "06-01")
    assert take_out(noted, 0, *NOTE) == bare
    other = f"{HEAD}    - name: A\n      extra:\n          tag: [x] # ours\n      enriched: {{stars: 1}}\n"
    assert take_out(change(other, 0, *NOTE, to="2024-05-01"), 0, *NOTE) == other
    ours_last = change(f"{HEAD}    - name: A\n      enriched: {{stars: 1}}\n", 0, *NOTE, to="true")
    assert list(items_of(ours_last)[0]) == ["name", "extra", "enriched"]


def test_entries_of_a_list_go_with_their_dash_or_comma() -> None:
    repositories = "        - repo_url: x # 1\n        # two\n        - repo_url: y\n"
    block = f"{HEAD}    - name: A\n      additional_repos:\n{repositories}"
    assert change(block, 0, "additional_repos", 1, to=None) == block.replace("        - repo_url: y\n", "")
    assert change(block, 0, "additional_repos", 0, to=None) == block.replace("        - repo_url: x # 1\n", "")
    flow = f"{HEAD}    - {{name: A, additional_repos: [{{repo_url: x}}, {{repo_url: y}}]}}\n"
    assert change(flow, 0, "additional_repos", 1, to=None) == flow.replace(", {repo_url: y}", "")
    assert change(flow, 0, "additional_repos", 0, to=None) == flow.replace("{repo_url: x}, ", "")


@pytest.mark.parametrize(
    ("items", "lines"),
    [
        ("    - item:\n      name: A # a\n", "    - item:\n      name: 'New: one'\n      repo_url: {url}\n"),
        ("      -   name: 'A'\n", "      -   name: 'New: one'\n          repo_url: '{url}'\n"),
        ('    - name: "A"\n', '    - name: "New: one"\n      repo_url: "{url}"\n'),
        ("    - {name: A}\n", '    - {name: "New: one", repo_url: "{url}"}\n'),
        ("    - name: A\n      note: |+\n        x\n\n", "    - name: 'New: one'\n      repo_url: {url}\n"),
    ],
)
def test_an_entry_is_written_as_the_one_before_it(items: str, lines: str) -> None:
    text = HEAD + items
    entry = ({"item": NOTHING} if "item:" in items else {}) | ENTRY
    added = lines.replace("{url}", ENTRY["repo_url"])
    assert change(text, to=[entry]) == text + added
    assert change(f"{text}# end\n", to=[entry, {**entry, "name": "Two"}]).startswith(text + added)
    if "|+" not in items:
        assert change(text.rstrip("\n"), to=[entry]) == (text + added).rstrip("\n")
    assert change(text.replace("\n", "\r\n"), to=[entry]) == (text + added).replace("\n", "\r\n")


@pytest.mark.parametrize("empty", ["items:\n", "items: []\n", "items: null # none\n", ""])
def test_the_first_entry_of_a_list_stands_as_in_others(empty: str) -> None:
    other = "  - name: T\n    items:\n      - item:\n        name: B\n"
    text = f"categories:\n- name: C\n  subcategories:\n  - name: S\n    {empty}".rstrip(" ") + other
    out = change(text, to=[ENTRY])
    assert "    items:" + " # none" * ("none" in empty) + "\n      - name: 'New: one'\n        repo_url:" in out
    assert items_of(out)[0] == ENTRY
    assert out.endswith(other)


def test_a_json_file_stays_json() -> None:
    text = '{"categories": [{"name": "C", "subcategories": [{"name": "S", "items": [{"name": "A"}]}]}]}'
    assert change(text, to=[ENTRY]) == text.replace(
        '{"name": "A"}', '{"name": "A"}, {"name": "New: one", "repo_url": "https://github.com/a/new"}'
    )
    assert change(text.replace('{"name": "A"}', ""), to=[ENTRY]).count('"items": [{"name": "New: one"') == 1
    assert '{"name": "A", "homepage_url": "x", "b": "y"}' in change(
        text.replace('"A"', '"A", "b": "y"'), 0, "homepage_url", to="x", behind="name"
    )


def test_a_result_that_would_read_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEAD}    - name: A\n"
    monkeypatch.setattr(editing, "apply", lambda text, edits: text + "x: y\n")
    with pytest.raises(UsageFault, match="nothing was written"):
        change(text, 0, "name", to="B")


HOSTILE = st.text("abz é😀#:'\"-{}[],&*!|>%@`0\u2028\u202e\t", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=lists(), value=HOSTILE, data=st.data())
def test_any_layout_takes_any_text_and_gives_it_back(text: str, value: str, data: st.DataObject) -> None:
    body = text.removeprefix("\ufeff")
    number = data.draw(st.integers(0, len(items_of(body)) - 1))
    before = items_of(body)
    homepage = change(text, number, "homepage_url", to=value, behind="name")
    found = items_of(homepage.removeprefix("\ufeff"))
    assert found[number].pop("homepage_url") == value
    assert repr(found).replace("\\n", "") == repr(before).replace("\\n", "")
    added = change(homepage, to=[{"name": value}])
    found = items_of(added.removeprefix("\ufeff"))
    assert found[-1] == {"name": value} and len(found) == len(before) + 1
    noted = change(text, number, *NOTE, to=value)
    assert items_of(noted.removeprefix("\ufeff"))[number]["extra"] == {"annotations": {"repository_archived": value}}
    again = change(noted, number, "name", to=before[number]["name"])
    assert again == noted
    if "\n" in noted[noted.find("extra") :].split("annotations")[0]:
        assert take_out(noted, number, *NOTE) == text
    if "\r" in text:
        assert noted.count("\r\n") == noted.count("\n")


@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
def test_new_keys_behind_the_same_line_all_get_their_place(end: str) -> None:
    text = f"{HEAD}    - repo_url: x\n      name: A{end}"
    extra = "      extra:\n        annotations:\n          repository_archived: 'true'"
    wanted = [Change((*ITEMS, 0, "homepage_url"), "z", "name"), Change((*ITEMS, 0, *NOTE), "true")]
    result = edited(text, "seeds.yml", wanted)
    assert result.made == (True, True)
    broken = end or "\n"
    new = broken.join(["      homepage_url: z", *extra.split("\n")])
    assert result.text == f"{HEAD}    - repo_url: x\n      name: A{broken}{new}{end}"


def test_what_lies_deeper_comes_first_where_both_go_behind_one_line() -> None:
    text = f"{HEAD}    - repo_url: x\n      name: A\n      extra:\n        a: b\n"
    wanted = [Change((*ITEMS, 0, "homepage_url"), "z"), Change((*ITEMS, 0, *NOTE), "true")]
    note = "        annotations:\n          repository_archived: 'true'\n"
    assert edited(text, "seeds.yml", wanted).text == f"{text}{note}      homepage_url: z\n"


def test_insertions_at_one_place_of_a_line_are_joined() -> None:
    text = f"{HEAD}    - {{repo_url: x, name: A}}\n"
    wanted = [Change((*ITEMS, 0, "homepage_url"), "z", "name"), Change((*ITEMS, 0, "license"), "MIT")]
    assert edited(text, "seeds.yml", wanted).text == text.replace(
        "name: A", 'name: A, homepage_url: "z", license: "MIT"'
    )


def _json(items: list[dict[str, Any]], indent: int | str | None) -> str:
    lists = [{"name": "S", "items": items}]
    return json.dumps({"categories": [{"name": "C", "subcategories": lists}]}, indent=indent)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", [2, 4, "\t", None])
def test_json_stays_as_a_program_would_write_it(indent: int | str | None, line_break: str) -> None:
    first = {"name": "A", "repo_url": "x"}
    one = {"name": "New", "repo_url": "y"}
    note = {"extra": {"annotations": {"repository_archived": "true"}}}

    def changed(items: list[dict[str, Any]], *path: str | int, to: Any) -> str:
        return change(_json(items, indent).replace("\n", line_break), *path, to=to).replace(line_break, "\n")

    assert changed([first], 0, *NOTE, to="true") == _json([first | note], indent)
    assert changed([first], to=[one, first]) == _json([first, one, first], indent)
    assert changed([], to=[one, first]) == _json([one, first], indent)
    noted = _json([{"name": "A"} | note | {"z": "z"}, first | note], indent)
    assert take_out(noted, 0, *NOTE) == _json([{"name": "A", "z": "z"}, first | note], indent)
    assert take_out(noted, 1, *NOTE) == _json([{"name": "A"} | note | {"z": "z"}, first], indent)
    assert take_out(_json([note | first], indent), 0, *NOTE) == _json([first], indent)


def test_new_keys_below_others_stand_as_far_to_the_right_as_the_list_has_it() -> None:
    text = f"{HEAD}    - name: A\n      summary:\n          use: it\n"
    note = "      extra:\n          annotations:\n              repository_archived: 'true'\n"
    assert change(text, 0, *NOTE, to="true") == text + note
