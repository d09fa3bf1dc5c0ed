// Owns reading a dataset folder: its manifest, and its bars as a BarTable.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { sharedArray } from '../base/shared-memory.ts';
import type { BarTable } from './bars.ts';
import { Duck } from './duckdb.node.ts';
import { DATASET_SCHEMA_VERSION, type DatasetManifest } from './manifest.ts';
import { sqlPath, sqlText } from './sql.ts';

export const BARS_FILE = 'bars.parquet';
export const MANIFEST_FILE = 'manifest.json';

/**
 * @throws data/no-dataset when the folder holds none, data/damaged-dataset when its manifest cannot be read,
 * data/newer-dataset when a newer version wrote it
 */
export function readManifest(folder: string): DatasetManifest {
  const path = join(folder, MANIFEST_FILE);
  if (!existsSync(path)) throw new AppError('data/no-dataset', { folder });
  let manifest: DatasetManifest;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as DatasetManifest;
  } catch (error) {
    throw new AppError('data/damaged-dataset', { folder, reason: 'manifest.json' }, error);
  }
  if (manifest.schemaVersion > DATASET_SCHEMA_VERSION) throw new AppError('data/newer-dataset', { folder });
  if (!Array.isArray(manifest.codes) || manifest.schemaVersion !== DATASET_SCHEMA_VERSION)
    throw new AppError('data/damaged-dataset', { folder, reason: 'manifest.json' });
  return manifest;
}

export interface LoadOptions {
  /** Only these codes; unknown ones are an error. */
  codes?: readonly string[];
  /** First and last day wanted, ISO, inclusive. */
  from?: string;
  to?: string;
  /**
   * The bar of each code whose prices stand as they were printed: its last (default), or its first. Adjusted to the first, prices of the
   * past do not change when a later split is recorded; of that a store of features must be sure.
   */
  anchor?: 'last' | 'first';
  /** Also the factor of each bar, for those who set adjusted prices beside amounts by the share. */
  factor?: boolean;
  /** Ceiling of DuckDB's buffers; see DuckOptions. */
  memoryLimit?: string;
}

/**
 * Bars of a dataset, in memory that threads can share, adjusted: prices x factor, volume / factor. A row counts as a bar when its close and its factor are positive;
 * other rows stay in the Parquet and are left out here, like a day without trade. Open, high, low or volume that are missing (or
 * prices not positive) are NaN. Of rows for the same code and day, the last in source order counts.
 *
 * A back-adjusted price takes its scale from later splits and dividends, one adjusted to the first bar from earlier ones: use them for
 * returns and ratios of prices of one code, never as a level to compare with a fixed amount.
 * @throws input/unknown-code, data/no-bars when nothing is left, data/damaged-dataset, and what readManifest throws
 */
export async function loadBars(folder: string, options: LoadOptions = {}): Promise<BarTable> {
  const manifest = readManifest(folder);
  const sectors = new Map(manifest.codes.map(({ code, sector }) => [code, sector]));
  for (const code of options.codes ?? [])
    if (!sectors.has(code)) throw new AppError('input/unknown-code', { code, dataset: manifest.name });

  const read = async (duck: Duck): Promise<BarTable> => {
    const source = barsQuery(folder, manifest, options);
    const counts = await duck.rows(`SELECT code, count(*) AS rows FROM (${source}) GROUP BY code ORDER BY code`);
    if (counts.length === 0) throw new AppError('data/no-bars', { dataset: manifest.name });
    return await fillTable(duck, source, counts as { code: string; rows: number }[], sectors, options);
  };
  return await queryBars(folder, read, undefined, options.memoryLimit);
}

/** Asks something of a dataset folder's Parquet; what does not fit into memory spills beside it. @throws data/damaged-dataset where DuckDB cannot read it */
export async function queryBars<T>(
  folder: string,
  ask: (duck: Duck) => Promise<T>,
  signal?: AbortSignal,
  memoryLimit?: string,
): Promise<T> {
  // Under a name that is settled at the next start, should this process be killed.
  const duck = await Duck.open({ signal, memoryLimit, temporaryFolder: `${folder}.${randomUUID()}.tmp` });
  try {
    return await ask(duck);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('data/damaged-dataset', { folder, reason: BARS_FILE }, error);
  } finally {
    duck.close();
  }
}

