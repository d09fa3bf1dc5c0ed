// Owns what is drawn of a daily RankIC: its running sum and its rolling mean. Days without a value are passed over, and after the last
// value nothing is drawn: held-out days have none, and a flat line there would read as a RankIC of zero.

/** Running sum; NaN before the first value and after the last, and on days without one between them the sum stands. */
export function runningSum(daily: ArrayLike<number>): Float64Array {
  let sum = Number.NaN;
  return untilLast(
    daily,
    Float64Array.from(daily, (value) => {
      if (!Number.isNaN(value)) sum = (Number.isNaN(sum) ? 0 : sum) + value;
      return sum;
    }),
  );
}

/** Mean of the values of the last `window` days, each day's own included; NaN until half of them have one, and after the last value. */
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
  return untilLast(daily, means);
}

function untilLast(daily: ArrayLike<number>, series: Float64Array): Float64Array {
  let end = daily.length;
  while (end > 0 && Number.isNaN(daily[end - 1])) end--;
  return series.fill(Number.NaN, end);
}
