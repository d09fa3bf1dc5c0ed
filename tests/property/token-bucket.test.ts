// However requests come, no minute has more of them than the limit allows, and none waits for longer than the limit makes it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minutesFor, TokenBucket } from '../../core/data/sources/token-bucket.ts';

const limits = fc.integer({ min: 1, max: 600 });

/** Moments at which requests go that come with these gaps. */
function sent(limit: number, gaps: readonly number[], spent = 0): number[] {
  const bucket = new TokenBucket(limit, 0, spent);
  let now = 0;
  return gaps.map((gap) => {
    now += gap;
    return now + bucket.take(now);
  });
}

test('no window of a minute has more requests than the limit, those made before included', () => {
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 300 }),
      fc.integer({ min: 0, max: 20 }),
      (limit, gaps, before) => {
        const spent = Math.min(before, limit);
        const moments = [...Array.from({ length: spent }, () => 0), ...sent(limit, gaps, spent)];
        for (const [i, start] of moments.entries())
          expect(moments.filter((moment, j) => j >= i && moment < start + 60_000).length).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 60 },
  );
});

test('requests go in the order in which they came, and all of them do', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (limit, gaps) => {
      const moments = sent(limit, gaps);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
    }),
  );
});

test('many requests at once take the minutes that were announced', () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 1, max: 2_000 }), (limit, count) => {
      const last =
        sent(
          limit,
          Array.from({ length: count }, () => 0),
        ).at(-1) ?? 0;
      expect(last / 60_000).toBeCloseTo(minutesFor(count, limit), 3);
    }),
  );
});

test('a clock that is set back gives nothing back and breaks nothing', () => {
  const bucket = new TokenBucket(60, 1_000_000);
  for (let i = 0; i < 6; i++) expect(bucket.take(1_000_000)).toBe(0);
  const wait = bucket.take(0);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThan(2_000);
});
