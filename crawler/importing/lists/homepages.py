"""A homepage for items of lists that have none: landscape2 wants one of each item."""

from __future__ import annotations

from yaml.nodes import MappingNode

from crawler.importing.lists.pairs import put
from crawler.importing.lists.walking import line, text
from crawler.seeds.foreign import nodes
from crawler.seeds.names import repository_name
from crawler.seeds.values import web_address


def put_homepage(item: MappingNode) -> bool:
    """Make the repository's address the homepage of an item without one; False where it has one, or no address."""
    if text(item, "homepage_url"):
        return False
    written = text(item, "repo_url")
    name = repository_name(written)
    address = f"https://github.com/{name}" if name else web_address(written)
    if not address:
        return False
    put(item, "homepage_url", nodes.text(address, line(item)))
    return True
