// Kernels against values derived here: plain loops over each window, and series short enough to do by hand.
import { describe, expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import {
  rollingCorrelation,
  rollingKurtosis,
  rollingPair,
  rollingSkewness,
  rollingStd,
  rollingTrend,
  rollingVariance,
} from '../../core/features/indicators/moments.ts';
import { rangePosition, rsi } from '../../core/features/indicators/oscillators.ts';
import { trueRange } from '../../core/features/indicators/ranges.ts';
import {
  barsSinceExtreme,
  rollingMax,
  rollingMean,
  rollingMin,
  rollingSum,
} from '../../core/features/indicators/rolling.ts';
import { ema, wilder } from '../../core/features/indicators/smoothing.ts';
import { garmanKlass, parkinson } from '../../core/features/indicators/volatility.ts';
import { amihud, logVolume, onBalanceChange, onBalanceVolume } from '../../core/features/indicators/volume.ts';
import { randomMarket } from '../property/feature-markets.ts';

type Series = Float64Array;
const nan = Number.NaN;
const of = (...values: number[]): Series => Float64Array.from(values);
const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0);
const mean = (x: readonly number[]): number => sum(x) / x.length;
const moment = (x: readonly number[], order: number): number => mean(x.map((value) => (value - mean(x)) ** order));
const cross = (x: readonly number[], y: readonly number[]): number =>
  sum(x.map((value, i) => (value - mean(x)) * (y[i] - mean(y)))) / (x.length - 1);
const deviation = (x: readonly number[]): number => Math.sqrt(cross(x, x));

/** f over each full window, by the plain definition. */
function naive(x: Series, window: number, f: (values: number[]) => number): Series {
  return x.map((_, i) => (i + 1 < window ? nan : f(Array.from(x.subarray(i + 1 - window, i + 1)))));
}

function expectClose(actual: Series, expected: Series, tolerance = 1e-9, label = ''): void {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 0);
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) expect(actual[i], `${label}[${i}]`).toBeNaN();
    else if (!(Math.abs(actual[i] - value) <= tolerance * scale))
      expect.fail(`${label}[${i}]: ${actual[i]} is not ${value}`);
  });
}

function noise(seed: number, length: number, missing: readonly number[] = []): Series {
  const random = new Random(seed);
  const x = Float64Array.from({ length }, () => random.normal());
  for (const i of missing) if (i < length) x[i] = nan;
  return x;
}

const kernels: [name: string, kernel: (x: Series, window: number) => Series, f: (values: number[]) => number][] = [
  ['sum', rollingSum, sum],
  ['mean', rollingMean, mean],
  ['max', rollingMax, (x) => Math.max(...x)],
  ['min', rollingMin, (x) => Math.min(...x)],
  ['variance', rollingVariance, (x) => cross(x, x)],
  ['population variance', (x, window) => rollingVariance(x, window, undefined, 0), (x) => moment(x, 2)],
  ['deviation', rollingStd, deviation],
  ['skewness', rollingSkewness, (x) => moment(x, 3) / moment(x, 2) ** 1.5],
  ['kurtosis', rollingKurtosis, (x) => moment(x, 4) / moment(x, 2) ** 2 - 3],
  [
    'bars since max',
    (x, w) => barsSinceExtreme(x, w, 1),
    (x) => (x.some(Number.isNaN) ? nan : x.length - 1 - x.lastIndexOf(Math.max(...x))),
  ],
  [
    'bars since min',
    (x, w) => barsSinceExtreme(x, w, -1),
    (x) => (x.some(Number.isNaN) ? nan : x.length - 1 - x.lastIndexOf(Math.min(...x))),
  ],
  [
    'slope',
    (x, w) => rollingTrend(x, w).slope,
    (x) =>
      cross(
        x.map((_, i) => i),
        x,
      ) /
      cross(
        x.map((_, i) => i),
        x.map((_, i) => i),
      ),
  ],
];

describe.each(kernels)('rolling %s', (name, kernel, f) => {
  test.each([
    [0, 5],
    [3, 5],
    [5, 5],
    [61, 5],
    [60, 20],
    [100, 7],
    [100, 100],
  ])('of %i values over %i equals the plain loop, also around missing values', (length, window) => {
    for (const missing of [[], [0], [12], [12, 13, 40], [length - 1]]) {
      const x = noise(length + window, length, missing);
      expectClose(kernel(x, window), naive(x, window, f), 1e-9, name);
    }
  });
});

