// One measurement of the baseline features in a process of its own: read the CSV, compute, z-score by day; the clock starts after
// the imports, as the peer's does. The same rows count as on its side. Usage: node tests/bench/features-child.ts sp500|tokyo PATH
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BarTable } from '../../core/data/bars.ts';
import { Duck } from '../../core/data/duckdb.node.ts';
import { prepareSource } from '../../core/data/source.node.ts';
import { sqlPath } from '../../core/data/sql.ts';
import { featureColumns } from '../../core/features/compute.ts';
import { zScoreByDay } from '../../core/features/cross-section.ts';
import { dayOrder } from '../../core/features/day-order.ts';
import { baselineFeatures } from './baseline-features.ts';
import { peakKib, report } from './measure.ts';

const [kind, path] = process.argv.slice(2);

/** Rows of the CSV that the peer takes: complete ones; of Tokyo, adjusted ones of codes that were liquid until mid 2016. */
function query(csv: string): string {
  if (kind === 'sp500')
    return `SELECT "Name" AS code, date, open, high, low, close, volume
      FROM read_csv(${csv}, types = {'open': 'DOUBLE', 'high': 'DOUBLE', 'low': 'DOUBLE', 'close': 'DOUBLE', 'volume': 'DOUBLE', 'date': 'DATE'})
      WHERE COLUMNS(*) IS NOT NULL`;
  return `WITH raw AS (
      SELECT code, date, open, high, low, close, volume, adj_close, adj_close / close AS f FROM read_csv(${csv}, types = {'code': 'VARCHAR',
        'open': 'DOUBLE', 'high': 'DOUBLE', 'low': 'DOUBLE', 'close': 'DOUBLE', 'volume': 'DOUBLE', 'adj_close': 'DOUBLE', 'date': 'DATE'})
      WHERE close > 0 AND adj_close > 0 AND open > 0),
    liquid AS (
      SELECT code FROM raw WHERE date < DATE '2016-07-01' GROUP BY code
      HAVING median(adj_close * volume / f) > 1e8 AND count(*) > 700)
    SELECT code, date, open * f AS open, high * f AS high, low * f AS low, adj_close AS close, volume / f AS volume
    FROM raw WHERE code IN (FROM liquid)`;
}

async function readBars(): Promise<BarTable> {
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  const duck = await Duck.open({ temporaryFolder });
  try {
    const source = await prepareSource(path, { temporaryFolder, index: 0 });
    await duck.run(`CREATE TABLE bars AS ${query(sqlPath(source.readPath))}`);
    const codes = await duck.rows('SELECT code, count(*) AS rows FROM bars GROUP BY code ORDER BY code');
    const calendar = await duck.rows("SELECT DISTINCT date - DATE '1970-01-01' AS day FROM bars ORDER BY 1");
    const days = Int32Array.from(calendar, ({ day }) => Number(day));
    const indexOf = new Map(Array.from(days, (day, i) => [day, i]));
    const offsets = new Int32Array(codes.length + 1);
    for (const [i, { rows }] of codes.entries()) offsets[i + 1] = offsets[i] + Number(rows);
    const rows = offsets[codes.length];
    const dayIndex = new Int32Array(rows);
    const [open, high, low, close, volume] = Array.from({ length: 5 }, () => new Float64Array(rows));
    let filled = 0;
    const inOrder = `SELECT (date - DATE '1970-01-01')::INTEGER, open, high, low, close, volume FROM bars ORDER BY code, date`;
    await duck.numbers(inOrder, (columns, count) => {
      for (let i = 0; i < count; i++) dayIndex[filled + i] = indexOf.get(columns[0][i])!;
      for (const [c, target] of [open, high, low, close, volume].entries())
        target.set(columns[c + 1].subarray(0, count), filled);
      filled += count;
    });
    const names = codes.map(({ code }) => String(code));
    return { codes: names, sectors: names.map(() => null), days, offsets, dayIndex, open, high, low, close, volume };
  } finally {
    duck.close();
    rmSync(temporaryFolder, { recursive: true });
  }
}

const started = performance.now();
const bars = await readBars();
const read = performance.now();
const order = dayOrder(bars);
const columns: Float32Array[] = [];
for (const [, values] of featureColumns(bars, baselineFeatures)) columns.push(zScoreByDay(values, order));
const done = performance.now();
report({
  rows: order.barRow.length,
  codes: bars.codes.length,
  features: columns.length,
  seconds: (done - started) / 1000,
  read_s: (read - started) / 1000,
  peak_kib: peakKib(),
});
