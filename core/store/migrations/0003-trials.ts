// Owns schema version 3: trials, what a body of data has been tried with, which outlives the runs and datasets themselves.
import type { Migration } from './migration.ts';

export const trials: Migration = {
  version: 3,
  name: 'trials',
  sql: `
-- One row an evaluation of a model or a backtest, under its id. No reference to them, nor to the dataset: whoever deletes
-- what disappointed, or imports the same bars under another name, has still tried it.
CREATE TABLE trials (
  id TEXT PRIMARY KEY,
  content_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trials_of_content ON trials (content_hash);

INSERT INTO trials
  SELECT e.id, v.content_hash, e.created_at FROM evaluations e JOIN dataset_versions v ON v.id = e.dataset_version_id
  WHERE e.checkpoint_id IS NOT NULL;
INSERT INTO trials
  SELECT b.id, v.content_hash, b.created_at FROM backtests b JOIN dataset_versions v ON v.id = b.dataset_version_id;

CREATE TRIGGER trials_are_kept BEFORE DELETE ON trials BEGIN SELECT RAISE(ABORT, 'trials are never deleted'); END;
CREATE TRIGGER trials_are_final BEFORE UPDATE ON trials BEGIN SELECT RAISE(ABORT, 'trials are never changed'); END;
`,
};
