"""A small landscape.db with something in every table that the site's questions ask."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from crawler.store import open_writer, transaction

ROWS = """
INSERT INTO "groups" (id, name, position) VALUES ('dev', 'Dev', 0);
INSERT INTO categories (id, name, group_id, position) VALUES
  ('runtimes', 'Wasm Runtimes', 'dev', 0), ('languages', 'Programming Languages', 'dev', 1);
INSERT INTO subcategories (id, name, category_id, position) VALUES
  ('runtimes--all', 'All Runtimes', 'runtimes', 0), ('languages--all', 'All Languages', 'languages', 0);
INSERT INTO organizations (id, name, kind, declared, position) VALUES
  ('bytecode-alliance', 'Bytecode Alliance', 'foundation', 1, 0), ('acme', 'Acme & Sons', 'company', 1, 1);
INSERT INTO projects (id, name, subcategory_id, organization_id, position, first_seeded_at, removed_at) VALUES
  ('wasmtime', 'Wasmtime', 'runtimes--all', 'bytecode-alliance', 0, '2026-11-22T12:00:00Z', NULL),
  ('lucet', 'Lucet', 'runtimes--all', 'bytecode-alliance', 1, '2026-11-22T12:00:00Z', NULL),
  ('grain', 'Grain', 'languages--all', 'acme', 2, '2026-11-22T12:00:00Z', NULL),
  ('hosted', 'Hosted Platform', 'languages--all', 'acme', 3, '2026-11-22T12:00:00Z', NULL),
  ('former', 'Former Member', 'languages--all', 'acme', 4, '2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z');
INSERT INTO project_subcategories SELECT id, subcategory_id, 1 FROM projects;
INSERT INTO repositories (id, name_with_owner, status, origin, fetched_at, url, stars, forks, contributors,
    license_spdx, license_osi_approved, primary_language, latest_commit_at, latest_release_tag, latest_release_at,
    is_archived) VALUES
  (1, 'bytecodealliance/wasmtime', 'ok', 'sandbox', '2026-11-22T12:00:00Z',
    'https://github.com/bytecodealliance/wasmtime', 13000, 1100, 430, 'Apache-2.0', 1, 'Rust',
    '2023-09-24T10:00:00Z', NULL, '2023-09-20T10:00:00Z', 0),
  (2, 'bytecodealliance/lucet', 'ok', 'sandbox', '2026-11-22T12:00:00Z',
    'https://github.com/bytecodealliance/lucet', 4000, 160, 60, 'NOASSERTION', NULL, 'Rust',
    '2022-07-01T10:00:00Z', 'v0.6', '2020-05-01T10:00:00Z', 1),
  (3, 'grain-lang/grain', 'unknown', 'sandbox', '2026-11-22T12:00:00Z', NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position) VALUES
  ('wasmtime', 1, 'bytecodealliance/wasmtime', 1, 0), ('lucet', 2, 'bytecodealliance/lucet', 1, 0),
  ('grain', 3, 'grain-lang/grain', 1, 0);
INSERT INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, first_seen_at) VALUES
  (1, 'v13.0.0', '2023-09-20T10:00:00Z', 0, 0, '2026-11-22T12:00:00Z'),
  (1, 'v12.0.0', '2023-05-01T10:00:00Z', 0, 0, '2026-11-22T12:00:00Z');
INSERT INTO languages (repository_id, language, bytes) VALUES (1, 'Rust', 900), (1, 'C', 50), (2, 'Rust', 50);
INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, source_url, method,
    licence_class) VALUES
  ('acme', 'funding_round', '14000000', 'USD', '2020', '2026-11-22T12:00:00Z', 'seeds', 'https://example.org/news',
    'curated', 'curated');
INSERT INTO changes (at, observed_at, kind, project_id, repository_id, before, after) VALUES
  ('2023-09-20T10:00:00Z', '2026-11-22T12:00:00Z', 'release', 'wasmtime', 1, NULL, 'v13.0.0');
