// docs/FORMATS.md is the promise to whoever reads our files without us: it names every file, key, type and shape that there is.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Duck } from '../../core/data/duckdb.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { readNpy } from '../../core/data/npy.node.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { buildOrExtend } from '../../core/features/store/build.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { randomBars } from '../support/random-bars.ts';
import { until } from '../support/until.ts';
import { buildSmallPanel, oneThread, phases, recorder, temporaryFolder, TINY_MODEL } from '../support/training.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/FORMATS.md'), 'utf8');
/** Of each section, from its heading to the next. */
const section = (title: string): string => page.split(/^## /m).find((text) => text.startsWith(title))!;

let panel: string;
const run = temporaryFolder('run');

beforeAll(async () => {
  ({ folder: panel } = await buildSmallPanel({ stocks: 24, days: 220 }));
  const plan = phases(['phase0_baseline'], [...TINY_MODEL, 'train.max_epochs=1']);
  await runTraining({ run: 'run', panel, folder: run, phases: plan }, recorder(), oneThread);
});

test.each([
  ['Panel', () => panel],
  ['Checkpoint', () => join(run, 'phase0_baseline', 'best')],
  ['Predictions', () => join(run, 'predictions', 'phase0_baseline')],
])('%s: every file is named, arrays with their type and number of dimensions', (title, folder) => {
  const text = section(title);
  const files = readdirSync(folder(), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  expect(files.length).toBeGreaterThan(4);
  let arrays = 0;
  for (const file of files.map((name) => name.replaceAll('\\', '/'))) {
    expect(text, file).toContain(`\`${file}\``);
    const [, dtype, shape] = new RegExp(`^\\| \`${file}\` +\\| (\\w+) +\\| \\[([^\\]]*)\\]`, 'm').exec(text) ?? [];
    if (dtype === undefined) continue;
    const found = readNpy(join(folder(), file));
    expect(found.values.constructor.name.toLowerCase(), file).toBe(`${dtype}array`);
    expect(found.shape.length, file).toBe(shape.split(',').length);
    arrays++;
  }
  expect(arrays).toBe(title === 'Checkpoint' ? 0 : files.filter((name) => name.endsWith('.npy')).length);
});

test.each([
  ['Panel', () => join(panel, 'manifest.json')],
  ['Checkpoint', () => join(run, 'phase0_baseline', 'best', 'checkpoint.json')],
  ['Predictions', () => join(run, 'predictions', 'phase0_baseline', 'manifest.json')],
])('%s: every key of the manifest is named', (title, path) => {
  const keys = Object.keys(JSON.parse(readFileSync(path(), 'utf8')) as object).filter((key) => key !== 'schema');
  expect(keys.length).toBeGreaterThan(2);
  for (const key of keys) expect(section(title)).toContain(`\`${key}\``);
});

test('Panel: days that were added stand where the page says', async () => {
  const root = temporaryFolder('added');
  const bars = randomBars({ stocks: 12, days: 120, seed: 3 });
  const build = (lastDay: number) =>
    buildOrExtend({
      bars: until(bars, lastDay),
      dataHash: String(lastDay),
      features: ['return_5', 'market_trend_20'],
      folder: join(root, String(lastDay)),
    });
  await build(110);
  const { manifest } = await build(119);
  const folder = join(root, '119');
  const text = section('Panel');
  for (const key of Object.keys(JSON.parse(readFileSync(join(folder, 'store.json'), 'utf8')) as object))
    if (key !== 'schema') expect(text, key).toContain(`\`${key}\``);
  const parts = manifest.parts!['features.npy'];
  expect(parts.map(({ file }) => file)).toEqual(['features.npy', 'features.1.npy']);
  for (const key of Object.keys(parts[0])) expect(text, key).toContain(`\`${key}\``);

  // As the page's script reads them: of each file the rows that count, one after the other.
  const whole = join(root, 'whole');
  await buildPanel({ bars, dataHash: '119', features: ['return_5', 'market_trend_20'], folder: whole });
  for (const [name, files] of Object.entries(manifest.parts!)) {
    const { values, shape } = readNpy(join(whole, name));
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    const joined = files.flatMap(({ file, held, rows }) => {
      const part = readNpy(join(folder, file));
      expect(part.shape, file).toEqual([held, ...shape.slice(1)]);
      return Array.from(part.values.subarray(0, rows * width) as Float32Array);
    });
    expect(joined, name).toEqual(Array.from(values as Float32Array));
  }
});

test('Dataset: every column of the bars is named', async () => {
  const outFolder = temporaryFolder('dataset');
  const csv = join(temporaryFolder('csv'), 'bars.csv');
  writeFileSync(csv, 'date,code,open,high,low,close,volume\n2024-01-04,A,1,2,1,2,100\n2024-01-05,A,2,2,1,1,100\n');
  await importBars({ files: [csv], name: 'small', outFolder: join(outFolder, 'v1') });
  const duck = await Duck.open();
  const columns = await duck.rows(`DESCRIBE SELECT * FROM '${join(outFolder, 'v1', 'bars.parquet')}'`);
  duck.close();
  expect(columns.length).toBeGreaterThan(7);
  for (const { column_name: name } of columns) expect(section('Dataset'), String(name)).toContain(`\`${name}\``);
});
