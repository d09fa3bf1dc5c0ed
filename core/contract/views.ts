// Owns what the host tells its clients beside the stored entities: events of a job, catalogue entries, comparisons, the doctor's findings.
import { z } from 'zod';
import {
  backtestSchema,
  checkpointSchema,
  datasetSchema,
  datasetVersionSchema,
  evaluationSchema,
  intervalSchema,
  jobSchema,
  panelSchema,
  phaseRunSchema,
  runSchema,
} from './entities.ts';
import { findingViewSchema } from './views/datasets.ts';
import { sentinelVerdictSchema } from './views/sentinel.ts';
import { sourceNoteSchema } from './views/sources.ts';
import {
  checkpointSchema as checkpointNoticeSchema,
  logSchema,
  metricsSchema,
  progressSchema,
  serializedErrorSchema,
  usageSchema,
} from './worker.ts';

export const JOB_KINDS = [
  'import',
  'fetch',
  'features',
  'analyse',
  'examine',
  'train',
  'evaluate',
  'backtest',
  'report',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_PHASES = ['starting', 'running', 'paused', 'stopping', 'ended'] as const;
/** How a job can end. Only the first three are a worker's own doing. */
export const OUTCOMES = ['finished', 'failed', 'stopped', 'out-of-memory', 'killed', 'hung', 'crashed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const jobEndSchema = z.object({
  outcome: z.enum(OUTCOMES),
  /** What the worker's body returned: with 'finished', and with 'stopped' where it had something to save. */
  result: z.unknown().optional(),
  /** Absent when finished, and when the job ended because the user asked for it. */
  error: serializedErrorSchema.optional(),
});
export type JobEnd = z.infer<typeof jobEndSchema>;

