"""The recorded world: 102 repositories of the Wasm landscape as GitHub showed them on 2023-09-25.

`recordings.jsonl` beside this file holds one repository a line. Its figures were taken, unchanged, from `data.json` of
cloud-native-webassembly/wasm-landscape at commit 27c2215 (three of them were captured on
2023-11-01). `name` is the present name, `recorded_name` the one at that time; both lead to the same recording.

What follows from the recorded figures is answered too (addresses, the primary language). Nothing else is: it is null.
Two things differ from GitHub's own answers. The weekly commit counts leave merges out. And of the commits only the
newest and the first are held, so that the history of a repository pages through two, and its unfiltered `totalCount`
is 2; the cursor `<head> <totalCount-2>` leads to the first one as it does on GitHub.
"""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import files

import msgspec

from crawler.sandbox.world import Commit, License, Release, Repository, World

RECORDED_ON = date(2023, 9, 25)
"""The day of the recording, which is "today" in the sandbox."""


class _Line(msgspec.Struct):
    name: str
    recorded_name: str
    captured_on: str
    stars: int
    contributors: int
    license: tuple[str, str | None]
    languages: dict[str, int]
    first_week: date
    weekly_commits: list[int]
    first_commit: tuple[str, str]
    latest_commit: tuple[str, str]
    latest_release_at: str | None


def recorded_world() -> World:
    """A fresh World of the recorded repositories."""
    decode = msgspec.json.Decoder(_Line).decode
    lines = (files("crawler.sandbox") / "recordings.jsonl").read_bytes().splitlines()
    return World((_repository(decode(line)) for line in lines), today=RECORDED_ON, recorded=True)


def _repository(line: _Line) -> Repository:
    head, first = (
        Commit(line.latest_commit[1], line.latest_commit[0]),
        Commit(line.first_commit[1], line.first_commit[0]),
    )
    return Repository(
        line.name,
        f"SANDBOX_{hashlib.sha256(line.recorded_name.casefold().encode()).hexdigest()[:20]}",
        former_names=[] if line.recorded_name.casefold() == line.name.casefold() else [line.recorded_name],
        stars=line.stars,
        contributors=line.contributors,
        license=_license(*line.license),
        languages=line.languages,
        head=head,
        first=first,
        commit_count=1 if head.oid == first.oid else 2,
        first_week=line.first_week,
        weekly_commits=line.weekly_commits,
        latest_release=Release(None, line.latest_release_at) if line.latest_release_at else None,
    )


def _license(name: str, spdx_id: str | None) -> License | None:
    """GitHub's keys are SPDX ids in lower case; a text that it does not recognise is `other`."""
    if spdx_id is None:
        return None
    if spdx_id == "NOASSERTION":
        return License("other", name, spdx_id, pseudo=True)
    return License(spdx_id.lower(), name, spdx_id)
