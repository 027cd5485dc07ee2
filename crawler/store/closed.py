"""Which tables, views and questions tell restricted figures, to close them where the database is shown as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

from crawler.store.restricted import RESTRICTED_SOURCES, SOURCES

TELLING = frozenset(
    {
        "figures",
        "organization_facts",
        "ownerships",
        # What adds figures up, and what is told of the sums.
        "value_lines",
        "total_values",
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

# Not of imported_counts: crawler import-history takes in public counts alone, and there may be millions of them.
_HOLDS = f"""
SELECT EXISTS (SELECT 1 FROM figures WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM organization_facts WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM ownerships WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM changes WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM refused_values WHERE source IN ({", ".join(f"'{source}'" for source in SOURCES)}))
"""
_FINDS = f"SELECT EXISTS (SELECT 1 FROM organizations WHERE found_by IN ({RESTRICTED_SOURCES}))"


def closed_relations(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables and views of `landscape.db` that tell what may not be published; none where nothing is restricted."""
    if not connection.execute(_HOLDS).fetchone()[0]:
        return frozenset()
    tables = TELLING | {FOUND} if connection.execute(_FINDS).fetchone()[0] else TELLING
    # What SQLite keeps for its planner may be samples of indexed values.
    tables |= {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat_'")}
    views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    return tables | {view for view in views if tells(connection, f'SELECT * FROM "{view}"', tables)}


def tells(
    connection: sqlite3.Connection, sql: str, closed: Collection[str], parameters: Mapping[str, str] | None = None
) -> bool:
    """Whether a question reads one of the tables `closed`, as SQLite itself finds; also if it cannot be asked at all.

    `parameters` are what it names, with any values. The connection's authorizer is taken.
    """
    read: set[str] = set()

    def note(action: int, table: str | None, _column: str | None, _database: str | None, view: str | None) -> int:
        # The names of the schema tell nothing. Everything but reading is refused elsewhere.
        if action == sqlite3.SQLITE_READ and table and not (table == FOUND and view in THROUGH):
            read.add(table)
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    try:
        connection.execute(f"EXPLAIN {sql}", parameters or {}).fetchall()
    except sqlite3.Error:
        return True
    finally:
        connection.set_authorizer(None)
    return not read.isdisjoint(closed)
