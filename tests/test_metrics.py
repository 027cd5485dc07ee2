"""Metrics for Prometheus: text that its own parser takes, with what the database says, and no name of a project."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import Landscape, command, yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from crawler.clock import to_text
from crawler.metrics import registry_of, serving
from crawler.sandbox.faults import Fault, saml
from crawler.store.database import open_writer
from crawler.store.lock import hold_lock

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
    assert got["landscape_build_info", ("6", landscape.value("SELECT version FROM runs"))] == 1
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


@pytest.mark.parametrize("landscape", [1], indirect=True)
def test_the_file_tells_of_a_refresh_that_could_not_begin(landscape: Landscape) -> None:
    path = landscape.database.with_name("landscape.prom")

    def told() -> tuple[float, float]:
        got = samples(path.read_text())
        return got["landscape_refresh_exit_code", ()], got["landscape_refresh_timestamp_seconds", ()]

    landscape.refresh("-q", "--source", "github", "--metrics-file", path)
    assert told() == (0, landscape.now.timestamp())
    landscape.later(hours=1)
    landscape.refresh("--dry-run", "--metrics-file", path)
    with hold_lock(landscape.database):
        landscape.refresh("--metrics-file", path, code=75)
    assert told() == (75, landscape.now.timestamp())
    assert samples(path.read_text())["landscape_last_run_exit_code", ()] == 0
    landscape.seeds.write_text("categories: [")
    landscape.refresh("--metrics-file", path, code=2)
    assert told() == (2, landscape.now.timestamp())


def test_no_output_takes_the_place_of_the_database_or_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database, seeds = tmp_path / "landscape.db", tmp_path / "seeds.yml"
    open_writer(database).close()
    seeds.write_text(yaml("acme-00/widget-0"))
    (tmp_path / "link.prom").symlink_to(database)
    (tmp_path / "hard.json").hardlink_to(database)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for arguments, words in (
        (["refresh", "--metrics-file", database], "landscape.db is the database itself; name another file"),
        (["refresh", "--metrics-file", "link.prom"], "link.prom is the database itself"),
        (["refresh", "--metrics-file", "seeds.yml"], "seeds.yml is the list itself"),
        (["refresh", "--metrics-file", "x.txt"], "x.txt does not end in .prom; name it so"),
        (["export", "json", "-o", database], "is the database itself"),
        (["export", "csv", "-o", "hard.json"], "hard.json is the database itself"),
        (["export", "yaml", "-o", "landscape.db-wal"], "landscape.db-wal belongs to the database landscape.db"),
        (["export", "csv", "-o", "landscape.db.lock"], "landscape.db.lock belongs to the database"),
        (["export", "json", "-o", "./seeds.yml"], "seeds.yml is the list itself"),
        (["db", "backup", "--force", "seeds.yml"], "seeds.yml is the list itself"),
        (["db", "publishable", "--force", "seeds.yml"], "seeds.yml is the list itself"),
    ):
        done = command(*arguments)
        assert (done.code, words in done.err) == (2, True), done
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert command("export", "yaml", "-o", "seeds.yml").code == 0


@pytest.mark.parametrize("listen", ["9464x", "127.0.0.1:", "127.0.0.1:99999", "a b:1", "::1:9464"])
def test_an_address_that_is_none(landscape: Landscape, listen: str) -> None:
    assert "write HOST:PORT" in landscape.run("schedule", landscape.seeds, "--listen", listen, code=2).err


def test_an_address_that_is_taken(landscape: Landscape) -> None:
    with serving(landscape.database, "127.0.0.1", 0) as port:
        done = landscape.run("schedule", landscape.seeds, "--listen", f"127.0.0.1:{port}", code=2)
    assert f"cannot listen on port {port} of 127.0.0.1 (address already in use)" in done.err
