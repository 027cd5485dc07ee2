"""Bars, shares and ranges: in proportion, with unknown apart from nothing; and colours that can be told apart."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from crawler.figures.forms import rough
from crawler.site.charts import Chart, Range, bars, ranges, shares
from crawler.site.charts.bars import HEIGHT
from crawler.site.charts.shares import share_of
from crawler.site.charts.svg import clipped, short
from crawler.site.plugin.assets import STATIC
from crawler.site.texts import load_texts

TEXTS = load_texts()
HOSTILE = '</svg><script>alert("1")</script>\u202e' + "endless" * 50


def parsed(one: Chart) -> ElementTree.Element:
    ElementTree.fromstring(f"<div>{one.key}</div>")
    root = ElementTree.fromstring(str(one.svg))
    assert root.get("role") == "img"
    assert one.title in (root.get("aria-label") or "")
    assert not list(root.iter("script"))
    assert "style=" not in str(one.svg)
    return root


def of_class(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [node for node in root.iter() if kind in (node.get("class") or "").split()]


def number(node: ElementTree.Element, name: str) -> float:
    return float(node.get(name, "").rstrip("%"))


def test_bars_are_in_proportion_from_zero() -> None:
    one = bars("Releases", [("2020", 10), ("2021", 40), ("2022", 0)], unit="releases", texts=TEXTS)
    heights = [number(bar, "height") for bar in of_class(parsed(one), "bar")]
    assert heights == [HEIGHT / 4, HEIGHT, 0]
    assert {number(bar, "y") + number(bar, "height") for bar in of_class(parsed(one), "bar")} == {HEIGHT}
    assert one.table.rows == (("2020", "10"), ("2021", "40"), ("2022", "0"))
    assert one.summary == "The most: 40 in 2021. The last: 0 in 2022."


def test_an_unknown_bar_is_a_mark_and_not_nothing() -> None:
    one = bars("Releases", [("2020", None), ("2021", 40)], unit="releases", texts=TEXTS)
    assert len(of_class(parsed(one), "bar")) == 1
    assert [mark.text for mark in of_class(parsed(one), "unknown")] == ["?"]
    assert one.table.rows[0] == ("2020", TEXTS("figure.unknown"))
    assert TEXTS("charts.bars.gaps", 1) in one.summary


def test_less_than_nothing_hangs_below_zero() -> None:
    one = bars("Net", [("2020", -10), ("2021", 10)], unit="projects", texts=TEXTS)
    down, up = of_class(parsed(one), "bar")
    assert number(down, "y") == number(up, "y") + number(up, "height")


def test_many_months_are_named_by_their_years() -> None:
    months = [(f"{2015 + at // 12}-{at % 12 + 1:02}", float(at)) for at in range(5, 96)]
    one = bars("Releases", months, unit="releases", texts=TEXTS)
    root = parsed(one)
    named = [node.text for node in of_class(root, "middle") if "tick" in (node.get("class") or "")]
    assert named == ["2016", "2017", "2018", "2019", "2020", "2021", "2022"]
    # Under the bar of January: the eighth of the first 91.
    first = next(node for node in of_class(root, "middle") if node.text == "2016")
    assert number(first, "x") == pytest.approx(100 * 7.5 / 91, abs=0.01)


def test_weeks_are_called_weeks() -> None:
    weeks: list[tuple[str, float | None]] = [("2023-04-16", 5.0), ("2023-04-23", 77.0), ("2023-04-30", 0.0)]
    summary = bars("Commits", weeks, unit="commits", texts=TEXTS).summary
    assert summary == "The most: 77 in the week of 2023-04-23. The last: 0 in the week of 2023-04-30."


def test_many_zeros_have_no_numbers() -> None:
    def numbers(*values: float) -> list[str | None]:
        one = bars("Events", [(f"2022-{at + 1:02}", value) for at, value in enumerate(values)], unit="e", texts=TEXTS)
        return [node.text for node in of_class(parsed(one), "value")]

    assert numbers(0, 0, 3) == ["3"]
    assert numbers(0, 2, 3) == ["0", "2", "3"]


@pytest.mark.parametrize("values", [[], [("2020", None)]])
def test_no_bars_are_no_picture(values: list[tuple[str, float | None]]) -> None:
    one = bars("Releases", values, unit="releases", texts=TEXTS)
    assert (str(one.svg), one.table.rows) == ("", ())


def test_shares_fill_the_bar_in_proportion() -> None:
    one = shares("Licences", [("MIT", 30), (HOSTILE, 60), ("None", 10), ("Zero", 0)], unit="projects", texts=TEXTS)
    boxes = [group.find("rect") for group in parsed(one).iter("g")]
    widths = [number(box, "width") for box in boxes if box is not None]
    assert widths == [60, 30, 10]
    assert [row[2] for row in one.table.rows] == ["60.0%", "30.0%", "10.0%", "0.0%"]
    assert "60.0% of 100 projects" in one.summary
    assert "\u202e" not in f"{one.svg}{one.key}{one.summary}"


def test_shares_of_money_are_written_as_money() -> None:
    parts = [("A", 75_456_789_012.0), ("B", 15_091_357_802.4)]
    one = shares("Made of", parts, unit="US dollars", texts=TEXTS, written=lambda value: rough(Decimal(value)))
    assert one.summary == "\u2068A\u2069 has the greatest share, 83.3% of $91B."
    assert [row[1] for row in one.table.rows] == ["$75B", "$15B"]
    # The bar and its key say the same.
    texts = [group.findtext("text") for group in parsed(one).iter("g")]
    assert texts == ["83.3%", "16.7%"]
    assert all(f"<b>{text}</b>" in str(one.key) for text in texts)


def test_beyond_the_most_are_others() -> None:
    many = [(f"L{at}", 20.0 - at) for at in range(12)]
    one = shares("Licences", many, unit="projects", texts=TEXTS, most=4)
    groups = list(parsed(one).iter("g"))
    assert [group.get("class") for group in groups] == ["s1", "s2", "s3", "s4", "others"]
    assert (groups[-1].findtext("title") or "").startswith(TEXTS("charts.others", 8))
    assert len(one.table.rows) == 12
    assert str(one.key).count("<li>") == 5
    (pattern,) = parsed(one).iter("pattern")
    assert str(one.key).count(f"url(#{pattern.get('id')})") == 1


def test_a_share_is_never_written_as_none_or_all_of_it() -> None:
    assert [share_of(part, 100_000) for part in (0, 1, 12_345, 99_999, 100_000)] == [
        "0.0%",
        "<0.1%",
        "12.3%",
        ">99.9%",
        "100%",
    ]


def amounts(label: str, low: int | None, central: int | None, high: int | None) -> Range:
    found = (None if amount is None else Decimal(amount) for amount in (low, central, high))
    return Range(label=label, **dict(zip(("low", "central", "high"), found, strict=True)))


def test_ranges_are_on_a_logarithmic_axis() -> None:
    found = [amounts("Whole", 10**6, 10**8, 10**10), amounts("Part", None, 10**7, None)]
    one = ranges("Value", found, unit="US dollars", texts=TEXTS, written=rough)
    root = parsed(one)
    assert [number(mark, "cx") for mark in of_class(root, "mark")] == [50, 25]
    (line,) = of_class(root, "range")
    assert (number(line, "x1"), number(line, "x2")) == (0, 100)
    ticks = [node.text for node in of_class(root, "tick")]
    assert ticks == ["$1M", "$10M", "$100M", "$1B", "$10B"]


@pytest.mark.parametrize(
    ("one", "kind", "told"),
    [
        (amounts("x", 10**7, None, None), "open", "at least $10M"),
        (amounts("x", None, None, 10**7), "open", "at most $10M"),
        (amounts("x", None, 10**7, 10**7), "open", "at most $10M"),
        (amounts("x", 10**6, None, 10**7), "range", "$1.0M to $10M"),
        (amounts("x", 10**6, 10**7, None), "range", "$10M (at least $1.0M)"),
        (amounts("x", None, None, None), "missing", "not known"),
        (amounts("x", 0, 0, 0), "hollow", "$0"),
    ],
)
def test_a_range_may_lack_ends(one: Range, kind: str, told: str) -> None:
    drawn = ranges("Value", [one, amounts("Known", 1, 10**7, 10**9)], unit="US dollars", texts=TEXTS, written=rough)
    root = parsed(drawn)
    row = next(group for group in root.iter("g") if (group.findtext("title") or "").startswith("x: "))
    assert of_class(row, kind)
    assert row.findtext("title") == f"x: {told}"


def test_a_lower_bound_reads_as_one_everywhere() -> None:
    one = Range(label="x", low=None, central=Decimal(10**7), high=None, is_least=True)
    drawn = ranges("Value", [one], unit="US dollars", texts=TEXTS, written=rough)
    assert drawn.table.rows == (("x", "–", "at least $10M", "–"),)
    assert drawn.summary == "The greatest is \u2068x\u2069: at least $10M."
    assert of_class(parsed(drawn), "open")


def test_an_upper_bound_is_not_the_greatest() -> None:
    found = [amounts("Bound", None, 10**12, 10**12), amounts("Known", 10**6, 10**7, 10**9)]
    drawn = ranges("Value", found, unit="US dollars", texts=TEXTS, written=rough)
    assert drawn.summary == "The greatest is \u2068Known\u2069: $10M ($1.0M to $1.0B)."


def test_a_name_is_cut_only_where_there_is_no_room() -> None:
    name = "Listed companies, their part here"
    drawn = ranges("Value", [amounts(name, 10**6, 10**7, 10**9)], unit="US dollars", texts=TEXTS, written=rough)
    names = {node.get("class"): node.text for node in of_class(parsed(drawn), "name")}
    assert {css for css, text in names.items() if text == name} >= {"name sized middling broad"} or names == {
        "name": name
    }


def test_ranges_of_nothing_known_are_no_picture() -> None:
    one = ranges("Value", [amounts("x", None, None, None)], unit="US dollars", texts=TEXTS, written=rough)
    assert (str(one.svg), one.table.rows) == ("", ())


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("Wasmtime", 8, "Wasmtime"),
        ("Wasmtime", 5, "Wasm…"),
        ("日本語の", 8, "日本語の"),
        ("日本語の", 6, "日本…"),
        ("ne\u0301e\u0301e\u0301", 3, "ne\u0301…"),
        ("Long", 0.5, ""),
        ("", 4, ""),
    ],
)
def test_texts_are_cut_where_they_do_not_fit(text: str, most: float, cut: str) -> None:
    assert clipped(text, most) == cut


def test_coordinates_are_short() -> None:
    assert [short(at) for at in (0, -0.01, 12.04, 12.06, 100)] == ["0", "0", "12", "12.1", "100"]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out_from_what_they_are_on(scheme: str) -> None:
    tokens: dict[str, str] = {}
    for sheet in ("tokens.css", "charts.css"):
        roots = re.findall(r":root \{(.*?)\}", (STATIC / sheet).read_text(), re.DOTALL)
        for root in roots[: 1 if scheme == "light" else 2]:
            found = re.findall(r"--([\w-]+): (#\w+);", root)
            tokens |= {
                name: colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:]) for name, colour in found
            }
    for series in range(1, 9):
        assert contrast(tokens[f"series-{series}"], tokens["surface"]) >= 4.5  # percentages are written on them
        assert contrast(tokens[f"series-{series}"], tokens["page"]) >= 3
    assert contrast(tokens["axis"], tokens["surface"]) >= 3
    for level in range(1, 6):
        assert contrast(tokens[f"level-{level}"], tokens["on-level-5" if level == 5 else "on-level"]) >= 4.5
    for kind in range(1, 7):
        assert contrast(tokens[f"kind-{kind}"], tokens["text"]) >= 4.5
    for name in ("active", "slow", "quiet", "archived"):
        assert contrast(tokens[name], tokens[f"on-{name}"]) >= 4.5
