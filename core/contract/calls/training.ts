// Owns the calls that plan, start and steer a training run.
import { z } from 'zod';
import { nameSchema } from '../names.ts';
import { trainingPlanSchema } from '../views/training.ts';
import { overrides, reference, started, whole } from './common.ts';

const phases = z
  .array(whole(0, 4))
  .min(1, 'name at least one phase')
  .refine((list) => list.every((phase, i) => i === 0 || phase > list[i - 1]), 'name phases in order, each once');
/** Overrides of single phases, by phase name, after those that hold for all: { phase2_gat: ["train.max_epochs=3"] }. */
const phaseOverrides = z.record(z.string(), z.array(z.string())).default({});

export const trainingCalls = {
  /**
   * What training.start would do with the same input, without doing it: the phases with every setting beside its default, the split
   * in days, and what it will cost. What is wrong with the settings stands in `problems`.
   */
  'training.plan': {
    input: z.object({ dataset: reference, phases, overrides, phaseOverrides, resumeCheckpoint: reference.optional() }),
    output: trainingPlanSchema,
  },
  'training.start': {
    input: z.object({
      dataset: reference,
      /** Phase numbers, ascending. */
      phases,
      /** A checkpoint to start from instead of fresh weights. */
      resumeCheckpoint: reference.optional(),
      /** Keeps a checkpoint of every phase, not only of the best. */
      savePhaseCheckpoint: z.boolean().default(false),
      name: nameSchema.optional(),
      tags: z.array(z.string()).default([]),
      overrides,
      phaseOverrides,
    }),
    output: started.extend({ runId: z.string() }),
  },
  /** Goes on with an interrupted or stopped run from its last checkpoint. @throws state/run-*-changed */
  'training.resumeRun': {
    input: z.object({
      run: reference,
      /** Where the panel that it was begun on is gone and this version computes another: goes on with that. */
      otherPanel: z.boolean().default(false),
    }),
    output: started.extend({ runId: z.string() }),
  },
  'training.pause': { input: z.object({ run: reference }), output: z.null() },
  'training.resume': { input: z.object({ run: reference }), output: z.null() },
  'training.stop': { input: z.object({ run: reference }), output: z.null() },
};
