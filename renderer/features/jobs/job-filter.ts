// Owns which jobs a choice of the filter shows.
import type { JobListing } from '../../../core/contract/views.ts';

export const FILTERS = ['all', 'active', 'problems'] as const;
export type JobFilter = (typeof FILTERS)[number];

type Ended = Pick<JobListing, 'end'>;

/** Finished and stopped jobs ended as they should. */
export function passes({ end }: Ended, filter: JobFilter): boolean {
  if (filter === 'active') return end === null;
  return filter === 'all' || (end !== null && end !== 'finished' && end !== 'stopped');
}
