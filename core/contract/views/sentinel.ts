// Owns what the interface sees of a panel's leakage report.
import { z } from 'zod';
import { LEAK_CODES, PROBES, SKIP_CODES, STATISTICS, VERDICTS, type SentinelReport } from '../../base/sentinel.ts';

const params = z.record(z.string(), z.union([z.string(), z.number()]));
const overall = z.enum(['passed', 'suspicious', 'failed']);
export const sentinelVerdictSchema = overall;

export const leakFindingSchema = z.object({
  code: z.enum(LEAK_CODES),
  verdict: z.enum(['suspicious', 'failed']),
  /** A feature, a target, a statistic, codes, or a fold. */
  subject: z.string(),
  params,
});

/** Its words stand in core/contract/sentinel-words.ts. */
export const sentinelReportSchema = z.object({
  /** Key of the panel. */
  panel: z.string(),
  verdict: overall,
  seconds: z.number(),
  split: z.object({ fold: z.string(), trainFirst: z.iso.date(), trainLast: z.iso.date() }).nullable(),
  sample: z.object({
    stocks: z.number().int(),
    ofStocks: z.number().int(),
    cuts: z.array(z.iso.date()),
    days: z.number().int(),
  }),
  probes: z.array(
    z.object({
      probe: z.enum(PROBES),
      verdict: z.enum(VERDICTS),
      figure: z.number().nullable(),
      threshold: z.number().nullable(),
      /** The first of them, worst first; `count` is all. */
      findings: z.array(leakFindingSchema),
      count: z.number().int(),
      skipped: z.object({ code: z.enum(SKIP_CODES), params }).optional(),
    }),
  ),
  scopes: z.array(
    z.object({
      statistic: z.enum(STATISTICS),
      allowed: z.enum(['own-day', 'past', 'train']),
      first: z.iso.date(),
      last: z.iso.date(),
      through: z.iso.date(),
      days: z.number().int(),
      rows: z.number().int(),
      verdict: z.enum(VERDICTS),
    }),
  ),
  ridge: z.array(z.object({ horizon: z.number().int(), rankIc: z.number().nullable() })),
}) satisfies z.ZodType<SentinelReport>;
export type SentinelView = z.infer<typeof sentinelReportSchema>;
