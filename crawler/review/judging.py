"""What is to be said of new and changed entries: what has to be mended, and what is worth a look; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from crawler.listed import SeedProject, SeedRepository, Seeds
from crawler.review.comparing import Changed, Comparison, Entry, names
from crawler.review.facts import Facts
from crawler.seeds.names import slug

Severity = Literal["error", "unknown", "note"]
"""`error`: to be mended; `unknown`: a fact could not be had; `note`: worth a look."""

_NOT_THERE = {
    "missing": "does not exist on GitHub, or is private",
    "gone": "is gone from GitHub",
    "private": "is private",
    "blocked": "was taken down by GitHub",
}
_INACTIVE = "has had no commit for a year"


class Remark(Struct, frozen=True):
    """One thing to say about an entry."""

    severity: Severity
    text: str


class Judged(Struct, frozen=True, kw_only=True):
    """A new or changed entry with what is known and said of it."""

    entry: Entry
    change: Changed | None
    """None: it is new."""
    repositories: tuple[SeedRepository, ...]
    """Those that were not in the entry before."""
    facts: tuple[Facts | None, ...]
    """Of each of them; None: nothing is known."""
    remarks: tuple[Remark, ...]


def judge(comparison: Comparison, after: Seeds, facts: Mapping[str, Facts]) -> tuple[Judged, ...]:
    """New entries, then changed ones, each in the order of the list. `facts` by the listed name in small letters."""
    neighbours = _Neighbours(after, facts)
    wants_logo = any(project.logo for project in after.projects)
    judged = [
        _judged(entry, None, entry.project.repositories, facts, neighbours, wants_logo=wants_logo)
        for entry in comparison.new
    ]
    judged += [
        _judged(change.entry, change, change.added, facts, neighbours, wants_logo=wants_logo)
        for change in comparison.changed
    ]
    return tuple(judged)


def _judged(
    entry: Entry,
    change: Changed | None,
    repositories: tuple[SeedRepository, ...],
    facts: Mapping[str, Facts],
    neighbours: _Neighbours,
    *,
    wants_logo: bool,
) -> Judged:
    project = entry.project
    known = tuple(facts.get(one.name_with_owner.lower()) for one in repositories)
    remarks: list[Remark] = []
    for repository, told in zip(repositories, known, strict=True):
        remarks += _of_repository(repository.name_with_owner, told)
        remarks += neighbours.with_repository(project, repository)
    if change is None or change.is_renamed:
        remarks += neighbours.with_name(project)
    if change is None or change.has_new_homepage:
        remarks += neighbours.with_homepage(project)
    if change is None:
        remarks += _of_item(project, wants_logo=wants_logo)
    return Judged(entry=entry, change=change, repositories=repositories, facts=known, remarks=tuple(remarks))


def _of_repository(name: str, facts: Facts | None) -> list[Remark]:
    status = facts.status if facts else None
    if facts is None or status in {None, "unknown"}:
        why = "nothing is known of it" if status == "unknown" else "it was not asked"
        return [Remark("unknown", f"the facts of {name} could not be had: {(facts and facts.error) or why}")]
    if status in _NOT_THERE:
        note = f" ({facts.status_note})" if status == "blocked" and facts.status_note else ""
        return [Remark("error", f"{name} {_NOT_THERE[status]}{note}")]
    told: list[str] = []
    if status == "replaced":
        told.append(f"{name} now belongs to another repository than before")
    elif facts.is_renamed:
        told.append(f"{name} is called {facts.name_with_owner} now")
    if facts.is_archived:
        told.append(f"{name} is archived")
    if facts.is_fork:
        told.append(f"{name} is a fork")
    if facts.is_mirror:
        told.append(f"{name} is a mirror")
    if status == "empty":
        told.append(f"{name} is empty")
    elif facts.commits_last_year == 0:
        told.append(f"{name} {_INACTIVE}")
    told += _of_license(name, facts)
    remarks = [Remark("note", text) for text in told]
    if facts.error:
        remarks.append(Remark("unknown", f"some facts of {name} could not be had: {facts.error}"))
    return remarks


def _of_license(name: str, facts: Facts) -> list[str]:
    if facts.license_spdx == "NONE":
        return [f"{name} has no licence that GitHub found"]
    if facts.license_spdx == "NOASSERTION":
        return [f"the licence of {name} was not recognised"]
    if facts.license_spdx and facts.license_osi_approved is False:
        return [f"the licence of {name} ({facts.license_spdx}) is not approved by the Open Source Initiative"]
    return []


def _of_item(project: SeedProject, *, wants_logo: bool) -> list[Remark]:
    remarks = [Remark("note", f"its repository is not on GitHub: {url}") for url in project.other_repository_urls]
    if not project.repositories and not project.other_repository_urls and project.project_org is None:
        remarks.append(Remark("note", "it names no repository"))
    # Lists without a logo are not for landscape2, which builds no page of an item that lacks one of the two.
    keys = {"homepage_url": project.homepage_url, "logo": project.logo} if wants_logo else {}
    missing = [key for key, value in keys.items() if not value]
    if missing:
        remarks.append(Remark("note", f"landscape2 needs {' and '.join(missing)}, which the entry does not have"))
    return remarks


class _Neighbours:
    """What other entries of the list have in common with one."""

    def __init__(self, seeds: Seeds, facts: Mapping[str, Facts]) -> None:
        self._facts = facts
        places = {one.id: one.name for one in seeds.subcategories}
        self._place = {project.id: f"{project.name} ({places[project.subcategory_id]})" for project in seeds.projects}
        self._by_repository: defaultdict[str, list[SeedProject]] = defaultdict(list)
        self._by_name: defaultdict[str, list[SeedProject]] = defaultdict(list)
        self._by_homepage: defaultdict[str, list[SeedProject]] = defaultdict(list)
        for project in seeds.projects:
            for one in {self._identity(one) for one in names(project.repositories)}:
                self._by_repository[one].append(project)
            for name in {slug(text) for text in (project.name, *project.aliases)}:
                self._by_name[name].append(project)
            if project.homepage_url:
                self._by_homepage[_page(project.homepage_url)].append(project)

    def with_repository(self, project: SeedProject, repository: SeedRepository) -> Iterable[Remark]:
        """Others that list the same repository, also under a former name or another spelling."""
        others = self._others(self._by_repository[self._identity(repository.name_with_owner.lower())], project)
        if others:
            is_meant = project.may_share_repositories or all(other.may_share_repositories for other in others)
            text = f"{repository.name_with_owner} is listed already, by {self._told(others)}"
            yield Remark("note" if is_meant else "error", text)

    def with_name(self, project: SeedProject) -> Iterable[Remark]:
        """Others of the same name."""
        others = self._others(self._by_name[slug(project.name)], project)
        if others:
            yield Remark("note", f"another entry has the same name: {self._told(others)}")

    def with_homepage(self, project: SeedProject) -> Iterable[Remark]:
        """Others with the same homepage."""
        page = _page(project.homepage_url) if project.homepage_url else ""
        others = self._others(self._by_homepage[page], project)
        if others:
            yield Remark("note", f"another entry has the same homepage: {self._told(others)}")

    def _identity(self, name: str) -> str:
        facts = self._facts.get(name)
        return facts.name_with_owner.lower() if facts and facts.status != "replaced" else name

    def _others(self, found: list[SeedProject], project: SeedProject) -> list[SeedProject]:
        return [other for other in found if other.id != project.id]

    def _told(self, projects: list[SeedProject]) -> str:
        first = projects[0]
        line = f", line {first.line}" if first.line else ""
        more = f", and {len(projects) - 1:,} more" if len(projects) > 1 else ""
        return f"{self._place[first.id]}{line}{more}"


def _page(url: str) -> str:
    """The same for addresses that lead to the same page."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are none
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}"
