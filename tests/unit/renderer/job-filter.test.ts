import { expect, test } from 'vitest';
import { OUTCOMES } from '../../../core/contract/views.ts';
import { passes } from '../../../renderer/features/jobs/job-filter.ts';

test('jobs that failed or were cut off are those that ended as nobody wanted; what runs has not ended', () => {
  const ends = [null, ...OUTCOMES];
  expect(ends.filter((end) => passes({ end }, 'all'))).toEqual(ends);
  expect(ends.filter((end) => passes({ end }, 'active'))).toEqual([null]);
  expect(ends.filter((end) => passes({ end }, 'problems'))).toEqual([
    'failed',
    'out-of-memory',
    'killed',
    'hung',
    'crashed',
  ]);
});
