// From a prediction back to the lines of the file that it was made of, and the latest rows for inference.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { readPredictions } from '../../core/evaluate/predictions-file.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { readCheckpointManifest } from '../../core/train/checkpoint.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const workspace = temporaryFolder('lineage');
const FEATURES = ['return_5', 'rsi_14', 'sector_relative_return_5', 'market_trend_20', 'weekday_sin'];
const SMALL = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  `features.names=[${FEATURES.join(', ')}]`,
];

let host: Host;
let client: Client;
let csv: string;
let panel: { id: string; folder: string };

async function finished({ jobId }: { jobId: string }): Promise<void> {
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
}

function withoutLastDays(text: string, count: number): string {
  const [header, ...lines] = text.trimEnd().split('\n');
  const column = header.toLowerCase().split(',').indexOf('date');
  const dayOf = (line: string): string => line.split(',')[column];
  const days = [...new Set(lines.map(dayOf))].sort();
  const last = days[days.length - 1 - count];
  return `${[header, ...lines.filter((line) => dayOf(line) <= last)].join('\n')}\n`;
}

beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
  csv = (await client.call('datasets.synthesise', { stocks: 24, days: 360, seed: 11 })).bars;
  // Three evenings before, then today: the panel that is trained on is one to which days were added.
  const early = join(workspace, 'early.csv');
  writeFileSync(early, withoutLastDays(readFileSync(csv, 'utf8'), 3));
  for (const file of [early, csv]) {
    await finished(await client.call('datasets.import', { files: [file], name: 'small' }));
    const { jobId } = await client.call('features.build', { dataset: 'small', overrides: SMALL });
    const { result } = await client.call('jobs.wait', { jobId });
    expect(result).toMatchObject({ reused: false, added: file === csv ? 3 : 0 });
  }
  await finished(
    await client.call('training.start', { dataset: 'small', phases: [0], overrides: SMALL, name: 'first' }),
  );
  panel = (await client.call('panels.list', {}))[0].panel;
}, 240_000);
afterAll(() => host.close());

test('what can be asked are the codes and days of the panel, of a run as of its checkpoints', async () => {
  const choices = await client.call('lineage.traceable', { of: 'first' });
  const reader = PanelReader.open(join(workspace, panel.folder));
  try {
    expect(choices.codes).toEqual(reader.manifest.codes);
    expect(choices.days.map((day) => Date.parse(day) / 86_400_000)).toEqual([...reader.days]);
  } finally {
    reader.close();
  }
  const [{ id }] = (await client.call('runs.get', { run: 'first' })).checkpoints;
  expect(await client.call('lineage.traceable', { of: id })).toEqual(choices);
  await expect(client.call('lineage.traceable', { of: 'nobody' })).rejects.toThrow(/nobody/);
});

test('a panel says its version, those of its features, and the panel that its last days were added to', async () => {
  const record = await client.call('panels.record', { panel: panel.id });
  expect(record).toMatchObject({ folder: panel.folder, extends: { days: 3 } });
  expect(panel.folder.endsWith(record.key)).toBe(true);
  expect(record.features.map(({ name }) => name)).toEqual(FEATURES);
  for (const { version, current } of record.features) {
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(current).toBe(version);
  }
  const { day } = await client.call('features.latest', { panel: panel.id });
  expect(record.lastDay).toBe(day);
  expect(record.codes).toHaveLength(24);
});