test('pairs equal the plain loop, also around missing values', () => {
  const x = noise(1, 90, [30]);
  const y = x.map((value, i) => (i === 60 ? nan : 0.3 * value + Math.sin(i)));
  const window = 12;
  const both = (f: (a: number[], b: number[]) => number): Series =>
    x.map((_, i) =>
      i + 1 < window ? nan : f([...x.subarray(i + 1 - window, i + 1)], [...y.subarray(i + 1 - window, i + 1)]),
    );
  expectClose(rollingPair(x, y, window).covariance, both(cross));
  expectClose(
    rollingCorrelation(x, y, window),
    both((a, b) => cross(a, b) / (deviation(a) * deviation(b))),
  );
});

describe('numbers that break running sums', () => {
  test('a large level with a small spread keeps its digits', () => {
    const small = noise(4, 200);
    const large = small.map((value) => 1e9 + value);
    const spread = large.map((value) => value - 1e9); // what float64 holds of it
    expectClose(rollingStd(large, 20), rollingStd(spread, 20), 1e-12);
    expectClose(rollingSkewness(large, 20), rollingSkewness(spread, 20), 1e-9);
  });

  test.each([19, 20, 39, 47])('an absurd value at bar %i leaves nothing behind', (at) => {
    const x = noise(5, 120);
    const spiked = x.slice();
    spiked[at] = 1e200;
    for (const kernel of [rollingSum, rollingVariance, rollingSkewness, rollingKurtosis])
      expect(kernel(spiked, 20).subarray(at + 20)).toEqual(kernel(x, 20).subarray(at + 20));
  });

  test('a constant window has a variance of exactly 0, and no shape', () => {
    const x = new Float64Array(30).fill(0.1 + 0.2);
    expect(
      rollingVariance(x, 7)
        .subarray(6)
        .every((value) => value === 0),
    ).toBe(true);
    expect(rollingSkewness(x, 7).every(Number.isNaN)).toBe(true);
    expect(rollingCorrelation(x, noise(1, 30), 7).every(Number.isNaN)).toBe(true);
  });
});

describe('by hand', () => {
  test('EMA is seeded by the mean of the first values and skips a missing one', () => {
    expect(ema(of(1, 2, 3, 5, nan, 4), 3)).toEqual(of(nan, nan, 2, 3.5, nan, 3.75));
    expect(wilder(of(nan, 2, 4, 5), 2)).toEqual(of(nan, nan, 3, 4));
  });

  test('RSI of rises 2 and 1 and a fall of 1', () => {
    expectClose(rsi(of(10, 12, 11, 12), 3), of(nan, nan, nan, 75), 1e-15);
    expect(rsi(of(5, 5, 5, 5), 3)).toEqual(of(nan, nan, nan, nan));
    expect(rsi(of(1, 2, 3, 4), 3)[3]).toBe(100);
  });

  test('true range counts the gap', () => {
    expect(trueRange(of(10, 15), of(8, 13), of(9, 14))).toEqual(of(nan, 6));
  });

  test('position in the range, undefined without one', () => {
    expect(rangePosition(of(4, 5, 5), of(1, 3, 5), of(2, 4, 5), 2)).toEqual(of(nan, 0.75, 1));
    expect(rangePosition(of(5, 5), of(5, 5), of(5, 5), 2)).toEqual(of(nan, nan));
  });

  test('on-balance volume adds on rises, subtracts on falls', () => {
    const close = of(10, 11, 11, 9);
    const volume = of(100, 200, 300, 400);
    expect(onBalanceVolume(close, volume)).toEqual(of(0, 200, 200, -200));
    expectClose(onBalanceChange(close, volume, 3), of(nan, nan, nan, -200 / 900), 1e-15);
  });

  test('Amihud leaves out bars without trade', () => {
    const returns = of(nan, 0.1, 0, -0.2);
    expectClose(
      amihud(returns, of(10, 10, 10, 10), of(1, 10, 0, 20), 3),
      of(nan, nan, nan, (1e6 * (0.001 + 0.001)) / 2),
      1e-15,
    );
    expect(amihud(of(0.1), of(10), of(0), 1)).toEqual(of(nan));
  });

  test('the logarithm of volume takes a bar without trade as 1 % of the mean', () => {
    const logs = logVolume(of(0, 2, 4, 0, 0, 0, nan, 7), 3);
    expectClose(
      logs,
      of(nan, Math.log(2), Math.log(4), Math.log(0.02), Math.log(4 / 300), nan, nan, Math.log(7)),
      1e-15,
    );
  });

  test('range estimators of volatility on bars of one shape', () => {
    const ones = of(1, 1, 1);
    const high = ones.map(() => Math.E);
    expectClose(
      parkinson(high, ones, 2),
      of(nan, 1, 1).map((x) => x / Math.sqrt(4 * Math.LN2)),
      1e-15,
    );
    // H/L = e, C/O = e: 1/2 - (2 ln 2 - 1)
    expectClose(
      garmanKlass(ones, high, ones, high, 2),
      of(nan, 1, 1).map((x) => x * Math.sqrt(1.5 - 2 * Math.LN2)),
      1e-15,
    );
  });

  test('calendar: 2015-01-30 was the last weekday of its month, 2015-02-04 the third of the next', () => {
    const bars = randomMarket({ seed: 1, stocks: 1, days: 30, absent: 0, missing: 0, flat: 0, partial: false });
    const features = computeFeatures(bars, ['weekdays_to_month_end', 'turn_of_month', 'month_sin', 'weekday_cos']);
    // 2015-01-01, a Thursday, is day 0; 01-30 is weekday 21; 02-04 is 24, 02-05 is 25
    expect(features.get('weekdays_to_month_end')!.subarray(20, 23)).toEqual(of(1, 0, 19));
    expect(features.get('turn_of_month')!.subarray(19, 27)).toEqual(of(0, 0, 1, 1, 1, 1, 0, 0));
    expect(features.get('turn_of_month')!.subarray(0, 4)).toEqual(of(1, 1, 1, 0));
    expect(features.get('month_sin')![22]).toBeCloseTo(0.5, 12);
    expect(features.get('weekday_cos')![0]).toBeCloseTo(Math.cos((8 * Math.PI) / 7), 12);
  });
});

