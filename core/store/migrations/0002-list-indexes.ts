// Owns schema version 2: indexes for the lists that people look at, and for every reference that a deletion follows.
import type { Migration } from './migration.ts';

export const listIndexes: Migration = {
  version: 2,
  name: 'list-indexes',
  sql: `
CREATE INDEX findings_of_version ON findings (dataset_version_id);
CREATE INDEX panels_of_version ON panels (dataset_version_id);
CREATE INDEX panels_of_feature_set ON panels (feature_set_id);
CREATE INDEX runs_of_version ON runs (dataset_version_id);
CREATE INDEX runs_of_panel ON runs (panel_id);
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_name ON runs (name);
CREATE INDEX phase_runs_of_parent ON phase_runs (parent_checkpoint_id);
CREATE INDEX phase_runs_of_best ON phase_runs (best_checkpoint_id);
CREATE INDEX checkpoints_of_run ON checkpoints (run_id);
CREATE INDEX checkpoints_of_phase_run ON checkpoints (phase_run_id);
CREATE INDEX evaluations_of_run ON evaluations (run_id);
CREATE INDEX evaluations_of_checkpoint ON evaluations (checkpoint_id);
CREATE INDEX evaluations_of_version ON evaluations (dataset_version_id);
CREATE INDEX backtests_of_checkpoint ON backtests (checkpoint_id);
CREATE INDEX backtests_of_version ON backtests (dataset_version_id);
CREATE INDEX jobs_by_status ON jobs (status);
CREATE INDEX jobs_of_run ON jobs (run_id);
CREATE INDEX events_of_subject ON events (subject_id);
`,
};
