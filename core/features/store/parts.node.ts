// Owns arrays of a panel that stand in several .npy files: days that were added to a panel stand in files of their own, while those of
// the panel that they were added to are shared with it.
import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, linkSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { NpyDtype } from '../../data/npy.ts';
import { ArrayFile, ArrayWriter } from '../array-file.node.ts';
import type { PanelManifest } from '../panel.ts';

/** Rows are an array's first dimension. */
export interface ArraySource {
  /** Fills the whole of `target` with rows from `first` on. */
  read(first: number, target: ArrayBufferView): void;
  close(): void;
}

export type Part = NonNullable<PanelManifest['parts']>[string][number];

/** Rows read and written at a time where parts are joined. */
const BLOCK_BYTES = 8 * 2 ** 20;

/** @param name with its ending @throws data/damaged-array when a file is not what the manifest says */
export function openPanelArray(
  folder: string,
  manifest: Pick<PanelManifest, 'parts'>,
  name: string,
  dtype: NpyDtype,
  shape: readonly number[],
): ArraySource {
  const parts = manifest.parts?.[name];
  return parts
    ? new PartedArray(folder, parts, dtype, shape.slice(1))
    : new ArrayFile(join(folder, name), dtype, shape);
}

class PartedArray implements ArraySource {
  readonly #files: ArrayFile[] = [];
  /** First row of each part, and behind the last. */
  readonly #firsts = [0];
  readonly #rowBytes: number;

  constructor(folder: string, parts: readonly Part[], dtype: NpyDtype, row: readonly number[]) {
    this.#rowBytes = row.reduce((product, size) => product * size, 4);
    try {
      for (const { file, held, rows } of parts) {
        this.#files.push(new ArrayFile(join(folder, file), dtype, [held, ...row]));
        this.#firsts.push(this.#firsts.at(-1)! + rows);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  read(first: number, target: ArrayBufferView): void {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    let part = 0;
    for (let done = 0, row = first; done < bytes.length; ) {
      while (part + 1 < this.#files.length && row >= this.#firsts[part + 1]) part++;
      const left = part + 1 < this.#files.length ? (this.#firsts[part + 1] - row) * this.#rowBytes : bytes.length;
      const length = Math.min(bytes.length - done, left);
      this.#files[part].read(row - this.#firsts[part], bytes.subarray(done, done + length));
      done += length;
      row = this.#firsts[part + 1];
    }
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

/** A panel that stands, and where. */
export interface Base {
  readonly folder: string;
  readonly manifest: PanelManifest;
}

/**
 * What of an array holds rows from `first` on has to be what was written. Whoever shares a file takes its hash along, and a reader finds out;
 * what is copied or computed from damaged rows would get a hash of its own and pass for sound.
 * @throws data/damaged-panel, data/damaged-array
 */
export function requireUnchanged({ folder, manifest }: Base, name: string, first: number): void {
  let row = 0;
  for (const { file, rows } of manifest.parts?.[name] ?? [{ file: name, rows: Number.POSITIVE_INFINITY }]) {
    row += rows;
    if (row > first && hashWhole(join(folder, file)) !== manifest.files[file]?.sha256)
      throw new AppError('data/damaged-panel', { folder, file, problem: 'has other content than was written' });
  }
}

/** @throws data/damaged-array where it is gone */
function hashWhole(path: string): string {
  const hash = createHash('sha256');
  const block = new Uint8Array(BLOCK_BYTES);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new AppError('data/damaged-array', { file: path }, cause);
  }
  try {
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) hash.update(block.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** An array of one panel, to be continued in another. */
export interface Continued {
  readonly name: string;
  readonly dtype: '<i4' | '<f4';
  /** Of a row. */
  readonly row: readonly number[];
  /** Rows of the base that stay as they are. */
  readonly kept: number;
  /** What follows them, [rows, ...row]. */
  readonly added: Int32Array | Float32Array;
}

/**
 * Writes `added` behind the kept rows of the base's array. Files of the base are shared by hard link (copied where the disk knows none);
 * its last parts are joined with what is added while they are less than twice as long, so that there are few parts and each row is
 * written a few times at most.
 * @returns what the manifest says of it
 */
export function continueArray(
  base: Base,
  folder: string,
  { name, dtype, row, kept, added }: Continued,
): { parts: Part[]; files: PanelManifest['files'] } {
  const { manifest } = base;
  const width = row.reduce((product, size) => product * size, 1);
  const old = manifest.parts?.[name] ?? [
    { file: name, held: wholeRows(manifest, name), rows: wholeRows(manifest, name) },
  ];
  const parts = truncated(old, kept);
  let joined = kept;
  let rows = added.length / width;
  while (parts.length > 0 && rows > 0 && parts.at(-1)!.rows < 2 * rows) {
    const { rows: taken } = parts.pop()!;
    joined -= taken;
    rows += taken;
  }
  const files: PanelManifest['files'] = {};
  for (const { file } of parts) {
    shareFile(join(base.folder, file), join(folder, file));
    files[file] = manifest.files[file];
  }
  if (rows > 0) {
    const file = freeName(name, parts);
    const writer = new ArrayWriter(join(folder, file), dtype, [rows, ...row]);
    try {
      if (joined < kept) copyRows(base, { name, dtype, row }, joined, kept, writer);
      writer.append(added);
      files[file] = writer.finish();
    } catch (error) {
      writer.abandon();
      throw error;
    }
    parts.push({ file, held: rows, rows });
  }
  return { parts, files };
}

function copyRows(
  { folder, manifest }: Base,
  { name, dtype, row }: Pick<Continued, 'name' | 'dtype' | 'row'>,
  first: number,
  end: number,
  writer: ArrayWriter,
): void {
  requireUnchanged({ folder, manifest }, name, first);
  const width = row.reduce((product, size) => product * size, 1);
  const block = Math.max(1, Math.floor(BLOCK_BYTES / 4 / width));
  const source = openPanelArray(folder, manifest, name, dtype, [wholeRows(manifest, name), ...row]);
  try {
    for (let at = first; at < end; at += block) {
      const values = new Int32Array(Math.min(block, end - at) * width); // bits, whatever the type
      source.read(at, values);
      writer.append(values);
    }
  } finally {
    source.close();
  }
}

/** Rows of an array as its manifest has them. */
function wholeRows({ rows, graph }: PanelManifest, name: string): number {
  return name.startsWith('graph/') ? graph.snapshots : rows;
}

/** The first `rows` rows. */
function truncated(parts: readonly Part[], rows: number): Part[] {
  const kept: Part[] = [];
  let left = rows;
  for (const part of parts) {
    if (left === 0) break;
    kept.push({ ...part, rows: Math.min(part.rows, left) });
    left -= kept.at(-1)!.rows;
  }
  return kept;
}

/** features.npy for the first part, features.1.npy, features.2.npy ... for those behind it. */
function freeName(name: string, parts: readonly Part[]): string {
  const used = new Set(parts.map(({ file }) => file));
  for (let number = 0; ; number++) {
    const file = number === 0 ? name : name.replace(/\.npy$/, `.${number}.npy`);
    if (!used.has(file)) return file;
  }
}

function shareFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!existsSync(from)) throw new AppError('data/damaged-array', { file: from }, error); // the base was deleted meanwhile
    // A file system without hard links says so in many ways (EISDIR on Windows), or there are too many of them: a copy is as good, or fails by itself.
    copyFileSync(from, to);
  }
}
