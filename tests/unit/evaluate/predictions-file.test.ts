import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeNpy } from '../../../core/data/npy.node.ts';
import { readPredictions, writePredictions } from '../../../core/evaluate/predictions-file.node.ts';
import { plantedPredictions } from './make-predictions.ts';

let root: string;
let folder: string;
const set = plantedPredictions({ days: 5, stocks: 4 });

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'phasor-predictions-'));
  folder = join(root, 'predictions');
  await writePredictions(folder, set);
});
afterEach(() => rmSync(root, { recursive: true }));

test('what is written is read back, and nothing temporary stays', () => {
  expect(readPredictions(folder)).toEqual(set);
  expect(readdirSync(root)).toEqual(['predictions']);
});

test('a second writing replaces the first', async () => {
  const other = plantedPredictions({ days: 3, stocks: 6, seed: 8 });
  await writePredictions(folder, other);
  expect(readPredictions(folder)).toEqual(other);
});

test.each(['days', 'day_offsets', 'stock', 'predicted', 'realised'])('%s.npy cut off or gone is said so', (name) => {
  const path = join(folder, `${name}.npy`);
  truncateSync(path, 130);
  expect(() => readPredictions(folder)).toThrow(/damaged/);
  rmSync(path);
  expect(() => readPredictions(folder)).toThrow(/damaged or incomplete/);
});

test('files that do not fit each other are refused', () => {
  writeNpy(
    join(folder, 'stock.npy'),
    Int32Array.from(set.stock, () => 99),
  );
  expect(() => readPredictions(folder)).toThrow(/damaged or incomplete/);
});

test('a damaged manifest is refused, a missing folder is named', () => {
  writeFileSync(join(folder, 'manifest.json'), '{"schema": 1');
  expect(() => readPredictions(folder)).toThrow(/damaged or incomplete/);
  writeFileSync(join(folder, 'manifest.json'), '{"schema":1,"codes":[],"horizons":[99],"quantiles":[0.5]}');
  expect(() => readPredictions(folder)).toThrow(/damaged or incomplete/);
  expect(() => readPredictions(join(root, 'nowhere'))).toThrow(/no file at .*nowhere/);
});
