-- Version 6: what other tools' lists say: why the list overrides an answer, and whole accounts of repositories.

ALTER TABLE project_repositories ADD COLUMN override_reason TEXT;
ALTER TABLE project_repositories ADD COLUMN override_review_on TEXT;
-- 1: not named by the list itself but found in the account that the item's project_org names.
ALTER TABLE project_repositories ADD COLUMN is_expanded INTEGER NOT NULL DEFAULT 0;

-- The list's choice among the repositories of an account, for each project that names one.
CREATE TABLE project_orgs (
  project_id TEXT PRIMARY KEY REFERENCES projects(id),
  owner_login TEXT NOT NULL COLLATE NOCASE,
  include TEXT NOT NULL,
  exclude TEXT NOT NULL,
  most INTEGER NOT NULL
) WITHOUT ROWID;

-- The public repositories of such an account, as GitHub last listed them, the most starred first.
CREATE TABLE owner_repositories (
  owner_login TEXT NOT NULL COLLATE NOCASE,
  name_with_owner TEXT NOT NULL COLLATE NOCASE,
  position INTEGER NOT NULL,
  is_fork INTEGER NOT NULL,
  is_archived INTEGER NOT NULL,
  PRIMARY KEY (owner_login, name_with_owner)
) WITHOUT ROWID;
