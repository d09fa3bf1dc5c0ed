// Owns how missing figures cross JSON, which knows no NaN: as null, and back.

export const nanToNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

export const nansToNulls = (values: ArrayLike<number>): (number | null)[] => Array.from(values, nanToNull);

export const nullsToNaNs = (values: readonly (number | null)[]): Float64Array<ArrayBuffer> =>
  Float64Array.from(values, (value) => value ?? Number.NaN);
