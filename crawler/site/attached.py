"""A landscape that a running Datasette serves: our pages of it, what of it is closed, and where its names lead."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from typing import Any

from datasette.database import Database
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from crawler.site.answering import Answering
from crawler.site.closing import Closing
from crawler.site.guarding import Guard, current_request
from crawler.site.links import ServedLinks
from crawler.site.metadata import Query, canned_queries
from crawler.site.rendering import name
from crawler.site.texts import load_texts
from crawler.store.dictionary import Description, load_dictionary
from crawler.store.migrations import VERSION

NAMED = {
    ("projects", "name"): ("project", "id"),
    ("landscape", "project"): ("project", "project_id"),
    ("growth", "project"): ("project", "project_id"),
    ("organizations", "name"): ("organization", "id"),
}
"""By table and column the page of ours that a name leads to, and the column with its key."""
STARTS = ("landscape", "growth", "ecosystem_value", "repositories", "releases", "organizations", "figures", "history")
"""The tables and views to start with, among forty in the order of their names."""
QUERIES_OF_1 = "SELECT name, sql FROM queries WHERE database_name = ?"
DENIED_1 = """
SELECT json_extract(value, '$[0]') AS parent, json_extract(value, '$[1]') AS child, 0 AS allow,
  'restricted figures' AS reason
FROM json_each(:landscape_denied)
"""


def is_landscape(database: Database) -> bool:
    """Whether it is a landscape.db of the version that this program reads."""
    if database.is_memory:
        return False
    try:
        with closing(database.connect()) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            named = "SELECT 1 FROM sqlite_master WHERE name = 'computed_days'"
            return bool(version == VERSION and connection.execute(named).fetchone())
    except sqlite3.Error:
        return False


class Attached:
    """The first landscape among the databases of a Datasette; `is_alone`: there is no other database."""

    def __init__(self, datasette: Any, database_name: str, *, is_alone: bool, with_restricted: bool) -> None:
        self._datasette, self.name = datasette, database_name
        database = datasette.databases[database_name]
        self.links = ServedLinks(datasette.urls.path("/"), database_name, is_alone=is_alone, is_closed=self._is_closed)
        self.answering = Answering(database, self.links, with_restricted=with_restricted)
        self._closing = Closing(database.connect, with_restricted=with_restricted)
        if not with_restricted:
            Guard(database)

    def close(self) -> None:
        """Close the connections."""
        self.answering.close()
        self._closing.close()

    def cell(self, row: Mapping[str, Any], value: str, column: str, table: str) -> Markup | None:
        """The name of a project or organisation as a link to our page of it; None for all else."""
        page, key = NAMED.get((table, column), ("", ""))
        if not page:
            return None
        # A page of a table may leave columns out.
        found = row[key] if key in row.keys() else None  # noqa: SIM118  (rows of SQLite are no mappings)
        return Markup('<a href="{}">{}</a>').format(self.links.page(page, str(found)), name(value)) if found else None

    def questions(self, told: Collection[str]) -> dict[str, list[tuple[str, Query]]]:
        """Our canned queries by audience, without those that are closed; none where Datasette was `told` of none."""
        found: dict[str, list[tuple[str, Query]]] = {}
        if not canned_queries().keys().isdisjoint(told):
            for key, query in canned_queries().items():
                if not self._closing.is_closed(query.sql):
                    found.setdefault(query.audience, []).append((key, query))
        return found

    def starts(self) -> dict[str, Description]:
        """What each of the tables and views tells that people want most, by name, without those that are closed."""
        words = load_dictionary().views | load_dictionary().tables
        return {name: words[name] for name in STARTS if not self._is_closed(name)}

    def _is_closed(self, name: str) -> bool:
        """Whether nobody may see a table, view or canned query of that name."""
        query = canned_queries().get(name)
        return self._closing.is_closed(query.sql) if query else name in self._closing.relations()

    @property
    def is_closed_in_part(self) -> bool:
        """Whether anything is closed, because it tells figures that may not be published."""
        return bool(self._closing.relations())

    def permission_065(self, action: str, resource: Any) -> Any:
        """False where the action would tell a restricted figure, else None; an awaitable where it has to look it up."""
        if action == "view-table" and resource[0] == self.name:
            return False if resource[1] in self._closing.relations() else None
        if action in {"execute-sql", "view-database-download"}:
            return False if resource in self._closed_databases(action) else None
        if action == "view-query" and resource[0] == self.name:
            return self._query_065(resource[1])
        return None

    async def permission_1(self, action: str) -> Any:
        """What the action may not be done to, as Datasette 1.0's rows; None where it may be done to all."""
        from datasette.permissions import PermissionSQL

        relations = self._closing.relations()
        denied: list[tuple[str, str | None]]
        if action == "view-table":
            denied = [(self.name, relation) for relation in sorted(relations)]
        elif action in {"execute-sql", "view-database-download"}:
            denied = [(database, None) for database in self._closed_databases(action)]
        elif action == "view-query" and relations:
            queries = await self._datasette.get_internal_database().execute(QUERIES_OF_1, [self.name])
            denied = [(self.name, row["name"]) for row in queries if self._closing.is_closed(row["sql"])]
        else:
            return None
        return PermissionSQL(sql=DENIED_1, params={"landscape_denied": json.dumps(denied)}) if denied else None

    def explains(self, request: Request) -> bool:
        """Whether what nobody may see there is closed for restricted figures."""
        return self.is_closed_in_part and request.path.startswith(self.links.data() or "")

    async def explain_closed(self, request: Request) -> Response:
        """The page that says why something is closed."""
        texts = load_texts()
        brought = current_request()
        refused = (
            texts("closed.refused", names=", ".join(sorted(brought.refused))) if brought and brought.refused else ""
        )
        if request.path.endswith(".json"):
            error = " ".join(filter(None, (refused, texts("closed.why"), texts("closed.cure"))))
            return Response.json(
                {"ok": False, "error": error, "status": 403, "title": texts("closed.title")}, status=403
            )
        page = await self._datasette.render_template("landscape_closed.html", {"refused": refused}, request=request)
        return Response.html(page, status=403)

    def _closed_databases(self, action: str) -> list[str]:
        """The databases on which nobody may do that, because it would tell all that they hold."""
        if not self.is_closed_in_part:
            return []
        closed = [self.name] if action == "view-database-download" or current_request() is None else []
        # SQL is judged by what it reads, but not that over all databases together.
        return [*closed, "_memory"] if self._datasette.crossdb else closed

    async def _query_065(self, query_name: str) -> bool | None:
        if not self.is_closed_in_part:
            return None
        query = await self._datasette.get_canned_query(self.name, query_name, None)
        return False if query and self._closing.is_closed(query["sql"]) else None
