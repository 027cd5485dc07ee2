"""A list and a database for it, filled through plain INSERTs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawler.export.job import Job
from crawler.listed import Seeds
from crawler.seeds import read_seeds
from crawler.store import open_reader, open_writer


class Landscape:
    """`seeds.yml` and `landscape.db` in one directory; every repository of the list has been answered for."""

    def __init__(self, directory: Path) -> None:
        self.seeds = directory / "seeds.yml"
        self.database = directory / "landscape.db"
        self._open: list[sqlite3.Connection] = []

    def fill(self, text: str | bytes) -> Seeds:
        """Write the list, and a fresh database for it."""
        self.seeds.write_bytes(text if isinstance(text, bytes) else text.encode())
        seeds = read_seeds(self.seeds)
        self.database.unlink(missing_ok=True)
        connection = open_writer(self.database)
        connection.execute("BEGIN")
        for at, group in enumerate(seeds.groups):
            connection.execute('INSERT INTO "groups" VALUES (?, ?, ?, NULL)', (group.id, group.name, at))
        for at, category in enumerate(seeds.categories):
            row = (category.id, category.name, category.group_id, at)
            connection.execute("INSERT INTO categories VALUES (?, ?, ?, ?, NULL)", row)
        for at, part in enumerate(seeds.subcategories):
            row = (part.id, part.name, part.category_id, at)
            connection.execute("INSERT INTO subcategories VALUES (?, ?, ?, ?, NULL)", row)
        for at, organization in enumerate(seeds.organizations):
            connection.execute(
                "INSERT INTO organizations (id, name, declared, position) VALUES (?, ?, 1, ?)",
                (organization.id, organization.name, at),
            )
        for at, project in enumerate(seeds.projects):
            connection.execute(
                "INSERT INTO projects (id, name, subcategory_id, organization_id, position, first_seeded_at)"
                " VALUES (?, ?, ?, ?, ?, '2026-11-01T00:00:00Z')",
                (project.id, project.name, project.subcategory_id, project.organization_id, at),
            )
            for number, repository in enumerate(project.repositories):
                name = repository.name_with_owner
                connection.execute(
                    "INSERT OR IGNORE INTO repositories (name_with_owner, status, origin, fetched_at, stars)"
                    " VALUES (?, 'ok', 'live', '2026-11-20T10:00:00Z', ?)",
                    (name, 100 + at),
                )
                connection.execute(
                    "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position)"
                    " VALUES (?, (SELECT id FROM repositories WHERE name_with_owner = ?), ?, ?, ?)",
                    (project.id, name, name, repository.is_primary, number),
                )
        connection.execute("COMMIT")
        connection.close()
        return seeds

    def change(self, statement: str, *values: object) -> None:
        """Run one writing statement."""
        connection = open_writer(self.database)
        connection.execute(statement, values)
        connection.close()

    def job(self, *, include_restricted: bool = False) -> Job:
        """What a format is given."""
        connection = open_reader(self.database)
        self._open.append(connection)
        return Job(
            connection=connection,
            database=self.database,
            seeds=self.seeds,
            include_restricted=include_restricted,
        )

    def close(self) -> None:
        """Close the readers that were handed out."""
        for connection in self._open:
            connection.close()


ONE_PROJECT = """\
categories:
  - name: Languages
    subcategories:
      - name: Systems
        items:
          - name: Rust
            organization: rust-foundation
            repo_url: https://github.com/rust-lang/rust
organizations:
  - id: rust-foundation
    name: Rust Foundation
"""
