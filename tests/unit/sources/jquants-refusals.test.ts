// What the service's refusals mean: only their messages tell them apart.
import { expect, test } from 'vitest';
import { toEpochDay } from '../../../core/base/clock.ts';
import { refusalOf } from '../../../core/data/sources/jquants-api.ts';

test.each([
  [403, 'The incoming token is invalid or expired.', 'key'],
  [403, 'The api key is required.', 'key'],
  [403, 'There is no active subscription for this account.', 'key'],
  [401, 'whatever it says', 'key'],
  [403, 'This API is not available on your subscription. If you want more data, please check other plans', 'plan'],
  [403, 'Forbidden', 'plan'],
  [403, 'The requested endpoint does not exist or the specified HTTP method is not supported.', 'other'],
  [400, 'This API requires at least 1 parameter as follows; date, code', 'other'],
] as const)('%i "%s" is about the %s', (status, message, kind) => {
  expect(refusalOf(status, message).kind).toBe(kind);
});

test('the days that a plan covers are read from its refusal, an open end as such', () => {
  const message =
    'Your subscription covers the following dates: 2024-03-21 ~ 2026-03-21. If you want more data, please check other plans';
  expect(refusalOf(400, message)).toEqual({
    kind: 'days',
    from: toEpochDay('2024-03-21'),
    to: toEpochDay('2026-03-21'),
  });
  expect(refusalOf(400, 'Your subscription covers the following dates: 2016-09-21 ~ . If you')).toEqual({
    kind: 'days',
    from: toEpochDay('2016-09-21'),
    to: null,
  });
});
