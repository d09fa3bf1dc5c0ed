// One import of daily bars in a process of its own: by the product with all its checks, or by DuckDB alone, the plain way.
// Usage: node import-child.ts phasor CSV FOLDER [SECTORS]
//        node import-child.ts duckdb CSV FOLDER CODE_COLUMN
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { importBars } from '../../core/data/import.node.ts';
import { BARS_FILE } from '../../core/data/load.node.ts';
import { sqlName, sqlPath, sqlText } from '../../core/data/sql.ts';
import { cpuSeconds, peakKib, report } from './measure.ts';

const [task, csv, folder, last] = process.argv.slice(2);
const [started, cpu] = [performance.now(), cpuSeconds()];
const secondsSince = (from: number): number => (performance.now() - from) / 1000;

/** Stages are timed from their first report to the next stage's. */
async function phasor(): Promise<Record<string, number>> {
  const stages: Record<string, number> = {};
  let [current, from] = ['prepare', started];
  const end = (next: string): void => {
    const name = `${current}_s`;
    stages[name] = (stages[name] ?? 0) + secondsSince(from);
    [current, from] = [next, performance.now()];
  };
  const { rows, findings } = await importBars({
    files: [csv],
    name: 'bench',
    outFolder: folder,
    sectorFile: last,
    onProgress: ({ stage }) => end(stage),
  });
  end('');
  return { rows, findings: findings.length, ...stages };
}

async function duckdb(): Promise<Record<string, number>> {
  mkdirSync(folder);
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: join(folder, 'spilled') });
  const connection = await instance.connect();
  const names = (await connection.run(`FROM read_csv(${sqlPath(csv)}, all_varchar = true) LIMIT 0`)).columnNames();
  // Types of numbers are given: seen from the first rows alone, prices are whole numbers.
  const typeOf = (name: string): string => (name === last ? 'VARCHAR' : name === 'date' ? 'DATE' : 'DOUBLE');
  const types = names.map((name) => `${sqlText(name)}: '${typeOf(name)}'`).join(', ');
  const copied = await connection.run(`COPY (FROM read_csv(${sqlPath(csv)}, types = {${types}})
    ORDER BY ${sqlName(last)}, date) TO ${sqlText(join(folder, BARS_FILE))} (FORMAT parquet, COMPRESSION zstd)`);
  const { rowsChanged } = copied;
  connection.closeSync();
  instance.closeSync();
  return { rows: rowsChanged };
}

if (task !== 'phasor' && task !== 'duckdb') throw new Error(`no task ${task}`);
const figures = await (task === 'phasor' ? phasor() : duckdb());
report({ ...figures, seconds: secondsSince(started), cpu_s: cpuSeconds() - cpu, peak_kib: peakKib() });
