-- Version 1 of landscape.db. NULL is "not known"; times are ISO 8601 UTC text, days YYYY-MM-DD; money is decimal
-- text beside its currency. What each column means, in words: dictionary.yml beside this file.

CREATE TABLE "groups" (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  removed_at TEXT
);

CREATE TABLE categories (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  group_id TEXT REFERENCES "groups"(id),
  position INTEGER NOT NULL,
  removed_at TEXT
);
CREATE INDEX categories_group ON categories(group_id);

CREATE TABLE subcategories (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  category_id TEXT NOT NULL REFERENCES categories(id),
  position INTEGER NOT NULL,
  removed_at TEXT
);
CREATE INDEX subcategories_category ON subcategories(category_id);

CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT,
  declared INTEGER NOT NULL,
  parent_id TEXT REFERENCES organizations(id) DEFERRABLE INITIALLY DEFERRED,
  parent_share TEXT,
  homepage_url TEXT,
  github_login TEXT,
  ticker TEXT,
  exchange TEXT,
  token_id TEXT,
  token_relation TEXT,
  opencollective_slug TEXT,
  crunchbase_permalink TEXT,
  attribution_share TEXT,
  position INTEGER NOT NULL,
  removed_at TEXT
);
CREATE INDEX organizations_parent ON organizations(parent_id);

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',
  subcategory_id TEXT NOT NULL REFERENCES subcategories(id),
  organization_id TEXT REFERENCES organizations(id),
  homepage_url TEXT,
  description TEXT,
  maturity TEXT,
  logo TEXT,
  position INTEGER NOT NULL,
  first_seeded_at TEXT NOT NULL,
  removed_at TEXT
);
CREATE INDEX projects_subcategory ON projects(subcategory_id);
CREATE INDEX projects_organization ON projects(organization_id);

-- Every place of a project in the tree: its own (is_primary) and those of `second_path`.
CREATE TABLE project_subcategories (
  project_id TEXT NOT NULL REFERENCES projects(id),
  subcategory_id TEXT NOT NULL REFERENCES subcategories(id),
  is_primary INTEGER NOT NULL,
  PRIMARY KEY (project_id, subcategory_id)
) WITHOUT ROWID;
CREATE INDEX project_subcategories_subcategory ON project_subcategories(subcategory_id);

CREATE TABLE repositories (
  id INTEGER PRIMARY KEY,
  name_with_owner TEXT NOT NULL COLLATE NOCASE,
  database_id INTEGER UNIQUE,
  node_id TEXT,
  status TEXT CHECK (status IN ('ok', 'unknown', 'missing', 'gone', 'blocked', 'private', 'empty', 'replaced')),
  status_note TEXT,
  missing_since TEXT,
  origin TEXT CHECK (origin IN ('live', 'sandbox')),
  fetched_at TEXT,
  url TEXT,
  owner_login TEXT COLLATE NOCASE,
  owner_type TEXT,
  description TEXT,
  homepage_url TEXT,
  stars INTEGER,
  forks INTEGER,
  watchers INTEGER,
  open_issues INTEGER,
  open_pull_requests INTEGER,
  contributors INTEGER,
  contributors_note TEXT,
  commits_last_year INTEGER,
  license_spdx TEXT,
  license_expression TEXT,
  license_name TEXT,
  license_osi_approved INTEGER,
  primary_language TEXT,
  topics TEXT,
  default_branch TEXT,
  created_at TEXT,
  pushed_at TEXT,
  archived_at TEXT,
  latest_commit_at TEXT,
  latest_commit_oid TEXT,
  first_commit_at TEXT,
  first_commit_oid TEXT,
  releases_total INTEGER,
  latest_release_tag TEXT,
  latest_release_at TEXT,
  latest_tag TEXT,
  latest_tag_at TEXT,
  is_archived INTEGER,
  is_fork INTEGER,
  is_mirror INTEGER,
  is_template INTEGER
);
-- Not unique: a repository that was replaced keeps the name that now belongs to another one.
CREATE INDEX repositories_name ON repositories(name_with_owner);
CREATE INDEX repositories_stars ON repositories(stars);
CREATE INDEX repositories_license ON repositories(license_spdx);
CREATE INDEX repositories_language ON repositories(primary_language);
CREATE INDEX repositories_status ON repositories(status);
CREATE INDEX repositories_owner ON repositories(owner_login);
CREATE INDEX repositories_node ON repositories(node_id);

CREATE TABLE project_repositories (
  project_id TEXT NOT NULL REFERENCES projects(id),
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  seeded_name TEXT NOT NULL,
  is_primary INTEGER NOT NULL,
  branch TEXT,
  license_override TEXT,
  position INTEGER NOT NULL,
  PRIMARY KEY (project_id, repository_id)
) WITHOUT ROWID;
CREATE INDEX project_repositories_repository ON project_repositories(repository_id);

CREATE TABLE former_names (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  former_name TEXT NOT NULL COLLATE NOCASE,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (repository_id, former_name)
) WITHOUT ROWID;
CREATE INDEX former_names_name ON former_names(former_name);

CREATE TABLE owners (
  login TEXT PRIMARY KEY COLLATE NOCASE,
  has_sponsors_listing INTEGER,
  sponsors INTEGER,
  origin TEXT CHECK (origin IN ('live', 'sandbox')),
  fetched_at TEXT
) WITHOUT ROWID;

