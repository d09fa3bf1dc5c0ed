// Owns what sources of data show of themselves: what they have, what a key may have, what a download would cost, and what was fetched last.
import { z } from 'zod';
import { SIDE_TABLE_NAMES } from '../../data/side-tables.ts';
import { serializedErrorSchema } from '../worker.ts';

/** What can be fetched: bars of a day, and the tables that a dataset holds beside them. */
export const FETCH_TABLES = ['bars', ...SIDE_TABLE_NAMES] as const;
export const fetchTableSchema = z.enum(FETCH_TABLES);

const isoDay = z.iso.date();

export const tableAccessSchema = z.object({
  table: fetchTableSchema,
  /** Why it may not be had; null where it may. */
  closed: z.enum(['no-key', 'plan', 'not-offered', 'unreachable']).nullable(),
  /** Days that may be had; null is open-ended, or not known. */
  from: isoDay.nullable(),
  to: isoDay.nullable(),
});

export const entitlementSchema = z.object({
  /** Name of the plan, as far as asking tells; null where the source has none. */
  plan: z.string().nullable(),
  requestsPerMinute: z.number().nullable(),
  probedAt: z.number(),
  tables: z.array(tableAccessSchema),
});
export type EntitlementView = z.infer<typeof entitlementSchema>;

/** What a dataset was last fetched by. */
export const fetchedSchema = z.object({
  dataset: z.string(),
  version: z.number().int().nullable(),
  tables: z.array(fetchTableSchema),
  /** How many codes; null for all that the source has. */
  codes: z.number().int().nullable(),
  from: isoDay,
  to: isoDay,
  options: z.record(z.string(), z.string()),
  fetchedAt: z.number(),
});
export type FetchedView = z.infer<typeof fetchedSchema>;

export const sourceSchema = z.object({
  name: z.string(),
  tables: z.array(fetchTableSchema),
  options: z.array(z.object({ name: z.string(), required: z.boolean(), example: z.string() })),
  needsKey: z.boolean(),
  keyStored: z.boolean(),
  /** Why kept keys cannot be used, if they cannot. */
  keyProblem: serializedErrorSchema.nullable(),
  /** Where keys are kept: encrypted by the system, or in a file that only the user can read. */
  keyPlace: z.enum(['system', 'file']),
  /** As last probed; null where it never was, or not lately. */
  entitlement: entitlementSchema.nullable(),
  /** Newest first. */
  fetched: z.array(fetchedSchema),
  /** The download that runs now, if one does. */
  jobId: z.string().nullable(),
});
export type SourceView = z.infer<typeof sourceSchema>;

export const instrumentSchema = z.object({
  code: z.string(),
  name: z.string(),
  kind: z.string(),
  sector: z.string().nullable(),
  firstDay: isoDay.nullable(),
});
export type InstrumentView = z.infer<typeof instrumentSchema>;

/** The cost of a download, before it starts. */
export const fetchPlanSchema = z.object({
  source: z.string(),
  plan: z.string().nullable(),
  requestsPerMinute: z.number().nullable(),
  /** In all, for what is not on disk yet. A part that takes several pages takes more. */
  requests: z.number().int(),
  minutes: z.number(),
  tables: z.array(
    z.object({
      table: fetchTableSchema,
      from: isoDay,
      to: isoDay,
      parts: z.number().int(),
      /** Of these on disk, and not asked for again. */
      stored: z.number().int(),
      requests: z.number().int(),
    }),
  ),
});
export type FetchPlanView = z.infer<typeof fetchPlanSchema>;

/** What a reader of the dataset should know of a download. */
export const sourceNoteSchema = z.object({
  code: z.enum(['gap', 'rows-left-out', 'codes-left-out', 'codes-unknown', 'table-empty']),
  table: fetchTableSchema,
  count: z.number().int(),
  examples: z.array(z.string()),
});
export type SourceNoteView = z.infer<typeof sourceNoteSchema>;
