// What must hold of every cross-section, whatever its numbers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dailyMetrics } from '../../../core/evaluate/daily.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';
import { pearson, rankAverage, spearman } from '../../../core/evaluate/statistics.ts';
import { predictionsOf } from '../../unit/evaluate/make-predictions.ts';

const options = { minNodes: 5, quantileTarget: 'return' } as const;
const value = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 64); // exact in float32, with ties
const day = fc.array(fc.tuple(value, value), { minLength: 5, maxLength: 40 });
const days = fc.array(day, { minLength: 1, maxLength: 5 });

function setOf(sections: [number, number][][]): PredictionSet {
  return predictionsOf(
    sections.map((section) => section.map(([forecast]) => [forecast])),
    sections.map((section) => section.map(([, outcome]) => [outcome])),
  );
}

/** Equal, NaN with NaN, up to rounding. */
function same(a: Float64Array, b: Float64Array, sign = 1): void {
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => {
    if (Number.isNaN(x)) expect(b[i]).toBeNaN();
    else expect(Math.abs(x - sign * b[i])).toBeLessThan(1e-9);
  });
}

test('ranks sum to n (n + 1) / 2, follow the order, and ties are equal', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const ranks = rankAverage(values);
      const n = values.length;
      expect(ranks.reduce((a, b) => a + b, 0)).toBe((n * (n + 1)) / 2);
      for (let i = 1; i < n; i++) expect(Math.sign(ranks[i] - ranks[0])).toBe(Math.sign(values[i] - values[0]));
    }),
  );
});

test('correlations are symmetric and within [-1, 1]; Spearman sees only the order', () => {
  fc.assert(
    fc.property(day, (section) => {
      const x = section.map(([a]) => a);
      const y = section.map(([, b]) => b);
      for (const correlation of [pearson, spearman]) {
        const r = correlation(x, y);
        expect(Object.is(r, correlation(y, x)) || Math.abs(r - correlation(y, x)) < 1e-12).toBe(true);
        if (!Number.isNaN(r)) expect(Math.abs(r)).toBeLessThanOrEqual(1);
      }
      const r = spearman(x, y);
      expect(
        spearman(
          x.map((v) => Math.atan(v / 10) + v),
          y.map((v) => v ** 3),
        ),
      ).toEqual(r);
    }),
  );
});

test('the order in which stocks stand, and a positive scale, change no metric', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 8 }), (section, factor) => {
      const [a] = dailyMetrics(setOf([section]), options);
      const [b] = dailyMetrics(setOf([section.toReversed().map(([p, r]) => [p * factor, r])]), options);
      expect(b.status).toEqual(a.status);
      for (const metric of ['ic', 'rankIc', 'hitRate', 'spread', 'deciles'] as const) same(a[metric], b[metric]);
    }),
  );
});

test('turning predictions round turns IC and RankIC round', () => {
  fc.assert(
    fc.property(day, (section) => {
      const [a] = dailyMetrics(setOf([section]), options);
      const [b] = dailyMetrics(setOf([section.map(([p, r]) => [-p, r])]), options);
      same(a.ic, b.ic, -1);
      same(a.rankIc, b.rankIc, -1);
    }),
  );
});

test('a day is judged by itself: its metrics are those it has alone', () => {
  fc.assert(
    fc.property(days, (sections) => {
      const [together] = dailyMetrics(setOf(sections), options);
      sections.forEach((section, d) => {
        const [alone] = dailyMetrics(setOf([section]), options);
        expect(together.status[d]).toBe(alone.status[0]);
        for (const metric of ['ic', 'rankIc', 'hitRate', 'spread'] as const)
          same(together[metric].subarray(d, d + 1), alone[metric]);
      });
    }),
  );
});
