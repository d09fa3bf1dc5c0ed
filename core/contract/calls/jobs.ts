// Owns the calls on jobs: all work that takes long.
import { z } from 'zod';
import { jobSchema } from '../entities.ts';
import { jobEndSchema, jobListingSchema } from '../views.ts';
import { logLineSchema } from '../views/workspace.ts';
import { page, started } from './common.ts';

const jobId = z.string();

export const jobCalls = {
  'jobs.list': { input: z.object(page), output: z.array(jobListingSchema) },
  'jobs.get': { input: z.object({ jobId }), output: jobSchema },
  /** Asks the job to stop at the next safe point; `kill` ends its process at once. */
  'jobs.cancel': { input: z.object({ jobId, kill: z.boolean().default(false) }), output: z.null() },
  /** Resolves when the job has ended and everything about it is stored. */
  'jobs.wait': { input: z.object({ jobId }), output: jobEndSchema },
  /** Starts it again from what it was started with; a training run goes on from its last checkpoint. @throws state/* while it is active */
  'jobs.retry': { input: z.object({ jobId }), output: started },
  /** What it wrote to its log, oldest first; the last `limit` lines. */
  'jobs.log': {
    input: z.object({ jobId, limit: z.number().int().positive().max(10_000).default(500) }),
    output: z.array(logLineSchema),
  },
};
