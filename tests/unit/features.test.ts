import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { barFeatures, catalogue, coreFeatures, featureNames } from '../../core/features/catalogue.ts';
import { computeFeatures, featureColumns } from '../../core/features/compute.ts';
import { FEATURE_SETS } from '../../core/features/sets.ts';
import type { GraphSnapshots } from '../../core/stockgraph/graph.ts';
import { type MarketShape, randomGraph, randomMarket } from '../property/feature-markets.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { ringGraph } from '../golden/feature-quotes.ts';
import { barNames } from '../support/feature-names.ts';

const clean: MarketShape = { seed: 3, stocks: 6, days: 300, absent: 0, missing: 0, flat: 0, partial: false };

/** With every side table, which are the same for the same bars. */
function everything(
  bars: BarTable,
  names: readonly string[],
  graph: GraphSnapshots,
  tables = randomTables(bars, { seed: 9 }),
): Map<string, Float64Array> {
  return computeFeatures(withFactors(bars, 9), names, graph, catalogue, tables);
}

test('the catalogue describes every feature, once', () => {
  expect(new Set(featureNames).size).toBe(catalogue.length);
  expect(catalogue.length).toBeGreaterThanOrEqual(300);
  for (const definition of catalogue) {
    expect(definition.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    for (const text of [definition.family, definition.formula, definition.source])
      expect(text, definition.name).not.toBe('');
    expect(Number.isInteger(definition.warmup)).toBe(true);
  }
  // The warm-up covers the window; what a table says may hold for as long, yet be known on the first day.
  for (const { name, warmup, window } of barFeatures) expect(warmup, name).toBeGreaterThanOrEqual(window - 1);
});

test('the page on features counts them rightly', () => {
  const page = readFileSync(new URL('../../docs/FEATURES.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const counts = (first: string): (string | undefined)[] => rows.find(([, cell]) => cell === first)?.slice(2, 4) ?? [];
  for (const [name, features] of Object.entries(FEATURE_SETS))
    expect(counts(`\`${name}\``)[0], name).toBe(String(features.length));
  for (const [family, features] of Map.groupBy(catalogue, (definition) => definition.family)) {
    const core = features.filter((definition) => coreFeatures.includes(definition)).length;
    expect(counts(family), family).toEqual([String(features.length), String(core)]);
  }
  for (const { indicator } of catalogue) if (indicator) expect(page).toContain(`\`${indicator}\``);
});

test('no two features are the same', () => {
  const formulas = new Set(catalogue.map(({ family, formula }) => `${family}: ${formula}`));
  expect(formulas.size).toBe(catalogue.length);
});

test('what is said of inputs, kinds, ranges and indicators fits together', () => {
  const known = new Map(catalogue.map((definition) => [definition.name, definition]));
  for (const { name, inputs = [], uses = [], range, kind, indicator, sameForAllStocks, scope } of catalogue) {
    expect(new Set(inputs).size, name).toBe(inputs.length);
    if (range) expect(range[0], name).toBeLessThan(range[1]);
    if (kind === 'flag') expect(range, name).toEqual([0, 1]);
    if (scope === 'calendar') expect(sameForAllStocks, name).toBe(true);
    if (indicator !== undefined) expect(known.get(indicator)?.kind, name).toBe('flag');
    // What a feature builds on needs no more than it does itself, or it would be missing where that is.
    for (const used of uses) for (const input of known.get(used)?.inputs ?? []) expect(inputs, name).toContain(input);
  }
});

test('a feature asks for exactly the features that it says it builds on', () => {
  const bars = withFactors(randomMarket({ ...clean, days: 40 }), 9);
  const tables = randomTables(bars, { seed: 9 });
  const graph = randomGraph(bars, 3, 5);
  const columns = everything(bars, featureNames, graph);
  for (const { name, uses = [], compute } of catalogue) {
    const asked = new Set<string>();
    const column = (used: string): Float64Array => {
      asked.add(used);
      return columns.get(used)!;
    };
    compute({ bars, graph, tables, column, shared: (_, make) => make() });
    expect([...asked].sort(), name).toEqual([...uses].sort());
  }
});

const shapes = [
  { name: 'clean', shape: clean },
  { name: 'without trade', shape: { ...clean, seed: 8, flat: 1 } },
  { name: 'patchy', shape: { ...clean, seed: 12, days: 420, absent: 0.1, missing: 0.02, flat: 0.3, partial: true } },
];

test.each(shapes)('values keep to their kind and range in a market that is $name', ({ shape }) => {
  const bars = randomMarket(shape);
  const features = everything(bars, featureNames, randomGraph(bars, 3, 5));
  for (const {
    name,
    kind = 'number',
    range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    warmup,
  } of catalogue) {
    const column = features.get(name)!;
    const slack = 1e-9 * Math.max(1, ...range.filter(Number.isFinite).map(Math.abs));
    const outside = column.findIndex((x) => x < range[0] - slack || x > range[1] + slack);
    expect(outside < 0 ? undefined : column[outside], name).toBeUndefined();
    if (kind === 'number') continue;
    expect(
      column.every((x) => Number.isNaN(x) || Number.isInteger(x)),
      name,
    ).toBe(true);
    if (kind === 'flag' && warmup === 0) expect(column.some(Number.isNaN), name).toBe(false);
  }
});

test('every feature has values, of more than one kind where it can, in a market with every table', () => {
  const shape = { ...clean, seed: 12, stocks: 8, days: 700, absent: 0.02, missing: 0.0002, flat: 0.002, partial: true };
  const bars = randomMarket(shape);
  const features = everything(bars, featureNames, randomGraph(bars, 3, 5));
  for (const name of featureNames) {
    const values = new Set([...features.get(name)!].filter((x) => !Number.isNaN(x)));
    expect(values.size, name).toBeGreaterThan(1);
  }
});

test('targets cannot be mistaken for features', () => {
  for (const name of featureNames) expect(name).not.toMatch(/target|forward|future|next/);
});

test('declared warm-up is observed warm-up, and after it every value is known in a clean market', () => {
  const bars = randomMarket(clean);
  const features = computeFeatures(bars, barNames, ringGraph(clean.stocks, 3));
  for (const { name, warmup } of barFeatures) {
    const column = features.get(name)!;
    for (let code = 0; code < clean.stocks; code++) {
      const values = column.subarray(bars.offsets[code], bars.offsets[code + 1]);
      expect(values.findIndex(Number.isFinite), name).toBe(warmup);
      expect(values.subarray(warmup).every(Number.isFinite), name).toBe(true);
    }
  }
});

test('a stock listed late warms up from its own first bar', () => {
  const bars = randomMarket({ ...clean, seed: 5, days: 440, partial: true });
  const [first, end] = [bars.offsets[1], bars.offsets[2]];
  expect(bars.dayIndex[first], 'the second stock is listed late').toBeGreaterThan(10);
  expect(end - first, 'and long enough ago').toBeGreaterThan(273);
  const features = computeFeatures(bars, barNames, ringGraph(clean.stocks, 3));
  for (const { name, warmup, scope, sameForAllStocks } of barFeatures) {
    if (sameForAllStocks || scope === 'graph') continue; // these wait for the market's days, or for the peers
    expect(features.get(name)!.subarray(first, end).findIndex(Number.isFinite), name).toBe(warmup);
  }
});

test('a missing bar is forgotten: no feature stays undefined longer than its warm-up', () => {
  const bars = randomMarket({ ...clean, days: 560 });
  const missing = bars.offsets[1] + 290;
  for (const column of [bars.open, bars.high, bars.low, bars.close, bars.volume]) column[missing] = Number.NaN;
  const features = computeFeatures(bars, barNames, ringGraph(clean.stocks, 3));
  for (const { name, warmup, scope } of barFeatures) {
    const column = features.get(name)!;
    const back = missing + warmup + 2; // one for the previous bar that two-bar inputs need, one to step past the gap
    expect(column.subarray(back, bars.offsets[2]).every(Number.isFinite), name).toBe(true);
    // These leave out the latest bars, and so the gap.
    if (scope === 'stock' && !/^(momentum|seasonal_return)_|_lag_/.test(name)) expect(column[missing], name).toBeNaN();
  }
});

test('a stock of one bar, a table of one stock and an empty table are no errors', () => {
  for (const shape of [
    { ...clean, stocks: 1, days: 1 },
    { ...clean, stocks: 1, days: 30 },
    { ...clean, stocks: 2, days: 3, absent: 1 },
  ]) {
    const bars = randomMarket(shape);
    const features = everything(bars, featureNames, randomGraph(bars, 2, 1));
    for (const [name, column] of features) expect(column.length, name).toBe(bars.close.length);
  }
});

test('values do not depend on which features are computed together, nor on their order', () => {
  const bars = randomMarket({ ...clean, days: 80, partial: true, absent: 0.1, missing: 0.02 });
  const graph = randomGraph(bars, 3, 5);
  const tables = randomTables(bars, { seed: 9 });
  const together = everything(bars, [...featureNames].reverse(), graph, tables);
  expect([...together.keys()]).toEqual([...featureNames].reverse());
  for (const name of featureNames)
    expect(everything(bars, [name], graph, tables).get(name), name).toEqual(together.get(name));
});

test('features are free of scale: prices times 7 and volumes times 3 change nothing but money', () => {
  const bars = randomMarket({ ...clean, days: 270 });
  const times = (column: Float64Array, factor: number): Float64Array => column.map((value) => value * factor);
  const scaled = {
    ...bars,
    open: times(bars.open, 7),
    high: times(bars.high, 7),
    low: times(bars.low, 7),
    close: times(bars.close, 7),
    volume: times(bars.volume, 3),
  };
  const graph = ringGraph(clean.stocks, 3);
  const before = computeFeatures(bars, barNames, graph);
  const after = computeFeatures(scaled, barNames, graph);
  for (const [name, column] of before) {
    const factor = /^amihud_\d/.test(name) ? 1 / 21 : 1; // per money traded
    const largest = column.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 0);
    const differs = column.findIndex((x, row) => Math.abs(x * factor - after.get(name)![row]) > 1e-4 * largest);
    expect(differs, name).toBe(-1);
  }
});

test('an unknown feature is named with its nearest neighbour before anything is computed', () => {
  const bars = randomMarket({ ...clean, days: 5 });
  const attempt = () => featureColumns(bars, ['return_1', 'rsi14']);
  expect(attempt).toThrow(AppError);
  expect(attempt).toThrow(/'rsi14'.*'rsi_14'/);
});

test('a graph feature without a graph is an error, not a column of NaN', () => {
  const bars = randomMarket({ ...clean, days: 5 });
  expect(() => computeFeatures(bars, ['peer_return_mean_5'])).toThrow(/'peer_return_mean_5'.*graph/);
});
