"""The full-text index over projects: names, descriptions, repositories, topics and organisation."""

from __future__ import annotations

import sqlite3


def index_projects(connection: sqlite3.Connection) -> None:
    """Build the index anew, inside the caller's transaction: cheap, and never out of step."""
    connection.execute("DELETE FROM projects_fts")
    connection.execute(
        """
        INSERT INTO projects_fts (rowid, name, description, homepage_url, repositories, topics, organization)
        SELECT
          p.rowid,
          p.name || ' ' || (SELECT coalesce(group_concat(value, ' '), '') FROM json_each(p.aliases)),
          coalesce(p.description, '') || ' ' || coalesce(group_concat(r.description, ' '), ''),
          coalesce(p.homepage_url, ''),
          coalesce(group_concat(r.name_with_owner, ' '), ''),
          coalesce(group_concat((SELECT group_concat(value, ' ') FROM json_each(r.topics)), ' '), ''),
          coalesce(o.name, '')
        FROM projects p
        LEFT JOIN organizations o ON o.id = p.organization_id
        LEFT JOIN project_repositories pr ON pr.project_id = p.id
        LEFT JOIN repositories r ON r.id = pr.repository_id
        WHERE p.removed_at IS NULL
        GROUP BY p.id
        """
    )
