// A panel built from bars, read back batch by batch, against a direct computation from the bars.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPanel, type PanelBuildOptions, panelKey } from '../../core/features/panel-build.node.ts';
import { PanelReader, verifyPanel } from '../../core/features/panel.node.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { zScoreByDay } from '../../core/features/cross-section.ts';
import { dayOrder } from '../../core/features/day-order.ts';
import { forwardReturns } from '../../core/features/targets.ts';
import { fitRobustScaler, type ScalerBlock } from '../../core/splits/scaler.ts';
import { buildGraph, GRAPH_DEFAULTS } from '../../core/stockgraph/build.ts';
import { snapshotAt } from '../../core/stockgraph/graph.ts';
import { randomBars } from '../support/random-bars.ts';
import { smallFeatures } from '../support/small-features.ts';

const workspace = mkdtempSync(join(tmpdir(), 'panel-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const bars = randomBars({ stocks: 40, days: 120, seed: 7, gaps: 0.03, partial: 0.2 });
const T = 8;
const options: PanelBuildOptions = {
  bars,
  dataHash: 'bars-1',
  features: ['momentum_3', 'candle', 'weekday'],
  folder: join(workspace, 'panel'),
  definitions: smallFeatures,
  minHistory: 5,
};
let reader: PanelReader;
beforeAll(async () => {
  await buildPanel(options);
  reader = PanelReader.open(options.folder);
});
afterAll(() => reader.close());

/** Bar rows of a stock's last T bars ending at its bar on `day`; undefined without a bar or enough history. */
function sequence(stock: number, day: number): number[] | undefined {
  for (let row = bars.offsets[stock]; row < bars.offsets[stock + 1]; row++)
    if (bars.dayIndex[row] === day)
      return row - bars.offsets[stock] + 1 - 5 >= T ? Array.from({ length: T }, (_, s) => row - T + 1 + s) : undefined;
  return undefined;
}

test('each batch holds the last T bars of every stock with enough history, gaps skipped over', () => {
  const order = dayOrder(bars);
  const panelRow = new Int32Array(order.barRow.length);
  order.barRow.forEach((barRow, row) => {
    panelRow[barRow] = row;
  });
  const scored = [0, 1].map((f) => {
    const context = { bars, column: () => new Float64Array(), shared: <V>(_: string, make: () => V) => make() };
    return zScoreByDay(smallFeatures[f].compute(context), order);
  });
  let seen = 0;
  let readOneByOne = 0;
  for (const day of [119, 60, 20, 90, 61, 12]) {
    const batch = reader.readBatch(day, T);
    const expected = bars.codes.flatMap((_, stock) => (sequence(stock, day) ? [stock] : []));
    expect([...batch.stock]).toEqual(expected);
    expect(batch.x).toHaveLength(T * batch.size * 3);
    expected.forEach((stock, n) => {
      for (const [step, barRow] of sequence(stock, day)!.entries()) {
        const at = (step * batch.size + n) * 3;
        expect(batch.x[at]).toBe(scored[0][panelRow[barRow]]);
        expect(batch.x[at + 1]).toBe(scored[1][panelRow[barRow]]);
        expect(batch.x[at + 2]).toBe((bars.days[bars.dayIndex[barRow]] + 3) % 7);
        if (bars.dayIndex[barRow] <= day - T) readOneByOne++;
        seen++;
      }
    });
  }
  expect(seen).toBeGreaterThan(500);
  expect(readOneByOne).toBeGreaterThan(20);
});

test('targets are the forward returns of the rows, ranked over the whole day', () => {
  const day = 70;
  const batch = reader.readBatch(day, T);
  const returns = forwardReturns(bars, 5);
  const whole = bars.codes
    .map((_, stock) => {
      for (let row = bars.offsets[stock]; row < bars.offsets[stock + 1]; row++)
        if (bars.dayIndex[row] === day) return returns[row];
      return Number.NaN;
    })
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  for (let n = 0; n < batch.size; n++) {
    const value = returns[sequence(batch.stock[n], day)!.at(-1)!];
    expect(batch.targets[n * 5 + 3]).toBe(Math.fround(value));
    if (Number.isNaN(value)) expect(batch.targetsRank[n * 5 + 3]).toBeNaN();
    else expect(batch.targetsRank[n * 5 + 3]).toBeCloseTo(whole.indexOf(value) / (whole.length - 1) - 0.5, 6);
  }
});

test('edges are the last snapshot on or before the day, as rows of the batch', () => {
  const { graph } = buildGraph(bars);
  let edges = 0;
  for (const day of [65, 66, 99, 119]) {
    const all = reader.eligibleRows(day, T);
    const batch = reader.readBatch(
      day,
      T,
      all.filter((_, i) => i % 3 !== 1),
    ); // some neighbours are not in the batch
    const stocks = [...batch.stock];
    const snapshot = snapshotAt(graph, day);
    for (let n = 0; n < batch.size; n++) {
      const from = (snapshot * graph.stocks + stocks[n]) * graph.k;
      const wanted = Array.from({ length: graph.k }, (_, slot) => ({
        row: stocks.indexOf(graph.neighbours[from + slot]),
        correlation: graph.correlation[from + slot],
      })).filter(({ row }) => row >= 0);
      for (let slot = 0; slot < graph.k; slot++) {
        const at = n * graph.k + slot;
        const neighbour = wanted[slot];
        expect(batch.neighbours[at]).toBe(neighbour?.row ?? n);
        expect(batch.edgeMask[at]).toBe(neighbour ? 1 : 0);
        const sector = neighbour && bars.sectors[stocks[neighbour.row]];
        expect([...batch.edges.subarray(at * 3, at * 3 + 3)]).toEqual(
          neighbour
            ? [
                neighbour.correlation,
                Math.abs(neighbour.correlation),
                sector !== null && sector === bars.sectors[stocks[n]] ? 1 : 0,
              ]
            : [0, 0, 0],
        );
        edges += batch.edgeMask[at];
      }
    }
  }
  expect(edges).toBeGreaterThan(100);
  expect(reader.readBatch(30, T).edgeMask.every((mask) => mask === 0)).toBe(true); // before the first snapshot
});

test('fold columns are scaled with the statistics given, day columns are not', () => {
  const plain = reader.readBatch(80, T).x.slice();
  reader.useScaling({ center: Float32Array.of(0, 0, 2), scale: Float32Array.of(1, 1, 4) });
  const scaled = reader.readBatch(80, T).x.slice();
  reader.useScaling(undefined);
  plain.forEach((value, i) => {
    expect(scaled[i]).toBe(i % 3 === 2 ? (value - 2) / 4 : value);
  });
});

test('columns of the whole market are alike in all rows of a day, so that one row stands for the others in fitting them', async () => {
  const folder = join(workspace, 'market-wide');
  const shared = catalogue.filter(
    ({ scope, sameForAllStocks, inputs = [] }) =>
      (scope === 'calendar' || sameForAllStocks) && inputs.every((input) => input === 'volume' || input === 'sector'),
  );
  const long = randomBars({ stocks: 12, days: 320, seed: 3, gaps: 0.05, partial: 0.3 });
  const features = shared.map(({ name }) => name);
  await buildPanel({ bars: long, dataHash: 'market-wide', features, folder });
  const market = PanelReader.open(folder);
  const days = long.days.map((_, day) => day);
  const width = features.length;
  expect(market.foldColumns).toHaveLength(width);
  for (const { rowCount, values } of market.featureBlocks(days))
    for (let row = 1; row < rowCount; row++)
      expect(values.subarray(row * width, (row + 1) * width)).toEqual(values.subarray(0, width));
  const fit = (blocks: () => Iterable<ScalerBlock>) =>
    fitRobustScaler({ features, columns: market.foldColumns, blocks, minDays: 1, minRows: 1 });
  expect(fit(() => market.sharedBlocks(days))).toEqual(fit(() => market.featureBlocks(days)));
  market.close();
});

test('a panel built with threads is the same, file by file', async () => {
  const features = [
    'return_1',
    'return_1_lag_1',
    'rsi_14',
    'peer_return_mean_5',
    'market_relative_return_5',
    'weekday_sin',
  ];
  const recipe = { bars, dataHash: 'threads', features };
  const plain = await buildPanel({ ...recipe, folder: join(workspace, 'plain'), threads: 1 });
  const threaded = await buildPanel({ ...recipe, folder: join(workspace, 'threaded'), threads: 3 });
  expect(threaded.files).toEqual(plain.files);
  expect(threaded.features).toEqual(plain.features);
  expect(plain.features.map(({ name }) => name)).toEqual(features);
  expect(new Set(Object.keys(plain.files))).toEqual(
    new Set(
      readdirSync(join(workspace, 'threaded'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.npy'),
      ),
    ),
  );
});

test('the same recipe is not built again, another one is', async () => {
  const before = readFileSync(join(options.folder, 'manifest.json'), 'utf8');
  await buildPanel(options);
  expect(readFileSync(join(options.folder, 'manifest.json'), 'utf8')).toBe(before);
  const recipes = [
    options,
    { ...options, dataHash: 'bars-2' },
    { ...options, features: ['candle'] },
    { ...options, minHistory: 6 },
    { ...options, graph: { ...GRAPH_DEFAULTS, k: 5 } },
    { ...options, zScore: { winsorise: 0.02, minCount: 10 } },
  ];
  expect(new Set(recipes.map((each) => panelKey(each))).size).toBe(recipes.length);
});

test('features are checked: declared but absent, unknown, listed twice, targets', async () => {
  reader.requireFeatures(['candle', 'weekday']);
  expect(() => reader.requireFeatures(['candle', 'rsi_14', 'atr_14'])).toThrow(/lacks 2 .*rsi_14, atr_14/);
  const elsewhere = { ...options, folder: join(workspace, 'other') };
  await expect(buildPanel({ ...elsewhere, features: ['candel'] })).rejects.toMatchObject({
    code: 'data/unknown-feature',
  });
  await expect(buildPanel({ ...elsewhere, features: ['candle', 'candle'] })).rejects.toMatchObject({
    code: 'config/duplicate-feature',
  });
  await expect(buildPanel({ ...elsewhere, features: ['candle', 'target_5d'] })).rejects.toMatchObject({
    code: 'config/target-as-feature',
  });
});

test('a stop during the build leaves nothing behind', async () => {
  const folder = join(workspace, 'stopped', 'panel');
  const stop = new AbortController();
  const onProgress = (stage: string) => {
    if (stage === 'rows') stop.abort();
  };
  await expect(buildPanel({ ...options, folder, onProgress, signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(() => PanelReader.open(folder)).toThrow(/manifest\.json/);
  expect(readdirSync(join(workspace, 'stopped'))).toEqual([]);
});

test('a damaged panel is refused with the file named', async () => {
  const folder = join(workspace, 'damaged');
  const rebuild = async () => {
    rmSync(folder, { recursive: true, force: true });
    await buildPanel({ ...options, folder, graphCache: join(workspace, 'graphs') });
    await verifyPanel(folder);
  };
  const features = join(folder, 'features.npy');
  const code = 'data/damaged-panel';

  await rebuild();
  truncateSync(features, 1000);
  expect(() => PanelReader.open(folder)).toThrow(/features\.npy has 1000 bytes/);

  await rebuild();
  appendFileSync(join(folder, 'graph', 'neighbours.npy'), 'x');
  expect(() => PanelReader.open(folder)).toThrow(expect.objectContaining({ code }));

  await rebuild();
  rmSync(join(folder, 'prev.npy'));
  expect(() => PanelReader.open(folder)).toThrow(/prev\.npy is absent/);
  await buildPanel({ ...options, folder, graphCache: join(workspace, 'graphs') }); // of the same key, yet not taken for it
  await verifyPanel(folder);

  await rebuild();
  const bytes = readFileSync(features);
  bytes[bytes.length - 3] ^= 1;
  writeFileSync(features, bytes);
  await expect(verifyPanel(folder)).rejects.toMatchObject({ code, params: { file: 'features.npy' } });

  await rebuild();
  const head = readFileSync(join(folder, 'history.npy'));
  head[20] ^= 255; // inside the header, size unchanged
  writeFileSync(join(folder, 'history.npy'), head);
  expect(() => PanelReader.open(folder)).toThrow(expect.objectContaining({ code: 'data/damaged-array' }));

  await rebuild();
  writeFileSync(join(folder, 'manifest.json'), '{"schema": 0}');
  expect(() => PanelReader.open(folder)).toThrow(/manifest\.json/);
});
