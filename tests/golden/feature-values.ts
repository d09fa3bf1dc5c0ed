// Records every feature's version, its values on a seeded market (as a hash), how many bars it looks back, and the columns of tables that it
// says nothing without.
// Usage: npx node tests/golden/feature-values.ts [--anew]. Refuses to record other values under the version that they had, unless --anew says
// that it is the market that has changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import type { ColumnInput, FeatureDefinition } from '../../core/features/definition.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { SIDE_TABLE_NAMES, type SideTables } from '../../core/data/side-tables.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';
import { looksAround, type Memory, tailColumns, tailOf } from '../../core/features/store/tail.ts';
import { featureVersions } from '../../core/features/store/versions.node.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { filterBars } from '../support/random-bars.ts';
import { featureMarket, spikeMarket } from './feature-market.ts';

export interface Recorded {
  version: string;
  values: string;
}

const VALUES_FILE = fileURLToPath(new URL('feature-values.json', import.meta.url));
const MEMORY_FILE = fileURLToPath(new URL('../../core/features/store/memory.ts', import.meta.url));
const COLUMNS_FILE = fileURLToPath(new URL('../../core/features/needed-columns.ts', import.meta.url));
const LADDER = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 320, 384, 512, 576, 640, 768, 896, 1024, 1280, 1536];

const names = catalogue.map(({ name }) => name);
const versions = featureVersions(names, catalogue);

/** With every side table, and bars that know their factors. */
function withTables(market: { bars: BarTable; graph: GraphSnapshots }, seed: number) {
  const bars = withFactors(market.bars, seed);
  return { bars, graph: market.graph, tables: randomTables(bars, { seed }) };
}

/** Hash of each feature's values, as float32, on one market. */
export function currentValues(): Record<string, Recorded> {
  const { bars, graph, tables } = withTables(featureMarket(5, 700), 5);
  const columns = computeFeatures(bars, names, graph, catalogue, tables);
  return Object.fromEntries(
    names.map((name) => [name, { version: versions.get(name)!, values: hashOf(columns.get(name)!) }]),
  );
}

function hashOf(column: Float64Array): string {
  const single = Float32Array.from(column, (value) => (Number.isNaN(value) ? Number.NaN : value));
  return createHash('sha256').update(new Uint8Array(single.buffer)).digest('hex').slice(0, 16);
}

export function recordedValues(): Record<string, Recorded> {
  return existsSync(VALUES_FILE) ? (JSON.parse(readFileSync(VALUES_FILE, 'utf8')) as Record<string, Recorded>) : {};
}

export interface Measured {
  bars: BarTable;
  graph: GraphSnapshots;
  tables: SideTables;
  whole: Map<string, Float64Array>;
  /** Days on which the tail begins to serve, counted from the end. */
  back: readonly number[];
}

/**
 * Markets with every kind of gap, and one of spikes: what a spike has left shows how far back a recursion really looks.
 * @param thorough on many days, whose places within the blocks of kernels are all different
 */
export function measuredMarkets(thorough: boolean): Measured[] {
  const gaps = (thorough ? [5, 6] : [5]).map((seed) => ({
    ...withTables(featureMarket(seed, 1700), seed),
    back: thorough ? [1, 2, 3, 5, 8, 13, 21, 57, 130, 391] : [1, 57],
  }));
  const everySixth = Array.from({ length: 70 }, (_, i) => 1 + 6 * i);
  const spikes = { ...withTables(spikeMarket(1), 1), back: thorough ? everySixth : [1, 301] };
  return [...gaps, spikes].map((market) => ({
    ...market,
    whole: computeFeatures(market.bars, names, market.graph, catalogue, market.tables),
  }));
}

