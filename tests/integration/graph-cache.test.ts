// Graphs on disk: built once per content, read back equal, stopped between snapshots, damaged ones built again.
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { cachedGraph, graphKey } from '../../core/stockgraph/graph-cache.node.ts';
import { randomBars } from '../support/random-bars.ts';

const workspace = mkdtempSync(join(tmpdir(), 'graph-cache-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const bars = randomBars({ stocks: 15, days: 90, seed: 2 });
const options = { bars, dataHash: 'bars', parameters: GRAPH_DEFAULTS, cacheFolder: join(workspace, 'graphs') };

test('the second call reads what the first built', async () => {
  const progress: number[] = [];
  const built = await cachedGraph({ ...options, onProgress: (done) => progress.push(done) });
  expect(progress).toEqual(Array.from({ length: built.graph.dayIndex.length + 1 }, (_, i) => i));
  const read = await cachedGraph({ ...options, onProgress: (done) => progress.push(-done) });
  expect(progress).toHaveLength(built.graph.dayIndex.length + 1); // nothing was built
  expect(read).toEqual(built);
});

test('threads build the same graph, bit for bit, however many there are, and it is cached as well', async () => {
  const market = randomBars({ stocks: 40, days: 160, seed: 5, gaps: 0.05, partial: 0.2 });
  const request = { ...options, bars: market };
  const { graph, stats } = await cachedGraph({ ...request, cacheFolder: undefined, threads: 1 });
  for (const threads of [2, 3]) {
    const cacheFolder = join(workspace, `threads-${threads}`);
    const progress: number[] = [];
    const built = await cachedGraph({ ...request, cacheFolder, threads, onProgress: (done) => progress.push(done) });
    expect(built.graph).toEqual(graph);
    expect(built.stats).toEqual({ ...stats, buildMs: built.stats.buildMs });
    expect(progress).toEqual(Array.from({ length: graph.dayIndex.length + 1 }, (_, i) => i));
    expect(await cachedGraph({ ...request, cacheFolder })).toEqual(built);
  }
});

test('a stop while threads are at work ends them and caches nothing', async () => {
  const stop = new AbortController();
  const cacheFolder = join(workspace, 'threads-stopped');
  const onProgress = (done: number) => done === 2 && stop.abort();
  const building = cachedGraph({ ...options, cacheFolder, onProgress, signal: stop.signal, threads: 2 });
  await expect(building).rejects.toMatchObject({ code: 'cancelled' });
  expect(() => readdirSync(cacheFolder)).toThrow(/ENOENT/);
});

test('the key depends on data and parameters', () => {
  const keys = [
    graphKey('bars', GRAPH_DEFAULTS),
    graphKey('other', GRAPH_DEFAULTS),
    graphKey('bars', { ...GRAPH_DEFAULTS, minOverlap: 41 }),
  ];
  expect(new Set(keys).size).toBe(3);
  expect(graphKey('bars', { ...GRAPH_DEFAULTS })).toBe(keys[0]);
});

test('a stop between snapshots caches nothing', async () => {
  const stop = new AbortController();
  const cacheFolder = join(workspace, 'stopped');
  const onProgress = (done: number) => done === 2 && stop.abort();
  await expect(cachedGraph({ ...options, cacheFolder, onProgress, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(() => readdirSync(cacheFolder)).toThrow(/ENOENT/);
});

test('a damaged graph is dropped and built again, and the log says so', async () => {
  const cacheFolder = join(workspace, 'damaged');
  const folder = join(cacheFolder, graphKey('bars', GRAPH_DEFAULTS));
  const damages: ((folder: string) => void)[] = [
    () => truncateSync(join(folder, 'neighbours.npy'), 200),
    () => rmSync(join(folder, 'dayIndex.npy')),
    () => writeFileSync(join(folder, 'stats.json'), '{'),
  ];
  for (const damage of damages) {
    rmSync(cacheFolder, { recursive: true, force: true });
    const { graph } = await cachedGraph({ ...options, cacheFolder });
    damage(folder);
    const said: string[] = [];
    const log = (_: string, message: string): void => void said.push(message);
    expect((await cachedGraph({ ...options, cacheFolder, log })).graph).toEqual(graph);
    expect(said).toEqual([expect.stringContaining(folder)]);
    expect((await cachedGraph({ ...options, cacheFolder, log })).graph).toEqual(graph);
    expect(said).toHaveLength(1);
  }
});
