"""Metrics for Prometheus: text that its own parser takes, with what the database says, and no name of a project."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import Landscape
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from crawler.clock import to_text
from crawler.metrics import registry_of, serving
from crawler.sandbox.faults import Fault, saml

Samples = dict[tuple[str, tuple[str, ...]], float]


def samples(text: str) -> Samples:
    """Every sample by its name and the values of its labels."""
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type in {"gauge", "counter"} for family in families)
    found = [sample for family in families for sample in family.samples]
    values = {(sample.name, tuple(sample.labels.values())): sample.value for sample in found}
    assert len(values) == len(found)
    return values


def scraped(landscape: Landscape) -> Samples:
    return samples(generate_latest(registry_of(landscape.database)).decode())


def test_what_the_database_says(landscape: Landscape) -> None:
    landscape.strike(Fault(saml("acme-00/widget-0")))
    landscape.refresh(code=3)
    landscape.change(
        "INSERT INTO schedule_jobs VALUES ('github', '1d', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', NULL, NULL)"
    )
    got = scraped(landscape)
    assert got["landscape_up", ()] == 1
    assert got["landscape_projects", ()] == 6
    assert got["landscape_repositories", ("ok",)] == 5
    assert got["landscape_repositories", ("never_asked",)] == 1
    assert got["landscape_stars", ()] == landscape.value("SELECT sum(stars) FROM repositories")
    assert got["landscape_subjects", ("github", "fresh")] == 5
    assert got["landscape_subjects", ("github", "failed")] == 1
    now = landscape.now.timestamp()
    assert got["landscape_oldest_answer_timestamp_seconds", ("github",)] == now
    assert got["landscape_last_run_outcome", ("in part",)] == 1
    assert got["landscape_last_run_exit_code", ()] == 3
    assert got["landscape_last_run_start_timestamp_seconds", ()] == now
    ((requests, points),) = landscape.rows("SELECT requests, graphql_points FROM runs")
    assert got["landscape_last_run_requests", ()] == requests == got["landscape_requests_total", ()]
    assert got["landscape_graphql_points_total", ()] == points > 0
    assert got["landscape_runs_total", ("in part",)] == 1
    ((left, reset),) = landscape.rows("SELECT remaining, reset_at FROM quotas WHERE resource = 'graphql'")
    assert got["landscape_quota_remaining", ("graphql",)] == left
    assert to_text(datetime.fromtimestamp(got["landscape_quota_reset_timestamp_seconds", ("graphql",)], UTC)) == reset
    assert (
        got["landscape_schedule_next_run_timestamp_seconds", ("github",)]
        == datetime(2026, 1, 2, tzinfo=UTC).timestamp()
    )
    assert ("landscape_schedule_last_exit_code", ("github",)) not in got
    assert got["landscape_build_info", ("4", landscape.value("SELECT version FROM runs"))] == 1
    assert got["landscape_database_size_bytes", ()] >= landscape.database.stat().st_size
    assert not any("widget" in label for _, labels in got for label in labels)


def test_a_database_that_is_not_there_or_not_ours(tmp_path: Path) -> None:
    database = tmp_path / "landscape.db"
    assert samples(generate_latest(registry_of(database)).decode()) == {("landscape_up", ()): 0}
    database.write_text("no database at all, but long enough to be looked at")
    assert samples(generate_latest(registry_of(database)).decode()) == {("landscape_up", ()): 0}


def test_a_file_for_node_exporter_is_written_in_one_step(landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    path = landscape.database.with_name("landscape.prom")
    landscape.refresh("-q", "--metrics-file", path)
    assert samples(path.read_text())["landscape_last_run_exit_code", ()] == 0
    before = path.read_text()
    monkeypatch.setattr("os.rename", lambda *names: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    done = landscape.refresh("-q", "--force", "--metrics-file", path)
    assert "landscape.prom cannot be written (No space left on device)" in done.err and done.err.count("\n") == 1
    assert path.read_text() == before and not list(path.parent.glob("landscape.prom.*"))
    assert "there is no directory" in landscape.refresh("--metrics-file", "no/such/x.prom", code=2).err
    assert landscape.asked == 0


@pytest.mark.parametrize("listen", ["9464x", "127.0.0.1:", "127.0.0.1:99999", "a b:1", "::1:9464"])
def test_an_address_that_is_none(landscape: Landscape, listen: str) -> None:
    assert "write HOST:PORT" in landscape.run("schedule", landscape.seeds, "--listen", listen, code=2).err


def test_an_address_that_is_taken(landscape: Landscape) -> None:
    with serving(landscape.database, "127.0.0.1", 0) as port:
        done = landscape.run("schedule", landscape.seeds, "--listen", f"127.0.0.1:{port}", code=2)
    assert f"cannot listen on port {port} of 127.0.0.1 (address already in use)" in done.err
