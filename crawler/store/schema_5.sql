-- Version 5: commits by week.

-- Commits of the default branch in the week that begins on `week` (a Sunday), as GitHub tells them; the newest may
-- still be running.
CREATE TABLE commit_weeks (
  repository_id INTEGER NOT NULL REFERENCES repositories(id),
  week TEXT NOT NULL,
  commits INTEGER NOT NULL,
  PRIMARY KEY (repository_id, week)
) WITHOUT ROWID;
