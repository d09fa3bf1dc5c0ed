// docs/FORMATS.md is the promise to whoever reads our files without us: it names every file, key, type and shape that there is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readNpy } from '../../core/data/npy.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
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
