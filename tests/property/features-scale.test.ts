// A later split or a change of currency rescales a stock's whole past (prices by c, volume by 1/c): no feature may notice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { type MarketShape, randomGraph, randomMarket } from './feature-markets.ts';

/** Prices on a grid of ticks, so that equal prices and equal sums of prices happen; every flat bar has no volume. */
function tickMarket(shape: MarketShape): BarTable {
  const bars = randomMarket(shape);
  const tick = (values: Float64Array) =>
    values.map((value) => (Number.isNaN(value) ? value : Math.max(1, Math.round(value))));
  const prices = { open: tick(bars.open), high: tick(bars.high), low: tick(bars.low), close: tick(bars.close) };
  return withFactors({ ...bars, ...prices }, shape.seed);
}

function rescaled(bars: BarTable, stock: number, factor: number): BarTable {
  const [first, end] = [bars.offsets[stock], bars.offsets[stock + 1]];
  const times = (values: Float64Array, by: number) =>
    values.map((value, row) => (row >= first && row < end ? value * by : value));
  return {
    ...bars,
    open: times(bars.open, factor),
    high: times(bars.high, factor),
    low: times(bars.low, factor),
    close: times(bars.close, factor),
    volume: times(bars.volume, 1 / factor),
    ...(bars.factor && { factor: times(bars.factor, factor) }),
  };
}

/**
 * What differs by more than rounding. A value near 0 that is a difference of large ones is measured against the column's
 * usual size, not against itself.
 */
function changes(before: Map<string, Float64Array>, after: Map<string, Float64Array>): string[] {
  const found: string[] = [];
  for (const [name, column] of before) {
    const other = after.get(name)!;
    let total = 0;
    let known = 0;
    for (const value of column) if (!Number.isNaN(value)) [total, known] = [total + Math.abs(value), known + 1];
    const usual = known === 0 ? 0 : total / known;
    const row = column.findIndex(
      (value, i) =>
        !(Number.isNaN(value) && Number.isNaN(other[i])) &&
        !(Math.abs(value - other[i]) <= 1e-9 * Math.max(Math.abs(value), usual)),
    );
    if (row >= 0) found.push(`${name}: ${column[row]} became ${other[row]} in row ${row}`);
  }
  return found;
}

const shapes: fc.Arbitrary<MarketShape> = fc.record({
  seed: fc.integer(),
  stocks: fc.integer({ min: 3, max: 5 }), // never one alone: it would be its market, and its own share of risk a rounded 0
  days: fc.constantFrom(60, 290),
  absent: fc.constantFrom(0, 0.05),
  missing: fc.constantFrom(0, 0.01),
  flat: fc.constantFrom(0, 0.05, 0.3),
  partial: fc.constant(false),
});
/** Splits, a reverse split, a dividend's factor, and a change of currency. */
const factors = fc.constantFrom(0.5, 0.1, 1 / 3, 10, 0.9873, 1 / 151.37);

const probe = (
  bars: BarTable,
  stock: number,
  factor: number,
  definitions: readonly FeatureDefinition[],
  seed: number,
) => {
  const graph = randomGraph(bars, 2, seed);
  const names = definitions.map(({ name }) => name);
  const tables = randomTables(bars, { seed });
  const of = (table: BarTable) => computeFeatures(table, names, graph, definitions, tables);
  return changes(of(bars), of(rescaled(bars, stock, factor)));
};

test('no feature of the catalogue depends on the unit of prices and volumes', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), factors, (shape, pick, factor) => {
      expect(probe(tickMarket(shape), pick % shape.stocks, factor, catalogue, shape.seed)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test('the check notices a feature that counts shares one by one', () => {
  const bars = tickMarket({ seed: 3, stocks: 3, days: 60, absent: 0, missing: 0, flat: 0.1, partial: false });
  const counted: FeatureDefinition = {
    ...{ name: 'log1p_volume', family: 'planted', formula: '', window: 1, warmup: 0, source: '', scope: 'stock' },
    compute: ({ bars: { volume } }) => volume.map(Math.log1p),
  };
  expect(probe(bars, 0, 0.1, [counted], 3)).toHaveLength(1);
});
