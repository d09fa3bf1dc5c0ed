// Owns the forecast horizons, in trading days after the entry bar.
export const HORIZONS = [1, 2, 3, 5, 10] as const;
export type Horizon = (typeof HORIZONS)[number];
/** Loss weights that go with HORIZONS, shortest first. */
export const HORIZON_WEIGHTS = [1.0, 0.8, 0.6, 0.4, 0.2] as const;
/** The quantiles that every head predicts. */
export const QUANTILES = [0.1, 0.5, 0.9] as const;