/** The rows of a dataset folder that count as bars, with the columns of its Parquet; see loadBars. */
export function barsQuery(
  folder: string,
  { duplicates }: Pick<DatasetManifest, 'duplicates'>,
  { codes, from, to }: LoadOptions = {},
): string {
  const where = ['close > 0', 'factor > 0'];
  if (codes) where.push(`code IN (${codes.map(sqlText).join(', ') || 'NULL'})`);
  if (from !== undefined) where.push(`date >= DATE ${sqlText(from)}`);
  if (to !== undefined) where.push(`date <= DATE ${sqlText(to)}`);
  const last = 'QUALIFY file_row_number = max(file_row_number) OVER (PARTITION BY code, date)';
  // A long list of codes becomes a join, which gives rows in any order.
  const order = duplicates ? `${last} ORDER BY file_row_number` : codes ? 'ORDER BY code, date' : '';
  return `SELECT * FROM read_parquet(${sqlPath(join(folder, BARS_FILE))}, file_row_number = ${duplicates}, hive_partitioning = false)
    WHERE ${where.join(' AND ')} ${order}`;
}

async function fillTable(
  duck: Duck,
  source: string,
  counts: readonly { code: string; rows: number }[],
  sectors: ReadonlyMap<string, string | null>,
  { anchor = 'last', factor: withFactor = false }: Pick<LoadOptions, 'anchor' | 'factor'>,
): Promise<BarTable> {
  const offsets = sharedArray(Int32Array, counts.length + 1);
  for (let c = 0; c < counts.length; c++) offsets[c + 1] = offsets[c] + counts[c].rows;
  const rows = offsets[counts.length];
  const [open, high, low, close, volume] = Array.from({ length: 5 }, () => sharedArray(Float64Array, rows));
  const factorOf = withFactor ? sharedArray(Float64Array, rows) : undefined;
  const dayIndex = sharedArray(Int32Array, rows); // holds epoch days until the calendar is known
  let filled = 0;
  let code = 0;
  let first = Number.NaN;
  await duck.numbers(
    `SELECT (date - DATE '1970-01-01')::INTEGER, CASE WHEN open > 0 THEN open END, CASE WHEN high > 0 THEN high END,
       CASE WHEN low > 0 THEN low END, close, CASE WHEN volume >= 0 THEN volume END, factor FROM (${source})`,
    ([day, opens, highs, lows, closes, volumes, factors], count) => {
      for (let i = 0, row = filled; i < count; i++, row++) {
        if (row === offsets[code]) {
          code++;
          first = factors[i];
        }
        const factor = anchor === 'first' ? withoutNoise(factors[i] / first) : factors[i];
        dayIndex[row] = day[i];
        open[row] = opens[i] * factor;
        high[row] = highs[i] * factor;
        low[row] = lows[i] * factor;
        close[row] = closes[i] * factor;
        volume[row] = volumes[i] / factor;
        if (factorOf) factorOf[row] = factor;
      }
      filled += count;
    },
  );
  return {
    codes: counts.map(({ code }) => code),
    sectors: counts.map(({ code }) => sectors.get(code) ?? null),
    days: indexDays(dayIndex),
    offsets,
    dayIndex,
    open,
    high,
    low,
    close,
    volume,
    ...(factorOf && { factor: factorOf }),
  };
}

/**
 * To 40 bits (Veltkamp): where a later split multiplies all factors of a code, their ratios come out the same to some 52 bits, and are to
 * be the same in all.
 */
function withoutNoise(ratio: number): number {
  const high = ratio * (2 ** 13 + 1);
  return high - (high - ratio);
}

/** Replaces epoch days by their index in the calendar of all of them, which it returns. */
function indexDays(epochDays: Int32Array): Int32Array {
  let [first, last] = [epochDays[0], epochDays[0]];
  for (const day of epochDays) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  const position = new Int32Array(last - first + 1);
  for (const day of epochDays) position[day - first] = 1;
  const days: number[] = [];
  for (let i = 0; i < position.length; i++) if (position[i] === 1) position[i] = days.push(first + i) - 1;
  for (let row = 0; row < epochDays.length; row++) epochDays[row] = position[epochDays[row] - first];
  return Int32Array.from(days);
}