test('a prediction is followed back to the lines of the source file', async () => {
  const { checkpoints, evaluations } = await client.call('runs.get', { run: 'first' });
  const own = evaluations.find(({ checkpointId }) => checkpointId !== null)!;
  const set = readPredictions(join(workspace, own.folder!, 'predictions'));
  const [at, row] = [3, set.dayOffsets[3] + 5];
  const code = set.codes[set.stock[row]];
  const day = new Date(set.days[at] * 86_400_000).toISOString().slice(0, 10);
  const trace = await client.call('lineage.trace', { of: 'first', code, day });

  const levels = set.quantiles.length;
  expect(trace.prediction).toMatchObject({ evaluation: own.id, quantiles: [...set.quantiles] });
  expect(trace.prediction!.predicted.flat()).toEqual([
    ...set.predicted.subarray(row * set.horizons.length * levels, (row + 1) * set.horizons.length * levels),
  ]);
  const best = checkpoints.find(({ kind }) => kind === 'best')!;
  const weights = readFileSync(join(workspace, best.folder, 'weights.npy'));
  expect(trace.checkpoint).toMatchObject({
    id: best.id,
    hash: best.contentHash,
    weights: createHash('sha256').update(weights).digest('hex'),
  });

  const manifest = readCheckpointManifest(join(workspace, best.folder));
  const reader = PanelReader.open(join(workspace, panel.folder));
  const index = reader.days.indexOf(set.days[at]);
  const place = reader.stocksOf(index).indexOf(reader.manifest.codes.indexOf(code));
  expect(trace.panel).toMatchObject({ key: manifest.lineage.panel, row: reader.dayOffsets[index] + place });
  expect(trace.panel.inputs).toMatch(/^[0-9a-f]{64}$/);
  expect(trace.panel.extends?.days).toBe(3);
  const stored = reader.featuresOf(trace.panel.row);
  expect(trace.features.map(({ name }) => name)).toEqual(FEATURES);
  trace.features.forEach((feature, i) => {
    expect(feature.stored, feature.name).toBe(stored[i]);
    expect(feature.version, feature.name).toBe(feature.current);
    expect(feature.window.last, feature.name).toBe(day);
    expect(feature.reachesBack <= feature.window.first, feature.name).toBe(true);
  });
  const named = Object.fromEntries(trace.features.map((feature) => [feature.name, feature]));
  expect(named.return_5.window.bars).toBe(6);
  expect(named.weekday_sin.window).toMatchObject({ first: day, bars: 1 });
  // Wilder's average fades, and so reaches back further than its window.
  expect(named.rsi_14.reachesBack < named.rsi_14.window.first).toBe(true);
  reader.close();

  const [source] = trace.sources;
  const text = readFileSync(csv);
  expect(source.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  const lines = text.toString('utf8').split('\n');
  const [header, ...records] = [lines[0], ...lines.slice(source.rows!.first - 1, source.rows!.last)];
  const [dayColumn, codeColumn] = ['date', 'code'].map((name) => header.toLowerCase().split(',').indexOf(name));
  const ours = records.map((line) => line.split(',')).filter((cells) => cells[codeColumn] === code);
  expect(ours.length).toBe(source.rows!.count);
  expect(ours.length).toBe(trace.dataset.bars.bars);
  expect(
    ours
      .map((cells) => cells[dayColumn])
      .sort()
      .at(-1),
  ).toBe(day);
  expect(ours.map((cells) => cells[dayColumn]).sort()[0]).toBe(trace.dataset.bars.first);
});

test('what is not there is said', async () => {
  const ask = (request: { of?: string; code?: string; day?: string; features?: string[] }) =>
    client.call('lineage.trace', { of: 'first', code: 'SYN0001', day: '2011-01-03', ...request });
  await expect(ask({ of: 'second' })).rejects.toMatchObject({ code: 'state/not-found' });
  const [{ codes }] = [await client.call('features.latest', { panel: panel.id })];
  await expect(ask({ code: 'nobody' })).rejects.toMatchObject({ code: 'data/code-not-in-panel' });
  await expect(ask({ code: codes[0], day: '1999-12-31' })).rejects.toMatchObject({ code: 'data/no-such-row' });
});

test('the latest rows are those of the panel, and with a checkpoint what its model takes', async () => {
  const folder = join(workspace, panel.folder);
  const reader = PanelReader.open(folder);
  const last = reader.days.length - 1;
  const width = FEATURES.length;
  const [{ values: features }] = reader.featureBlocks([last]);
  const rows = await client.call('features.latest', { panel: panel.id });
  expect(rows.day).toBe(new Date(reader.days[last] * 86_400_000).toISOString().slice(0, 10));
  expect(rows.values).toEqual(features.slice());
  expect(rows.codes).toEqual([...reader.stocksOf(last)].map((stock) => reader.manifest.codes[stock]));

  const { checkpoints } = await client.call('runs.get', { run: 'first' });
  const best = checkpoints.find(({ kind }) => kind === 'best')!;
  const { scaling, config } = readCheckpointManifest(join(workspace, best.folder));
  reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
  const T = config.model.sequence_length;
  const batch = reader.readBatch(last, T);
  const scaled = await client.call('features.latest', { panel: panel.id, checkpoint: best.id });
  expect(scaled.values).toEqual(batch.x.slice((T - 1) * batch.size * width));
  reader.close();

  const two = await client.call('features.latest', { panel: panel.id, codes: [rows.codes[7], rows.codes[2]] });
  expect(two.codes).toEqual([rows.codes[7], rows.codes[2]]);
  expect(two.values.slice(width)).toEqual(rows.values.slice(2 * width, 3 * width));
});
