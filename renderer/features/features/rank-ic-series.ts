// Owns what is drawn of a daily RankIC: its running sum and its rolling mean. Days without a value are passed over.

/** Running sum; NaN before the first value, and on days without one the sum stands. */
export function runningSum(daily: ArrayLike<number>): Float64Array {
  let sum = Number.NaN;
  return Float64Array.from(daily, (value) => {
    if (!Number.isNaN(value)) sum = (Number.isNaN(sum) ? 0 : sum) + value;
    return sum;
  });
}

/** Mean of the values of the last `window` days, each day's own included; NaN until half of them have one. */
export function rollingMean(daily: ArrayLike<number>, window: number): Float64Array {
  const means = new Float64Array(daily.length).fill(Number.NaN);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < daily.length; i++) {
    if (!Number.isNaN(daily[i])) {
      sum += daily[i];
      count++;
    }
    const gone = daily[i - window];
    if (i >= window && !Number.isNaN(gone)) {
      sum -= gone;
      count--;
    }
    if (count * 2 >= window) means[i] = sum / count;
  }
  return means;
}
