"""Which tables, views and questions tell restricted figures, to close them where the database is shown as it is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping

from crawler.store.restricted import HOLDS_RESTRICTED, RESTRICTED_SOURCES

TELLING = frozenset(
    {
        "figures",
        "organization_facts",
        "ownerships",
        # What adds figures up, and what is told of the sums.
        "value_lines",
        "total_values",
        "total_series",
        "told_values",
        "changes",
        # What the sources were asked for, and what of their answers was not taken.
        "fetches",
        "refused_values",
        "run_sources",
        "imported_counts",
        "former_rows",
        # Nobody else's business, in a copy for others as here.
        "webhooks",
        "schedule_jobs",
        "validators",
        "waits",
        "quotas",
    }
)
"""Tables of which `crawler.store.restricted.delete_restricted` takes rows away because they tell what is restricted."""
FOUND = "organizations"
"""The table that tells it only where a restricted source found organisations, and not through the views `THROUGH`."""
THROUGH = frozenset({"landscape", "growth"})
"""Views that name only organisations of listed projects, which the list itself names."""

_FINDS = f"SELECT EXISTS (SELECT 1 FROM organizations WHERE found_by IN ({RESTRICTED_SOURCES}))"


SCHEMA = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
TABLE_FUNCTIONS = frozenset({"json_each", "json_tree", "generate_series"})
"""Those that read no table."""
PRAGMAS = frozenset(
    {
        "data_version",
        "database_list",
        "foreign_key_list",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "max_page_count",
        "page_count",
        "page_size",
        # Datasette 1.0 sets it before it looks at a table.
        "recursive_triggers",
        "schema_version",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
"""What tells of the schema alone, or nothing."""
PATHS = "database_list"
"""Datasette asks for it; strangers would learn where the file lies."""
FORBIDDEN_FUNCTIONS = frozenset({"fts3_tokenizer", "load_extension"})
"""Functions that could run code of strangers."""
_WITH = re.compile(r"\bwith\b", re.IGNORECASE)


class Gate:
    """An authorizer of SQLite that lets a statement read what is open, and nothing else; `refused` says what was not.

    Open are, as the pages of tables are, all `relations` of the file but those `closed`; what SQLite adds by itself,
    such as the pages of the file, is not. `sql` is what a stranger says, as far as it is known.
    """

    def __init__(self, relations: Collection[str], closed: Collection[str], sql: str | None) -> None:
        self.refused: set[str] = set()
        # SQLite passes names on as they were written where it is only the rows that count.
        self._closed = frozenset(name.lower() for name in closed)
        self._open = {name.lower() for name in relations} - self._closed | SCHEMA | TABLE_FUNCTIONS
        # Of who reads, SQLite tells the name alone, and WITH gives any name to anything.
        self._through = THROUGH if sql is not None and not _WITH.search(sql) else frozenset()

    def __call__(self, action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
        """Whether a statement may do that."""
        named = (first or "").lower()
        if action == sqlite3.SQLITE_READ:
            return self.read(first, second, database, by)
        if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return self._judge(second, is_open=(second or "").lower() not in FORBIDDEN_FUNCTIONS)
        if action == sqlite3.SQLITE_PRAGMA:
            return self._judge(f"PRAGMA {first}", is_open=named in PRAGMAS)
        # That is how SQLite declares the columns of a virtual table when it first opens it.
        return self._judge(first, is_open=action == sqlite3.SQLITE_UPDATE and named in SCHEMA)

    def read(self, table: str | None, column: str | None, database: str | None, by: str | None) -> int:
        """Whether a statement may read a column; without one it reads how many rows there are."""
        named, reader = (table or "").lower(), (by or "").lower()
        if named in self._closed:
            is_through = named == FOUND and reader in self._through
            return self._judge(by if reader in self._closed else table, is_open=is_through)
        # Then the name is of a part of the question itself, if of anything.
        is_open = not column or named in self._open or named.removeprefix("pragma_") in PRAGMAS - {PATHS}
        is_of_file = not column or (database or "main").lower() == "main" or named in SCHEMA
        return self._judge(table, is_open=is_open and is_of_file)

    def _judge(self, name: str | None, *, is_open: bool) -> int:
        if is_open:
            return sqlite3.SQLITE_OK
        self.refused.add(name or "what is not a table")
        return sqlite3.SQLITE_DENY


def closed_relations(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables and views of `landscape.db` that tell what may not be published; none where nothing is restricted."""
    if not connection.execute(HOLDS_RESTRICTED).fetchone()[0]:
        return frozenset()
    tables = TELLING | {FOUND} if connection.execute(_FINDS).fetchone()[0] else TELLING
    # What SQLite keeps for its planner may be samples of indexed values.
    tables |= {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat_'")}
    views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    return tables | {view for view in views if tells(connection, f'SELECT * FROM "{view}"', tables)}


def all_relations(connection: sqlite3.Connection) -> frozenset[str]:
    """All tables and views of the file."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return frozenset(name for (name,) in found)


def tells(
    connection: sqlite3.Connection, sql: str, closed: Collection[str], parameters: Mapping[str, str] | None = None
) -> bool:
    """Whether a question reads what `Gate` keeps, as SQLite itself finds; also if it cannot be asked at all.

    `parameters` are what it names, with any values. The connection's authorizer is taken.
    """
    gate = Gate(all_relations(connection), closed, sql)
    # Everything but reading is refused elsewhere.
    connection.set_authorizer(lambda action, *rest: gate.read(*rest) if action == sqlite3.SQLITE_READ else 0)
    try:
        connection.execute(f"EXPLAIN {sql}", parameters or {}).fetchall()
    except sqlite3.Error:
        return True
    finally:
        connection.set_authorizer(None)
    return bool(gate.refused)
