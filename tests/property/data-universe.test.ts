import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { chooseUniverse, keepCodes, type UniverseRules } from '../../core/data/universe.ts';

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
