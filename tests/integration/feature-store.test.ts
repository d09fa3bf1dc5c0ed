// Days added to a panel: bit by bit what a build of the whole gives, whatever is added, and files shared with the panel before.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sizeOf } from '../../core/app/disk-usage.node.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { catalogue, featureNames } from '../../core/features/catalogue.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { buildPanel, type PanelBuildOptions } from '../../core/features/panel-build.node.ts';
import { PanelReader, readPanelManifest, verifyPanel } from '../../core/features/panel.node.ts';
import type { PanelManifest } from '../../core/features/panel.ts';
import { perStock } from '../../core/features/per-stock.ts';
import { buildOrExtend } from '../../core/features/store/build.node.ts';
import { extendPanel } from '../../core/features/store/extend.node.ts';
import { openPanelArray } from '../../core/features/store/parts.node.ts';
import { inputsHash } from '../../core/features/store/record.node.ts';
import type { SideTables } from '../../core/data/side-tables.ts';
import { fromEpochDay } from '../../core/base/clock.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { featureMarket } from '../golden/feature-market.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { tablesUntil, until } from '../support/until.ts';

const root = mkdtempSync(join(tmpdir(), 'phasor-feature-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const graph = { lookback: 30, k: 4, threshold: 0.2, minOverlap: 15 };
/** Bars, every side table, and what of both was there on an evening. */
function market(seed: number, days: number) {
  const bars = withFactors(featureMarket(seed, days).bars, seed);
  const tables = randomTables(bars, { seed });
  const evening = (day: number) => ({ bars: until(bars, day), tables: tablesUntil(tables, bars.days[day]) });
  return { bars, evening };
}

const optionsFor = (
  { bars, tables }: { bars: BarTable; tables?: SideTables },
  name: string,
  features: readonly string[] = featureNames,
): PanelBuildOptions => ({
  bars,
  tables,
  dataHash: name,
  features,
  graph,
  minHistory: 20,
  zScore: { winsorise: 0.1, minCount: 3 },
  folder: join(root, name),
});

/** Every array of a panel, as one. */
function arraysOf(folder: string): Record<string, Int32Array> {
  const manifest = readPanelManifest(folder);
  const { rows, days, features, horizons, codes, graph } = manifest;
  const snapshots = [graph.snapshots, codes.length, graph.k];
  const shapes: Record<string, [dtype: '<i4' | '<f4', shape: number[]]> = {
    'days.npy': ['<i4', [days]],
    'day_offsets.npy': ['<i4', [days + 1]],
    'stock.npy': ['<i4', [rows]],
    'prev.npy': ['<i4', [rows]],
    'history.npy': ['<i4', [rows]],
    'features.npy': ['<f4', [rows, features.length]],
    'targets.npy': ['<f4', [rows, horizons.length]],
    'targets_rank.npy': ['<f4', [rows, horizons.length]],
    'graph/dayIndex.npy': ['<i4', [graph.snapshots]],
    'graph/neighbours.npy': ['<i4', snapshots],
    'graph/correlation.npy': ['<f4', snapshots],
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [dtype, shape]]) => {
      const values = new Int32Array(shape.reduce((product, size) => product * size, 1)); // bits, whatever the type
      const file = openPanelArray(folder, manifest, name, dtype, shape);
      file.read(0, values);
      file.close();
      return [name, values];
    }),
  );
}

/** All that a manifest says but how it is stored and how long it took. */
function described({ files, parts, graph, ...rest }: PanelManifest) {
  const { buildMs, averageDegree, isolated, ...parameters } = graph;
  return { ...rest, parameters, averageDegree: averageDegree.toFixed(9), isolated: isolated.toFixed(9) };
}

function expectSame(extended: string, whole: string): void {
  const [a, b] = [arraysOf(extended), arraysOf(whole)];
  for (const name of Object.keys(b)) {
    expect(a[name].length, name).toBe(b[name].length);
    expect(
      a[name].findIndex((bits, i) => bits !== b[name][i]),
      name,
    ).toBe(-1);
  }
  expect(described(readPanelManifest(extended))).toEqual(described(readPanelManifest(whole)));
}

