"""Treemaps: areas that tell the truth, in their groups, with links that have names."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from crawler.site.charts import Branch, Chart, Leaf, tree
from crawler.site.charts.squares import two_levels
from crawler.site.charts.tree import MOST_LEAVES
from crawler.site.charts.tree_picture import HEADING, HEIGHT, WIDTH
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


def links(one: Chart, kind: str, which: int = 0) -> list[ElementTree.Element]:
    """Of the picture that lies, or of that which stands (1)."""
    picture = ElementTree.fromstring(str(one.svg)).findall("svg")[which]
    return [node for node in picture.iter("a") if (node.get("class") or "").startswith(kind)]


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
    pattern, other = ElementTree.fromstring(str(one.svg)).iter("pattern")
    assert pattern.get("id") != other.get("id")
    unknown, known = links(one, "leaf")
    assert [link.find("rect").get("fill") for link in (unknown, known)] == [f"url(#{pattern.get('id')})", None]  # type: ignore[union-attr]


def test_the_smallest_of_many_become_one_of_their_branch() -> None:
    one = drawn([branch("Large", [1000 - at / 10 for at in range(900)]), branch("Small", [1.0] * 30)])
    shown = links(one, "leaf")
    assert len(shown) <= MOST_LEAVES
    more = [link for link in shown if (link.get("class") or "").endswith(" more")]
    assert [link.get("href") for link in more] == ["/Large", "/Small"]
    assert (more[1].get("aria-label") or "").startswith(f"{TEXTS('charts.tree.together', 30)}: 30 stars")
    rates = [area(link) / 1000 for link in shown if link.get("href") == "/Large/0"]
    assert area(more[0]) / rates[0] == pytest.approx(sum(1000 - at / 10 for at in range(len(shown) - 2, 900)), rel=0.02)
    assert one.table.note == TEXTS("charts.greatest", 930, shown=len(one.table.rows))
    # What is drawn together is neither the greatest nor an area of its own.
    assert one.summary.startswith(TEXTS("charts.tree.own", 930, own=len(shown) - 2))
    assert "the greatest of all is \u2068Large 0\u2069" in one.summary


def test_in_a_crowd_are_parts_in_the_colour_of_most_of_them() -> None:
    leaves = tuple(
        Leaf(name=f"{at}", size=1, written="1", href="/l", kind="quiet" if at % 3 else "active", part=f"Part {at % 4}")
        for at in range(2000)
    )
    one = tree(
        "Stars",
        [Branch(name="All", href="/all", leaves=leaves)],
        unit="stars",
        texts=TEXTS,
        colour="Activity",
        steps={"quiet": "Quiet"},
    )
    found = {link.get("aria-label"): link.get("class") for link in links(one, "leaf")}
    assert found == {f"Part {at} (500): 500 stars, Activity: mostly Quiet (All)": "leaf quiet more" for at in range(4)}


def test_equal_leaves_have_bounds_too() -> None:
    assert len(links(drawn([branch("Same", [1.0] * 5000), branch("Other", [1.0] * 5000)]), "leaf")) == 2
    assert len(links(drawn([branch("Same", [1.0] * 700), branch("Other", [1.0] * 700)]), "leaf")) == MOST_LEAVES
    assert len(links(drawn([branch(f"B{at}", [1.0]) for at in range(3000)]), "leaf")) <= MOST_LEAVES


def test_both_pictures_have_all_areas_and_keep_texts_inside() -> None:
    one = drawn([branch(name, sizes) for name, sizes in UNEVEN.items()])
    lying, standing = (links(one, "leaf", which) for which in (0, 1))
    assert {link.get("href") for link in lying} == {link.get("href") for link in standing}
    for link in (*lying, *standing):
        (box,) = link.findall("rect")
        for text in link.findall("text"):
            # They hang from the upper edge by at least their own height.
            assert float(text.get("y", "")) >= float(box.get("y", ""))
            assert float(text.get("dy", "").removesuffix("em")) >= 1
    headings = [link for which in (0, 1) for link in links(one, "heading", which)]
    wide = [link for link in headings if float(link.find("rect").get("width", "")) > 36]  # type: ignore[union-attr]
    assert len(wide) > 7
    assert all(link.find("text") is not None for link in wide)


def test_names_grow_with_their_areas() -> None:
    classes = [
        (link.find("text").get("class") or "").split()  # type: ignore[union-attr]
        for link in links(drawn([branch("B", [1000, 20, 20])]), "leaf")
    ]
    assert [any(css.startswith("g") for css in found) for found in classes] == [True, False, False]


def test_the_table_has_links_and_what_the_colour_says() -> None:
    leaf = Leaf(name="etcd", size=3, written="3K", href="/p/etcd", level=4, note="92")
    one = tree(
        "Stars", [Branch(name="Databases", href="/c", leaves=(leaf,))], unit="stars", texts=TEXTS, colour="Health"
    )
    assert one.table.heads[3:] == ("Health",)
    assert one.table.rows == (("etcd", "Databases", "3K", "92"),)
    assert one.table.links == (("/p/etcd", "/c"),)
    assert links(one, "leaf")[0].get("aria-label") == "etcd: 3K stars, Health: 92 (Databases)"


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
