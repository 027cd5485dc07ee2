"""The sandbox's schema is a true part of GitHub's, but for one list of fields that may be null."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import parse, print_ast
from graphql.language import (
    DocumentNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
)

import crawler
from crawler.sandbox.nullable import NULLABLE
from crawler.sandbox.resolvers import executable_schema

GITHUB = os.environ.get("GITHUB_SCHEMA_FILE", "")
OURS = (files("crawler.sandbox") / "schema.graphql").read_text("utf-8")
Facts = dict[str, str]


def facts(document: DocumentNode) -> Facts:
    """Every type, field, argument and enum value of a schema, with its type and default where it has one."""
    found: Facts = {}
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        found[name] = node.kind.removesuffix("_extension")
        if isinstance(node, EnumTypeDefinitionNode):
            found |= {f"{name}.{value.name.value}": "value" for value in node.values or ()}
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode):
            for interface in getattr(node, "interfaces", None) or ():
                found[f"{name} implements {interface.name.value}"] = "yes"
            for field in node.fields or ():
                found[f"{name}.{field.name.value}"] = print_ast(field.type)
                for argument in getattr(field, "arguments", None) or ():
                    default = argument.default_value
                    text = print_ast(argument.type) + (f" = {print_ast(default)}" if default else "")
                    found[f"{name}.{field.name.value}({argument.name.value})"] = text
    return found


def required_arguments(document: DocumentNode) -> set[str]:
    return {
        f"{node.name.value}.{field.name.value}({argument.name.value})"
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        for field in node.fields or ()
        for argument in field.arguments or ()
        if isinstance(argument.type, NonNullTypeNode) and argument.default_value is None
    }


@pytest.mark.skipif(not GITHUB, reason="GITHUB_SCHEMA_FILE does not name GitHub's schema")
def test_the_subset_differs_from_githubs_schema_only_in_the_listed_nullability() -> None:
    whole = parse(Path(GITHUB).read_text("utf-8"), no_location=True)
    github, ours = facts(whole), facts(parse(OURS, no_location=True))
    different = {key: (mine, github.get(key)) for key, mine in ours.items() if github.get(key) != mine}
    assert different == {key: (ours[key], f"{ours[key]}!") for key in NULLABLE}
    fields = {key.partition("(")[0] for key in ours}
    assert {key for key in required_arguments(whole) if key.partition("(")[0] in fields} <= set(ours)


def test_every_listed_field_is_nullable_here() -> None:
    ours = facts(parse(OURS, no_location=True))
    assert {key for key in NULLABLE if ours[key].endswith("!")} == set()


def test_every_field_has_a_resolver_or_stands_in_a_page() -> None:
    schema = executable_schema()
    resolved = {
        f"{name}.{field}"
        for name in ("Query", "Repository", "Commit", "Tag", "User", "Organization")
        for field, definition in schema.type_map[name].fields.items()
        if definition.resolve is None
    }
    assert resolved == set()


def test_nothing_but_the_sandbox_uses_graphql_core() -> None:
    package = Path(crawler.__file__).parent
    users = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"^\s*(import|from) graphql\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"sandbox"}


def test_graphql_core_is_loaded_for_the_server_alone() -> None:
    script = "import sys; from crawler.sandbox import RECORDED_ON, recorded_world; sys.exit('graphql' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0
