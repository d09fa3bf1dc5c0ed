// Owns ranks across one day's stocks, fast enough for every feature on every day, and the correlation of two of them.

/** Buffers of one length, used in turn: a pass of the sort reads from one side and writes to the other. */
interface Side {
  readonly keys: Uint32Array;
  readonly rows: Int32Array;
}
const SIGN = 0x8000_0000;
const sideOf = (length: number): Side => ({ keys: new Uint32Array(length), rows: new Int32Array(length) });

/**
 * Average ranks (ties share the mean of their places), from 1. Sorts by radix, a byte at a time, on the bits of the values, made to ascend
 * like them: for the few hundred to few thousand stocks of a day several times as fast as a sort that compares.
 */
export class Ranker {
  #from = sideOf(64);
  #to = sideOf(64);
  /** How many keys have each byte, for the four bytes of a key. */
  readonly #counts = new Int32Array(4 * 256);

  /** Ranks values[0 .. count), none NaN, into out. */
  rank(values: Float32Array, count: number, out: Float64Array): void {
    if (this.#from.keys.length < count) {
      this.#from = sideOf(2 * count);
      this.#to = sideOf(2 * count);
    }
    const { keys, rows } = this.#from;
    const bits = new Uint32Array(values.buffer, values.byteOffset, count);
    const counts = this.#counts.fill(0);
    for (let i = 0; i < count; i++) {
      const sign = bits[i] >>> 31;
      // Negative ones descend with their bits; -0 becomes the key of 0.
      const key = (sign === 0 ? bits[i] + SIGN : bits[i] === SIGN ? SIGN : ~bits[i]) >>> 0;
      keys[i] = key;
      rows[i] = i;
      counts[key & 255]++;
      counts[256 + ((key >>> 8) & 255)]++;
      counts[512 + ((key >>> 16) & 255)]++;
      counts[768 + (key >>> 24)]++;
    }
    for (let byte = 0; byte < 4; byte++) this.#pass(byte, count);
    this.#share(count, out);
  }

  /** Sorts stably by one byte of the keys, the last first; not at all where all keys have the same. */
  #pass(byte: number, count: number): void {
    const { keys, rows } = this.#from;
    const { keys: nextKeys, rows: nextRows } = this.#to;
    const shift = 8 * byte;
    const places = this.#counts.subarray(256 * byte, 256 * (byte + 1));
    if (count > 0 && places[(keys[0] >>> shift) & 255] === count) return;
    for (let value = 0, start = 0; value < 256; value++) {
      const size = places[value];
      places[value] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) {
      const place = places[(keys[i] >>> shift) & 255]++;
      nextKeys[place] = keys[i];
      nextRows[place] = rows[i];
    }
    [this.#from, this.#to] = [this.#to, this.#from];
  }

  #share(count: number, out: Float64Array): void {
    const { keys, rows } = this.#from;
    for (let i = 0; i < count; ) {
      let end = i + 1;
      while (end < count && keys[end] === keys[i]) end++;
      const rank = (i + 1 + end) / 2;
      for (; i < end; i++) out[rows[i]] = rank;
    }
  }
}

/** Pearson correlation of two columns of average ranks: Spearman's of what was ranked. NaN where either is all ties. */
export function rankCorrelation(a: Float64Array, b: Float64Array, count: number): number {
  const centre = (count + 1) / 2;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < count; i++) {
    const x = a[i] - centre;
    const y = b[i] - centre;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : Number.NaN;
}
