// One measurement of our kernels on a dataset's bars in a process of its own: reading the dataset and every column in single precision.
// Usage: node bar-features-child.ts time DATASET NAMES_JSON THREADS     (1: its own; 0: as many as a panel of that size is built on)
//        node bar-features-child.ts values DATASET NAMES_JSON CODES FOLDER    (of the first CODES codes, NAME.f32 each)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBars, readManifest } from '../../core/data/load.node.ts';
import { featureColumns, sparingOrder } from '../../core/features/compute.ts';
import { columnsOnThreads, columnThreads } from '../../core/features/column-threads.node.ts';
import { countMissing } from './column-sum.ts';
import { cpuSeconds, peakKib, report } from './measure.ts';

const THREAD = new URL('./bar-features-thread.ts', import.meta.url);

const [task, dataset, namesFile, number, folder] = process.argv.slice(2);
const names = sparingOrder(JSON.parse(readFileSync(namesFile, 'utf8')) as string[]);

async function time(): Promise<void> {
  const [started, cpu] = [performance.now(), cpuSeconds()];
  const bars = await loadBars(dataset);
  const loaded = performance.now();
  const rows = bars.close.length;
  const threads = Number(number) || columnThreads(rows);
  let [features, missing] = [0, 0];
  const onColumn = (_: string, without: number): void => {
    missing += without;
    features++;
  };
  if (threads > 1) await columnsOnThreads({ entry: THREAD, settings: undefined, names, bars, threads, onColumn });
  else for (const [name, values] of featureColumns(bars, names)) onColumn(name, countMissing(name, values));
  report({
    rows,
    threads,
    features,
    missing,
    seconds: (performance.now() - started) / 1000,
    load_s: (loaded - started) / 1000,
    cpu_s: cpuSeconds() - cpu,
    peak_kib: peakKib(),
  });
}

async function values(): Promise<void> {
  const codes = readManifest(dataset)
    .codes.slice(0, Number(number))
    .map(({ code }) => code);
  const bars = await loadBars(dataset, { codes });
  for (const [name, column] of featureColumns(bars, names))
    writeFileSync(join(folder, `${name}.f32`), new Float32Array(column));
  report({ rows: bars.close.length });
}

if (task === 'time') await time();
else if (task === 'values') await values();
else throw new Error(`no task ${task}`);
