// A checkpoint that leaves one workspace as a .zip and comes into another: what it can do there, and what is refused.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { hashValue } from '../../core/base/hash.node.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { CHECKPOINT_FILES } from '../../core/train/checkpoint.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const SMALL = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5, volume_ratio_20]',
];
const root = temporaryFolder('exchange');
const [homeFolder, awayFolder] = [join(root, 'home'), join(root, 'away')];
const open = (workspace: string): Promise<Host> =>
  createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });

let hosts: Host[] = [];
let home: Client;
let away: Client;
/** Of the home workspace. */
let checkpoint: { id: string; runId: string; contentHash: string };
let archive: string;

async function finished(client: Client, { jobId }: { jobId: string }): Promise<void> {
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
}

beforeAll(async () => {
  hosts = [await open(homeFolder), await open(awayFolder)];
  [home, away] = hosts.map((host) => host.connect());
  const { bars } = await home.call('datasets.synthesise', { stocks: 30, days: 360, seed: 11 });
  for (const client of [home, away])
    await finished(client, await client.call('datasets.import', { files: [bars], name: 'small' }));
  const { jobId, runId } = await home.call('training.start', {
    dataset: 'small',
    phases: [0],
    overrides: SMALL,
    name: 'first',
  });
  await finished(home, { jobId });
  checkpoint = (await home.call('runs.get', { run: runId })).checkpoints[0];
  const packed = await home.call('checkpoints.pack', { checkpoint: checkpoint.id });
  archive = join(homeFolder, packed.path);
  expect(readFileSync(archive)).toHaveLength(packed.bytes);
}, 120_000);
afterAll(async () => {
  for (const host of hosts) await host.close();
});

const take = (path: string) => away.call('checkpoints.import', { path, dataset: 'small' });
const contents = () => unzipSync(readFileSync(archive));
const inner = () => Object.keys(contents())[0].split('/')[0];
/** The archive with changes, under a new name. */
function changed(name: string, change: (files: Record<string, Uint8Array>) => void): string {
  const files = contents();
  change(files);
  const path = join(root, name);
  writeFileSync(path, zipSync(files, { level: 6 }));
  return path;
}

test('an archive holds exactly the files of the checkpoint, as they are', async () => {
  const files = contents();
  const [{ folder }] = await home.call('checkpoints.list', {});
  const own = readdirSync(join(homeFolder, folder)).sort();
  expect(own).toEqual(['checkpoint.json', ...CHECKPOINT_FILES].sort());
  expect(Object.keys(files).sort()).toEqual(own.map((name) => `${inner()}/${name}`));
  for (const name of own)
    expect(Buffer.from(files[`${inner()}/${name}`])).toEqual(readFileSync(join(homeFolder, folder, name)));
});

test('an imported checkpoint is known by a run of its own, and is evaluated, compared, tested, packed and trained on', async () => {
  const taken = await take(archive);
  expect(taken).toMatchObject({ contentHash: checkpoint.contentHash, phase: 'phase0_baseline', kind: 'best' });
  const { run, dataset } = await away.call('checkpoints.get', { checkpoint: taken.id });
  expect(run).toMatchObject({ status: 'finished', tags: ['imported'], summary: taken.metrics });
  expect(dataset).toBe('small');
  const again = await take(archive);
  const names = (await away.call('runs.list', {})).map(({ name }) => name);
  expect(new Set(names).size).toBe(2);

  await expect(away.call('backtests.run', { checkpoint: taken.id })).rejects.toMatchObject({
    code: 'state/not-evaluated',
  });
  for (const { id } of [taken, again])
    await finished(away, await away.call('checkpoints.evaluate', { checkpoint: id }));
  await expect(away.call('checkpoints.evaluate', { checkpoint: taken.id })).rejects.toMatchObject({
    code: 'state/already-evaluated',
  });
  const [evaluation] = await away.call('evaluations.get', { checkpoint: taken.id });
  const [original] = await home.call('evaluations.get', { checkpoint: checkpoint.id });
  // The run held out an embargo; here every day counts that the weights know nothing of.
  expect(evaluation.firstDay <= original.firstDay).toBe(true);
  expect(evaluation.lastDay).toBe(original.lastDay);
  const [here] = await away.call('evaluations.series', { evaluations: [evaluation.id] });
  const [there] = await home.call('evaluations.series', { evaluations: [original.id] });
  const from = here.days.indexOf(there.days[0]);
  expect([...here.horizons[0].rankIc.slice(from)]).toEqual([...there.horizons[0].rankIc]);
  expect(here.overall.rankIc).toHaveLength(here.days.length);
  expect(here.horizons[0].deciles).toHaveLength(10);

  const comparison = await away.call('checkpoints.compare', { checkpoints: [taken.id, again.id] });
  expect(comparison.pairs).toMatchObject([
    [null, { difference: { value: 0, low: 0, high: 0 } }],
    [{ difference: { value: 0, low: 0, high: 0 } }, null],
  ]);
  await finished(away, await away.call('backtests.run', { checkpoint: taken.id }));
  await away.call('checkpoints.promote', { checkpoint: taken.id });
  const repacked = await away.call('checkpoints.pack', { checkpoint: taken.id });
  expect(repacked.bytes).toBeGreaterThan(0);
  await finished(
    away,
    await away.call('training.start', { dataset: 'small', phases: [1], overrides: SMALL, resumeCheckpoint: taken.id }),
  );
}, 120_000);

