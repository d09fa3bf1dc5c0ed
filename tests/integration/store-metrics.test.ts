import { expect, test } from 'vitest';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { temporaryFolder } from './store-support/harness.ts';
import { newRun, point, seeded } from './store-support/samples.ts';

test('a batch may mix runs and curves; a figure that is not finite is kept as such', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { run, datasetVersion } = await seeded(workspace);
  const other = await workspace.runs.create(newRun(datasetVersion.id, 'other'));
  await workspace.metrics.add([
    point(run.id, 0, 0.5),
    point(run.id, 0, 0.1, 'rank_ic'),
    point(other.id, 0, 7),
    point(run.id, 1, Number.NaN),
    point(run.id, 2, Number.POSITIVE_INFINITY),
    { ...point(run.id, 0, 1, 'memory'), phase: '', epoch: 3 },
  ]);
  await workspace.metrics.add([]);
  expect(await workspace.metrics.series(run.id)).toEqual([
    { phase: 'phase0', name: 'loss' },
    { phase: 'phase0', name: 'rank_ic' },
    { phase: '', name: 'memory' },
  ]);
  const values = async (runId: string, phase: string, name: string) =>
    (await workspace.metrics.points({ runId, phase, name })).map(({ value }) => value);
  expect(await values(run.id, 'phase0', 'loss')).toEqual([0.5, null, null]);
  expect(await values(run.id, '', 'memory')).toEqual([1]);
  expect(await values(other.id, 'phase0', 'loss')).toEqual([7]);
  expect(await values(other.id, 'phase0', 'rank_ic')).toEqual([]);
  expect(await workspace.metrics.buckets({ runId: other.id, phase: 'phase0', name: 'rank_ic' }, 10)).toEqual([]);
  await workspace.runs.remove(run.id);
  expect(await workspace.metrics.series(run.id)).toEqual([]);
  await workspace.close();
});

test('a point of a run that does not exist is refused', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  await expect(workspace.metrics.add([point('no such run', 0, 1)])).rejects.toThrow(/FOREIGN KEY/);
  await workspace.close();
});

test('a long curve is down-sampled over the whole or over a window, and keeps its one spike', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { run } = await seeded(workspace);
  const steps = 100_000;
  const spike = 77_777;
  await workspace.metrics.add(
    Array.from({ length: steps }, (_, step) => point(run.id, step, step === spike ? 1e6 : Math.sin(step))),
  );
  const window = { runId: run.id, phase: 'phase0', name: 'loss' };
  const whole = await workspace.metrics.buckets(window, 500);
  expect(whole.length).toBe(500);
  expect(whole.every(({ count }) => count === 200)).toBe(true);
  expect(whole.filter(({ max }) => max === 1e6).map(({ firstStep }) => firstStep)).toEqual([77_600]);
  const zoomed = await workspace.metrics.buckets({ ...window, from: 77_770, to: 77_779 }, 500);
  expect(zoomed.map(({ firstStep, lastStep }) => [firstStep, lastStep])).toEqual(
    Array.from({ length: 10 }, (_, i) => [77_770 + i, 77_770 + i]),
  );
  expect(zoomed[7]).toMatchObject({ count: 1, nonfinite: 0, min: 1e6, mean: 1e6, max: 1e6 });
  await workspace.close();
});
