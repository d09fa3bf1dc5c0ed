// Owns the calls on runs, checkpoints and evaluations: lists, details, curves, comparison, and what a user writes on them.
import { z } from 'zod';
import { checkpointSchema, evaluationSchema, metricBucketSchema, runSchema } from '../entities.ts';
import { nameSchema } from '../names.ts';
import {
  checkpointDetailSchema,
  checkpointListingSchema,
  comparisonSchema,
  ledgerSchema,
  runDetailSchema,
  runListingSchema,
} from '../views.ts';
import { evaluationSeriesSchema } from '../views/evaluations.ts';
import { curveSchema } from '../views/training.ts';
import { page, reference, started } from './common.ts';

export const runCalls = {
  'runs.list': { input: z.object(page), output: z.array(runListingSchema) },
  'runs.get': { input: z.object({ run: reference }), output: runDetailSchema },
  /** What each phase added out of sample, beside the baseline: rows for a program, text for a terminal. */
  /** `text` as a terminal shows it. */
  'runs.ledger': {
    input: z.object({ run: reference, locale: z.enum(['en', 'ja']).default('en') }),
    output: ledgerSchema,
  },
  'runs.metrics': {
    input: z.object({
      run: reference,
      phase: z.string().default(''),
      name: z.string(),
      buckets: z.number().int().positive().max(10_000).default(500),
    }),
    output: z.array(metricBucketSchema),
  },
  /**
   * Some curves between some steps, finer than runs.curves tells the whole: for a chart that is zoomed in. Of every stretch that becomes
   * one point the least and the greatest value are told. Curves without a point there are left out.
   */
  'runs.window': {
    input: z.object({
      run: reference,
      names: z.array(z.string()).min(1).max(64),
      /** Both ends included. */
      spans: z.array(z.object({ phase: z.string(), from: z.number(), to: z.number() })).max(64),
      /** At most so many points a curve, over all spans together. */
      buckets: z.number().int().positive().max(10_000).default(1_000),
    }),
    output: z.array(curveSchema),
  },
  /** What the user writes on a run. */
  'runs.update': {
    input: z.object({
      run: reference,
      name: nameSchema.optional(),
      tags: z.array(z.string()).optional(),
      notes: z.string().optional(),
      star: z.boolean().optional(),
    }),
    output: runSchema,
  },
  /** Into the trash: workspace.restore takes it back. */
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
  /** The whole checkpoint folder as one .zip in the workspace's exports/, for downloading and for checkpoints.import. */
  'checkpoints.pack': {
    input: z.object({ checkpoint: reference }),
    output: z.object({ path: z.string(), bytes: z.number() }),
  },
  /** Takes in a checkpoint folder, or a .zip of one, from another workspace. @throws model/* where it is damaged or of another model */
  'checkpoints.import': {
    input: z.object({ path: z.string(), dataset: reference }),
    output: checkpointSchema,
  },
  /**
   * Starts the job that evaluates a checkpoint which has no evaluation, as one that was imported, on the days of its dataset that it
   * knows nothing of. After it, it can be compared and backtested. @throws state/already-evaluated
   */
  'checkpoints.evaluate': { input: z.object({ checkpoint: reference }), output: started },
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
  /** Daily series, deciles and calibration of evaluations, by id. */
  'evaluations.series': {
    input: z.object({ evaluations: z.array(z.string()).min(1).max(24) }),
    output: z.array(evaluationSeriesSchema),
  },
};
