"""`python -m benchmarks.history`: size and speed of ten years, where every repository and total moves every day.

The days are written one after the other, by what a refresh writes them with. `--repositories` and `--days` make it
smaller, `--keep FILE` leaves the database there.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

from msgspec import structs

from benchmarks.totals import TODAY, Size, fill
from crawler.cli import main as run_command
from crawler.figures.compute import compute_totals
from crawler.figures.headline import VALUE_POLICY, headline
from crawler.figures.model import Figures, Total, plain
from crawler.figures.snapshot import read_snapshot
from crawler.figures.stored import stored_totals_on
from crawler.figures.valuation import read_valuation
from crawler.store import open_writer, transaction
from crawler.store.history import COUNTS, write_history
from crawler.store.totals import KEPT, write_totals

MEGABYTE = 10**6
MOST_HISTORY, MOST_TOTALS, MOST_MILLISECONDS = 200 * MEGABYTE, 100 * MEGABYTE, 100
EVENTS_A_DAY = 5
TRIES = 5
REPOSITORY = 7


def main() -> None:
    """Build the database, then print what takes how much room and which question how long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--repositories", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=3_650)
    parser.add_argument("--keep", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    size = Size(
        projects=chosen.repositories,
        categories=20,
        subcategories=4,
        organizations=max(5, chosen.repositories * 3 // 10),
        listed=max(1, chosen.repositories * 6 // 100),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "landscape.db"
        with closing(open_writer(path)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            _build(connection, size, [TODAY - timedelta(days=ago) for ago in reversed(range(chosen.days))])
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(f"whole file {path.stat().st_size / MEGABYTE:.0f} MB")
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            _ask(connection)
        _ask_commands(path, (TODAY - timedelta(days=chosen.days // 2)).isoformat())


def _build(connection: sqlite3.Connection, size: Size, days: list[date]) -> None:
    dice = random.Random(7)
    with transaction(connection):
        fill(connection, dice, size)
    began = time.perf_counter()
    before = _bytes(connection)
    for day in days:
        with transaction(connection):
            _move_repositories(connection, size.projects, dice, day)
    _print_size("history", _bytes(connection) - before, MOST_HISTORY, time.perf_counter() - began)
    began, before = time.perf_counter(), _bytes(connection)
    _remember(connection, size.projects, days)
    print(
        f"memory   {(_bytes(connection) - before) / MEGABYTE:6.1f} MB, written in {time.perf_counter() - began:.0f} s"
    )
    began, before = time.perf_counter(), _bytes(connection)
    for day, figures in zip(days, _moving_figures(connection, dice, days), strict=True):
        with transaction(connection):
            write_totals(connection, figures, day=day, origin="live")
    _print_size("totals", _bytes(connection) - before, MOST_TOTALS, time.perf_counter() - began)
    with transaction(connection):
        connection.executemany(
            "INSERT INTO changes (at, observed_at, kind, project_id, repository_id, after) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (f"{day}T06:00:00Z", f"{day}T12:00:00Z", "release", f"p{number - 1}", number, f"v{day}")
                for day in days
                for number in dice.sample(range(1, size.projects + 1), min(EVENTS_A_DAY, size.projects))
            ),
        )


def _bytes(connection: sqlite3.Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)


def _print_size(name: str, size: int, most: int, seconds: float) -> None:
    verdict = "" if size < most else "  TOO LARGE"
    print(f"{name:<8} {size / MEGABYTE:6.1f} MB (limit {most // MEGABYTE}), written in {seconds:.0f} s{verdict}")


def _move_repositories(connection: sqlite3.Connection, number: int, dice: random.Random, day: date) -> None:
    """Every repository differs from the day before in every count but its number of releases."""
    moved = ", ".join(f"{name} = abs({name} + ?)" for name in COUNTS if name != "releases_total")
    connection.executemany(
        f"UPDATE repositories SET {moved}, releases_total = releases_total + ?, figures_source = 'github' WHERE id = ?",
        (
            (*(dice.choice((-3, -2, -1, 1, 2, 5, 9, 40)) for _ in COUNTS[1:]), dice.random() < 0.05, one)
            for one in range(1, number + 1)
        ),
    )
    for one in range(1, number + 1):
        write_history(connection, one, day=day)


def _remember(connection: sqlite3.Connection, number: int, days: list[date]) -> None:
    """Half of the repositories get a commit a day; the rows are those of `crawler.store.former`, written in bulk."""
    first = days[0].isoformat()
    # Money that was known from the first day on: the past has a value.
    connection.execute("UPDATE figures SET observed_at = ?", [f"{first}T12:00:00Z"])
    for day in days:
        with transaction(connection):
            connection.executemany(
                "INSERT INTO former_values VALUES (?, 'latest_commit_at', ?, ?)",
                ((one, day.isoformat(), f"{day - timedelta(days=1)}T10:11:12Z") for one in range(2, number + 1, 2)),
            )
    with transaction(connection):
        connection.executemany(
            "INSERT INTO former_values VALUES (?, '', ?, NULL)", ((one, first) for one in range(1, number + 1))
        )
        connection.executemany(
            "INSERT INTO answered_days VALUES (?, ?, ?, ?)",
            (
                (source, one, first, TODAY.isoformat())
                for source in ("github", "figures")
                for one in range(1, number + 1)
            ),
        )
        connection.execute("INSERT INTO remembered VALUES ('list', ?), ('repositories', ?)", [first, first])


def _moving_figures(connection: sqlite3.Connection, dice: random.Random, days: list[date]) -> Iterator[Figures]:
    """The figures of the landscape, each that is known moving every day.

    What is not kept of past days is there on the newest two days alone: it would be written and deleted every day.
    """
    whole = compute_totals(connection, day=days[-1], origin="live")
    connection.execute("CREATE TEMP TABLE named (scope, measure, policy)")
    connection.executemany("INSERT INTO named VALUES (?, ?, ?)", ((t.scope, t.measure, t.policy) for t in whole.totals))
    kept = {tuple(row) for row in connection.execute(f"SELECT scope, measure, policy FROM named WHERE {KEPT}")}
    totals = [total for total in whole.totals if (total.scope, total.measure, total.policy) in kept]
    others = [total for total in whole.totals if (total.scope, total.measure, total.policy) not in kept]
    moving = sum(_is_known(total) for total in totals)
    print(f"{len(whole.totals):,} totals, {len(kept):,} of them kept of past days, {moving:,} move every day")
    for day in days:
        totals = [_moved(total, dice) if _is_known(total) else total for total in totals]
        yield Figures(totals + others if day in days[-2:] else totals, whole.lines if day == days[-1] else [])


def _is_known(total: Total) -> bool:
    return total.value is not None


def _moved(total: Total, dice: random.Random) -> Total:
    step = dice.randrange(1, 1000)
    if isinstance(total.value, int):
        return structs.replace(total, value=total.value + step)
    low, value, high = (
        None if amount is None else plain(Decimal(amount) + Decimal(step * 1000) / 100)
        for amount in (total.low, total.value, total.high)
    )
    return structs.replace(total, low=low, value=value, high=high)


def _ask(connection: sqlite3.Connection) -> None:
    """Every question, and the processor time of its answer, at best: other programs share the machine."""
    newest = str(connection.execute("SELECT max(day) FROM computed_days").fetchone()[0])
    day = date.fromisoformat(newest)
    (first,) = connection.execute("SELECT min(day) FROM computed_days").fetchone()
    middle = date.fromisoformat(first) + (day - date.fromisoformat(first)) / 2

    def rows(query: str, *values: object) -> Callable[[], object]:
        return lambda: connection.execute(query, values).fetchall()

    curve = "SELECT day, value FROM totals WHERE scope = ? AND measure = ? AND policy = ? ORDER BY day"
    questions: dict[str, Callable[[], object]] = {
        "a repository's curves": rows("SELECT * FROM history WHERE repository_id = ? ORDER BY day", REPOSITORY),
        "the landscape's stars, day by day": rows(curve, "landscape", "stars", ""),
        "a category's stars, day by day": rows(curve, "category:c1", "stars", ""),
        "the total value, day by day": rows(
            "SELECT * FROM ecosystem_value WHERE policy = ? ORDER BY day", VALUE_POLICY
        ),
        "the total value by every policy": rows("SELECT * FROM ecosystem_value ORDER BY day"),
        "all totals of a past day": lambda: stored_totals_on(connection, middle.isoformat()),
        "the counts of all repositories on a past day": rows(
            "SELECT r.id, h.* FROM repositories r LEFT JOIN history h ON h.repository_id = r.id AND h.day = ("
            "SELECT max(day) FROM history WHERE repository_id = r.id AND day <= ?)",
            middle.isoformat(),
        ),
        "what is growing": rows("SELECT * FROM growth ORDER BY stars_month DESC"),
        "what happened this week": rows(
            "SELECT * FROM changes WHERE at >= ? ORDER BY at DESC", (day - timedelta(days=7)).isoformat()
        ),
        "the newest totals": lambda: read_snapshot(connection),
        "the headline": lambda: headline(connection),
        "the newest value and its lines": lambda: read_valuation(connection, "landscape"),
        "the landscape": rows("SELECT * FROM landscape ORDER BY stars DESC LIMIT 100"),
    }
    for words, ask in questions.items():
        _print_time(words, ask)


def _ask_commands(database: Path, day: str) -> None:
    """The commands that show a past day, in this process: without the start of Python, with all that they print."""
    for words in ("stats", "value", "export json", "export csv", "stats --json", "value --json", "changes --since 7d"):
        for past in ("",) if words.startswith("changes") else ("--as-of", "--as-true-of"):
            arguments = [*words.split(), "--db", str(database), *([past, day] if past else [])]
            _print_time(f"crawler {words} {past}".rstrip(), partial(_run, arguments))


def _run(arguments: list[str]) -> None:
    with redirect_stdout(TextIOWrapper(BytesIO())), redirect_stderr(StringIO()) as errors, suppress(SystemExit):
        run_command(arguments)
    assert "Traceback" not in errors.getvalue()


def _print_time(words: str, ask: Callable[[], object]) -> None:
    milliseconds = min(_seconds(ask) for _ in range(TRIES)) * 1000
    print(f"{milliseconds:7.1f} ms  {words}{'' if milliseconds < MOST_MILLISECONDS else '  TOO SLOW'}")


def _seconds(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return time.process_time() - began


if __name__ == "__main__":
    main()
