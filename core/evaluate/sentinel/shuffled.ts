// Owns the shuffled-target probe: a ridge regression on targets that were dealt out at random within their day must find nothing; beside it
// stands what it finds with the targets as they are.
import { type ProbeReport, notRun, probeReport } from '../../base/sentinel.ts';
import { Random } from '../../base/random.ts';
import type { Steps } from '../../base/steps.ts';
import { RidgeBaseline } from '../ridge.ts';
import { spearman } from '../statistics.ts';
import { type Bound, boundOf, normalTailQuantile } from './bounds.ts';

/** One day's cross-section. */
export interface ShuffledDay {
  readonly day: number;
  /** [rows, features] */
  readonly x: Float32Array;
  /** [rows, horizons] raw forward returns; rows with an unknown one are left out. */
  readonly y: Float32Array;
}

export interface ShuffledOptions {
  readonly features: number;
  readonly horizons: readonly number[];
  readonly fit: readonly number[];
  readonly test: readonly number[];
  readonly spacing: number;
  readonly seed: number;
  read(day: number): ShuffledDay;
}

/** Times that the targets are dealt out. */
const DEALS = 20;
/** Chance that an honest panel fails, all deals together: what is truly wrong lies far beyond. */
const FALSE_ALARM = 1e-6;
/** A share of the row count, as the baseline's: strong enough for columns that are nearly the same. */
const PENALTY = 0.1;
const LEAST_ROWS = 10;
const LEAST_DAYS = 5;

export interface ShuffledResult {
  readonly report: ProbeReport;
  /** Of the targets as they are, by horizon, over the test days. */
  readonly rankIc: readonly (number | null)[];
  readonly bounds: readonly (Bound | undefined)[];
}

/** In steps of a day. */
export function* shuffledTargetSteps(options: ShuffledOptions): Steps<ShuffledResult> {
  const { features, horizons, fit, test, seed, spacing } = options;
  const width = horizons.length + DEALS;
  const ridge = new RidgeBaseline(features, width);
  const none = horizons.map(() => undefined);
  const total = fit.length + test.length;
  const skip = (days: number): ShuffledResult => ({
    report: notRun('shuffled-target', 'too-few-days', { days }),
    rankIc: horizons.map(() => null),
    bounds: none,
  });
  if (fit.length < LEAST_DAYS || test.length < LEAST_DAYS) return skip(total);
  for (const [i, day] of fit.entries()) {
    yield i / total;
    const { x, y } = dealt(options.read(day), features, horizons.length, seed);
    ridge.accumulate(x, y);
  }
  if (ridge.rows[0] < LEAST_ROWS * LEAST_DAYS) return skip(fit.length);
  ridge.solve(PENALTY);
  const daily = Array.from({ length: width }, () => [] as number[]);
  let variance = 0;
  for (const [i, day] of test.entries()) {
    yield (fit.length + i) / total;
    const { x, y } = dealt(options.read(day), features, horizons.length, seed);
    const rows = y.length / width;
    if (rows < LEAST_ROWS) continue;
    const predicted = ridge.predict(x);
    const values = daily.map((_, c) => spearman(column(predicted, c, width), column(y, c, width)));
    if (values.some(Number.isNaN)) continue;
    for (const [c, value] of values.entries()) daily[c].push(value);
    variance += 1 / (rows - 1); // of a rank correlation between what has nothing to do with each other
  }
  const days = daily[0].length;
  if (days < LEAST_DAYS) return skip(days);
  const means = daily.map((values) => values.reduce((sum, value) => sum + value, 0) / days);
  const highest = Math.max(...means.slice(horizons.length).map(Math.abs));
  const threshold = (normalTailQuantile(FALSE_ALARM / 2 / DEALS) * Math.sqrt(variance)) / days;
  const findings =
    highest > threshold
      ? [
          {
            code: 'shuffled-yet-found' as const,
            verdict: 'failed' as const,
            subject: 'ridge',
            params: { rankIc: highest, threshold, deals: DEALS },
          },
        ]
      : [];
  return {
    report: probeReport('shuffled-target', highest, threshold, findings),
    rankIc: means.slice(0, horizons.length),
    bounds: horizons.map((reach, h) => boundOf(daily[h], { spacing, reach, tests: horizons.length })),
  };
}

/** Rows whose every target is known, with each day's ranks dealt out DEALS times behind the targets as they are. */
function dealt(
  { day, x, y }: ShuffledDay,
  features: number,
  horizons: number,
  seed: number,
): { x: Float32Array; y: Float32Array } {
  const rows = y.length / horizons;
  const known: number[] = [];
  for (let row = 0; row < rows; row++) {
    let whole = true;
    for (let h = 0; h < horizons; h++) if (Number.isNaN(y[row * horizons + h])) whole = false;
    if (whole) known.push(row);
  }
  const width = horizons + DEALS;
  const out = { x: new Float32Array(known.length * features), y: new Float32Array(known.length * width) };
  const ranks = Array.from({ length: horizons }, (_, h) =>
    ranksOf(Float64Array.from(known, (row) => y[row * horizons + h])),
  );
  for (const [i, row] of known.entries()) {
    out.x.set(x.subarray(row * features, (row + 1) * features), i * features);
    for (let h = 0; h < horizons; h++) out.y[i * width + h] = ranks[h][i];
  }
  const random = new Random(seed, day, 0xdea1);
  for (let deal = 0; deal < DEALS; deal++) {
    const hand = random.shuffle(ranks[0].slice());
    for (let i = 0; i < known.length; i++) out.y[i * width + horizons + deal] = hand[i];
  }
  return out;
}

/** From -0.5 to 0.5, in the order of the values. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (const [rank, i] of order.entries()) ranks[i] = rank / Math.max(1, values.length - 1) - 0.5;
  return ranks;
}

const column = (values: Float32Array, c: number, width: number): Float32Array =>
  Float32Array.from({ length: values.length / width }, (_, row) => values[row * width + c]);
