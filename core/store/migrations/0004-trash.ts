// Owns schema version 4: the trash (what was deleted and can be taken back) and feature sets that users save by name.
import type { Migration } from './migration.ts';

export const trash: Migration = {
  version: 4,
  name: 'trash',
  sql: `
-- A name is unique among the datasets that are not in the trash; SQLite can drop the old constraint only with its table.
CREATE TABLE datasets_4 (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  notes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
INSERT INTO datasets_4 SELECT id, name, notes, created_at, NULL FROM datasets;
DROP TABLE datasets;
ALTER TABLE datasets_4 RENAME TO datasets;
CREATE UNIQUE INDEX datasets_by_name ON datasets (name) WHERE deleted_at IS NULL;

ALTER TABLE runs ADD COLUMN deleted_at INTEGER;
CREATE INDEX runs_in_trash ON runs (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE backtests ADD COLUMN deleted_at INTEGER;
CREATE INDEX backtests_in_trash ON backtests (deleted_at) WHERE deleted_at IS NOT NULL;

-- A choice of features under a name. What a panel was computed from stands in feature_sets, by content, and is never renamed.
CREATE TABLE saved_feature_sets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  names TEXT NOT NULL CHECK (json_valid(names)),
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX saved_feature_sets_by_name ON saved_feature_sets (name) WHERE deleted_at IS NULL;
`,
};
