// Owns the small statistics every metric is made of: mean, deviation, ranks with averaged ties, Pearson and Spearman.
// Pairs where either value is not finite are left out; an undefined result is NaN, never 0.

type Values = ArrayLike<number>;

/** Arithmetic mean; NaN when empty. */
export function mean(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sample standard deviation (n - 1); NaN below two values. */
export function deviation(values: Values): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (values[i] - centre) ** 2;
  return Math.sqrt(sum / (n - 1));
}

/** Mean over sample deviation, not annualised; NaN when the deviation is zero or undefined. */
export function informationRatio(values: Values): number {
  if (isConstant(values)) return Number.NaN;
  return mean(values) / deviation(values);
}

/** Third standardised moment m3 / m2^1.5 with divisor n (g1 of Joanes and Gill 1998); 0 for a normal. */
export function skewness(values: Values): number {
  return centralMoment(values, 3) / centralMoment(values, 2) ** 1.5;
}

/** Fourth standardised moment m4 / m2^2 with divisor n (b2 of Pearson, not in excess); 3 for a normal. */
export function kurtosis(values: Values): number {
  return centralMoment(values, 4) / centralMoment(values, 2) ** 2;
}

function centralMoment(values: Values, order: number): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** order;
  return sum / values.length;
}

/** Exact equality of all values: the deviation of equal floats may round to a little above zero. */
export function isConstant(values: Values): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Ranks 1..n of finite values, ties sharing the mean of their places (fractional ranking). */
export function rankAverage(values: Values): Float64Array {
  const n = values.length;
  const ranks = new Float64Array(n);
  // Native numeric sort plus two binary searches a value is several times as fast as sorting indexes with a comparator.
  const sorted = Float64Array.from(values).sort();
  for (let i = 0; i < n; i++) {
    const value = values[i];
    const below = countBelow(sorted, value, false);
    ranks[i] = (below + countBelow(sorted, value, true) + 1) / 2;
  }
  return ranks;
}

/** How many of the ascending values are below `value`, or at most `value` when `inclusive`. */
function countBelow(sorted: Float64Array, value: number, inclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (inclusive && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson correlation; NaN below two finite pairs or when either side is constant. */
export function pearson(x: Values, y: Values): number {
  const [a, b] = finitePairs(x, y);
  return correlate(a, b);
}

/** Spearman correlation: Pearson of the average-tie ranks; NaN as for {@link pearson}. */
export function spearman(x: Values, y: Values): number {
  const [a, b] = finitePairs(x, y);
  return correlate(rankAverage(a), rankAverage(b));
}

function finitePairs(x: Values, y: Values): [Float64Array, Float64Array] {
  const a = new Float64Array(x.length);
  const b = new Float64Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    a[count] = x[i];
    b[count++] = y[i];
  }
  return [a.subarray(0, count), b.subarray(0, count)];
}

function correlate(a: Float64Array, b: Float64Array): number {
  if (a.length < 2 || isConstant(a) || isConstant(b)) return Number.NaN;
  const centreA = mean(a);
  const centreB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const da = a[i] - centreA;
    const db = b[i] - centreB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}
