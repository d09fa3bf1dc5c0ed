// Owns reading and writing whole .npy files.
import { readFileSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { decodeNpyHeader, encodeNpyHeader, NPY_DTYPES, type NpyArray, type NpyDtype } from './npy.ts';

function dtypeOf(values: NpyArray): NpyDtype {
  for (const [dtype, TypedArray] of Object.entries(NPY_DTYPES))
    if (values instanceof TypedArray) return dtype as NpyDtype;
  throw new TypeError('unreachable: NpyArray has a dtype');
}

export function writeNpy(path: string, values: NpyArray, shape: readonly number[] = [values.length]): void {
  writeFileAtomic(
    path,
    encodeNpyHeader(dtypeOf(values), shape),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}

/** @throws data/damaged-array when the file is cut off or is not .npy */
export function readNpy(path: string): { values: NpyArray; shape: number[] } {
  const bytes = readFileSync(path);
  const header = decodeNpyHeader(bytes);
  if (!header) throw new AppError('data/damaged-array', { file: path });
  const TypedArray = NPY_DTYPES[header.dtype];
  const count = header.shape.reduce((product, size) => product * size, 1);
  const data = bytes.subarray(header.dataOffset);
  if (data.byteLength !== count * TypedArray.BYTES_PER_ELEMENT)
    throw new AppError('data/damaged-array', { file: path });
  const copy = new Uint8Array(data); // aligned for the typed array
  return { values: new TypedArray(copy.buffer as never, 0, count) as NpyArray, shape: header.shape };
}
