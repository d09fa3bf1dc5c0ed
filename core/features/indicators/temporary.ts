// Owns the memory that kernels work in: taken while one runs and taken again by the next. Of a large market they would else allocate
// gigabytes for a single column, and the collector would run as long as a good part of them.
const LEAST_LENGTH = 2 ** 15;
let chunk = new Float64Array(0);
let used = 0;
let within = false;

/**
 * Runs kernels of which nothing but what they write elsewhere is looked at afterwards. They do not wait, so nothing else runs in between, and
 * compute no other column meanwhile, which would outlive them.
 */
export function withTemporaries(run: () => void): void {
  if (within) throw new TypeError('a kernel of one column began another');
  within = true;
  try {
    run();
  } finally {
    within = false;
    used = 0;
  }
}

/** Zeros. The caller's own until `withTemporaries` ends; for good where nobody has begun it. */
export function temporary(length: number): Float64Array {
  if (!within) return new Float64Array(length);
  if (used + length > chunk.length) {
    // What was taken from the chunk before keeps it alive.
    chunk = new Float64Array(Math.max(LEAST_LENGTH, 2 * chunk.length, length));
    used = 0;
  }
  const taken = new Float64Array(chunk.buffer, used * Float64Array.BYTES_PER_ELEMENT, length);
  used += length;
  return taken.fill(0);
}
