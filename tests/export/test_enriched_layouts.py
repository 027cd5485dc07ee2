"""Whatever a list looks like, its bytes stay, each item gets its block, and all of it can be taken out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from whole_files import Layout, lists

from crawler.export.enriched_yaml import Enriched, enrich
from crawler.seeds import read_seeds


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a list is written to be read."""
    return tmp_path_factory.mktemp("layouts") / "list.yml"


def export(place: Path, text: str, version: str | None) -> Enriched:
    """The text with a block of that version for every project, or without any."""
    place.write_bytes(text.encode())
    seeds = read_seeds(place)
    return enrich(text, seeds, lambda own_id: {"organization": {"id": own_id, "name": version}} if version else None)


def items_of(text: str, form: str) -> list[dict[str, Any]]:
    """The items as PyYAML reads them."""
    tree = yaml.load(text.removeprefix("\ufeff"), yaml.CSafeLoader)
    if form == "best-of":
        return list(tree["projects"])
    categories = tree.get("categories", tree.get("landscape"))
    return [
        item
        for category in categories
        for subcategory in category["subcategories"]
        for item in subcategory["items"] or []
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(layout=lists())
def test_any_layout_keeps_its_bytes_and_gets_its_blocks(place: Path, layout: Layout) -> None:
    out = export(place, layout.text, "1.10")
    assert (out.left, out.unread, out.absent) == ([], [], 0)
    after, before = items_of(out.text, layout.form), items_of(layout.clean, layout.form)
    assert [item["name"] for item in after] == layout.names
    for item in after:
        assert list(item)[-1] == "enriched"
        assert item.pop("enriched") == {"organization": {"id": item["name"].lower().replace(" ", "-"), "name": "1.10"}}
    # A last line break may come to a block scalar at the end of the file.
    assert repr(after).replace("\\n", "") == repr(before).replace("\\n", "")

    assert export(place, out.text, "1.10").text == out.text
    other = export(place, out.text, "another")
    assert [item["enriched"]["organization"]["name"] for item in items_of(other.text, layout.form)] == [
        "another"
    ] * len(after)
    assert export(place, layout.clean, "1.10").text == out.text
    for text in (layout.text, out.text, other.text):
        assert export(place, text, None).text == layout.clean
