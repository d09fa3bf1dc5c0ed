// Owns schema version 1: every table. A migration that has shipped is never edited; a change is a new migration.
import type { Migration } from './migration.ts';

/** A text column that holds JSON. */
const json = (column: string, rest = 'NOT NULL') => `${column} TEXT ${rest} CHECK (json_valid(${column}))`;

export const tables: Migration = {
  version: 1,
  name: 'tables',
  sql: `
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  notes TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE dataset_versions (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  folder TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  rows INTEGER NOT NULL,
  stocks INTEGER NOT NULL,
  days INTEGER NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  synthetic INTEGER NOT NULL,
  ${json('sources')},
  ${json('columns')},
  ${json('repairs')},
  created_at INTEGER NOT NULL,
  UNIQUE (dataset_id, version)
) STRICT;

CREATE TABLE findings (
  id TEXT PRIMARY KEY,
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  count INTEGER NOT NULL,
  ${json('examples')},
  repair TEXT
) STRICT;

CREATE TABLE feature_sets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  ${json('names')},
  ${json('parameters')},
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE panels (
  id TEXT PRIMARY KEY,
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
  feature_set_id TEXT NOT NULL REFERENCES feature_sets (id),
  hash TEXT NOT NULL UNIQUE,
  folder TEXT NOT NULL,
  rows INTEGER NOT NULL,
  stocks INTEGER NOT NULL,
  days INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  ${json('graph', '')},
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (id),
  panel_id TEXT REFERENCES panels (id) ON DELETE SET NULL,
  status TEXT NOT NULL,
  config TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  engine TEXT NOT NULL,
  seed INTEGER NOT NULL,
  ${json('phases')},
  folder TEXT NOT NULL,
  ${json('lineage')},
  ${json('tags')},
  notes TEXT NOT NULL,
  star INTEGER NOT NULL,
  ${json('summary', '')},
  ${json('outcome', '')},
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;

CREATE TABLE phase_runs (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  phase TEXT NOT NULL,
  position INTEGER NOT NULL,
  status TEXT NOT NULL,
  config TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  parent_checkpoint_id TEXT REFERENCES checkpoints (id) ON DELETE SET NULL,
  best_checkpoint_id TEXT REFERENCES checkpoints (id) ON DELETE SET NULL,
  best_epoch INTEGER,
  epochs INTEGER NOT NULL,
  ${json('metrics', '')},
  verdict TEXT,
  ${json('outcome', '')},
  started_at INTEGER,
  ended_at INTEGER,
  UNIQUE (run_id, position)
) STRICT;

-- A curve and its points apart, so that a point does not repeat the curve's name.
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  phase TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (run_id, phase, name)
) STRICT;

CREATE TABLE metric_points (
  series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  epoch INTEGER,
  value REAL,
  time INTEGER NOT NULL,
  PRIMARY KEY (series_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  phase_run_id TEXT NOT NULL REFERENCES phase_runs (id) ON DELETE CASCADE,
  phase TEXT NOT NULL,
  kind TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  folder TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  ${json('metrics')},
  champion INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE evaluations (
  id TEXT PRIMARY KEY,
  run_id TEXT REFERENCES runs (id) ON DELETE CASCADE,
  checkpoint_id TEXT REFERENCES checkpoints (id) ON DELETE CASCADE,
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (id),
  label TEXT NOT NULL,
  split TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  ${json('overall')},
  ${json('horizons')},
  folder TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE backtests (
  id TEXT PRIMARY KEY,
  checkpoint_id TEXT NOT NULL REFERENCES checkpoints (id) ON DELETE CASCADE,
  dataset_version_id TEXT NOT NULL REFERENCES dataset_versions (id),
  ${json('rule')},
  ${json('costs')},
  ${json('statistics')},
  trials INTEGER NOT NULL,
  folder TEXT NOT NULL,
  report_path TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  ${json('spec')},
  run_id TEXT REFERENCES runs (id) ON DELETE CASCADE,
  pid INTEGER,
  ${json('progress', '')},
  ${json('outcome', '')},
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  time INTEGER NOT NULL,
  level TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_id TEXT,
  message TEXT NOT NULL,
  ${json('data')}
) STRICT;
`,
};
