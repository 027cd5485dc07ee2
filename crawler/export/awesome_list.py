"""Makes an awesome list of any list: title, contents, a heading for each category, an entry for each project."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from crawler.export.markdown_parts import item, notes
from crawler.export.shown import Project
from crawler.listed import SeedProject, Seeds, SeedSubcategory
from crawler.news.markdown_text import escaped
from crawler.news.words import web_address

_ALL = "All"
"""What a part is called where a list has none."""
_NO_ANCHOR = re.compile(r"[^\w\- ]")


def awesome_list(seeds: Seeds, known: Mapping[str, Project], headline: str, attributions: Sequence[str]) -> str:
    """The list in its own order; `known` are the projects of the database by id."""
    lines = [f"# {escaped(seeds.name)}", "", f"> {escaped(headline)}", "", "## Contents", ""]
    anchors = _Anchors([seeds.name, "Contents"])
    body: list[str] = []
    for name, parts in _categories(seeds):
        lines.append(f"- [{escaped(name)}](#{anchors.take(name)})")
        body += ["", f"## {escaped(name)}"]
        for part, projects in parts:
            if len(parts) > 1 or part.name not in {name, _ALL}:
                anchors.take(part.name)
                body += ["", f"### {escaped(part.name)}"]
            body += ["", *(_entry(project, known.get(project.id)) for project in projects)]
    if attributions:
        # As a block of ours, so that who reads the list takes no source for a project.
        body += ["", "## Sources", "", "<!-- crawler:attributions -->", *notes(attributions), "<!-- /crawler -->"]
    return "".join(f"{line}\n" for line in lines + body)


def _categories(seeds: Seeds) -> Iterator[tuple[str, list[tuple[SeedSubcategory, list[SeedProject]]]]]:
    """The names of the categories that have projects, with their subcategories that have."""
    projects: defaultdict[str, list[SeedProject]] = defaultdict(list)
    for project in seeds.projects:
        projects[project.subcategory_id].append(project)
    for category in seeds.categories:
        parts = [
            (part, projects[part.id])
            for part in seeds.subcategories
            if part.category_id == category.id and part.id in projects
        ]
        if parts:
            yield category.name, parts


def _entry(listed: SeedProject, project: Project | None) -> str:
    addresses = (
        *(repository.url for repository in listed.repositories),
        *listed.other_repository_urls,
        listed.homepage_url,
    )
    url = next((address for one in addresses if (address := web_address(one))), None)
    return item(listed.name, url, listed.description or (project.description if project else None), project)


class _Anchors:
    """GitHub's names of headings, each once."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._taken: dict[str, int] = {}
        for title in titles:
            self.take(title)

    def take(self, title: str) -> str:
        """The name of the next heading."""
        own = name = _NO_ANCHOR.sub("", " ".join(title.split()).lower()).replace(" ", "-")
        while own in self._taken:
            self._taken[name] += 1
            own = f"{name}-{self._taken[name]}"
        self._taken[own] = 0
        return own
