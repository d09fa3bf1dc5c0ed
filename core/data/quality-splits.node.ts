// Owns finding the jumps of a price that look like splits nobody adjusted for, with the volume as witness.
import type { Duck } from './duckdb.node.ts';

/** Shares per share of the splits and reverse splits that companies make. */
const RATIOS = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100];
/** Those that are much the most common: another one must fit better by this log distance. */
const COMMON = [2, 3, 4, 5, 10];
const RARE = 0.1;
/** A price that opens within this log distance of an exact ratio opens at it: the rest is the day's news. Nothing but a split moves tenfold. */
const TOLERANCE = 'CASE WHEN abs(ln(ratio)) > ln(9.5) THEN 0.16 ELSE 0.08 END';
/**
 * The witness: median volume after / before, times the ratio, is about 1 after a split, and far above it after news. It may stand
 * off by this factor. A reverse split may thin out trading further, and one of 10:1 may be noisier: no news lifts a price tenfold.
 */
const VOLUME_TOLERANCE = 4;
const WITNESS_DAYS = 30;
/** Below this log move nothing is looked at; it also bounds what counts as an extreme move. */
const LARGE_MOVE = 'ln(1.5)';

/** One price over another; what is too small to be told from 0, of which there is no logarithm, is very small. NULL without one before. */
const step = (price: string, before: string): string =>
  `CASE WHEN ${price} / ${before} < 1e-300 THEN 1e-300 ELSE ${price} / ${before} END`;

/**
 * Fills the table `jumps`: bars whose adjusted close, or open, stands half above or a third below the close before, with
 * ratio = the split that explains it (new price / old price: 10 for ten shares made one, 0.5 for one made two) or NULL.
 * A close that only returns from one bad bar is no split, and rows of the table `suspects` that stand alone or in another unit take no part.
 * It looks at volumes after the day: it serves to repair history, not to trade.
 */
export async function findJumps(duck: Duck): Promise<void> {
  await duck.run(`CREATE OR REPLACE TABLE jumps AS
    WITH usable AS (
      SELECT file, row, code, date, open * factor AS open, close * factor AS close, volume / factor AS volume
      FROM bars ANTI JOIN (SELECT file, row FROM suspects WHERE name IN ('price-unit', 'price-spike')) USING (file, row)
      WHERE close > 0 AND factor > 0),
    moves AS (
      SELECT *, lag(close) OVER history AS before, lag(close, 2) OVER history AS before_that FROM usable
      WINDOW history AS (PARTITION BY code ORDER BY date, file, row)),
    large AS (
      SELECT *, ${step('CASE WHEN open > 0 THEN open ELSE close END', 'before')} AS opened, ${step('close', 'before')} AS moved FROM moves
      WHERE abs(ln(${step('close', 'before')})) > ${LARGE_MOVE} OR (open > 0 AND abs(ln(${step('open', 'before')})) > ${LARGE_MOVE})),
    volumes AS (
      SELECT large.file, large.row,
        median(usable.volume) FILTER (usable.date < large.date) AS earlier,
        median(usable.volume) FILTER (usable.date >= large.date) AS later
      FROM large JOIN usable ON usable.code = large.code
        AND usable.date BETWEEN large.date - ${WITNESS_DAYS} AND large.date + ${WITNESS_DAYS}
      GROUP BY large.file, large.row),
    ratios AS (SELECT unnest([${RATIOS.flatMap((n) => [n, `1 / ${n}`]).join(', ')}])::DOUBLE AS ratio,
      unnest([${RATIOS.flatMap((n) => (COMMON.includes(n) ? [0, 0] : [RARE, RARE])).join(', ')}]) AS rarity),
    nearest AS (
      SELECT file, row, arg_min(ratio, abs(ln(opened / ratio)) + rarity) AS ratio,
        arg_min(abs(ln(opened / ratio)), abs(ln(opened / ratio)) + rarity) AS distance
      FROM large CROSS JOIN ratios GROUP BY file, row)
    SELECT large.file, large.row, large.code, large.date, before, large.open, large.close, moved, later / earlier AS volume_ratio,
      CASE WHEN distance <= ${TOLERANCE}
        AND NOT coalesce(abs(ln(${step('close', 'before_that')})) < abs(ln(moved)) / 2, false)
        AND coalesce(later / earlier * ratio <= greatest(ratio, ${VOLUME_TOLERANCE}), true)
        AND (ratio > 1 OR coalesce(later / earlier * ratio >= 1.0 / ${VOLUME_TOLERANCE}, true)) THEN ratio END AS ratio
    FROM large JOIN nearest USING (file, row) LEFT JOIN volumes USING (file, row)`);
}