test('the features of a tree baseline, by their usual one-line definitions', () => {
  const bars = randomMarket({ seed: 8, stocks: 1, days: 130, absent: 0, missing: 0, flat: 0, partial: false });
  const { open, high, low, close, volume } = bars;
  const c = (i: number): number => close[i];
  const r = close.map((value, i) => (i === 0 ? nan : value / close[i - 1] - 1));
  const each = (f: (i: number) => number): Series => close.map((_, i) => f(i));
  const windowed = (x: Series, n: number, f: (values: number[]) => number): Series => naive(x, n, f);
  const expected: Record<string, Series> = {
    candle_body: each((i) => (c(i) - open[i]) / open[i]),
    candle_range: each((i) => (high[i] - low[i]) / open[i]),
    upper_shadow: each((i) => (high[i] - Math.max(open[i], c(i))) / open[i]),
    lower_shadow: each((i) => (Math.min(open[i], c(i)) - low[i]) / open[i]),
    overnight_gap: each((i) => (i === 0 ? nan : open[i] / c(i - 1) - 1)),
  };
  for (const n of [1, 2, 3, 5, 10, 20, 40, 60])
    expected[`return_${n}`] = each((i) => (i < n ? nan : c(i) / c(i - n) - 1));
  for (const n of [5, 10, 20, 60]) {
    const top = windowed(high, n, (x) => Math.max(...x));
    const bottom = windowed(low, n, (x) => Math.min(...x));
    expected[`sma_distance_${n}`] = windowed(close, n, (x) => x[n - 1] / mean(x) - 1);
    expected[`volatility_${n}`] = windowed(r, n, deviation);
    expected[`high_distance_${n}`] = each((i) => top[i] / c(i) - 1);
    expected[`low_distance_${n}`] = each((i) => bottom[i] / c(i) - 1);
    expected[`volume_ratio_${n}`] = windowed(volume, n, (x) => x[n - 1] / mean(x));
    expected[`range_position_${n}`] = each((i) => (c(i) - bottom[i]) / (top[i] - bottom[i]));
    expected[`up_fraction_${n}`] = windowed(r, n, (x) =>
      x.some(Number.isNaN) ? nan : x.filter((v) => v > 0).length / n,
    );
    expected[`skewness_${n}`] = windowed(r, n, (x) => moment(x, 3) / moment(x, 2) ** 1.5);
    expected[`amihud_${n}`] = windowed(
      each((i) => (1e6 * Math.abs(r[i])) / (volume[i] * c(i))),
      n,
      mean,
    );
  }
  expect(Object.keys(expected).length).toBe(49);
  const features = computeFeatures(bars, Object.keys(expected));
  for (const [name, column] of Object.entries(expected)) expectClose(features.get(name)!, column, 1e-9, name);
});

