// Owns turning columns to rows on disk: whole columns go in, in any order, blocks of rows come out, and neither is ever held as a whole.
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFully, writeFully } from './array-file.node.ts';

/** Scratch files, at most: each is open throughout, and what is not turned yet stands on the disk twice for one of them at a time. */
const MAX_FILES = 128;
const MIN_FILE_ROWS = 16_384;
/** Columns of a file that are in memory at once. */
const READ_BYTES = 64 * 2 ** 20;
/** Rows handed out at a time: few enough that they stay in the cache while every column is dealt out over them. */
const BLOCK_ROWS = 4096;
/** Rows that a column is dealt out over before the next column's turn: as many cache lines fit into the first level. */
const TILE_ROWS = 64;
const WIDTH = Float32Array.BYTES_PER_ELEMENT;

interface Part {
  readonly file: number;
  readonly path: string;
  readonly first: number;
  readonly count: number;
}

/**
 * Holds each stretch of rows in a file of its own, [columns, rows of the stretch]; a file is deleted once its rows are out, so that
 * the disk holds little more than the result.
 */
export class ColumnTurner {
  readonly #columns: number;
  readonly #rows: number;
  readonly #parts: Part[] = [];
  readonly #folder: string;

  /** @param folder for its own files; removed when the rows are out, or by abandon() */
  constructor(folder: string, columns: number, rows: number, fileRows = MIN_FILE_ROWS) {
    this.#columns = columns;
    this.#rows = rows;
    this.#folder = folder;
    mkdirSync(folder);
    const size = Math.max(fileRows, Math.ceil(rows / MAX_FILES));
    for (let first = 0; first < rows; first += size) {
      const path = join(folder, String(this.#parts.length));
      this.#parts.push({ file: openSync(path, 'wx+'), path, first, count: Math.min(size, rows - first) });
    }
  }

  /** @param values [rows] */
  write(column: number, values: Float32Array): void {
    if (values.length !== this.#rows || column >= this.#columns) throw new RangeError(`no column ${column}`);
    for (const { file, first, count } of this.#parts)
      writeFully(file, values.subarray(first, first + count), column * count * WIDTH);
  }

  /** [n, columns], from the first row to the last; each block is valid until the next is asked for. */
  *blocks(): Generator<Float32Array> {
    const columns = this.#columns;
    const block = new Float32Array(Math.min(BLOCK_ROWS, this.#rows) * columns);
    const most = Math.max(1, Math.floor(READ_BYTES / WIDTH / columns));
    const held = new Float32Array(Math.min(most, this.#parts[0]?.count ?? 0) * columns);
    while (this.#parts.length > 0) {
      const { file, path, count } = this.#parts[0];
      for (let from = 0; from < count; from += most) {
        const size = Math.min(most, count - from);
        if (size === count) readFully(file, held.subarray(0, columns * size), 0, path);
        else
          for (let c = 0; c < columns; c++)
            readFully(file, held.subarray(c * size, (c + 1) * size), (c * count + from) * WIDTH, path);
        for (let first = 0; first < size; first += BLOCK_ROWS) {
          const rows = Math.min(BLOCK_ROWS, size - first);
          turn(held, size, first, rows, columns, block);
          yield block.subarray(0, rows * columns);
        }
      }
      this.#parts.shift();
      closeSync(file);
      rmSync(path);
    }
    this.abandon();
  }

  abandon(): void {
    for (const { file } of this.#parts.splice(0)) closeSync(file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
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
