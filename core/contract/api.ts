// Owns the contract between the host and its clients (command line, desktop, web shell): every call and every stream, once.
// Work that takes long is a job: its call answers with the job's id at once, and the stream jobs.events tells the rest.
import { z } from 'zod';
import {
  backtestSchema,
  checkpointSchema,
  evaluationSchema,
  eventSchema,
  jobSchema,
  metricBucketSchema,
} from './entities.ts';
import { nameSchema } from './names.ts';
import type { ApiShape, Client as RpcClient, Handlers as RpcHandlers } from './rpc.ts';
import {
  catalogueEntrySchema,
  checkpointDetailSchema,
  checkpointListingSchema,
  comparisonSchema,
  datasetDetailSchema,
  datasetViewSchema,
  doctorSchema,
  inspectionSchema,
  jobEndSchema,
  jobEventSchema,
  ledgerSchema,
  runDetailSchema,
  runListingSchema,
} from './views.ts';

/** What a user types to name an entity: its name, its id, or the beginning or end of its id where that is unambiguous. */
const reference = z.string().min(1);
/** Config overrides as on the command line: "train.max_epochs=5". */
const overrides = z.array(z.string()).default([]);
const none = z.object({});
const started = z.object({ jobId: z.string() });
/** What is wrong is said in words that a user can act on: the command line puts its option before them. */
function whole(least: number, most: number): z.ZodNumber {
  const allowed = `write a whole number from ${least} to ${most}`;
  return z.number(allowed).int(allowed).min(least, allowed).max(most, allowed);
}
function figure(allowed: string): z.ZodNumber {
  return z.number(allowed).min(0, allowed);
}
const MOST = 10_000;
const BASIS_POINTS = 'write a number of basis points, zero or more';
const page = { limit: whole(1, MOST).default(200) };

const columns = z.record(z.string(), z.string()).default({});

