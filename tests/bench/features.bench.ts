// The features: the 49 of a common tree baseline from the same CSV as Polars, and rows per second of every family of the catalogue.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { barFeatures, catalogue, featureNames } from '../../core/features/catalogue.ts';
import { featureColumns } from '../../core/features/compute.ts';
import { randomTables, withFactors } from '../support/random-tables.ts';
import { randomGraph, randomMarket } from '../property/feature-markets.ts';
import { baselineFeatures } from './baseline-features.ts';
import {
  type BenchOptions,
  count,
  counted,
  mebibytes,
  median,
  ratioOf,
  runOwn,
  seconds,
  selected,
  table,
} from './measure.ts';
import { missingPeer, runPeer } from './peer.ts';
import { barNames, coreNames } from '../support/feature-names.ts';

const MARKETS = [
  { kind: 'sp500', peer: 'sp500', label: 'S&P 500', file: 'sp500_5yr/all_stocks_5yr.csv.gz' },
  { kind: 'tokyo', peer: 'jp', label: 'Tokyo, liquid', file: 'jp_tse_daily/tse_daily_all_2013_2018.csv.zst' },
];
/** As many rows as five years of the S&P 500. */
const MARKET = { seed: 1, stocks: 505, days: 1259, absent: 0, missing: 0, flat: 0, partial: false };

export async function benchFeatures(options: BenchOptions): Promise<string> {
  const parts = [await againstPolars(options), catalogueRates(options)].filter((part) => part !== '');
  return parts.length > 0 ? parts.join('\n\n') : 'Not measured: --only leaves no case.';
}

async function againstPolars(options: BenchOptions): Promise<string> {
  const { data, rounds } = options;
  const missing = missingPeer('polars', options);
  const rows: string[][] = [];
  for (const { kind, peer, label, file } of MARKETS) {
    if (!selected(kind, options)) continue;
    const path = join(data ?? '', file);
    if (data === undefined || !existsSync(path)) {
      console.log(`  ${label} left out: say --data FOLDER, which holds ${file}`);
      continue;
    }
    const ours: Record<string, number>[] = [];
    const theirs: Record<string, number>[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await runOwn('features-child.ts', [kind, path]));
      const figures = await runPeer('polars', [peer, path], options);
      if (figures) theirs.push(figures);
    }
    const of = (all: Record<string, number>[], name: string) => median(all.map((figures) => figures[name]));
    const all = (measured: Record<string, number>[]) => measured.map((figures) => figures.seconds);
    rows.push([
      label,
      count(ours[0].rows),
      seconds(of(ours, 'seconds')),
      seconds(of(ours, 'read_s')),
      mebibytes(of(ours, 'peak_kib')),
      ...(theirs.length === 0
        ? ['not measured', '', '']
        : [seconds(of(theirs, 'seconds')), mebibytes(of(theirs, 'peak_kib')), ratioOf(all(ours), all(theirs))]),
    ]);
    console.log(`  ${rows.at(-1)!.join('  ')}`);
  }
  if (rows.length === 0) return '';
  return [
    `The ${baselineFeatures.length} features of the tree baseline with daily z-scores, from the packed CSV to scores in memory; medians of ${counted(rounds, 'round')}, ` +
      'taking turns. Polars uses every core, our kernels one. Ours are winsorised and score the rows of the warm-up too, which the ' +
      `peer drops. A ratio above 1 says how many times as long the peer takes; goal 1.${missing ? ` Peer: ${missing}.` : ''}`,
    table(['market', 'rows', 'Phasor', 'of it reading', 'peak', 'Polars', 'peak', 'ratio'], rows),
  ].join('\n\n');
}

function catalogueRates(options: BenchOptions): string {
  if (!selected('catalogue', options)) return '';
  const bars = withFactors(randomMarket(MARKET), 1);
  const tables = randomTables(bars, { seed: 1 });
  const graph = randomGraph(bars, 20, 1);
  const rows = bars.close.length;
  /** Each column is dropped before the next is made, as a panel build does. */
  const time = (names: readonly string[]): number => {
    const start = performance.now();
    let values = 0;
    for (const [, column] of featureColumns(bars, names, graph, catalogue, tables)) values += column.length;
    if (values !== rows * names.length) throw new Error('a column is not as long as the table');
    return (performance.now() - start) / 1000;
  };
  const families = [...new Set(barFeatures.map((definition) => definition.family))].map((family) => ({
    label: family,
    names: barFeatures.filter((definition) => definition.family === family).map((definition) => definition.name),
  }));
  const sets = [
    { label: 'the core set', names: coreNames },
    { label: 'all that daily bars support', names: barNames },
    { label: 'all, with every side table', names: featureNames },
    { label: 'the baseline’s', names: baselineFeatures },
    ...families,
  ];
  const lines = sets.map(({ label, names }) => {
    time(names); // warms the compiler
    const middle = median(Array.from({ length: options.rounds }, () => time(names)));
    return [label, String(names.length), seconds(middle), count(rows / middle)];
  });
  for (const line of lines) console.log(`  ${line.join('  ')}`);
  return [
    `Kernels alone, ${count(rows)} rows of ${bars.codes.length} generated stocks, one thread; medians of ${counted(options.rounds, 'run')}.`,
    table(['features', 'count', 'time', 'rows/s'], lines),
  ].join('\n\n');
}