test('day after day for six weeks, through listings and suspensions', async () => {
  const { bars, evening } = market(16, 480);
  const days = bars.days.length;
  let folder = join(root, 'evening-0');
  await buildPanel(optionsFor(evening(days - 31), 'evening-0'));
  const codes = new Set([readPanelManifest(folder).codes.length]);
  for (let last = days - 30; last < days; last++) {
    const options = optionsFor(evening(last), `evening-${last}`);
    const extended = await extendPanel(options, folder);
    expect(extended?.manifest.days).toBe(readPanelManifest(folder).days + 1);
    if (last % 13 === 0 || last === days - 1) {
      const whole = { ...options, folder: join(root, 'whole') };
      await buildPanel(whole);
      expectSame(options.folder, whole.folder);
      await verifyPanel(options.folder);
      rmSync(whole.folder, { recursive: true });
    }
    folder = options.folder;
    codes.add(extended!.manifest.codes.length);
  }
  expect(codes.size).toBeGreaterThan(1); // a stock was listed on the way
});

test('many days at once, and a base that is shorter than any window', async () => {
  const { evening } = market(8, 400);
  for (const [base, last] of [
    [300, 399],
    [40, 90],
    [5, 399],
  ]) {
    const from = optionsFor(evening(base), `base-${base}`);
    await buildPanel(from);
    const to = optionsFor(evening(last), `to-${base}-${last}`);
    expect(await extendPanel(to, from.folder)).toBeDefined();
    await buildPanel({ ...to, folder: join(root, `whole-${base}`) });
    expectSame(to.folder, join(root, `whole-${base}`));
  }
});

test('the days before are shared, not copied, and outlive the panel that they were shared with', async () => {
  const { bars } = featureMarket(9, 300);
  const features = ['return_5', 'market_trend_20'];
  const from = optionsFor({ bars: until(bars, 250) }, 'shared', features);
  await buildPanel(from);
  const to = optionsFor({ bars: until(bars, 252) }, 'shared-2', features);
  const extended = await extendPanel(to, from.folder);
  expect(extended!.manifest.parts!['features.npy'].map(({ file }) => file)).toEqual(['features.npy', 'features.1.npy']);
  const inode = (folder: string) => statSync(join(folder, 'features.npy')).ino;
  expect(inode(to.folder)).toBe(inode(from.folder));
  const [before, both] = [statSync(join(from.folder, 'features.npy')).size, await sizeOf(root)];
  rmSync(join(from.folder, 'features.npy'));
  expect(await sizeOf(root)).toEqual({ bytes: both.bytes, files: both.files - 1 }); // counted once, whoever holds it
  expect(both.bytes).toBeGreaterThan(before);
  rmSync(from.folder, { recursive: true });
  await verifyPanel(to.folder);
  const reader = PanelReader.open(to.folder);
  const batch = reader.readBatch(252, 5);
  expect(batch.size).toBeGreaterThan(3);
  expect(batch.x.some((value) => value !== 0)).toBe(true);
  reader.close();
});

test('what is copied from a damaged base does not pass for sound: the panel is built as a whole', async () => {
  const { bars } = featureMarket(9, 300);
  const features = ['return_5', 'peer_return_mean_5'];
  const evening = (day: number) => until(bars, day);
  const named = (day: number): PanelBuildOptions =>
    optionsFor({ bars: evening(day) }, join('damaged', String(day)), features);
  await buildOrExtend(named(290));
  await buildOrExtend(named(291));
  const { files } = readPanelManifest(named(291).folder);
  // The files of the day that was added are joined with the next one's; the graph is computed with.
  for (const [i, file] of ['prev.1.npy', 'graph/correlation.npy', 'day_offsets.npy'].entries()) {
    expect(Object.keys(files)).toContain(file);
    const path = join(named(291).folder, file);
    const sound = readFileSync(path);
    const damaged = Buffer.from(sound);
    damaged[damaged.length - 1] ^= 1;
    rmSync(path); // it may be shared with the panel before
    writeFileSync(path, damaged);
    const options = { ...named(292), folder: join(root, 'damaged', `292-${i}`), dataHash: `${i}` };
    await expect(extendPanel(options, named(291).folder)).rejects.toMatchObject({ code: 'data/damaged-panel' });
    expect(existsSync(options.folder)).toBe(false);
    await buildPanel({ ...options, folder: join(root, 'damaged', 'whole') });
    const built = await buildOrExtend(options);
    expect(built.extends?.key).not.toBe(readPanelManifest(named(291).folder).key);
    await verifyPanel(options.folder);
    expectSame(options.folder, join(root, 'damaged', 'whole'));
    rmSync(options.folder, { recursive: true });
    rmSync(join(root, 'damaged', 'whole'), { recursive: true });
    writeFileSync(path, sound);
  }
});

