// Owns turning columns to rows on disk: whole columns go in, in any order, blocks of rows come out, and neither is ever held as a whole.
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFully, writeFully } from './array-file.node.ts';

/** Scratch files, at most: all of them are open while columns are written. */
const MAX_FILES = 128;
const MIN_FILE_ROWS = 16_384;
/** Columns of a file that are in memory at once. */
const READ_BYTES = 64 * 2 ** 20;
/** Rows handed out at a time. */
const BLOCK_ROWS = 8192;
/** Rows that a column is dealt out over before the next column's turn: as many cache lines fit into the first level. */
const TILE_ROWS = 64;
const WIDTH = Float32Array.BYTES_PER_ELEMENT;

export interface ScratchShape {
  /** For its own files, and gone with them. */
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
}

/** Each stretch of rows has a file of its own, [columns, rows of the stretch]. */
function filesOf({ folder, rows }: ScratchShape): { path: string; first: number; count: number }[] {
  const size = Math.max(MIN_FILE_ROWS, Math.ceil(rows / MAX_FILES));
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    path: join(folder, String(i)),
    first: i * size,
    count: Math.min(size, rows - i * size),
  }));
}

/** The files, new and open: any thread of the process may write to them. Whoever opened them closes them once nobody does. */
export function openScratch(shape: ScratchShape): number[] {
  mkdirSync(shape.folder);
  const files: number[] = [];
  try {
    for (const { path } of filesOf(shape)) files.push(openSync(path, 'wx'));
  } catch (error) {
    closeScratch(files);
    throw error;
  }
  return files;
}

export function closeScratch(files: readonly number[]): void {
  for (const file of files) closeSync(file);
}

export class ColumnWriter {
  readonly #shape: ScratchShape;
  readonly #files: { file: number; path: string; first: number; count: number }[];

  /** @param files what openScratch gave for the same shape */
  constructor(shape: ScratchShape, files: readonly number[]) {
    this.#shape = shape;
    this.#files = filesOf(shape).map((each, i) => ({ ...each, file: files[i] }));
  }

  /** @param values [rows] */
  write(column: number, values: Float32Array): void {
    const { columns, rows } = this.#shape;
    if (values.length !== rows || column >= columns) throw new RangeError(`no column ${column}`);
    for (const { file, path, first, count } of this.#files)
      writeFully(file, values.subarray(first, first + count), path, column * count * WIDTH);
  }
}

/**
 * [n, columns], from the first row to the last; each block is valid until the next is asked for. A file is deleted once its rows are out,
 * so that the disk holds little more than the result.
 */
export function* turnColumns(shape: ScratchShape): Generator<Float32Array> {
  const { folder, columns, rows } = shape;
  const files = filesOf(shape);
  const block = new Float32Array(Math.min(BLOCK_ROWS, rows) * columns);
  const most = Math.max(1, Math.floor(READ_BYTES / WIDTH / columns));
  const held = new Float32Array(Math.min(most, files[0]?.count ?? 0) * columns);
  for (const { path, count } of files) {
    const file = openSync(path, 'r');
    try {
      for (let from = 0; from < count; from += most) {
        const size = Math.min(most, count - from);
        if (size === count) readFully(file, held.subarray(0, columns * size), 0, path);
        else
          for (let c = 0; c < columns; c++)
            readFully(file, held.subarray(c * size, (c + 1) * size), (c * count + from) * WIDTH, path);
        for (let first = 0; first < size; first += BLOCK_ROWS) {
          const blockRows = Math.min(BLOCK_ROWS, size - first);
          turn(held, size, first, blockRows, columns, block);
          yield block.subarray(0, blockRows * columns);
        }
      }
    } finally {
      closeSync(file);
    }
    rmSync(path);
  }
  rmSync(folder, { recursive: true });
}

/** out[i, c] = source[c, first + i] for `rows` rows of a [columns, length] matrix. */
function turn(
  source: Float32Array,
  length: number,
  first: number,
  rows: number,
  columns: number,
  out: Float32Array,
): void {
  for (let tile = 0; tile < rows; tile += TILE_ROWS) {
    const end = Math.min(rows, tile + TILE_ROWS);
    for (let c = 0; c < columns; c++) {
      const from = c * length + first;
      for (let i = tile, to = tile * columns + c; i < end; i++, to += columns) out[to] = source[from + i];
    }
  }
}
