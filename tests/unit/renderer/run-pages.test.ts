import { expect, test } from 'vitest';
import type { Checkpoint, PhaseRun } from '../../../core/contract/entities.ts';
import { cumulative, rollingMean, timePoints } from '../../../renderer/features/checkpoints/daily-series.ts';
import {
  configValues,
  phaseNumbers,
  settingDifferences,
  variationOverrides,
} from '../../../renderer/features/runs/config-text.ts';
import { distinct, filterRuns, isFiltering, NO_FILTER } from '../../../renderer/features/runs/run-filter.ts';
import { phaseStandings, runProgress, stageOf } from '../../../renderer/features/runs/run-progress.ts';
import { niceScale } from '../../../renderer/ui/bar-scale.ts';

const phaseRun = (position: number, patch: Partial<PhaseRun> = {}): PhaseRun => ({
  id: `P${position}`,
  runId: 'R',
  phase: `phase${position}_x`,
  position,
  status: 'queued',
  config: 'train:\n  max_epochs: 4\n  carry_parent: true\n',
  configHash: 'h',
  parentCheckpointId: null,
  bestCheckpointId: null,
  bestEpoch: null,
  epochs: 0,
  metrics: null,
  verdict: null,
  outcome: null,
  startedAt: null,
  endedAt: null,
  ...patch,
});
const best = (position: number, rankIc: number): Checkpoint => ({
  id: `C${position}`,
  runId: 'R',
  phaseRunId: `P${position}`,
  phase: `phase${position}_x`,
  kind: 'best',
  epoch: 2,
  step: 1,
  folder: '',
  contentHash: '',
  bytes: 1,
  metrics: { rank_ic: rankIc },
  champion: false,
  createdAt: 0,
});

test('a worker’s stage names its phase, also within a fold; others name none', () => {
  expect(stageOf('phase2_gat epoch 3/8')).toEqual({ phase: 'phase2_gat', part: 'train', epoch: 3 });
  expect(stageOf('fold2/phase2_gat epoch 3 validation metrics')).toEqual({
    phase: 'fold2/phase2_gat',
    part: 'validation',
    epoch: 3,
  });
  expect(stageOf('phase2_gat preparation')).toEqual({ phase: 'phase2_gat', part: 'preparation', epoch: null });
  expect(stageOf('ridge baseline')).toBeNull();
});

test('progress counts epochs over all phases and never falls back at the end', () => {
  const phases = [phaseRun(0, { status: 'running' }), phaseRun(1)];
  expect(runProgress(phases, null)).toMatchObject({ done: 0, total: 8, at: -1 });
  const early = runProgress(phases, { stage: 'phase0_x epoch 2/4', done: 50, total: 100 });
  expect(early.done).toBeCloseTo(1.425);
  expect(early).toMatchObject({ at: 0, phaseTotal: 4 });
  const second = runProgress(phases, { stage: 'phase1_x preparation', done: 0, total: 3 });
  expect(second).toMatchObject({ done: 4, at: 1 });
  const ending = [phaseRun(0, { status: 'finished' }), phaseRun(1, { status: 'running' })];
  expect(runProgress(ending, { stage: 'evaluate', done: 1, total: 100 }).done).toBe(8);
});

test('while a run goes on, verdicts follow from the best checkpoints by the rule of carrying on', () => {
  const phases = [phaseRun(0), phaseRun(1), phaseRun(2), phaseRun(3)];
  const standings = phaseStandings(phases, [best(0, 0.05), best(1, 0.04), best(2, 0.06), best(3, 0.01)], 3);
  expect(standings.map(({ verdict }) => verdict)).toEqual([null, 'carried_parent', 'improved', null]);
  expect(standings.map(({ over }) => over)).toEqual([true, true, true, false]);
  const stored = phaseStandings([phaseRun(0), phaseRun(1, { status: 'finished', verdict: 'kept_anyway' })], [], -1);
  expect(stored[1].verdict).toBe('kept_anyway');
});

