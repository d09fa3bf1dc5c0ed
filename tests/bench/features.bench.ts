// Rows per second of the features, on a synthetic market of S&P 500 size or on a dataset folder: medians of several runs.
// Usage: npx node tests/bench/features.bench.ts [DATASET_FOLDER] [--runs 5]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BarTable } from '../../core/data/bars.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { catalogue, featureNames } from '../../core/features/catalogue.ts';
import { featureColumns } from '../../core/features/compute.ts';
import { randomGraph, randomMarket } from '../property/feature-markets.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});

/** The 49 that a common tree baseline computes: returns, and nine statistics over 5, 10, 20 and 60 bars, and candles. */
const STATISTICS = [
  'sma_distance',
  'volatility',
  'high_distance',
  'low_distance',
  'volume_ratio',
  'range_position',
  'up_fraction',
  'skewness',
  'amihud',
];
const baseline = [
  ...[1, 2, 3, 5, 10, 20, 40, 60].map((n) => `return_${n}`),
  ...[5, 10, 20, 60].flatMap((n) => STATISTICS.map((name) => `${name}_${n}`)),
  ...['candle_body', 'candle_range', 'upper_shadow', 'lower_shadow', 'overnight_gap'],
];

const bars: BarTable = positionals[0]
  ? await loadBars(positionals[0])
  : randomMarket({ seed: 1, stocks: 505, days: 1259, absent: 0, missing: 0, flat: 0, partial: false });
const graph = randomGraph(bars, 20, 1);
const rows = bars.close.length;
const runs = Number(options.runs);

/** Each column is dropped before the next is made, as a panel build does. */
function seconds(names: readonly string[]): number {
  const start = performance.now();
  let count = 0;
  for (const [, column] of featureColumns(bars, names, graph)) count += column.length;
  if (count !== rows * names.length) throw new Error('a column is not as long as the table');
  return (performance.now() - start) / 1000;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report(label: string, names: readonly string[]): void {
  seconds(names); // warms the compiler
  const time = median(Array.from({ length: runs }, () => seconds(names)));
  const rate = Math.round(rows / time).toLocaleString('en');
  console.log(`${label.padEnd(34)} ${time.toFixed(3)} s   ${rate} rows/s`);
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, node ${process.version}, one thread; medians of ${runs} runs`);
console.log(`${rows.toLocaleString('en')} rows of ${bars.codes.length} stocks\n`);
report(`${baseline.length} baseline features`, baseline);
report(`all ${featureNames.length} features`, featureNames);
console.log('');
for (const family of new Set(catalogue.map((definition) => definition.family))) {
  const names = catalogue.filter((definition) => definition.family === family).map((definition) => definition.name);
  report(`${family} (${names.length})`, names);
}
