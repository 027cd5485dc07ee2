"""An awesome list: made of any other list, or a Markdown list with a part of ours at the end of each entry's line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from crawler.export.awesome_headline import heading
from crawler.export.awesome_list import awesome_list
from crawler.export.awesome_parts import with_parts
from crawler.export.job import Job
from crawler.export.markdown_parts import facts
from crawler.export.shown import Project, read_shown
from crawler.figures.forms import counted
from crawler.listed import Seeds
from crawler.seeds import read_seeds
from crawler.seeds.foreign.building import READ_AS_ONE
from crawler.seeds.text import read_bytes

MARKDOWN = "markdown"
"""What `Seeds.form` says of a Markdown list."""
_NAMED = 20
"""So many entries are named that stay as they are."""


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the list; notes name the entries that are left as they are. SeedsFault for a list with faults.

    A Markdown list keeps every byte that is not of a part of ours. UsageFault where there are no figures yet.
    """
    assert job.seeds is not None
    seeds = read_seeds(job.seeds)
    shown = read_shown(job.connection, include_restricted=job.include_restricted)
    known = {project.id: project for project in shown.projects}
    absent = sum(project.id not in known for project in seeds.projects)
    told = [f"{counted(absent, 'item')} of the list not in the database, written without figures"] if absent else []
    if seeds.form == MARKDOWN:
        # Bytes, because reading as text would change the line ends.
        text, left = _with_parts(read_bytes(job.seeds).decode("utf-8"), seeds, known)
        told += left
        if shown.snapshot.recorded_on:
            told.append(f"the figures are recorded ones of {shown.snapshot.recorded_on}")
    else:
        text = awesome_list(seeds, known, *heading(job.connection, seeds, shown))
    out.write(text.encode())
    return told


def is_markdown(path: Path) -> bool:
    """Whether a list of that name is one in Markdown."""
    return path.suffix.lower() in {".md", ".markdown"}


def _with_parts(text: str, seeds: Seeds, known: dict[str, Project]) -> tuple[str, list[str]]:
    parts = {project_id: facts(project) for project_id, project in known.items() if project.repository}
    result, left = with_parts(text, seeds.projects, parts)
    entries = [
        (project.line, f"{project.name}: left as it is, since its line has no safe place for figures")
        for project in left
    ]
    entries += [(one.line, f"left as it is: {one.problem}") for one in seeds.notices if READ_AS_ONE in one.problem]
    return result, list(_left(seeds.path, sorted(entries)))


def _left(path: str, entries: list[tuple[int, str]]) -> Iterator[str]:
    for line, problem in entries[:_NAMED]:
        yield f"{path}:{line}: {problem}"
    if len(entries) > _NAMED:
        yield f"… and {counted(len(entries) - _NAMED, 'more entry', 'more entries')} left so"
