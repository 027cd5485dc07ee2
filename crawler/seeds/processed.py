"""Repositories that an item of a processed landscape names in what landscapeapp generated, and nowhere else."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import NULL
from crawler.seeds.foreign.nodes import mapping
from crawler.seeds.mappings import pairs_of


def lost_repositories(item: Node) -> list[MappingNode]:
    """What `additional_repos:` would hold: landscapeapp moves it into `repos:`.

    Those of an account are there, too; they come back by its `project_org`.
    """
    found = {key.value: value for key, value in _pairs(item) if value.tag != NULL}
    listed, own = found.get("repos"), found.get("repo_url")
    if not isinstance(listed, SequenceNode) or "additional_repos" in found or "project_org" in found:
        return []
    known = {own.value.strip().casefold()} if isinstance(own, ScalarNode) else set()
    lost: list[MappingNode] = []
    for entry in listed.value:
        url = next((value for key, value in _pairs(entry) if key.value == "url"), None)
        if isinstance(url, ScalarNode) and url.value.strip() and url.value.strip().casefold() not in known:
            known.add(url.value.strip().casefold())
            lost.append(mapping([("repo_url", url)], url.start_mark.line + 1, url.start_mark.column + 1))
    return lost


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return pairs_of(node) if isinstance(node, MappingNode) else []
