// The workspace as a whole through its contract: summary, settings, caches, trash, history, network log.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { SETTINGS_DEFAULTS } from '../../core/contract/views/workspace.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { temporaryFolder } from './store-support/harness.ts';
import {
  newBacktest,
  newCheckpoint,
  newEvaluation,
  newPanel,
  newPhase,
  newRun,
  seeded,
} from './store-support/samples.ts';

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});
async function open(workspace: string, access: 'read' | 'write' = 'write') {
  const host = await createHost({ workspace, access, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  hosts.push(host);
  return host.connect();
}

/** Writes `bytes` bytes. */
function fill(path: string, bytes: number): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, new Uint8Array(bytes));
}

test('settings are kept in a file, key by key; what this version does not know stays in it', async () => {
  const workspace = temporaryFolder();
  const client = await open(workspace);
  expect(await client.call('settings.get', {})).toEqual(SETTINGS_DEFAULTS);
  expect(await client.call('settings.set', { locale: 'ja', threads: 3 })).toEqual({
    ...SETTINGS_DEFAULTS,
    locale: 'ja',
    threads: 3,
  });
  await expect(client.call('settings.set', { threads: -1 })).rejects.toMatchObject({ code: 'input/bad-request' });
  const path = join(workspace, 'settings.json');
  const file = JSON.parse(readFileSync(path, 'utf8'));
  expect(file).toEqual({ locale: 'ja', threads: 3 });
  await hosts.pop()?.close();

  writeFileSync(path, JSON.stringify({ ...file, theme: 'plaid', laterVersion: { a: 1 } }));
  const again = await open(workspace);
  expect(await again.call('settings.get', {})).toMatchObject({ locale: 'ja', theme: 'auto', threads: 3 });
  await again.call('settings.set', { density: 'compact' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ density: 'compact', laterVersion: { a: 1 } });
});

test('a damaged settings file gives the defaults and a warning, and is put aside by the next change', async () => {
  const workspace = temporaryFolder();
  const path = join(workspace, 'settings.json');
  writeFileSync(path, '{"theme": "da');
  const client = await open(workspace);
  for (const _ of [1, 2]) expect(await client.call('settings.get', {})).toEqual(SETTINGS_DEFAULTS);
  const history = await client.call('history.list', {});
  expect(history.filter(({ kind }) => kind === 'settings.damaged')).toHaveLength(1);
  expect(existsSync(`${path}.damaged`)).toBe(false);
  await client.call('settings.set', { theme: 'dark' });
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('{"theme": "da');
  expect(await client.call('settings.get', {})).toMatchObject({ theme: 'dark' });
});

test('the summary tells sizes by part, counts and the machine, to a reader too', async () => {
  const workspace = temporaryFolder();
  const client = await open(workspace);
  fill(join(workspace, 'datasets/a/v1/bars.parquet'), 5_000);
  fill(join(workspace, 'runs/x/y/z.bin'), 700);
  const summary = await client.call('workspace.summary', {});
  expect(summary).toMatchObject({ path: workspace, engine: null, counts: { runs: 0, datasets: 0 } });
  expect(summary.freeBytes).toBeLessThanOrEqual(summary.totalBytes);
  const sizes = async () => (await client.call('workspace.summary', {})).sizes;
  while ((await sizes()).runs === undefined) await sleep(5);
  expect(await sizes()).toMatchObject({ datasets: 5_000, runs: 700 });
  expect((await sizes()).database).toBeGreaterThan(0);
  const reader = await open(workspace, 'read');
  expect(await reader.call('workspace.summary', {})).toMatchObject({ path: workspace });
  await expect(reader.call('settings.set', {})).rejects.toMatchObject({ code: 'state/read-only' });
});

