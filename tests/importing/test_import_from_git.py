"""The git history of a landscape file: the right versions, read safely, each day once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pasts import Past, Repository, processed

ITEM = """\
landscape:
  - category:
    name: A
    subcategories:
      - subcategory:
        name: B
        items:
          - item:
            name: Widget
            repo_url: http://www.GitHub.com/Old/Widget.git/
            crunchbase_data: &ref_0
              funding: 1
            github_data: &ref_1
              contributions: {weeks}
              stars: 12
              contributors_count: 0
          - item:
            name: The same again
            repo_url: https://github.com/acme/widget
            crunchbase_data: *ref_0
            github_data: *ref_1
          - item:
            name: Two
            repo_url: https://github.com/acme/gadget
            github_data:
              stars: 99
              contributors_count: 50
            repos:
              - url: https://github.com/acme/gadget
                stars: 7
              - url: https://github.com/nobody/knows
                stars: 92
          - item:
            name: Elsewhere
            repo_url: https://gitlab.com/acme/other
            github_data:
              stars: 3
"""


def test_the_last_version_of_each_day_counts_under_all_names_of_the_file(past: Past, repository: Repository) -> None:
    repository.commit("2021-03-01T08:00Z", old__yml=processed(acme__widget=1, acme__gadget=5))
    repository.commit("2021-03-01T23:59Z", old__yml=processed(acme__widget=2, acme__gadget=5))
    repository.commit("2021-03-02T00:01Z", old__yml=processed(acme__widget=3, acme__gadget=5))
    repository.commit("2021-03-03T00:00Z", moves=("old.yml", "processed_landscape.yml"))
    repository.branch("side")
    repository.commit("2021-03-04T00:00Z", to="refs/heads/side", processed_landscape__yml=processed(acme__widget=400))
    repository.commit("2021-03-05T00:00Z", other__txt="no version of the file")
    repository.commit("2021-03-06T12:00Z", merges="refs/heads/side", processed_landscape__yml=processed(acme__widget=6))
    folder = repository.done()
    repository.git("remote", "add", "origin", "https://user:hunter2@github.com/acme/landscape.git")
    done = past.run(folder / "processed_landscape.yml")
    assert done.out == "4 rows of 2 repositories written; 4 days read, 2021-03-01 to 2021-03-06\n"
    assert past.counts() == [
        ("acme/gadget", "2021-03-01", 5),  # unchanged, as far as it is told
        ("acme/widget", "2021-03-01", 2),
        ("acme/widget", "2021-03-02", 3),
        ("acme/widget", "2021-03-06", 6),
    ]
    ((first, last),) = past.rows("SELECT min(source_url), max(source_url) FROM imported_counts WHERE repository_id = 1")
    assert first.startswith("https://github.com/acme/landscape/blob/")
    assert {first.rpartition("/")[2], last.rpartition("/")[2]} <= {"old.yml", "processed_landscape.yml"}
    assert past.rows("SELECT DISTINCT source, licence_class FROM imported_counts") == [
        ("processed_landscape", "public")
    ]
    # Again, and the repository in place of the file: nothing is read, nothing is written.
    before = past.rows("SELECT * FROM imported_counts")
    assert past.run(folder).out == "0 rows of 0 repositories written; 4 days imported before\n"
    assert past.rows("SELECT * FROM imported_counts") == before
    # A repository that the list names since then gets its past, too.
    past.sync("acme/widget", "acme/gadget", "acme/late")
    assert "4 days read" in past.run(folder).out
    assert past.rows("SELECT * FROM imported_counts") == before


def test_what_an_item_tells_and_what_is_nobodys(past: Past, repository: Repository) -> None:
    repository.commit("2022-05-01T00:00Z", processed_landscape__yml=ITEM.format(weeks=";".join(["1"] * 52)))
    repository.commit("2022-05-02T00:00Z", processed_landscape__yml=ITEM.format(weeks="1;2"))
    repository.commit("2022-05-03T00:00Z", processed_landscape__yml=ITEM.format(weeks=";".join(["1"] * 51 + ["-9"])))
    done = past.run(repository.done())
    assert past.counts("stars", "contributors", "commits_last_year") == [
        ("acme/gadget", "2022-05-01", 7, None, None),
        ("acme/widget", "2022-05-01", 12, 0, 52),
        ("acme/widget", "2022-05-02", 12, 0, None),
    ]
    assert "2 values refused, such as commits '-9'" in done.err
    assert "3 rows left out: they name no repository of GitHub's" in done.err
    assert "1 repository not in the database, left out: nobody/knows" in done.err


def test_the_maps_of_landscape2(past: Past, repository: Repository) -> None:
    asked = {"stars": 4, "contributors": {"count": 2, "url": ""}, "participation_stats": [2] * 52}
    figures = {"https://github.com/acme/widget": asked | {"generated_at": "2024-01-30T10:00:00.5Z"}}
    figures["https://github.com/acme/gadget"] = {
        "stars": 1.5,
        "generated_at": "2030-01-01T00:00:00Z",
        "contributors": 1,
    }
    repository.commit("2024-02-01T00:00Z", data_in_full__json=json.dumps({"items": [], "github_data": figures}))
    done = past.run(repository.done())
    assert past.counts("stars", "contributors", "commits_last_year") == [("acme/widget", "2024-01-30", 4, 2, 104)]
    assert "1 value refused, such as stars '1.5'" in done.err


def test_a_broken_version_is_one_notice_and_what_no_count_can_be_is_counted(past: Past, repository: Repository) -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"{two}: &{two} [{','.join([f'*{one}'] * 9)}]\n" for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for day, text in enumerate(
        [
            processed(acme__widget=1),
            "landscape: [\n",
            b"landscape: \xff\xfe\x00",
            f"{bomb}landscape: [{{subcategories: *i}}]\n" + "items: " + "[" * 200,
            bomb + "landscape:\n  - subcategories:\n      - items: *i\n",
            "[" * 100_000,
            "landscape: &me\n  - subcategories: *me\n",
            '{"items": [',
            processed(acme__widget=-1, acme__gadget="'1,000'"),
            processed(acme__widget="9" * 400, acme__gadget=True),
            processed(acme__widget="~", acme__gadget=0),
        ],
        start=1,
    ):
        repository.commit(f"2021-01-{day:02}T00:00Z", processed_landscape__yml=text)
    repository.commit("2031-01-01T00:00Z", processed_landscape__yml=processed(acme__widget=31))
    repository.commit("1999-01-01T00:00Z", processed_landscape__yml=processed(acme__widget=99))
    done = past.run(repository.done())
    assert past.counts() == [("acme/gadget", "2021-01-11", 0), ("acme/widget", "2021-01-01", 1)]
    lines = done.err.splitlines()
    assert lines[0].startswith("notice: 2021-01-02 (commit ") and ") cannot be read: no YAML: " in lines[0]
    assert "levels of nesting" in done.err
    assert "notice: 2 days in the future or before 2008, left out" in lines
    assert "notice: 4 values refused, such as stars '-1', stars '1,000', stars '" in done.err


def test_aliases_make_no_version_longer_than_its_text(past: Past, repository: Repository) -> None:
    many = {name: ", ".join([f"*{name}"] * 300) for name in "abc"}
    bomb = f"x: &a {{name: x}}\ny: &b {{items: [{many['a']}]}}\nz: &c {{subcategories: [{many['b']}]}}\n"
    repository.commit("2021-01-01T00:00Z", processed_landscape__yml=f"{bomb}landscape: [{many['c']}]\n")
    assert "(more than 200,000 entries)" in past.refused(repository.done())


def test_a_file_that_is_gone_is_found_by_its_name_or_by_its_repository(past: Past, repository: Repository) -> None:
    repository.commit("2021-01-01T00:00Z", sub_in_processed_landscape__yml=processed(acme__widget=1))
    repository.commit("2021-01-02T00:00Z", removes="sub/processed_landscape.yml", readme__txt="")
    folder = repository.done()
    assert not (folder / "sub").exists()
    past.run(folder / "sub" / "processed_landscape.yml", "--dry-run")
    assert past.counts() == []
    past.run(folder, "--source-url", "https://example.org/past")
    assert past.rows("SELECT day, stars, source_url FROM imported_counts") == [
        ("2021-01-01", 1, "https://example.org/past")
    ]


def test_days_that_are_not_wanted(past: Past, repository: Repository) -> None:
    for day in (1, 2, 3):
        repository.commit(f"2021-01-0{day}T00:00Z", processed_landscape__yml=processed(acme__widget=day))
    folder = repository.done()
    assert "it has no day between --since and --until" in past.refused(folder, "--since", "2022-01-01")
    past.run(folder, "--since", "2021-01-02", "--until", "2021-01-02")
    assert past.counts() == [("acme/widget", "2021-01-02", 2)]
    past.run(folder)
    assert len(past.counts()) == 3


def test_nothing_of_the_repository_runs(past: Past, repository: Repository, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    attributes = "* filter=trap diff=trap\n"
    repository.commit(
        "2021-01-01T00:00Z", processed_landscape__yml=processed(acme__widget=1), __gitattributes=attributes
    )
    repository.commit("2021-01-02T00:00Z", processed_landscape__yml=processed(acme__widget=2))
    folder = repository.done()
    for name in (
        *("core.fsmonitor", "core.pager", "pager.log", "gpg.program", "core.sshCommand", "core.alternateRefsCommand"),
        *("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "diff.trap.command", "diff.external"),
        *("alias.log", "alias.cat-file"),
    ):
        repository.git("config", name, f"!{trap}" if name.startswith("alias") else str(trap))
    repository.git("config", "log.showSignature", "true")
    repository.sign()
    past.run(folder)
    assert len(past.counts()) == 2
    assert not (tmp_path / "sprung").exists()


def test_an_object_that_is_lacking_is_a_notice_and_nothing_is_fetched(past: Past, repository: Repository) -> None:
    for day in (1, 2):
        repository.commit(f"2021-01-0{day}T00:00Z", processed_landscape__yml=processed(acme__widget=day))
    folder = repository.done()
    repository.git("clone", "--quiet", "--no-local", "--bare", "--depth=1", f"file://{folder}", "part.git")
    done = past.run(folder / "part.git")
    assert past.counts() == [("acme/widget", "2021-01-02", 2)]
    assert "notice: the repository is a shallow clone" in done.err


def test_what_is_no_history_is_said_with_its_cure(past: Past, repository: Repository, tmp_path: Path) -> None:
    assert "has no commit" in past.refused(repository.folder / "processed_landscape.yml")
    repository.commit(
        "2021-01-01T00:00Z", processed_landscape__yml="landscape: 3\n", one_in_processed_landscape__yml="a"
    )
    folder = repository.done()
    assert "holds 2 landscape files (one/processed_landscape.yml, processed_landscape.yml)" in past.refused(folder)
    assert "nothing can be read: not 2021-01-01 (commit" in past.refused(folder / "processed_landscape.yml")
    assert "is in no commit of its repository; name a file" in past.refused(folder / "never.yml")
    (tmp_path / "loose.yml").write_text(processed(acme__widget=1), encoding="utf-8")
    assert "does not say of which day its figures are" in past.refused(tmp_path / "loose.yml")
    assert "holds no CSV file with a day in its name" in past.refused(tmp_path)
    assert "is not there" in past.refused(tmp_path / "no" / "where")
    assert "--source-url is no plain web address" in past.refused(folder, "--source-url", "https://a:b@example.org/")


def test_a_machine_without_git(past: Past, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit("2021-01-01T00:00Z", processed_landscape__yml=processed(acme__widget=1))
    folder = repository.done()
    monkeypatch.setenv("PATH", str(folder))
    assert "git is not installed; install it" in past.refused(folder)
