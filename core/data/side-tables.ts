// Owns what a dataset may hold beside its bars: the tables, their columns, and the rule from which day on a row may be looked at.
import type { EpochDay } from '../base/clock.ts';

interface SideTableKind {
  /** Whose rows these are: one stock's, one index's, one sector's, or the whole market's (code ''). */
  readonly of: 'stock' | 'index' | 'sector' | 'market';
  /** Numeric columns beside code, period and known_at. */
  readonly columns: readonly string[];
  /** True where a row is known at the close of its own period (prices, rates of the day), unless known_at is after that close: an index of another time zone. */
  readonly knownAtClose?: true;
}

const OHLC = ['open', 'high', 'low', 'close'] as const;
const INVESTORS = [
  'proprietary',
  'individuals',
  'foreigners',
  'securities_firms',
  'investment_trusts',
  'business_firms',
  'other_firms',
  'insurers',
  'banks',
  'trust_banks',
  'other_institutions',
] as const;
const RESULTS = ['sales', 'operating_profit', 'ordinary_profit', 'profit', 'eps'] as const;

/**
 * Columns are numbers; a missing one is NULL in the file and NaN in memory. Amounts are in the market's currency and in units (never thousands),
 * volumes in shares, rates and ratios as fractions, days as epoch days.
 */
export const SIDE_TABLES = {
  /** Daily bars of indices; period is the trading day. */
  'index-bars': { of: 'index', columns: OHLC, knownAtClose: true },
  /** Financial summaries; period is the end of the quarter or year, known_at the disclosure. `quarter` is 1 to 4, results run from the year's start. */
  statements: {
    of: 'stock',
    columns: [
      'quarter',
      'fiscal_year_end',
      ...RESULTS,
      'total_assets',
      'equity',
      'book_value_per_share',
      'operating_cash_flow',
      'investing_cash_flow',
      'financing_cash_flow',
      'cash',
      'dividend_per_share',
      'shares_outstanding',
      'treasury_shares',
      ...RESULTS.map((name) => `forecast_${name}`),
      'forecast_dividend_per_share',
      ...RESULTS.map((name) => `next_year_forecast_${name}`),
      'next_year_forecast_dividend_per_share',
      'equity_ratio',
      'average_shares',
      // What disclosed it: 1 results, 2 a revised forecast of results, 3 a revised forecast of dividends.
      'document',
      // Accounting standard: 1 Japanese, 2 IFRS, 3 US; IFRS and US know no ordinary profit.
      'standard',
    ],
  },
  /**
   * Cash dividends; period is the ex-day, known_at the announcement. `forecast` is 1 until the amount is decided. A row without any figure
   * takes its ex-day back: the dividend was moved or given up.
   */
  dividends: { of: 'stock', columns: ['amount', 'record_day', 'payable_day', 'forecast'] },
  /** Splits, reverse splits and the rest; period is the first day on which the price shows it. See core/data/corporate-actions. */
  'corporate-actions': { of: 'stock', columns: ['kind', 'ratio', 'amount', 'origin'] },
  /** Weekly purchases and sales by kind of investor; period is the week's last day. */
  'investor-flows': {
    of: 'market',
    columns: INVESTORS.flatMap((name) => [`${name}_bought`, `${name}_sold`]),
  },
  /** Weekly margin balances in shares; period is the day of the balance. */
  'margin-interest': {
    of: 'stock',
    columns: ['long_shares', 'short_shares', 'long_negotiable', 'short_negotiable', 'long_standard', 'short_standard'],
  },
  /** Daily margin balances of the stocks that the exchange keeps under watch. `caution`: 0 published daily, 1 cautioned, 2 restricted. */
  'margin-alerts': {
    of: 'stock',
    columns: ['long_shares', 'short_shares', 'long_of_listed', 'short_of_listed', 'caution'],
  },
  /** Daily turnover of short sales by sector, in currency. */
  'short-ratio': { of: 'sector', columns: ['long_sales', 'restricted_short_sales', 'unrestricted_short_sales'] },
  /** Reported short positions of half a percent and more, added up over those who report. */
  'short-positions': { of: 'stock', columns: ['share_of_listed', 'reporters'] },
  /**
   * Days on which results are due; period is the day they are due, known_at when that was announced. A day that was given up has a later
   * row with `withdrawn` 1, so the last known row of a period says whether it still holds.
   */
  'earnings-calendar': { of: 'stock', columns: ['quarter', 'fiscal_year_end', 'withdrawn'] },
  /**
   * What the listing said of a stock and when: period is the first day it held. Codes as numbers; size_class 1 (Core30) to 5 (Small 2), 6 none;
   * margin_class 1 margin, 2 loanable, 3 other.
   */
  listing: { of: 'stock', columns: ['sector_17', 'sector_33', 'size_class', 'market', 'margin_class'] },
  /** What a day's trading says beside prices: turnover in currency, and 1 where the upper or lower price limit was touched. */
  trading: { of: 'stock', columns: ['turnover', 'upper_limit', 'lower_limit'], knownAtClose: true },
  /** Perpetual futures: rate paid by the longs for the interval that ends at known_at, one row a day (its sum). */
  funding: { of: 'stock', columns: ['rate'], knownAtClose: true },
  /** Perpetual futures: contracts open at the end of the day, in base units and in quote currency. */
  'open-interest': { of: 'stock', columns: ['amount', 'value'], knownAtClose: true },
} as const satisfies Record<string, SideTableKind>;

export type SideTableName = keyof typeof SIDE_TABLES;
export const SIDE_TABLE_NAMES = Object.keys(SIDE_TABLES) as SideTableName[];

/**
 * One table in memory. Row i belongs to code c where offsets[c] <= i < offsets[c + 1]; within a code, rows ascend by `known`, then by `period`.
 *
 * On disk: tables/<name>.parquet in the dataset's folder, with the columns code VARCHAR, period DATE, known_at TIMESTAMP (the exchange's
 * local time; midnight where only the day is known) and the numeric ones as DOUBLE.
 */
export interface SideTable {
  /** Distinct, ascending; [''] for tables of the whole market. */
  readonly codes: readonly string[];
  /** Of indices, the code of the one that stands for the market, where the dataset names it; see core/data/market-index. */
  readonly main?: string;
  /** codes.length + 1 row offsets. */
  readonly offsets: Int32Array;
  /** First epoch day at whose close the row may be looked at; see usableFrom. */
  readonly known: Int32Array;
  /** Epoch day that the row is about. */
  readonly period: Int32Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

export type SideTables = { readonly [name in SideTableName]?: SideTable };

/**
 * Minutes after midnight before which a disclosure counts for its day: Tokyo's close until November 2024, and no later than the close of a
 * whole day at any exchange whose calendar we know. Also the close of an exchange that we do not know.
 */
export const DEFAULT_CLOSE_MINUTE = 15 * 60;

/**
 * The first epoch day at whose close something may be used that became known at `minute` of `day`: the same day when that was before the close,
 * the next calendar day otherwise. Where the minute is not known (null) it counts as after the close.
 */
export function usableFrom(day: EpochDay, minute: number | null, closeMinute = DEFAULT_CLOSE_MINUTE): EpochDay {
  return minute !== null && minute < closeMinute ? day : day + 1;
}
