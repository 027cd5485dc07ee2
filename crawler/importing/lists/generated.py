"""Takes what landscapeapp generates out of the tree of a processed landscape; a list is what people wrote."""

from __future__ import annotations

from collections import Counter

from yaml.nodes import MappingNode, Node

from crawler.importing.lists.pairs import Place
from crawler.importing.lists.walking import items, line
from crawler.seeds.foreign.nodes import sequence, text
from crawler.seeds.processed import left_to_account, lost_repositories

OF_ITEMS = frozenset(
    (
        "best_practice_data",
        "crunchbase_data",
        "github_data",
        "github_start_commit_data",
        "image_data",
        "repos",
        "twitter_data",
        "yahoo_finance_data",
    )
)
OF_TOP = frozenset(("twitter_options", "updated_at"))


def cut_generated(root: Node) -> Counter[str]:
    """Cut the generated keys, and tell how many of each there were.

    Repositories that only `repos:` still names become `additional_repos:` again.
    """
    cut: Counter[str] = Counter()
    if not isinstance(root, MappingNode):
        return cut
    _cut(root, OF_TOP, cut)
    for item in items(root):
        lost = lost_repositories(item)
        _cut(item, OF_ITEMS, cut)
        if lost:
            key = text("additional_repos", line(lost[0]))
            # An empty key of that name goes: it would be there twice.
            item.value = [pair for pair in item.value if pair[0].value != key.value]
            item.value.append((key, sequence(lost, line(lost[0]))))
    return cut


def left_to_accounts(root: Node, place: Place) -> list[str]:
    """Of each item the repositories that go with the generated keys, because its `project_org` says which are read."""
    told = ((item, left_to_account(item)) for item in items(root))
    return [f"{place.at(item)}: {problem}" for item, problem in told if problem]


def _cut(node: MappingNode, keys: frozenset[str], cut: Counter[str]) -> None:
    found = [key.value for key, _ in node.value if key.value in keys]
    if found:
        cut.update(found)
        node.value = [pair for pair in node.value if pair[0].value not in keys]
