-- Version 2: figures at second hand, announced waits, refused values, and what each source of a run cost.

-- Who told stars, forks and licence; for GitHub itself the date is that of the answer.
ALTER TABLE repositories ADD COLUMN figures_source TEXT;
ALTER TABLE repositories ADD COLUMN figures_source_url TEXT;
ALTER TABLE repositories ADD COLUMN figures_observed_at TEXT;
ALTER TABLE repositories ADD COLUMN figures_licence_class TEXT;
UPDATE repositories SET figures_source = 'github', figures_source_url = url, figures_observed_at = fetched_at,
  figures_licence_class = 'public'
WHERE node_id IS NOT NULL OR stars IS NOT NULL;

ALTER TABLE fetches ADD COLUMN failing_since TEXT;
ALTER TABLE fetches ADD COLUMN next_try_at TEXT;
UPDATE fetches SET failing_since = attempted_at WHERE status IN ('failed', 'partial');

-- What a host has asked us to wait for: a run that is killed in the middle of a wait must not shorten it.
CREATE TABLE waits (
  identity TEXT NOT NULL,
  resource TEXT NOT NULL,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (identity, resource)
) WITHOUT ROWID;

CREATE TABLE refused_values (
  source TEXT NOT NULL,
  subject TEXT NOT NULL COLLATE NOCASE,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (source, subject, field)
) WITHOUT ROWID;

ALTER TABLE runs ADD COLUMN conditional INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN waited_seconds INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run_sources (
  run_id INTEGER NOT NULL REFERENCES runs(id),
  source TEXT NOT NULL,
  due INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  graphql_points INTEGER NOT NULL,
  rest_counted INTEGER NOT NULL,
  conditional INTEGER NOT NULL,
  not_modified INTEGER NOT NULL,
  retries INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  waited_seconds INTEGER NOT NULL,
  stopped TEXT,
  PRIMARY KEY (run_id, source)
) WITHOUT ROWID;

DROP VIEW landscape;
CREATE VIEW landscape AS
SELECT
  p.id AS project_id,
  p.name AS project,
  g.name AS "group",
  c.name AS category,
  s.name AS subcategory,
  o.name AS organization,
  p.maturity,
  r.name_with_owner AS repository,
  r.stars,
  r.forks,
  r.contributors,
  r.commits_last_year,
  r.latest_release_tag,
  r.latest_release_at,
  r.latest_commit_at,
  r.first_commit_at,
  r.license_spdx,
  r.license_osi_approved,
  r.primary_language,
  r.open_issues,
  r.open_pull_requests,
  r.watchers,
  r.is_archived,
  r.status,
  (SELECT count(*) FROM project_repositories x WHERE x.project_id = p.id) AS repositories,
  coalesce(p.description, r.description) AS description,
  coalesce(p.homepage_url, r.homepage_url) AS homepage_url,
  r.url AS repository_url,
  r.fetched_at,
  r.origin,
  r.figures_source,
  r.figures_observed_at
FROM projects p
JOIN subcategories s ON s.id = p.subcategory_id
JOIN categories c ON c.id = s.category_id
LEFT JOIN "groups" g ON g.id = c.group_id
LEFT JOIN organizations o ON o.id = p.organization_id
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
WHERE p.removed_at IS NULL;
