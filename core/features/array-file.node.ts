// Owns .npy files read by row range and written in pieces: what does not fit into memory never has to.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { naming } from '../base/system-errors.ts';
import { decodeNpyHeader, encodeNpyHeader, NPY_DTYPES, type NpyDtype } from '../data/npy.ts';

const HEADER_READ = 4096;
/** One system call moves less than 2 GiB. */
const MAX_TRANSFER = 1 << 30;

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Fills the whole of `target` from byte `from` of an open file on. @throws data/damaged-array naming `path` where the file ends before */
export function readFully(file: number, target: ArrayBufferView, from: number, path: string): void {
  const bytes = bytesOf(target);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, Math.min(bytes.length - done, MAX_TRANSFER), from + done);
    if (read === 0) throw new AppError('data/damaged-array', { file: path });
    done += read;
  }
}

/** Writes the whole of `values` at byte `at`, or where the file stands. @param path of the file, for messages */
export function writeFully(file: number, values: ArrayBufferView, path: string, at?: number): void {
  naming(path, () => writeBytes(file, bytesOf(values), at));
}

function writeBytes(file: number, bytes: Uint8Array, at?: number): void {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, MAX_TRANSFER);
    done += writeSync(file, bytes, done, length, at === undefined ? null : at + done);
  }
}

/** An open .npy file of known type and shape; rows are its first dimension. */
export class ArrayFile {
  readonly #file: number;
  readonly #path: string;
  readonly #dataOffset: number;
  readonly #rowBytes: number;

  /** @throws data/damaged-array when header, type, shape or size is not what the caller expects */
  constructor(path: string, dtype: NpyDtype, shape: readonly number[]) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'r');
    } catch (cause) {
      throw new AppError('data/damaged-array', { file: path }, cause);
    }
    const head = new Uint8Array(HEADER_READ);
    const header = decodeNpyHeader(head.subarray(0, readSync(this.#file, head, 0, HEADER_READ, 0)));
    const rowBytes = shape.slice(1).reduce((product, size) => product * size, NPY_DTYPES[dtype].BYTES_PER_ELEMENT);
    if (
      header?.dtype !== dtype ||
      header.shape.join() !== shape.join() ||
      fstatSync(this.#file).size !== header.dataOffset + shape[0] * rowBytes
    ) {
      closeSync(this.#file);
      throw new AppError('data/damaged-array', { file: path });
    }
    this.#dataOffset = header.dataOffset;
    this.#rowBytes = rowBytes;
  }

  /** Fills the whole of `target` with rows from `first` on. */
  read(first: number, target: ArrayBufferView): void {
    readFully(this.#file, target, this.#dataOffset + first * this.#rowBytes, this.#path);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Writes a .npy file piece by piece and hashes it on the way. */
export class ArrayWriter {
  readonly #file: number;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  readonly #expected: number;
  #bytes = 0;

  constructor(path: string, dtype: NpyDtype, shape: readonly number[]) {
    this.#path = path;
    this.#file = openSync(path, 'w');
    const header = encodeNpyHeader(dtype, shape);
    this.#expected = shape.reduce((product, size) => product * size, NPY_DTYPES[dtype].BYTES_PER_ELEMENT);
    this.#expected += header.length;
    this.#append(header);
  }

  append(values: ArrayBufferView): void {
    this.#append(bytesOf(values));
  }

  #append(bytes: Uint8Array): void {
    writeFully(this.#file, bytes, this.#path);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Syncs and closes. */
  finish(): { bytes: number; sha256: string } {
    if (this.#bytes !== this.#expected) throw new RangeError(`wrote ${this.#bytes} of ${this.#expected} bytes`);
    naming(this.#path, () => fsyncSync(this.#file));
    closeSync(this.#file);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes without the promise of a whole file; for use after a failure. */
  abandon(): void {
    closeSync(this.#file);
  }
}

/** Writes one array as a whole. */
export function writeArray(
  path: string,
  dtype: NpyDtype,
  shape: readonly number[],
  values: ArrayBufferView,
): { bytes: number; sha256: string } {
  const writer = new ArrayWriter(path, dtype, shape);
  try {
    writer.append(values);
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
