"""A block as text of the file that it goes into: lines of YAML, or one line of JSON inside of `{…}`.

Whatever a text holds (a tag named `on` or `1.10`, quotes, control characters), it reads back as the same text, in
YAML 1.1 and 1.2.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from crawler.export.block import Block
from crawler.seeds.enriched import KEY

_WIDE = 1_000_000_000
_UNSEEN = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f"
"""What turns the direction of writing around, or is not shown: a line is to read as it is."""
_UNSAFE_IN_YAML = re.compile(f"[{_UNSEEN}]")
_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff{_UNSEEN}]")


class _Dumper(yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper):  # type: ignore[misc]
    """PyYAML's own, but stricter with text, and never with `&` and `*`."""

    def ignore_aliases(self, data: Any) -> bool:
        """True: each block can be read and cut out on its own."""
        return True


class Plain(str):
    """A number, a day or a word such as `true`, as a file has it: it is written without quotes, and is no text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Only the same word without quotes is equal."""
        return isinstance(other, Plain) and str.__eq__(self, other)

    __hash__ = str.__hash__


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if not text.isprintable():
        style = '"'  # the only style with escapes, and always one line
    elif text[:1].isalpha() and text.lower() not in {"y", "n"}:
        style = ""  # the emitter quotes what needs it
    else:
        style = "'"  # numbers and dates of one YAML version are text in the other
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


def _represent_plain(dumper: _Dumper, word: Plain) -> yaml.ScalarNode:
    return yaml.ScalarNode(dumper.resolve(yaml.ScalarNode, str(word), (True, False)), str(word), style="")


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Plain, _represent_plain)


def as_yaml(data: Any) -> str:
    """Dicts, lists, texts and `Plain` words as lines of YAML in block style, keys in their order."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE, default_flow_style=False
    )
    # All of these stand between double quotes, where an escape is the same character.
    return _UNSAFE_IN_YAML.sub(_escaped, text)


def as_lines(block: Block, *, column: int, line_break: str) -> str:
    """The block as whole lines of YAML that begin at `column`, each ending with `line_break`."""
    return "".join(f"{' ' * column}{line}{line_break}" for line in as_yaml({KEY: block}).split("\n") if line)


def as_flow(block: Block, *, quoted_key: bool) -> str:
    """The block as `enriched: {…}` in one line of JSON; with `quoted_key` a JSON file stays one."""
    return f'"{KEY}": {as_json(block)}' if quoted_key else f"{KEY}: {as_json(block)}"


def as_json(data: Any) -> str:
    """Dicts, lists and texts in one line of JSON, which is YAML in flow style, too."""
    return _UNSAFE_IN_JSON.sub(_escaped, json.dumps(data, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
