// An option that a source does not have is refused: a slip in its name would pass for the default.
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { openSource } from '../../../core/data/sources/registry.node.ts';

const context = { key: null, clock: systemClock, pause: () => Promise.resolve(), onRequest: () => undefined };

test('a source takes its own options and no others', () => {
  expect(openSource('forex', { ...context, options: { days: 'utc' } }).name).toBe('forex');
  expect(() => openSource('forex', { ...context, options: { day: 'utc' } })).toThrow(
    expect.objectContaining({
      code: 'source/unknown-option',
      params: { source: 'forex', option: 'day', known: 'days, price' },
    }),
  );
  expect(() => openSource('fores', context)).toThrow(expect.objectContaining({ code: 'source/unknown' }));
});
