// Checks before work starts: batches that fit the memory, room for a checkpoint.
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { Graph } from '../../core/tensor/tensor.ts';
import { daysAtATime, memoryBudget, planBatches, requireDisk } from '../../core/train/preflight.node.ts';

/** A step that takes 4000 bytes a stock, and 4 bytes for each batch of an update: [N, 1000] at its peak. */
const trace = (accumulation: number) => {
  const graph = new Graph();
  return [graph.input('x', ['N', 1000]).sum(), graph.input('kept', [accumulation])];
};
const plan = (budget: number, rest: Partial<Parameters<typeof planBatches>[0]> = {}) =>
  planBatches({ maxBatchSize: 2048, accumulation: 1, stocks: 500, least: 20, budget, trace, ...rest });

test('what fits is left as it is, and counts the largest day, not the largest batch', () => {
  const { bytes, ...rest } = plan(2_100_000);
  expect(rest).toEqual({ maxBatchSize: 2048, accumulation: 1, halved: 0 });
  expect(bytes).toBeGreaterThanOrEqual(500 * 4000);
  expect(bytes).toBeLessThan(500 * 4000 + 100);
});

test('a step that does not fit gets half the stocks and twice the batches an update, as often as it takes', () => {
  expect(plan(1_100_000)).toMatchObject({ maxBatchSize: 250, accumulation: 2, halved: 1 });
  expect(plan(300_000)).toMatchObject({ maxBatchSize: 63, accumulation: 8, halved: 3 });
  expect(plan(300_000, { accumulation: 3 })).toMatchObject({ accumulation: 24 });
  expect(plan(900_000, { maxBatchSize: 300 })).toMatchObject({ maxBatchSize: 150, accumulation: 2 });
});

test('not even the least number of stocks fits: an error that says how much is needed and free', () => {
  expect(() => plan(100_000)).toThrow(
    expect.objectContaining({
      code: 'resource/step-too-large',
      params: { needed: '1 MB', free: '1 MB', stocks: 32 },
    }),
  );
  expect(() => plan(0)).toThrow(expect.objectContaining({ code: 'resource/step-too-large' }));
});

test('the budget is a share of what this process may still take', () => {
  expect(memoryBudget(0.5)).toBeGreaterThan(0);
  expect(memoryBudget(0.5)).toBeLessThan(process.availableMemory());
});

test('too little disk is refused with both figures, enough is not', () => {
  expect(() => requireDisk(tmpdir(), 0)).not.toThrow();
  expect(() => requireDisk(tmpdir(), 1e12)).toThrow(
    expect.objectContaining({
      code: 'resource/disk-full',
      params: expect.objectContaining({ needed: '1000000000.0 GB', free: expect.stringMatching(/^[\d.]+ [GM]B$/) }),
    }),
  );
});

test('a panel that a machine keeps at hand is gone through as a whole, a larger one by stretches with the bars behind them', () => {
  const panel = (days: number, stocks: number, features: number) => ({
    manifest: { days, rows: days * stocks, features: Array.from({ length: features }, () => feature) },
  });
  const feature = { name: 'f', scaling: 'day' as const, missing: 0, warmup: 0 };
  expect(daysAtATime(panel(1258, 500, 131), 20)).toBe(1258);
  // 4.9 MB a day: 438 days in 2 GiB, which are eight stretches of 32 with 19 days before each.
  expect(daysAtATime(panel(2500, 4000, 306), 20)).toBe(8 * 32);
  expect(daysAtATime(panel(100, 10, 10), 20, 100 * 400)).toBe(100);
  expect(daysAtATime(panel(100, 10, 10), 20, 60 * 400)).toBe(32);
  expect(daysAtATime(panel(100, 10, 10), 20, 400)).toBe(32);
});
