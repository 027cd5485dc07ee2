"""Typed access to the mappings of a seeds file; what does not fit becomes a finding and reads as absent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import BOOL, NULL, STR
from crawler.seeds.findings import Findings, short
from crawler.seeds.keys import Keys, Kind
from crawler.seeds.mappings import pairs_of
from crawler.seeds.values import HOLDS_KEY, holds_key, is_day, is_decimal, is_slug, is_url, loose_day

_CURES = {
    "text": "write one line of text",
    "a list": "write each entry on a line of its own, beginning with '- '",
    "a mapping": "write indented lines of the form 'key: value'",
}
_SHAPES: dict[Kind, tuple[str, ...]] = {
    "text": ("text",),
    "day": ("text",),
    "loose day": ("text",),
    "flag": ("text",),
    "texts": ("a list",),
    "text or texts": ("a list", "text"),
    "text or mapping": ("text", "a mapping"),
    "list": ("a list",),
    "repositories": ("a list", "a mapping", "text"),
    "mapping": ("a mapping",),
}


class Fields:
    """The known keys of one mapping that hold what belongs there; `where` names the place in messages.

    `is_kept_only`: nothing is read from it, so that what does not fit makes nothing ambiguous.
    """

    __slots__ = ("_is_kept_only", "_nodes", "_values", "findings", "node", "where")

    def __init__(self, node: Node, where: str, findings: Findings, *, is_kept_only: bool = False) -> None:
        self._is_kept_only = is_kept_only
        self.node = node
        self.where = where
        self.findings = findings
        self._nodes: dict[str, Any] = {}
        self._values: dict[str, Any] = {}

    def put(self, key: str, node: Node, kind: Kind) -> None:
        """Take a value in; a fault where it is not of its kind. Null counts as absent."""
        self._nodes[key] = node
        if node.tag == NULL:
            return
        shapes = _SHAPES.get(kind)
        if shapes and shape(node) not in shapes:
            if isinstance(node, ScalarNode) and not node.value.strip():
                self.notice(key, f"{key} holds an empty text where {shapes[0]} belongs", "delete it")
                return
            say = self.notice if self._is_kept_only else self.fault
            say(key, f"{key} holds {shape(node)} where {shapes[0]} belongs", _CURES[shapes[0]])
        elif kind in {"day", "loose day"} and node.value.strip() and not is_day(node.value.strip()):
            self._odd_day(key, node, kind)
        elif kind == "flag" and node.value.lower() not in {"true", "false"}:
            self.notice(key, f"{key} is neither true nor false ({short(node.value)})", "write true or false")
        else:
            self._values[key] = node

    def _odd_day(self, key: str, node: Node, kind: Kind) -> None:
        day = loose_day(node.value.strip()) if kind == "loose day" else None
        if day:
            self.notice(key, f"{key} is no plain day ({short(node.value)})", f"write {day}")
        else:
            problem = f"{key} is no date ({short(node.value)})"
            self.fault(key, problem, "write it as YYYY-MM-DD, such as 2023-09-30 (YYYY-MM or YYYY if that is all)")

    @property
    def line(self) -> int:
        """The line where the mapping starts, from 1."""
        return self.node.start_mark.line + 1

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def value(self, key: str) -> Node | None:
        """The node of a key that holds what belongs there."""
        return self._values.get(key)

    def is_null(self, key: str) -> bool:
        """Whether a key is there and says nothing on purpose."""
        node = self._nodes.get(key)
        return node is not None and node.tag == NULL

    def text(self, key: str) -> str | None:
        """The text of a key without surrounding blanks; None if absent or empty."""
        node = self._values.get(key)
        return node.value.strip() or None if node is not None else None

    def flag(self, key: str) -> bool:
        """Whether a key says true."""
        node = self._values.get(key)
        return node is not None and node.value.lower() == "true"

    def entries(self, key: str) -> list[Node]:
        """The entries of a list, or what stands there alone; none if absent."""
        node = self._values.get(key)
        if node is None:
            return []
        return node.value if isinstance(node, SequenceNode) else [node]

    def texts(self, key: str) -> Iterator[tuple[Node, str]]:
        """The entries of a list of texts (or one text alone), without the empty ones."""
        node = self._values.get(key)
        if node is None:
            return
        for entry in [node] if isinstance(node, ScalarNode) else node.value:
            if not isinstance(entry, ScalarNode):
                self.findings.fault(entry, self.where, f"{key} holds {shape(entry)} where text belongs", _CURES["text"])
            elif entry.tag != NULL and entry.value.strip():
                yield entry, entry.value.strip()

    def url(self, key: str) -> str | None:
        """The web address of a key; a notice and None for other text."""
        text = self.text(key)
        if text and not is_url(text):
            problem = f"{key} is no web address ({short(text)}), it is not read"
            self.notice(key, problem, "write one such as https://example.org/")
            return None
        return text

    def source_url(self) -> str | None:
        """The page on which something rests; a fault where its address holds a key: it stands in exports."""
        text = self.url("source_url")
        if text and holds_key(text):
            self.fault("source_url", *HOLDS_KEY)
            return None
        return text

    def name(self) -> str:
        """The `name` in one line, a number as it is written; a fault if it is missing, empty, `true` or `false`."""
        text = self.required("name", "Wasmtime") or ""
        tag = self._values["name"].tag if text else STR
        if tag != STR:
            say = self.fault if tag == BOOL else self.notice
            say("name", f"the name {short(text)} is no text to YAML", f'put it in quotes: "{short(text)}"')
        return " ".join(text.split())

    def required(self, key: str, example: str) -> str | None:
        """The text of a key; a fault and None if it is missing or empty."""
        text = self.text(key)
        node = self._nodes.get(key)
        # What is there and yet no value has its fault already.
        if text is None and (node is None or node.tag == NULL or key in self._values):
            self.fault(key, f"{key} is missing", f"write a line such as '{key}: {example}'")
        return text

    def slug(self, key: str) -> str | None:
        """The id of a key as it is; a fault if it is no slug."""
        text = self.text(key)
        if text and not is_slug(text):
            cure = "use small letters, digits and single hyphens, such as red-hat"
            self.fault(key, f"{key} is no slug ({short(text)})", cure)
        return text

    def decimal(self, key: str) -> str | None:
        """The number of a key, 0 or more, as decimal text; a fault and None for other text."""
        text = self.text(key)
        if text and not is_decimal(text):
            cure = "write digits only, such as 2500000 or 0.5"
            self.fault(key, f"{key} is no plain number of 0 or more ({short(text)})", cure)
            return None
        return text and str(Decimal(text))

    def share(self, key: str) -> str | None:
        """The number of a key from 0 to 1, as decimal text; a fault and None for another."""
        text = self.decimal(key)
        if text and Decimal(text) > 1:
            self.fault(key, f"{key} is more than the whole ({text})", "write a share from 0 to 1, such as 0.25")
            return None
        return text

    def fault(self, key: str, problem: str, cure: str) -> None:
        """A fault at the value of a key, at the start of the mapping if it is not there."""
        self.findings.fault(self._nodes.get(key, self.node), self.where, problem, cure)

    def notice(self, key: str, problem: str, cure: str) -> None:
        """A notice at the value of a key, at the start of the mapping if it is not there."""
        self.findings.notice(self._nodes.get(key, self.node), self.where, problem, cure)


def read_fields(
    node: Node, keys: Keys, parent: str, position: str, findings: Findings, *, is_kept_only: bool = False
) -> Fields | None:
    """The mapping that `node` should be, checked key by key; a fault and None if it is none.

    In messages it is called by its name, else its id, else `position` (such as `item 3`), after its `parent`; without
    a `position` it has no name of its own.
    """
    if not isinstance(node, MappingNode):
        problem = f"{shape(node)} stands where a mapping belongs"
        findings.fault(node, place(parent, position), problem, _CURES["a mapping"])
        return None
    label = place(parent, position and (_label(node) or position))
    fields = Fields(node, label, findings, is_kept_only=is_kept_only)
    for key, value in pairs_of(node):
        kind = keys.get(key.value)
        if kind is None:
            cure = findings.did_you_mean(key.value, keys, "check its spelling")
            problem = f"the key '{short(key.value)}' is unknown, it is kept but not read"
            findings.notice(key, fields.where, problem, cure)
        else:
            fields.put(key.value, value, kind)
    return fields


def shape(node: Node) -> str:
    """What a node is, in words: `a mapping`, `a list`, `text`, or `nothing` for null."""
    if isinstance(node, ScalarNode):
        return "nothing" if node.tag == NULL else "text"
    return "a mapping" if isinstance(node, MappingNode) else "a list"


def place(parent: str, label: str) -> str:
    """`Languages / Systems / Rust`."""
    return f"{parent} / {label}" if parent and label else parent or label


def _label(node: MappingNode) -> str:
    found = ""
    for key, value in pairs_of(node):
        if isinstance(value, ScalarNode) and value.value.strip() and value.tag != NULL:
            if key.value == "name":
                return short(value.value)
            if key.value == "id":
                found = short(value.value)
    return found
