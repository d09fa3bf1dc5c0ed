// Columns computed on several threads: the same bytes whatever their number, a stop and a failure as on one, and nobody left behind.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shared, sharedWithin } from '../../core/base/shared-memory.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import type { SideTables } from '../../core/data/side-tables.ts';
import { keepCodes } from '../../core/data/universe.ts';
import { barFeatures, catalogue } from '../../core/features/catalogue.ts';
import { columnsOnThreads, columnThreads, inCatalogue } from '../../core/features/column-threads.node.ts';
import { buildPanel, type PanelBuildOptions } from '../../core/features/panel-build.node.ts';
import { randomBars } from '../support/random-bars.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { temporaryFolder } from '../support/training.ts';

const bars = withFactors(randomBars({ stocks: 20, days: 290, seed: 5, gaps: 0.03, partial: 0.2 }), 5);
const tables = randomTables(bars, { seed: 5 });
const workspace = temporaryFolder('column-threads');
const everything = catalogue.map(({ name }) => name);
const graphCache = join(workspace, 'graphs');
const recipe = { bars, tables, dataHash: 'threads', features: everything, minHistory: 20, graphCache };
const small = barFeatures.slice(0, 60).map(({ name }) => name);

/** Threads that live beside this one. */
const threadsNow = (): number => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;

/** What becomes of a build; that it was on as many threads, and none of them is left. */
async function outcome(name: string, options: Partial<PanelBuildOptions>): Promise<unknown> {
  const folder = join(workspace, name, 'panel');
  const before = threadsNow();
  let most: number | undefined; // unknown where it ends before the first column
  const onProgress: PanelBuildOptions['onProgress'] = (stage, done, total) => {
    if (stage === 'features' && done === 1) most = threadsNow();
    options.onProgress?.(stage, done, total);
  };
  const result = await buildPanel({ ...recipe, ...options, folder, onProgress }).catch((error: unknown) => error);
  expect(threadsNow()).toBe(before);
  if (most !== undefined) expect(most - before).toBe((options.threads ?? 1) > 1 ? options.threads : 0);
  return result;
}

test('the whole catalogue, with graph, sectors and tables, gives the same files on 1, 2 and 3 threads', async () => {
  const progress: number[] = [];
  const onProgress: PanelBuildOptions['onProgress'] = (stage, done, total) => {
    if (stage !== 'features') return;
    progress.push(done);
    expect(total).toBe(everything.length);
  };
  const plain = await outcome('1', { threads: 1 });
  expect(plain).toMatchObject({ rows: bars.close.length, files: { 'features.npy': { sha256: expect.any(String) } } });
  for (const threads of [2, 3]) {
    progress.length = 0;
    expect(await outcome(String(threads), { threads, onProgress })).toEqual(plain);
    expect(progress).toEqual(Array.from({ length: everything.length + 1 }, (_, i) => i));
  }
});

test.each([1, 3])('a stop in the middle leaves no file and no thread, with %i', async (threads) => {
  const stop = new AbortController();
  const onProgress = (stage: string, done: number): void => void (stage === 'features' && done === 100 && stop.abort());
  const stopped = await outcome(`stopped-${threads}`, { threads, onProgress, signal: stop.signal });
  expect(stopped).toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(workspace, `stopped-${threads}`))).toEqual([]);
});

test('a kernel that fails is told in the same words, on whatever thread', async () => {
  const broken: SideTables = { ...tables, statements: { ...tables.statements, columns: {} } };
  const messages: string[] = [];
  for (const threads of [1, 3]) {
    const failed = await outcome(`failed-${threads}`, { threads, tables: broken });
    expect(failed).toBeInstanceOf(Error);
    messages.push((failed as Error).message);
    expect(readdirSync(join(workspace, `failed-${threads}`))).toEqual([]);
  }
  expect(messages[0]).toMatch(/undefined/);
  expect(messages[1]).toBe(messages[0]);
});

