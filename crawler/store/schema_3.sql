-- Version 3: who is behind an organisation and since when, money from upstreams, exchange rates, and value as a range.

-- Who first told of an organisation that no list names, such as a parent; NULL for those of the list.
ALTER TABLE organizations ADD COLUMN found_by TEXT;
ALTER TABLE organizations ADD COLUMN attribution_low TEXT;
ALTER TABLE organizations ADD COLUMN attribution_high TEXT;
ALTER TABLE organizations ADD COLUMN attribution_rule TEXT;
ALTER TABLE organizations ADD COLUMN attribution_source_url TEXT;
ALTER TABLE organizations ADD COLUMN attribution_as_of TEXT;
ALTER TABLE organizations ADD COLUMN attribution_class TEXT;

-- What sources say of an organisation besides money: a row when they first say it, and when they say something else.
CREATE TABLE organization_facts (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations(id),
  field TEXT NOT NULL,
  value TEXT,
  source TEXT NOT NULL,
  source_url TEXT,
  licence_class TEXT NOT NULL,
  observed_at TEXT NOT NULL
);
CREATE INDEX organization_facts_organization ON organization_facts(organization_id, field, source, observed_at);
CREATE INDEX organization_facts_value ON organization_facts(field, value COLLATE NOCASE);

-- Who owns whom. A share of NULL is not known; days may stop at the year or month; withdrawn: its source takes it back.
CREATE TABLE ownerships (
  id INTEGER PRIMARY KEY,
  child_id TEXT NOT NULL REFERENCES organizations(id) DEFERRABLE INITIALLY DEFERRED,
  parent_id TEXT NOT NULL REFERENCES organizations(id) DEFERRABLE INITIALLY DEFERRED,
  share TEXT,
  valid_from TEXT,
  valid_to TEXT,
  source TEXT NOT NULL,
  source_url TEXT,
  licence_class TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  withdrawn_at TEXT
);
CREATE INDEX ownerships_child ON ownerships(child_id);
CREATE INDEX ownerships_parent ON ownerships(parent_id);
-- The list has named these owners at least since the last refresh.
INSERT INTO ownerships (child_id, parent_id, share, source, licence_class, observed_at)
SELECT id, parent_id, parent_share, 'seeds', 'curated', (
  SELECT coalesce(max(started_at), strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) FROM runs)
FROM organizations
WHERE parent_id IS NOT NULL AND removed_at IS NULL;

ALTER TABLE figures ADD COLUMN low TEXT;
ALTER TABLE figures ADD COLUMN high TEXT;
-- The kind of a round or grant, by Crunchbase's names; NULL: not said.
ALTER TABLE figures ADD COLUMN kind TEXT;

CREATE TABLE exchange_rates (
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  rate TEXT NOT NULL,
  source TEXT NOT NULL,
  source_url TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  PRIMARY KEY (day, currency, source)
) WITHOUT ROWID;

-- What an account asks for at GitHub Sponsors; what it receives is a range, where its goal or its lowest tier tells one.
ALTER TABLE owners ADD COLUMN lowest_monthly_tier TEXT;
ALTER TABLE owners ADD COLUMN goal_kind TEXT;
ALTER TABLE owners ADD COLUMN goal_percent INTEGER;
ALTER TABLE owners ADD COLUMN goal_target INTEGER;

-- A repository's funding.json: asks and self-declared years, amounts as decimal text; nobody's name or address.
CREATE TABLE funding_manifests (
  repository_id INTEGER PRIMARY KEY REFERENCES repositories(id),
  url TEXT NOT NULL,
  version TEXT,
  entity_type TEXT,
  entity_role TEXT,
  verified TEXT,
  plans TEXT NOT NULL,
  history TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox')),
  fetched_at TEXT NOT NULL
);

-- What it would cost to write a repository anew, on the day of the newest figures.
CREATE TABLE replacement_costs (
  repository_id INTEGER PRIMARY KEY REFERENCES repositories(id),
  day TEXT NOT NULL,
  ksloc TEXT NOT NULL,
  low TEXT NOT NULL,
  central TEXT NOT NULL,
  high TEXT NOT NULL,
  currency TEXT NOT NULL,
  parameters TEXT NOT NULL
);

DROP VIEW ecosystem_value_lines;
ALTER TABLE value_lines RENAME TO value_lines_2;
DROP INDEX value_lines_policy;
DROP INDEX value_lines_organization;
CREATE TABLE value_lines (
  policy TEXT NOT NULL,
  day TEXT NOT NULL,
  scope TEXT NOT NULL,
  measure TEXT NOT NULL,
  organization_id TEXT REFERENCES organizations(id),
  group_id TEXT REFERENCES organizations(id),
  figure_id INTEGER REFERENCES figures(id),
  amount TEXT,
  low TEXT,
  high TEXT,
  currency TEXT,
  counted INTEGER NOT NULL,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'sandbox'))
);
INSERT INTO value_lines (policy, day, scope, measure, organization_id, group_id, figure_id, amount, currency, counted,
  reason, origin)
SELECT policy, day, scope, measure, organization_id, organization_id, figure_id, amount, currency, counted, reason, origin
FROM value_lines_2;
DROP TABLE value_lines_2;
CREATE INDEX value_lines_policy ON value_lines(policy, day, scope);
CREATE INDEX value_lines_organization ON value_lines(organization_id);
CREATE INDEX value_lines_group ON value_lines(group_id);
CREATE INDEX value_lines_figure ON value_lines(figure_id);

-- Lines of an organisation's scope are those of the landscape that count with it as their group. The measures of a
-- policy do not overlap.
CREATE VIEW ecosystem_value_lines AS
SELECT policy, day, scope, organization_id, figure_id, amount, currency, counted, reason, measure, low, high, group_id
FROM value_lines
UNION ALL
SELECT policy, day, 'organization:' || group_id, organization_id, figure_id, amount, currency, counted, reason, measure,
  low, high, group_id
FROM value_lines
WHERE scope = 'landscape' AND group_id IS NOT NULL;
