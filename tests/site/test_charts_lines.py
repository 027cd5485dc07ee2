"""Lines over time: honest, whole, and safe with names of strangers."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from crawler.site.charts import Chart, Series, lines, spark
from crawler.site.charts.axes import day_marks, value_scale
from crawler.site.charts.lines import HEIGHT
from crawler.site.charts.thinning import MOST_ROWS, drawn_points
from crawler.site.texts import load_texts

TEXTS = load_texts()
DAY = date(2020, 1, 15)
HOSTILE = '<script>alert("1")</script>\u202e & ' + "endless" * 50


def chart(*values: float | None, step: int = 30) -> Chart:
    return lines("Stars", [weekly("Wasmtime", *values, step=step)], unit="stars", texts=TEXTS)


def weekly(name: str, *values: float | None, step: int = 7) -> Series:
    return Series(name=name, points=tuple((DAY + timedelta(step * at), value) for at, value in enumerate(values)))


def parsed(one: Chart) -> ElementTree.Element:
    ElementTree.fromstring(f"<div>{one.key}</div>")
    return ElementTree.fromstring(str(one.svg))


def path_of(one: Chart, kind: str) -> str:
    found = [node.get("d", "") for node in parsed(one).iter("path") if node.get("class") == kind]
    return found[0] if found else ""


def points_of(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_heights_are_in_proportion_from_zero() -> None:
    points = points_of(path_of(chart(100, 50, 200, 0), "line"))
    assert [x for x, _ in points] == [0, 333.3, 666.7, 1000]
    assert [round(HEIGHT - y) for _, y in points] == [HEIGHT / 2, HEIGHT / 4, HEIGHT, 0]


def test_values_far_from_zero_are_drawn_far_from_it() -> None:
    points = points_of(path_of(chart(10_000, 10_100), "line"))
    assert all(HEIGHT - y > HEIGHT / 2 for _, y in points)
    assert "axis" in [node.get("class") for node in parsed(chart(10_000)).iter("line") if node.get("y1") == str(HEIGHT)]


def test_less_than_nothing_is_below_the_line_at_zero() -> None:
    scale = value_scale([-30, 170])
    assert (scale.low, scale.high, scale.ticks) == (-50, 200, (-50, 0, 50, 100, 150, 200))
    zero = HEIGHT * scale.part(0)
    points = points_of(path_of(chart(170, -30), "line"))
    assert points[0][1] < zero < points[1][1]


@pytest.mark.parametrize(
    ("greatest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (43, (0, 20, 40, 60)),
        (0.5, (0, 0.2, 0.4, 0.6)),
        (98_000, (0, 50_000, 100_000)),
    ],
)
def test_ticks_are_round(greatest: float, ticks: tuple[float, ...]) -> None:
    assert value_scale([greatest]).ticks == ticks


def test_what_is_not_known_interrupts_the_line() -> None:
    gone = chart(1, 2, None, 4, 5, None, 7)
    assert path_of(gone, "line").count("M") == 2  # a point alone makes no line
    assert len(points_of(path_of(gone, "dots"))) == 5
    assert TEXTS("charts.lines.gaps", 2) in gone.summary
    assert [row[1] for row in gone.table.rows][2] == TEXTS("figure.unknown")


def test_a_single_point_is_seen_and_said() -> None:
    one = chart(None, 42, None)
    assert points_of(path_of(one, "dots"))[0][0] == 500
    assert one.summary.startswith(f"42 on {DAY + timedelta(30)}")


@pytest.mark.parametrize("series", [[], [weekly("x")], [weekly("x", None, None)]])
def test_nothing_known_is_no_picture(series: list[Series]) -> None:
    one = lines("Stars", series, unit="stars", texts=TEXTS)
    assert (str(one.svg), one.table.rows) == ("", ())


def test_the_sentence_tells_first_last_change_and_highest() -> None:
    assert chart(100, 300, 250).summary == (
        "From 100 on 2020-01-15 to 250 on 2020-03-15: +150 (+150%); highest 300 on 2020-02-14."
    )
    assert "%" not in chart(0, 5).summary


def test_of_many_lines_the_sentence_tells_who_leads() -> None:
    many = [weekly("A", 10, 20), weekly("B", 1, 15), weekly("C", 3, 2)]
    summary = lines("Stars", many, unit="stars", texts=TEXTS).summary
    assert "\u2068A\u2069 with 20" in summary
    assert "\u2068B\u2069 has grown the most: +14" in summary


def test_names_of_strangers_stay_text() -> None:
    one = lines("Stars", [weekly(HOSTILE, 1, 2), weekly("B", 3, 4)], unit=HOSTILE, texts=TEXTS)
    drawn = parsed(one)
    assert not list(drawn.iter("script"))
    assert "\u202e" not in f"{one.svg}{one.key}{one.summary}"
    names = [node.text or "" for node in drawn.iter("text") if node.get("class") == "name"]
    assert sorted(map(len, names)) == [1, 13]


def test_the_names_at_the_ends_do_not_cover_each_other() -> None:
    many = [weekly(f"S{at}", 1, 100) for at in range(8)]
    drawn = parsed(lines("Stars", many, unit="stars", texts=TEXTS))
    places = sorted(float(node.get("y", "")) for node in drawn.iter("text") if node.get("class") == "name")
    assert all(after - before >= 15 for before, after in itertools.pairwise(places))
    assert 0 <= places[0] <= places[-1] <= HEIGHT


def test_more_than_eight_are_in_the_table() -> None:
    one = lines("Stars", [weekly(f"S{at}", at) for at in range(11)], unit="stars", texts=TEXTS)
    assert TEXTS("charts.lines.more", 3) in one.summary
    assert len(one.table.heads) == 12
    assert len([node for node in parsed(one).iter("path") if node.get("class") == "dots"]) == 8


def test_the_table_is_whole_or_says_what_it_leaves_out() -> None:
    short = chart(*range(100), step=1)
    assert (len(short.table.rows), short.table.note) == (100, "")
    assert short.table.rows[-1] == (str(DAY + timedelta(99)), "99")
    long = chart(*range(1000), step=1)
    assert long.table.note == TEXTS("charts.month_ends")
    assert len(long.table.rows) <= MOST_ROWS
    assert long.table.rows[0] == ("2020-01-31", "16")
    assert long.table.rows[-1][1] == "999"
    assert chart(*range(12_000), step=1).table.note == TEXTS("charts.year_ends")


def test_a_long_line_keeps_its_peaks() -> None:
    run = [(at / 5, 100.0) for at in range(5001)]
    run[1234], run[3210] = (1234 / 5, 3.0), (3210 / 5, 400.0)
    thin = drawn_points(run)
    assert len(thin) <= 600
    assert {run[0], run[1234], run[3210], run[-1]} <= set(thin)
    assert list(thin) == sorted(thin)
    assert drawn_points(run[:300]) == run[:300]


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (date(2023, 9, 1), date(2023, 9, 5), ["1 Sep 2023", "2 Sep", "3 Sep", "4 Sep", "5 Sep"]),
        (date(2023, 9, 1), date(2023, 9, 1), ["1 Sep 2023"]),
        (date(2022, 10, 3), date(2023, 3, 9), ["Nov 2022", "Dec", "2023", "Feb", "Mar"]),
        (date(2019, 1, 1), date(2023, 9, 1), ["2019", "2020", "2021", "2022", "2023"]),
        (date(1960, 1, 1), date(2020, 1, 1), [str(year) for year in range(1960, 2021, 10)]),
    ],
)
def test_the_axis_of_time_has_round_days(first: date, last: date, labels: list[str]) -> None:
    marks = day_marks(first, last, "en")
    assert [mark.label for mark in marks] == labels
    assert all(first <= mark.day <= last for mark in marks)


def test_januaries_stay_where_there_is_little_room() -> None:
    marks = day_marks(date(2019, 8, 17), date(2023, 8, 26), "en")
    assert [mark.label for mark in marks if not mark.minor] == ["2020", "2021", "2022", "2023"]
    assert [mark.label for mark in marks if mark.minor] == ["Jul"] * 4


def test_the_same_numbers_give_the_same_picture() -> None:
    assert chart(1, 5, 3) == chart(1, 5, 3)


def test_a_small_line_has_a_name_and_needs_two_values() -> None:
    drawn = ElementTree.fromstring(str(spark([0, None, 10, 5], label=f"Growth {HOSTILE}")))
    assert drawn.get("role") == "img"
    assert (drawn.get("aria-label") or "").startswith("Growth <script>")
    path = next(node.get("d") for node in drawn.iter("path") if node.get("class") == "line")
    assert path == "M0 22h.01M666.7 2L1000 12"
    assert str(spark([None, 3], label="x")) == ""


def test_a_long_line_is_no_larger_than_a_picture_needs() -> None:
    assert len(chart(*[at * 37 % 1000 for at in range(5000)], step=1).svg) < 25_000
