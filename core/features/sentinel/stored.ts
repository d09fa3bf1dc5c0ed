// Owns what the probes see of a panel as it stands on disk: days of stored columns and targets, for all stocks or some.

/** One trading day of a panel, as stored. */
export interface StoredDay {
  /** Day index. */
  readonly day: number;
  /** [rows] index of the stock, in whatever table the reader was told to count by; ascending. */
  readonly stocks: Int32Array;
  /** Number of columns. */
  readonly width: number;
  /** [rows, width] */
  readonly features: Float32Array;
  /** [rows, horizons] raw forward returns; NaN where unknown. */
  readonly targets: Float32Array;
  /** How each column is scaled. */
  readonly scaling: readonly ('day' | 'fold')[];
}

/** The rows of these stocks alone, which are counted anew. @param stocks ascending */
export function ofStocks(stored: StoredDay, stocks: Int32Array): StoredDay {
  const place = new Map(Array.from(stocks, (stock, i) => [stock, i]));
  const kept = Array.from(stored.stocks.keys()).filter((row) => place.has(stored.stocks[row]));
  const { width } = stored;
  const horizons = stored.targets.length / Math.max(1, stored.stocks.length);
  const features = new Float32Array(kept.length * width);
  const targets = new Float32Array(kept.length * horizons);
  for (const [i, row] of kept.entries()) {
    features.set(stored.features.subarray(row * width, (row + 1) * width), i * width);
    targets.set(stored.targets.subarray(row * horizons, (row + 1) * horizons), i * horizons);
  }
  return { ...stored, stocks: Int32Array.from(kept, (row) => place.get(stored.stocks[row])!), features, targets };
}