export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: z.enum(JOB_PHASES) }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('metrics'), metrics: metricsSchema }),
  z.object({ type: z.literal('checkpoint'), checkpoint: checkpointNoticeSchema }),
  z.object({ type: z.literal('log'), log: logSchema }),
  z.object({ type: z.literal('usage'), usage: usageSchema }),
  z.object({ type: z.literal('ended'), end: jobEndSchema }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

export const datasetViewSchema = z.object({
  dataset: datasetSchema,
  /** Newest first; never empty once an import has finished. */
  versions: z.array(datasetVersionSchema),
});
export type DatasetView = z.infer<typeof datasetViewSchema>;

export const datasetDetailSchema = datasetViewSchema.extend({ findings: z.array(findingViewSchema) });

/** What a file seems to hold, before it is imported. */
export const inspectionSchema = z.object({
  /** All files that an import would read; only the first few are previewed. */
  files: z.array(z.string()),
  previews: z.array(
    z.object({
      path: z.string(),
      format: z.string(),
      /** Which table was read, where the file is a database; null otherwise. */
      table: z.string().nullable(),
      encoding: z.string(),
      delimiter: z.string().nullable(),
      bytes: z.number().int(),
      names: z.array(z.string()),
      /** Which column would play each role, null where none does, and why. */
      columns: z.array(z.object({ role: z.string(), column: z.string().nullable(), reason: z.string() })),
      /** Roles that must be named before an import can work. */
      missing: z.array(z.string()),
      dateFormats: z.array(z.string()),
      /** First rows as text, in the order of `names`. */
      rows: z.array(z.array(z.string())),
    }),
  ),
});
export type InspectionView = z.infer<typeof inspectionSchema>;

export const catalogueEntrySchema = z.object({
  name: z.string(),
  family: z.string(),
  formula: z.string(),
  window: z.number(),
  warmup: z.number(),
  source: z.string(),
  scope: z.string(),
  /** The smallest set that a config can name it by: core, prices (what daily bars support) or all. */
  set: z.enum(['core', 'prices', 'all']),
  /** What a dataset must hold beside dates and prices: volume, sector, factor, or side tables by name. */
  inputs: z.array(z.string()),
  kind: z.enum(['number', 'count', 'flag']),
  /** Least and greatest value that the formula allows; null where it bounds neither, or that side. */
  range: z.tuple([z.number().nullable(), z.number().nullable()]).nullable(),
  /** The feature that says whether this one has a value, where its absence means something. */
  indicator: z.string().nullable(),
});

/** A job as lists show it: without what its worker was started with. */
export const jobListingSchema = jobSchema.omit({ spec: true }).extend({
  /** Name of what it works on: a run, a dataset, a checkpoint; null where that is not known. */
  subject: z.string().nullable(),
  /** How its worker ended; null while it has not. */
  end: z.enum(OUTCOMES).nullable(),
  /** Whether jobs.retry can start it again. */
  retryable: z.boolean(),
});
export type JobListing = z.infer<typeof jobListingSchema>;

/** A run as lists show it: without its whole config. */
export const runListingSchema = runSchema.omit({ config: true }).extend({
  /** Name of the dataset. */
  dataset: z.string(),
  /** True of generated bars. */
  synthetic: z.boolean(),
  /** Of the config: debug and demo are cut short. */
  mode: z.string(),
  /** Overall RankIC on the test days of the checkpoint that the run ends with; null where it was not evaluated. */
  test: z.object({ checkpointId: z.string(), phase: z.string(), rankIc: intervalSchema }).nullable(),
});
export type RunListing = z.infer<typeof runListingSchema>;

/** A checkpoint as lists show it, with the names of its run and dataset. */
export const checkpointListingSchema = checkpointSchema.extend({ run: z.string(), dataset: z.string() });
export type CheckpointListing = z.infer<typeof checkpointListingSchema>;

export const runDetailSchema = z.object({
  run: runSchema,
  phases: z.array(phaseRunSchema),
  checkpoints: z.array(checkpointSchema),
  evaluations: z.array(evaluationSchema),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const ledgerSchema = z.object({
  rows: z.array(
    z.object({
      label: z.string(),
      checkpointId: z.string().nullable(),
      rankIc: intervalSchema,
      /** What the phase added to the one before it; null for the first and for baselines. */
      added: intervalSchema.nullable(),
      pValue: z.number().nullable(),
    }),
  ),
  text: z.string(),
});

export const checkpointDetailSchema = z.object({
  checkpoint: checkpointSchema,
  run: runSchema,
  /** Name of the dataset. */
  dataset: z.string(),
  evaluations: z.array(evaluationSchema),
  backtests: z.array(backtestSchema),
});

/** A difference with its 95 % interval, and the p-value of "no difference" on so many common days. */
export const pairedTestSchema = z.object({
  difference: intervalSchema,
  pValue: z.number().nullable(),
  days: z.number().int(),
});
export type PairedTest = z.infer<typeof pairedTestSchema>;

export const comparisonSchema = z.object({
  /** In the order asked; the first is what the others are held against. */
  checkpoints: z.array(z.object({ id: z.string(), label: z.string(), run: z.string(), phase: z.string() })),
  /** One row a metric and horizon: a cell per checkpoint, null where it was not evaluated. */
  rows: z.array(
    z.object({
      metric: z.string(),
      /** Trading days, or 'overall'. */
      horizon: z.union([z.number(), z.literal('overall')]),
      cells: z.array(intervalSchema.nullable()),
      /** Against the first checkpoint, on their common days and stocks; null for the first itself. */
      differences: z.array(pairedTestSchema.nullable()),
    }),
  ),
  /** [checkpoints][checkpoints]: overall RankIC of the row's less that of the column's; null on the diagonal and where either was not evaluated. */
  pairs: z.array(z.array(pairedTestSchema.nullable())),
  /** Config keys whose values are not the same everywhere. */
  config: z.array(z.object({ key: z.string(), values: z.array(z.string().nullable()) })),
  warnings: z.array(z.string()),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const engineFindingSchema = z.object({
  engine: z.string(),
  usable: z.boolean(),
  /** Why it is usable, or why not and what would make it so. */
  reason: z.string(),
  device: z.string().nullable(),
});

export const doctorSchema = z.object({
  engines: z.array(engineFindingSchema),
  /** What engine=auto takes here. */
  chosen: z.string().nullable(),
  memory: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
  disk: z.object({ path: z.string(), freeBytes: z.number(), totalBytes: z.number() }),
  threads: z.number().int(),
  platform: z.string(),
  versions: z.record(z.string(), z.string()),
  /** `state` says which schema it has, or what is wrong with it. */
  workspace: z.object({ path: z.string(), state: z.string(), counts: z.record(z.string(), z.number().int()) }),
});
export type Doctor = z.infer<typeof doctorSchema>;

/** What each kind of job has to show when it finished. */
export const jobResults = {
  import: z.object({ dataset: z.string(), version: datasetVersionSchema, findings: z.array(findingViewSchema) }),
  fetch: z.object({
    dataset: z.string(),
    version: datasetVersionSchema,
    findings: z.array(findingViewSchema),
    /** Parts that were fetched, and requests that it took; none where all was there. */
    parts: z.number().int(),
    requests: z.number().int(),
    notes: z.array(sourceNoteSchema),
  }),
  /** The verdict is that of the leakage report beside the panel, which panels.sentinel reads; null where its bars are gone. */
  features: z.object({
    panel: panelSchema,
    reused: z.boolean(),
    /** Days that were added to the panel of an earlier version; 0 where it was built as a whole. */
    added: z.number().int().default(0),
    verdict: sentinelVerdictSchema.nullable(),
  }),
  examine: z.object({ panelId: z.string(), verdict: sentinelVerdictSchema }),
  /** What was measured stands with the panel: features.analysis and its like read it. */
  analyse: z.object({ panelId: z.string(), features: z.number().int(), days: z.number().int() }),
  train: z.object({ runId: z.string() }),
  evaluate: z.object({ evaluation: evaluationSchema }),
  backtest: z.object({
    backtest: backtestSchema,
    fill: z.enum(['close', 'open']),
    capital: z.number(),
    firstDay: z.string(),
    lastDay: z.string(),
  }),
  report: z.object({ path: z.string() }),
} as const satisfies Record<JobKind, z.ZodType>;
export type JobResult<K extends JobKind> = z.infer<(typeof jobResults)[K]>;
