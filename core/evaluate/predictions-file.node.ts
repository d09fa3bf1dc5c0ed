// Owns a prediction set on disk: a folder with manifest.json and one .npy file an array, readable from numpy.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { HORIZONS, QUANTILES } from '../data/horizons.ts';
import type { NpyArray } from '../data/npy.ts';
import { readNpy, writeNpy } from '../data/npy.node.ts';
import type { PredictionSet } from './predictions.ts';

const SCHEMA = 1;

interface Manifest {
  schema: number;
  codes: string[];
  horizons: PredictionSet['horizons'];
  quantiles: PredictionSet['quantiles'];
}

/** Writes the folder whole or not at all, replacing an earlier one. */
export async function writePredictions(folder: string, set: PredictionSet): Promise<void> {
  const rows = set.stock.length;
  const { codes, horizons, quantiles } = set;
  await writeFolderAtomic(folder, (temporary) => {
    writeFileSync(
      join(temporary, 'manifest.json'),
      `${JSON.stringify({ schema: SCHEMA, horizons, quantiles, codes })}\n`,
    );
    const write = (name: string, values: Int32Array | Float32Array, shape?: number[]): void =>
      writeNpy(join(temporary, name), values as NpyArray, shape);
    write('days.npy', set.days);
    write('day_offsets.npy', set.dayOffsets);
    write('stock.npy', set.stock);
    write('predicted.npy', set.predicted, [rows, horizons.length, quantiles.length]);
    write('realised.npy', set.realised, [rows, horizons.length]);
  });
}

/**
 * @throws input/file-not-found when there is no such folder
 * @throws data/damaged-array, data/damaged-predictions when a file is cut off or the files do not fit each other
 */
export function readPredictions(folder: string): PredictionSet {
  const manifestPath = join(folder, 'manifest.json');
  if (!existsSync(manifestPath)) throw new AppError('input/file-not-found', { path: manifestPath });
  const manifest = readManifest(folder, manifestPath);
  const { codes, horizons, quantiles } = manifest;
  const days = read(folder, 'days.npy', Int32Array);
  const dayOffsets = read(folder, 'day_offsets.npy', Int32Array, [days.length + 1]);
  const stock = read(folder, 'stock.npy', Int32Array);
  const rows = stock.length;
  const predicted = read(folder, 'predicted.npy', Float32Array, [rows, horizons.length, quantiles.length]);
  const realised = read(folder, 'realised.npy', Float32Array, [rows, horizons.length]);
  const ordered = dayOffsets[0] === 0 && dayOffsets[days.length] === rows && ascends(days, 1) && ascends(dayOffsets, 0);
  if (!ordered || stock.some((index) => index < 0 || index >= codes.length))
    throw new AppError('data/damaged-predictions', { folder });
  return { days, dayOffsets, stock, codes, horizons, quantiles, predicted, realised };
}

function readManifest(folder: string, path: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (error) {
    throw new AppError('data/damaged-predictions', { folder }, error);
  }
  const known = (values: unknown, all: readonly number[]): boolean =>
    Array.isArray(values) && values.length > 0 && values.every((value) => all.includes(value as number));
  const fits =
    manifest?.schema === SCHEMA &&
    Array.isArray(manifest.codes) &&
    known(manifest.horizons, HORIZONS) &&
    known(manifest.quantiles, QUANTILES);
  if (!fits) throw new AppError('data/damaged-predictions', { folder });
  return manifest;
}

function read<T extends Int32Array | Float32Array>(
  folder: string,
  name: string,
  TypedArray: new (...args: never[]) => T,
  shape?: number[],
): T {
  const path = join(folder, name);
  if (!existsSync(path)) throw new AppError('data/damaged-predictions', { folder });
  const found = readNpy(path);
  const fits = found.values instanceof TypedArray && (!shape || shape.join() === found.shape.join());
  if (!fits) throw new AppError('data/damaged-predictions', { folder });
  return found.values as T;
}

function ascends(values: Int32Array, least: number): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] - values[i - 1] < least) return false;
  return true;
}
