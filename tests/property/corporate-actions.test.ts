import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barsAsOf } from '../support/bars-as-of.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { type ActionRecord, actionFactors, factorsAsOf } from '../../core/data/corporate-actions.ts';

const LENGTH = 40;
const price = fc.double({ min: 1, max: 1000, noNaN: true });
const actions = fc.array(
  fc.record({
    kind: fc.constantFrom('split', 'reverse-split', 'dividend', 'delisting', 'symbol-change', 'merger'),
    day: fc.integer({ min: 1, max: LENGTH - 1 }),
    ratio: fc.constantFrom(2, 3, 0.1, 0.5, 1.5),
    amount: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    ahead: fc.integer({ min: 0, max: 10 }),
  }),
  { maxLength: 8 },
);
const known = (list: readonly { day: number; ahead: number }[]): ActionRecord[] =>
  list.map(({ ahead, ...action }) => ({ ...action, known: action.day - ahead }) as ActionRecord);
const market = fc.record({
  closes: fc.array(price, { minLength: LENGTH, maxLength: LENGTH }),
  actions,
  day: fc.integer({ min: 0, max: LENGTH - 1 }),
  dividends: fc.boolean(),
});
const days = Array.from({ length: LENGTH }, (_, i) => i);

test('a series as of a day is the same whatever happens after it', () => {
  fc.assert(
    fc.property(
      market,
      actions,
      fc.array(price, { minLength: LENGTH, maxLength: LENGTH }),
      (past, later, otherCloses) => {
        const { closes, day, dividends } = past;
        const before = known(past.actions).filter((action) => action.day <= day);
        const asOf = (list: readonly ActionRecord[], close: readonly number[]) =>
          actionFactors(days, close, list, { asOf: day, dividends });
        const future = closes.map((close, i) => (i <= day ? close : otherCloses[i]));
        const happened = [...before, ...known(later).filter((action) => action.day > day)];
        expect(asOf(happened, future)).toEqual(asOf(before, closes));
      },
    ),
  );
});

test('it is the fully adjusted series up to one constant', () => {
  fc.assert(
    fc.property(market, ({ closes, actions: list, day, dividends }) => {
      const full = actionFactors(days, closes, known(list), { dividends });
      const then = actionFactors(days, closes, known(list), { asOf: day, dividends });
      for (let i = 0; i <= day; i++) expect(then[i] / full[i]).toBeCloseTo(then[day] / full[day], 9);
      expect(then[day]).toBe(1);
      // The same from the full factor alone, which is all that a source with an adjusted close gives.
      const stored = factorsAsOf(days, full, day);
      for (let i = 0; i <= day; i++) expect(stored[i] / then[i]).toBeCloseTo(1, 9);
    }),
  );
});

function table(closes: readonly number[], factor: Float64Array): BarTable {
  const column = Float64Array.from(closes, (close, i) => close * factor[i]);
  return {
    codes: ['A', 'B'],
    sectors: [null, 'S'],
    days: Int32Array.from(days),
    offsets: Int32Array.from([0, LENGTH, 2 * LENGTH - 5]), // B is listed on the sixth day
    dayIndex: Int32Array.from([...days, ...days.slice(5)]),
    open: Float64Array.from([...column, ...column.slice(5)]),
    high: Float64Array.from([...column, ...column.slice(5)]),
    low: Float64Array.from([...column, ...column.slice(5)]),
    close: Float64Array.from([...column, ...column.slice(5)]),
    volume: Float64Array.from([...column, ...column.slice(5)], (value) => 1 / value),
    factor: Float64Array.from([...factor, ...factor.slice(5)]),
  };
}

test('a whole market as of a day holds no later bar, and its last prices are those that were traded', () => {
  fc.assert(
    fc.property(market, ({ closes, actions: list, day }) => {
      const bars = barsAsOf(table(closes, actionFactors(days, closes, known(list))), day);
      expect(bars.days.at(-1)).toBe(day);
      expect(bars.codes).toEqual(day < 5 ? ['A'] : ['A', 'B']);
      for (let code = 0; code < bars.codes.length; code++) {
        const last = bars.offsets[code + 1] - 1;
        expect(bars.close[last]).toBeCloseTo(closes[day], 9);
        expect(bars.volume[last] * bars.close[last]).toBeCloseTo(1, 9);
        expect(bars.factor?.[last]).toBe(1);
      }
    }),
  );
});
