"""Badges as SVG files: stars, licence and last release of each project, and the totals; a README.md shows them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from crawler.export.badge_svg import AMBER, BLUE, GREY, badge
from crawler.export.file_names import file_name
from crawler.export.job import Job
from crawler.export.markdown_parts import notes
from crawler.export.shown import NONE, NOT_KNOWN, NOTHING, Project, Shown, read_shown
from crawler.figures import forms
from crawler.figures.headline import LANDSCAPE
from crawler.figures.model import Total
from crawler.news.markdown_text import escaped
from crawler.site.folder.writing import Kind, open_folder, stage_file

INDEX = "README.md"
FOLDER = Kind(
    "set of badges",
    ".landscape-badges.json",
    re.compile(r"README\.md|[a-z0-9][a-z0-9._~-]*(/[a-z0-9][a-z0-9._~-]*){1,2}"),
)
MEASURES = ("projects", "stars")
"""Totals that have a badge."""
_OF_PROJECT = ("stars", "licence", "release")
_NO_REPOSITORY = "no repository"


def write_folder(job: Job, directory: Path) -> list[str]:
    """Write the badges; those of a former export that are no longer needed go, files of others stay.

    UsageFault where the directory holds anything else, or where there are no figures yet.
    """
    shown = read_shown(job.connection, include_restricted=job.include_restricted)
    files = dict(_badges(shown)) | {INDEX: _index(shown)}
    with open_folder(directory, FOLDER) as folder:
        for file, body in files.items():
            stage_file(folder.root, file, body)
        new, changed, deleted = folder.finish(files)
    return [f"{directory}: {forms.counted(len(files), 'file')}; {new:,} new, {changed:,} changed, {deleted:,} deleted"]


def _badges(shown: Shown) -> Iterator[tuple[str, bytes]]:
    for project in shown.projects:
        yield from zip(_files_of(project), _of_project(project), strict=True)
    for name, scope, folder in _scopes(shown):
        for measure in MEASURES:
            yield f"{folder}/{measure}.svg", _of_total(name, measure, shown.snapshot.find(scope, measure))


def _files_of(project: Project) -> list[str]:
    return [f"projects/{file_name(project.id)}/{what}.svg" for what in _OF_PROJECT]


def _scopes(shown: Shown) -> Iterator[tuple[str, str, str]]:
    """Name, scope and folder of the landscape and its categories."""
    yield "Landscape", LANDSCAPE, "landscape"
    for category_id, name in shown.categories:
        yield name, f"category:{category_id}", f"categories/{file_name(category_id)}"


def _of_project(project: Project) -> Iterator[bytes]:
    stars = project.stars_words if project.stars is None else forms.short(project.stars)
    texts = (
        ("stars", stars, project.stars_words),
        ("licence", project.license_words, project.license_words),
        ("last release", project.release_words, project.release_words),
    )
    for label, text, exact in texts:
        value, told = (_NO_REPOSITORY if one == NOTHING else one for one in (text, exact))
        yield badge(label, value, _color(label, value), f"{project.name}: {label}: {told}")


def _color(label: str, value: str) -> str:
    if value in {NOT_KNOWN, _NO_REPOSITORY}:
        return GREY
    return AMBER if label == "licence" and value in {NONE, "not recognised"} else BLUE


def _of_total(name: str, measure: str, total: Total | None) -> bytes:
    if total is None or total.value is None:
        value = NONE if total is not None and not total.total else NOT_KNOWN
        return badge(measure, value, GREY, f"{name}: {measure}: {value}")
    number = int(total.value)
    part = f", {total.known:,} of {total.total:,} known" if total.known < (total.total or 0) else ""
    return badge(measure, forms.short(number), BLUE, f"{name}: {measure}: {number:,}{part}")


def _index(shown: Shown) -> bytes:
    lines = [
        "# Badges",
        "",
        escaped(shown.headline),
        "",
        "Copy the Markdown of a picture, with the address of this folder before its path:",
        "`![Stars](https://example.org/badges/landscape/stars.svg)`.",
        "",
        "| Total | Projects | Stars |",
        "| --- | --- | --- |",
    ]
    for name, _, folder in _scopes(shown):
        pictures = (f"![{measure}]({folder}/{measure}.svg)" for measure in MEASURES)
        lines.append(f"| {' | '.join((escaped(name), *pictures))} |")
    lines += ["", "| Project | Stars | Licence | Last release |", "| --- | --- | --- | --- |"]
    for project in shown.projects:
        pictures = (f"![{what}]({file})" for what, file in zip(_OF_PROJECT, _files_of(project), strict=True))
        lines.append(f"| {' | '.join((escaped(project.name), *pictures))} |")
    if shown.attributions:
        lines += ["", *notes(shown.attributions)]
    return "".join(f"{line}\n" for line in lines).encode()
