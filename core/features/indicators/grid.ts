// Owns where the blocks of summing and recursive kernels lie: they are counted from the first bar of the series, also where a kernel is
// given its end alone. The end then sums the same numbers in the same order as the whole, and gives the same bits.
let before = 0;

/** Runs kernels on series that lack their first `count` values. Kernels do not wait, so nothing else runs in between. */
export function withValuesBefore<T>(count: number, run: () => T): T {
  const outer = before;
  before = count;
  try {
    return run();
  } finally {
    before = outer;
  }
}

/** Where the block of `length` values begins that the first value lies in: 0 for a whole series, else from -(length - 1) to 0. */
export function firstBlock(length: number): number {
  return 0 - (before % length);
}
