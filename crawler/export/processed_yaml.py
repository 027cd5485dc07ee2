"""landscapeapp's `processed_landscape.yml`: the list with maps of figures in each item.

The tree is the list's, each key as it stands there. `crawler.importing.processed` reads the figures back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.export.attributions import attributions
from crawler.export.job import Job
from crawler.export.list_tree import TOPS, Projects, entries, items_of, repository_urls, shown_url, text, value
from crawler.export.organization_facts import Organizations
from crawler.export.processed_maps import companies_map, first_commit, github_map, repositories_list
from crawler.export.repository_facts import Repositories, RepositoryFacts, expanded_names
from crawler.export.tree_text import to_text
from crawler.listed import SeedProject
from crawler.seeds import read_list
from crawler.seeds.enriched import KEY, is_our_block
from crawler.seeds.names import repository_name
from crawler.store.runs import newest_recording

HEAD = "# THIS FILE IS GENERATED AUTOMATICALLY! Made by 'crawler export processed': change the list, not this file.\n"

_OURS = ("name", "groups", "organizations")
"""Keys at the top that only we know, and that may hold figures."""
_MAPS = (
    "crunchbase_data",
    "github_data",
    "repos",
    "github_start_commit_data",
    "yahoo_finance_data",
    "image_data",
    "best_practice_data",
    "twitter_data",
)
"""landscapeapp's maps in an item, in its order."""
_ANEW = ("github_data", "repos", "github_start_commit_data")
"""Those that are made anew, or go."""
_UPDATED = "SELECT max(fetched_at) AS at FROM repositories"

Tree = dict[str, Any]


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the file; the notes say how many repositories have no figures. SeedsFault for a list with faults."""
    assert job.seeds is not None
    seeds, root = read_list(job.seeds)
    expanded = expanded_names(job.connection)
    names = {name for item in items_of(root) for url in _listed_urls(item) if (name := repository_name(url))}
    names.update(name for of_one in expanded.values() for name in of_one)
    items = _Items(
        Projects(seeds),
        expanded,
        Repositories(job.connection, names),
        Organizations(job.connection, seeds, include_restricted=job.include_restricted),
    )
    tree = _root(root, items)
    recorded_on = newest_recording(job.connection)
    updated = f"{recorded_on}T00:00:00Z" if recorded_on else job.connection.execute(_UPDATED).fetchone()["at"]
    if updated:
        tree["updated_at"] = _plain(updated)
    out.write((HEAD + to_text(tree, indent=_indents(root, seeds.form))).encode())
    return list(items.notes(recorded_on))


class _Items:
    """Makes the items of one export, one after the other."""

    def __init__(
        self,
        projects: Projects,
        expanded: dict[str, list[str]],
        repositories: Repositories,
        organizations: Organizations,
    ) -> None:
        self._projects = projects
        self._expanded = expanded
        self._repositories = repositories
        self._organizations = organizations
        self._silent = 0
        self._sources: set[tuple[str, bool]] = set()

    def make(self, item: Node) -> Tree:
        """The item's own keys and what is known of it, each map where the item has it; no address holds a secret."""
        project = self._projects.next_of(item)
        maps = self._maps(item, project)
        made: Tree = {"item": None}
        is_whole_account = text(item, "project_org") is not None
        for key, below in item.value:
            if key.value in maps:
                made[key.value] = maps.pop(key.value)
            elif key.value == "repo_url":
                made[key.value] = _shown(below)
            elif key.value == "additional_repos":
                # Without an account they are in `repos`, and landscapeapp takes them away; with one it would say no
                # more which of its repositories people listed.
                if is_whole_account:
                    made[key.value] = _shown(below)
            elif key.value not in _ANEW and not (key.value == KEY and is_our_block(below)):
                made[key.value] = below
        return _placed(made, maps)

    def _maps(self, item: Node, project: SeedProject | None) -> Tree:
        """What is known of an item, as landscapeapp's maps, in its order."""
        maps: Tree = {}
        company = self._organizations.find(project.organization_id) if project else None
        if company:
            self._sources.update(company.sources)
            maps["crunchbase_data"] = _over(value(item, "crunchbase_data"), companies_map(company))
        found = [(url, self._find(url)) for url in self._urls(item, project)]
        repositories = [repository for _, repository in found]
        self._silent += sum(one is None or one.stars is None for one in repositories)
        self._sources.update((one.figures_source, False) for one in repositories if one and one.figures_source)
        if any(repositories) and (github := github_map(repositories)):
            maps["github_data"] = github
        if found:
            maps["repos"] = repositories_list(found)
        if any(repositories) and (first := first_commit(repositories)):
            maps["github_start_commit_data"] = first
        return maps

    def notes(self, recorded_on: str | None) -> Iterator[str]:
        """What the person should know."""
        if self._silent:
            many = "1 repository has" if self._silent == 1 else f"{self._silent:,} repositories have"
            yield f"{many} no stars here: not known, or no longer shown by GitHub; 'crawler status' tells more"
        if recorded_on:
            yield f"these are the figures of a recording of {recorded_on}"
        yield from attributions(self._sources)

    def _urls(self, item: Node, project: SeedProject | None) -> list[str]:
        """The item's repositories on GitHub by address, each once, those found in an account last."""
        expanded = self._expanded.get(project.id, []) if project else []
        urls = [*map(shown_url, _listed_urls(item)), *(f"https://github.com/{name}" for name in expanded)]
        by_name = {name.lower(): url for url in reversed(urls) if (name := repository_name(url))}
        return [url for url in dict.fromkeys(urls) if url in by_name.values()]

    def _find(self, url: str) -> RepositoryFacts | None:
        """The repository as far as its figures are of the present."""
        found = self._repositories.find(repository_name(url) or "")
        return found if found and found.is_shown and found.status is not None else None