test('of two that build the same panel at once, the first to be done stays, with what was put beside it', async () => {
  const { bars } = featureMarket(9, 200);
  const features = ['return_5', 'rsi_14'];
  const first = optionsFor({ bars: until(bars, 150) }, 'raced', features);
  await buildPanel(first);
  for (const [name, day, add] of [
    ['whole', 150, false],
    ['added', 151, true],
  ] as const) {
    const done = optionsFor({ bars: until(bars, day) }, `raced-${name}`, features);
    await buildPanel(done);
    const options = { ...done, folder: join(root, `raced-${name}-again`) };
    let arrived = false;
    /** While this one is still at work, another process finishes the same panel, and examines it. */
    const onProgress = (): void => {
      if (arrived) return;
      arrived = true;
      cpSync(done.folder, options.folder, { recursive: true });
      writeFileSync(join(options.folder, 'sentinel.json'), '{}');
    };
    const racing = { ...options, onProgress };
    if (add) expect(await extendPanel(racing, first.folder)).toBeDefined();
    else await buildPanel(racing);
    expect(arrived).toBe(true);
    expect(existsSync(join(options.folder, 'sentinel.json'))).toBe(true);
    await verifyPanel(options.folder);
    expect(readdirSync(root).filter((entry) => /\.(tmp|old)$/.test(entry))).toEqual([]);
  }
});

test('what the data do not support is recorded anew with every addition; panels on their way out are no base', async () => {
  const { bars } = featureMarket(9, 200);
  const folder = (name: string): string => join(root, 'anew', name);
  const options = (day: number, name: string): PanelBuildOptions => ({
    ...optionsFor({ bars: until(bars, day) }, `anew-${day}`, ['return_5']),
    folder: folder(name),
    unsupported: [{ name: `of day ${day}`, lacks: ['statements'] }],
  });
  await buildOrExtend(options(150, 'first'));
  const { manifest, extends: base } = await buildOrExtend(options(151, 'second'));
  expect(base?.days).toBe(1);
  expect(manifest.unsupported).toEqual([{ name: 'of day 151', lacks: ['statements'] }]);
  renameSync(folder('second'), `${folder('second')}.0.old`);
  rmSync(folder('first'), { recursive: true });
  expect((await buildOrExtend(options(152, 'third'))).extends).toBeUndefined();
});

test('a base that another code built is not added to', async () => {
  const { bars } = featureMarket(9, 200);
  const features = ['return_5', 'rsi_14'];
  const from = optionsFor({ bars: until(bars, 150) }, 'foreign', features);
  const definitions = catalogue.map(
    (definition): FeatureDefinition =>
      definition.name === 'return_5'
        ? { ...definition, compute: (context) => definition.compute(context).map((value) => value + value * value) }
        : definition,
  );
  await buildPanel({ ...from, definitions });
  const to = optionsFor({ bars: until(bars, 151) }, 'foreign-2', features);
  expect(await extendPanel(to, from.folder)).toBeUndefined();
  expect(existsSync(to.folder)).toBe(false);
  expect(await extendPanel({ ...to, definitions }, from.folder)).toBeDefined();
});

test('a feature that looks back further than was measured of it is computed from the whole history', async () => {
  const { bars } = featureMarket(9, 200);
  const features = ['return_5', 'rsi_14'];
  // The name and version of a feature that looks back eight bars, and values of the first bar of all.
  const definitions = catalogue.map(
    (definition): FeatureDefinition =>
      definition.name === 'return_5'
        ? {
            ...definition,
            compute: (context) =>
              perStock(context, ({ close }, out) => out.set(close.map((price) => price / close[0]))),
          }
        : definition,
  );
  const from = optionsFor({ bars: until(bars, 150) }, 'unmeasured', features);
  await buildPanel({ ...from, definitions });
  const to = optionsFor({ bars: until(bars, 151) }, 'unmeasured-2', features);
  const told: string[] = [];
  await extendPanel({ ...to, definitions, log: (_level, message) => told.push(message) }, from.folder);
  expect(told).toEqual([expect.stringContaining('further than was measured')]);
  await buildPanel({ ...to, definitions, folder: join(root, 'unmeasured-whole') });
  expectSame(to.folder, join(root, 'unmeasured-whole'));
});

