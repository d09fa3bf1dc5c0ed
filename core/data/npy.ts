// Owns the .npy format (numpy 1.0, C order, little endian): header text and its reading. Bytes are moved by npy.node.ts.
export const NPY_DTYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
  '|u1': Uint8Array,
} as const;
export type NpyDtype = keyof typeof NPY_DTYPES;
export type NpyArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export interface NpyHeader {
  dtype: NpyDtype;
  shape: number[];
  /** Bytes before the first value. */
  dataOffset: number;
}

/** Header bytes, padded with spaces to a multiple of 64 as numpy does. */
export function encodeNpyHeader(dtype: NpyDtype, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  let text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  text = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n';
  const bytes = new Uint8Array(10 + text.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}

/** @returns undefined when the bytes are no .npy file that this product writes. */
export function decodeNpyHeader(bytes: Uint8Array): NpyHeader | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x93 || bytes[1] !== 0x4e || bytes[6] !== 1) return undefined;
  const length = bytes[8] | (bytes[9] << 8);
  const text = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  const found = /'descr':\s*'([^']+)',\s*'fortran_order':\s*False,\s*'shape':\s*\(([^)]*)\)/.exec(text);
  if (!found || !(found[1] in NPY_DTYPES)) return undefined;
  const shape = found[2]
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  return { dtype: found[1] as NpyDtype, shape, dataOffset: 10 + length };
}
