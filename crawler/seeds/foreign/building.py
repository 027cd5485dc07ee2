"""Entries of a foreign list into the tree of a seeds file: names, places, and what stands there twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.account import ReadAsOne
from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import long_name, same_place, short_name, without_user
from crawler.seeds.foreign.nodes import mapping, sequence, text
from crawler.seeds.mappings import is_equal

CATEGORY, SUBCATEGORY = "Projects", "All"
"""Where entries stand in a list that says nothing else."""
MAX_ENTRIES = 100_000
"""Thirty times the largest landscape known."""
READ_AS_ONE = "and is read as one"
"""What a notice says of an entry that went into an earlier one."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Entry(Struct, kw_only=True):
    """One entry of a list. All nodes stand where the list has them."""

    line: int
    column: int = 1
    name: Node | None = None
    """None: the list has only an address."""
    category: str = CATEGORY
    subcategory: str = SUBCATEGORY
    repo_urls: list[Node] = field(default_factory=list)
    """Repositories, the first being the main one."""
    values: dict[str, Node] = field(default_factory=dict)
    """Further keys of an item."""


def clean(written: str) -> str:
    """Text in one line without control characters."""
    return " ".join(_CONTROLS.sub(" ", written).split())


def is_too_many(entries: Sequence[Entry], findings: Findings) -> bool:
    """Whether a list holds more entries than can be read; a fault says so."""
    if len(entries) <= MAX_ENTRIES:
        return False
    findings.fault_at(entries[-1].line, 1, f"the list holds more than {MAX_ENTRIES:,} entries", "split it into several")
    return True


def build(entries: Sequence[Entry], findings: Findings, *, title: Node | None = None, cure: str) -> Node | None:
    """The tree of the entries in their order; without any a fault, and None, with the `cure` for such a list."""
    if is_too_many(entries, findings):
        return None
    if not entries:
        findings.fault_at(0, 0, "the list holds no entry that can be read", cure)
        return None
    places: dict[str, _Place] = {}
    shared = _shared_short_names(entries)
    for entry in entries:
        entry.category, entry.subcategory = clean(entry.category) or CATEGORY, clean(entry.subcategory) or SUBCATEGORY
        category = places.setdefault(entry.category.casefold(), _Place(entry.category, entry.line))
        subcategory = category.below.setdefault(entry.subcategory.casefold(), _Place(entry.subcategory, entry.line))
        _add(entry, f"{category.name} / {subcategory.name}", subcategory, shared, findings)
    categories = [
        _branch(
            category, "subcategories", [_branch(one, "items", map(_item, one.items)) for one in category.below.values()]
        )
        for category in places.values()
    ]
    return mapping([("name", title), ("categories", sequence(categories, 1))], 1)


class _Place:
    """A category or subcategory on its way."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.below: dict[str, _Place] = {}
        self.items: list[Entry] = []
        self.by_name: dict[str, Entry] = {}
        self._numbers: dict[str, int] = {}

    def put(self, name: str, entry: Entry) -> None:
        """Take an entry in under a name that is free."""
        self.by_name[name.casefold()] = entry
        self.items.append(entry)

    def numbered(self, name: str) -> str:
        """The name with the first number behind it that makes it a free one."""
        while True:
            number = self._numbers[name] = self._numbers.get(name, 1) + 1
            if f"{name} ({number})".casefold() not in self.by_name:
                return f"{name} ({number})"


def _branch(place: _Place, key: str, below: Iterable[Node]) -> Node:
    return mapping([("name", text(place.name, place.line)), (key, sequence(below, place.line))], place.line)


def _item(entry: Entry) -> Node:
    first = entry.repo_urls[0] if entry.repo_urls else None
    more = [mapping([("repo_url", one)], one.start_mark.line + 1) for one in entry.repo_urls[1:]]
    pairs = [("name", entry.name), ("repo_url", first)]
    pairs += [("additional_repos", sequence(more, entry.line) if more else None)]
    return _safe(mapping([*pairs, *entry.values.items()], entry.line, entry.column))


def _safe(node: Node) -> Node:
    """The node without a user's name or password in any address of it, whichever reader it comes from."""
    if isinstance(node, MappingNode):
        return MappingNode(node.tag, [(key, _safe(below)) for key, below in node.value], node.start_mark, node.end_mark)
    if isinstance(node, SequenceNode):
        return SequenceNode(node.tag, [_safe(one) for one in node.value], node.start_mark, node.end_mark)
    assert isinstance(node, ScalarNode)
    said = without_user(node.value)
    if said == node.value:
        return node
    return ScalarNode(node.tag, said, node.start_mark, node.end_mark, style=node.style)


