// Owns what the workspace remembers: every stored entity once, as a zod schema with its inferred type.
// Ids sort by time of making, times are epoch milliseconds, trading days are ISO dates, folders are relative to the workspace.
// null means not known or not yet; a figure that is not finite is stored as null too.
import { z } from 'zod';
import { ID_PATTERN } from './id.ts';
import { progressSchema, serializedErrorSchema } from './worker.ts';

const id = z.string().regex(ID_PATTERN);
const time = z.number().int().nonnegative();
const day = z.iso.date();
const count = z.number().int().nonnegative();
const hash = z.string();
const folder = z.string();

/** Figures by name: rank_ic, sharpe, loss_pinball ... */
export const figuresSchema = z.record(z.string(), z.number().nullable());
export type Figures = z.infer<typeof figuresSchema>;

/** An estimate with its confidence bounds; all null where it is undefined, as for a day-less span. */
export const intervalSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Interval = z.infer<typeof intervalSchema>;

export const RUN_STATUSES = ['queued', 'running', 'paused', 'interrupted', 'finished', 'failed', 'stopped'] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;
/** Statuses that a dead host leaves behind and that the next start turns into `interrupted`. */
export const LIVE_STATUSES = ['running', 'paused'] as const satisfies readonly RunStatus[];

export const datasetSchema = z.object({
  id,
  /** Unique in a workspace: what the user types after --dataset. */
  name: z.string().min(1),
  notes: z.string(),
  createdAt: time,
});
export type Dataset = z.infer<typeof datasetSchema>;

export const datasetVersionSchema = z.object({
  id,
  datasetId: id,
  /** 1, 2, ... within the dataset. */
  version: z.number().int().positive(),
  folder,
  contentHash: hash,
  rows: count,
  stocks: count,
  days: count,
  firstDay: day,
  lastDay: day,
  /** True of generated bars: every list, chart and report says so. */
  synthetic: z.boolean(),
  sources: z.array(z.object({ path: z.string(), bytes: count, hash })),
  /** Which column of the source became which: { close: "Adj Close" }. */
  columns: z.record(z.string(), z.string()),
  repairs: z.array(z.object({ rule: z.string(), rows: count })),
  createdAt: time,
});
export type DatasetVersion = z.infer<typeof datasetVersionSchema>;

