// Owns what the interface sees of training: the plan before a run, and its curves while and after it runs.
import { z } from 'zod';
import { float64s } from '../arrays.ts';
import { serializedErrorSchema } from '../worker.ts';

const setting = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))]);
export type Setting = z.infer<typeof setting>;

/** One key of the config as a form shows it. */
export const settingFieldSchema = z.object({
  /** "train.learning_rate" */
  path: z.string(),
  kind: z.enum(['number', 'integer', 'boolean', 'text', 'choice', 'list']),
  min: z.number().nullable(),
  max: z.number().nullable(),
  choices: z.array(z.string()),
  /** What the config files say of it, in English. */
  comment: z.string(),
  nullable: z.boolean(),
});
export type SettingField = z.infer<typeof settingFieldSchema>;

const span = z.object({ first: z.iso.date(), last: z.iso.date(), days: z.number().int() });

export const trainingPlanSchema = z.object({
  dataset: z.string(),
  fields: z.array(settingFieldSchema),
  phases: z.array(
    z.object({
      number: z.number().int(),
      phase: z.string(),
      /** By path: what will be used, and what the product's config files say without overrides. */
      settings: z.record(z.string(), setting),
      defaults: z.record(z.string(), setting),
      /** Paths that this phase's file sets otherwise than the phase before it: what it switches on. */
      changes: z.array(z.string()),
    }),
  ),
  /** In order of time, gaps included; several folds where the split walks forward. Empty where the settings allow none. */
  folds: z.array(
    z.object({
      name: z.string(),
      parts: z.array(span.extend({ part: z.enum(['train', 'embargo', 'valid', 'test']) })),
    }),
  ),
  preflight: z.object({
    stocks: z.number().int(),
    features: z.number().int(),
    parameters: z.number().int(),
    steps: z.number().int(),
    memoryBytes: z.number(),
    freeMemoryBytes: z.number(),
    diskBytes: z.number(),
    freeDiskBytes: z.number(),
    /** From the last runs on this machine where there are any, else from a rule of thumb; `measured` says which. */
    seconds: z.number(),
    measured: z.boolean(),
    engine: z.string(),
    /** The panel is there already. */
    panelReady: z.boolean(),
  }),
  /** What keeps this plan from running; empty when it can start. */
  problems: z.array(
    z.object({ error: serializedErrorSchema, phase: z.string().nullable(), path: z.string().nullable() }),
  ),
});
export type TrainingPlan = z.infer<typeof trainingPlanSchema>;

/** One curve, a column each way. In a history a point stands for steps firstStep..lastStep; alone it is one step. */
export const curveSchema = z.object({
  phase: z.string(),
  name: z.string(),
  step: float64s,
  min: float64s,
  mean: float64s,
  max: float64s,
});
export type CurveColumns = z.infer<typeof curveSchema>;
const fresh = z.object({ phase: z.string(), name: z.string(), step: float64s, value: float64s });

/** First what was there, down-sampled; then what is new, several points at a time, at most four times a second. */
export const curvesEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('history'), curves: z.array(curveSchema) }),
  z.object({ type: z.literal('points'), curves: z.array(fresh) }),
]);
export type CurvesEvent = z.infer<typeof curvesEventSchema>;