test('a folder is taken in as well as an archive', async () => {
  const [{ folder }] = await home.call('checkpoints.list', {});
  expect(await take(join(homeFolder, folder))).toMatchObject({ contentHash: checkpoint.contentHash });
});

const manifestOf = (files: Record<string, Uint8Array>) =>
  JSON.parse(Buffer.from(files[`${inner()}/checkpoint.json`]).toString());
/** Sealed again, as somebody would who wants it to be taken. */
function reseal(files: Record<string, Uint8Array>, manifest: Record<string, unknown>): void {
  const seal = hashValue({ ...manifest, seal: undefined });
  files[`${inner()}/checkpoint.json`] = strToU8(JSON.stringify({ ...manifest, seal }));
}

test.each<[string, (files: Record<string, Uint8Array>) => void, string]>([
  ['without its manifest', (files) => delete files[`${inner()}/checkpoint.json`], 'model/not-a-checkpoint'],
  ['without its weights', (files) => delete files[`${inner()}/weights.npy`], 'model/damaged-checkpoint'],
  [
    'with a changed weight',
    (files) => {
      const weights = files[`${inner()}/weights.npy`];
      weights[weights.length - 2] ^= 1;
    },
    'model/damaged-checkpoint',
  ],
  [
    'with a changed figure',
    (files) => {
      const text = JSON.stringify({ ...manifestOf(files), epoch: 999 });
      files[`${inner()}/checkpoint.json`] = strToU8(text);
    },
    'model/damaged-checkpoint',
  ],
  [
    'whose manifest names a file elsewhere',
    (files) => {
      const manifest = manifestOf(files);
      manifest.files['../../../phasor.sqlite'] = manifest.files['weights.npy'];
      reseal(files, manifest);
    },
    'model/damaged-checkpoint',
  ],
  [
    'of another model than its config says',
    (files) => {
      const manifest = manifestOf(files);
      manifest.config.model.hidden_size = 16;
      reseal(files, manifest);
    },
    'model/other-model',
  ],
  [
    'with more numbers than its model has',
    (files) => {
      const manifest = manifestOf(files);
      const more = new Uint8Array(files[`${inner()}/first_moment.npy`].length + 100_000);
      files[`${inner()}/first_moment.npy`] = more;
      const sha256 = createHash('sha256').update(more).digest('hex');
      manifest.files['first_moment.npy'] = { bytes: more.length, sha256 };
      reseal(files, manifest);
    },
    'model/damaged-checkpoint',
  ],
  [
    'of more inputs than it names',
    (files) => {
      const manifest = manifestOf(files);
      manifest.shape.features = 2 ** 40;
      reseal(files, manifest);
    },
    'model/damaged-checkpoint',
  ],
  ['of a newer version', (files) => reseal(files, { ...manifestOf(files), schema: 99 }), 'model/newer-checkpoint'],
])('an archive %s is refused, by the name it was given, and leaves nothing behind', async (what, change, code) => {
  const before = [readdirSync(join(awayFolder, 'runs')), await away.call('runs.list', {})];
  const path = changed(`${what.replaceAll(' ', '-')}.zip`, change);
  await expect(take(path)).rejects.toMatchObject({ code, params: { folder: path } });
  expect([readdirSync(join(awayFolder, 'runs')), await away.call('runs.list', {})]).toEqual(before);
});

