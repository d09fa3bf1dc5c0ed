// Owns the names of the 49 features that a common tree baseline computes: returns, nine statistics over 5, 10, 20 and 60 bars,
// and the shape of the candle; defined as in the peer script, except that Amihud's illiquidity counts in millions.
const STATISTICS = [
  'sma_distance',
  'volatility',
  'high_distance',
  'low_distance',
  'volume_ratio',
  'range_position',
  'up_fraction',
  'skewness',
  'amihud',
];

export const baselineFeatures: readonly string[] = [
  ...[1, 2, 3, 5, 10, 20, 40, 60].map((n) => `return_${n}`),
  ...[5, 10, 20, 60].flatMap((n) => STATISTICS.map((name) => `${name}_${n}`)),
  ...['candle_body', 'candle_range', 'upper_shadow', 'lower_shadow', 'overnight_gap'],
];
