// Owns the paired comparison of two prediction sets: the same days, the same stocks, one test of the difference.
import { AppError } from '../base/errors.ts';
import { asPart, runThrough, type Steps } from '../base/steps.ts';
import { type Estimate, estimate, expectedBlock, pValue } from './bootstrap.ts';
import { type DailyMetrics, dailyMetricsSteps } from './daily.ts';
import { acrossHorizons, EVALUATION_DEFAULTS, type EvaluationOptions } from './evaluate.ts';
import type { PredictionSet } from './predictions.ts';
import { informationRatio, mean } from './statistics.ts';

const METRICS = {
  ic: { series: 'ic', summary: mean },
  rankIc: { series: 'rankIc', summary: mean },
  icir: { series: 'ic', summary: informationRatio },
  rankIcir: { series: 'rankIc', summary: informationRatio },
  hitRate: { series: 'hitRate', summary: mean },
  spread: { series: 'spread', summary: mean },
} as const;
export type ComparableMetric = keyof typeof METRICS;

export interface PairedComparison {
  metric: ComparableMetric;
  /** A horizon in days, or the mean over the horizons both sets have. */
  horizon: number | 'overall';
  /** Days on which both have a value, judged on the stocks both predicted. */
  days: number;
  a: number | null;
  b: number | null;
  /** a less b, with its 95 % interval. */
  difference: Estimate;
  /** Two-sided, of "no difference"; null with too few days. */
  pValue: number | null;
}

export interface PairedOptions extends Partial<EvaluationOptions> {
  horizon?: number | 'overall';
}

/**
 * Tests a against b on their common days and stocks by resampling the days of both together (stationary block bootstrap).
 * @throws input/no-common-horizon when the horizon asked for is not in both
 */
export function comparePaired(
  a: PredictionSet,
  b: PredictionSet,
  metric: ComparableMetric = 'rankIc',
  options: PairedOptions = {},
): PairedComparison {
  return runThrough(pairedSteps(a, b, metric, options));
}

/** The same, in steps of a day or an interval. */
export function* pairedSteps(
  a: PredictionSet,
  b: PredictionSet,
  metric: ComparableMetric = 'rankIc',
  options: PairedOptions = {},
): Steps<PairedComparison> {
  const { horizon = 'overall', ...rest } = options;
  const [answer] = yield* pairedAnswers(a, b, [{ metric, horizon }], rest);
  return answer;
}

export interface PairedQuestion {
  metric: ComparableMetric;
  horizon: number | 'overall';
}

/** Several tests of the same pair: what they share is computed once. @throws input/no-common-horizon */
export function* pairedAnswers(
  a: PredictionSet,
  b: PredictionSet,
  questions: readonly PairedQuestion[],
  options: Partial<EvaluationOptions> = {},
): Steps<PairedComparison[]> {
  const settings = { ...EVALUATION_DEFAULTS, ...options };
  const rows = commonRows(a, b);
  const dailyA = yield* asPart(dailyMetricsSteps(restrict(a, rows.a), settings), 0, 0.4);
  const dailyB = yield* asPart(dailyMetricsSteps(restrict(b, rows.b), settings), 0.4, 0.8);
  const answers: PairedComparison[] = [];
  for (const question of questions) {
    yield 0.8 + (0.2 * answers.length) / questions.length;
    answers.push(answer(question, dailyA, dailyB, settings));
  }
  return answers;
}

function answer(
  { metric, horizon }: PairedQuestion,
  dailyA: readonly DailyMetrics[],
  dailyB: readonly DailyMetrics[],
  settings: EvaluationOptions,
): PairedComparison {
  const { series, summary } = METRICS[metric];
  const known = dailyA.map((one) => one.horizon).filter((h) => dailyB.some((other) => other.horizon === h));
  const wanted = known.filter((h) => horizon === 'overall' || h === horizon);
  if (wanted.length === 0) throw new AppError('input/no-common-horizon', { horizon: String(horizon) });
  const seriesOf = (daily: readonly DailyMetrics[]): Float64Array =>
    acrossHorizons(daily.filter((one) => wanted.includes(one.horizon)).map((one) => one[series]));
  const [x, y] = [seriesOf(dailyA), seriesOf(dailyB)];
  const both = (_: number, day: number): boolean => !Number.isNaN(x[day]) && !Number.isNaN(y[day]);
  const columns = [x.filter(both), y.filter(both)];
  const days = columns[0].length;
  const bootstrap = {
    block: expectedBlock(
      columns[0].map((value, day) => value - columns[1][day]),
      Math.max(...wanted),
    ),
    draws: settings.draws,
    seed: settings.seed,
  };
  const difference = ([p, q]: readonly Float64Array[]): number => summary(p) - summary(q);
  const value = (column: Float64Array): number | null => {
    const result = days === 0 ? Number.NaN : summary(column);
    return Number.isNaN(result) ? null : result;
  };
  return {
    metric,
    horizon,
    days,
    a: value(columns[0]),
    b: value(columns[1]),
    difference: estimate(columns, difference, bootstrap),
    pValue: pValue(columns, difference, bootstrap),
  };
}

interface DayRows {
  day: number;
  rows: number[];
}

/** For each common day, the rows of a and of b of the stocks that both predicted, in the order of a. */
function commonRows(a: PredictionSet, b: PredictionSet): { a: DayRows[]; b: DayRows[] } {
  const dayOfB = new Map(Array.from(b.days, (day, index) => [day, index]));
  const codeOfB = new Map(b.codes.map((code, index) => [code, index]));
  const stockInB = a.codes.map((code) => codeOfB.get(code) ?? -1);
  const rowOfStock = new Int32Array(b.codes.length);
  const result: { a: DayRows[]; b: DayRows[] } = { a: [], b: [] };
  for (let dayA = 0; dayA < a.days.length; dayA++) {
    const dayB = dayOfB.get(a.days[dayA]);
    if (dayB === undefined) continue;
    rowOfStock.fill(-1);
    for (let row = b.dayOffsets[dayB]; row < b.dayOffsets[dayB + 1]; row++) rowOfStock[b.stock[row]] = row;
    const [rowsA, rowsB]: [number[], number[]] = [[], []];
    for (let row = a.dayOffsets[dayA]; row < a.dayOffsets[dayA + 1]; row++) {
      const stock = stockInB[a.stock[row]];
      if (stock < 0 || rowOfStock[stock] < 0) continue;
      rowsA.push(row);
      rowsB.push(rowOfStock[stock]);
    }
    result.a.push({ day: dayA, rows: rowsA });
    result.b.push({ day: dayB, rows: rowsB });
  }
  return result;
}

function restrict(set: PredictionSet, kept: readonly DayRows[]): PredictionSet {
  const H = set.horizons.length;
  const width = H * set.quantiles.length;
  const offsets = new Int32Array(kept.length + 1);
  kept.forEach(({ rows }, i) => {
    offsets[i + 1] = offsets[i] + rows.length;
  });
  const total = offsets[kept.length];
  const stock = new Int32Array(total);
  const predicted = new Float32Array(total * width);
  const realised = new Float32Array(total * H);
  let to = 0;
  for (const { rows } of kept)
    for (const from of rows) {
      stock[to] = set.stock[from];
      predicted.set(set.predicted.subarray(from * width, (from + 1) * width), to * width);
      realised.set(set.realised.subarray(from * H, (from + 1) * H), to * H);
      to++;
    }
  return {
    ...set,
    days: Int32Array.from(kept, ({ day }) => set.days[day]),
    dayOffsets: offsets,
    stock,
    predicted,
    realised,
  };
}
