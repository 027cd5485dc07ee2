"""`python -m benchmarks.site_load`: what a page of the site takes with eight readers at once, while a refresh writes.

`crawler serve` as a process of its own over the landscape of `benchmarks.site.landscape`; another process commits as a
refresh does, and computes all figures after each round. Eight readers ask for pages at random, each for the next as
soon as it has one: first for ours, then for Datasette's own. `--landscape FILE` takes a landscape that was made before,
and copies it.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct

from benchmarks.site.landscape import ADJECTIVES, PROJECTS, THINGS, build
from benchmarks.site.serving import serving
from benchmarks.site.variations import Variations
from benchmarks.site.writer import refresh_for_ever
from crawler.site.links import PATHS

READERS = 8
MOST_MEDIAN, MOST_P99, MOST_BYTES = 0.2, 0.5, 300_000
KEYS = {"project": "projects", "organization": "organizations", "category": "categories"}
"""By page with a key the table that has the keys."""

Ask = Callable[[random.Random], str]
"""Makes an address at random."""


class Answer(Struct, frozen=True):
    """What one page took: seconds until its last byte, and its bytes as they were sent."""

    kind: str
    seconds: float
    size: int


def main() -> None:
    """Build, ask, and print what each kind of page took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site_load", description=__doc__)
    parser.add_argument("--landscape", type=Path, metavar="FILE")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="how long our pages are asked for; a third for the rest"
    )
    parser.add_argument("--warm-up", type=float, default=20.0, metavar="SECONDS", help="asked before, and not counted")
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--quiet", action="store_true", help="without the refresh that writes")
    parser.add_argument("--only", metavar="PAGE", action="append", choices=sorted(PATHS))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "landscape.db"
        if chosen.landscape:
            shutil.copy(chosen.landscape, path)
        else:
            build(path)
        with serving(path) as server:
            port = urlsplit(server.address).port or 0
            ours, others = _our_pages(path, port), _datasette_pages()
            if chosen.only:
                ours = {name: ask for name, ask in ours.items() if name in chosen.only}
            with _nothing() if chosen.quiet else _refreshing(path):
                _ask(port, ours, chosen.readers, chosen.warm_up)
                before = server.processor_seconds
                found = _ask(port, ours, chosen.readers, chosen.seconds)
                taken = server.processor_seconds - before
                theirs = [] if chosen.only else _ask(port, others, chosen.readers, chosen.seconds / 3)
    print(f"{PROJECTS:,} projects, {chosen.readers} readers, {'no writer' if chosen.quiet else 'a refresh writes'}")
    _print_table(found, chosen.seconds)
    print(f"the server took {taken / len(found) * 1000:.1f} ms of the processor for each of them")
    if theirs:
        print("\nDatasette's own pages:")
        _print_table(theirs, chosen.seconds / 3)


def _our_pages(path: Path, port: int) -> dict[str, Ask]:
    """By name of a page how to ask for one of them."""
    with closing(sqlite3.connect(path)) as connection:
        keys = {
            name: [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
            for name, table in KEYS.items()
        }
    asks: dict[str, Ask] = {}
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for name, pattern in PATHS.items():
            of_name = keys.get(name, [""])
            first = f"/{pattern}".format(key=quote(of_name[0], safe=""))
            shown = _get(connection, first, {}).decode()
            asks[name] = _some_page(f"/{pattern}", of_name, Variations(first, shown))
    asks["search"] = lambda dice: f"/search?{urlencode({'q': dice.choice(ADJECTIVES + THINGS)})}"
    asks["compare"] = lambda dice: f"/compare?{urlencode({'project': dice.sample(keys['project'], 6)}, doseq=True)}"
    return asks


def _some_page(pattern: str, keys: list[str], variations: Variations) -> Ask:
    return lambda dice: pattern.format(key=quote(dice.choice(keys), safe="")) + variations.pick(dice)


def _datasette_pages() -> dict[str, Ask]:
    return {
        "table landscape": lambda dice: f"/landscape/landscape?_sort_desc=stars&_size={dice.choice((50, 100))}",
        "table landscape, facets": lambda _: "/landscape/landscape?_facet=license_spdx&_facet=primary_language",
        "table landscape, JSON": lambda dice: (
            f"/landscape/landscape.json?_sort_desc=stars&_size={dice.choice((50, 100))}"
        ),
        "row of projects": lambda dice: f"/landscape/projects/p{dice.randrange(PROJECTS)}",
        "history, JSON": lambda dice: f"/landscape/history.json?repository_id={dice.randrange(1, PROJECTS)}&_size=1000",
    }


def _ask(port: int, pages: Mapping[str, Ask], readers: int, seconds: float) -> list[Answer]:
    """What all readers got in so many seconds. Each takes all kinds of pages in turn, in an order of its own."""
    end = time.monotonic() + seconds

    def read(number: int) -> list[Answer]:
        dice, answers = random.Random(number), []
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            while time.monotonic() < end:
                for kind in dice.sample(sorted(pages), len(pages)):
                    address = pages[kind](dice)
                    began = time.perf_counter()
                    body = _get(connection, address, {"Accept-Encoding": "gzip"})
                    answers.append(Answer(kind, time.perf_counter() - began, len(body)))
        return answers

    with ThreadPoolExecutor(readers) as pool:
        return [answer for answers in pool.map(read, range(readers)) for answer in answers]


def _get(connection: http.client.HTTPConnection, address: str, headers: Mapping[str, str]) -> bytes:
    """The body as it was sent. AssertionError for any status but 200."""
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, (response.status, address, body[-2000:])
    return body


@contextmanager
def _refreshing(path: Path) -> Iterator[None]:
    writer = multiprocessing.get_context("spawn").Process(target=refresh_for_ever, args=(path,), daemon=True)
    writer.start()
    try:
        yield
        assert writer.is_alive(), "the writer has failed"
    finally:
        writer.terminate()
        writer.join()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _print_table(answers: list[Answer], seconds: float) -> None:
    print(f"{len(answers):,} pages in {seconds:.0f} s")
    print(f"| {'page':<24} | {'asked':>5} | median ms | p99 ms | max ms | largest kB |")
    print("|---|---|---|---|---|---|")
    for kind in sorted({answer.kind for answer in answers}):
        times = sorted(answer.seconds for answer in answers if answer.kind == kind)
        median, p99 = statistics.median(times), times[max(0, -(-len(times) * 99 // 100) - 1)]
        size = max(answer.size for answer in answers if answer.kind == kind)
        holds = median <= MOST_MEDIAN and p99 <= MOST_P99 and size <= MOST_BYTES
        print(
            f"| {kind:<24} | {len(times):>5} | {median * 1000:>9.0f} | {p99 * 1000:>6.0f} | {times[-1] * 1000:>6.0f} |"
            f" {size / 1000:>10.1f} |{'' if holds else ' OVER A BOUND'}"
        )


if __name__ == "__main__":
    main()
