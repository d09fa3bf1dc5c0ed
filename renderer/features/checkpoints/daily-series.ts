// Owns what is drawn of a daily series with gaps: its rolling mean and its running sum.

/** Days of a rolling mean: a quarter of a year of trading. */
export const ROLLING_DAYS = 63;
/** With fewer there is none: a third of the window. */
export const ROLLING_LEAST = Math.ceil(ROLLING_DAYS / 3);

/**
 * Mean of the `window` latest values up to each day; days without a value are passed over, and NaN stands until a third of the window
 * is there.
 */
export function rollingMean(values: ArrayLike<number>, window: number = ROLLING_DAYS): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  const recent: number[] = [];
  const least = Math.min(window, Math.max(1, Math.ceil(window / 3)));
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    recent.push(value);
    sum += value;
    if (recent.length > window) sum -= recent.shift() ?? 0;
    if (recent.length >= least) out[i] = sum / recent.length;
  }
  return out;
}

/** Sum up to each day; NaN on days without a value. */
export function cumulative(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : (sum += value)));
}

/** [time, value] pairs in milliseconds, days without a value left out. */
export function timePoints(days: readonly string[], values: ArrayLike<number>): [number, number][] {
  return days.flatMap((day, i) => (Number.isNaN(values[i]) ? [] : [[Date.parse(day), values[i]] as [number, number]]));
}
