// Owns smoothing and summing of daily series for charts.

/** Mean of the trailing `window` values, of fewer at the beginning. */
export function trailingMean(values: Float64Array, window: number): Float64Array {
  return values.map((_, day) => {
    const slice = values.subarray(Math.max(0, day - window + 1), day + 1);
    return slice.reduce((sum, value) => sum + value, 0) / slice.length;
  });
}

export function cumulative(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => (sum += value));
}
