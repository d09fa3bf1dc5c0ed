import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromEpochDay } from '../../core/base/clock.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';

const price = fc.double({ min: 1e-4, max: 1e9, noNaN: true });
const table = fc.uniqueArray(
  fc.record({
    code: fc.constantFrom('A', '0005', '1301', 'BRK.B', 'トヨタ'),
    day: fc.integer({ min: 10_000, max: 10_040 }),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: fc.integer({ min: 0, max: 2 ** 50 }),
  }),
  { minLength: 1, maxLength: 60, selector: ({ code, day }) => `${code} ${day}` },
);

test('whatever bars go in come out, to the last bit, in order of code and day', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-roundtrip-'));
  try {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const file = join(folder, 'bars.csv');
        const lines = rows.map((r) =>
          [r.code, fromEpochDay(r.day), r.open, r.high, r.low, r.close, r.volume].join(','),
        );
        writeFileSync(file, ['code,date,open,high,low,close,volume', ...lines].join('\n'));
        const outFolder = join(folder, 'dataset');
        await importBars({ files: [file], name: 'x', outFolder });
        const bars = await loadBars(outFolder);

        const sorted = [...rows].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.day - b.day));
        expect(bars.codes).toEqual([...new Set(sorted.map(({ code }) => code))]);
        expect(Array.from(bars.dayIndex, (index) => bars.days[index])).toEqual(sorted.map(({ day }) => day));
        for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
          expect(Array.from(bars[name])).toEqual(sorted.map((row) => row[name]));
        for (let c = 0; c < bars.codes.length; c++)
          expect(sorted.slice(bars.offsets[c], bars.offsets[c + 1]).every(({ code }) => code === bars.codes[c])).toBe(
            true,
          );
      }),
      { numRuns: 8 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
