// Owns memory that several threads see: copies of arrays in it, made once and handed over without being copied again.

type Shareable = Float64Array | Float32Array | Int32Array;

/** The same values in shared memory; the array itself where it lies there already. */
export function shared<A extends Shareable>(values: A): A {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = sharedArray(values.constructor as new (buffer: SharedArrayBuffer) => A, values.length);
  copy.set(values);
  return copy;
}

/**
 * The same record with the arrays of numbers in it, and in the records within it, in shared memory. An array that stands at several places is
 * copied once.
 */
export function sharedWithin<T extends object>(record: T, copies = new Map<Shareable, Shareable>()): T {
  const moved = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if (!ArrayBuffer.isView(value)) return sharedWithin(value, copies);
    const array = value as Shareable;
    const copy = copies.get(array) ?? shared(array);
    copies.set(array, copy);
    return copy;
  };
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, moved(value)])) as T;
}

/** Zeros in shared memory. */
export function sharedArray<A extends Shareable>(type: new (buffer: SharedArrayBuffer) => A, length: number): A {
  const { BYTES_PER_ELEMENT } = type as unknown as { BYTES_PER_ELEMENT: number };
  return new type(new SharedArrayBuffer(length * BYTES_PER_ELEMENT));
}