export const api = {
  calls: {
    'datasets.inspect': {
      input: z.object({
        files: z.array(z.string()).min(1, 'name at least one file'),
        columns,
        encoding: z.string().optional(),
      }),
      output: inspectionSchema,
    },
    'datasets.import': {
      input: z.object({
        files: z.array(z.string()).min(1, 'name at least one file'),
        name: nameSchema,
        /** Role to column: { close: "Adj Close" }; the others are found by name and content. */
        columns,
        /** A second file that gives each code its sector, and its column where the guess is wrong. */
        sectors: z.string().optional(),
        sectorColumn: z.string().optional(),
        /** Names of repair rules to apply; none unless named. */
        repairs: z.array(z.string()).default([]),
        dateFormat: z.string().optional(),
        encoding: z.string().optional(),
        /** Joins several bars of a day into one instead of refusing them. */
        joinIntraday: z.boolean().default(false),
      }),
      output: started,
    },
    /** Writes a seeded market with a planted signal as files to import, in the workspace; labelled synthetic from then on. */
    'datasets.synthesise': {
      input: z.object({
        stocks: z.number().int().min(20).max(5_000),
        days: z.number().int().min(100).max(20_000),
        seed: z.number().int(),
        /** 0 plants nothing: what a model finds then is noise. */
        signalStrength: z.number().min(0).default(1),
      }),
      output: z.object({ name: z.string(), bars: z.string(), sectors: z.string() }),
    },
    'datasets.list': { input: none, output: z.array(datasetViewSchema) },
    'datasets.get': { input: z.object({ dataset: reference }), output: datasetDetailSchema },

    'features.list': { input: none, output: z.array(catalogueEntrySchema) },
    'features.build': { input: z.object({ dataset: reference, overrides }), output: started },

    'training.start': {
      input: z.object({
        dataset: reference,
        /** Phase numbers, ascending. */
        phases: z.array(whole(0, 4)).min(1, 'name at least one phase'),
        /** A checkpoint to start from instead of fresh weights. */
        resumeCheckpoint: reference.optional(),
        /** Keeps a checkpoint of every phase, not only of the best. */
        savePhaseCheckpoint: z.boolean().default(false),
        name: nameSchema.optional(),
        tags: z.array(z.string()).default([]),
        overrides,
      }),
      output: started.extend({ runId: z.string() }),
    },
    /** Goes on with an interrupted or stopped run from its last checkpoint. */
    'training.resumeRun': {
      input: z.object({ run: reference }),
      output: started.extend({ runId: z.string() }),
    },
    'training.pause': { input: z.object({ run: reference }), output: z.null() },
    'training.resume': { input: z.object({ run: reference }), output: z.null() },
    'training.stop': { input: z.object({ run: reference }), output: z.null() },

    'runs.list': { input: z.object(page), output: z.array(runListingSchema) },
    'runs.get': { input: z.object({ run: reference }), output: runDetailSchema },
    /** What each phase added out of sample, beside the baseline: rows for a program, text for a terminal. */
    'runs.ledger': { input: z.object({ run: reference }), output: ledgerSchema },
    'runs.metrics': {
      input: z.object({
        run: reference,
        phase: z.string().default(''),
        name: z.string(),
        buckets: z.number().int().positive().max(10_000).default(500),
      }),
      output: z.array(metricBucketSchema),
    },
    'runs.delete': { input: z.object({ run: reference }), output: z.null() },

    'checkpoints.list': {
      input: z.object({ run: reference.optional(), ...page }),
      output: z.array(checkpointListingSchema),
    },
    'checkpoints.get': { input: z.object({ checkpoint: reference }), output: checkpointDetailSchema },
    /** Copies the .onnx file, and what documents it, into a folder outside the workspace. */
    'checkpoints.export': {
      input: z.object({ checkpoint: reference, folder: z.string() }),
      output: z.object({ folder: z.string(), files: z.array(z.string()) }),
    },
    /** Makes it its dataset's champion, in place of the one before. */
    'checkpoints.promote': { input: z.object({ checkpoint: reference }), output: checkpointSchema },
    'checkpoints.compare': {
      input: z.object({
        checkpoints: z
          .array(reference)
          .min(2, 'name two to twelve checkpoints')
          .max(12, 'name two to twelve checkpoints'),
      }),
      output: comparisonSchema,
    },

    'evaluations.get': { input: z.object({ checkpoint: reference }), output: z.array(evaluationSchema) },

    'backtests.run': {
      input: z.object({
        checkpoint: reference,
        /** What is left out takes the product's default, stated in the result. */
        rule: z
          .discriminatedUnion('kind', [
            z.object({
              kind: z.literal('long-short'),
              horizon: whole(1, MOST).optional(),
              groups: whole(2, MOST).optional(),
            }),
            z.object({
              kind: z.literal('top-k'),
              horizon: whole(1, MOST).optional(),
              k: whole(1, MOST).optional(),
              drop: whole(1, MOST).optional(),
            }),
          ])
          .default({ kind: 'long-short' }),
        /** commission, halfSpread and borrow in basis points, impact as the factor of the square-root law. */
        costs: z
          .object({
            commission: figure(BASIS_POINTS),
            halfSpread: figure(BASIS_POINTS),
            impact: figure('write zero or more'),
            borrow: figure(BASIS_POINTS),
          })
          .partial()
          .default({}),
        capital: z.number().positive('write an amount above zero').optional(),
        fill: z.enum(['close', 'open']).optional(),
      }),
      output: started,
    },
    'backtests.list': { input: z.object({ checkpoint: reference.optional() }), output: z.array(backtestSchema) },

    /** A self-contained HTML tear sheet; into the workspace's reports/ unless `path` is given. */
    'reports.write': {
      input: z.object({
        checkpoint: reference,
        path: z.string().optional(),
        locale: z.enum(['en', 'ja']).default('en'),
      }),
      output: started,
    },

    'jobs.list': { input: z.object(page), output: z.array(jobSchema) },
    'jobs.get': { input: z.object({ jobId: z.string() }), output: jobSchema },
    /** Asks the job to stop at the next safe point; `kill` ends its process at once. */
    'jobs.cancel': { input: z.object({ jobId: z.string(), kill: z.boolean().default(false) }), output: z.null() },
    /** Resolves when the job has ended and everything about it is stored. */
    'jobs.wait': { input: z.object({ jobId: z.string() }), output: jobEndSchema },

    'history.list': { input: z.object(page), output: z.array(eventSchema) },
    'doctor.run': { input: none, output: doctorSchema },
  },
  streams: {
    /** Ends after the job's 'ended' event, which comes once everything about the job is stored. */
    'jobs.events': { input: z.object({ jobId: z.string() }), event: jobEventSchema },
    /** The run as it changes: on every phase, checkpoint and end, and at most once a second between. */
    'runs.live': { input: z.object({ run: reference }), event: runDetailSchema },
  },
} as const satisfies ApiShape;

export type Api = typeof api;
export type Client = RpcClient<Api>;
export type Handlers = RpcHandlers<Api>;
