// Owns what the interface sees of a backtest: the whole curve, its ledgers, one day, other costs, and the reports.
import { z } from 'zod';
import { float64s, int32s } from '../arrays.ts';
import { backtestSchema, figuresSchema } from '../entities.ts';

export const backtestListingSchema = backtestSchema.extend({
  /** Names of the run and of the dataset, and the phase of the checkpoint. */
  run: z.string(),
  phase: z.string(),
  dataset: z.string(),
  firstDay: z.iso.date().nullable(),
  lastDay: z.iso.date().nullable(),
});
export type BacktestListing = z.infer<typeof backtestListingSchema>;

/** One value a day. */
const bookSeries = z.object({
  /** Money at the close. */
  equity: float64s,
  /** Growth of 1: after costs, before costs, and of the equally weighted universe. */
  net: float64s,
  gross: float64s,
  benchmark: float64s,
  /** Below the highest close so far, 0 to -1. */
  drawdown: float64s,
  /** Over the trailing 63 days, annualised; NaN before. */
  rollingSharpe: float64s,
  /** Mean daily RankIC of the rule's horizon over the trailing 63 days; NaN before. */
  rollingRankIc: float64s,
  /** Value held over equity. */
  long: float64s,
  short: float64s,
  /** One-way, over equity of the day before. */
  turnover: float64s,
  positions: int32s,
});

const contribution = z.object({
  /** Profit before costs, and costs, in money. */
  pnl: z.number(),
  costs: z.number(),
  trades: z.number().int(),
});

export const backtestDetailSchema = z.object({
  backtest: backtestListingSchema,
  capital: z.number(),
  fill: z.enum(['close', 'open']),
  synthetic: z.boolean(),
  days: z.array(z.iso.date()),
  series: bookSeries,
  statistics: figuresSchema,
  /** A row a year: the return of each month (null where not traded) and of the year. */
  calendar: z.array(z.object({ year: z.number().int(), months: z.array(z.number().nullable()), total: z.number() })),
  /** Money by part of the costs. */
  costs: figuresSchema,
  /** Greatest profit first. */
  byStock: z.array(contribution.extend({ code: z.string(), sector: z.string().nullable() })),
  bySector: z.array(contribution.extend({ sector: z.string().nullable() })),
  warnings: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
});
export type BacktestDetail = z.infer<typeof backtestDetailSchema>;

export const tradesSchema = z.object({
  days: z.array(z.iso.date()),
  codes: z.array(z.string()),
  /** One entry a trade; day and code index the lists above. */
  day: int32s,
  code: int32s,
  /** Negative when sold. */
  shares: float64s,
  price: float64s,
  cost: float64s,
  /** 1 where the position was closed because the bars ended. */
  delisted: int32s,
});
export type Trades = z.infer<typeof tradesSchema>;

export const backtestDayListSchema = z.object({
  day: z.iso.date(),
  positions: z.array(
    z.object({
      code: z.string(),
      sector: z.string().nullable(),
      shares: z.number(),
      price: z.number(),
      weight: z.number(),
    }),
  ),
  trades: z.array(
    z.object({ code: z.string(), shares: z.number(), price: z.number(), cost: z.number(), delisted: z.boolean() }),
  ),
});
export type BacktestDay = z.infer<typeof backtestDayListSchema>;

export const scenarioSchema = z.object({
  days: z.array(z.iso.date()),
  net: float64s,
  drawdown: float64s,
  statistics: figuresSchema,
  costs: figuresSchema,
  milliseconds: z.number(),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const reportListingSchema = z.object({
  /** Relative to the workspace: reports/... */
  path: z.string(),
  bytes: z.number().int(),
  createdAt: z.number().int(),
});
export type ReportListing = z.infer<typeof reportListingSchema>;