export const findingSchema = z.object({
  id,
  datasetVersionId: id,
  /** missing, duplicate, high_below_low, unadjusted_split ... */
  kind: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  /** Rows concerned. */
  count,
  /** A few of the rows, as found. */
  examples: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  /** The rules that repaired it, each with how many of the count: "drop-invalid-rows: 3"; null where none did. */
  repair: z.string().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

export const featureSetSchema = z.object({
  id,
  name: z.string(),
  /** Of names, parameters and code version: equal hashes compute equal columns. */
  hash,
  names: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()),
  createdAt: time,
});
export type FeatureSet = z.infer<typeof featureSetSchema>;

export const panelSchema = z.object({
  id,
  datasetVersionId: id,
  featureSetId: id,
  /** Of the bars, the feature set and the code version; names the folder. */
  hash,
  folder,
  rows: count,
  stocks: count,
  days: count,
  bytes: count,
  /** The stock graph's average degree, isolated nodes and build time; null without a graph. */
  graph: figuresSchema.nullable(),
  createdAt: time,
});
export type Panel = z.infer<typeof panelSchema>;

/** Everything that a result depends on, by hash. */
export const lineageSchema = z.object({
  data: hash,
  features: hash.nullable(),
  panel: hash.nullable(),
  code: z.string(),
  /** The checkpoint that a resumed or fine-tuned run started from. */
  parentCheckpointId: id.nullable(),
});
export type Lineage = z.infer<typeof lineageSchema>;

export const runSchema = z.object({
  id,
  name: z.string().min(1),
  datasetVersionId: id,
  panelId: id.nullable(),
  status: runStatusSchema,
  /** The whole resolved config, as YAML. */
  config: z.string(),
  configHash: hash,
  /** The engine that was chosen, never `auto` once the run has started. */
  engine: z.string(),
  seed: z.number().int(),
  /** Phase names, in the order planned. */
  phases: z.array(z.string()),
  folder,
  lineage: lineageSchema,
  tags: z.array(z.string()),
  notes: z.string(),
  star: z.boolean(),
  /** Headline figures of the best checkpoint, for lists. */
  summary: figuresSchema.nullable(),
  /** Why it failed, was stopped or interrupted; null while all is well. */
  outcome: serializedErrorSchema.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export type Run = z.infer<typeof runSchema>;

export const phaseRunSchema = z.object({
  id,
  runId: id,
  phase: z.string(),
  /** 0, 1, ... within the run. */
  position: count,
  status: runStatusSchema,
  config: z.string(),
  configHash: hash,
  /** What its weights started from; null for fresh weights. */
  parentCheckpointId: id.nullable(),
  bestCheckpointId: id.nullable(),
  bestEpoch: count.nullable(),
  epochs: count,
  metrics: figuresSchema.nullable(),
  /** Whether it beat its parent on validation, or the parent was carried on. */
  verdict: z.enum(['improved', 'carried_parent', 'kept_anyway']).nullable(),
  outcome: serializedErrorSchema.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export type PhaseRun = z.infer<typeof phaseRunSchema>;

/** One value of one curve. Key: run, phase, name, step; a resumed run overwrites the steps that it repeats. */
export const metricPointSchema = z.object({
  runId: id,
  /** Empty where the curve belongs to no phase. */
  phase: z.string(),
  name: z.string(),
  step: count,
  epoch: count.nullable(),
  /** null: the figure was not finite. */
  value: z.number().nullable(),
  time,
});
export type MetricPoint = z.infer<typeof metricPointSchema>;

/** A stretch of a curve, down-sampled: what happened in steps firstStep..lastStep. */
export const metricBucketSchema = z.object({
  firstStep: count,
  lastStep: count,
  /** Points in the bucket, and how many of them were not finite. */
  count,
  nonfinite: count,
  min: z.number().nullable(),
  mean: z.number().nullable(),
  max: z.number().nullable(),
});
export type MetricBucket = z.infer<typeof metricBucketSchema>;

export const checkpointSchema = z.object({
  id,
  runId: id,
  phaseRunId: id,
  phase: z.string(),
  kind: z.enum(['best', 'last']),
  epoch: count,
  step: count,
  folder,
  contentHash: hash,
  bytes: count,
  metrics: figuresSchema,
  /** At most one per dataset: the checkpoint in use. */
  champion: z.boolean(),
  createdAt: time,
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const horizonMetricsSchema = z.object({
  /** Trading days. */
  horizon: z.number().int().positive(),
  days: count,
  metrics: z.record(z.string(), intervalSchema),
});
export type HorizonMetrics = z.infer<typeof horizonMetricsSchema>;

export const evaluationSchema = z.object({
  id,
  runId: id.nullable(),
  /** null for a baseline. */
  checkpointId: id.nullable(),
  datasetVersionId: id,
  /** What was evaluated, in words: "phase2_gat", "ridge". */
  label: z.string(),
  split: z.enum(['train', 'valid', 'test']),
  firstDay: day,
  lastDay: day,
  overall: z.record(z.string(), intervalSchema),
  horizons: z.array(horizonMetricsSchema),
  /** Where the predictions stand; null where they were not kept. */
  folder: folder.nullable(),
  createdAt: time,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const backtestSchema = z.object({
  id,
  checkpointId: id,
  datasetVersionId: id,
  /** How predictions become positions: { kind: "long-short", groups: 10, ... }. */
  rule: z.record(z.string(), z.unknown()),
  /** commission, halfSpread and borrow in basis points, impact as a factor, delistingHaircut as a share. */
  costs: figuresSchema,
  statistics: figuresSchema,
  /** Trials that the dataset had seen, this one included: what the deflated Sharpe ratio was fed. */
  trials: count,
  /** What was traded; null where it was stored before these were. */
  firstDay: day.nullable(),
  lastDay: day.nullable(),
  folder,
  reportPath: z.string().nullable(),
  createdAt: time,
});
export type Backtest = z.infer<typeof backtestSchema>;

export const jobSchema = z.object({
  id,
  /** import, features, train, evaluate, backtest ... */
  kind: z.string(),
  status: runStatusSchema,
  /** What the worker was, or will be, started with. */
  spec: z.record(z.string(), z.unknown()),
  runId: id.nullable(),
  /** Of the worker process, while there is one. */
  pid: z.number().int().nullable(),
  progress: progressSchema.nullable(),
  outcome: serializedErrorSchema.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** One line of the workspace's history. */
export const eventSchema = z.object({
  id,
  time,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  /** run.started, run.interrupted, phase.carried, dataset.imported ... */
  kind: z.string(),
  /** The id of the entity it is about; null where it is about the workspace. */
  subjectId: id.nullable(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type Event = z.infer<typeof eventSchema>;
