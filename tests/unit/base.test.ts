import { expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { AppError, messages, renderMessage, serializeError } from '../../core/base/errors.ts';
import { Random } from '../../core/base/random.ts';

test('every message has the same placeholders in every language', () => {
  for (const [code, { en, ja }] of Object.entries(messages)) {
    const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
    expect(names(ja), code).toEqual(names(en));
  }
});

test('an AppError says what, where and what to do, and survives serialisation', () => {
  const error = new AppError('data/empty-file', { file: 'bars.csv' });
  expect(error.message).toContain('bars.csv is empty');
  expect(renderMessage('data/empty-file', { file: 'bars.csv' }, 'ja')).toContain('bars.csv は空です');
  expect(serializeError(error)).toMatchObject({ code: 'data/empty-file', params: { file: 'bars.csv' } });
  expect(serializeError(new TypeError('x')).code).toBe('bug');
});

test('epoch days round-trip', () => {
  for (const day of ['1970-01-01', '2013-02-08', '2024-02-29']) expect(fromEpochDay(toEpochDay(day))).toBe(day);
});

test('random streams repeat, and differ by seed and stream', () => {
  const draw = (r: Random) => Array.from({ length: 5 }, () => r.uint32());
  expect(draw(new Random(7, 1))).toEqual(draw(new Random(7, 1)));
  expect(draw(new Random(7, 1))).not.toEqual(draw(new Random(7, 2)));
  expect(draw(new Random(7))).not.toEqual(draw(new Random(8)));
});

test('normals have mean 0 and variance 1 within sampling error', () => {
  const random = new Random(1);
  let sum = 0;
  let squares = 0;
  const count = 200_000;
  for (let i = 0; i < count; i++) {
    const z = random.normal();
    sum += z;
    squares += z * z;
  }
  expect(Math.abs(sum / count)).toBeLessThan(0.01);
  expect(Math.abs(squares / count - 1)).toBeLessThan(0.02);
});