test('caches are listed and cleared; a panel that a run stands on is none', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const { run, datasetVersion } = await seeded(store);
  const set = await store.panels.ensureFeatureSet({ name: 'all', hash: 'h', names: [], parameters: {} });
  const panels = ['used', 'begun', 'unused'].map((hash) => ({
    ...newPanel(datasetVersion.id, set.id),
    hash,
    folder: `panels/${hash}`,
  }));
  const [used] = await Promise.all(panels.map((panel) => store.panels.ensure(panel)));
  await store.runs.update(run.id, { panelId: used.id, lineage: { ...run.lineage, panel: 'begun' } });
  await store.close();
  fill(join(workspace, 'cache/graphs/a.bin'), 10);
  fill(join(workspace, 'panels/used/features.npy'), 100);
  fill(join(workspace, 'panels/begun/features.npy'), 100);
  fill(join(workspace, 'panels/unused/features.npy'), 1_000);
  fill(join(workspace, 'uploads/1/bars.csv'), 20);
  const client = await open(workspace);
  expect(await client.call('caches.list', {})).toEqual([
    { name: 'graphs', bytes: 10, files: 1 },
    { name: 'panels', bytes: 1_000, files: 1 },
    { name: 'uploads', bytes: 20, files: 1 },
    { name: 'exports', bytes: 0, files: 0 },
  ]);
  expect(await client.call('caches.clear', { name: 'panels' })).toEqual({ bytes: 1_000 });
  const stands = (panel: string): boolean => existsSync(join(workspace, 'panels', panel));
  expect(['used', 'begun', 'unused'].map(stands)).toEqual([true, true, false]);
  expect(await client.call('caches.clear', { name: 'graphs' })).toEqual({ bytes: 10 });
  for (const name of ['runs', '../datasets', 'datasets'])
    await expect(client.call('caches.clear', { name })).rejects.toMatchObject({ code: 'state/not-found' });
});

test('what was deleted lies in the trash with its files, comes back, and goes for good with all that belongs to it', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const { dataset, datasetVersion, run, phase } = await seeded(store);
  const kept = await store.runs.create({ ...newRun(datasetVersion.id, 'kept'), folder: 'runs/kept' });
  const keptPhase = await store.runs.addPhase(newPhase(kept.id));
  const [own, other] = [
    await store.checkpoints.add({ ...newCheckpoint(run.id, phase.id), folder: 'runs/x/phase0/best' }),
    await store.checkpoints.add({ ...newCheckpoint(kept.id, keptPhase.id), folder: 'runs/kept/phase0/best' }),
  ];
  await store.evaluations.add({ ...newEvaluation(datasetVersion.id, own.id, run.id), folder: 'evaluations/e' });
  await store.backtests.add({ ...newBacktest(datasetVersion.id, own.id), folder: 'backtests/own' });
  const backtest = await store.backtests.add({
    ...newBacktest(datasetVersion.id, other.id),
    folder: 'backtests/other',
  });
  await store.close();
  const folders = ['runs/x', 'evaluations/e', 'backtests/own', 'backtests/other', 'runs/kept', datasetVersion.folder];
  for (const folder of folders) fill(join(workspace, folder, 'file.bin'), 100);
  const there = () => folders.filter((folder) => existsSync(join(workspace, folder)));

  const client = await open(workspace);
  await client.call('runs.delete', { run: run.id });
  await client.call('backtests.delete', { backtest: backtest.id });
  await client.call('datasets.delete', { dataset: dataset.name });
  const trash = await client.call('workspace.trash', {});
  expect(trash.map(({ kind, id, name }) => [kind, id, name])).toEqual(
    expect.arrayContaining([
      ['run', run.id, run.name],
      ['backtest', backtest.id, 'kept phase0'],
      ['dataset', dataset.id, dataset.name],
    ]),
  );
  expect(there()).toEqual(folders);
  await client.call('workspace.restore', { kind: 'backtest', id: backtest.id });
  await expect(client.call('workspace.restore', { kind: 'backtest', id: backtest.id })).rejects.toMatchObject({
    code: 'state/gone',
  });
  expect(await client.call('backtests.list', {})).toMatchObject([{ id: backtest.id }]);

  // The dataset stays as long as a run stands on it.
  expect(await client.call('workspace.emptyTrash', {})).toEqual({ items: 1, bytes: 300 });
  expect(there()).toEqual(['backtests/other', 'runs/kept', datasetVersion.folder]);
  expect(await client.call('workspace.trash', {})).toMatchObject([{ kind: 'dataset' }]);
  await client.call('runs.delete', { run: 'kept' });
  expect(await client.call('workspace.emptyTrash', {})).toEqual({ items: 2, bytes: 300 });
  expect(there()).toEqual([]);
  expect(await client.call('workspace.trash', {})).toEqual([]);
});

