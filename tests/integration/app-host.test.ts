// The host through its contract, as a window would use it: pausing and following a run, looking on from a second host.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Access, createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const LONG = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5, volume_ratio_20]',
  'train.max_epochs=500',
  'train.patience=500',
];
const workspace = join(temporaryFolder('host'), 'workspace');
const open = (access: Access): Promise<Host> =>
  createHost({ workspace, access, spawn: nodeSpawner(), clock: systemClock, log: silentLog });

let host: Host;
let client: Client;
beforeAll(async () => {
  host = await open('write');
  client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: 'small' });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
});
afterAll(() => host.close());

/** Asks again until `test` holds. */
async function until<T>(ask: () => Promise<T>, test: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (test(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a run is paused where it stands, resumed and stopped, and whoever follows it sees that', async () => {
  const { jobId, runId } = await client.call('training.start', { dataset: 'small', phases: [0], overrides: LONG });
  const seen: string[] = [];
  const live = client.listen('runs.live', { run: runId }, ({ run, phases }) =>
    seen.push(`${run.status} ${phases[0].status}`),
  );
  const lastStep = async () => {
    const points = await client.call('runs.metrics', { run: runId, phase: 'phase0_baseline', name: 'valid.rankIc' });
    return points.at(-1)?.lastStep ?? 0;
  };
  const runStatus = async () => (await client.call('runs.get', { run: runId })).run.status;

  await until(lastStep, (step) => step > 0);
  await client.call('training.pause', { run: runId });
  await until(runStatus, (status) => status === 'paused');
  expect(await client.call('jobs.get', { jobId })).toMatchObject({ status: 'paused', runId });
  const held = await until(lastStep, () => true);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const later = await lastStep();
  await client.call('training.resume', { run: runId });
  await until(runStatus, (status) => status === 'running');
  expect(later - held).toBeLessThanOrEqual(1); // what was on its way when the pause came
  await until(lastStep, (step) => step > later);
  await client.call('training.stop', { run: runId });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'stopped' });
  await live.ended;
  expect(seen).toContain('running running');
  expect(seen).toContain('paused running');
  expect(seen.at(-1)).toBe('stopped stopped');

  const late: unknown[] = [];
  await client.listen('jobs.events', { jobId }, (event) => late.push(event)).ended;
  expect(late.at(-1)).toMatchObject({ type: 'ended', end: { outcome: 'stopped' } });
  await expect(client.call('training.pause', { run: runId })).rejects.toMatchObject({ code: 'state/run-not-active' });
  await expect(client.call('jobs.cancel', { jobId })).rejects.toMatchObject({ code: 'state/job-ended' });
  await expect(client.call('backtests.run', { checkpoint: 'ZZZZ' })).rejects.toMatchObject({ code: 'state/not-found' });
});

test('a stopped run that is resumed goes on with its curve, and cannot be deleted or resumed meanwhile', async () => {
  const [run] = await client.call('runs.list', {});
  const curve = { run: run.id, phase: 'phase0_baseline', name: 'valid.rankIc' };
  const before = (await client.call('runs.metrics', curve)).at(-1)!.lastStep;
  // As two windows would that are asked to at once.
  const asked = await Promise.allSettled([1, 2].map(() => client.call('training.resumeRun', { run: run.name })));
  expect(asked.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'state/run-active' } }]);
  const { jobId } = asked.find((one) => one.status === 'fulfilled')!.value;
  await expect(client.call('runs.delete', { run: run.id })).rejects.toMatchObject({ code: 'state/run-active' });
  await expect(client.call('training.resumeRun', { run: run.id })).rejects.toMatchObject({
    code: 'state/run-not-resumable',
  });
  await until(
    () => client.call('runs.metrics', curve),
    (points) => points.at(-1)!.lastStep > before,
  );
  const points = await client.call('runs.metrics', { ...curve, buckets: 10_000 });
  const steps = points.map(({ firstStep }) => firstStep);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  await client.call('jobs.cancel', { jobId, kill: true });
  await client.call('jobs.wait', { jobId });
  await client.call('runs.delete', { run: run.id });
  expect(await client.call('runs.list', {})).toEqual([]);
  const [trashed] = await client.call('workspace.trash', {});
  expect(trashed).toMatchObject({ kind: 'run', id: run.id, name: run.name });
  await client.call('workspace.restore', { kind: 'run', id: run.id });
  expect(await client.call('runs.list', {})).toMatchObject([
    { id: run.id, dataset: 'small', synthetic: true, mode: 'full' },
  ]);
  const changed = await client.call('runs.update', {
    run: run.id,
    tags: ['a', 'b'],
    notes: 'seen',
    star: true,
    name: 'mine',
  });
  expect(changed).toMatchObject({ tags: ['a', 'b'], notes: 'seen', star: true, name: 'mine' });

  const list = await client.call('jobs.list', {});
  expect(list.find(({ id }) => id === jobId)).toMatchObject({ subject: 'mine', end: 'stopped', retryable: true });
  const again = await client.call('jobs.retry', { jobId });
  await expect(client.call('jobs.retry', { jobId: again.jobId })).rejects.toMatchObject({ code: 'state/job-active' });
  await client.call('jobs.cancel', { jobId: again.jobId, kill: true });
  await client.call('jobs.wait', { jobId: again.jobId });
  const log = await client.call('jobs.log', { jobId });
  expect(log.map(({ message }) => message)).toContain('running');
  expect(log.at(-1)).toMatchObject({ level: 'info', message: 'stopped' });
  await client.call('runs.delete', { run: run.id });
  expect(await client.call('workspace.emptyTrash', {})).toMatchObject({ items: 1 });
  expect(await client.call('workspace.trash', {})).toEqual([]);
});

