// Kernels against the published regression values of Stock.Indicators, where the folder that holds them is given (PHASOR_DATA).
// Those are that library's own values: where a definition differs, the kernel's docstring says how and why.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { computeFeatures } from '../../core/features/compute.ts';
import * as moments from '../../core/features/indicators/moments.ts';
import * as oscillators from '../../core/features/indicators/oscillators.ts';
import { bodyOverRange, changeRatio, closeLocation } from '../../core/features/indicators/prices.ts';
import * as ranges from '../../core/features/indicators/ranges.ts';
import { rollingMean } from '../../core/features/indicators/rolling.ts';
import { ema, macd, volumeWeightedMean, wilder } from '../../core/features/indicators/smoothing.ts';
import { aroon, efficiencyRatio } from '../../core/features/indicators/trend.ts';
import { ulcerIndex } from '../../core/features/indicators/volatility.ts';
import * as volumes from '../../core/features/indicators/volume.ts';
import { readQuotes, ringGraph } from './feature-quotes.ts';
import { barNames } from '../support/feature-names.ts';

const RELATIVE = 1e-6;
const folder = join(process.env.PHASOR_DATA ?? '', 'indicators');

type Series = Float64Array;
const scaled = (x: Series, factor: number): Series => x.map((value) => value * factor);
const combine = (a: Series, b: Series, f: (a: number, b: number) => number): Series => a.map((v, i) => f(v, b[i]));
const minus = (a: Series, b: Series): Series => combine(a, b, (x, y) => x - y);
const over = (a: Series, b: Series): Series => combine(a, b, (x, y) => x / y);
const times = (a: Series, b: Series): Series => combine(a, b, (x, y) => x * y);

/** Result file, the value its rows hold in our unit, our series. */
type Counterpart = [file: string, field: string | ((row: Record<string, number>) => number), ours: () => Series];

function counterparts(): Counterpart[] {
  const bars = readQuotes(join(folder, 'quotes/default.csv'));
  const other = readQuotes(join(folder, 'quotes/compare.csv'));
  const { open, high, low, close, volume } = bars;
  const feature = (name: string): Series => computeFeatures(bars, [name]).get(name)!;
  const stochastic = () => oscillators.stochastic(high, low, close, 14, 3, 3);
  const movement = () => ranges.directionalMovement(high, low, close, 14);
  const lines = () => macd(close, 12, 26, 9);
  const beta = () => {
    const pair = moments.rollingPair(changeRatio(other.close, other.close, 1), changeRatio(close, close, 1), 50);
    return over(pair.covariance, pair.varianceY);
  };
  return [
    ['sma', 'sma', () => rollingMean(close, 20)],
    ['ema', 'ema', () => ema(close, 20)],
    ['smma', 'smma', () => wilder(close, 20)],
    ['vwma', 'vwma', () => volumeWeightedMean(close, volume, 14)],
    ['stdev', 'stdDev', () => moments.rollingStd(close, 14, undefined, 0)],
    ['slope', 'slope', () => moments.rollingTrend(close, 14).slope],
    ['slope', 'rSquared', () => moments.rollingTrend(close, 14).rSquared],
    ['corr', 'correlation', () => moments.rollingCorrelation(close, other.close, 20)],
    ['corr', 'covariance', () => scaled(moments.rollingPair(close, other.close, 20).covariance, 19 / 20)],
    ['beta', 'beta', beta],
    ['roc', 'roc', () => scaled(changeRatio(close, close, 14), 100)],
    ['macd', 'macd', () => lines().line],
    ['macd', 'signal', () => lines().signal],
    ['macd', 'macd', () => times(feature('macd_12_26'), close)],
    ['macd', 'signal', () => times(feature('macd_signal_9'), close)],
    ['macd', 'histogram', () => times(feature('macd_histogram'), close)],
    ['pvo', 'pvo', () => scaled(feature('volume_oscillator_12_26'), 100)],
    ['rsi', 'rsi', () => feature('rsi_14')],
    ['stoch-rsi', 'stochRsi', () => oscillators.stochasticRsi(close, 14, 14, 1)],
    ['stoch-rsi', 'signal', () => feature('stochastic_rsi_14')],
    ['stoch', 'k', () => stochastic().k],
    ['stoch', 'd', () => feature('stochastic_d_14')],
    ['willr', 'williamsR', () => feature('williams_r_14')],
    ['cci', 'cci', () => feature('cci_20')],
    ['uo', 'ultimate', () => feature('ultimate_oscillator')],
    ['tsi', 'tsi', () => feature('true_strength_25_13')],
    ['awesome', 'oscillator', () => times(feature('awesome_oscillator'), close)],
    ['adx', 'pdi', () => movement().plus],
    ['adx', 'mdi', () => movement().minus],
    ['adx', 'adx', () => feature('adx_14')],
    ['aroon', 'aroonUp', () => aroon(high, 25, 1)],
    ['aroon', 'aroonDown', () => feature('aroon_down_25')],
    ['aroon', 'oscillator', () => feature('aroon_oscillator_25')],
    ['vortex', (row) => row.pvi - row.nvi, () => feature('vortex_difference_14')],
    ['chop', 'chop', () => feature('choppiness_14')],
    ['kama', 'er', () => efficiencyRatio(close, 10)],
    ['tr', 'tr', () => ranges.trueRange(high, low, close)],
    ['atr', 'atr', () => ranges.averageTrueRange(high, low, close, 14)],
    ['atr', 'atrp', () => scaled(feature('atr_14'), 100)],
    ['bb', 'percentB', () => feature('bollinger_position_20')],
    ['bb', 'width', () => feature('bollinger_width_20')],
    ['keltner', (row) => (row.upperBand - row.centerline) / 2, () => ranges.averageTrueRange(high, low, close, 10)],
    [
      'keltner',
      'centerline',
      () =>
        minus(close, times(feature('keltner_position_20'), scaled(ranges.averageTrueRange(high, low, close, 10), 2))),
    ],
    ['ulcer', 'ulcerIndex', () => ulcerIndex(close, 14)],
    ['obv', 'obv', () => volumes.onBalanceVolume(close, volume)],
    ['mfi', 'mfi', () => feature('mfi_14')],
    ['cmf', 'moneyFlowMultiplier', () => closeLocation(high, low, close)],
    ['cmf', 'cmf', () => feature('cmf_20')],
    ['bop', 'bop', () => rollingMean(bodyOverRange(open, high, low, close), 14)],
  ];
}

