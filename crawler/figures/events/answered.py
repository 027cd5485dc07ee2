"""Whether a source, or the list, spoke of an organisation before: its first word is where the events begin."""

from __future__ import annotations

_HAS_ANSWERED = """(
  {row}.source = 'seeds' AND NOT EXISTS (
    SELECT 1 FROM former_rows e WHERE e.table_name = 'organizations' AND e.key = {of} AND e.row IS NULL
      AND e.day >= substr({row}.observed_at, 1, 10))
  OR {row}.source <> 'seeds' AND (
    EXISTS (SELECT 1 FROM organization_facts e WHERE e.organization_id = {of} AND e.source = {row}.source
      AND e.observed_at < {row}.observed_at AND e.field NOT IN ('name', e.source))
    OR EXISTS (SELECT 1 FROM figures e WHERE e.organization_id = {of} AND e.source = {row}.source
      AND e.observed_at < {row}.observed_at)
    OR EXISTS (SELECT 1 FROM ownerships e WHERE e.child_id = {of} AND e.source = {row}.source
      AND e.observed_at < {row}.observed_at)
  )
)"""


def had_answered(row: str, organization: str) -> str:
    """The SQL condition that the source of a row had told of the organisation before; of a table by its alias.

    An organisation of the list was listed on an earlier day. That somebody is named as a parent is no answer about it.
    """
    return _HAS_ANSWERED.format(row=row, of=f"{row}.{organization}")
