// Owns the form of a panel (features x stocks x days on disk) and of a day's batch taken from it.
import { z } from 'zod';

/** Raised when the folder's layout changes; a panel of another schema is built again, never guessed at. */
export const PANEL_SCHEMA = 1;

/** How a stored column is scaled: within its day when the panel is built, or over the training fold when it is read. */
export const SCALINGS = ['day', 'fold'] as const;

export const panelManifestSchema = z.object({
  schema: z.literal(PANEL_SCHEMA),
  /** panelKey of what it was built from. */
  key: z.string(),
  dataHash: z.string(),
  /** In column order. `missing` counts rows without a value, over rows past `minHistory`. */
  features: z.array(
    z.object({
      name: z.string(),
      /** See featureVersions; absent where an earlier build wrote it. */
      version: z.string().optional(),
      scaling: z.enum(SCALINGS),
      missing: z.number().int(),
      warmup: z.number().int(),
    }),
  ),
  /** What of the catalogue the data did not support, and the inputs lacking; absent where an earlier build wrote it. */
  unsupported: z.array(z.object({ name: z.string(), lacks: z.array(z.string()) })).optional(),
  /** Code of the index that features took for the market; absent where they looked at none. */
  marketIndex: z.string().optional(),
  targets: z.array(z.string()),
  horizons: z.array(z.number().int()),
  codes: z.array(z.string()),
  sectors: z.array(z.string().nullable()),
  rows: z.number().int(),
  days: z.number().int(),
  /** Bars that a stock needs before its rows count as history. */
  minHistory: z.number().int(),
  zScore: z.object({ winsorise: z.number(), minCount: z.number().int() }),
  graph: z.object({
    snapshots: z.number().int(),
    k: z.number().int(),
    lookback: z.number().int(),
    threshold: z.number(),
    minOverlap: z.number().int(),
    averageDegree: z.number(),
    isolated: z.number(),
    buildMs: z.number(),
  }),
  /**
   * Arrays that stand in several files, by the name that they would have as one: first to last, and of the `held` rows of each the first
   * `rows` count. See store/parts.node.ts.
   */
  parts: z
    .record(z.string(), z.array(z.object({ file: z.string(), held: z.number().int(), rows: z.number().int() })))
    .optional(),
  /** Every other file of the folder: its size and SHA-256. */
  files: z.record(z.string(), z.object({ bytes: z.number().int(), sha256: z.string() })),
});
export type PanelManifest = z.infer<typeof panelManifestSchema>;

/** Per-column shift and scale fitted on a training fold; see splits/scaler.ts. Columns scaled within the day have centre 0, scale 1. */
export interface FeatureScaling {
  readonly center: Float32Array;
  readonly scale: Float32Array;
}

/** What a reader gives batches beside what the panel stores. */
export interface BatchTerms {
  readonly scaling?: FeatureScaling;
  /** Targets are dealt out at random within their day; see PanelReader.dealTargets. */
  readonly dealSeed?: number;
}

/** A scaled market-wide value is clipped to this many scales, about where a winsorised z-score ends too. */
export const SCALED_LIMIT = 10;

/** One day's cross-section: N rows, T bars back to and including the day, F features, K neighbour slots, H horizons. All row-major. */
export interface PanelBatch {
  /** Index into the panel's days. */
  readonly day: number;
  /** N. */
  readonly size: number;
  readonly sequenceLength: number;
  /** [T, N, F], oldest bar first; always finite. */
  readonly x: Float32Array;
  /** [N] panel rows. */
  readonly rows: Int32Array;
  /** [N] index into the manifest's codes. */
  readonly stock: Int32Array;
  /** [N, H] forward returns entered at the next bar; NaN where unknown. */
  readonly targets: Float32Array;
  /** [N, H] rank of the same within the whole day, from -0.5 to 0.5; NaN where unknown. */
  readonly targetsRank: Float32Array;
  /** [N, K] rows of this batch; its own row where there is no neighbour. */
  readonly neighbours: Int32Array;
  /** [N, K] 1 for a neighbour, 0 for padding. */
  readonly edgeMask: Float32Array;
  /** [N, K, 3] signed correlation, absolute correlation, same sector (1 or 0); 0 for padding. */
  readonly edges: Float32Array;
}

/**
 * Scales the columns that are scaled over the fold, in place: (x - centre) / scale, clipped to SCALED_LIMIT; a missing value becomes 0,
 * the fold's median. Without `scaling` only missing values are filled.
 * @param x [rows, width]
 */
export function scaleColumns(
  x: Float32Array,
  width: number,
  columns: readonly number[],
  scaling: FeatureScaling | undefined,
): void {
  for (const column of columns) {
    const center = scaling?.center[column] ?? 0;
    const factor = scaling ? 1 / scaling.scale[column] : 1;
    const limit = scaling ? SCALED_LIMIT : Number.POSITIVE_INFINITY;
    for (let i = column; i < x.length; i += width) {
      const value = (x[i] - center) * factor;
      x[i] = value > limit ? limit : value < -limit ? -limit : Number.isNaN(value) ? 0 : value;
    }
  }
}
