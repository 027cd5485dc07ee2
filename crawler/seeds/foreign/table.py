"""A plain list of repositories, one a line."""

from __future__ import annotations

from yaml.nodes import Node

from crawler.seeds.findings import Findings
from crawler.seeds.foreign.nodes import mapping, sequence, text
from crawler.seeds.names import repository_name

CATEGORY, SUBCATEGORY = "Projects", "All"


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a list: `owner/name` or an address on each line; empty lines and those after `#` say nothing."""
    items: list[Node] = []
    for line, written in enumerate(source.splitlines(), 1):
        address = written.strip()
        if not address or address.startswith("#"):
            continue
        url = address if "://" in address else f"https://github.com/{address}"
        name = repository_name(url)
        label = name.partition("/")[2] if name else address
        items.append(mapping([("name", text(label, line)), ("repo_url", text(url, line))], line))
    if not items:
        return None
    subcategory = mapping([("name", text(SUBCATEGORY, 1)), ("items", sequence(items, 1))], 1)
    category = mapping([("name", text(CATEGORY, 1)), ("subcategories", sequence([subcategory], 1))], 1)
    return mapping([("categories", sequence([category], 1))], 1)
