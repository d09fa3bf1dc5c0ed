// One measurement of our kernels on a dataset's bars in a process of its own: reading the dataset and every column in single precision.
// Usage: node bar-features-child.ts time DATASET NAMES_JSON
//        node bar-features-child.ts values DATASET NAMES_JSON CODES FOLDER    (of the first CODES codes, NAME.f32 each)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBars, readManifest } from '../../core/data/load.node.ts';
import { featureColumns, sparingOrder } from '../../core/features/compute.ts';
import { cpuSeconds, peakKib, report } from './measure.ts';

const [task, dataset, namesFile, codeCount, folder] = process.argv.slice(2);
const names = sparingOrder(JSON.parse(readFileSync(namesFile, 'utf8')) as string[]);

async function time(): Promise<void> {
  const [started, cpu] = [performance.now(), cpuSeconds()];
  const bars = await loadBars(dataset);
  const loaded = performance.now();
  let [features, missing] = [0, 0];
  for (const [name, values] of featureColumns(bars, names)) {
    const column = new Float32Array(values);
    let [sum, known] = [0, 0];
    for (let row = 0; row < column.length; row++) {
      const value = column[row];
      if (Number.isNaN(value)) continue;
      sum += value;
      known++;
    }
    if (!Number.isFinite(sum)) throw new Error(`${name} has no sum`);
    missing += column.length - known;
    features++;
  }
  report({
    rows: bars.close.length,
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
    .codes.slice(0, Number(codeCount))
    .map(({ code }) => code);
  const bars = await loadBars(dataset, { codes });
  for (const [name, column] of featureColumns(bars, names))
    writeFileSync(join(folder, `${name}.f32`), new Float32Array(column));
  report({ rows: bars.close.length });
}

if (task === 'time') await time();
else if (task === 'values') await values();
else throw new Error(`no task ${task}`);
