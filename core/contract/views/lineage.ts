// Owns what the interface sees of the feature store: the latest rows of a panel, and what a prediction was made of.
import { z } from 'zod';
import { float32s, int32s } from '../arrays.ts';

export const latestRowsSchema = z.object({
  /** Key of the panel. */
  panel: z.string(),
  /** Its last day. */
  day: z.iso.date(),
  codes: z.array(z.string()),
  /** Epoch day of each stock's row: the last day, or the last on which it traded. */
  days: int32s,
  features: z.array(z.string()),
  /** [codes, features], as the panel stores them; with a checkpoint as its model takes them, nothing missing. */
  values: float32s,
});
export type LatestRows = z.infer<typeof latestRowsSchema>;

/** What a panel is in the feature store. */
export const panelRecordSchema = z.object({
  /** Its version: a hash of the data, the features' versions and what else it was built with. */
  key: z.string(),
  /** Relative to the workspace. */
  folder: z.string(),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  codes: z.array(z.string()),
  /** Hash of every value that it was built from, and the panel that its last days were added to; null where not noted, or built whole. */
  inputs: z.string().nullable(),
  extends: z.object({ key: z.string(), days: z.number().int() }).nullable(),
  /** Version that the panel was built with, null in panels of earlier builds; `current` is that of the code that answers. */
  features: z.array(z.object({ name: z.string(), version: z.string().nullable(), current: z.string().nullable() })),
});
export type PanelRecord = z.infer<typeof panelRecordSchema>;

export const traceableSchema = z.object({
  codes: z.array(z.string()),
  /** Trading days, ascending. */
  days: z.array(z.iso.date()),
});
export type Traceable = z.infer<typeof traceableSchema>;

/** Bars of one stock, both ends included. */
const spanSchema = z.object({ first: z.iso.date(), last: z.iso.date(), bars: z.number().int() });

export const joinedRowSchema = z.object({
  table: z.string(),
  /** Code, sector or index whose row it is; '' for the whole market. */
  of: z.string(),
  /** What the row is about, and the first day at whose close it was known. */
  period: z.iso.date(),
  known: z.iso.date(),
});

export const tracedFeatureSchema = z.object({
  name: z.string(),
  /** Version that the panel was built with; null in panels of earlier builds. `current` is that of the code that answers. */
  version: z.string().nullable(),
  current: z.string().nullable(),
  formula: z.string(),
  source: z.string(),
  scaling: z.enum(['day', 'fold']),
  /** As the panel stores it, and as the model took it; null where missing. */
  stored: z.number().nullable(),
  scaled: z.number().nullable(),
  /** What it needs beside dates and prices, and the features that it builds on. */
  inputs: z.array(z.string()),
  uses: z.array(z.string()),
  /** stock: its own bars alone. cross-section, graph: also those of other stocks on these days. calendar: the date alone. */
  scope: z.enum(['stock', 'cross-section', 'graph', 'calendar']),
  /** The stock's bars that it looks at. */
  window: spanSchema,
  /** First bar that can still have left a trace, in averages that fade; the stock's first where that is not bounded. */
  reachesBack: z.iso.date(),
  /** Rows of side tables that its value changes with. */
  joined: z.array(joinedRowSchema),
});
export type TracedFeature = z.infer<typeof tracedFeatureSchema>;

export const lineageTraceSchema = z.object({
  code: z.string(),
  day: z.iso.date(),
  /** null where the checkpoint predicted nothing of this stock on this day. */
  prediction: z
    .object({
      evaluation: z.string(),
      folder: z.string(),
      horizons: z.array(z.number().int()),
      quantiles: z.array(z.number()),
      /** [horizons][quantiles] forward returns. */
      predicted: z.array(z.array(z.number())),
      /** By horizon; null where not known yet. */
      realised: z.array(z.number().nullable()),
    })
    .nullable(),
  checkpoint: z.object({
    id: z.string(),
    run: z.string(),
    phase: z.string(),
    folder: z.string(),
    /** Of the whole checkpoint, and of weights.npy. */
    hash: z.string(),
    weights: z.string(),
    configHash: z.string(),
    trainedThrough: z.iso.date(),
    chosenThrough: z.iso.date(),
    /** The bars that the model was shown. */
    sequence: spanSchema,
  }),
  panel: z.object({
    key: z.string(),
    folder: z.string(),
    /** Row of features.npy, and of every other array of rows. */
    row: z.number().int(),
    /** Stocks whose values of the day its own were scaled among. */
    scaledAmong: z.number().int(),
    /** Hash of every value that the panel was built from, and the panel that its last days were added to; null where not noted. */
    inputs: z.string().nullable(),
    extends: z.object({ key: z.string(), days: z.number().int() }).nullable(),
  }),
  features: z.array(tracedFeatureSchema),
  dataset: z.object({
    name: z.string(),
    version: z.number().int(),
    folder: z.string(),
    contentHash: z.string(),
    /** The stock's bars from the first that any of the features may look at, and their rows in bars.parquet, from 0. */
    bars: spanSchema.extend({ firstRow: z.number().int(), lastRow: z.number().int() }),
    tables: z.array(z.object({ name: z.string(), sha256: z.string() })),
  }),
  sources: z.array(
    z.object({
      path: z.string(),
      sha256: z.string(),
      /** Records of the file that those bars were read from, the header being row 1; null in datasets of earlier imports. */
      rows: z.object({ first: z.number().int(), last: z.number().int(), count: z.number().int() }).nullable(),
    }),
  ),
});
export type LineageTrace = z.infer<typeof lineageTraceSchema>;
