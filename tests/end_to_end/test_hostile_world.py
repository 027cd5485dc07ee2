"""Names, texts and addresses from strangers, through everything that the program shows and writes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from crawling import Landscape
from hostile import TOKEN

from crawler.sandbox import SandboxServer
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import message_reply
from crawler.sandbox.world import Commit, License, Release

ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202egpj.exe\u2066\u200b\r\n"
MARKUP = "<img src=x onerror=alert(1)>[/red]:boom:|`x`"
SECRET = "hunter2hunter2"
NAMES = [f"acme-00/widget-{number}" for number in range(4)]


@pytest.fixture
def hostile(landscape: Landscape) -> Landscape:
    """A landscape of which two repositories belong to somebody who means harm."""
    escaping, marking = landscape.world[NAMES[0]], landscape.world[NAMES[2]]
    escaping.description = f"{ESCAPES}=cmd|' /C calc'!A0 {TOKEN} https://me:{SECRET}@example.org/"
    escaping.homepage_url = "javascript:alert(1)"
    escaping.topics = [ESCAPES, f"a{ESCAPES}b", "good"]
    escaping.languages = {f"a{ESCAPES}b": 5, "Rust": 5}
    escaping.license = License("evil", f"a{ESCAPES}b", f"a{ESCAPES}b")
    escaping.funding_links = [("GITHUB", "javascript:alert(1)"), ("CUSTOM", f"https://me:{SECRET}@example.org/")]
    escaping.stars = -5
    escaping.default_branch = f"a{ESCAPES}b"
    assert escaping.head is not None
    escaping.head = Commit(escaping.head.oid, "2999-01-01T00:00:00Z")
    escaping.releases = [Release("v2", "2999-01-01T00:00:00Z", "2999-01-01T00:00:00Z", False, False)]
    escaping.latest_release = escaping.releases[0]
    marking.description = f"  {MARKUP}"
    marking.homepage_url = 'https://example.org/"onmouseover="alert(1)'
    marking.topics = [MARKUP]
    marking.languages = {MARKUP: 10**9}
    marking.license = License("evil", MARKUP, MARKUP)
    marking.stars = 30_000
    marking.releases = [Release("=HYPERLINK(1)", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False, False)]
    marking.latest_release = marking.releases[0]
    landscape.strike(Fault(message_reply(403, f"No. {ESCAPES} {TOKEN} {MARKUP}"), kind="rest", name=NAMES[1]))
    landscape.refresh(code=3)
    return landscape


def exported(landscape: Landscape, name: str, *options: object) -> str:
    """What a format writes."""
    path = landscape.database.with_name(f"exported.{name}")
    landscape.run("export", name, *options, "-o", path)
    return path.read_bytes().decode()


def outputs(landscape: Landscape) -> dict[str, str]:
    """What each command says on both channels."""
    shown = {}
    for name, *options in (
        ("status",),
        ("status", "--json"),
        ("stats",),
        ("stats", "--json"),
        ("plan", "--force"),
        ("plan", "--force", "--json"),
    ):
        done = landscape.run(name, *options)
        shown[" ".join((name, *options))] = done.out + done.err
    done = landscape.refresh("--force", code=3)
    return shown | {"refresh": done.out + done.err}


def test_nothing_that_a_terminal_obeys_is_shown(hostile: Landscape) -> None:
    shown = outputs(hostile)
    for command, text in shown.items():
        assert [one for one in text if not (one.isprintable() or one == "\n")] == [], command
    assert MARKUP in shown["status"]
    # In Markdown, too, it is text.
    assert r"\<img src=x onerror=alert(1)>\[/red\]:boom:\|\`x\`" in shown["stats"]


def test_no_secret_is_shown_or_stored(hostile: Landscape) -> None:
    written = [exported(hostile, name) for name in ("csv", "json")] + [exported(hostile, "yaml", hostile.seeds)]
    for text in [*outputs(hostile).values(), *written]:
        assert TOKEN not in text and SECRET not in text
    for path in hostile.database.parent.glob("landscape.db*"):
        content = path.read_bytes()
        assert TOKEN.encode() not in content and SECRET.encode() not in content


def test_what_was_refused_is_told_and_the_rest_is_kept(hostile: Landscape) -> None:
    state = json.loads(hostile.run("status", "--json").out)
    refused = {row["field"]: row for row in state["refused_values"] if row["subject"] == NAMES[0]}
    assert refused.keys() == {
        *("stars", "homepage_url", "topics", "languages", "license_spdx", "funding_links"),
        *("primary_language", "default_branch", "latest_commit_at", "latest_release_at", "releases"),
    }
    assert refused["stars"]["value"] == "-5"
    assert refused["homepage_url"]["reason"] == "an address that is neither http nor https"
    assert "Refused values" in hostile.run("status").out
    row = hostile.repository(NAMES[0])
    assert (row["stars"], row["latest_commit_at"], row["license_spdx"], row["topics"]) == (None, None, None, '["good"]')
    assert (row["status"], row["forks"]) == ("ok", hostile.world[NAMES[0]].forks)
    assert hostile.rows("SELECT language FROM languages WHERE repository_id = ?", row["id"]) == [("Rust",)]


def test_an_older_figure_outlives_an_absurd_one_and_a_good_one_ends_the_record(landscape: Landscape) -> None:
    landscape.refresh()
    held = landscape.world[NAMES[0]]
    stars, held.stars = held.stars, -1
    landscape.later(days=1)
    done = landscape.refresh()
    assert landscape.repository(NAMES[0])["stars"] == stars
    assert landscape.rows("SELECT field FROM refused_values") == [("stars",)]
    assert "failed" not in done.err
    held.stars = stars + 1
    landscape.later(days=1)
    landscape.refresh()
    assert landscape.repository(NAMES[0])["stars"] == stars + 1
    assert landscape.rows("SELECT * FROM refused_values") == []


def test_without_a_token_the_same_is_refused(landscape: Landscape, tmp_path: Path) -> None:
    landscape.world[NAMES[0]].stars = -1
    landscape.world[NAMES[0]].homepage_url = "javascript:alert(1)"
    with SandboxServer(landscape.world) as server:
        open_landscape = Landscape(tmp_path, server)
        open_landscape.refresh(code=3)
        noted = open_landscape.rows("SELECT subject, field FROM refused_values ORDER BY field")
    assert noted == [(NAMES[0], "homepage_url"), (NAMES[0], "stars")]


def test_exports_read_back_and_run_nothing(hostile: Landscape) -> None:
    rows = {row["repository"]: row for row in json.loads(exported(hostile, "json"))}
    stored = hostile.repository(NAMES[0])["description"]
    assert rows[NAMES[0]]["description"] == stored and stored.startswith("\x1b]0;owned")
    cells = list(csv.reader(io.StringIO(exported(hostile, "csv"), newline="")))
    for cell in (cell for line in cells for cell in line):
        for line in cell.splitlines():
            assert not line.lstrip().startswith(tuple("=+-@＝＋－＠")) or line.lstrip("-").isdecimal()
    text = exported(hostile, "yaml", hostile.seeds)
    items = yaml.safe_load(text)["categories"][0]["subcategories"][0]["items"]
    blocks = {item["enriched"]["repositories"][0]["name"]: item["enriched"]["repositories"][0] for item in items}
    assert blocks[NAMES[2]]["license_spdx"] == MARKUP
    assert blocks[NAMES[2]]["latest_release_tag"] == "=HYPERLINK(1)"
    assert [one for one in text if not (one.isprintable() or one == "\n")] == []
