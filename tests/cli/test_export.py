"""`crawler export` as a person types it: bytes on standard output, one message on standard error, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.store import open_writer

SEEDS = """\
# ours\r
categories:\r
- name: Languages\r
  subcategories:\r
  - name: Systems\r
    items:\r
    - name: Rüst\r
      repo_url: https://github.com/rust-lang/rust\r
    - name: Zig\r
"""
BLOCK = """\
      enriched:\r
        repositories:\r
        - name: rust-lang/rust\r
          status: ok\r
          stars: 5\r
          as_of: '2026-11-20'\r
          source: https://github.com/rust-lang/rust\r
"""
ENRICHED = SEEDS.replace("    - name: Zig", f"{BLOCK}    - name: Zig")
STATEMENTS = (
    "INSERT INTO categories VALUES ('languages', 'Languages', NULL, 0, NULL)",
    "INSERT INTO subcategories VALUES ('languages--systems', 'Systems', 'languages', 0, NULL)",
    (
        "INSERT INTO projects (id, name, subcategory_id, position, first_seeded_at)"
        " VALUES ('rust', 'Rüst', 'languages--systems', 0, '2026-11-20T00:00:00Z')"
    ),
    (
        "INSERT INTO repositories (id, name_with_owner, status, origin, fetched_at, stars)"
        " VALUES (1, 'rust-lang/rust', 'ok', 'live', '2026-11-20T10:00:00Z', 5)"
    ),
    (
        "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position)"
        " VALUES ('rust', 1, 'rust-lang/rust', 1, 0)"
    ),
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with seeds.yml and a landscape.db that has the first of its two items."""
    (tmp_path / "seeds.yml").write_bytes(SEEDS.encode())
    connection = open_writer(tmp_path / "landscape.db")
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.close()
    return tmp_path


def crawler(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, in `directory`."""
    return subprocess.run(
        [sys.executable, "-m", "crawler", "export", *arguments],
        cwd=directory,
        env={key: value for key, value in os.environ.items() if not key.startswith("CRAWLER_")} | environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_yaml_goes_to_standard_output_byte_for_byte_and_the_rest_to_standard_error(directory: Path) -> None:
    # Even where the terminal's encoding could not hold it.
    done = crawler(directory, "yaml", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0
    assert done.stdout == ENRICHED.encode()
    assert done.stderr.decode() == "crawler: 1 item is not in landscape.db yet: run 'crawler refresh'\n"


def test_yaml_may_replace_the_seeds_file_itself_and_does_so_once(directory: Path) -> None:
    seeds = directory / "seeds.yml"
    assert crawler(directory, "yaml", "-o", "seeds.yml").returncode == 0
    assert seeds.read_bytes() == ENRICHED.encode()
    assert crawler(directory, "yaml", "--output", "seeds.yml").returncode == 0
    assert seeds.read_bytes() == ENRICHED.encode()
    assert not [path for path in directory.iterdir() if path.name.endswith(".part")]


def test_seeds_and_database_may_be_elsewhere(directory: Path) -> None:
    (directory / "seeds.yml").rename(directory / "mine.yml")
    (directory / "landscape.db").rename(directory / "mine.db")
    assert crawler(directory, "yaml", "mine.yml", "--db", "mine.db").stdout == ENRICHED.encode()
    by_environment = crawler(directory, "yaml", CRAWLER_SEEDS="mine.yml", CRAWLER_DB="mine.db")
    assert by_environment.stdout == ENRICHED.encode()


def test_json_and_csv_need_no_seeds(directory: Path) -> None:
    (directory / "seeds.yml").unlink()
    as_json = crawler(directory, "json")
    assert as_json.returncode == 0
    assert as_json.stderr == b""
    assert as_json.stdout.startswith('[\n{"project_id": "rust", "project": "Rüst", '.encode())
    assert crawler(directory, "csv", "-o", "out.csv").returncode == 0
    lines = (directory / "out.csv").read_bytes().split(b"\n")
    assert lines[0].startswith(b"project_id,project,")
    assert lines[1].startswith("rust,Rüst,".encode())
    assert lines[2:] == [b""]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["yaml", "--db", "none.db"], "crawler: there is no database none.db; make one with 'crawler refresh'"),
        (["json", "--db", "none.db"], "crawler: there is no database none.db; make one with 'crawler refresh'"),
        (["yaml", "none.yml"], "crawler: none.yml is no file; check the path of the seeds file"),
        (["yaml", "broken.yml"], "broken.yml:2:1: "),
        (["json", "seeds.yml"], "Error: 'json' is written from the database alone: leave seeds.yml out"),
        (["xml"], "Error: Invalid value for 'FORMAT'"),
        (["csv", "--db", "seeds.yml"], "crawler: seeds.yml cannot be used as a database"),
    ],
)
def test_wrong_use_is_one_message_and_leaves_the_old_file(directory: Path, arguments: list[str], message: str) -> None:
    (directory / "broken.yml").write_text("categories: [")
    (directory / "out").write_text("good")
    done = crawler(directory, *arguments, "-o", "out")
    assert done.returncode == 2
    assert done.stdout == b""
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert (directory / "out").read_text() == "good"
    assert not (directory / "none.db").exists()


def test_help_names_the_formats_and_gives_an_example(directory: Path) -> None:
    done = crawler(directory, "--help")
    assert done.returncode == 0
    for text in (b"crawler export yaml -o landscape.yml", b"yaml", b"json", b"csv", b"--include-restricted"):
        assert text in done.stdout