describe('features of the day, of three stocks', () => {
  /** Closes of three stocks over two days; the third has no bar on the second day. */
  const column = of(10, 11, 20, 26, 5);
  const bars = {
    codes: ['A', 'B', 'C'],
    sectors: ['x', 'x', null],
    days: Int32Array.of(18_000, 18_001),
    offsets: Int32Array.of(0, 2, 4, 5),
    dayIndex: Int32Array.of(0, 1, 0, 1, 0),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
  };
  const graph = {
    stocks: 3,
    k: 2,
    dayIndex: Int32Array.of(1),
    neighbours: Int32Array.of(1, 2, 2, -1, -1, -1), // A sees B and C, B sees C, C nobody
    correlation: new Float32Array(6),
  };
  const get = (name: string): Series => computeFeatures(bars, [name], graph).get(name)!;

  test('the market is the stocks with a bar on that day', () => {
    expectClose(get('market_relative_return_1'), of(nan, -0.1, nan, 0.1, nan), 1e-12);
    expectClose(get('return_dispersion'), of(nan, Math.sqrt(0.02), nan, Math.sqrt(0.02), nan), 1e-12);
  });

  test('a sector is its members, an unknown one the market', () => {
    expectClose(get('sector_relative_return_1'), of(nan, -0.1, nan, 0.1, nan), 1e-12);
    const strangers = { ...bars, sectors: ['x', null, null] };
    const relative = computeFeatures(strangers, ['sector_relative_return_1']).get('sector_relative_return_1')!;
    expectClose(relative, of(nan, 0, nan, 0.1, nan), 1e-12);
  });

  test('peers are those with a value on the day; isolated and unaccompanied stocks have none', () => {
    expectClose(get('peer_return_mean_1'), of(nan, 0.3, nan, nan, nan), 1e-12);
    expect(get('peer_return_variance_1').every(Number.isNaN)).toBe(true);
  });
});

test('beta and residual momentum of a stock that is twice the market plus noise', () => {
  const random = new Random(21);
  const days = 200;
  const market = Float64Array.from({ length: days }, () => 0.01 * random.normal());
  // Two mirror images around the market, so that their mean is the market exactly.
  const noiseOf = Float64Array.from({ length: days }, () => 0.002 * random.normal());
  const price = (returnOf: (day: number) => number): number[] => {
    const path = [100];
    for (let day = 1; day < days; day++) path.push(path[day - 1] * (1 + returnOf(day)));
    return path;
  };
  const close = of(...price((d) => 1.5 * market[d] + noiseOf[d]), ...price((d) => 0.5 * market[d] - noiseOf[d]));
  const bars = {
    codes: ['A', 'B'],
    sectors: [null, null],
    days: Int32Array.from({ length: days }, (_, i) => i),
    offsets: Int32Array.of(0, days, 2 * days),
    dayIndex: Int32Array.from({ length: 2 * days }, (_, i) => i % days),
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
  };
  const names = ['beta_60', 'idiosyncratic_volatility_60', 'residual_momentum_20', 'market_correlation_60'];
  const features = computeFeatures(bars, names);
  for (const day of [60, 61, 120, 199]) {
    const m = [...market.subarray(day - 59, day + 1)];
    const r = m.map((value, i) => 1.5 * value + noiseOf[day - 59 + i]);
    const beta = cross(r, m) / cross(m, m);
    const residual = r.map((value, i) => value - beta * m[i]);
    expect(features.get('beta_60')![day]).toBeCloseTo(beta, 9);
    expect(features.get('idiosyncratic_volatility_60')![day]).toBeCloseTo(deviation(residual), 9);
    expect(features.get('market_correlation_60')![day]).toBeCloseTo(cross(r, m) / (deviation(r) * deviation(m)), 9);
    const momentum = sum(residual.slice(-20)) / (Math.sqrt(20) * deviation(residual));
    expect(features.get('residual_momentum_20')![day]).toBeCloseTo(momentum, 7);
  }
});
