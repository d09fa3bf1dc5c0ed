// Owns the calls on backtests and reports.
import { z } from 'zod';
import {
  backtestCandidateSchema,
  backtestDayListSchema,
  backtestDetailSchema,
  backtestListingSchema,
  backtestSetupSchema,
  reportListingSchema,
  scenarioSchema,
  tradesSchema,
} from '../views/backtests.ts';
import { figure, MOST, none, reference, started, whole } from './common.ts';

const BASIS_POINTS = 'write a number of basis points, zero or more';
const A_SHARE = 'write a share from 0 to 1';
const A_DATE = 'write a date as 2024-03-31';

/** What is left out takes the product's default, stated in the result. */
const rule = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('long-short'),
      horizon: whole(1, MOST).optional(),
      groups: whole(2, MOST).optional(),
      rebalance: z.enum(['sleeves', 'periodic']).optional(),
      /** Long plus short value over equity. */
      gross: z.number().positive('write a share above 0').optional(),
    }),
    z.object({
      kind: z.literal('top-k'),
      horizon: whole(1, MOST).optional(),
      k: whole(1, MOST).optional(),
      drop: whole(0, MOST).optional(),
      invested: z.number(A_SHARE).positive(A_SHARE).max(1, A_SHARE).optional(),
    }),
  ])
  .default({ kind: 'long-short' });

/** commission, halfSpread and borrow in basis points, impact as the factor of the square-root law, the haircut as a share. */
const costs = z
  .object({
    commission: figure(BASIS_POINTS),
    halfSpread: figure(BASIS_POINTS),
    impact: figure('write zero or more'),
    borrow: figure(BASIS_POINTS),
    delistingHaircut: figure(A_SHARE).max(1, A_SHARE),
  })
  .partial()
  .default({});

export const backtestCalls = {
  /** Every checkpoint that can be traded, newest first. */
  'backtests.candidates': { input: none, output: z.array(backtestCandidateSchema) },
  /** What a backtest of this checkpoint can choose from, with the product's defaults. @throws state/not-evaluated */
  'backtests.setup': { input: z.object({ checkpoint: reference }), output: backtestSetupSchema },
  'backtests.run': {
    input: z.object({
      checkpoint: reference,
      rule,
      costs,
      capital: z.number().positive('write an amount above zero').optional(),
      fill: z.enum(['close', 'open']).optional(),
      /** ISO dates, both included; the whole of the predictions where absent. */
      from: z.iso.date(A_DATE).optional(),
      to: z.iso.date(A_DATE).optional(),
    }),
    output: started,
  },
  'backtests.list': { input: z.object({ checkpoint: reference.optional() }), output: z.array(backtestListingSchema) },
  /** @throws state/old-backtest of one that an earlier version stored without its columns */
  'backtests.get': { input: z.object({ backtest: reference }), output: backtestDetailSchema },
  /** Every trade, a column each. */
  'backtests.trades': { input: z.object({ backtest: reference }), output: tradesSchema },
  /** What was held at the close of a day, and what was traded on it. */
  'backtests.day': { input: z.object({ backtest: reference, day: z.iso.date() }), output: backtestDayListSchema },
  /**
   * The same predictions, rule and dates at other costs, not stored and not counted as a trial of a new strategy. A cost that is left
   * out stays as it was.
   */
  'backtests.scenario': { input: z.object({ backtest: reference, costs }), output: scenarioSchema },
  /** Into the trash; its trial stays counted. */
  'backtests.delete': { input: z.object({ backtest: reference }), output: z.null() },

  /** A self-contained HTML tear sheet; into the workspace's reports/ unless `path` is given. */
  'reports.write': {
    input: z.object({
      checkpoint: reference,
      /** Whose backtest it shows; the newest of the checkpoint where absent. */
      backtest: reference.optional(),
      path: z.string().optional(),
      locale: z.enum(['en', 'ja']).default('en'),
    }),
    output: started,
  },
  /** Tear sheets in the workspace, newest first. */
  'reports.list': { input: none, output: z.array(reportListingSchema) },
};
