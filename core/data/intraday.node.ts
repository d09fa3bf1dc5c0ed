// Owns what happens to sources whose dates carry a time: one bar a day is taken as daily, several are refused or joined.
import { AppError } from '../base/errors.ts';
import type { Duck } from './duckdb.node.ts';

/** Times sort by length first, so that 9:30 comes before 10:00. */
const MOMENT = "lpad(coalesce(time, ''), 40, ' ')";

/**
 * @param join makes one bar of a day's: first open, highest high, lowest low, last close, summed volume
 * @throws data/intraday-bars unless `join`
 */
export async function settleIntraday(duck: Duck, files: readonly string[], join: boolean): Promise<void> {
  const [several] =
    await duck.rows(`SELECT code, date AS day, arg_max(file, (file, row)) AS file, max(row) AS row FROM bars
    WHERE time IS NOT NULL GROUP BY code, date HAVING count(DISTINCT time) > 1 ORDER BY file, row LIMIT 1`);
  if (several === undefined) return;
  if (!join) {
    const { code, day, row, file } = several;
    throw new AppError('data/intraday-bars', {
      file: files[Number(file)],
      row: Number(row),
      code: String(code),
      day: String(day),
    });
  }
  await duck.run(`CREATE TABLE daily AS
    SELECT min(file) AS file, min(row) AS row, code, date, NULL::VARCHAR AS time, arg_min(open, ${MOMENT}) AS open, max(high) AS high,
      min(low) AS low, arg_max(close, ${MOMENT}) AS close, sum(volume) AS volume, arg_max(adjusted_close, ${MOMENT}) AS adjusted_close,
      arg_max(factor, ${MOMENT}) AS factor
    FROM bars GROUP BY code, date`);
  await duck.run('DROP TABLE bars');
  await duck.run('ALTER TABLE daily RENAME TO bars');
}