INSERT INTO fetches (source, subject, repository_id, origin, status, attempts, attempted_at, error) VALUES
  ('contributors', 'grain-lang/grain', 3, 'sandbox', 'failed', 2, '2026-11-22T12:00:00Z', 'HTTP 502');
INSERT INTO runs (mode, recorded_on, started_at) VALUES ('sandbox', '2023-09-25', '2026-11-22T12:00:00Z');
INSERT INTO computed_days (day, origin, policies) VALUES ('2023-09-25', 'sandbox', '["legacy_landscape_v1"]');
INSERT INTO total_series (id, scope, measure, policy) VALUES
  (1, 'landscape', 'stars', ''), (2, 'landscape', 'value', 'legacy_landscape_v1'),
  (3, 'category:runtimes', 'stars', ''), (4, 'category:runtimes', 'projects', '');
INSERT INTO total_values (series_id, day, value, known, total, currency) VALUES
  (1, '2023-09-25', 17000, 2, 3, NULL), (2, '2023-09-25', '14000000', 1, 2, 'USD'),
  (3, '2023-09-25', 17000, 2, 2, NULL), (4, '2023-09-25', 2, 2, 2, NULL);
INSERT INTO projects_fts (rowid, name, organization) SELECT p.rowid, p.name, o.name
  FROM projects p JOIN organizations o ON o.id = p.organization_id;
"""

ANSWERS = """
INSERT INTO changes (at, observed_at, kind, project_id, repository_id, before, after, detail) VALUES
  ('2023-09-21T10:00:00Z', '2026-11-22T12:00:00Z', 'license_changed', 'lucet', 2, 'Apache-2.0', 'BUSL-1.1',
    '{"open_source": "left"}');
INSERT INTO health (project_id, day, score, known, total, rules) VALUES
  ('wasmtime', '2023-09-25', 90, 6, 12, 'x'), ('lucet', '2023-09-25', 20, 6, 12, 'x');
INSERT INTO health_inputs (project_id, input, value, score, weight, share, reason) VALUES
  ('lucet', 'archived', 'yes', 0, 5, 0, 'it is archived'), ('lucet', 'licence', 'known', 80, 5, 4, 'it is known');
INSERT INTO ownerships (child_id, parent_id, share, source, licence_class, observed_at) VALUES
  ('acme', 'bytecode-alliance', '1', 'seeds', 'curated', '2026-11-22T12:00:00Z');
INSERT INTO star_weeks (repository_id, week, gained, days, stars) VALUES
  (1, '2023-09-11', 30, '[0,0,0,0,0,0,30]', 12900);
INSERT INTO total_series (id, scope, measure, policy) VALUES
  (5, 'landscape', 'value', 'ecosystem_value_v1'), (6, 'organization:acme', 'value', 'ecosystem_value_v1');
INSERT INTO total_values (series_id, day, value, known, total, currency) VALUES
  (5, '2023-09-25', '14000000', 1, 2, 'USD'), (6, '2023-09-25', '14000000', 1, 1, 'USD');
"""
"""What every question needs for an answer, beyond those rows."""


def write_small_landscape(path: Path, *, with_answers: bool = False) -> None:
    """Write the file; nothing in it is restricted."""
    with closing(open_writer(path)) as connection, transaction(connection):
        for statement in (ROWS + ANSWERS if with_answers else ROWS).split(";\n"):
            connection.execute(statement)


def restrict(path: Path) -> None:
    """Add what a source has told that may not be published: an amount, and an event of it."""
    with closing(open_writer(path)) as connection, transaction(connection):
        connection.execute(
            "INSERT INTO figures (id, organization_id, measure, amount, currency, as_of, observed_at, source, method,"
            " licence_class) VALUES (900, 'acme', 'market_cap', '987654321', 'USD', '2023-09-25',"
            " '2026-11-22T12:00:00Z', 'yahoo', 'reported', 'restricted')"
        )
        connection.execute(
            "INSERT INTO changes (at, observed_at, kind, organization_id, after, figure_id, licence_class) VALUES"
            " ('2023-09-25', '2026-11-22T12:00:00Z', 'acquired', 'acme', '987654321', 900, 'restricted')"
        )