describe.skipIf(!process.env.PHASOR_DATA)('with PHASOR_DATA', () => {
  test('every kernel with a counterpart equals it at every row to 1e-6 relative', () => {
    const different: string[] = [];
    let compared = 0;
    for (const [file, field, ours] of counterparts()) {
      const rows = JSON.parse(readFileSync(join(folder, `results/${file}.standard.json`), 'utf8')) as Record<
        string,
        number | null
      >[];
      const series = ours();
      const name = `${file}.${typeof field === 'string' ? field : 'combined'}`;
      expect(series.length, name).toBe(rows.length);
      rows.forEach((row, i) => {
        const missing = typeof field === 'string' ? row[field] == null : Object.values(row).includes(null);
        if (missing) return;
        const theirs = typeof field === 'string' ? row[field]! : field(row as Record<string, number>);
        compared++;
        const difference = Math.abs(series[i] - theirs);
        if (!(difference <= RELATIVE * Math.abs(theirs) || difference < 1e-12))
          different.push(`${name}[${i}]: ${series[i]} is not ${theirs}`);
      });
    }
    // Two equal extremes within a window: the library counts from the earlier one, we (as Chande and TA-Lib) from the latest.
    const { high, low } = readQuotes(join(folder, 'quotes/default.csv'));
    expect(high[192]).toBe(high[193]);
    expect(low[207]).toBe(low[220]);
    expect(different).toEqual([
      'aroon.aroonUp[193]: 100 is not 96',
      'aroon.aroonDown[232]: 52 is not 0',
      'aroon.oscillator[193]: 96 is not 92',
      'aroon.oscillator[232]: 48 is not 100',
    ]);
    expect(compared).toBeGreaterThan(20_000);
  });

  test.each(['bad', 'zeros', 'toobig', 'mismatch', 'penny', 'spx'])(
    'quotes that are wrong on purpose give no exception and nothing infinite: %s',
    (file) => {
      const bars = readQuotes(join(folder, `quotes/${file}.csv`));
      const features = computeFeatures(bars, barNames, ringGraph(1, 1));
      const infinite = [...features].filter(([, column]) =>
        column.some((x) => Math.abs(x) === Number.POSITIVE_INFINITY),
      );
      expect(infinite.map(([name]) => name)).toEqual([]);
      if (file !== 'zeros') expect(features.get('rsi_14')!.some(Number.isFinite)).toBe(true);
    },
  );
});