test('what is taken back while the trash is emptied is whole or gone, and folders of many things are never deleted', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const { datasetVersion } = await seeded(store);
  const runs = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      store.runs.create({ ...newRun(datasetVersion.id, name), folder: `runs/${name}` }),
    ),
  );
  await store.runs.create({ ...newRun(datasetVersion.id, 'all'), folder: 'runs' });
  await store.runs.create({ ...newRun(datasetVersion.id, 'up'), folder: 'runs/x/../..' });
  await store.close();
  for (const { folder } of runs) fill(join(workspace, folder, 'file.bin'), 10);
  fill(join(workspace, 'runs/other/file.bin'), 10);
  const client = await open(workspace);
  for (const run of ['a', 'b', 'c', 'd', 'all', 'up']) await client.call('runs.delete', { run });
  const restoring = runs.map(({ id }) => client.call('workspace.restore', { kind: 'run', id }));
  const [, ...restored] = await Promise.allSettled([client.call('workspace.emptyTrash', {}), ...restoring]);
  const left = (await client.call('runs.list', {})).map(({ id }) => id);
  for (const [i, { id, folder }] of runs.entries()) {
    expect(left.includes(id)).toBe(restored[i].status === 'fulfilled');
    expect(existsSync(join(workspace, folder))).toBe(restored[i].status === 'fulfilled');
  }
  expect(existsSync(join(workspace, 'runs/other/file.bin'))).toBe(true);
  expect(existsSync(join(workspace, 'phasor.sqlite'))).toBe(true);
});

test('a run does not go on without the checkpoint that it began with', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const { run, phase, datasetVersion } = await seeded(store);
  const parent = await store.checkpoints.add(newCheckpoint(run.id, phase.id));
  const plain = newRun(datasetVersion.id, 'child');
  const child = await store.runs.create({
    ...plain,
    folder: 'runs/child',
    lineage: { ...plain.lineage, parentCheckpointId: parent.id },
  });
  await store.runs.addPhase({ ...newPhase(child.id), phase: child.phases[0] });
  await store.runs.setStatus(child.id, 'stopped');
  await store.close();
  const client = await open(workspace);
  await client.call('runs.delete', { run: run.id });
  await client.call('workspace.emptyTrash', {});
  await expect(client.call('training.resumeRun', { run: 'child' })).rejects.toMatchObject({
    code: 'state/gone',
    params: { what: 'checkpoint', id: parent.id },
  });
});

test('an upload that the end of a host cut off is gone with the next start; complete ones stay', async () => {
  const workspace = temporaryFolder();
  fill(join(workspace, 'uploads/a/.incoming'), 10);
  fill(join(workspace, 'uploads/b/bars.csv'), 10);
  await open(workspace);
  expect(existsSync(join(workspace, 'uploads/a'))).toBe(false);
  expect(existsSync(join(workspace, 'uploads/b/bars.csv'))).toBe(true);
});

test('history can be asked of one subject, and the network log is empty until something leaves the machine', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const { run } = await seeded(store);
  await store.close();
  const client = await open(workspace);
  expect(await client.call('runs.update', { run: run.id })).toMatchObject({ name: run.name });
  await client.call('runs.delete', { run: run.id });
  await client.call('workspace.restore', { kind: 'run', id: run.id });
  expect(await client.call('history.list', { subject: run.id })).toMatchObject([
    { kind: 'run.deleted', subjectId: run.id },
  ]);
  expect(await client.call('history.list', { subject: 'other' })).toEqual([]);
  expect(await client.call('network.list', {})).toEqual([]);
  const request = { method: 'GET', url: 'https://example.org/latest.yml', status: 200, bytes: 512, purpose: 'update' };
  await hosts[0].noteRequest(request);
  expect(await client.call('network.list', {})).toMatchObject([request]);
});
