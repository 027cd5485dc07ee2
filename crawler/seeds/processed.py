"""Repositories that an item of a processed landscape names in what landscapeapp generated, and nowhere else."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import NULL
from crawler.seeds.foreign.nodes import mapping
from crawler.seeds.mappings import pairs_of
from crawler.seeds.names import account_name, repository_name


def lost_repositories(item: Node) -> list[MappingNode]:
    """What `additional_repos:` would hold: landscapeapp moves it into `repos:`.

    Those of the item's own account (`project_org`) are `account_repositories`.
    """
    account = _account(item)
    return [
        mapping([("repo_url", url)], url.start_mark.line + 1, url.start_mark.column + 1)
        for url in _only_generated(item)
        if account is None or _owner(url) != account
    ]


def left_to_account(item: Node) -> str | None:
    """What is to be said of `account_repositories`; None where there are none."""
    names = account_repositories(item)
    if not names:
        return None
    stand = (
        "1 repository of its project_org stands"
        if len(names) == 1
        else f"{len(names):,} repositories of its project_org stand"
    )
    return f"{stand} in repos alone; what of it is read is up to project_org: {', '.join(names)}"


def account_repositories(item: Node) -> list[str]:
    """The names in `repos:` that are of the item's `project_org`, and stand nowhere else in the item.

    landscapeapp puts the whole account there, and which of it people listed cannot be told.
    """
    account = _account(item)
    if account is None:
        return []
    return [name for url in _only_generated(item) if _owner(url) == account and (name := repository_name(url.value))]


def _only_generated(item: Node) -> list[ScalarNode]:
    """The addresses in `repos:` besides `repo_url`; none where `additional_repos` says what people listed."""
    found = {key.value: value for key, value in _pairs(item) if value.tag != NULL}
    listed, own = found.get("repos"), found.get("repo_url")
    if not isinstance(listed, SequenceNode) or "additional_repos" in found:
        return []
    known = {_identity(own)} if isinstance(own, ScalarNode) else set()
    addresses: list[ScalarNode] = []
    for entry in listed.value:
        url = next((value for key, value in _pairs(entry) if key.value == "url"), None)
        if isinstance(url, ScalarNode) and url.value.strip() and _identity(url) not in known:
            known.add(_identity(url))
            addresses.append(url)
    return addresses


def _identity(url: ScalarNode) -> str:
    return (repository_name(url.value) or url.value.strip()).casefold()


def _account(item: Node) -> str | None:
    org = next((value for key, value in _pairs(item) if key.value == "project_org"), None)
    login = account_name(org.value) if isinstance(org, ScalarNode) else None
    return login.casefold() if login else None


def _owner(url: ScalarNode) -> str | None:
    name = repository_name(url.value)
    return name.split("/")[0].casefold() if name else None


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return pairs_of(node) if isinstance(node, MappingNode) else []
