"""Daily tables: whose columns mean what, which day is theirs, and what folders of strangers hold."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from crawling import command
from pasts import NOW, Past

from crawler.importing.daily_csv import day_of_name

BEST_OF = """\
,name,github_id,star_count,fork_count,watchers_count,open_issue_count,contributor_count,commit_count,projectrank
0,Widget,Acme/Widget,1200.0,30.0,,7.0,4.0,999.0,12
1,"Gad
get",acme/gadget,0,NaN,,None,,5,
2,Other,,15,,,,,,
"""


def folder_of(tmp_path: Path, **files: str | bytes) -> Path:
    """A folder of tables; `d2021_03_04` in a name stands for `2021-03-04`."""
    folder = tmp_path / "tables"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name.removeprefix('d').replace('_', '-')}.csv").write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2021-03-04_projects.csv", date(2021, 3, 4)),
        ("projects-20210304.csv", date(2021, 3, 4)),
        ("export_2021-03-04T10:00.csv", date(2021, 3, 4)),
        ("2021-02-30_2021-03-04.csv", date(2021, 3, 4)),
        ("202103041200.csv", None),
        ("2021-13-04.csv", None),
        ("projects.csv", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert day_of_name(name) == day


def test_a_best_of_list(past: Past, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, d2021_03_04_projects=BEST_OF, d2021_03_05_projects=BEST_OF.replace("1200.0", "1201.0"))
    done = past.run(folder)
    columns = ("stars", "forks", "watchers", "open_issues", "contributors", "commits_last_year")
    assert past.counts(*columns) == [
        ("acme/gadget", "2021-03-04", 0, None, None, None, None, None),
        ("acme/widget", "2021-03-04", 1200, 30, None, 7, 4, None),
        ("acme/widget", "2021-03-05", 1201, 30, None, 7, 4, None),
    ]
    assert done.err.count("columns that are not taken: name, commit_count, projectrank") == 1
    assert "2 rows left out: they name no repository" in done.err
    assert "refused" not in done.err
    before = past.rows("SELECT * FROM imported_counts")
    assert past.run(folder).out == "0 rows of 0 repositories written; 2 days imported before\n"
    assert past.rows("SELECT * FROM imported_counts") == before


def test_a_file_that_is_put_right_puts_its_own_day_right(past: Past, tmp_path: Path) -> None:
    for day in (4, 5, 6):
        folder = folder_of(tmp_path, **{f"d2021_03_0{day}": "repo,stars\nacme/widget,7\n"})
    past.run(folder)
    assert past.counts() == [("acme/widget", "2021-03-04", 7)]
    # The next day was left out as no different, and now it is.
    folder_of(tmp_path, d2021_03_04="repo,stars\nacme/widget,6\n")
    past.run(folder)
    assert past.counts() == [("acme/widget", "2021-03-04", 6), ("acme/widget", "2021-03-05", 7)]
    # And back again.
    folder_of(tmp_path, d2021_03_05="repo,stars\nacme/widget,6\n", d2021_03_06="repo,stars\nacme/widget,6\n")
    past.run(folder)
    assert past.counts() == [("acme/widget", "2021-03-04", 6)]
    assert past.run(folder).out == "0 rows of 0 repositories written; 3 days imported before\n"


def test_our_own_export_tells_when_its_figures_were_seen(past: Past, tmp_path: Path) -> None:
    past.write(
        "UPDATE repositories SET origin = 'live', node_id = 'N' || id, stars = 10 * id, forks = 0, watchers = 3,"
        " figures_source = 'github', figures_observed_at = '2026-10-0' || id || 'T01:00:00Z'",
        "UPDATE repositories SET figures_source = 'depsdev', watchers = NULL, open_issues = 8 WHERE id = 2",
    )
    folder = folder_of(tmp_path)
    exported = command("export", "csv", "-o", folder / "2026-11-01.csv", "--db", past.database, CRAWLER_NOW=NOW)
    assert exported.code == 0
    done = past.run(folder)
    assert past.counts("stars", "forks", "watchers", "open_issues") == [
        ("acme/gadget", "2026-10-02", None, None, None, 8),
        ("acme/widget", "2026-10-01", 10, 0, 3, None),
    ]
    assert "not taken" not in done.err
    past.write("UPDATE repositories SET origin = 'sandbox'")
    command("export", "csv", "-o", folder / "2026-11-02.csv", "--db", past.database, CRAWLER_NOW=NOW)
    assert "2 rows left out: their figures are recorded ones" in past.run(folder).err
    assert len(past.counts()) == 2


def test_what_only_looks_like_a_count_of_ours(past: Past, tmp_path: Path) -> None:
    table = "repo_url;Stars;watchers;open_issues;subscribers_count\nhttps://github.com/acme/widget;5;5;40;2\n"
    done = past.run(folder_of(tmp_path, d20210304=table))
    assert past.counts("stars", "watchers", "open_issues") == [("acme/widget", "2021-03-04", 5, 2, None)]
    assert "columns that are not taken: watchers, open_issues" in done.err


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffrepo,stars\nacme/widget,5\n".encode(),
        "repo\tstars\tauthor\r\nacme/widget\t5\tJosé\r\n".encode("latin-1"),
        "repo;stars;author\nacme/widget;5;Łukasz\n".encode("utf-16"),
        b"stars,full_name\n5,HTTPS://GITHUB.COM/ACME/WIDGET/\n",
        b"stars,url\n 5 ,git@github.com:old/widget.git\n",
        b'repo,note,stars\nacme/widget,"a\nb, c",5\nacme/widget,the second word,6\n',
        b"repo,stars\nacme/widget,5\nacme/gadget,-5\nacme/gadget,1e3\nacme/gadget,99999999999\nacme/gadget,NaN\n,\n",
        b"repo,stars\nacme/widget,5,and,more\nacme/gadget\n\n",
    ],
)
def test_forms_of_tables(past: Past, tmp_path: Path, data: bytes) -> None:
    past.run(folder_of(tmp_path, d20210304=data) / "20210304.csv")
    assert past.counts() == [("acme/widget", "2021-03-04", 5)]


def test_a_folder_of_a_stranger(past: Past, tmp_path: Path) -> None:
    good = "repo,stars\nacme/widget,5\n"
    folder = folder_of(
        tmp_path,
        d20210304=good,
        d20210305="repo,name\nacme/widget,x\n",
        d20210306="stars\n7\n",
        d20210307=b"repo,stars\nacme/widget,\0\n",
        d20210308="repo,stars\n" + "x" * 200_000 + ",7\n",
        d20310101=good,
        undated=good,
    )
    (tmp_path / "secret.csv").write_text(good, encoding="utf-8")
    (folder / "20210309.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(folder / "20210310.csv")
    (folder / "20210311.csv").mkdir()
    (folder / "20210312\n\x1b[31m.csv").write_text("no table", encoding="utf-8")
    done = past.run(folder)
    assert past.counts() == [("acme/widget", "2021-03-04", 5)]
    assert "\x1b" not in done.err
    for words in (
        "1 CSV file without a day in the name, such as undated.csv",
        "1 CSV file left out, being a link, such as 20210309.csv",
        "20210305.csv cannot be read: no column tells a count",
        "20210306.csv cannot be read: no column names a repository",
        "1 day in the future",
    ):
        assert words in done.err
    # What could not be read is tried again.
    folder_of(tmp_path, d20210305="repo,stars\nacme/widget,6\n")
    past.run(folder)
    assert past.counts()[1:] == [("acme/widget", "2021-03-05", 6)]


def test_a_file_too_large_for_a_day(past: Past, tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with (folder / "20210304.csv").open("wb") as file:
        file.truncate(65 << 20)
    assert "nothing can be read: not 20210304.csv (larger than 64 MiB)" in past.refused(folder)


def test_a_table_of_many_days_is_not_taken_for_one_of_a_day(past: Past, tmp_path: Path) -> None:
    table = "date,repo,stars\n2021-01-01,acme/widget,5\n2021-01-02,acme/widget,6\n"
    assert "the column date gives each row a day of its own" in past.refused(folder_of(tmp_path, d20210304=table))
    assert past.counts() == []


def test_recorded_figures_take_no_history(past: Past, tmp_path: Path) -> None:
    with closing(sqlite3.connect(past.database)) as connection, connection:
        connection.execute("UPDATE repositories SET origin = NULL")
        connection.execute("INSERT INTO runs (mode, started_at) VALUES ('sandbox', ?)", [NOW])
    assert "holds recorded figures alone" in past.refused(folder_of(tmp_path, d20210304="repo,stars\nacme/widget,5\n"))
