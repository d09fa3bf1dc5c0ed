// Owns memory that several threads see: copies of arrays in it, made once and handed over without being copied again.

type Shareable = Float64Array | Float32Array | Int32Array;

/** The same values in shared memory; the array itself where it lies there already. */
export function shared<A extends Shareable>(values: A): A {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = sharedArray(values.constructor as new (buffer: SharedArrayBuffer) => A, values.length);
  copy.set(values);
  return copy;
}

/** Zeros in shared memory. */
export function sharedArray<A extends Shareable>(type: new (buffer: SharedArrayBuffer) => A, length: number): A {
  const { BYTES_PER_ELEMENT } = type as unknown as { BYTES_PER_ELEMENT: number };
  return new type(new SharedArrayBuffer(length * BYTES_PER_ELEMENT));
}