test('the first phase of every fold of a walk forward has no parent that it could lose to', () => {
  const folds = ['fold1/phase0_x', 'fold1/phase1_x', 'fold2/phase0_x', 'fold2/phase1_x'];
  const phases = folds.map((phase, i) => phaseRun(i, { phase, status: 'finished' }));
  const standings = phaseStandings(phases, [best(0, 0.05), best(1, 0.06), best(2, 0.01), best(3, 0.02)], -1);
  expect(standings.map(({ verdict }) => verdict)).toEqual([null, 'improved', null, 'improved']);
});

const run = (patch: object) => ({
  id: 'R1',
  name: 'first',
  status: 'finished' as const,
  dataset: 'jp',
  tags: ['a'],
  notes: '',
  star: false,
  mode: 'full',
  engine: 'onnx-cpu',
  ...patch,
});

test('runs are found by every word, and by what is marked on them', () => {
  const runs = [
    run({}),
    run({ id: 'R2', name: 'second', notes: 'wider', star: true, tags: ['a', 'b'], dataset: 'us' }),
  ];
  const found = (patch: object) => filterRuns(runs, { ...NO_FILTER, ...patch }).map(({ name }) => name);
  expect(found({})).toEqual(['first', 'second']);
  expect(found({ text: 'US wider' })).toEqual(['second']);
  expect(found({ text: 'jp wider' })).toEqual([]);
  expect(found({ starred: true })).toEqual(['second']);
  expect(found({ tags: ['a', 'b'] })).toEqual(['second']);
  expect(found({ statuses: ['failed'] })).toEqual([]);
  expect(found({ datasets: ['jp'] })).toEqual(['first']);
  expect(isFiltering({ ...NO_FILTER, text: ' ' })).toBe(false);
  expect(distinct(['b', 'a', 'b'])).toEqual(['a', 'b']);
});

test('a run’s differences from its defaults join the phases that share them, and travel to the training page', () => {
  const yaml = (seed: number, mse: number) =>
    `seed: ${seed}\ndata:\n  dataset: jp\n  horizons:\n    - 1\n    - 2\ntrain:\n  loss:\n    mse: ${mse}\n`;
  expect(configValues(yaml(1, 0.3)).get('data.horizons')).toEqual([1, 2]);
  const settings = { seed: 1, 'data.dataset': null, 'data.horizons': [1, 2], 'train.loss.mse': 0.3 };
  const plan = ['phase0_a', 'phase1_b'].map((phase, number) => ({
    number,
    phase,
    settings,
    defaults: settings,
    changes: [],
  }));
  const phases = [
    { phase: 'fold1/phase0_a', config: yaml(2, 0.3) },
    { phase: 'fold1/phase1_b', config: yaml(2, 0.5) },
  ];
  const differences = settingDifferences(plan, phases);
  expect(differences).toEqual([
    { path: 'seed', default: 1, here: 2, phases: ['fold1/phase0_a', 'fold1/phase1_b'] },
    { path: 'train.loss.mse', default: 0.3, here: 0.5, phases: ['fold1/phase1_b'] },
  ]);
  expect(variationOverrides(differences, 2)).toEqual(['seed=2', 'phase1_b:train.loss.mse=0.5']);
  expect(phaseNumbers(phases)).toEqual([0, 1]);
});

test('a rolling mean passes over days without a value and waits for a third of its window', () => {
  const mean = rollingMean([1, Number.NaN, 3, 5, 7], 3);
  expect([...mean]).toEqual([1, Number.NaN, 2, 3, 5]);
  expect([...rollingMean([1, 2, 3, 4], 6)]).toEqual([Number.NaN, 1.5, 2, 2.5]);
  expect([...cumulative([1, Number.NaN, 2])]).toEqual([1, Number.NaN, 3]);
  expect(timePoints(['1970-01-02', '1970-01-03'], [5, Number.NaN])).toEqual([[86_400_000, 5]]);
});

test('a scale holds every value and zero, on round ticks', () => {
  expect(niceScale([0.012, 0.093])).toMatchObject({ least: 0, digits: 3 });
  const scale = niceScale([-0.004, 0.0165, null]);
  expect(scale.ticks).toContain(0);
  expect(scale.least).toBeLessThanOrEqual(-0.004);
  expect(scale.most).toBeGreaterThanOrEqual(0.0165);
  expect(niceScale([])).toMatchObject({ least: -1, most: 1 });
});
