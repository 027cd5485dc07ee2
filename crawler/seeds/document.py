"""YAML text into a tree of nodes with positions, built safely: whatever the text holds, time and memory are bounded.

The nodes are PyYAML's own. PyYAML's composer is not used, because it recurses in C (a hundred thousand brackets end
the process) and repeats aliases without a limit; here the nodes are built from the parser's events, without recursion.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault
from crawler.seeds.findings import Findings, short
from crawler.seeds.mappings import is_equal, is_merge, merged

MAX_DEPTH = 100
"""Collections inside each other; a landscape needs about ten."""
TOO_DEEP = f"more than {MAX_DEPTH} levels of nesting"
FLATTER = "write a flatter list"
MAX_VALUES = 2_000_000
"""Keys and values of a file, those that aliases repeat included: room for 100,000 projects."""
MAX_REPEATED_VALUES = 100_000
"""Keys and values that a file may add by repeating anchored ones through aliases."""

_TAG = "tag:yaml.org,2002:"
STR, NULL, BOOL, INT, FLOAT, SEQ, MAP = (_TAG + name for name in ("str", "null", "bool", "int", "float", "seq", "map"))
_KNOWN_TAGS = {ScalarNode: {STR, NULL, BOOL, INT, FLOAT, f"{_TAG}timestamp"}, SequenceNode: {SEQ}, MappingNode: {MAP}}

# YAML 1.2's core schema, with which landscape2 reads too: `no` and `2023-09-30` are text.
_CORE = (
    (re.compile(r"(?:~|null|Null|NULL)?"), NULL),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), BOOL),
    (re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), INT),
    (
        re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)"),
        FLOAT,
    ),
)
_CORE_STARTS = frozenset("~nNtTfF0123456789+-.")


def compose_text(text: str, path: str) -> Node | None:
    """The root node of `text`, None if it holds nothing but comments. SeedsFault with every fault of its form.

    `start_mark.index` and `end_mark.index` of a node count the characters of `text`, a byte order mark included.
    What an alias stands for is the anchored node itself, with the anchor's position.
    """
    findings = Findings(path)
    root = compose(text, findings)
    if findings.faults:
        raise SeedsFault(findings.in_order())
    return root


def compose(text: str, findings: Findings) -> Node | None:
    """The root node, None if the text is empty or not readable to its end; faults of its form become findings."""
    # The parsers count a byte order mark differently, so neither gets to see one.
    body = text.removeprefix("\ufeff")
    root = _Composer(findings).read(body)
    if root is not None and len(body) != len(text):
        _move(root, by=len(text) - len(body))
    return root


class _GiveUp(Exception):
    """Raised in this module where reading on makes no sense; the fault is recorded already."""


class _Composer:
    """One reading of one text."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def read(self, text: str) -> Node | None:
        """The text's one document, None if there is none or it cannot be read to its end."""
        try:
            loader: Any = (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)(text)
            try:
                return self._document(loader)
            finally:
                loader.dispose()
        except _GiveUp:
            pass
        except yaml.MarkedYAMLError as error:
            problem = " ".join(part for part in (error.context, error.problem) if part)
            mark: Any = error.problem_mark or error.context_mark
            told, cure = f"this is no YAML ({problem})", _syntax_cure(problem, text[mark.index : mark.index + 1])
            if "maximum nesting depth" in problem:
                # Newer releases of libyaml look ahead, and meet their own limit before we meet ours.
                told, cure = TOO_DEEP, FLATTER
            self._findings.fault_at(mark.line + 1, mark.column + 1, told, cure)
        except yaml.reader.ReaderError as error:
            self._forbidden_character(text, chr(int(error.character)))
        except UnicodeEncodeError as error:
            self._forbidden_character(text, text[error.start])
        return None

    def _fault(self, event: Any, problem: str, cure: str) -> None:
        self._findings.fault(event, "", problem, cure)

    def _forbidden_character(self, text: str, character: str) -> None:
        at = text.find(character)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        problem = f"the control character U+{ord(character):04X} is not allowed in YAML"
        self._findings.fault_at(line, column, problem, "delete it")

    def _document(self, loader: Any) -> Node | None:
        root: Node | None = None
        # The innermost open collection is in the local names, those around it are on the stack.
        stack: list[tuple[Node, list[Node], str | None, int]] = []
        opened: Node | None = None
        children: list[Node] = []
        name: str | None = None
        first_value = 0
        # None stands for a collection that is still open.
        anchors: dict[str, tuple[Node, int] | None] = {}
        values = repeated = documents = 0
        node: Node
        get_event = loader.get_event
        while True:
            event = get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                values += 1
                node = ScalarNode(
                    self._scalar_tag(event), event.value, event.start_mark, event.end_mark, style=event.style or None
                )
                if event.anchor:
                    anchors[event.anchor] = (node, 1)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                values += 1
                if opened is not None:
                    stack.append((opened, children, name, first_value))
                if len(stack) >= MAX_DEPTH:
                    self._fault(event, TOO_DEEP, FLATTER)
                    raise _GiveUp
                opened = self._collection(event)
                children, name, first_value = [], event.anchor, values
                if name:
                    anchors[name] = None
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                assert opened is not None
                node = opened
                node.end_mark = event.end_mark
                node.value = self._pairs(children) if kind is yaml.MappingEndEvent else children
                if name:
                    anchors[name] = (node, values - first_value + 1)
                if stack:
                    opened, children, name, first_value = stack.pop()
                else:
                    opened = None
            elif kind is yaml.AliasEvent:
                node, size = self._anchored(event, anchors)
                values += size
                repeated += size
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    cure = "keep one landscape in a file: put the second into a file of its own, or delete the '---'"
                    self._fault(event, "a second YAML document begins here", cure)
                    return root
                continue
            elif kind is yaml.StreamEndEvent:
                return root
            else:
                continue
            if values > MAX_VALUES or repeated > MAX_REPEATED_VALUES:
                self._too_much(event, values)
            if opened is None:
                root = node
            else:
                children.append(node)

    def _scalar_tag(self, event: yaml.ScalarEvent) -> str:
        tag: str | None = event.tag
        if tag and tag != "!":
            return self._explicit_tag(event, ScalarNode, tag) or STR
        value = event.value
        if tag or not event.implicit[0] or (value and value[0] not in _CORE_STARTS):
            return STR
        return next((core for pattern, core in _CORE if pattern.fullmatch(value)), STR)

    def _collection(self, event: Any) -> Node:
        kind, tag = (MappingNode, MAP) if isinstance(event, yaml.MappingStartEvent) else (SequenceNode, SEQ)
        if event.tag and event.tag != "!":
            self._explicit_tag(event, kind, event.tag)
        return kind(tag, [], event.start_mark, None, flow_style=event.flow_style)

    def _explicit_tag(self, event: Any, kind: type[Node], tag: str) -> str | None:
        if tag in _KNOWN_TAGS[kind]:
            return tag
        shown = tag.replace(_TAG, "!!", 1)
        self._fault(event, f"the tag {short(shown)} means nothing here", "remove the tag")
        return None

    def _anchored(self, event: Any, anchors: dict[str, tuple[Node, int] | None]) -> tuple[Node, int]:
        name: str = event.anchor
        if name not in anchors:
            cure = f"set it before with &{short(name)}, or write the value out"
            self._fault(event, f"the alias *{short(name)} has no anchor", cure)
            raise _GiveUp
        anchored = anchors[name]
        if anchored is None:
            problem = f"the alias *{short(name)} stands inside of what it repeats, without an end"
            self._fault(event, problem, "write the value out")
            raise _GiveUp
        return anchored

    def _pairs(self, children: list[Node]) -> list[tuple[Node, Node]]:
        """Keys and values of a mapping; what cannot be read as a key is left out."""
        pairs: list[tuple[Node, Node]] = []
        earlier: dict[str, tuple[Node, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self._fault(key, "a list or a mapping stands where a key belongs", "write a plain word")
            elif is_merge(key) and not all(isinstance(one, MappingNode) for one in merged(value)):
                self._fault(key, "the merge key << merges no mapping", "write '<<: *anchor', or the keys themselves")
            elif key.value in earlier:
                first_key, first_value = earlier[key.value]
                problem = f"the key '{short(key.value)}' is here twice (first on line {first_key.start_mark.line + 1})"
                if is_equal(first_value, value):
                    self._findings.notice(key, "", f"{problem}, with the same value", "delete one of the two")
                else:
                    self._fault(key, problem, "keep one of the two")
            else:
                earlier[key.value] = key, value
                pairs.append((key, value))
        return pairs

    def _too_much(self, event: Any, values: int) -> None:
        if values > MAX_VALUES:
            self._fault(event, f"the file holds more than {MAX_VALUES:,} values", "split it into several landscapes")
        else:
            problem = f"aliases repeat more than {MAX_REPEATED_VALUES:,} values up to here"
            self._fault(event, problem, "write the repeated values out")
        raise _GiveUp


def _syntax_cure(problem: str, character: str) -> str:
    """What to write instead, as far as the parser's words and the character at its position tell."""
    if character == "\t":
        return "write blanks instead of the tab"
    if "cannot start any token" in problem:
        return f"put the value that begins with {character} in quotes"
    if "mapping values are not allowed" in problem:
        return "put a text that holds a colon and a blank in quotes, or mend the indentation"
    if "quoted scalar" in problem:
        return "close the quotes"
    return "check indentation, quotes, colons and brackets here and just above"


def _move(root: Node, *, by: int) -> None:
    """Add `by` characters to the positions of the whole tree."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.start_mark, node.end_mark = (
            yaml.Mark(mark.name, mark.index + by, mark.line, mark.column, None, 0)
            for mark in (node.start_mark, node.end_mark)
        )
        if isinstance(node, MappingNode):
            for pair in node.value:
                pending.extend(pair)
        elif isinstance(node, SequenceNode):
            pending.extend(node.value)
