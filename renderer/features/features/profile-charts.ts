// Owns the charts of one feature as ECharts options.
import type { FeatureProfile } from '../../../core/contract/views/features.ts';
import { figure, percent } from '../../lib/formats.ts';
import { rollingMean, runningSum } from './rank-ic-series.ts';

type Option = Record<string, unknown>;
const QUANTILES = ['5%', '25%', '50%', '75%', '95%'];
/** A quarter of a year. */
export const ROLLING_DAYS = 63;

const known = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));
const written = (digits: number) => (value: unknown) => figure(typeof value === 'number' ? value : null, { digits });

export function quantileChart({ years, quantiles }: FeatureProfile, colours: readonly string[]): Option {
  return {
    grid: { left: 52, right: 46, top: 14, bottom: 26 },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: written(3) },
    xAxis: { type: 'category', data: years, boundaryGap: false },
    yAxis: { type: 'value', scale: true, splitNumber: 4 },
    series: QUANTILES.map((name, q) => ({
      type: 'line',
      name,
      data: known(years.map((_, year) => quantiles[year * QUANTILES.length + q])),
      color: colours[0],
      lineStyle: {
        width: q === 2 ? 2.2 : 1.2,
        type: q === 2 ? 'solid' : 'dashed',
        opacity: q === 0 || q === 4 ? 0.6 : 1,
      },
      showSymbol: years.length < 3,
      endLabel: { show: true, formatter: '{a}', color: 'inherit', fontSize: 11 },
    })),
  };
}

export function stabilityChart(
  { years, coverage, drift }: FeatureProfile,
  words: { coverage: string; psi: string },
  colours: readonly string[],
): Option {
  return {
    grid: { left: 52, right: 52, top: 34, bottom: 26 },
    legend: { top: 0, left: 0 },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', data: years },
    yAxis: [
      {
        type: 'value',
        min: 0,
        max: 1,
        splitNumber: 2,
        axisLabel: { formatter: (value: number) => percent(value, { digits: 0 }) },
      },
      {
        type: 'value',
        min: 0,
        max: (range: { max: number }) => Math.max(0.3, range.max),
        splitNumber: 2,
        splitLine: { show: false },
      },
    ],
    series: [
      {
        type: 'bar',
        name: words.coverage,
        data: known(coverage),
        color: colours[0],
        barMaxWidth: 34,
        tooltip: { valueFormatter: (value: unknown) => percent(typeof value === 'number' ? value : null) },
      },
      {
        type: 'line',
        name: words.psi,
        yAxisIndex: 1,
        data: known(drift),
        color: colours[1],
        showSymbol: true,
        symbol: 'circle',
        symbolSize: 6,
        tooltip: { valueFormatter: written(3) },
      },
    ],
  };
}

export function rankIcChart(
  profile: FeatureProfile,
  horizon: number,
  words: { sum: string; rolling: string },
  colours: readonly string[],
): Option {
  const daily = profile.rankIc.find((each) => each.horizon === horizon)?.daily ?? new Float32Array();
  const line = (name: string, values: Float64Array, axis: number) => ({
    type: 'line',
    name,
    xAxisIndex: axis,
    yAxisIndex: axis,
    data: known(values),
    // A value between two days without one is no line.
    showSymbol: values.filter(Number.isFinite).length === 1,
    color: colours[axis],
    lineStyle: { width: 1.5 },
    tooltip: { valueFormatter: written(axis === 0 ? 2 : 4) },
  });
  const both = [0, 1];
  return {
    grid: [
      { left: 52, right: 18, top: 30, height: 140 },
      { left: 52, right: 18, top: 192, height: 84 },
    ],
    legend: { top: 0, left: 0 },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: both.map((i) => ({
      type: 'category',
      gridIndex: i,
      data: profile.days,
      boundaryGap: false,
      axisLabel: { show: i === 1 },
      axisTick: { show: i === 1 },
      axisLine: { onZero: false },
    })),
    yAxis: both.map((i) => ({ type: 'value', gridIndex: i, scale: true, splitNumber: i === 0 ? 4 : 2 })),
    dataZoom: [
      { type: 'inside', xAxisIndex: both },
      { type: 'slider', xAxisIndex: both, height: 20, bottom: 6, brushSelect: false },
    ],
    series: [line(words.sum, runningSum(daily), 0), line(words.rolling, rollingMean(daily, ROLLING_DAYS), 1)],
  };
}
