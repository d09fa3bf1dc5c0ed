// Work in steps: with pauses it gives what it gives without, its shares ascend, and a pause can stop it.
import { expect, test } from 'vitest';
import { asPart, runThrough, runWithPauses, type Steps } from '../../core/base/steps.ts';
import { evaluate, evaluationSteps } from '../../core/evaluate/evaluate.ts';
import { comparePaired, pairedSteps } from '../../core/evaluate/compare.ts';
import { Random } from '../../core/base/random.ts';
import type { PredictionSet } from '../../core/evaluate/predictions.ts';

function randomSet(seed: number): PredictionSet {
  const [days, stocks, horizons, quantiles] = [30, 25, [1, 5] as const, [0.1, 0.5, 0.9] as const];
  const random = new Random(seed);
  const rows = days * stocks;
  const drawn = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  return {
    days: Int32Array.from({ length: days }, (_, day) => 18_000 + day),
    dayOffsets: Int32Array.from({ length: days + 1 }, (_, day) => day * stocks),
    stock: Int32Array.from({ length: rows }, (_, row) => row % stocks),
    codes: Array.from({ length: stocks }, (_, stock) => `S${stock}`),
    horizons,
    quantiles,
    predicted: drawn(rows * horizons.length * quantiles.length),
    realised: drawn(rows * horizons.length),
  };
}

function sharesOf(steps: Steps<unknown>): number[] {
  const shares: number[] = [];
  for (const share of steps) shares.push(share);
  return shares;
}

const [a, b] = [randomSet(1), randomSet(2)];

test('an evaluation and a comparison in steps give what they give at once', async () => {
  expect(await runWithPauses(evaluationSteps(a), () => {})).toEqual(evaluate(a));
  expect(await runWithPauses(pairedSteps(a, b), () => {})).toEqual(comparePaired(a, b));
});

test('shares ascend from 0 to 1, in steps no larger than a tenth but for the work between days and intervals', () => {
  for (const steps of [evaluationSteps(a), pairedSteps(a, b)]) {
    const shares = sharesOf(steps);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeLessThan(1);
    shares.reduce((before, share) => {
      expect(share).toBeGreaterThanOrEqual(before);
      expect(share - before).toBeLessThan(0.1);
      return share;
    });
  }
});

test('a part of a whole has its stretch of it', () => {
  function* halves(): Steps<string> {
    yield 0;
    yield 0.5;
    return 'done';
  }
  expect(sharesOf(asPart(halves(), 0.2, 0.6))).toEqual([0.2, 0.4]);
  expect(runThrough(asPart(halves(), 0.2, 0.6))).toBe('done');
});

test('a pause that throws stops the work', async () => {
  function* endless(): Steps<never> {
    for (;;) yield 0;
  }
  const stop = (): void => {
    throw new Error('stopped');
  };
  await expect(runWithPauses(endless(), stop)).rejects.toThrow('stopped');
});
