import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collect, type Page } from '../../core/data/sources/collect.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How exchanges differ in what they hand out of the rows that they have. */
interface Manner {
  /** Rows of a page. */
  limit: number;
  /** The newest rows of what was asked for, as opposed to the oldest. */
  newestFirst: boolean;
  /** Takes no notice of an end, and gives rows behind it. */
  ignoresEnd: boolean;
}

function exchange(times: readonly number[], { limit, newestFirst, ignoresEnd }: Manner) {
  const calls = { count: 0 };
  const ask = async (from: number, to: number | null): Promise<Page<number>> => {
    calls.count += 1;
    const fitting = times.filter((time) => time >= from && (to === null || ignoresEnd || time < to));
    const page = newestFirst ? fitting.slice(-limit) : fitting.slice(0, limit);
    return page.map((time) => [time, time]);
  };
  return { ask, calls };
}

const days = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 120 });
const manner = fc.record({
  limit: fc.integer({ min: 2, max: 40 }),
  newestFirst: fc.boolean(),
  ignoresEnd: fc.boolean(),
});
/** Who gives the newest rows and takes no end cannot be walked through. */
const walkable = manner.filter(({ newestFirst, ignoresEnd }) => !(newestFirst && ignoresEnd));

test('every row of a stretch is had, whatever is missing and however pages are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      days,
      walkable,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 61, max: 121 }),
      async (held, how, first, last) => {
        const { ask } = exchange(
          held.map((day) => day * DAY).sort((a, b) => a - b),
          how,
        );
        const rows = await collect(first * DAY, last * DAY, ask, { step: DAY, calls: 400 });
        const expected = held.filter((day) => day >= first && day < last).sort((a, b) => a - b);
        expect(rows.map(([time]) => time / DAY)).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('rows that stand hours apart are had to the last, stamps a little off among them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 4, 8), walkable, fc.integer({ min: 0, max: 50 }), async (hours, how, late) => {
      const times = Array.from({ length: (40 * 24) / hours }, (_, i) => i * hours * HOUR + (i % 3 === 0 ? late : 0));
      const { ask, calls } = exchange(times, how);
      const rows = await collect(0, 40 * DAY, ask, { step: DAY, calls: 5_000 });
      expect(rows.map(([time]) => time)).toEqual(times);
      expect(calls.count).toBeLessThanOrEqual(2 * Math.ceil(times.length / how.limit) + 4);
    }),
    { numRuns: 60 },
  );
});

test('a full stretch costs a call a page, and nothing at all two', async () => {
  const full = exchange(
    Array.from({ length: 365 }, (_, day) => day * DAY),
    { limit: 100, newestFirst: false, ignoresEnd: true },
  );
  await collect(0, 365 * DAY, full.ask, { step: DAY, calls: 400 });
  expect(full.calls.count).toBe(4);
  const empty = exchange([], { limit: 100, newestFirst: false, ignoresEnd: true });
  expect(await collect(0, 365 * DAY, empty.ask, { step: DAY, calls: 400 })).toEqual([]);
  expect(empty.calls.count).toBe(2);
});

test('calls are bounded, and what is left out then is single days', async () => {
  const { ask, calls } = exchange(
    Array.from({ length: 100 }, (_, i) => i * 2 * DAY),
    { limit: 50, newestFirst: false, ignoresEnd: false },
  );
  const rows = await collect(0, 200 * DAY, ask, { step: DAY, calls: 20 });
  expect(rows).toHaveLength(100);
  expect(calls.count).toBeLessThanOrEqual(21);
});
