// No future row changes a past value: over every feature of the catalogue, and the check itself on leaks planted on purpose.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue, featureNames } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { runThrough } from '../../core/base/steps.ts';
import { ownPast, staggered } from '../../core/features/sentinel/staggered.ts';
import { compareWorlds } from '../../core/features/sentinel/truncation.ts';
import { probeFutureRows } from '../support/probe-future.ts';
import { perStock } from '../../core/features/per-stock.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { type MarketShape, randomGraph, randomMarket } from './feature-markets.ts';

const shapes: fc.Arbitrary<MarketShape> = fc.record({
  seed: fc.integer(),
  stocks: fc.integer({ min: 1, max: 6 }),
  days: fc.oneof(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 280, max: 330 })), // the longest warm-up is 252
  absent: fc.constantFrom(0, 0.05, 0.3),
  missing: fc.constantFrom(0, 0.01, 0.1),
  flat: fc.constantFrom(0, 0.05, 0.5),
  partial: fc.boolean(),
});

test('no feature of the catalogue looks ahead', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), (shape, positions) => {
      const bars = withFactors(randomMarket(shape), shape.seed);
      const cuts = [...positions.map((position) => position % bars.days.length), bars.days.length - 2];
      const tables = randomTables(bars, shape);
      expect(probeFutureRows(bars, catalogue, randomGraph(bars, 3, shape.seed), cuts, tables)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("no feature of a stock's own past looks ahead, whatever day is each stock's last", () => {
  const names = ownPast(featureNames, catalogue);
  expect(names.length).toBeGreaterThan(200);
  fc.assert(
    fc.property(shapes, (shape) => {
      const bars = withFactors(randomMarket(shape), shape.seed);
      const data = { bars, tables: randomTables(bars, shape) };
      const world = staggered(data, names, shape.seed);
      expect(runThrough(compareWorlds(data, names, catalogue, [world]))).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test('no feature is ever infinite, whatever the prices', () => {
  const price = fc.oneof(
    fc.constantFrom(0, -0, 1, Number.NaN, -5, 1e-320, 5e-324, 1e300, Number.MAX_VALUE, Number.POSITIVE_INFINITY),
    fc.double({ min: 0.01, max: 1e9, noNaN: true }),
  );
  fc.assert(
    fc.property(shapes, fc.array(price, { minLength: 5, maxLength: 200 }), (shape, prices) => {
      const bars = withFactors(randomMarket(shape), shape.seed);
      const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume];
      for (let i = 0; i < Math.min(prices.length, bars.close.length); i++) columns[i % 5][i] = prices[i];
      const tables = randomTables(bars, shape);
      for (const { columns: figures } of Object.values(tables))
        for (const figure of Object.values(figures)) figure.set(prices.slice(0, figure.length));
      const graph = randomGraph(bars, 3, shape.seed);
      for (const [name, column] of computeFeatures(bars, featureNames, graph, catalogue, tables))
        expect(
          column.findIndex((x) => Math.abs(x) === Number.POSITIVE_INFINITY),
          name,
        ).toBe(-1);
    }),
    { numRuns: 15 },
  );
});

/** Test-only features that look ahead, each in a way that has happened in real code. */
function planted(name: string, compute: FeatureDefinition['compute']): FeatureDefinition {
  return { name, family: 'planted', formula: '', window: 0, warmup: 0, source: '', scope: 'stock', compute };
}

const leaks: FeatureDefinition[] = [
  planted('centred_window', (context) =>
    perStock(context, ({ close }, out) => {
      for (let i = 0; i < out.length; i++)
        out[i] = ((close[i - 1] ?? close[i]) + close[i] + (close[i + 1] ?? close[i])) / 3;
    }),
  ),
  planted('whole_sample_z_score', (context) => {
    const returns = context.column('return_1');
    const known = returns.filter((r) => !Number.isNaN(r));
    const mean = known.reduce((sum, r) => sum + r, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((sum, r) => sum + (r - mean) ** 2, 0) / known.length);
    return returns.map((r) => (r - mean) / deviation);
  }),
  planted('back_fill', (context) =>
    perStock(context, ({ close }, out) => {
      let next = Number.NaN;
      for (let i = out.length - 1; i >= 0; i--) out[i] = next = Number.isNaN(close[i]) ? next : close[i];
    }),
  ),
  planted('forward_return', (context) =>
    perStock(context, ({ close }, out) => {
      for (let i = 0; i < out.length; i++) out[i] = i + 1 < close.length ? close[i + 1] / close[i] - 1 : Number.NaN;
    }),
  ),
  planted('survivors_only', ({ bars }) => {
    const last = bars.days.length - 1;
    const survives = bars.codes.map((_, code) => bars.dayIndex[bars.offsets[code + 1] - 1] === last);
    return bars.close.map((_, row) => (survives[bars.offsets.findLastIndex((offset) => offset <= row)] ? 1 : 0));
  }),
  planted('size_of_sector_with_later_listings', ({ bars }) =>
    bars.close.map((_, row) => {
      const code = bars.offsets.findLastIndex((offset) => offset <= row);
      return bars.sectors.filter((sector) => sector === bars.sectors[code]).length;
    }),
  ),
  planted('last_day_of_month_in_table', ({ bars }) =>
    Float64Array.from(bars.dayIndex, (day) => {
      const month = (index: number): number => new Date(bars.days[index] * 86_400_000).getUTCMonth();
      return day + 1 < bars.days.length && month(day + 1) === month(day) ? 0 : 1;
    }),
  ),
  {
    ...planted('statement_by_period', (context) => {
      const { bars, tables } = context;
      const { codes, offsets, period, columns } = tables!.statements!;
      return bars.close.map((_, row) => {
        const code = codes.indexOf(bars.codes[bars.offsets.findLastIndex((offset) => offset <= row)]);
        const last =
          code < 0
            ? -1
            : period.subarray(0, offsets[code + 1]).findLastIndex((day) => day <= bars.days[bars.dayIndex[row]]);
        return last < (offsets[code] ?? 0) ? Number.NaN : columns.sales[last];
      });
    }),
    inputs: ['statements'],
  },
  planted('latest_snapshot', ({ bars, graph }) => {
    const last = graph!.dayIndex.length - 1;
    const { stocks, k } = graph!;
    return bars.close.map((_, row) => {
      const code = bars.offsets.findLastIndex((offset) => offset <= row);
      return graph!.neighbours[(last * stocks + code) * k];
    });
  }),
];

describe('the check catches a planted leak', () => {
  const bars = randomMarket({ seed: 11, stocks: 5, days: 80, absent: 0.05, missing: 0.05, flat: 0.05, partial: true });
  const graph = randomGraph(bars, 3, 11);
  const tables = randomTables(bars, { seed: 11, silent: 0 });
  const everyCut = Array.from({ length: bars.days.length - 1 }, (_, cut) => cut);

  test.each(leaks.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
    const found = probeFutureRows(bars, [definition], graph, everyCut, definition.inputs && tables);
    expect(new Set(found.map((leak) => leak.feature))).toEqual(new Set([name]));
    for (const leak of found) expect(leak.day).toBeLessThanOrEqual(leak.cut);
  });

  test('and says where: the last value before the cut, of the stock that changed', () => {
    const found = probeFutureRows(bars, leaks.slice(0, 1), graph, [40]);
    expect(found.map((leak) => leak.change)).toEqual(['removed', 'altered']);
    for (const leak of found) {
      const code = bars.codes.indexOf(leak.code);
      const rows = Array.from(bars.dayIndex.subarray(bars.offsets[code], bars.offsets[code + 1]));
      const lastKept = rows.filter((day) => day <= 40).at(-1)!;
      expect(leak.day).toBe(bars.days[lastKept]);
      expect(Object.is(leak.before, leak.after)).toBe(false);
    }
  });

  test('among honest features it names the leaking one alone', () => {
    const all = [...catalogue, leaks[1]];
    const found = probeFutureRows(withFactors(bars, 11), all, graph, undefined, randomTables(bars, { seed: 11 }));
    expect(new Set(found.map((leak) => leak.feature))).toEqual(new Set(['whole_sample_z_score']));
  });
});
