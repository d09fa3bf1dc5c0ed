// Owns the contract between the host and its clients (command line, desktop, web shell): every call and every stream, once.
// Work that takes long is a job: its call answers with the job's id at once, and the stream jobs.events tells the rest.
import { z } from 'zod';
import { backtestCalls } from './calls/backtests.ts';
import { none, reference } from './calls/common.ts';
import { datasetCalls } from './calls/datasets.ts';
import { featureCalls } from './calls/features.ts';
import { graphCalls } from './calls/graph.ts';
import { jobCalls } from './calls/jobs.ts';
import { lineageCalls } from './calls/lineage.ts';
import { runCalls } from './calls/runs.ts';
import { sentinelCalls } from './calls/sentinel.ts';
import { shellCalls } from './calls/shell.ts';
import { sourceCalls } from './calls/sources.ts';
import { trainingCalls } from './calls/training.ts';
import { workspaceCalls } from './calls/workspace.ts';
import type { ApiShape, Client as RpcClient, Handlers as RpcHandlers } from './rpc.ts';
import { jobEventSchema, runDetailSchema } from './views.ts';
import { curvesEventSchema } from './views/training.ts';
import { changesEventSchema } from './views/workspace.ts';

export const api = {
  calls: {
    ...datasetCalls,
    ...sourceCalls,
    ...featureCalls,
    ...graphCalls,
    ...sentinelCalls,
    ...lineageCalls,
    ...trainingCalls,
    ...runCalls,
    ...backtestCalls,
    ...jobCalls,
    ...workspaceCalls,
    ...shellCalls,
  },
  streams: {
    /** Ends after the job's 'ended' event, which comes once everything about the job is stored. */
    'jobs.events': {
      input: z.object({
        jobId: z.string(),
        /** Above 0: progress and usage at most so often, the newest of each, and no metrics, which runs.curves tells. */
        everyMs: z.number().min(0).max(10_000).default(0),
      }),
      event: jobEventSchema,
    },
    /** The run as it changes: on every phase, checkpoint and end, and at most once a second between. */
    'runs.live': { input: z.object({ run: reference }), event: runDetailSchema },
    /** A run's curves: what there is, then what comes. Ends when the run is over and everything has been told. */
    'runs.curves': {
      input: z.object({ run: reference, buckets: z.number().int().positive().max(4_000).default(800) }),
      event: curvesEventSchema,
    },
    /** Which tables were written, at most four times a second, so that what is shown can be fetched again. Never ends by itself. */
    'workspace.changes': { input: none, event: changesEventSchema },
  },
} as const satisfies ApiShape;

export type Api = typeof api;
export type Client = RpcClient<Api>;
export type Handlers = RpcHandlers<Api>;
