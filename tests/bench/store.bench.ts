// The feature store: a day added to a panel beside building it as a whole, over histories of several lengths, and the latest rows.
import { type BenchOptions, count, mebibytes, runOwn, seconds, table } from './measure.ts';

const STOCKS = 500;
const HISTORIES = [625, 1250, 2500];
const ADDED = 5;

export async function benchStore(_: BenchOptions): Promise<string> {
  const rows: string[][] = [];
  let features = 0;
  for (const days of HISTORIES) {
    const found = await runOwn('store-child.ts', [STOCKS, days, ADDED].map(String));
    rows.push([
      `${STOCKS} × ${count(days)}`,
      seconds(found.whole_s),
      seconds(found.whole_cpu),
      seconds(found.added_s),
      seconds(found.added_cpu),
      (found.whole_cpu / found.added_cpu).toFixed(0),
      `${found.latest_first_ms.toFixed(1)} ms`,
      `${found.latest_ms.toFixed(3)} ms`,
      mebibytes(found.peak_kib),
    ]);
    console.log(`  ${rows.at(-1)!.join('  ')}`);
    features = found.features;
  }
  const text =
    `The ${features} features of daily bars; one thread; ${ADDED} days added one after the other, medians. The ratio is of processor time. ` +
    'The latest rows of all stocks: read from the disk, and held by the host (goal: 5 ms).';
  const header = [
    'stocks × days',
    'whole',
    'CPU',
    'a day added',
    'CPU',
    'whole / day',
    'latest, read',
    'held',
    'peak memory',
  ];
  return [text, table(header, rows)].join('\n\n');
}
