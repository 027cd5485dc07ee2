"""New entries for a list: where they go, what they say, and which of them it has already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from yaml.nodes import MappingNode, Node

from crawler.errors import UsageFault
from crawler.importing.lists.walking import entries, text
from crawler.model import Repository
from crawler.printable import plain
from crawler.repair.entry_text import NOTHING
from crawler.repair.known import Fact, Known
from crawler.repair.places import ListedItem, Subcategory, subcategories
from crawler.seeds.document import NULL
from crawler.seeds.findings import Findings, short
from crawler.seeds.names import slug
from crawler.seeds.tree import place_key
from crawler.seeds.values import is_url

SHOWN = 40
"""So many subcategories are named where one has to be chosen."""
LONGEST_DESCRIPTION = 500
_MARKER = "item"


class Listed:
    """The repositories that a list has, by every name that is known of them."""

    def __init__(self, items: Iterable[ListedItem], known: Known | None) -> None:
        self._known = known
        self._by_name: dict[str, str] = {}
        self._by_id: dict[int, str] = {}
        for item in items:
            for place in item.places:
                where = f"{item.where} (line {place.address.start_mark.line + 1})"
                self._by_name.setdefault(place.name.lower(), where)
                fact = known.find(place.name, item.project_id) if known else None
                if fact is not None and fact.status != "replaced":
                    self._by_id.setdefault(fact.id, where)

    def place_of(self, name: str) -> str | None:
        """The item that has a repository already, and its line; None where none has."""
        found = self._by_name.get(name.lower())
        fact: Fact | None = self._known.find(name) if self._known and not found else None
        return self._by_id.get(fact.id) if fact else found


class Entry(Struct, frozen=True):
    """An entry to append, and the repository that it is about."""

    repository: str
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.fields["name"])


def target(root: Node, wanted: str | None) -> Subcategory:
    """The subcategory that entries go to: `wanted` with its category or alone, None: the only one. UsageFault."""
    known = list(subcategories(root))
    names = [short(one.name) for one in known]
    listed = "\n".join(f"  {name}" for name in names[:SHOWN]) + ("\n  …" if len(names) > SHOWN else "")
    if wanted is None:
        if len(known) == 1:
            return known[0]
        if not known:
            raise UsageFault("the list has no subcategory", cure="write one first ('crawler init' shows how)")
        raise UsageFault("the list has several subcategories", cure=f"choose one with --to:\n{listed}")
    key = place_key(wanted)
    own = [one for one in known if place_key(one.own_name) == key]
    if found := [one for one in known if one.key == key] or (own if len(own) == 1 else []):
        return found[0]
    if own:
        alike = "\n".join(f"  {short(one.name)}" for one in own)
        raise UsageFault(f"several subcategories are called '{short(wanted)}'", cure=f"write one of these:\n{alike}")
    cure = Findings("").did_you_mean(wanted, names, f"write one of these:\n{listed}")
    raise UsageFault(f"there is no subcategory '{short(wanted)}'", cure=cure)


class Writer:
    """Makes entries for a subcategory; names are unique within it."""

    def __init__(self, root: Node, place: Subcategory) -> None:
        listed = entries(place.node, "items")
        self._taken = {text(item, "name").casefold() for item in listed}
        everywhere = listed or [item for one in subcategories(root) for item in entries(one.node, "items")]
        model = everywhere[-1] if everywhere else None
        self._has_marker = model is not None and _has_marker(model)
        self._has_logos = any(text(item, "logo") for item in everywhere)

    def entry(self, repository: Repository) -> Entry | None:
        """The entry of a repository, None where both of its possible names are taken.

        landscape2 asks for a homepage, and for a logo by the name of its file; the logo is named where the others of
        the list have one.
        """
        own = str(repository.name_with_owner)
        name = next((one for one in (own.partition("/")[2], own) if one.casefold() not in self._taken), None)
        if name is None:
            return None
        self._taken.add(name.casefold())
        url = f"https://github.com/{own}"
        homepage = _text(repository.homepage_url)
        fields: dict[str, Any] = {_MARKER: NOTHING} if self._has_marker else {}
        fields["name"] = name
        if description := _text(repository.description):
            fields["description"] = _cut(description)
        fields["homepage_url"] = homepage if is_url(homepage) else url
        fields["repo_url"] = url
        if self._has_logos:
            fields["logo"] = f"{slug(name)}.svg"
        return Entry(own, fields)


def _has_marker(model: Node) -> bool:
    is_block = isinstance(model, MappingNode) and not model.flow_style
    return is_block and any(key.value == _MARKER and below.tag == NULL for key, below in model.value)


def _text(value: object) -> str:
    """A text in one line, without what turns or hides text."""
    if not isinstance(value, str):
        return ""
    shown = plain(" ".join(value.split())).replace("\N{REPLACEMENT CHARACTER}", "")
    return " ".join(shown.split())


def _cut(text: str) -> str:
    """At most `LONGEST_DESCRIPTION` characters, cut behind a word where there are words."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    most = text[: LONGEST_DESCRIPTION - 1]
    words = text[:LONGEST_DESCRIPTION].rpartition(" ")[0].rstrip()
    return f"{words if len(words) > LONGEST_DESCRIPTION // 2 else most}…"


def logos(added: Sequence[Entry]) -> list[str]:
    """The files that the entries name as their logos."""
    return [str(one.fields["logo"]) for one in added if "logo" in one.fields]
