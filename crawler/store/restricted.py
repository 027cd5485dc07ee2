"""Takes out of a database everything that may not be published."""

from __future__ import annotations

import sqlite3

from crawler.store.ownerships import BY_HAND

SOURCES = ("crunchbase", "fmp", "yahoo")
"""Whose terms forbid to publish what they tell, even where nothing of it became a row."""

_NAMED = f"""
CREATE TEMP TABLE restricted_sources AS
SELECT source FROM figures WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION SELECT source FROM organization_facts WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION SELECT source FROM ownerships WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION VALUES {", ".join(f"('{source}')" for source in SOURCES)}
"""

_STEPS = (
    # A total of any day may tell a restricted figure, alone or beside another; the lines say what each rests on.
    "DELETE FROM value_lines",
    "DELETE FROM total_values WHERE series_id IN (SELECT id FROM total_series WHERE policy <> '')",
    "DELETE FROM total_series WHERE policy <> ''",
    "UPDATE computed_days SET policies = '[]'",
    "DELETE FROM replacement_costs",
    # What a restricted figure has superseded goes too: it would seem to stand again, and may be the same amount from
    # before its class was put right.
    """
    DELETE FROM figures WHERE id IN (
      WITH RECURSIVE gone (id) AS (
        SELECT id FROM figures WHERE licence_class = 'restricted'
        UNION
        SELECT f.id FROM figures f JOIN gone g ON f.superseded_by = g.id
      )
      SELECT id FROM gone
    )
    """,
    "DELETE FROM organization_facts WHERE licence_class = 'restricted'",
    "DELETE FROM ownerships WHERE licence_class = 'restricted'",
    "DELETE FROM refused_values WHERE source IN (SELECT source FROM restricted_sources)",
    "DELETE FROM fetches WHERE source IN (SELECT source FROM restricted_sources)",
    "DELETE FROM run_sources WHERE source IN (SELECT source FROM restricted_sources)",
    # How hosts treat whose credentials is nobody else's business.
    "DELETE FROM validators",
    "DELETE FROM waits",
    "DELETE FROM quotas",
)

_UNNAMED = """
DELETE FROM organizations WHERE found_by IN (SELECT source FROM restricted_sources) AND id NOT IN (
  SELECT organization_id FROM figures
  UNION SELECT organization_id FROM organization_facts
  UNION SELECT child_id FROM ownerships
  UNION SELECT parent_id FROM ownerships
  UNION SELECT organization_id FROM projects WHERE organization_id IS NOT NULL
  UNION SELECT parent_id FROM organizations WHERE parent_id IS NOT NULL
)
"""

_RENAMED = """
UPDATE organizations SET name = told.value FROM (
  SELECT organization_id, value, max(id) FROM organization_facts
  WHERE field = 'name' AND value IS NOT NULL GROUP BY organization_id
) AS told
WHERE told.organization_id = organizations.id AND found_by IN (SELECT source FROM restricted_sources)
"""


def delete_restricted(connection: sqlite3.Connection) -> None:
    """Delete what is of the class restricted and all that rests on it, inside the caller's transaction.

    All totals of policies go, those of the newest day have to be computed anew. Organisations go that only a restricted
    source named and nothing refers to any more; others that such a source found take the name that another one tells.
    The deleted rows stay in free pages until the file is written anew.
    """
    connection.execute(_NAMED)
    for step in (*_STEPS, _UNNAMED, _RENAMED):
        connection.execute(step)
    connection.execute("DROP TABLE restricted_sources")