def _shared_short_names(entries: Sequence[Entry]) -> set[tuple[str, str, str]]:
    """Place and short name of nameless entries that differ by owner only."""
    addresses: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for entry in entries:
        if entry.name is None:
            url = _main_url(entry)
            addresses[entry.category, entry.subcategory, short_name(url).casefold()].add(same_place(url))
    return {key for key, places in addresses.items() if len(places) > 1}


def _add(entry: Entry, where: str, place: _Place, shared: set[tuple[str, str, str]], findings: Findings) -> None:
    """Put an entry in its place: one of its name and address takes it in, beside one of its name it is renamed."""
    if entry.name is None:
        url = _main_url(entry)
        wanted = short_name(url)
        if (entry.category, entry.subcategory, wanted.casefold()) in shared:
            wanted = long_name(url)
        entry.name = text(clean(wanted), entry.line, entry.column)
    name = _name(entry)
    first = place.by_name.get(name.casefold())
    if first is None:
        place.put(name, entry)
        return
    url = _main_url(entry)
    renamed = f"{name} ({clean(long_name(url))})" if url else place.numbered(name)
    if _addresses(entry) <= _addresses(first):
        same: Entry | None = first
    else:
        same = place.by_name.get(renamed.casefold())
        if same and not _addresses(entry) <= _addresses(same):
            same, renamed = None, place.numbered(name)
    cure = "delete one of the two, or give them different names"
    twice = f"{short(name)} stands here twice (first on line {(same or first).line})"
    if same:
        _read_as_one(entry, same, where, f"{twice} {READ_AS_ONE}{_lost(entry, same)}", cure, findings)
        return
    findings.notice(entry.name, where, f"{twice}, the second one is called '{short(renamed)}'", cure)
    entry.name = text(renamed, entry.name.start_mark.line + 1, entry.name.start_mark.column + 1)
    place.put(renamed, entry)


def _read_as_one(entry: Entry, same: Entry, where: str, problem: str, cure: str, findings: Findings) -> None:
    """Give an entry what only the later one of its name says, and account for the rest."""
    known = {same_place(node.value) for node in same.repo_urls}
    added = [node for node in entry.repo_urls if same_place(node.value) not in known]
    same.repo_urls += added
    differing = _fill(same.values, entry.values)
    findings.account.merged.append(
        ReadAsOne(
            finding=findings.notice(entry.name, where, problem, cure),
            name=_name(entry),
            into=_name(same),
            into_line=same.line,
            addresses=len(entry.repo_urls) - len(added),
            differing=differing,
        )
    )


def _fill(values: dict[str, Node], others: Mapping[str, Node]) -> tuple[str, ...]:
    """Take the values of keys that are not there yet; returns those of which both have a different one."""
    differing: list[str] = []
    for key, other in others.items():
        own = values.setdefault(key, other)
        if isinstance(own, MappingNode) and isinstance(other, MappingNode):
            below = {name.value: node for name, node in own.value}
            held = {name.value: node for name, node in other.value}
            differing += [f"{key}.{name}" for name in _fill(below, held)]
            values[key] = mapping(below.items(), own.start_mark.line + 1, own.start_mark.column + 1)
        elif own is not other and not is_equal(own, other):
            differing.append(key)
    return tuple(differing)


def _lost(entry: Entry, same: Entry) -> str:
    """What the second one of two says otherwise, in words; empty where all is kept."""
    lost = [
        f"{key} '{short(node.value, 200)}'"
        for key, node in entry.values.items()
        if isinstance(node, ScalarNode) and key in same.values and same.values[key].value != node.value
    ]
    return f", without its {' and '.join(lost)}" if lost else ""


def _name(entry: Entry) -> str:
    assert isinstance(entry.name, ScalarNode)
    return " ".join(entry.name.value.split())


def _main_url(entry: Entry) -> str:
    node = entry.repo_urls[0] if entry.repo_urls else entry.values.get("homepage_url")
    return str(node.value) if node else ""


def _addresses(entry: Entry) -> set[str]:
    homepage = entry.values.get("homepage_url")
    return {same_place(node.value) for node in (*entry.repo_urls, homepage) if node}
