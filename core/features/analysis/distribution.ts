// Owns distributions kept as counts in bins of equal width: quantiles, how far one has drifted from another, a histogram to draw.

/** Fine enough that a quantile is off by less than a two-thousandth of the range. */
export const BINS = 2_000;

/** The ends of the first and the last bin; values beyond count in those. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export function binOf({ low, high }: Range, value: number): number {
  if (!(high > low)) return 0;
  const bin = Math.floor(((value - low) / (high - low)) * BINS);
  return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
}

export function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}

/** The value below which the share of the counted lies, spread evenly within its bin; NaN where nothing was counted. */
export function quantile(counts: ArrayLike<number>, { low, high }: Range, share: number): number {
  const wanted = share * total(counts);
  const width = (high - low) / BINS;
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (counts[bin] > 0 && below + counts[bin] >= wanted)
      return low + width * (bin + Math.max(0, wanted - below) / counts[bin]);
    below += counts[bin];
  }
  return Number.NaN;
}

const GROUPS = 10;
/** Stands for an empty group, whose logarithm would be infinite. */
const LEAST_SHARE = 1e-4;

/**
 * Population stability index of `counts` against `reference`, over the deciles of the reference: sum of (p - q) ln(p / q). Below 0.1 it
 * is usually called stable, above 0.25 shifted (Siddiqi 2006). A reference with few distinct values has fewer groups. NaN where either
 * is empty.
 */
export function stabilityIndex(reference: ArrayLike<number>, counts: ArrayLike<number>): number {
  const [whole, other] = [total(reference), total(counts)];
  if (whole === 0 || other === 0) return Number.NaN;
  let index = 0;
  let [seen, expected, actual] = [0, 0, 0];
  let group = 1;
  const close = () => {
    const p = Math.max(LEAST_SHARE, actual / other);
    const q = Math.max(LEAST_SHARE, expected / whole);
    index += (p - q) * Math.log(p / q);
    [expected, actual] = [0, 0];
  };
  for (let bin = 0; bin < reference.length; bin++) {
    seen += reference[bin];
    expected += reference[bin];
    actual += counts[bin];
    // A group ends with the bin that reaches its decile, and the last one takes all the rest.
    if (reference[bin] === 0 || seen < (group * whole) / GROUPS || seen === whole) continue;
    while (group < GROUPS && seen >= (group * whole) / GROUPS) group++;
    close();
  }
  close();
  return index;
}

const DRAWN = 50;

/** At most DRAWN buckets of equal width over the bins in use. */
export function histogram(counts: ArrayLike<number>, { low, high }: Range): { edges: number[]; counts: number[] } {
  let [first, last] = [0, BINS - 1];
  while (first <= last && counts[first] === 0) first++;
  while (last >= first && counts[last] === 0) last--;
  const size = Math.max(1, Math.ceil((last - first + 1) / DRAWN));
  const width = (high - low) / BINS;
  const edges: number[] = [];
  const buckets: number[] = [];
  for (let bin = first; bin <= last; bin += size) {
    edges.push(low + width * bin);
    let sum = 0;
    for (let i = bin; i < Math.min(BINS, bin + size); i++) sum += counts[i];
    buckets.push(sum);
  }
  if (edges.length > 0) edges.push(low + width * (first + size * buckets.length));
  return { edges, counts: buckets };
}
