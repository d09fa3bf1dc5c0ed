import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { chooseUniverse, keepCodes, settleUniverse, type UniverseRules } from '../../core/data/universe.ts';

const { bars } = syntheticMarket({ stocks: 40, days: 120 });

/** The same table with other values, and codes cut off, after a day. */
function changedAfter(table: BarTable, day: number, keepShare: number): BarTable {
  const changed = (column: Float64Array) =>
    column.map((value, row) => (table.dayIndex[row] > day ? value * 97 + 1 : value));
  const rows = Array.from(table.dayIndex, (index) => index <= day || (index * 31) % 100 < keepShare * 100);
  const offsets = new Int32Array(table.codes.length + 1);
  for (let c = 0; c < table.codes.length; c++)
    offsets[c + 1] = offsets[c] + rows.slice(table.offsets[c], table.offsets[c + 1]).filter(Boolean).length;
  const pick = <T extends Float64Array | Int32Array>(column: T): T => column.filter((_, row) => rows[row]) as T;
  return {
    ...table,
    offsets,
    dayIndex: pick(table.dayIndex),
    open: pick(changed(table.open)),
    high: pick(changed(table.high)),
    low: pick(changed(table.low)),
    close: pick(changed(table.close)),
    volume: pick(changed(table.volume)),
  };
}

test('no bar after the stated day changes the universe', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 119 }),
      fc.integer({ min: 0, max: 120 }),
      fc.double({ min: 0, max: 1e8, noNaN: true }),
      fc.integer({ min: 1, max: 80 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (day, minimumBars, minimumMedianTurnover, turnoverDays, keepShare) => {
        const rules: UniverseRules = { asOf: bars.days[day], minimumBars, minimumMedianTurnover, turnoverDays };
        expect(chooseUniverse(changedAfter(bars, day, keepShare), rules)).toEqual(chooseUniverse(bars, rules));
      },
    ),
    { numRuns: 60 },
  );
});

test('every code is kept or dropped once, by the rule it breaks', () => {
  const last = bars.days[bars.days.length - 1];
  const all = chooseUniverse(bars, { asOf: last });
  expect(Array.from(all.kept)).toEqual(bars.codes.map((_, i) => i));
  const energy = chooseUniverse(bars, { asOf: last, excludedSectors: ['Energy'] });
  expect(energy.dropped.sector).toBe(bars.sectors.filter((sector) => sector === 'Energy').length);
  const liquid = chooseUniverse(bars, {
    asOf: last,
    minimumBars: 100,
    minimumMedianTurnover: 4e6,
    excludedSectors: ['Energy'],
  });
  const { sector, minimumBars, minimumMedianTurnover } = liquid.dropped;
  expect(liquid.kept.length + sector + minimumBars + minimumMedianTurnover).toBe(40);
  expect(minimumMedianTurnover).toBeGreaterThan(0);
  for (const c of liquid.kept) {
    const turnover = Array.from({ length: 120 }, () => 0);
    for (let row = bars.offsets[c]; row < bars.offsets[c + 1]; row++)
      turnover[bars.dayIndex[row]] = bars.close[row] * bars.volume[row];
    const sorted = turnover.slice(-60).sort((a, b) => a - b);
    expect((sorted[29] + sorted[30]) / 2).toBeGreaterThanOrEqual(4e6);
  }
});

test('keeping codes keeps their rows and no day without one', () => {
  const late = bars.codes.findIndex((_, c) => bars.dayIndex[bars.offsets[c]] > 0);
  const other = late === 0 ? 1 : 0;
  const kept = keepCodes(bars, [late]);
  expect(kept.days[0]).toBe(bars.days[bars.dayIndex[bars.offsets[late]]]);
  expect(kept.dayIndex[0]).toBe(0);
  expect(kept.close).toEqual(bars.close.slice(bars.offsets[late], bars.offsets[late + 1]));
  const both = keepCodes(bars, [Math.min(late, other), Math.max(late, other)]);
  expect(both.codes.length).toBe(2);
  expect(
    keepCodes(
      bars,
      bars.codes.map((_, i) => i),
    ),
  ).toEqual(bars);
});

test('the universe is never judged after the end of training in the table that it leaves', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.3, max: 0.9, noNaN: true }),
      fc.array(fc.record({ from: fc.nat(119), every: fc.integer({ min: 1, max: 3 }) }), { maxLength: 6 }),
      fc.double({ min: 1, max: 1e8, noNaN: true }),
      (share, listings, least) => {
        // The first stocks trade on every second day alone; a few others, listed later, bring in days of their own.
        const rows = Array.from(bars.dayIndex, (day, row) => {
          const code = bars.offsets.findLastIndex((offset) => offset <= row);
          const listing = listings[code - 34];
          return code < 34 ? day % 2 === 0 : listing !== undefined && day >= listing.from && day % listing.every === 0;
        });
        const offsets = Int32Array.from(bars.offsets, (end) => rows.slice(0, end).filter(Boolean).length);
        const pick = <T extends Float64Array | Int32Array>(column: T): T => column.filter((_, row) => rows[row]) as T;
        const [open, high, low, close] = [pick(bars.open), pick(bars.high), pick(bars.low), pick(bars.close)];
        const sparse = { ...bars, offsets, dayIndex: pick(bars.dayIndex), open, high, low, close };
        const table: BarTable = keepCodes(
          { ...sparse, volume: pick(bars.volume) },
          Array.from(bars.codes, (_, i) => i),
        );
        const trainEnd = (days: Int32Array): number => days[Math.floor((days.length - 1) * share)];
        const rules = { minimumMedianTurnover: least, turnoverDays: 10 };
        const settled = settleUniverse(table, rules, trainEnd);
        expect(settled.universe).toEqual(chooseUniverse(table, { ...rules, asOf: settled.asOf }));
        expect(settled.bars).toEqual(keepCodes(table, settled.universe.kept));
        if (settled.bars.codes.length > 0) expect(settled.asOf).toBeLessThanOrEqual(trainEnd(settled.bars.days));
      },
    ),
    { numRuns: 50 },
  );
});

test('a stock that brings its own days and is then left out does not move the judgement into the test', () => {
  // A regular stock trades on even days; another, without any volume, on every day from the middle on.
  const regular = Array.from({ length: 50 }, (_, i) => 2 * i);
  const odd = Array.from({ length: 50 }, (_, i) => 50 + i);
  const price = new Float64Array(100).fill(1);
  const table: BarTable = {
    ...{ codes: ['regular', 'odd'], sectors: [null, null], days: Int32Array.from({ length: 100 }, (_, i) => i) },
    ...{ offsets: Int32Array.of(0, 50, 100), dayIndex: Int32Array.from([...regular, ...odd]) },
    ...{ open: price, high: price, low: price, close: price, volume: price.map((_, row) => (row < 50 ? 100 : 0)) },
  };
  const calendar = keepCodes(table, [0, 1]); // without the odd days of the first half
  const trainEnd = (days: Int32Array): number => days[Math.floor(days.length * 0.7) - 1];
  expect(trainEnd(calendar.days)).toBeGreaterThan(trainEnd(keepCodes(calendar, [0]).days));
  const settled = settleUniverse(calendar, { minimumMedianTurnover: 1, turnoverDays: 4 }, trainEnd);
  expect(settled.bars.codes).toEqual(['regular']);
  expect(settled.asOf).toBe(trainEnd(settled.bars.days));
});
