// Imports: rows a second from a CSV to sorted Parquet, with all of the product's checks, beside DuckDB and Polars doing it the plain way.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duck } from '../../core/data/duckdb.node.ts';
import { BARS_FILE } from '../../core/data/load.node.ts';
import { sqlName, sqlText } from '../../core/data/sql.ts';
import { writeMarketCsv } from './generated-market.ts';
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
import { runPolars } from './peer.ts';

const GENERATED = { stocks: 800, days: 1250 };
const STAGES = ['prepare', 'read', 'check', 'repair', 'store'] as const;

interface Market {
  readonly label: string;
  readonly csv: string;
  /** Name of the column that holds the codes. */
  readonly code: string;
  readonly sectors?: string;
}
type Figures = Record<string, number>;

export async function benchImport(options: BenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  try {
    const rows: string[][] = [];
    const stages: string[][] = [];
    for (const market of markets(folder, options)) {
      const measured = await importAll(market, folder, options);
      rows.push(...measured.rows);
      stages.push(measured.stages);
    }
    if (rows.length === 0) return 'Not measured: --only leaves no case.';
    return [
      `From one CSV to Parquet (zstd) in the order of code and date; medians of ${counted(options.rounds, 'round')}, taking turns, each in a process of its own, clocks started after ` +
        'its imports. Phasor decides types on the whole file, hashes it, runs all of its checks, joins sectors where there is a listing, and hashes the values stored; DuckDB and Polars are told ' +
        'the types, and read, sort and write. DuckDB may use most of the memory, Phasor limits the one in it to 1,500 MB. All use every core. Rows and sums of closes of the three files are the same. ' +
        'Ratios above 1: the peer takes longer, or more processor time.',
      table(['market', 'by', 'time', 'rows/s', 'CPU', 'peak', 'ratio', 'of CPU'], rows),
      'Where the time of Phasor’s import goes: unpacking and hashing the file, reading it twice (once to decide, once to keep), checks, writing.',
      table(['market', ...STAGES.filter((stage) => stage !== 'repair'), 'findings'], stages),
    ].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* markets(folder: string, options: BenchOptions): Generator<Market> {
  if (selected('generated', options)) {
    const csv = join(folder, 'generated.csv');
    writeMarketCsv(csv, { ...GENERATED, stocks: options.stocks ?? GENERATED.stocks });
    yield { label: 'generated', csv, code: 'code' };
    rmSync(csv);
  }
  const real = [
    {
      kind: 'sp500',
      label: 'S&P 500 (.gz)',
      csv: 'sp500_5yr/all_stocks_5yr.csv.gz',
      code: 'Name',
      sectors: 'sp500_5yr/ticker_sector.csv',
    },
    {
      kind: 'tokyo',
      label: 'Tokyo (.zst)',
      csv: 'jp_tse_daily/tse_daily_all_2013_2018.csv.zst',
      code: 'code',
      sectors: 'jp_tse_daily/listed_info_20230314.csv',
    },
  ];
  for (const { kind, label, csv, code, sectors } of real) {
    if (!selected(kind, options)) continue;
    const path = join(options.data ?? '', csv);
    if (options.data === undefined || !existsSync(path))
      console.log(`  ${label} left out: say --data FOLDER, which holds ${csv}`);
    else yield { label, csv: path, code, sectors: join(options.data, sectors) };
  }
}

async function importAll(
  { label, csv, code, sectors }: Market,
  folder: string,
  options: BenchOptions,
): Promise<{ rows: string[][]; stages: string[] }> {
  const [ours, duckdb, polars]: Figures[][] = [[], [], []];
  const [dataset, plain, python] = ['dataset', 'plain', 'polars'].map((name) => join(folder, name));
  for (let round = 0; round < options.rounds; round++) {
    ours.push(await runOwn('import-child.ts', ['phasor', csv, dataset, ...(sectors ? [sectors] : [])]));
    duckdb.push(await runOwn('import-child.ts', ['duckdb', csv, plain, code]));
    const theirs = await runPolars('import_bars.py', [csv, `${python}.parquet`, code], options);
    if (theirs) polars.push(theirs);
    if (round === 0)
      await requireSame([
        { file: join(dataset, BARS_FILE), code: 'code' },
        { file: join(plain, BARS_FILE), code },
        ...(theirs ? [{ file: `${python}.parquet`, code }] : []),
      ]);
    for (const written of [dataset, plain, `${python}.parquet`]) rmSync(written, { recursive: true, force: true });
  }
  const all = (figures: Figures[], name: string): number[] => figures.map((each) => each[name]);
  const middle = (figures: Figures[], name: string): number => median(all(figures, name));
  const bytes = `${(statSync(csv).size / 1e6).toFixed(0)} MB`;
  const row = (by: string, figures: Figures[]): string[] => [
    `${label}, ${count(ours[0].rows)} rows, ${bytes}`,
    by,
    seconds(middle(figures, 'seconds')),
    count(figures[0].rows / middle(figures, 'seconds')),
    seconds(middle(figures, 'cpu_s')),
    mebibytes(Math.max(...all(figures, 'peak_kib'))),
    ...['seconds', 'cpu_s'].map((name) => (figures === ours ? '' : ratioOf(all(ours, name), all(figures, name)))),
  ];
  const rows = [row('Phasor, all checks', ours), row('DuckDB', duckdb)];
  rows.push(polars.length > 0 ? row('Polars', polars) : [rows[0][0], 'Polars', 'not measured', '', '', '', '', '']);
  for (const line of rows) console.log(`  ${line.join('  ')}`);
  const stages = STAGES.filter((stage) => stage !== 'repair').map((stage) => seconds(middle(ours, `${stage}_s`)));
  return { rows, stages: [label, ...stages, count(ours[0].findings)] };
}

/** A peer that keeps other rows is no peer. */
async function requireSame(files: readonly { file: string; code: string }[]): Promise<void> {
  const duck = await Duck.open();
  try {
    const found: string[] = [];
    for (const { file, code } of files) {
      const { rows, codes, closes } = await duck.row(
        `SELECT count(*) AS rows, count(DISTINCT ${sqlName(code)}) AS codes, fsum(close) AS closes FROM read_parquet(${sqlText(file)})`,
      );
      found.push(`${rows} rows of ${codes} codes, closes ${Number(closes).toPrecision(10)}`);
    }
    if (new Set(found).size > 1) throw new Error(`not the same bars: ${found.join('; ')}`);
  } finally {
    duck.close();
  }
}
