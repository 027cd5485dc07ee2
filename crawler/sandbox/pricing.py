"""What a GraphQL query costs, by GitHub's documented rules, and which repositories it asks for, before it is run.

Points: the requests that its paged connections (those with `first` or `last`) stand for, every page taken as full,
divided by 100, rounded, at least 1. Nodes: the same pages, summed. Work, for the simulated time: one unit for every
connection, paged or not, and every list of objects, of each object that it is asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    value_from_ast_untyped,
)

from crawler.sandbox.faults import AliasPath

NamesOf = Callable[[str], frozenset[str]]
MAX_NODES = 500_000
MAX_IDS = 100
MAX_PAGE = 100


@dataclass(frozen=True)
class Price:
    """What a query costs: points, possible nodes, units of work."""

    points: int
    nodes: int
    work: int


@dataclass(frozen=True)
class _Sum:
    """Per object of the selection's type."""

    requests: int = 0
    nodes: int = 0
    work: int = 0

    def plus(self, other: _Sum, times: int = 1) -> _Sum:
        return _Sum(
            self.requests + other.requests * times, self.nodes + other.nodes * times, self.work + other.work * times
        )


class Reader:
    """Reads one operation of a document with its variables. Errors are GraphQLErrors with GitHub's `type`."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = dict(variables)
        for definition in operation.variable_definitions or ():
            if definition.default_value is not None:
                self._variables.setdefault(
                    definition.variable.name.value, value_from_ast_untyped(definition.default_value)
                )
        self._sums: dict[tuple[int, str], _Sum] = {}

    def price(self) -> Price:
        """The price of the operation. GraphQLError: no page size, a page, a list of ids or the whole too large."""
        query = self._schema.query_type
        if query is None:
            raise LookupError("the schema has no queries")
        total = self._sum(self._operation.selection_set, query)
        if total.nodes > MAX_NODES:
            raise GraphQLError(
                f"This query requests up to {total.nodes:,} possible nodes which exceeds the maximum limit of "
                f"{MAX_NODES:,}.",
                extensions={"type": "MAX_NODE_LIMIT_EXCEEDED"},
            )
        return Price(points(total.requests), total.nodes, total.work)

    def subjects(self, by_name: NamesOf, by_id: NamesOf) -> dict[AliasPath, frozenset[str]]:
        """Where in the answer each repository belongs, and the names of what was asked for by name or by id."""
        found: dict[AliasPath, frozenset[str]] = {}
        for node in self._root_fields():
            arguments, key = self._arguments(node), (node.alias or node.name).value
            if node.name.value == "repository":
                found[(key,)] = by_name(f"{arguments.get('owner')}/{arguments.get('name')}")
            elif node.name.value == "node":
                found[(key,)] = by_id(str(arguments.get("id")))
            elif node.name.value == "nodes":
                found |= {(key, at): by_id(str(one)) for at, one in enumerate(arguments.get("ids") or ())}
        return found

    def owners(self) -> dict[AliasPath, frozenset[str]]:
        """Where in the answer each account that is asked for by login belongs, and its login, folded."""
        return {
            ((node.alias or node.name).value,): frozenset({str(self._arguments(node).get("login")).casefold()})
            for node in self._root_fields()
            if node.name.value == "repositoryOwner"
        }

    def dry_run(self) -> str | None:
        """The key of a `rateLimit(dryRun: true)` field, or None."""
        for node in self._root_fields():
            if node.name.value == "rateLimit" and self._arguments(node).get("dryRun"):
                return (node.alias or node.name).value
        return None

    def _root_fields(self) -> Iterator[FieldNode]:
        return (node for node, _ in self._fields(self._operation.selection_set, None))

    def _sum(self, selection: SelectionSetNode, parent: GraphQLCompositeType) -> _Sum:
        key = (id(selection), parent.name)
        if key not in self._sums:
            total = _Sum()
            for node, owner in self._fields(selection, parent):
                total = total.plus(self._of_field(node, owner or parent))
            self._sums[key] = total
        return self._sums[key]

    def _of_field(self, node: FieldNode, parent: GraphQLCompositeType) -> _Sum:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return _Sum()
        named = get_named_type(definition.type)
        if not is_composite_type(named):
            return _Sum()
        below = self._sum(node.selection_set, named)
        arguments = self._arguments(node)
        if named.name.endswith("Connection"):
            size = self._page_size(node, arguments)
            return _Sum(1 if size else 0, size, 1).plus(below, max(size, 1))
        if node.name.value == "nodes" and parent is self._schema.query_type:
            count = len(arguments.get("ids") or ())
            if count > MAX_IDS:
                raise GraphQLError(
                    f"You may not provide more than {MAX_IDS} node ids; you provided {count}.",
                    path=[(node.alias or node.name).value],
                    extensions={"type": "ARGUMENT_LIMIT"},
                )
            return _Sum(0, count).plus(below, count)
        in_page = parent.name.endswith(("Connection", "Edge"))
        lists = is_list_type(get_nullable_type(definition.type)) and not in_page
        return _Sum(work=1 if lists else 0).plus(below)

    def _page_size(self, node: FieldNode, arguments: Mapping[str, Any]) -> int:
        name, size = node.name.value, arguments.get("first") or arguments.get("last") or 0
        if size > MAX_PAGE:
            raise GraphQLError(
                f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of {MAX_PAGE} "
                "records.",
                nodes=[node],
                extensions={"type": "EXCESSIVE_PAGINATION"},
            )
        selected = (
            {field.name.value for field, _ in self._fields(node.selection_set, None)} if node.selection_set else set()
        )
        if size < 1 and selected & {"nodes", "edges"}:
            raise GraphQLError(
                f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
                nodes=[node],
                extensions={"type": "MISSING_PAGINATION_BOUNDARIES"},
            )
        return int(size)

    def _fields(
        self, selection: SelectionSetNode, parent: GraphQLCompositeType | None
    ) -> Iterator[tuple[FieldNode, GraphQLCompositeType | None]]:
        """The fields of a selection and the type that each is asked of, fragments unfolded, skipped ones left out."""
        for node in selection.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node, parent
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, self._type(node) or parent)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(fragment.selection_set, self._type(fragment) or parent)

    def _type(self, node: InlineFragmentNode | FragmentDefinitionNode) -> GraphQLCompositeType | None:
        found = self._schema.type_map.get(node.type_condition.name.value) if node.type_condition else None
        return found if is_composite_type(found) else None

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            condition = {one.name.value: self._value(one.value) for one in directive.arguments or ()}.get("if")
            if (directive.name.value == "skip" and condition) or (directive.name.value == "include" and not condition):
                return False
        return True

    def _arguments(self, node: FieldNode) -> dict[str, Any]:
        return {one.name.value: self._value(one.value) for one in node.arguments or ()}

    def _value(self, node: Any) -> Any:
        return value_from_ast_untyped(node, self._variables)


def points(requests: int) -> int:
    """Points of a query whose connections stand for so many requests: 126 and 146 are 1, 151 is 2, 486 is 5."""
    return max(1, (requests + 50) // 100)
