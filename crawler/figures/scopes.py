"""Which projects and repositories a scope holds: the landscape, a group, a category or a subcategory."""

from __future__ import annotations

import sqlite3

SCOPES = """
WITH places AS (
  SELECT ps.project_id, s.id AS subcategory_id, c.id AS category_id, g.id AS group_id
  FROM project_subcategories ps
  JOIN projects p ON p.id = ps.project_id AND p.removed_at IS NULL
  JOIN subcategories s ON s.id = ps.subcategory_id AND s.removed_at IS NULL
  JOIN categories c ON c.id = s.category_id AND c.removed_at IS NULL
  LEFT JOIN "groups" g ON g.id = c.group_id AND g.removed_at IS NULL
),
scope_projects AS (
  SELECT 'landscape' AS scope, id AS project_id FROM projects WHERE removed_at IS NULL
  UNION SELECT 'group:' || group_id, project_id FROM places WHERE group_id IS NOT NULL
  UNION SELECT 'category:' || category_id, project_id FROM places
  UNION SELECT 'subcategory:' || subcategory_id, project_id FROM places
),
scope_repositories AS (
  SELECT DISTINCT scope, repository_id FROM scope_projects JOIN project_repositories USING (project_id)
)
"""
"""The head of a query over `scope_projects` (each project once per scope, `second_path` followed) or
`scope_repositories` (each repository once per scope). What the list no longer names is in no scope."""

_CATEGORIES = """
SELECT 'landscape' AS scope, count(*) AS categories, 0 AS rank, 0 AS position
FROM categories WHERE removed_at IS NULL
UNION ALL
SELECT 'group:' || g.id, count(c.id), 1, g.position
FROM "groups" g LEFT JOIN categories c ON c.group_id = g.id AND c.removed_at IS NULL
WHERE g.removed_at IS NULL GROUP BY g.id
UNION ALL
SELECT 'category:' || id, NULL, 2, position FROM categories WHERE removed_at IS NULL
UNION ALL
SELECT 'subcategory:' || s.id, NULL, 3, s.position
FROM subcategories s JOIN categories c ON c.id = s.category_id AND c.removed_at IS NULL
WHERE s.removed_at IS NULL
ORDER BY rank, position, scope
"""


def scopes(connection: sqlite3.Connection) -> dict[str, int | None]:
    """Every scope in the list's order, empty ones too, with its number of categories (None below a group)."""
    return {row["scope"]: row["categories"] for row in connection.execute(_CATEGORIES)}
