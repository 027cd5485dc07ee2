"""The text of a processed landscape as plain dicts, lists and texts: fast, and bounded whatever it holds.

Such files are megabytes long and come in hundreds of versions. libyaml's events are built into plain values here: the
nodes and types of PyYAML's own loaders take eight times as long, and their composer recurses. What an alias stands for
is the anchored value itself, never a copy, so that what is read is no larger than the text.
"""

from __future__ import annotations

from typing import Any

import yaml

from crawler.importing.told import Unreadable

MAX_DEPTH = 100
"""Collections inside each other; a processed landscape needs about ten."""
MAX_VALUES = 4_000_000
"""Keys and values of a file; the largest one known has half a million."""


def parse(data: bytes) -> Any:
    """The document: dicts (of the first of equal keys), lists, and every scalar as the text that stands there.

    An empty plain scalar, `~` and `null` are None. Unreadable where it is no YAML, or out of all proportion.
    """
    try:
        loader: Any = (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)(data)
        try:
            return _document(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(f"no YAML: {error.problem}{f' (line {mark.line + 1})' if mark else ''}") from None
    except (yaml.YAMLError, UnicodeError):
        raise Unreadable("no YAML: it holds bytes that are no text") from None


def _document(loader: Any) -> Any:
    get_event = loader.get_event
    root: Any = None
    stack: list[tuple[list[Any], bool, str | None]] = []
    # Keys and values of the innermost open collection, in turns.
    children: list[Any] = []
    is_mapping, name = False, None
    anchors: dict[str, Any] = {}
    values = 0
    while True:
        event = get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value: Any = event.value
            if event.implicit[0] and value in ("", "~", "null"):
                value = None
            if event.anchor:
                anchors[event.anchor] = value
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            stack.append((children, is_mapping, name))
            if len(stack) > MAX_DEPTH:
                raise Unreadable(f"more than {MAX_DEPTH} levels of nesting")
            children, is_mapping, name = [], kind is yaml.MappingStartEvent, event.anchor
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            value = _mapping(children) if is_mapping else children
            if name:
                anchors[name] = value
            children, is_mapping, name = stack.pop()
        elif kind is yaml.AliasEvent:
            # Inside of itself, or without an anchor, it tells nothing.
            value = anchors.get(event.anchor)
        elif kind is yaml.StreamEndEvent:
            return root
        else:
            continue
        values += 1
        if values > MAX_VALUES:
            raise Unreadable(f"more than {MAX_VALUES:,} values")
        if stack:
            children.append(value)
        elif root is None:
            root = value


def _mapping(children: list[Any]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in zip(children[::2], children[1::2], strict=True):
        if isinstance(key, str):
            mapping.setdefault(key, value)
    return mapping
