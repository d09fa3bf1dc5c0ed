// Owns what the interface draws of an evaluation: daily series, deciles, calibration.
import { z } from 'zod';
import { float64s } from '../arrays.ts';
import { intervalSchema } from '../entities.ts';

export const evaluationSeriesSchema = z.object({
  id: z.string(),
  label: z.string(),
  days: z.array(z.iso.date()),
  /** Mean over horizons; one value a day, NaN where a day has none. */
  overall: z.object({ ic: float64s, rankIc: float64s }),
  horizons: z.array(
    z.object({
      horizon: z.number().int(),
      ic: float64s,
      rankIc: float64s,
      /** Top decile's less bottom decile's h-day return. */
      spread: float64s,
      /** Mean h-day return less the day's mean, lowest predictions first. */
      deciles: z.array(intervalSchema),
      calibration: z.array(z.object({ quantile: z.number(), coverage: intervalSchema })),
    }),
  ),
  warnings: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
});
export type EvaluationSeries = z.infer<typeof evaluationSeriesSchema>;
