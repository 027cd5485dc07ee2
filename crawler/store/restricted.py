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

_FOUND = """
CREATE TEMP TABLE restricted_finds AS
SELECT id FROM organizations WHERE found_by IN (SELECT source FROM restricted_sources)
UNION SELECT key FROM former_rows
WHERE table_name = 'organizations' AND json_extract(row, '$.found_by') IN (SELECT source FROM restricted_sources)
"""

_STEPS = (
    # A total of any day may tell a restricted figure, alone or beside another; the lines say what each rests on.
    "DELETE FROM value_lines",
    "DELETE FROM total_values WHERE series_id IN (SELECT id FROM total_series WHERE policy <> '')",
    "DELETE FROM total_series WHERE policy <> ''",
    "UPDATE computed_days SET policies = '[]'",
    "DELETE FROM replacement_costs",
    # So may an event of a total, and how it is told further.
    "DELETE FROM told_values",
    "DELETE FROM changes WHERE scope IS NOT NULL OR licence_class = 'restricted'",
    "DELETE FROM changes WHERE source IN (SELECT source FROM restricted_sources)",
    # Of an organisation with a restricted figure or owner the same may have been told before its class was put right.
    """
    DELETE FROM changes WHERE kind IN ('funding_round', 'acquired') AND organization_id IN (
      SELECT organization_id FROM figures WHERE licence_class = 'restricted'
      UNION SELECT child_id FROM ownerships WHERE licence_class = 'restricted'
      UNION SELECT parent_id FROM ownerships WHERE licence_class = 'restricted'
    )
    """,
    "DELETE FROM imported_counts WHERE licence_class = 'restricted'",
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
    "UPDATE told_marks SET id = (SELECT coalesce(max(id), 0) FROM figures) WHERE table_name = 'figures'",
    "UPDATE told_marks SET id = (SELECT coalesce(max(id), 0) FROM ownerships) WHERE table_name = 'ownerships'",
    # How hosts treat whose credentials is nobody else's business, and nor is who is told of events, and what runs when.
    "DELETE FROM webhooks",
    "DELETE FROM schedule_jobs",
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
  UNION SELECT organization_id FROM changes WHERE organization_id IS NOT NULL
)
"""

_RENAMED = """
UPDATE organizations SET name = told.value FROM (
  SELECT organization_id, value, max(id) FROM organization_facts
  WHERE field = 'name' AND value IS NOT NULL GROUP BY organization_id
) AS told
WHERE told.organization_id = organizations.id AND found_by IN (SELECT source FROM restricted_sources)
"""

_FORMER = (
    """
    DELETE FROM former_rows WHERE table_name = 'organizations' AND key IN (SELECT id FROM restricted_finds)
      AND key NOT IN (SELECT id FROM organizations)
    """,
    """
    UPDATE former_rows SET row = json_set(row, '$.name', (SELECT name FROM organizations WHERE id = key))
    WHERE table_name = 'organizations' AND row IS NOT NULL AND key IN (SELECT id FROM restricted_finds)
    """,
    """
    UPDATE former_rows SET row = (
      SELECT json_group_array(value) FROM (
        SELECT value FROM json_each(former_rows.row)
        WHERE value IN (SELECT id FROM organizations) OR value NOT IN (SELECT id FROM restricted_finds)
        ORDER BY key
      )
    )
    WHERE table_name = 'organizations' AND key = ''
    """,
)
"""What the memory tells of organisations that a restricted source found goes, or takes the name that they have now."""


def delete_restricted(connection: sqlite3.Connection) -> None:
    """Delete what is of the class restricted and all that rests on it, inside the caller's transaction.

    All totals of policies go with the events of them, those of the newest day have to be computed anew. Organisations
    go that only a restricted source named and nothing refers to any more; others that such a source found take the name
    that another one tells.
    The deleted rows stay in free pages until the file is written anew.
    """
    for step in (_NAMED, _FOUND, *_STEPS, _UNNAMED, _RENAMED, *_FORMER):
        connection.execute(step)
    connection.execute("DROP TABLE restricted_sources")
    connection.execute("DROP TABLE restricted_finds")
