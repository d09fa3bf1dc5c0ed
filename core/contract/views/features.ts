// Owns what the interface sees of a panel: its listing, and what measuring its columns found.
import { z } from 'zod';
import { float32s, float64s } from '../arrays.ts';
import { intervalSchema, panelSchema } from '../entities.ts';
import { sentinelVerdictSchema } from './sentinel.ts';

export const panelListingSchema = z.object({
  panel: panelSchema,
  /** Name of the dataset and number of its version. */
  dataset: z.string(),
  version: z.number().int(),
  /** Name of the saved set, or of the configured one, that its features are; null where they were named one by one. */
  featureSet: z.string().nullable(),
  features: z.number().int(),
  analysed: z.boolean(),
  /** Of its leakage report; null where it has none. */
  verdict: sentinelVerdictSchema.nullable(),
});
export type PanelListing = z.infer<typeof panelListingSchema>;

export const featureAnalysisSchema = z.object({
  /** Trading days of the panel. */
  days: z.number().int(),
  /** Last day whose forward returns were looked at: the end of training of the default split. Held-out days are not. */
  rankIcThrough: z.iso.date(),
  horizons: z.array(z.number().int()),
  features: z.array(
    z.object({
      name: z.string(),
      family: z.string(),
      /** Share of rows past the feature's warm-up with a value. */
      coverage: z.number(),
      /**
       * Population stability index of the last calendar year against the first, of those with values on at least 120 trading days; null
       * where they are the same year. Below 0.1 is usually called stable, above 0.25 shifted.
       */
      drift: z.number().nullable(),
      /**
       * Mean daily RankIC against each horizon's raw forward return, in the order of `horizons`, over the days up to rankIcThrough. Null
       * for features that are the same for all stocks.
       */
      rankIc: z.array(intervalSchema),
    }),
  ),
});
export type FeatureAnalysis = z.infer<typeof featureAnalysisSchema>;

/** One feature in detail. */
export const featureProfileSchema = z.object({
  name: z.string(),
  /** Calendar years of the panel; the next three have one entry each year. */
  years: z.array(z.string()),
  coverage: float64s,
  /** Population stability index against the first year that has values and at least 120 trading days. */
  drift: float64s,
  /** [years, 5]: 5 %, 25 %, 50 %, 75 %, 95 % quantiles of the stored values: z-scores within the day, or raw where all stocks share them. */
  quantiles: float64s,
  histogram: z.object({ edges: float64s, counts: float64s }),
  days: z.array(z.iso.date()),
  /** As in the analysis. */
  rankIcThrough: z.iso.date(),
  /** By horizon, one value a day; NaN where undefined, and after rankIcThrough. */
  rankIc: z.array(z.object({ horizon: z.number().int(), daily: float32s, mean: intervalSchema })),
});
export type FeatureProfile = z.infer<typeof featureProfileSchema>;

export const correlationSchema = z.object({
  features: z.array(z.string()),
  /**
   * [features, features], in the order of `features`, which puts alike ones beside each other; NaN where undefined, as for features
   * that are the same for all stocks.
   */
  matrix: float32s,
  /** Days that it is the mean of: every fifth of the panel. */
  days: z.number().int(),
});
