// Owns what the interface sees of the workspace: sizes, settings, caches, trash, logs.
import { z } from 'zod';
import { ENGINES } from '../../base/engines.ts';

export const workspaceSummarySchema = z.object({
  /** Name of its folder, and the whole path. */
  name: z.string(),
  path: z.string(),
  /** Of the product. */
  version: z.string(),
  freeBytes: z.number(),
  totalBytes: z.number(),
  /** Bytes by part of the workspace: datasets, panels, cache, runs, backtests, reports, uploads, database. */
  sizes: z.record(z.string(), z.number()),
  counts: z.record(z.string(), z.number().int()),
  freeMemoryBytes: z.number(),
  totalMemoryBytes: z.number(),
  threads: z.number().int(),
  /** What engine=auto took last time it was probed; null before. */
  engine: z.object({ engine: z.string(), device: z.string().nullable() }).nullable(),
});
export type WorkspaceSummary = z.infer<typeof workspaceSummarySchema>;

export const settingsSchema = z.object({
  /** auto follows the browser or the system. */
  locale: z.enum(['auto', 'en', 'ja']),
  theme: z.enum(['auto', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** Defaults of new runs. 0 threads: one less than the machine has. */
  engine: z.enum(['auto', ...ENGINES]),
  threads: z.number().int().min(0).max(1024),
  /** Looks for a new version on start; off unless switched on. */
  updates: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;
export const SETTINGS_DEFAULTS: Settings = {
  locale: 'auto',
  theme: 'auto',
  density: 'comfortable',
  engine: 'auto',
  threads: 0,
  updates: false,
};

export const cacheSchema = z.object({
  /** graphs, panels, uploads, exports ... */
  name: z.string(),
  bytes: z.number(),
  files: z.number().int(),
});
export type Cache = z.infer<typeof cacheSchema>;

export const TRASHED_KINDS = ['dataset', 'run', 'backtest', 'featureSet'] as const;
export const trashedSchema = z.object({
  kind: z.enum(TRASHED_KINDS),
  id: z.string(),
  name: z.string(),
  deletedAt: z.number().int(),
});
export type Trashed = z.infer<typeof trashedSchema>;

export const networkEntrySchema = z.object({
  time: z.number().int(),
  method: z.string(),
  url: z.string(),
  status: z.number().int().nullable(),
  bytes: z.number().nullable(),
  purpose: z.string(),
});
export type NetworkEntry = z.infer<typeof networkEntrySchema>;

export const logLineSchema = z.object({
  time: z.number().int(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Tables that were written since the last event. */
export const changesEventSchema = z.object({ topics: z.array(z.string()) });
