import { expect, test } from 'vitest';
import { ID_PATTERN, newId, timeOfId } from '../../core/contract/id.ts';

test('ids sort by time of making, also within one millisecond', () => {
  const at = (now: number) => ({ now: () => now });
  const ids = [1, 1, 1, 2, 1_700_000_000_000, 1_700_000_000_000, 281_474_976_710_655].map((now) => newId(at(now)));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(ID_PATTERN);
  expect(ids.map(timeOfId)).toEqual([1, 1, 1, 2, 1_700_000_000_000, 1_700_000_000_000, 281_474_976_710_655]);
});

test('a clock that steps back still yields a valid, unique id', () => {
  const ids = [5, 4, 5, 4].map((now) => newId({ now: () => now }));
  expect(new Set(ids).size).toBe(4);
});