test('what is not there to compute with is said before a thread begins', async () => {
  const { statements: _, ...others } = tables;
  const folder = join(workspace, 'lacks', 'panel');
  const before = threadsNow();
  await expect(buildPanel({ ...recipe, tables: others, folder, threads: 3 })).rejects.toMatchObject({
    code: 'data/feature-lacks-input',
  });
  expect(threadsNow()).toBe(before);
  expect(existsSync(folder)).toBe(false);
});

test('a thread that ends is an error, and the others end with it', async () => {
  const entry = new URL('../fixtures/failing-column-thread.ts', import.meta.url);
  const run = (name: string | null) => {
    const done: string[] = [];
    const onColumn = (column: string, answer: string): void => {
      expect(answer).toBe(column);
      done.push(column);
    };
    return { done, ended: columnsOnThreads({ entry, settings: name, names: small, bars, threads: 3, onColumn }) };
  };
  const before = threadsNow();
  const whole = run(null);
  await whole.ended;
  expect(whole.done.toSorted()).toEqual(small.toSorted());
  const cut = run(small[30]);
  await expect(cut.ended).rejects.toMatchObject({ code: 'worker/crashed' });
  expect(cut.done).not.toContain(small[30]);
  expect(threadsNow()).toBe(before);
});

test('features that a test plants are computed on the caller’s thread, their functions cannot be handed over', async () => {
  const changed = catalogue.map((each) => (each.name === 'return_1' ? { ...each, formula: 'another' } : each));
  expect(inCatalogue(['volatility_20'], changed)).toBe(false);
  expect(inCatalogue(['rsi_14'], changed)).toBe(true);
  expect(inCatalogue(['absent'], [...catalogue])).toBe(false);
  const before = threadsNow();
  const onProgress = (stage: string): void => {
    if (stage === 'features') expect(threadsNow()).toBe(before);
  };
  const options = { ...recipe, features: small, threads: 1, folder: join(workspace, 'own') };
  const plain = await buildPanel(options);
  const planted = { ...options, definitions: changed, threads: 3, folder: join(workspace, 'planted'), onProgress };
  expect((await buildPanel(planted)).files['features.npy']).toEqual(plain.files['features.npy']);
});

test('small tables are not worth a thread, and huge ones are given as many as there is memory for', () => {
  expect(columnThreads(499_999)).toBe(1);
  expect(columnThreads(1e12)).toBe(1);
  expect(columnThreads(500_000)).toBeGreaterThanOrEqual(1);
});

test('what lies in shared memory is handed over as it is, what does not is copied once', () => {
  const close = shared(bars.close);
  const twice = { close: bars.close, adjusted: bars.close };
  const moved = sharedWithin({ close, nested: twice, codes: bars.codes, absent: undefined, name: 'x' });
  expect(moved.close).toBe(close);
  expect(moved.nested.close.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(moved.nested.adjusted).toBe(moved.nested.close);
  expect(moved.nested.close).toEqual(bars.close);
  expect(moved).toMatchObject({ codes: bars.codes, absent: undefined, name: 'x' });
});

test('bars are loaded, and narrowed to a universe, in shared memory: threads are handed no copy', async () => {
  const lines = ['code,date,open,high,low,close,volume'];
  for (const code of ['A', 'B']) for (let day = 1; day < 10; day++) lines.push(`${code},2024-01-0${day},1,1,1,1,100`);
  const [csv, outFolder] = ['bars.csv', 'dataset'].map((name) => join(workspace, name));
  writeFileSync(csv, lines.join('\n'));
  await importBars({ files: [csv], name: 'test', outFolder });
  const loaded = await loadBars(outFolder, { factor: true });
  expect(loaded.close).toHaveLength(18);
  for (const table of [loaded, keepCodes(loaded, [1])])
    for (const name of ['offsets', 'dayIndex', 'open', 'high', 'low', 'close', 'volume', 'factor'] as const)
      expect(table[name]?.buffer).toBeInstanceOf(SharedArrayBuffer);
});
