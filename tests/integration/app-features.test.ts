// Panels through the host, as the features and graph pages use them: listed, measured, drawn; feature sets saved by name.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { jobResults } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { temporaryFolder } from '../support/training.ts';

const FEATURES = ['return_1', 'return_5', 'return_20', 'volume_ratio_20', 'weekday_sin'];
const workspace = join(temporaryFolder('features'), 'workspace');
let host: Host;
let client: Client;
let panel: string;

async function built(overrides: string[]) {
  const { jobId } = await client.call('features.build', { dataset: 'small', overrides });
  const end = await client.call('jobs.wait', { jobId });
  return jobResults.features.parse(end.result).panel;
}

/** Looks again until it holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: 'small' });
  await client.call('jobs.wait', { jobId });
  panel = (await built([`features.names=[${FEATURES.join(', ')}]`, 'features.graph.k=5'])).id;
});
afterAll(() => host.close());

test('a panel is measured by a job, and what was found is kept with it', async () => {
  expect(await client.call('features.analysis', { panel })).toBeNull();
  await expect(client.call('features.profile', { panel, feature: 'return_1' })).rejects.toMatchObject({
    code: 'state/not-analysed',
  });
  const topics = new Set<string>();
  const changes = client.listen('workspace.changes', {}, (event) => {
    for (const topic of event.topics) topics.add(topic);
  });
  const { jobId } = await client.call('features.analyse', { panel });
  expect(await client.call('features.analyse', { panel })).toEqual({ jobId }); // a second window asks too
  const end = await client.call('jobs.wait', { jobId });
  await until(() => topics.has('panels'));
  changes.cancel();
  expect(jobResults.analyse.parse(end.result)).toEqual({ panelId: panel, features: 5, days: 320 });
  expect(await client.call('jobs.get', { jobId })).toMatchObject({ kind: 'analyse', status: 'finished' });

  const analysis = (await client.call('features.analysis', { panel: panel.slice(-6) }))!;
  expect(analysis).toMatchObject({ days: 320, horizons: [1, 2, 3, 5, 10] });
  expect(analysis.features.map(({ name, family }) => [name, family])).toEqual([
    ['return_1', 'momentum'],
    ['return_5', 'momentum'],
    ['return_20', 'momentum'],
    ['volume_ratio_20', expect.any(String)],
    ['weekday_sin', 'calendar'],
  ]);
  const [first] = analysis.features;
  expect(first.coverage).toBeGreaterThan(0.99);
  expect(first.rankIc[0].low).toBeLessThan(first.rankIc[0].value!);
  expect(analysis.features[4].rankIc[0]).toEqual({ value: null, low: null, high: null });

  const profile = await client.call('features.profile', { panel, feature: 'return_5' });
  expect(profile.days.length).toBe(320);
  expect(profile.quantiles.length).toBe(5 * profile.years.length);
  expect(profile.rankIc.map(({ horizon, daily }) => [horizon, daily.length])).toEqual(
    [1, 2, 3, 5, 10].map((horizon) => [horizon, 320]),
  );
  expect(profile.rankIc[0].mean).toEqual(analysis.features[1].rankIc[0]);
  const known = [...profile.rankIc[0].daily].filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  expect(profile.rankIc[0].mean.value).toBeCloseTo(mean, 9);
});

test('correlations come in an order of their own, each beside its names', async () => {
  const ask = ['volume_ratio_20', 'return_1', 'return_5', 'return_1'];
  const { features, matrix, days } = await client.call('features.correlation', { panel, features: ask });
  expect(features.toSorted()).toEqual(['return_1', 'return_5', 'volume_ratio_20']);
  expect([matrix.length, days]).toEqual([9, 64]);
  expect(Math.abs(features.indexOf('return_1') - features.indexOf('return_5'))).toBe(1);
  const [a, b] = [features.indexOf('return_1'), features.indexOf('return_5')];
  expect(matrix[a * 3 + b]).toBeGreaterThan(0.2);
  expect(matrix[b * 3 + a]).toBe(matrix[a * 3 + b]);
  for (const name of ['target_1d', 'nothing']) {
    const asked = client.call('features.correlation', { panel, features: [name, 'return_1'] });
    await expect(asked).rejects.toMatchObject({ code: 'data/panel-lacks-features', params: { names: name } });
  }
});

test('panels are listed with their dataset, their features and whether they were measured', async () => {
  const other = await built(['features.names=[return_1]', 'features.graph.k=5']);
  const panels = await client.call('panels.list', {});
  expect(panels.map(({ panel: { id }, ...rest }) => ({ id, ...rest }))).toEqual([
    { id: other.id, dataset: 'small', version: 1, featureSet: null, features: 1, analysed: false, verdict: 'passed' },
    { id: panel, dataset: 'small', version: 1, featureSet: null, features: 5, analysed: true, verdict: 'passed' },
  ]);
  expect(await client.call('panels.list', { dataset: 'small' })).toEqual(panels);
  await expect(client.call('features.analysis', { panel: 'ZZZZ' })).rejects.toMatchObject({ code: 'state/not-found' });
});

test('the graph of a panel has a timeline, and a snapshot for a day that looks back only', async () => {
  const timeline = await client.call('graph.timeline', { panel });
  expect(timeline).toMatchObject({ k: 5, lookback: 60 });
  const day = timeline.days[10];
  const snapshot = await client.call('graph.snapshot', { panel, day });
  expect([snapshot.day, snapshot.windowLast]).toEqual([day, day]);
  expect(snapshot.windowFirst < day).toBe(true);
  expect(snapshot.degree.reduce((sum, degree) => sum + degree, 0)).toBe(snapshot.source.length);
  expect(snapshot.source.length / snapshot.codes.length).toBeCloseTo(timeline.averageDegree[10], 9);
  await expect(client.call('graph.snapshot', { panel, day: '1990-01-01' })).rejects.toMatchObject({
    code: 'data/no-snapshot',
  });
});

test('a feature set is saved by name, used by a config, replaced, deleted and restored', async () => {
  const saved = await client.call('features.saveSet', { name: 'mine', names: [...FEATURES, 'return_1'] });
  expect(saved).toMatchObject({ name: 'mine', names: FEATURES });
  const names = saved.names.join(', ');
  expect((await built([`features.names=[${names}]`, 'features.graph.k=5'])).id).toBe(panel);
  const listed = (await client.call('panels.list', {})).find((each) => each.panel.id === panel);
  expect(listed?.featureSet).toBe('mine');

  for (const [name, code] of [
    ['target_5d', 'config/target-as-feature'],
    ['retrun_1', 'data/unknown-feature'],
  ]) {
    await expect(client.call('features.saveSet', { name: 'bad', names: [name] })).rejects.toMatchObject({ code });
  }
  const replaced = await client.call('features.saveSet', { name: 'mine', names: ['return_1'] });
  expect(await client.call('features.sets', {})).toEqual([replaced]);
  await client.call('features.deleteSet', { name: 'mine' });
  expect(await client.call('features.sets', {})).toEqual([]);
  await expect(client.call('features.deleteSet', { name: 'mine' })).rejects.toMatchObject({ code: 'state/not-found' });
  await client.call('workspace.restore', { kind: 'featureSet', id: replaced.id });
  expect(await client.call('features.sets', {})).toEqual([replaced]);
});

test('no target is in the catalogue, nor among the features measured', async () => {
  const catalogue = await client.call('features.list', {});
  const analysis = await client.call('features.analysis', { panel });
  for (const { name } of [...catalogue, ...(analysis?.features ?? [])]) expect(name).not.toMatch(/^target/);
});

test('panels of a dataset in the trash are not listed; the same bars under another name bring them back', async () => {
  await client.call('datasets.delete', { dataset: 'small' });
  expect(await client.call('panels.list', {})).toEqual([]);
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: 'again' });
  await client.call('jobs.wait', { jobId });
  const panels = await client.call('panels.list', { dataset: 'again' });
  expect(panels.map((each) => [each.panel.id, each.dataset]).at(-1)).toEqual([panel, 'again']);
});
