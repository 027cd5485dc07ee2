"""GitHub's GraphQL API over a world: reads a query, prices it, and runs it if it is valid against the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from crawler.sandbox.faults import AliasPath, Spoil, spoil
from crawler.sandbox.limits import Quota
from crawler.sandbox.pricing import Price, Reader
from crawler.sandbox.resolvers import executable_schema, type_of
from crawler.sandbox.world import World, as_text

_UNDEFINED_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A query that has been read and priced; with `errors` GitHub refuses it as a whole."""

    document: DocumentNode | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any]
    price: Price = Price(1, 0, 0)
    subjects: Mapping[AliasPath, frozenset[str]] = {}
    owners: Mapping[AliasPath, frozenset[str]] = {}
    dry_run: str | None = None
    """Key of the `rateLimit` field that asks for the price alone."""
    errors: tuple[GraphQLError, ...] = ()


class GraphQLApi:
    """Reads and runs queries. Thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._schema = executable_schema()

    def read(self, text: str, variables: Mapping[str, Any], operation_name: str | None) -> Query:
        """The query behind a request's three members."""
        document, errors = _document(text)
        operation = get_operation_ast(document, operation_name) if document else None
        if document is None or operation is None or errors:
            errors = errors or (GraphQLError("An operation name is required"),)
            return Query(variables=variables, operation_name=operation_name, errors=errors)
        reader = Reader(self._schema, document, operation, variables)
        try:
            price = reader.price()
        except GraphQLError as error:
            return Query(variables=variables, operation_name=operation_name, errors=(error,))
        return Query(
            document=document,
            operation_name=operation_name or _name(operation),
            variables=variables,
            price=price,
            subjects=reader.subjects(self._by_name, self._by_id),
            owners=reader.owners(),
            dry_run=reader.dry_run(),
        )

    def run(self, query: Query, quota: Quota, spoils: list[Spoil]) -> dict[str, Any]:
        """The answer as GitHub shapes it, with `spoils` done to it. A fault of a resolver is raised."""
        if query.document is None or query.errors:
            return {"errors": [_shape(error) for error in query.errors]}
        rate_limit = {
            "cost": query.price.points,
            "nodeCount": query.price.nodes,
            "limit": quota.limit,
            "remaining": quota.remaining,
            "used": quota.used,
            "resetAt": as_text(datetime.fromtimestamp(quota.reset, UTC)),
        }
        if query.dry_run:
            return {"data": {query.dry_run: rate_limit}}
        result = execute_sync(
            self._schema,
            query.document,
            context_value=(self._world, rate_limit),
            variable_values=dict(query.variables),
            operation_name=query.operation_name,
            type_resolver=type_of,
        )
        answer: dict[str, Any] = {"data": result.data}
        for error in result.errors or ():
            if error.original_error and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
            answer.setdefault("errors", []).append(_shape(error))
        spoil(answer, {**query.subjects, **query.owners}, spoils)
        return answer

    def _by_name(self, name: str) -> frozenset[str]:
        found = self._world.find(name)
        return frozenset({name.casefold(), found.name_with_owner.casefold() if found else name.casefold()})

    def _by_id(self, node_id: str) -> frozenset[str]:
        found = self._world.by_node_id(node_id)
        return frozenset({found.name_with_owner.casefold()} if found else ())


@lru_cache(maxsize=64)
def _document(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """The document of a text and what is wrong with it; a text that recurs is parsed and validated once."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(executable_schema(), document))


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _shape(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's form: `type` beside the message, an unknown field with its own code."""
    extensions = dict(error.extensions or {})
    undefined = _UNDEFINED_FIELD.match(error.message)
    shaped: dict[str, Any] = {"message": error.message}
    if undefined:
        field, type_name = undefined.groups()
        shaped["message"] = f"Field '{field}' doesn't exist on type '{type_name}'"
        extensions = {"code": "undefinedField", "typeName": type_name, "fieldName": field}
    if "type" in extensions:
        shaped["type"] = extensions.pop("type")
    if error.path:
        shaped["path"] = list(error.path)
    if error.locations:
        shaped["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if extensions:
        shaped["extensions"] = extensions
    return shaped
