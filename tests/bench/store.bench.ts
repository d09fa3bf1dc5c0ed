// The feature store: a day added to a panel beside building it as a whole, over histories of several lengths and on whole Tokyo, and the
// latest rows. Tokyo's panel takes 9 GB of disk.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BARS_FILE, queryBars } from '../../core/data/load.node.ts';
import { sqlPath } from '../../core/data/sql.ts';
import { type BenchOptions, count, mebibytes, runOwn, seconds, selected, table } from './measure.ts';
import { tokyoFiles } from './real-data.ts';

const STOCKS = 500;
const HISTORIES = [625, 1250, 2500];
const ADDED = { generated: 5, tokyo: 3 };

interface Case {
  readonly label: string;
  /** As store-child takes it. */
  readonly market: string;
  /** The last of the panel that is built as a whole, then those that are added. */
  readonly days: readonly string[];
}

export async function benchStore(options: BenchOptions): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  try {
    const rows: string[][] = [];
    let features = 0;
    for await (const { label, market, days } of cases(root, options)) {
      const panels = join(root, 'panels');
      mkdirSync(panels);
      const found = {
        ...(await runOwn('store-child.ts', ['whole', market, panels, days[0]])),
        ...(await runOwn('store-child.ts', ['added', market, panels, ...days.slice(1)])),
      };
      rmSync(panels, { recursive: true });
      rows.push([
        `${label}, ${count(found.codes)} × ${count(found.days)}`,
        count(found.rows),
        seconds(found.whole_s),
        seconds(found.whole_cpu),
        mebibytes(found.whole_peak_kib),
        seconds(found.added_s),
        seconds(found.added_cpu),
        mebibytes(found.added_peak_kib),
        (found.whole_cpu / found.added_cpu).toFixed(0),
        `${found.latest_first_ms.toFixed(1)} ms`,
        `${found.latest_ms.toFixed(3)} ms`,
      ]);
      console.log(`  ${rows.at(-1)!.join('  ')}`);
      features = found.features;
    }
    if (rows.length === 0) return 'Not measured: --only leaves no case.';
    const text =
      `The ${features} features of daily bars; one thread; ${ADDED.generated} days added one after the other (${ADDED.tokyo} to Tokyo), medians. Bars are in memory before the clock ` +
      'starts; recognising the past by its hash is part of it. The ratio is of processor time. The latest rows of all stocks: read from the disk, and held by the host (goal: 5 ms).';
    const header = ['market, stocks × days', 'rows', 'whole', 'CPU', 'peak', 'a day added', 'CPU', 'peak'];
    return [text, table([...header, 'whole / day', 'latest, read', 'held'], rows)].join('\n\n');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function* cases(root: string, options: BenchOptions): AsyncGenerator<Case> {
  if (selected('generated', options))
    for (const length of HISTORIES) {
      const days = Array.from({ length: ADDED.generated + 1 }, (_, i) => String(length - ADDED.generated - 1 + i));
      yield { label: 'generated', market: `generated:${options.stocks ?? STOCKS}x${length}`, days };
    }
  const files = selected('tokyo', options) ? tokyoFiles(options) : undefined;
  if (!files) return;
  const dataset = join(root, 'tokyo');
  await runOwn('import-child.ts', ['phasor', files.bars, dataset, files.listing]);
  const found = await queryBars(dataset, (duck) =>
    duck.rows(`SELECT DISTINCT date FROM read_parquet(${sqlPath(join(dataset, BARS_FILE))}) ORDER BY date`),
  );
  const days = found.map(({ date }) => String(date)).slice(-ADDED.tokyo - 1);
  yield { label: 'Tokyo', market: dataset, days };
}
