// Owns what the interface sees of a backtest: what it can be set to, the whole curve, its ledgers, one day, other costs, and reports.
import { z } from 'zod';
import { float64s, int32s, uint8s } from '../arrays.ts';
import { backtestSchema, figuresSchema, intervalSchema } from '../entities.ts';

const ruleSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('long-short'),
    horizon: z.number().int(),
    /** A share of the book renewed every day, or the whole of it every `horizon` days. */
    rebalance: z.enum(['sleeves', 'periodic']),
    groups: z.number().int(),
    gross: z.number(),
  }),
  z.object({
    kind: z.literal('top-k'),
    horizon: z.number().int(),
    k: z.number().int(),
    drop: z.number().int(),
    invested: z.number(),
  }),
]);
export type BacktestRule = z.infer<typeof ruleSchema>;

/** Basis points, but for the factor of impact and the haircut, which is a share. */
const costsSchema = z.object({
  commission: z.number(),
  halfSpread: z.number(),
  impact: z.number(),
  borrow: z.number(),
  delistingHaircut: z.number(),
});
export type BacktestCosts = z.infer<typeof costsSchema>;

/** A checkpoint with out-of-sample predictions. */
export const backtestCandidateSchema = z.object({
  checkpointId: z.string(),
  run: z.string(),
  /** "phase2_gat" */
  phase: z.string(),
  dataset: z.string(),
  synthetic: z.boolean(),
  champion: z.boolean(),
  /** Mean daily RankIC on its test days. */
  rankIc: intervalSchema.nullable(),
});

export const backtestSetupSchema = z.object({
  checkpointId: z.string(),
  /** Of the test span. */
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  /** Horizons that the checkpoint predicts, trading days. */
  horizons: z.array(z.number().int()),
  /** Trials that the data have seen: the next one is one more. */
  trials: z.number().int(),
  /** One of each kind, with the product's defaults; of `horizon` one that is predicted. */
  rules: z.array(ruleSchema),
  costs: costsSchema,
  capital: z.number(),
  fill: z.enum(['close', 'open']),
});
export type BacktestSetup = z.infer<typeof backtestSetupSchema>;

export const backtestListingSchema = backtestSchema.extend({
  /** The run's id and name, its mode (debug and demo are cut short), the phase of the checkpoint, the name of the dataset. */
  runId: z.string(),
  run: z.string(),
  mode: z.string(),
  phase: z.string(),
  dataset: z.string(),
  synthetic: z.boolean(),
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
  /** Mean daily RankIC of the 63 latest forecasts whose outcome was known by the day's close; NaN before there are so many. */
  rollingRankIc: float64s,
  /** Value held over equity. */
  long: float64s,
  short: float64s,
  /** One-way, over equity of the day before. */
  turnover: float64s,
  /** All costs of the day, in money. */
  costs: float64s,
  positions: int32s,
});

const contribution = z.object({
  /** Profit before costs, and costs, in money. All of them add up to what equity gained. */
  pnl: z.number(),
  costs: z.number(),
  trades: z.number().int(),
});

export const backtestDetailSchema = z.object({
  backtest: backtestListingSchema,
  rule: ruleSchema,
  costSettings: costsSchema,
  capital: z.number(),
  fill: z.enum(['close', 'open']),
  days: z.array(z.iso.date()),
  series: bookSeries,
  statistics: figuresSchema,
  /** The best annualised Sharpe ratio that luck alone would have brought in so many trials. */
  luck: z.number().nullable(),
  /** The deepest fall; null where the curve never fell. recovered: null while it has not. */
  drawdown: z
    .object({
      depth: z.number(),
      peak: z.iso.date(),
      trough: z.iso.date(),
      recovered: z.iso.date().nullable(),
      days: z.number().int(),
    })
    .nullable(),
  /** A row a year: the return of each month (null where not traded) and of the year. */
  calendar: z.array(z.object({ year: z.number().int(), months: z.array(z.number().nullable()), total: z.number() })),
  /** Money by part of the costs: commission, spread, impact, borrow, haircut. */
  costs: figuresSchema,
  /** Greatest profit first. */
  byStock: z.array(contribution.extend({ code: z.string(), sector: z.string().nullable() })),
  bySector: z.array(contribution.extend({ sector: z.string().nullable(), stocks: z.number().int() })),
  warnings: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
});
export type BacktestDetail = z.infer<typeof backtestDetailSchema>;

export const tradesSchema = z.object({
  days: z.array(z.iso.date()),
  codes: z.array(z.string()),
  /** One entry a trade; day and code index the lists above. In day order. */
  day: int32s,
  code: int32s,
  /** Negative when sold. */
  shares: float64s,
  price: float64s,
  cost: float64s,
  /** 1 where the position was closed because the bars ended. */
  delisted: uint8s,
});
export type Trades = z.infer<typeof tradesSchema>;

export const backtestDayListSchema = z.object({
  day: z.iso.date(),
  /** Greatest weight first, shorts last. */
  positions: z.array(
    z.object({
      code: z.string(),
      sector: z.string().nullable(),
      shares: z.number(),
      price: z.number(),
      /** Value over the day's equity. */
      weight: z.number(),
    }),
  ),
  trades: z.array(
    z.object({ code: z.string(), shares: z.number(), price: z.number(), cost: z.number(), delisted: z.boolean() }),
  ),
});
export type BacktestDay = z.infer<typeof backtestDayListSchema>;

export const scenarioSchema = z.object({
  costSettings: costsSchema,
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
