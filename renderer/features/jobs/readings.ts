// Owns what the page of jobs reads first.
import { reading } from '../../lib/reading.ts';

export const JOBS = reading('jobs.list', { limit: 1_000 }, ['jobs']);
