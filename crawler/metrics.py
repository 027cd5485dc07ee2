"""The state of the database for Prometheus: read anew at every scrape, over HTTP or as a text file.

Names follow https://prometheus.io/docs/practices/naming/: seconds, bytes, `_total` for what only grows. Labels hold
sources, states and outcomes, never a project: their number stays small whatever the list is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, start_http_server, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler import __version__, clock
from crawler.errors import UsageFault
from crawler.store import freshness, standing
from crawler.store.database import open_reader
from crawler.store.schedule import read_jobs

PREFIX = "landscape"
SPENT = {
    "requests": "Requests to all upstreams",
    "graphql_points": "GraphQL points",
    "rest_counted": "Counted REST requests",
}


class LandscapeCollector(Collector):
    """Reads the database for each scrape; one that cannot be read is `landscape_up 0` and nothing else."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead: a registry need not read the database to know the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All metrics of this moment."""
        try:
            with closing(open_reader(self._database)) as connection, _one_view(connection):
                metrics = [*_landscape(connection), *_sources(connection), *_runs(connection), *_schedule(connection)]
            size = sum(path.stat().st_size for path in _files(self._database) if path.exists())
        except (UsageFault, sqlite3.Error, OSError):
            yield _gauge("up", "Whether the database could be read", 0)
            return
        yield _gauge("up", "Whether the database could be read", 1)
        yield _gauge("database_size_bytes", "Size of the database and its journal", size)
        yield from metrics


def registry_of(database: Path) -> CollectorRegistry:
    """A registry with the metrics of that database alone."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(LandscapeCollector(database))
    return registry


@contextmanager
def serving(database: Path, host: str, port: int) -> Iterator[int]:
    """Answer scrapes at that address from a thread of its own; gives the port. UsageFault where it is not free."""
    try:
        server, thread = start_http_server(port, host, registry_of(database))
    except OSError as error:
        raise UsageFault(
            f"cannot listen on port {port} of {host} ({(error.strerror or 'no such address').lower()})",
            cure="choose another address with --listen",
        ) from error
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_metrics(database: Path, path: Path, exit_code: int) -> None:
    """Write the metrics in one step, as node_exporter's textfile collector wants them. OSError if impossible.

    With them goes how the refresh ended that writes them: one that could not begin has left no run in the database.
    """
    registry = registry_of(database)
    for name, text, value in (
        ("exit_code", "Exit code of the refresh that wrote this", exit_code),
        ("timestamp_seconds", "When it ended", clock.now().timestamp()),
    ):
        Gauge(f"{PREFIX}_refresh_{name}", text, registry=registry).set(value)
    write_to_textfile(str(path), registry)


def _landscape(connection: sqlite3.Connection) -> Iterator[Metric]:
    info = InfoMetricFamily(f"{PREFIX}_build", "The program and its database")
    info.add_metric([], {"version": __version__, "schema": str(standing.schema_version(connection))})
    yield info
    yield _gauge("projects", "Projects of the list", standing.projects(connection))
    rows = standing.repositories(connection)
    counts = {row["status"]: row["repositories"] for row in rows}
    yield _by("repositories", "Repositories of the list by state", "status", counts)
    yield _gauge("stars", "Stars of all repositories of the list", sum(row["stars"] for row in rows))


def _sources(connection: sqlite3.Connection) -> Iterator[Metric]:
    rows = freshness.by_source(connection, now=clock.to_text(clock.now()))
    subjects = GaugeMetricFamily(f"{PREFIX}_subjects", "Subjects by source and state", labels=["source", "state"])
    for row in rows:
        for state in ("fresh", "stale", "failed"):
            subjects.add_metric([row["source"], state], row[state])
    yield subjects
    for which in ("oldest", "newest"):
        name, text = f"{which}_answer_timestamp_seconds", f"When the {which} answer of a source came"
        yield _by(name, text, "source", {row["source"]: _seconds(row[which]) for row in rows})
    quotas = standing.newest_quotas(connection)
    for name, text, column in (
        ("quota_limit", "Limit of GitHub's, in points or requests", "quota"),
        ("quota_remaining", "What was left of it when it was last seen", "remaining"),
    ):
        yield _by(name, text, "resource", {row["resource"]: row[column] for row in quotas})
    resets = {row["resource"]: _seconds(row["reset_at"]) for row in quotas}
    yield _by("quota_reset_timestamp_seconds", "When the limit is full again", "resource", resets)


def _runs(connection: sqlite3.Connection) -> Iterator[Metric]:
    outcomes = standing.runs_by_outcome(connection)
    runs = CounterMetricFamily(f"{PREFIX}_runs", "Refreshes that have ended", labels=["outcome"])
    for row in outcomes:
        runs.add_metric([row["outcome"]], row["runs"])
    yield runs
    for column, text in SPENT.items():
        yield CounterMetricFamily(f"{PREFIX}_{column}", f"{text} of all runs", sum(row[column] for row in outcomes))
    last = standing.last_run(connection)
    if last is None:
        return
    began, end = _seconds(last["started_at"]), _seconds(last["ended_at"])
    assert began is not None and end is not None
    yield _gauge("last_run_start_timestamp_seconds", "When the last run began", began)
    yield _gauge("last_run_duration_seconds", "How long the last run took", max(end - began, 0))
    yield _by("last_run_outcome", "How the last run ended", "outcome", {last["outcome"]: 1})
    if last["exit_code"] is not None:
        yield _gauge("last_run_exit_code", "Exit code of the last run", last["exit_code"])
    for column, text in SPENT.items():
        yield _gauge(f"last_run_{column}", f"{text} of the last run", last[column])


def _schedule(connection: sqlite3.Connection) -> Iterator[Metric]:
    jobs = read_jobs(connection)
    for name, text, values in (
        ("next_run", "When the source is asked next", {name: job.next_run_at for name, job in jobs.items()}),
        ("last_start", "When its last scheduled run began", {name: job.started_at for name, job in jobs.items()}),
        ("last_end", "When that run ended", {name: job.ended_at for name, job in jobs.items()}),
    ):
        seconds = {source: None if time is None else time.timestamp() for source, time in values.items()}
        yield _by(f"schedule_{name}_timestamp_seconds", text, "source", seconds)
    codes = {name: job.exit_code for name, job in jobs.items()}
    yield _by("schedule_last_exit_code", "Exit code of that run", "source", codes)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, Any]) -> Metric:
    """A gauge with one label; what is not known has no sample."""
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for key, value in values.items():
        if value is not None:
            family.add_metric([key], value)
    return family


def _seconds(time: str | None) -> float | None:
    """Seconds since 1970 of a time in the database."""
    return None if time is None else clock.from_text(time).timestamp()


def _files(database: Path) -> tuple[Path, ...]:
    return database, Path(f"{database}-wal")


@contextmanager
def _one_view(connection: sqlite3.Connection) -> Iterator[None]:
    """All queries see the same state, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
