-- Version 4: a memory of what was known on any day, typed events, health, star history, and a schedule.

-- Without origin and without an index by day: a row per repository and day, for ten years, has to stay small.
CREATE TABLE history_4 (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  day TEXT NOT NULL,
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
INSERT INTO history_4 (repository_id, day, stars, forks, watchers, open_issues, open_pull_requests, contributors,
  commits_last_year, releases_total)
SELECT repository_id, day, stars, forks, watchers, open_issues, open_pull_requests, contributors, commits_last_year,
  releases_total
FROM history;
DROP TABLE history;
ALTER TABLE history_4 RENAME TO history;

-- What a field of a repository was before that day; a field that never changed has no row. The field "" is the whole
-- repository: before that day nothing was known of it.
CREATE TABLE former_values (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  field TEXT NOT NULL,
  day TEXT NOT NULL,
  value,
  PRIMARY KEY (repository_id, field, day)
) WITHOUT ROWID;

-- What a row of the list was before that day, as a JSON object; NULL: it was not there. The key "" is the order of all
-- rows of the table, a JSON array of their keys.
CREATE TABLE former_rows (
  table_name TEXT NOT NULL,
  key TEXT NOT NULL,
  day TEXT NOT NULL,
  row TEXT,
  PRIMARY KEY (table_name, key, day)
) WITHOUT ROWID;

-- Since when the tables above are kept.
CREATE TABLE remembered (
  what TEXT PRIMARY KEY,
  since TEXT NOT NULL
) WITHOUT ROWID;

-- On which days a source answered about a repository: stretches of days without a gap. The source "figures" is GitHub
-- where its answer had figures, and not only a state.
CREATE TABLE answered_days (
  source TEXT NOT NULL,
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  PRIMARY KEY (source, repository_id, first_day)
) WITHOUT ROWID;
CREATE INDEX answered_days_repository ON answered_days(repository_id);

-- Totals, each named once; of past days only what differs from the day before.
CREATE TABLE computed_days (
  day TEXT PRIMARY KEY,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  policies TEXT NOT NULL,
  version TEXT
) WITHOUT ROWID;

CREATE TABLE total_series (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  measure TEXT NOT NULL,
  policy TEXT NOT NULL DEFAULT '',
  UNIQUE (scope, measure, policy)
);

-- `value`, `low` and `high` have no type on purpose: counts are integers, money is decimal text.
CREATE TABLE total_values (
  series_id INTEGER NOT NULL REFERENCES total_series(id),
  day TEXT NOT NULL,
  value,
  low,
  high,
  currency TEXT,
  known INTEGER,
  total INTEGER,
  PRIMARY KEY (series_id, day)
) WITHOUT ROWID;

INSERT INTO computed_days (day, origin, policies)
SELECT day, max(origin), (
  SELECT json_group_array(policy) FROM (SELECT DISTINCT policy FROM totals p WHERE p.day = t.day AND policy <> ''))
FROM totals t GROUP BY day;
INSERT INTO total_series (scope, measure, policy) SELECT DISTINCT scope, measure, policy FROM totals;
INSERT INTO total_values (series_id, day, value, low, high, currency, known, total)
SELECT s.id, t.day, t.value, t.low, t.high, t.currency, t.known, t.total
FROM totals t JOIN total_series s USING (scope, measure, policy);
-- A total without a row on the next day was no longer computed. Then what is as the day before goes, but on the newest.
INSERT INTO total_values (series_id, day)
SELECT v.series_id, next.day
FROM (SELECT day AS before, lead(day) OVER (ORDER BY day) AS day FROM computed_days) next
JOIN total_values v ON v.day = next.before
LEFT JOIN total_values x ON x.series_id = v.series_id AND x.day = next.day
WHERE next.day IS NOT NULL AND x.day IS NULL;
DELETE FROM total_values WHERE day < (SELECT max(day) FROM computed_days) AND (series_id, day) IN (
  SELECT series_id, day FROM (
    SELECT series_id, day, lag(day) OVER series IS NOT NULL AND value IS lag(value) OVER series
      AND low IS lag(low) OVER series AND high IS lag(high) OVER series AND currency IS lag(currency) OVER series
      AND known IS lag(known) OVER series AND total IS lag(total) OVER series AS is_same
    FROM total_values WINDOW series AS (PARTITION BY series_id ORDER BY day)
  ) WHERE is_same
);
DROP VIEW ecosystem_value;
DROP TABLE totals;

-- A value whose total is NULL says that from that day on the series is no longer computed. The cross join keeps SQLite
-- from reading the values of all days, of which there may be millions.
CREATE VIEW totals AS
SELECT s.scope, s.measure, s.policy, v.day, v.value, v.low, v.high, v.currency, v.known, v.total, d.origin
FROM total_series s
CROSS JOIN total_values v ON v.series_id = s.id
JOIN computed_days d ON d.day = v.day
WHERE v.total IS NOT NULL;

CREATE VIEW ecosystem_value AS
SELECT policy, day, low, value AS central, high, currency, known, total
FROM totals
WHERE scope = 'landscape' AND measure = 'value';

-- Events: about a repository, a project, an organisation, or a scope; `detail` is a JSON object.
ALTER TABLE changes ADD COLUMN organization_id TEXT REFERENCES organizations(id);
ALTER TABLE changes ADD COLUMN scope TEXT;
ALTER TABLE changes ADD COLUMN detail TEXT;
ALTER TABLE changes ADD COLUMN source TEXT;
ALTER TABLE changes ADD COLUMN source_url TEXT;
ALTER TABLE changes ADD COLUMN licence_class TEXT NOT NULL DEFAULT 'public';
ALTER TABLE changes ADD COLUMN figure_id INTEGER REFERENCES figures(id);
CREATE INDEX changes_organization ON changes(organization_id);
CREATE INDEX changes_figure ON changes(figure_id);
CREATE INDEX changes_observed ON changes(observed_at);
UPDATE changes SET source = 'github', source_url = (SELECT url FROM repositories r WHERE r.id = repository_id);

-- What the events have told so far: an event is what differs from it, so none is told twice and none is lost.
CREATE TABLE told_repositories (
  repository_id INTEGER PRIMARY KEY REFERENCES repositories(id),
  database_id INTEGER,
  name_with_owner TEXT NOT NULL,
  status TEXT,
  is_archived INTEGER,
  license_spdx TEXT,
  license_osi_approved INTEGER,
  default_branch TEXT,
  star_milestone INTEGER,
  burst_since TEXT,
  is_active INTEGER,
  newest_release_at TEXT
);
INSERT INTO told_repositories (repository_id, database_id, name_with_owner, status, is_archived, license_spdx,
  license_osi_approved, default_branch, newest_release_at)
SELECT id, database_id, name_with_owner, status, is_archived, license_spdx, license_osi_approved, default_branch,
  (SELECT max(published_at) FROM releases WHERE repository_id = r.id AND is_draft IS NOT 1)
FROM repositories r WHERE origin = 'live' AND status IS NOT NULL;
ALTER TABLE releases ADD COLUMN is_told INTEGER NOT NULL DEFAULT 1;
UPDATE releases SET is_told = 0 WHERE is_draft;
-- A pre-release that becomes the release is told once more.
ALTER TABLE releases ADD COLUMN is_told_as_pre INTEGER NOT NULL DEFAULT 0;
UPDATE releases SET is_told_as_pre = 1 WHERE is_told AND is_prerelease;
ALTER TABLE projects ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;
UPDATE projects SET is_told = removed_at IS NULL WHERE EXISTS (SELECT 1 FROM runs WHERE mode = 'live');

-- What has moved by cause from the value that was told last until the end of a day: the newest and the one before, so
-- that a day can be computed anew.
CREATE TABLE told_values (
  scope TEXT NOT NULL,
  day TEXT NOT NULL,
  policy TEXT NOT NULL,
  value TEXT,
  price TEXT NOT NULL,
  fx TEXT NOT NULL,
  coverage TEXT NOT NULL,
  method TEXT NOT NULL,
  licence_class TEXT NOT NULL,
  PRIMARY KEY (scope, day)
) WITHOUT ROWID;

-- The newest row of a table that was looked at for events.
CREATE TABLE told_marks (
  table_name TEXT PRIMARY KEY,
  id INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO told_marks SELECT 'figures', coalesce(max(id), 0) FROM figures;
INSERT INTO told_marks SELECT 'ownerships', coalesce(max(id), 0) FROM ownerships;

-- Where the webhook's receiver stands; the address itself is a secret.
CREATE TABLE webhooks (
  endpoint TEXT PRIMARY KEY,
  change_id INTEGER NOT NULL,
  takes_restricted INTEGER NOT NULL,
  delivered_at TEXT,
  failing_since TEXT,
  error TEXT
) WITHOUT ROWID;

-- Stars gained by week (it begins on `week`), as GitHub tells them, and what they add up to at the week's end.
CREATE TABLE star_weeks (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  week TEXT NOT NULL,
  gained INTEGER NOT NULL,
  days TEXT NOT NULL,
  stars INTEGER NOT NULL,
  PRIMARY KEY (repository_id, week)
) WITHOUT ROWID;

-- Counts of the past that others kept: true of that day, and known here since `imported_at`.
CREATE TABLE imported_counts (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  day TEXT NOT NULL,
  source TEXT NOT NULL,
  stars INTEGER,
  forks INTEGER,
  watchers INTEGER,
  open_issues INTEGER,
  open_pull_requests INTEGER,
  contributors INTEGER,
  commits_last_year INTEGER,
  releases_total INTEGER,
  source_url TEXT,
  licence_class TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  PRIMARY KEY (repository_id, day, source)
) WITHOUT ROWID;

-- What was imported: an import that was cut off goes on where it stopped.
CREATE TABLE imported_days (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  digest TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  PRIMARY KEY (source, day)
) WITHOUT ROWID;

ALTER TABLE repositories ADD COLUMN closed_issues INTEGER;
ALTER TABLE repositories ADD COLUMN has_security_policy INTEGER;

CREATE TABLE scorecards (
  repository_id INTEGER PRIMARY KEY REFERENCES repositories(id),
  score TEXT,
  scored_on TEXT NOT NULL,
  checks TEXT NOT NULL,
  source_url TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  fetched_at TEXT NOT NULL
);

-- A project's health on each day on which it differs; what made the newest one stands in health_inputs.
CREATE TABLE health (
  project_id TEXT NOT NULL REFERENCES projects(id),
  day TEXT NOT NULL,
  score INTEGER,
  known INTEGER NOT NULL,
  total INTEGER NOT NULL,
  rules TEXT NOT NULL,
  PRIMARY KEY (project_id, day)
) WITHOUT ROWID;

CREATE TABLE health_inputs (
  project_id TEXT NOT NULL REFERENCES projects(id),
  input TEXT NOT NULL,
  value TEXT,
  score INTEGER,
  weight INTEGER NOT NULL,
  share INTEGER,
  reason TEXT NOT NULL,
  PRIMARY KEY (project_id, input)
) WITHOUT ROWID;

CREATE TABLE schedule_jobs (
  source TEXT PRIMARY KEY,
  cadence TEXT NOT NULL,
  next_run_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  exit_code INTEGER
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
  r.figures_observed_at,
  (SELECT h.score FROM health h WHERE h.project_id = p.id ORDER BY h.day DESC LIMIT 1) AS health
FROM projects p
JOIN subcategories s ON s.id = p.subcategory_id
JOIN categories c ON c.id = s.category_id
LEFT JOIN "groups" g ON g.id = c.group_id
LEFT JOIN organizations o ON o.id = p.organization_id
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
WHERE p.removed_at IS NULL;

-- What is growing and what is dying: the stars of a project's primary repository now and at earlier times, from our own
-- history, else from GitHub's.
CREATE VIEW growth AS
WITH today AS (SELECT max(day) AS day FROM computed_days),
spans (name, day) AS (
  SELECT 'week', date(day, '-7 days') FROM today
  UNION ALL SELECT 'month', date(day, '-30 days') FROM today
  UNION ALL SELECT 'year', date(day, '-365 days') FROM today
),
past AS (
  SELECT r.id, r.stars, n.name AS span, coalesce(
    (SELECT h.stars FROM history h WHERE h.repository_id = r.id AND h.day <= n.day ORDER BY h.day DESC LIMIT 1),
    (SELECT w.stars FROM star_weeks w WHERE w.repository_id = r.id AND w.week <= date(n.day, '-6 days')
      ORDER BY w.week DESC LIMIT 1)
  ) AS then_stars
  FROM repositories r CROSS JOIN spans n
)
SELECT
  p.id AS project_id,
  p.name AS project,
  r.name_with_owner AS repository,
  r.stars,
  r.stars - max(CASE WHEN span = 'week' THEN then_stars END) AS stars_week,
  r.stars - max(CASE WHEN span = 'month' THEN then_stars END) AS stars_month,
  r.stars - max(CASE WHEN span = 'year' THEN then_stars END) AS stars_year,
  r.commits_last_year,
  r.latest_commit_at,
  r.latest_release_at,
  r.is_archived
FROM projects p
JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
JOIN repositories r ON r.id = pr.repository_id
JOIN past ON past.id = r.id
WHERE p.removed_at IS NULL
GROUP BY p.id;
