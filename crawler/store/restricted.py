"""What may not be published: which figures and events, and how to take all of it out of a database.

What holds now decides, whatever day is asked for: the tables are those of the present, also where the past is shown.
"""

from __future__ import annotations

import sqlite3

from crawler.store.ownerships import BY_HAND

RESTRICTED = "restricted"
SOURCES = ("crunchbase", "fmp", "yahoo")
"""Whose terms forbid to publish what they tell, even where nothing of it became a row."""


def is_restricted_figure(figure_id: str) -> str:
    """SQL: whether the figure of that id, an expression, may not be published.

    Nor may what a restricted one has superseded: it may be the same amount from before its class was put right.
    """
    return f"""
    EXISTS (
      WITH RECURSIVE later (id) AS (
        SELECT {figure_id}
        UNION
        SELECT x.superseded_by FROM later JOIN main.figures x ON x.id = later.id WHERE x.superseded_by IS NOT NULL
      )
      SELECT 1 FROM later JOIN main.figures y ON y.id = later.id WHERE y.licence_class = 'restricted'
    )
    """


# While a figure stood as public whose class was put right later, a total may have told it.
_MISTAKEN = f"""
SELECT 1 FROM main.figures later JOIN main.figures f ON f.superseded_by = later.id
WHERE f.licence_class <> 'restricted' AND f.observed_at <= c.observed_at AND c.observed_at < later.observed_at
  AND {is_restricted_figure("later.id")}
"""

RESTRICTED_CHANGE = f"""
(c.licence_class = 'restricted'
  OR c.figure_id IS NOT NULL AND {is_restricted_figure("c.figure_id")}
  OR c.scope IS NOT NULL AND EXISTS ({_MISTAKEN})
  OR c.kind = 'acquired' AND EXISTS (
    SELECT 1 FROM main.ownerships w WHERE w.child_id = c.organization_id AND w.parent_id = c.after
      AND w.source = c.source AND w.licence_class = 'restricted'))
"""
"""SQL: whether a row `c` of `changes` may not be published: it rests on what may not."""

RESTRICTED_SOURCES = f"""
SELECT source FROM figures WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION SELECT source FROM organization_facts WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION SELECT source FROM ownerships WHERE licence_class = 'restricted' AND source <> '{BY_HAND}'
UNION VALUES {", ".join(f"('{source}')" for source in SOURCES)}
"""
"""SQL: the sources that have told something restricted, and those whose terms forbid to publish it."""

_NAMED = f"CREATE TEMP TABLE restricted_sources AS {RESTRICTED_SOURCES}"

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
    f"DELETE FROM changes AS c WHERE c.scope IS NOT NULL OR {RESTRICTED_CHANGE}",
    "DELETE FROM changes WHERE source IN (SELECT source FROM restricted_sources)",
    "DELETE FROM imported_counts WHERE licence_class = 'restricted'",
    f"DELETE FROM figures WHERE id IN (SELECT f.id FROM figures f WHERE {is_restricted_figure('f.id')})",
    "DELETE FROM organization_facts WHERE licence_class = 'restricted'",
    "DELETE FROM ownerships WHERE licence_class = 'restricted'",
    "DELETE FROM refused_values WHERE source IN (SELECT source FROM restricted_sources)",
    "DELETE FROM fetches WHERE source IN (SELECT source FROM restricted_sources)",
    "DELETE FROM run_sources WHERE source IN (SELECT source FROM restricted_sources)",
    "UPDATE told_marks SET id = (SELECT coalesce(max(id), 0) FROM figures) WHERE table_name = 'figures'",
    "UPDATE told_marks SET id = (SELECT coalesce(max(id), 0) FROM ownerships) WHERE table_name = 'ownerships'",
)

_OWN = ("webhooks", "schedule_jobs", "validators", "waits", "quotas")
"""Tables that are nobody else's business: who is told of events, what runs when, how hosts treat whose credentials."""

# Not of imported_counts: crawler import-history takes in public counts alone, and there may be millions of them.
HOLDS_RESTRICTED = f"""
SELECT EXISTS (SELECT 1 FROM figures WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM organization_facts WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM ownerships WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM changes WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM refused_values WHERE source IN ({", ".join(f"'{source}'" for source in SOURCES)}))
"""
"""SQL: whether anything is there that may not be published."""

_EVER_HELD = f"""
{HOLDS_RESTRICTED}
  OR EXISTS (SELECT 1 FROM restricted_finds)
  OR EXISTS (SELECT 1 FROM imported_counts WHERE licence_class = 'restricted')
  OR EXISTS (SELECT 1 FROM changes WHERE source IN (SELECT source FROM restricted_sources))
  OR EXISTS (SELECT 1 FROM fetches WHERE source IN (SELECT source FROM restricted_sources))
  OR EXISTS (SELECT 1 FROM run_sources WHERE source IN (SELECT source FROM restricted_sources))
"""
"""SQL: the same, or that a source was asked which tells it: a total of some day may rest on what is gone by now."""

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


def restricted_sources(connection: sqlite3.Connection) -> frozenset[str]:
    """The sources some of whose figures may not be published; then nor may how they answered."""
    return frozenset(source for (source,) in connection.execute(RESTRICTED_SOURCES))


def delete_restricted(connection: sqlite3.Connection) -> bool:
    """Delete what is of the class restricted and all that rests on it, inside the caller's transaction.

    Returns whether there was any. Then all totals of policies went with the events of them, and those of the newest day
    have to be computed anew; where there was none, nothing can rest on it, and they stay. Organisations go that only a
    restricted source named and nothing refers to any more; others that such a source found take the name that another
    one tells. Who is told of events, what runs when and how hosts treated our credentials goes in any case.
    The deleted rows stay in free pages until the file is written anew.
    """
    connection.execute(_NAMED)
    connection.execute(_FOUND)
    ((holds,),) = connection.execute(_EVER_HELD).fetchall()
    for step in (*_STEPS, _UNNAMED, _RENAMED, *_FORMER) if holds else ():
        connection.execute(step)
    for table in _OWN:
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DROP TABLE restricted_sources")
    connection.execute("DROP TABLE restricted_finds")
    return bool(holds)
