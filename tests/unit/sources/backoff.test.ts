import { expect, test } from 'vitest';
import { LIMIT_ATTEMPTS, limitDelay, retryDelay } from '../../../core/data/sources/backoff.ts';

const NOW = Date.parse('2026-11-20T05:00:00Z');

test('a refusal is waited out for as long as the server says, in seconds or until a date', () => {
  expect(limitDelay(1, '30', NOW)).toBe(30_000);
  expect(limitDelay(3, 'Fri, 20 Nov 2026 05:02:00 GMT', NOW)).toBe(120_000);
  expect(limitDelay(1, '0', NOW)).toBe(1_000);
  expect(limitDelay(1, 'Fri, 20 Nov 2026 04:00:00 GMT', NOW)).toBe(1_000);
});

test('more patience than a quarter of an hour is not had', () => {
  expect(limitDelay(1, '901', NOW)).toBeNull();
  expect(limitDelay(1, 'Sat, 21 Nov 2026 05:00:00 GMT', NOW)).toBeNull();
});

test('without a word from the server, or with one that is none, waits grow past the five minutes of a block', () => {
  for (const header of [null, '', 'soon', '-5', '1.5']) {
    const waits = Array.from({ length: LIMIT_ATTEMPTS - 1 }, (_, i) => limitDelay(i + 1, header, NOW) ?? 0);
    expect(waits[0]).toBe(20_000);
    expect(waits.at(-1)).toBe(330_000);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  }
});

test('an error is retried soon, then ever later, never after more than a minute and a quarter', () => {
  expect(retryDelay(1, 0.5)).toBe(1_000);
  expect(retryDelay(4, 0)).toBe(6_000);
  expect(retryDelay(30, 0.999)).toBeLessThan(75_000);
  // A server that says when it will be back is believed, within reason.
  expect(retryDelay(1, 0.5, '90', NOW)).toBe(90_000);
  expect(retryDelay(1, 0.5, '86400', NOW)).toBe(330_000);
});