test('curves are complete for whoever watches from the start, comes back in the middle, or looks afterwards', async () => {
  const { runId } = await client.call('training.start', { dataset: 'small', phases: [0], overrides: LONG });
  const watch = () => {
    const seen = new Map<string, Map<number, number>>();
    const listening = client.listen('runs.curves', { run: runId, buckets: 4_000 }, ({ curves }) => {
      for (const curve of curves) {
        const values = 'mean' in curve ? curve.mean : curve.value;
        const key = `${curve.phase} ${curve.name}`;
        const known = seen.get(key) ?? new Map<number, number>();
        seen.set(key, known);
        for (const [i, step] of curve.step.entries()) known.set(step, values[i]);
      }
    });
    const steps = (name: string) => seen.get(name)?.size ?? 0;
    return { seen, listening, steps };
  };
  const [rankIc, cpu] = ['phase0_baseline valid.rankIc', ' system_cpu'];
  const always = watch();
  await until(
    async () => always.steps(rankIc),
    (count) => count >= 3,
  );
  await client.call('training.pause', { run: runId });
  await until(
    async () => (await client.call('runs.get', { run: runId })).run.status,
    (status) => status === 'paused',
  );
  const back = watch();
  await until(
    async () => back.steps(rankIc),
    (count) => count >= 3,
  );
  await client.call('training.resume', { run: runId });
  await until(
    async () => back.steps(rankIc) + back.steps(cpu),
    () => back.steps(rankIc) >= 6 && back.steps(cpu) >= 2,
  );
  await client.call('training.stop', { run: runId });
  await Promise.all([always.listening.ended, back.listening.ended]);
  const after = watch();
  await after.listening.ended;
  expect(after.steps(rankIc)).toBeGreaterThanOrEqual(6);
  for (const key of [rankIc, 'phase0_baseline loss', 'phase0_baseline learning_rate', cpu, ' system_rss']) {
    const stored = [...(after.seen.get(key) ?? [])].sort(([a], [b]) => a - b);
    expect(stored.length, key).toBeGreaterThan(0);
    for (const { seen } of [always, back]) expect([...(seen.get(key) ?? [])].sort(([a], [b]) => a - b)).toEqual(stored);
  }
  await client.call('runs.delete', { run: runId });
});

test('a second host looks on and refuses to write; one without a workspace serves what needs none', async () => {
  const onlooker = await open('read');
  const other = onlooker.connect();
  expect(await other.call('datasets.list', {})).toHaveLength(1);
  await expect(other.call('datasets.import', { files: ['x'], name: 'y' })).rejects.toMatchObject({
    code: 'state/read-only',
  });
  await expect(other.listen('jobs.events', { jobId: 'x' }, () => {}).ended).rejects.toMatchObject({
    code: 'state/read-only',
  });
  await onlooker.close();
  await expect(open('write')).rejects.toMatchObject({ code: 'state/workspace-in-use' });

  const bare = await open('none');
  expect((await bare.connect().call('features.list', {})).length).toBeGreaterThanOrEqual(62);
  await bare.close();
});
