// Owns what the interface sees of stored bars: coverage, the stocks of a dataset, one stock's chart, the repairs on offer.
import { z } from 'zod';
import { float64s, uint8s } from '../arrays.ts';

/** Lines that can be drawn over or under a stock's bars. */
export const OVERLAYS = ['sma20', 'sma60', 'sma200', 'ema20', 'bollinger', 'rsi14', 'macd', 'atr14'] as const;
export type Overlay = (typeof OVERLAYS)[number];

export const repairRuleSchema = z.object({
  name: z.string(),
  /** Kinds of finding that it answers. */
  answers: z.array(z.string()),
});
export type RepairRule = z.infer<typeof repairRuleSchema>;

export const coverageSchema = z.object({
  codes: z.array(z.string()),
  sectors: z.array(z.string().nullable()),
  /** ISO days, or months as 2024-03. */
  periods: z.array(z.string()),
  /** [codes, periods]: share of the period's trading days with a bar, 0 to 255; 0 none, 255 all. */
  cells: uint8s,
});
export type Coverage = z.infer<typeof coverageSchema>;

export const stockSchema = z.object({
  code: z.string(),
  sector: z.string().nullable(),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  bars: z.number().int(),
  /** Bars over the trading days between its first and the last day of the dataset. */
  coverage: z.number(),
  /** Median of close x volume over its last 60 bars, in the currency of the prices. */
  turnover: z.number().nullable(),
});
export type Stock = z.infer<typeof stockSchema>;

export const barsSchema = z.object({
  code: z.string(),
  sector: z.string().nullable(),
  days: z.array(z.iso.date()),
  open: float64s,
  high: float64s,
  low: float64s,
  close: float64s,
  volume: float64s,
  /** Where the adjustment factor changes: splits, reverse splits, and dividends where the source adjusts for them. */
  actions: z.array(z.object({ day: z.iso.date(), ratio: z.number() })),
  /** Names of lines to one value a day, NaN while warming up: { sma20, bollinger_upper, bollinger_lower, macd, macd_signal ... }. */
  lines: z.record(z.string(), float64s),
});
export type StockBars = z.infer<typeof barsSchema>;
