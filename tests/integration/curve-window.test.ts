// A chart that is zoomed into a long curve, through the contract.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { temporaryFolder } from '../support/training.ts';
import { point, seeded } from './store-support/samples.ts';

const STEPS = 60_000;
const SPIKES = new Map([
  [12_345, 1e6],
  [12_399, -1e6],
]);
const workspace = temporaryFolder('curves');
let run: string;
let host: Host;
let client: Client;

beforeAll(async () => {
  const store = await openWorkspace(workspace);
  const seed = await seeded(store);
  run = seed.run.id;
  const value = (step: number) => SPIKES.get(step) ?? Math.sin(step);
  await store.metrics.add(Array.from({ length: STEPS }, (_, step) => point(run, step, value(step))));
  await store.metrics.add([1, 2, 3].map((step) => ({ ...point(run, step, step), phase: 'phase1' })));
  await store.close();
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
});
afterAll(() => host.close());

const ask = (from: number, to: number, buckets: number) =>
  client.call('runs.window', { run, names: ['loss'], spans: [{ phase: 'phase0', from, to }], buckets });

test.each([50, 333, 4_000])('no extreme is lost in %i points, however far the chart is zoomed in', async (buckets) => {
  for (const [from, to] of [
    [0, STEPS],
    [12_000, 13_000],
    [12_345, 12_399],
  ]) {
    const [{ step, min, max }] = await ask(from, to, buckets);
    expect(step.length).toBeLessThanOrEqual(buckets);
    expect([Math.min(...min), Math.max(...max)]).toEqual([-1e6, 1e6]);
    expect(step.at(-1)).toBe(Math.min(to, STEPS - 1));
  }
});

test('a window with no more steps than points tells every step as it was', async () => {
  const [{ phase, step, min, mean, max }] = await ask(12_340, 12_349, 100);
  expect(phase).toBe('phase0');
  expect([...step]).toEqual(Array.from({ length: 10 }, (_, i) => 12_340 + i));
  expect([min[5], mean[5], max[5]]).toEqual([1e6, 1e6, 1e6]);
});

test('a window over two phases shares the points between them; what has none there is left out', async () => {
  const spans = [
    { phase: 'phase0', from: STEPS - 100, to: STEPS },
    { phase: 'phase1', from: 0, to: 3 },
  ];
  const curves = await client.call('runs.window', { run, names: ['loss', 'pinball'], spans, buckets: 60 });
  expect(curves.map(({ phase, name }) => `${phase} ${name}`)).toEqual(['phase0 loss', 'phase1 loss']);
  expect(curves[0].step.length + curves[1].step.length).toBeLessThanOrEqual(60);
  expect(await ask(STEPS + 10, STEPS + 20, 60)).toEqual([]);
});
