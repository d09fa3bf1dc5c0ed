// Owns one stock's bars as a chart wants them: prices as traded, the factor beside them, and the days on which it changed.
import { fromEpochDay, toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { factorsAsOf } from './corporate-actions.ts';
import { barsQuery, queryBars, readManifest } from './load.node.ts';

export interface StockHistory {
  readonly code: string;
  readonly sector: string | null;
  /** ISO, ascending; one entry of each column for each. */
  readonly days: string[];
  /** As traded; NaN where missing or not positive. */
  readonly open: Float64Array<ArrayBuffer>;
  readonly high: Float64Array<ArrayBuffer>;
  readonly low: Float64Array<ArrayBuffer>;
  readonly close: Float64Array<ArrayBuffer>;
  readonly volume: Float64Array<ArrayBuffer>;
  /** Adjusted price = price x factor, adjusted volume = volume / factor. */
  readonly factor: Float64Array<ArrayBuffer>;
}

/** The bars of one code, as loadBars counts them. @throws input/unknown-code, data/no-bars */
export async function readStock(folder: string, code: string, signal?: AbortSignal): Promise<StockHistory> {
  const manifest = readManifest(folder);
  const entry = manifest.codes.find((each) => each.code === code);
  if (!entry) throw new AppError('input/unknown-code', { code, dataset: manifest.name });
  const query = `SELECT (date - DATE '1970-01-01')::DOUBLE, CASE WHEN open > 0 THEN open END, CASE WHEN high > 0 THEN high END,
      CASE WHEN low > 0 THEN low END, close, CASE WHEN volume >= 0 THEN volume END, factor
    FROM (${barsQuery(folder, manifest, { codes: [code] })}) ORDER BY date`;
  const columns = Array.from({ length: 7 }, () => new Float64Array(entry.rows));
  let filled = 0;
  await queryBars(
    folder,
    (duck) =>
      duck.numbers(query, (chunk, rows) => {
        columns.forEach((column, c) => {
          column.set(chunk[c].subarray(0, rows), filled);
        });
        filled += rows;
      }),
    signal,
  );
  if (filled === 0) throw new AppError('data/no-bars', { dataset: `${manifest.name} ${code}` });
  const [day, open, high, low, close, volume, factor] = columns.map((column) => column.slice(0, filled));
  return {
    code,
    sector: entry.sector,
    days: Array.from(day, fromEpochDay),
    open,
    high,
    low,
    close,
    volume,
    factor,
  };
}

/** The history as it stood on a day: without later bars, and adjusted to its last one. @throws input/unknown-bar */
export function historyAsOf(stock: StockHistory, asOf: string, dataset: string): StockHistory {
  const bars = stock.days.filter((day) => day <= asOf).length;
  if (bars === 0) throw new AppError('input/unknown-bar', { code: stock.code, day: asOf, dataset });
  const [open, high, low, close, volume] = [stock.open, stock.high, stock.low, stock.close, stock.volume].map(
    (column) => column.slice(0, bars),
  );
  const days = stock.days.slice(0, bars);
  const factor = factorsAsOf(days.map(toEpochDay), stock.factor, toEpochDay(asOf));
  return { ...stock, days, open, high, low, close, volume, factor };
}

/**
 * The same history with adjusted prices and volume.
 * @param dividends what prices, not volumes, are multiplied by beside the factor: for a total-return series
 */
export function adjusted(stock: StockHistory, dividends?: Float64Array): StockHistory {
  const { factor } = stock;
  const price = (column: Float64Array): Float64Array<ArrayBuffer> =>
    Float64Array.from(column, (v, i) => v * factor[i] * (dividends?.[i] ?? 1));
  const [open, high, low, close] = [price(stock.open), price(stock.high), price(stock.low), price(stock.close)];
  return { ...stock, open, high, low, close, volume: Float64Array.from(stock.volume, (v, i) => v / factor[i]) };
}

export interface CorporateAction {
  /** First day of the new factor. */
  readonly day: string;
  /** Factor of the day over the one before: 2 for a split of two for one, 0.5 for a reverse one, 1.005 for a dividend of half a per cent. */
  readonly ratio: number;
}

/** A change of factor below this share is rounding, whatever else the factor does. */
const LEAST_CHANGE = 1e-4;
/** A change must exceed the day to day noise of the factor so many times; factors from rounded adjusted closes tremble every day. */
const NOISE_MULTIPLE = 8;

/** Where the factor changes and stays changed. */
export function corporateActions({ days, factor }: Pick<StockHistory, 'days' | 'factor'>): CorporateAction[] {
  const steps = new Float64Array(Math.max(0, factor.length - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = Math.log(factor[i + 1] / factor[i]);
  const noise = steps.map(Math.abs).sort()[steps.length >> 1] ?? 0;
  const least = Math.max(LEAST_CHANGE, NOISE_MULTIPLE * noise);
  const found: CorporateAction[] = [];
  for (let i = 0; i < steps.length; i++) {
    const after = i + 1 < steps.length ? steps[i] + steps[i + 1] : steps[i];
    const before = i > 0 ? steps[i] + steps[i - 1] : steps[i];
    // One odd day goes up and back: the step after it, or the one before, undoes it.
    const stays = Math.abs(after) > least && Math.abs(before) > least;
    if (Math.abs(steps[i]) > least && stays) found.push({ day: days[i + 1], ratio: factor[i + 1] / factor[i] });
  }
  return found;
}