/** Whether the last days' values from the tail are those of the whole history, bit by bit, whichever day the tail begins to serve. */
export function memorySuffices(
  definition: FeatureDefinition,
  memory: Memory,
  { bars, graph, tables, whole, back }: Measured,
): boolean {
  const column = whole.get(definition.name)!;
  return back.every((days) => {
    const day = bars.days.length - days;
    const tail = tailOf(until(bars, day), day, memory, looksAround(definition));
    const [[, values]] = tailColumns(tail, [definition.name], graph, catalogue, tables);
    const before = tail.before ?? { rows: new Int32Array(bars.codes.length), days: 0 };
    return bars.codes.every((_, stock) => {
      const [first, end] = [tail.offsets[stock], tail.offsets[stock + 1]];
      if (first === end || tail.dayIndex[end - 1] !== day - before.days) return true;
      return Object.is(values[end - 1], column[bars.offsets[stock] + before.rows[stock] + end - 1 - first]);
    });
  });
}

/** The table as it stood on the evening of a day, all codes kept. */
function until(bars: BarTable, day: number): BarTable {
  const held = evenings.get(bars) ?? new Map<number, BarTable>();
  evenings.set(bars, held);
  const cut = held.get(day) ?? {
    ...filterBars(bars, (row) => bars.dayIndex[row] <= day),
    days: bars.days.subarray(0, day + 1),
  };
  held.set(day, cut);
  return cut;
}

const evenings = new WeakMap<BarTable, Map<number, BarTable>>();

function measure(): Map<string, Memory> {
  const markets = measuredMarkets(true);
  return new Map(
    catalogue.map((definition) => [
      definition.name,
      LADDER.find(
        (memory) =>
          // Below its window and warm-up a feature may come out right by luck alone.
          memory > Math.max(definition.window, definition.warmup) &&
          markets.every((market) => memorySuffices(definition, memory, market)),
      ) ?? null,
    ]),
  );
}

/** For each feature the columns of side tables without which it has no value, or the same one everywhere. */
export function neededColumns(): Map<string, ColumnInput[]> {
  const { bars, graph, tables } = withTables(featureMarket(5, 700), 5);
  const needed = new Map<string, ColumnInput[]>();
  for (const table of SIDE_TABLE_NAMES) {
    const { columns } = tables[table];
    const asking = catalogue.filter(({ inputs = [] }) => inputs.includes(table)).map(({ name }) => name);
    for (const column of Object.keys(columns)) {
      const without = { ...columns, [column]: columns[column].map(() => Number.NaN) };
      const lacking = { ...tables, [table]: { ...tables[table], columns: without } };
      for (const [name, values] of computeFeatures(bars, asking, graph, catalogue, lacking))
        if (!differs(values)) needed.set(name, [...(needed.get(name) ?? []), `${table}.${column}`]);
    }
  }
  return needed;
}

/** Whether values differ from each other; missing ones say nothing. */
function differs(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.some((value) => !Number.isNaN(value) && value !== first);
}

function columnsSource(needed: ReadonlyMap<string, readonly ColumnInput[]>): string {
  const inOrder = names.filter((name) => needed.has(name));
  const lines = inOrder.map((name) => `  ${name}: '${needed.get(name)!.join(' ')}',\n`);
  return `// Written by tests/golden/feature-values.ts: the columns of side tables without which a feature has no value, or the same one everywhere.

export const NEEDED_COLUMNS: Readonly<Record<string, string>> = {
${lines.join('')}};
`;
}

function memorySource(memories: ReadonlyMap<string, Memory>): string {
  const lines = [...memories].map(([name, memory]) => `  ${name}: ['${versions.get(name)}', ${memory}],\n`);
  return `// Written by tests/golden/feature-values.ts: how many bars each feature looks back, measured on this version of it; null: to the first.
import type { Memory } from './tail.ts';

export const MEASURED: Readonly<Record<string, readonly [version: string, memory: Memory]>> = {
${lines.join('')}};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const recorded = recordedValues();
  const current = currentValues();
  const changed = names.filter(
    (name) => recorded[name]?.version === current[name].version && recorded[name].values !== current[name].values,
  );
  if (changed.length > 0 && !process.argv.includes('--anew'))
    throw new Error(`raise the revision of: ${changed.join(', ')}`);
  writeFileSync(VALUES_FILE, `${JSON.stringify(current, null, 1)}\n`);
  writeFileSync(COLUMNS_FILE, columnsSource(neededColumns()));
  writeFileSync(MEMORY_FILE, memorySource(measure()));
}
