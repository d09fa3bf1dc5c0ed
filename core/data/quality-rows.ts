// Owns the checks that one row of the table of bars can fail by itself, as SQL conditions.
import type { FindingCode } from './findings.ts';

// A price that is missing or not positive has its own finding and says nothing about the others: SQL's least and greatest pass over NULL.
const BODY = 'CASE WHEN open > 0 THEN open END, CASE WHEN close > 0 THEN close END';

// A day on which a code did not trade, as exchanges write it: no row to complain of.
const NO_TRADE = 'open IS NULL AND high IS NULL AND low IS NULL AND close IS NULL AND coalesce(volume, 0) = 0';

export const ROW_CHECKS = {
  'no-trade': NO_TRADE,
  'missing-open': `open IS NULL AND NOT (${NO_TRADE})`,
  'missing-high': `high IS NULL AND NOT (${NO_TRADE})`,
  'missing-low': `low IS NULL AND NOT (${NO_TRADE})`,
  'missing-close': `close IS NULL AND NOT (${NO_TRADE})`,
  'missing-volume': `volume IS NULL AND NOT (${NO_TRADE})`,
  'missing-adjustment': 'factor IS NULL AND close > 0',
  'high-below-low': 'high < low',
  'low-above-body': `low > least(${BODY})`,
  'high-below-body': `high < greatest(${BODY})`,
  'non-positive-price': 'open <= 0 OR high <= 0 OR low <= 0 OR close <= 0',
  'non-positive-adjusted': 'adjusted_close <= 0 OR factor <= 0',
  'negative-volume': 'volume < 0',
  'zero-volume': `volume = 0 AND NOT (${NO_TRADE})`,
} as const satisfies Partial<Record<FindingCode, string>>;

/** What drop-invalid-rows takes for invalid. */
export const INVALID_ROW_CHECKS = [
  'no-trade',
  'missing-open',
  'missing-high',
  'missing-low',
  'missing-close',
  'missing-adjustment',
  'high-below-low',
  'low-above-body',
  'high-below-body',
  'non-positive-price',
  'non-positive-adjusted',
] as const satisfies readonly FindingCode[];

/** Rows that drop-invalid-rows removes. */
export const INVALID_ROW = INVALID_ROW_CHECKS.map((check) => `coalesce(${ROW_CHECKS[check]}, false)`).join(' OR ');
