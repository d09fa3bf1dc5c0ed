// Owns how far a Sharpe ratio can be believed: its probability against a benchmark and against the luck of many trials.

/** Standard normal distribution function, absolute error below 1e-15 (series of Marsaglia 2004). */
export function normalCdf(x: number): number {
  if (x < -38) return 0;
  if (x > 8.3) return 1;
  if (x < -8.3) return Math.exp(-0.5 * x * x) / (Math.sqrt(2 * Math.PI) * -x); // leading tail term, for an order of magnitude
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) sum += term *= (x * x) / i;
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** Inverse of {@link normalCdf} by bisection. @param p in (0, 1) */
export function normalQuantile(p: number): number {
  let [low, high] = [-38, 8.3];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** What is known of a sample of returns; the Sharpe ratio is per period, not annualised. */
export interface SharpeSample {
  sharpe: number;
  periods: number;
  skewness: number;
  /** Not in excess: 3 for a normal. */
  kurtosis: number;
}

/**
 * Probability that the true Sharpe ratio is above `benchmark` (per period), given the sample's length and higher moments
 * (Bailey and Lopez de Prado 2012, "The Sharpe Ratio Efficient Frontier").
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark = 0): number {
  const { sharpe, periods, skewness, kurtosis } = sample;
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(((sharpe - benchmark) * Math.sqrt(periods - 1)) / Math.sqrt(variance));
}

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * Expected highest Sharpe ratio of `trials` independent trials without any skill, when the ratios found have `variance`
 * (per period). Zero for a single trial.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const first = normalQuantile(1 - 1 / trials);
  const second = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

/**
 * Deflated Sharpe ratio: the probabilistic one against the best that luck alone would bring in so many trials (Bailey and Lopez de
 * Prado 2014). Without the trials' variance, that of an unskilled ratio's own estimate, 1 / (periods - 1), stands in.
 */
export function deflatedSharpe(sample: SharpeSample, trials: number, variance = 1 / (sample.periods - 1)): number {
  return probabilisticSharpe(sample, expectedMaximumSharpe(trials, variance));
}
