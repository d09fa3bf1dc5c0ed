// Owns sample entities for the store's tests.
import type { MetricPoint } from '../../../core/contract/entities.ts';
import type { NewCheckpoint } from '../../../core/store/checkpoints.ts';
import type { NewDatasetVersion, NewFinding } from '../../../core/store/datasets.ts';
import type { NewBacktest, NewEvaluation } from '../../../core/store/evaluations.ts';
import type { NewPanel } from '../../../core/store/panels.ts';
import type { NewPhaseRun, NewRun } from '../../../core/store/runs.ts';
import type { Writers } from '../../../core/store/workspace.node.ts';

export const version: NewDatasetVersion = {
  folder: 'datasets/sp500/v1',
  contentHash: 'c0ffee',
  rows: 619_040,
  stocks: 505,
  days: 1_259,
  firstDay: '2013-02-08',
  lastDay: '2018-02-07',
  synthetic: false,
  sources: [{ path: '/data/bars.csv', bytes: 30_000_000, hash: 'ab' }],
  columns: { close: 'Adj Close', code: 'Name' },
  repairs: [{ rule: 'drop_duplicate', rows: 3 }],
};

export const finding: NewFinding = {
  kind: 'missing',
  severity: 'warning',
  count: 11,
  examples: [{ row: 82_950, code: 'REGN', column: 'open', value: null }],
  repair: null,
};

export const newRun = (datasetVersionId: string, name = 'first'): NewRun => ({
  name,
  datasetVersionId,
  panelId: null,
  config: 'seed: 1\n',
  configHash: 'f00',
  engine: 'onnx-cpu',
  seed: 1,
  phases: ['phase0_baseline', 'phase1_adaptive_norm'],
  folder: 'runs/x',
  lineage: { data: 'c0ffee', features: null, panel: null, code: '0.1.0', parentCheckpointId: null },
  tags: ['demo', "o'clock"],
  notes: '',
});

export const newPhase = (runId: string, position = 0): NewPhaseRun => ({
  runId,
  phase: `phase${position}`,
  position,
  config: 'seed: 1\n',
  configHash: 'f00',
  parentCheckpointId: null,
});

export const newCheckpoint = (runId: string, phaseRunId: string): NewCheckpoint => ({
  runId,
  phaseRunId,
  phase: 'phase0',
  kind: 'best',
  epoch: 3,
  step: 900,
  folder: 'checkpoints/x',
  contentHash: 'beef',
  bytes: 1_234,
  metrics: { rank_ic: 0.031, sharpe: null },
});

export const newPanel = (datasetVersionId: string, featureSetId: string): NewPanel => ({
  datasetVersionId,
  featureSetId,
  hash: 'panel-hash',
  folder: 'panels/panel-hash',
  rows: 1_000,
  stocks: 10,
  days: 100,
  bytes: 5_000,
  graph: { average_degree: 12.5, isolated: 3 },
});

export const newEvaluation = (
  datasetVersionId: string,
  checkpointId: string | null,
  runId: string | null,
): NewEvaluation => ({
  runId,
  checkpointId,
  datasetVersionId,
  label: checkpointId === null ? 'ridge' : 'phase0',
  split: 'test',
  firstDay: '2017-01-03',
  lastDay: '2018-02-07',
  overall: { rank_ic: { value: 0.02, low: -0.01, high: 0.05 } },
  horizons: [{ horizon: 1, days: 250, metrics: { rank_ic: { value: 0.02, low: null, high: null } } }],
  folder: null,
});

export const newBacktest = (datasetVersionId: string, checkpointId: string): NewBacktest => ({
  checkpointId,
  datasetVersionId,
  rule: { kind: 'long_short', deciles: 10 },
  costs: { commission: 1, spread: 2 },
  statistics: { sharpe: 0.4, sortino: null },
  trials: 1,
  firstDay: '2020-01-02',
  lastDay: null,
  folder: 'backtests/x',
  reportPath: null,
});

/** A dataset with one version, a run on it, and the run's first phase. */
export async function seeded({ datasets, runs }: Pick<Writers, 'datasets' | 'runs'>, name = 'sp500') {
  const dataset = await datasets.ensure(name);
  const datasetVersion = await datasets.addVersion(dataset.id, version, [finding]);
  const run = await runs.create(newRun(datasetVersion.id));
  const phase = await runs.addPhase(newPhase(run.id));
  return { dataset, datasetVersion, run, phase };
}

export const point = (runId: string, step: number, value: number | null, name = 'loss'): MetricPoint => ({
  runId,
  phase: 'phase0',
  name,
  step,
  epoch: null,
  value,
  time: 1_700_000_000_000 + step,
});

/** Points per transaction of the process that tests kill. */
export const BATCH = 200;

/** The points of one transaction, so that a test can tell whether all of them are there. */
export function pointsOfBatch(runId: string, batch: number): MetricPoint[] {
  return Array.from({ length: BATCH }, (_, i) => point(runId, batch * BATCH + i, batch));
}
