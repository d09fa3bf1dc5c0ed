// Owns rolling sums, means and extremes in O(n), and the rule for missing values that every windowed kernel follows.
//
// The rule: a window that holds a NaN, or that is not yet full, gives NaN; the first window without it gives a value again.
//
// The method (van Herk 1992, Gil and Werman 1993): cut the series into blocks of the window's length. A window is then the
// tail of one block and the head of the next, so its value is two numbers combined, and nothing is ever subtracted: an
// absurd value leaves no rounding error behind, and a NaN is gone when it leaves the window. Where sums are concerned the blocks
// lie as grid.ts says; extremes are the same however they are cut.
import { firstBlock } from './grid.ts';
import { temporary } from './temporary.ts';

/** Sum over the last `window` values. @param out receives the result; may not be `x` */
export function rollingSum(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  const tail = temporary(window).fill(Number.NaN);
  out.fill(Number.NaN, 0, Math.min(window - 1, x.length));
  for (let start = firstBlock(window); start < x.length; start += window) {
    const first = Math.max(start, 0);
    const last = start + window - 1;
    let head = 0;
    const end = Math.min(last, x.length);
    for (let i = first; i < end; i++) {
      head += x[i];
      if (start > 0) out[i] = tail[i - start + 1] + head;
    }
    if (last >= x.length) break;
    let sum = 0;
    for (let i = last; i >= first; i--) tail[i - start] = sum += x[i];
    if (first === start) out[last] = sum;
  }
  return out;
}

/** Arithmetic mean over the last `window` values. */
export function rollingMean(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  rollingSum(x, window, out);
  for (let i = 0; i < out.length; i++) out[i] /= window;
  return out;
}

/** Greatest of the last `window` values. */
export function rollingMax(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  const tail = temporary(window);
  out.fill(Number.NaN, 0, Math.min(window - 1, x.length));
  for (let start = 0; start < x.length; start += window) {
    const last = start + window - 1;
    let head = Number.NEGATIVE_INFINITY;
    const end = Math.min(last, x.length);
    for (let i = start; i < end; i++) {
      head = Math.max(head, x[i]);
      if (start > 0) out[i] = Math.max(tail[i - start + 1], head);
    }
    if (last >= x.length) break;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = last; i >= start; i--) tail[i - start] = most = Math.max(most, x[i]);
    out[last] = most;
  }
  return out;
}

/** Least of the last `window` values. */
export function rollingMin(x: Float64Array, window: number, out: Float64Array = temporary(x.length)): Float64Array {
  const tail = temporary(window);
  out.fill(Number.NaN, 0, Math.min(window - 1, x.length));
  for (let start = 0; start < x.length; start += window) {
    const last = start + window - 1;
    let head = Number.POSITIVE_INFINITY;
    const end = Math.min(last, x.length);
    for (let i = start; i < end; i++) {
      head = Math.min(head, x[i]);
      if (start > 0) out[i] = Math.min(tail[i - start + 1], head);
    }
    if (last >= x.length) break;
    let least = Number.POSITIVE_INFINITY;
    for (let i = last; i >= start; i--) tail[i - start] = least = Math.min(least, x[i]);
    out[last] = least;
  }
  return out;
}

/**
 * How many bars ago the greatest of the last `window` values stood (0: now), the latest of equal ones; a monotone queue, O(n).
 * For the least value, pass `sign` -1.
 */
export function barsSinceExtreme(
  x: Float64Array,
  window: number,
  sign: 1 | -1,
  out: Float64Array = temporary(x.length),
): Float64Array {
  const queue = new Int32Array(x.length);
  let front = 0;
  let back = 0;
  let known = 0; // values since the last NaN
  for (let i = 0; i < x.length; i++) {
    const value = sign * x[i];
    if (Number.isNaN(value)) {
      front = back = known = 0;
      out[i] = Number.NaN;
      continue;
    }
    known++;
    while (back > front && sign * x[queue[back - 1]] <= value) back--;
    queue[back++] = i;
    if (queue[front] <= i - window) front++;
    out[i] = known >= window ? i - queue[front] : Number.NaN;
  }
  return out;
}
