"""Nodes of a list, and plain values beside them, as the text of a new YAML file; every scalar as it was written."""

from __future__ import annotations

import json
import re
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


def to_text(root: dict[str, Value]) -> str:
    """YAML of block style, one key a line. Texts that are not of the list read as texts, in YAML 1.1 and 1.2."""
    events: list[yaml.Event] = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    _add(events, root)
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    text: str = yaml.emit(events, Dumper=dumper, width=_WIDE, allow_unicode=True)
    # All of these stand between double quotes, where an escape is the same character.
    return _UNPRINTABLE.sub(_escaped, text)


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
