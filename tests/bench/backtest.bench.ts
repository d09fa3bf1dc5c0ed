// Time of a backtest at other costs, as the workbench asks for it: 505 generated stocks, over a year and over five.
import { backtest, visibleBars } from '../../core/backtest/backtest.ts';
import { Random } from '../../core/base/random.ts';
import { fromEpochDay } from '../../core/base/clock.ts';
import type { BarTable } from '../../core/data/bars.ts';
import type { PredictionSet } from '../../core/evaluate/predictions.ts';
import { randomBars } from '../support/random-bars.ts';
import { type BenchOptions, count, counted, median, table } from './measure.ts';

const STOCKS = 505;
const YEARS = [1, 5];
const DAYS_PER_YEAR = 252;

/** Noise for every bar from `first` on, at one horizon. */
function noise({ codes, days, offsets, dayIndex }: BarTable, first: number): PredictionSet {
  const random = new Random(1, 2);
  const byDay: number[][] = Array.from({ length: days.length - first }, () => []);
  for (let code = 0; code < codes.length; code++)
    for (let row = offsets[code]; row < offsets[code + 1]; row++) byDay[dayIndex[row] - first]?.push(code);
  const rows = byDay.flat();
  const dayOffsets = new Int32Array(byDay.length + 1);
  for (const [day, stocks] of byDay.entries()) dayOffsets[day + 1] = dayOffsets[day] + stocks.length;
  return {
    days: days.slice(first),
    dayOffsets,
    stock: Int32Array.from(rows),
    codes,
    horizons: [5],
    quantiles: [0.5],
    predicted: Float32Array.from(rows, () => random.normal()),
    realised: new Float32Array(rows.length),
  };
}

export async function benchBacktest({ rounds }: BenchOptions): Promise<string> {
  const bars = randomBars({ stocks: STOCKS, days: 5 * DAYS_PER_YEAR + 60, seed: 5 });
  const rows = YEARS.map((years) => {
    const first = bars.days.length - years * DAYS_PER_YEAR;
    const predictions = noise(bars, first);
    const dates = { from: fromEpochDay(bars.days[first]) };
    const visible = visibleBars({ bars, predictions, dates });
    const scenario = () => {
      const start = performance.now();
      const { statistics } = backtest({ bars: visible, predictions, dates });
      return { ms: performance.now() - start, trades: statistics.trades };
    };
    const { trades } = scenario(); // warms the compiler
    const row = [years, count(trades), `${median(Array.from({ length: rounds }, () => scenario().ms)).toFixed(0)} ms`];
    console.log(`  ${row.join('  ')}`);
    return row;
  });
  return [
    `One scenario: long-short deciles in five sleeves over ${STOCKS} generated stocks, traded again from what a backtest keeps, figures and intervals included; medians of ${counted(rounds, 'round')}. The goal is a second.`,
    table(['years', 'trades', 'scenario'], rows),
  ].join('\n\n');
}
