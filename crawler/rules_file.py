"""The user's rules from a YAML file: every fault with line and cure; what the file leaves out is the default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, inspect, structs
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import UsageFault
from crawler.rules import HealthRules, Rules, Scale
from crawler.seeds.document import INT, NULL, compose
from crawler.seeds.fields import place, shape
from crawler.seeds.findings import Findings, short
from crawler.seeds.text import read_text

DEFAULT_RULES = "rules.yml"
DEFAULT = Rules()
MAPPING_CURE = "write indented lines of the form 'key: value'"

S = TypeVar("S", bound=Struct)


def starter_text() -> str:
    """The commented file to start from: every rule with its default."""
    return resources.files("crawler").joinpath(DEFAULT_RULES).read_text(encoding="utf-8")


def find_rules(environment: Mapping[str, str] | None = None) -> Rules:
    """The rules of the file that CRAWLER_RULES names, else of ./rules.yml, else the defaults. UsageFault as below."""
    env = os.environ if environment is None else environment
    named = env.get("CRAWLER_RULES", "").strip()
    path = Path(named or DEFAULT_RULES)
    return read_rules(path) if named or path.exists() else DEFAULT


def read_rules(path: Path) -> Rules:
    """The rules of a file. UsageFault with every fault of it, a line each, `file:line:column` first."""
    findings = Findings(str(path))
    text = read_text(path, findings)
    root = compose(text, findings) if text is not None else None
    rules = DEFAULT if root is None else _filled(root, DEFAULT, "", findings)
    if findings.faults:
        raise UsageFault("\n".join([f"{path} has faults, nothing was done", *map(str, findings.in_order())]))
    return rules


def _filled(node: Node, default: S, where: str, findings: Findings) -> S:
    """The rules of a mapping over their defaults; what is no rule becomes a fault."""
    if node.tag == NULL:
        return default
    if not isinstance(node, MappingNode):
        findings.fault(node, where, f"{shape(node)} stands where a mapping belongs", MAPPING_CURE)
        return default
    kinds = _kinds(type(default))
    values: dict[str, Any] = {}
    for key, value in node.value:
        kind = kinds.get(key.value)
        if kind is None:
            findings.fault(key, where, f"the rule '{short(key.value)}' is unknown", _cure(key.value, kinds, findings))
        else:
            values[key.value] = _value(value, kind, getattr(default, key.value), place(where, key.value), findings)
    filled = structs.replace(default, **values)
    _check_together(filled, default, node, where, findings)
    return filled


def _cure(rule: str, kinds: Mapping[str, inspect.Type], findings: Findings) -> str:
    """Where a rule belongs that stands in the wrong section, else one of the `kinds` here whose name is like it."""
    for section, kind in _kinds(Rules).items():
        if isinstance(kind, inspect.StructType) and rule in _kinds(kind.cls):
            return f"write it under {section}:"
    return findings.did_you_mean(rule, kinds, "delete it, or see 'crawler health --print-rules'")


@cache
def _kinds(struct: type[Struct]) -> dict[str, inspect.Type]:
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    return {field.name: field.type for field in described.fields}


def _value(node: Node, kind: inspect.Type, default: Any, where: str, findings: Findings) -> Any:
    """What a node says, of the type of its rule; the default where it is of another."""
    if isinstance(kind, inspect.StructType):
        return _filled(node, default, where, findings)
    if isinstance(kind, inspect.VarTupleType):
        return _numbers(node, kind, default, where, findings)
    return _number(node, kind, default, where, findings)


def _numbers(
    node: Node, kind: inspect.VarTupleType, default: tuple[int, ...], where: str, findings: Findings
) -> tuple[int, ...]:
    if not isinstance(node, SequenceNode):
        findings.fault(node, where, f"{shape(node)} stands where a list belongs", "write [100, 1000]")
        return default
    before = findings.faults
    numbers = tuple(_number(entry, kind.item_type, 0, where, findings) for entry in node.value)
    if findings.faults > before:
        return default
    for entry, lower, upper in zip(node.value[1:], numbers, numbers[1:], strict=False):
        if upper <= lower:
            findings.fault(entry, where, f"{upper} does not come after {lower}", "write each number once, rising")
            return default
    return numbers


def _number(node: Node, kind: inspect.Type, default: int, where: str, findings: Findings) -> int:
    assert isinstance(kind, inspect.IntType)
    least, most = kind.ge or 0, kind.le
    if not isinstance(node, ScalarNode) or node.tag != INT or not node.value.lstrip("+-").isdecimal():
        told = short(node.value) if isinstance(node, ScalarNode) and node.value else shape(node)
        findings.fault(node, where, f"{told} is no whole number", f"write one from {least} to {most}")
        return default
    if len(node.value) > 20 or not least <= int(node.value) <= (most or 0):
        findings.fault(
            node, where, f"{short(node.value, 30)} is out of range", f"write a number from {least} to {most}"
        )
        return default
    return int(node.value)


def _check_together(rules: Struct, default: Struct, node: Node, where: str, findings: Findings) -> None:
    """What no single number shows: thresholds in their order, and something that weighs."""
    if isinstance(rules, Scale) and isinstance(default, Scale):
        is_rising = default.good > default.bad
        if rules.good == rules.bad or (rules.good > rules.bad) != is_rising:
            order = "more" if is_rising else "less"
            problem = f"good ({rules.good}) is not {order} than bad ({rules.bad})"
            findings.fault(node, where, problem, f"the defaults are good: {default.good}, bad: {default.bad}")
    if isinstance(rules, HealthRules) and not rules.weights:
        findings.fault(node, where, "no input weighs anything", "give one of them a weight")