CREATE TABLE releases (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  tag_name TEXT NOT NULL,
  published_at TEXT,
  is_prerelease INTEGER,
  is_draft INTEGER,
  url TEXT,
  first_seen_at TEXT NOT NULL,
  PRIMARY KEY (repository_id, tag_name)
) WITHOUT ROWID;
CREATE INDEX releases_published ON releases(published_at);

CREATE TABLE languages (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  language TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (repository_id, language)
) WITHOUT ROWID;
CREATE INDEX languages_language ON languages(language);

CREATE TABLE funding_links (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  platform TEXT NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (repository_id, platform, url)
) WITHOUT ROWID;

CREATE TABLE figures (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations(id),
  measure TEXT NOT NULL,
  amount TEXT NOT NULL,
  currency TEXT NOT NULL,
  as_of TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  source TEXT NOT NULL,
  source_url TEXT,
  method TEXT NOT NULL,
  licence_class TEXT NOT NULL,
  note TEXT,
  superseded_by INTEGER REFERENCES figures(id),
  withdrawn_at TEXT
);
CREATE INDEX figures_organization ON figures(organization_id, measure, as_of);
CREATE INDEX figures_superseded ON figures(superseded_by);

CREATE TABLE history (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  day TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  stars INTEGER,
  forks INTEGER,
  watchers INTEGER,
  open_issues INTEGER,
  open_pull_requests INTEGER,
  contributors INTEGER,
  commits_last_year INTEGER,
  releases_total INTEGER,
  PRIMARY KEY (repository_id, day)
) WITHOUT ROWID;
CREATE INDEX history_day ON history(day);

CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  project_id TEXT REFERENCES projects(id),
  repository_id INTEGER REFERENCES repositories(id),
  before TEXT,
  after TEXT
);
CREATE INDEX changes_at ON changes(at);
CREATE INDEX changes_project ON changes(project_id);
CREATE INDEX changes_repository ON changes(repository_id);

CREATE TABLE fetches (
  source TEXT NOT NULL,
  subject TEXT NOT NULL COLLATE NOCASE,
  repository_id INTEGER REFERENCES repositories(id),
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  fetched_at TEXT,
  fresh_until TEXT,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  attempted_at TEXT NOT NULL,
  error TEXT,
  answered_for_oid TEXT,
  PRIMARY KEY (source, subject)
) WITHOUT ROWID;
CREATE INDEX fetches_repository ON fetches(repository_id);

-- What conditional requests need; GitHub ties validators to the token that got them.
CREATE TABLE validators (
  identity TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  PRIMARY KEY (identity, url)
) WITHOUT ROWID;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  mode TEXT NOT NULL CHECK (mode IN ('live', 'sandbox')),
  recorded_on TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  exit_code INTEGER,
  requests INTEGER NOT NULL DEFAULT 0,
  graphql_points INTEGER NOT NULL DEFAULT 0,
  rest_counted INTEGER NOT NULL DEFAULT 0,
  not_modified INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  seeds TEXT,
  version TEXT
);

-- Where a GitHub limit stood when it was last seen; "quota left" of `crawler status`.
CREATE TABLE quotas (
  identity TEXT NOT NULL,
  resource TEXT NOT NULL,
  quota INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  reset_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (identity, resource)
) WITHOUT ROWID;

-- `value`, `low` and `high` have no type on purpose: counts are integers, money is decimal text.
CREATE TABLE totals (
  scope TEXT NOT NULL,
  measure TEXT NOT NULL,
  policy TEXT NOT NULL DEFAULT '',
  day TEXT NOT NULL,
  value,
  low,
  high,
  currency TEXT,
  known INTEGER,
  total INTEGER,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  PRIMARY KEY (scope, measure, policy, day)
) WITHOUT ROWID;
CREATE INDEX totals_day ON totals(day);

CREATE TABLE value_lines (
  policy TEXT NOT NULL,
  day TEXT NOT NULL,
  scope TEXT NOT NULL,
  measure TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organizations(id),
  figure_id INTEGER REFERENCES figures(id),
  amount TEXT,
  currency TEXT,
  counted INTEGER NOT NULL,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox'))
);
CREATE INDEX value_lines_policy ON value_lines(policy, day, scope);
CREATE INDEX value_lines_organization ON value_lines(organization_id);

CREATE VIRTUAL TABLE projects_fts USING fts5(
  name, description, homepage_url, repositories, topics, organization,
  tokenize = 'porter unicode61'
);

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
  r.origin
FROM projects p
JOIN subcategories s ON s.id = p.subcategory_id
JOIN categories c ON c.id = s.category_id
LEFT JOIN "groups" g ON g.id = c.group_id
LEFT JOIN organizations o ON o.id = p.organization_id
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
WHERE p.removed_at IS NULL;

CREATE VIEW ecosystem_value AS
SELECT policy, day, low, value AS central, high, currency, known, total
FROM totals
WHERE scope = 'landscape' AND measure = 'value';

CREATE VIEW ecosystem_value_lines AS
SELECT policy, day, scope, organization_id, figure_id, amount, currency, counted, reason
FROM value_lines
WHERE measure = 'value';
