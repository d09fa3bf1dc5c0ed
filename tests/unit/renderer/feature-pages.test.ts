// What the page on features works out by itself: rows, search, thinning out of like features, running sums.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FeatureAnalysis } from '../../../core/contract/views/features.ts';
import { catalogueEntries } from '../../../core/app/catalogue-entries.ts';
import { dropAlike } from '../../../renderer/features/features/alike.ts';
import { familyKey, featureRows, isImplausible, matching } from '../../../renderer/features/features/feature-rows.ts';
import { messages } from '../../../renderer/features/features/messages.ts';
import { rollingMean, runningSum } from '../../../renderer/features/features/rank-ic-series.ts';

const ic = (value: number, high: number) => ({ value, low: value - 0.1, high });
const analysis: FeatureAnalysis = {
  days: 600,
  rankIcThrough: '2021-06-30',
  horizons: [1, 5],
  features: [
    { name: 'rsi_14', family: 'oscillator', coverage: 0.9, drift: null, rankIc: [ic(-0.2, 0.05), ic(-0.2, -0.02)] },
  ],
};

const ANY = { query: '', family: null, set: null, supported: null };

test('the catalogue is joined with what was measured, at the horizon asked', () => {
  const rows = featureRows(catalogueEntries(), analysis, 5);
  expect(rows).toHaveLength(catalogueEntries().length);
  const measured = rows.filter((row) => row.measured);
  expect(measured.map(({ name, coverage, rankIc }) => [name, coverage, rankIc?.value])).toEqual([
    ['rsi_14', 0.9, -0.2],
  ]);
  expect(measured.map(isImplausible)).toEqual([true]);
  expect(featureRows(catalogueEntries(), analysis, 1).some(isImplausible)).toBe(false);
  expect(featureRows(catalogueEntries(), null, null).some((row) => row.measured)).toBe(false);
});

test('the search finds every word anywhere in name, formula, source or family', () => {
  const rows = featureRows(catalogueEntries(), null, null);
  expect(matching(rows, { ...ANY, query: 'RSI 14' }).map(({ name }) => name)).toContain('rsi_14');
  expect(matching(rows, { ...ANY, query: 'no such word' })).toEqual([]);
  const family = matching(rows, { ...ANY, family: 'oscillator' });
  expect(new Set(family.map((row) => row.family))).toEqual(new Set(['oscillator']));
  expect(matching(rows, { ...ANY, query: ' ' })).toHaveLength(catalogueEntries().length);
});

test('every family of the catalogue has its words', () => {
  for (const { family } of catalogueEntries()) expect(messages.en.families).toHaveProperty(familyKey(family));
});

test('of a pair above the limit, the one more like the others goes', () => {
  // a and b are the pair; b is also near c.
  const matrix = [1, 0.97, 0.1, 0.97, 1, 0.8, 0.1, 0.8, 1];
  expect(dropAlike(['a', 'b', 'c'], matrix, 0.95)).toEqual(['b']);
  expect(dropAlike(['a', 'b', 'c'], matrix, 0.98)).toEqual([]);
});

test('whatever the correlations, no pair above the limit is left and nothing goes without one', () => {
  const matrices = fc.integer({ min: 2, max: 12 }).chain((n) =>
    fc.array(fc.double({ min: -1, max: 1 }), { minLength: n * n, maxLength: n * n }).map((cells) => {
      const at = (i: number, j: number) => (i === j ? 1 : cells[Math.min(i, j) * n + Math.max(i, j)]);
      return { n, matrix: Float32Array.from(cells, (_, k) => at(Math.floor(k / n), k % n)) };
    }),
  );
  fc.assert(
    fc.property(matrices, fc.double({ min: 0.3, max: 0.99, noNaN: true }), ({ n, matrix }, limit) => {
      const names = Array.from({ length: n }, (_, i) => `f${i}`);
      const dropped = new Set(dropAlike(names, matrix, limit));
      const above = (i: number, j: number) => Math.abs(matrix[i * n + j]) > limit;
      const left = [...names.keys()].filter((i) => !dropped.has(names[i]));
      for (const i of left) for (const j of left) if (i < j) expect(above(i, j)).toBe(false);
      for (const i of names.keys())
        if (dropped.has(names[i])) expect([...names.keys()].some((j) => j !== i && above(i, j))).toBe(true);
    }),
  );
});

test('a feature whose correlation is not defined stays', () => {
  expect(dropAlike(['a', 'month'], [1, Number.NaN, Number.NaN, Number.NaN], 0.5)).toEqual([]);
});

test('running sums and rolling means pass over days without a value', () => {
  const daily = [Number.NaN, 1, Number.NaN, 2, 3, 6];
  expect([...runningSum(daily)]).toEqual([Number.NaN, 1, 1, 3, 6, 12]);
  // A mean wants half of its days.
  expect([...rollingMean(daily, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, 1.5, 2, 11 / 3]);
  // Days that are held out have none: a flat line there would read as zero.
  const heldOut = [...daily, Number.NaN, Number.NaN];
  expect([...runningSum(heldOut)].slice(-3)).toEqual([12, Number.NaN, Number.NaN]);
  expect([...rollingMean(heldOut, 4)].slice(-3)).toEqual([11 / 3, Number.NaN, Number.NaN]);
});

test('a rolling mean knows no later day', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.nat(39),
      (daily, cut) => {
        const until = Math.min(cut + 1, daily.length);
        expect(rollingMean(daily.slice(0, until), 5)).toEqual(rollingMean(daily, 5).slice(0, until));
      },
    ),
  );
});

test('what a dataset lacks stands in the row, and rows are found by it', () => {
  const rows = featureRows(catalogueEntries(), null, null, [{ name: 'has_statement', lacks: ['statements'] }]);
  const unsupported = matching(rows, { ...ANY, supported: false });
  expect(unsupported.map(({ name, lacks }) => [name, lacks])).toEqual([['has_statement', ['statements']]]);
  expect(matching(rows, { ...ANY, supported: true })).toHaveLength(rows.length - 1);
  const core = matching(rows, { ...ANY, set: 'core' });
  expect(core.length).toBeGreaterThan(100);
  expect(core.every(({ set }) => set === 'core')).toBe(true);
});