test('paths in an archive lead nowhere: only the files of a checkpoint are taken, by their bare names', async () => {
  const path = changed('traversal.zip', (files) => {
    files['../../outside.txt'] = strToU8('no');
    files['/tmp/outside.txt'] = strToU8('no');
    files['..\\..\\outside.txt'] = strToU8('no');
    files['weights.npy/../../../outside.txt'] = strToU8('no');
    files[`${inner()}/extra/hosts`] = strToU8('no');
  });
  const { runId } = await take(path);
  const { run, checkpoints } = await away.call('runs.get', { run: runId });
  expect(readdirSync(join(awayFolder, checkpoints[0].folder)).sort()).toEqual(
    ['checkpoint.json', ...CHECKPOINT_FILES].sort(),
  );
  expect(readdirSync(join(awayFolder, run.folder))).toEqual(['imported']);
  for (const folder of [root, awayFolder, join(awayFolder, 'runs')])
    expect(existsSync(join(folder, 'outside.txt'))).toBe(false);
});

test('what is no archive, cut off, absent, or a folder with links is refused', async () => {
  writeFileSync(join(root, 'text.zip'), 'not a zip at all');
  await expect(take(join(root, 'text.zip'))).rejects.toMatchObject({ code: 'model/not-a-checkpoint' });
  writeFileSync(join(root, 'cut.zip'), readFileSync(archive).subarray(0, 20_000));
  await expect(take(join(root, 'cut.zip'))).rejects.toMatchObject({ code: 'model/damaged-checkpoint' });
  await expect(take(join(root, 'absent.zip'))).rejects.toMatchObject({ code: 'input/file-not-found' });
  mkdirSync(join(root, 'empty'));
  await expect(take(join(root, 'empty'))).rejects.toMatchObject({ code: 'model/not-a-checkpoint' });
  const [{ folder }] = await home.call('checkpoints.list', {});
  const linked = join(root, 'linked');
  cpSync(join(homeFolder, folder), linked, { recursive: true });
  rmSync(join(linked, 'weights.npy'));
  symlinkSync(join(homeFolder, folder, 'weights.npy'), join(linked, 'weights.npy'));
  await expect(take(linked)).rejects.toMatchObject({ code: 'model/damaged-checkpoint' });
  await expect(away.call('checkpoints.import', { path: archive, dataset: 'none' })).rejects.toMatchObject({
    code: 'state/not-found',
  });
});

test('names in a manifest lead nowhere: what is evaluated stays in its run, and deleting it deletes nothing else', async () => {
  const path = changed('phase.zip', (files) => reseal(files, { ...manifestOf(files), phase: '../..' }));
  const { id, runId } = await take(path);
  await finished(away, await away.call('checkpoints.evaluate', { checkpoint: id }));
  const [evaluation] = await away.call('evaluations.get', { checkpoint: id });
  const { run } = await away.call('runs.get', { run: runId });
  expect(evaluation.folder?.startsWith(`${run.folder}/evaluations/`)).toBe(true);
  const others = readdirSync(join(awayFolder, 'runs')).filter((name) => name !== runId);
  await away.call('runs.delete', { run: runId });
  await away.call('workspace.emptyTrash', {});
  expect(readdirSync(join(awayFolder, 'runs'))).toEqual(others);
});

test('a universe that was judged by later days is no excuse to evaluate on them', async () => {
  const plan = await home.call('training.plan', { dataset: 'small', phases: [0], overrides: SMALL });
  const [{ last: trainEnd }] = plan.folds[0].parts;
  const path = changed('universe.zip', (files) => {
    const manifest = manifestOf(files);
    manifest.config.data.universe.min_turnover = 1;
    Object.assign(manifest.lineage, { trainedThrough: '2000-01-03', chosenThrough: '2000-01-03' });
    reseal(files, manifest);
  });
  const { id } = await take(path);
  await finished(away, await away.call('checkpoints.evaluate', { checkpoint: id }));
  const [{ firstDay }] = await away.call('evaluations.get', { checkpoint: id });
  expect(firstDay > trainEnd).toBe(true);
});

test('asked twice at once, a checkpoint is evaluated once', async () => {
  const { id } = await take(archive);
  const jobs = await Promise.all([1, 2].map(() => away.call('checkpoints.evaluate', { checkpoint: id })));
  expect(jobs[0]).toEqual(jobs[1]);
  await finished(away, jobs[0]);
  expect(await away.call('evaluations.get', { checkpoint: id })).toHaveLength(1);
});
