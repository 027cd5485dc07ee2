"""What is known of a repository's past: one line out of several sources, and releases that may not be whole."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from crawler.site.reading.counted import Part, read_past, step_of, thin
from crawler.site.reading.releases import Releases, read_releases
from crawler.store import open_reader, open_writer, transaction

PAST = """
INSERT INTO history (repository_id, day, stars, commits_last_year) VALUES
  (1, '2023-08-30', NULL, 700), (1, '2023-09-01', 12000, 800), (1, '2023-09-20', 12900, NULL);
INSERT INTO star_weeks (repository_id, week, gained, days, stars) VALUES
  (1, '2023-08-14', 10, '[]', 11800), (1, '2023-08-21', 10, '[]', 11900), (1, '2023-08-28', 10, '[]', 12345);
INSERT INTO imported_counts (repository_id, day, source, stars, commits_last_year, licence_class, imported_at) VALUES
  (1, '2023-01-01', 'older', 9000, 500, 'public', ''), (1, '2023-02-01', 'other', 9100, NULL, 'public', ''),
  (1, '2023-03-01', 'secret', 9200, NULL, 'restricted', ''), (1, '2023-09-10', 'older', 1, 1, 'public', '')
"""


def fill(database: Path) -> None:
    """Give the first repository a past out of three sources that overlap."""
    with closing(open_writer(database)) as connection, transaction(connection):
        for statement in PAST.split(";\n"):
            connection.execute(statement)


def test_each_day_of_stars_has_the_best_word_alone(database: Path) -> None:
    fill(database)
    with closing(open_reader(database)) as connection:
        past = read_past(connection, 1, "stars", (date(2023, 9, 25), 13000))
    assert past.points == (
        (date(2023, 1, 1), 9000),
        (date(2023, 2, 1), 9100),
        (date(2023, 8, 20), 11800),
        (date(2023, 8, 27), 11900),
        (date(2023, 9, 1), 12000),
        (date(2023, 9, 20), 12900),
        (date(2023, 9, 25), 13000),
    )
    assert past.parts == (
        Part("older, other", date(2023, 1, 1), date(2023, 2, 1)),
        Part("github", date(2023, 8, 20), date(2023, 8, 27)),
        Part("own", date(2023, 9, 1), date(2023, 9, 20)),
    )


def test_commits_have_no_weeks_and_unknown_days_interrupt(database: Path) -> None:
    fill(database)
    with closing(open_reader(database)) as connection:
        past = read_past(connection, 1, "commits_last_year", None)
    assert past.points == (
        (date(2023, 1, 1), 500),
        (date(2023, 8, 30), 700),
        (date(2023, 9, 1), 800),
        (date(2023, 9, 20), None),
    )


def test_nothing_known_is_no_past(database: Path) -> None:
    with closing(open_reader(database)) as connection:
        past = read_past(connection, 1, "stars", None)
    assert past.points == past.parts == ()


def test_long_lines_have_a_point_a_month() -> None:
    days = [(date(2019, 1, 1) + timedelta(days=at), at) for at in range(1500)]
    assert step_of([days]) == "month"
    kept = thin(days, "month")
    assert kept[:3] == ((date(2019, 1, 1), 0), (date(2019, 1, 31), 30), (date(2019, 2, 28), 58))
    assert kept[-1] == days[-1]
    assert step_of([days[:1000]]) == "week"
    assert step_of([days[:100], days[50:100]]) == "day"
    assert thin(days[:100], "day") == tuple(days[:100])


def test_releases_that_are_not_whole_are_at_least_so_many(database: Path) -> None:
    with closing(open_reader(database)) as connection:
        part = read_releases(connection, 1, 9, newest=1)
        whole = read_releases(connection, 1, 2)
    assert [one.tag_name for one in part.newest] == ["v13.0.0"]
    assert part.in_year(2023) == (2, True)
    assert part.in_year(2022) == (None, False)
    assert whole.in_year(2023) == (2, False)
    assert whole.in_year(2022) == (0, False)
    assert whole.by_quarter((2023, 4), 32) == [((2023, 2), 1), ((2023, 3), 1), ((2023, 4), 0)]
    assert whole.by_quarter((2023, 4), 2) == [((2023, 3), 1), ((2023, 4), 0)]


def test_of_releases_never_told_nothing_is_known() -> None:
    unknown = Releases(known=0, total=None, newest=(), quarters={})
    none = Releases(known=0, total=0, newest=(), quarters={})
    assert unknown.in_year(2023) == (None, False)
    assert none.in_year(2023) == (0, False)
    assert unknown.by_quarter((2023, 1), 4) == []
