"""Nodes of a list, and plain values beside them, as the text of a new YAML file; every scalar as it was written."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_WIDE = 1_000_000_000
_UNPRINTABLE = re.compile(r"[^\n\x20-\x7e]+")
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9 ./_:-]*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_BOTH = (True, True)

Value = Any
"""A node, or a dict, list, text, number, truth or None."""


def to_text(root: dict[str, Value], *, indent: bool) -> str:
    """YAML of block style, one key a line. Texts that are not of the list read as texts, in YAML 1.1 and 1.2.

    With `indent` a list stands deeper than its key, else at the same column.
    """
    events: list[yaml.Event] = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    _add(events, root)
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    text: str = yaml.emit(events, Dumper=dumper, width=_WIDE, allow_unicode=True)
    # All of these stand between double quotes, where an escape is the same character.
    text = _UNPRINTABLE.sub(_escaped, text)
    return _indented(text) if indent else text


def _indented(text: str) -> str:
    """The text with each list that stands at the column of its key two columns deeper: the emitter has no such way."""
    lines = text.split("\n")
    deeper = [0] * (len(lines) + 1)
    opened: list[int | None] = []
    columns: list[int] = []
    for event in yaml.parse(text, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            mark: Any = event.start_mark
            is_flat = isinstance(event, yaml.SequenceStartEvent) and not event.flow_style and mark.column == columns[-1]
            opened.append(mark.line if is_flat else None)
            columns.append(-1 if isinstance(event, yaml.SequenceStartEvent) else mark.column)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            columns.pop()
            first = opened.pop()
            if first is not None:
                deeper[first] += 2
                end: Any = event.start_mark
                deeper[end.line] -= 2
    return "\n".join(
        " " * depth + line if line else line for depth, line in zip(accumulate(deeper), lines, strict=False)
    )


def _add(events: list[yaml.Event], value: Value) -> None:
    if isinstance(value, ScalarNode):
        events.append(_scalar(value.value, value.style))
    elif isinstance(value, MappingNode):
        events.append(yaml.MappingStartEvent(None, None, True, flow_style=False))
        for key, below in value.value:
            _add(events, key)
            _add(events, below)
        events.append(yaml.MappingEndEvent())
    elif isinstance(value, dict):
        events.append(yaml.MappingStartEvent(None, None, True, flow_style=False))
        for name, below in value.items():
            _add(events, name)
            _add(events, below)
        events.append(yaml.MappingEndEvent())
    elif isinstance(value, SequenceNode | list):
        events.append(yaml.SequenceStartEvent(None, None, True, flow_style=False))
        for below in value.value if isinstance(value, Node) else value:
            _add(events, below)
        events.append(yaml.SequenceEndEvent())
    elif isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value[-1] not in " :" and value.lower() not in _WORDS
        events.append(_scalar(value, None if is_plain and ": " not in value else "'"))
    else:
        events.append(_scalar(json.dumps(value), None))


def _scalar(text: str, style: str | None) -> yaml.ScalarEvent:
    if not text.replace("\n", "").isprintable():
        style = '"'  # the only style with escapes
    return yaml.ScalarEvent(None, None, _BOTH, text, style=style)


def _escaped(match: re.Match[str]) -> str:
    return "".join(one if one.isprintable() else _escape(one) for one in match[0])


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