/** The table with a column changed where `change` says. */
const altered = (bars: BarTable, change: (value: number, row: number) => number): BarTable => ({
  ...bars,
  volume: bars.volume.map(change),
});

test('what can be added to is found by its values, not by its name', async () => {
  const { bars } = featureMarket(10, 260);
  const features = ['return_5', 'volume_ratio_20'];
  const built = async (table: BarTable, name: string) =>
    (await buildOrExtend(optionsFor({ bars: table }, name, features))).extends;
  const folder = (name: string) => join(root, name);
  expect(await built(until(bars, 200), 'found-1')).toBeUndefined();
  const { key } = readPanelManifest(folder('found-1'));
  expect(await built(until(bars, 220), 'found-2')).toEqual({ key, days: 20 });
  // One volume of the past was restated, in its last digit: nothing that was built of it counts.
  const restated = altered(bars, (volume, row) => (row === 30 ? volume + 1e-9 : volume));
  expect(await built(until(restated, 225), 'found-3')).toBeUndefined();
  // Of two that fit the longer one is taken, and a sector that has changed is another past.
  const longer = readPanelManifest(folder('found-2')).key;
  expect(await built(until(bars, 221), 'found-4')).toEqual({ key: longer, days: 1 });
  const sectors = bars.sectors.map((sector, stock) => (stock === 0 ? 'moved' : sector));
  expect(await built(until({ ...bars, sectors }, 222), 'found-5')).toBeUndefined();
});

test('a later split changes nothing of what is loaded for features, and days are added over it', async () => {
  const days = Array.from({ length: 120 }, (_, day) => fromEpochDay(18262 + day));
  const code = (name: string, split: number) =>
    days.map((date, day) => {
      const price = (100 + 7 * Math.sin(day / 3) + name.length) / (day >= split ? 3 : 1);
      const factor = day >= split ? 1 : 1 / 3;
      return { date, code: name, price, factor };
    });
  const imported = async (through: number) => {
    const rows = [...code('AA', 110), ...code('BBB', 1000), ...code('CCCC', 1000)].filter(
      ({ date }) => date <= days[through],
    );
    const text = rows.map(({ date, code: name, price, factor }) => {
      const back = through >= 110 || name !== 'AA' ? (name === 'AA' ? factor : 1) : 1;
      return [name, date, price, price * 1.01, price * 0.99, price, 1000, price * back].join();
    });
    const csv = join(root, `split-${through}.csv`);
    writeFileSync(csv, `code,date,open,high,low,close,volume,adj_close\n${text.join('\n')}\n`);
    const outFolder = join(root, `split-${through}`);
    await importBars({ files: [csv], name: 'split', outFolder });
    return await loadBars(outFolder, { anchor: 'first' });
  };
  const [before, after] = [await imported(105), await imported(115)];
  expect(inputsHash(after, before.days.at(-1)!)).toBe(inputsHash(before, before.days.at(-1)!));
  const split = after.close.subarray(108, 112); // of AA, over the day that it was split three for one
  for (let i = 1; i < 4; i++) expect(Math.abs(split[i] / split[i - 1] - 1)).toBeLessThan(0.1);
  const features = ['return_5'];
  await buildOrExtend(optionsFor({ bars: before }, 'split-panel-1', features));
  expect((await buildOrExtend(optionsFor({ bars: after }, 'split-panel-2', features))).extends?.days).toBe(10);
});

test('a row of a table that was disclosed in the past is another past', async () => {
  const { bars, evening } = market(12, 200);
  const features = ['book_to_price', 'funding_rate'];
  const built = async (given: ReturnType<typeof evening>, name: string) =>
    (await buildOrExtend(optionsFor(given, name, features))).extends?.days;
  await built(evening(150), 'tables-1');
  expect(await built(evening(155), 'tables-2')).toBe(5);
  const late = evening(160);
  const statements = late.tables.statements!;
  const known = statements.known.findLastIndex((day) => day <= bars.days[155]);
  const columns = { ...statements.columns, equity: statements.columns.equity.with(known, 1) };
  expect(
    await built({ ...late, tables: { ...late.tables, statements: { ...statements, columns } } }, 'tables-3'),
  ).toBeUndefined();
});
