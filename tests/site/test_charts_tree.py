"""Treemaps: areas that tell the truth, in their groups, with links that have names."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from crawler.site.charts import Branch, Chart, Leaf, tree
from crawler.site.charts.squares import two_levels
from crawler.site.charts.tree import HEADING, HEIGHT, MOST_LEAVES, WIDTH
from crawler.site.texts import load_texts

TEXTS = load_texts()
UNEVEN = {"Runtimes": [90, 40, 12, 3], "Databases": [55, 54, 53], "Edge": [30], "Tools": [9, 8, 7, 6, 5, 4], "Odd": [2]}


def branch(name: str, sizes: list[float], **leaf: object) -> Branch:
    leaves = [
        Leaf(name=f"{name} {at}", size=size, written=str(size), href=f"/{name}/{at}", level=at % 6)
        for at, size in enumerate(sizes)
    ]
    return Branch(name=name, href=f"/{name}", leaves=tuple(leaves))


def drawn(branches: list[Branch]) -> Chart:
    return tree("Stars", branches, unit="stars", texts=TEXTS)


def links(one: Chart, kind: str) -> list[ElementTree.Element]:
    return [
        node for node in ElementTree.fromstring(str(one.svg)).iter("a") if (node.get("class") or "").startswith(kind)
    ]


def area(link: ElementTree.Element) -> float:
    box = link.find("rect")
    assert box is not None
    return float(box.get("width", "")) * float(box.get("height", ""))


def test_areas_are_in_proportion_below_headings_too() -> None:
    one = drawn([branch(name, sizes) for name, sizes in UNEVEN.items()])
    sizes = {f"/{name}/{at}": size for name, found in UNEVEN.items() for at, size in enumerate(found)}
    rates = [area(link) / sizes[link.get("href", "")] for link in links(one, "leaf")]
    assert len(rates) == len(sizes)
    assert max(rates) / min(rates) < 1.01
    assert len(links(one, "heading")) >= 4


@pytest.mark.parametrize(
    "branches",
    [
        [[1.0]],
        [[5.0, 4.0], [3.0], [1.0]],
        [[1000.0 * 0.7**at for at in range(20)]] * 3,
        [[1.0] * 40] * 25,
        [[1e12], [1e9, 1e9], [1e8]],
    ],
)
def test_a_layout_fills_its_room_and_nothing_overlaps(branches: list[list[float]]) -> None:
    found = two_levels(branches, WIDTH, HEIGHT, HEADING)
    boxes = [box for _, _, inner in found for box in inner]
    headings = sum(outer.width * HEADING for outer, is_headed, _ in found if is_headed)
    whole = sum(box.width * box.height for box in boxes)
    assert whole + headings == pytest.approx(WIDTH * HEIGHT, rel=1e-6)
    total = sum(map(sum, branches))
    for sizes, (_, _, inner) in zip(branches, found, strict=True):
        for size, box in zip(sizes, inner, strict=True):
            assert box.width * box.height == pytest.approx(whole * size / total, rel=1e-6)
            assert box.x >= -1e-6
            assert box.x + box.width <= WIDTH + 1e-6
            assert box.y + box.height <= HEIGHT + 1e-6
    if len(boxes) < 100:
        assert not any(
            a.x < b.x + b.width - 1e-6
            and b.x < a.x + a.width - 1e-6
            and a.y < b.y + b.height - 1e-6
            and b.y < a.y + a.height - 1e-6
            for at, a in enumerate(boxes)
            for b in boxes[:at]
        )


def test_each_area_is_a_link_that_says_what_it_is() -> None:
    leaf = Leaf(name="etcd", size=3, written="3K", href="/p/etcd?a=1&b=2", level=4, note="very active")
    (link,) = links(drawn([Branch(name="Databases", href="/c", leaves=(leaf,))]), "leaf")
    assert link.get("href") == "/p/etcd?a=1&b=2"
    assert link.get("aria-label") == "etcd: 3K stars, very active (Databases)" == link.findtext("title")
    assert link.get("class") == "leaf l4"
    assert [text.text for text in link.findall("text")] == ["etcd", "3K"]


def test_what_is_not_known_is_hatched() -> None:
    one = drawn([branch("Runtimes", [9, 8])])
    (pattern,) = ElementTree.fromstring(str(one.svg)).iter("pattern")
    unknown, known = links(one, "leaf")
    assert [link.find("rect").get("fill") for link in (unknown, known)] == [f"url(#{pattern.get('id')})", None]  # type: ignore[union-attr]


def test_the_smallest_of_many_become_one_of_their_branch() -> None:
    one = drawn([branch("Large", [1000 - at / 10 for at in range(900)]), branch("Small", [1.0] * 30)])
    shown = links(one, "leaf")
    assert len(shown) <= MOST_LEAVES
    more = [link for link in shown if link.get("class") == "leaf more"]
    assert [link.get("href") for link in more] == ["/Large", "/Small"]
    assert (more[1].get("aria-label") or "").startswith(f"{TEXTS('charts.tree.more', 30)}: 30 stars")
    rates = [area(link) for link in shown if link.get("href") in {"/Large/0", "/Large/400"}]
    assert area(more[0]) / rates[0] == pytest.approx(
        sum(1000 - at / 10 for at in range(len(shown) - 2, 900)) / 1000, rel=0.02
    )
    assert one.table.note == TEXTS("charts.greatest", 930, shown=len(one.table.rows))


def test_equal_leaves_have_bounds_too() -> None:
    assert len(links(drawn([branch("Same", [1.0] * 5000), branch("Other", [1.0] * 5000)]), "leaf")) == MOST_LEAVES
    assert len(links(drawn([branch(f"B{at}", [1.0]) for at in range(3000)]), "leaf")) <= MOST_LEAVES


def test_what_has_no_size_is_left_out_and_what_is_too_small_is_said() -> None:
    one = drawn([branch("Giant", [1e12, 1e11]), branch("Dwarf", [3.0, 1e-300]), branch("Nothing", [0, 0])])
    assert [link.get("href") for link in links(one, "leaf")] == ["/Giant/0", "/Giant/1"]
    assert TEXTS("charts.tree.small", 1) in one.summary
    assert [row[0] for row in one.table.rows] == ["Giant 0", "Giant 1", "Dwarf 0", "Dwarf 1"]
    empty = drawn([branch("Nothing", [0])])
    assert (str(empty.svg), empty.table.rows) == ("", ())


def test_the_sentence_names_the_greatest() -> None:
    summary = drawn([branch("Small", [1]), branch("Large", [2, 1])]).summary
    assert "\u2068Large\u2069 with 75.0%" in summary
    assert "\u2068Large 0\u2069 with 2" in summary


def test_names_of_strangers_stay_text_and_in_their_place() -> None:
    name = '<script>"&\u202e' + "שלום" * 200
    leaf = Leaf(name=name, size=1, written="1", href='/x"><script>', level=2)
    one = drawn([Branch(name=name, href="/y", leaves=(leaf, leaf))])
    root = ElementTree.fromstring(str(one.svg))
    assert not list(root.iter("script"))
    assert "\u202e" not in str(one.svg)
    for text in root.iter("text"):
        assert len(text.text or "") * 6 < WIDTH


def test_the_same_numbers_give_the_same_picture() -> None:
    branches = [branch(name, sizes) for name, sizes in UNEVEN.items()]
    assert drawn(branches) == drawn(branches[::-1])