def _listed_urls(item: Node) -> list[str]:
    """The item's addresses of repositories; a processed list has all of them in `repos`."""
    others = (text(one, "url") for one in entries(item, "repos"))
    return [*repository_urls(item), *(url for url in others if url)]


def _root(root: Node, items: _Items) -> Tree:
    tree: Tree = {}
    for key, below in root.value:
        if key.value in TOPS and isinstance(below, SequenceNode):
            tree["landscape"] = [_branch(one, "category", items) for one in below.value]
        elif key.value not in _OURS and key.value != "updated_at":
            tree[key.value] = below
    return tree


def _indents(root: Node, form: str) -> bool:
    """Whether lists stand deeper than their keys, as the categories do; as in landscapeapp for another form of list."""
    pairs = [(key, below) for key, below in root.value if key.value in TOPS and isinstance(below, SequenceNode)]
    is_flat = any(not below.flow_style and key.start_mark.column == below.start_mark.column for key, below in pairs)
    return form != "landscape" or not is_flat


def _branch(node: Node, mark: str, items: _Items) -> Any:
    """A category or subcategory, with the empty key that tells landscapeapp what it is."""
    if not isinstance(node, MappingNode):
        return node
    made: Tree = {mark: None}
    for key, below in node.value:
        if key.value == "subcategories" and isinstance(below, SequenceNode):
            made[key.value] = [_branch(one, "subcategory", items) for one in below.value]
        elif key.value == "items" and isinstance(below, SequenceNode):
            made[key.value] = [items.make(one) if isinstance(one, MappingNode) else one for one in below.value]
        else:
            made[key.value] = below
    return made


def _placed(made: Tree, maps: Tree) -> Tree:
    """An item with further maps, each before the first one that follows it in landscapeapp's order."""
    for name, one in maps.items():
        later = _MAPS[_MAPS.index(name) + 1 :]
        at = next((place for place, key in enumerate(made) if key in later), len(made))
        pairs = list(made.items())
        made = dict([*pairs[:at], (name, one), *pairs[at:]])
    return made


def _shown(node: Node) -> Node:
    """Addresses of repositories, one or a list of them or of mappings with `repo_url`, without secrets."""
    if isinstance(node, ScalarNode):
        return ScalarNode(node.tag, shown_url(node.value), style=node.style)
    if isinstance(node, SequenceNode):
        return SequenceNode(node.tag, [_shown(one) for one in node.value])
    pairs = [(key, _shown(below) if key.value == "repo_url" else below) for key, below in node.value]
    return MappingNode(node.tag, pairs)


def _over(old: Any, new: Tree) -> Tree:
    """What the list says already, and over it what is known here."""
    kept = {key.value: below for key, below in old.value} if isinstance(old, MappingNode) else {}
    return kept | new


def _plain(text: str) -> ScalarNode:
    """A text without quotes, such as a time that is to be read as one."""
    return ScalarNode("", text)
