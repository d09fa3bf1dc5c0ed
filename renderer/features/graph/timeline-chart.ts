// Owns the chart of a graph over time as ECharts options.
import type { GraphTimeline } from '../../../core/contract/views/graph.ts';
import { figure } from '../../lib/formats.ts';

const known = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));

export function timelineChart(
  { days, averageDegree, isolated, meanCorrelation }: GraphTimeline,
  words: { degree: string; isolated: string; correlation: string },
  { at, colours, ink }: { at: number; colours: readonly string[]; ink: string },
): Record<string, unknown> {
  const line = (name: string, values: ArrayLike<number>, axis: number, colour: string, digits: number) => ({
    type: 'line',
    name,
    yAxisIndex: axis,
    data: known(values),
    color: colour,
    showSymbol: values.length === 1,
    lineStyle: { width: 1.5 },
    tooltip: { valueFormatter: (value: unknown) => figure(typeof value === 'number' ? value : null, { digits }) },
  });
  return {
    grid: { left: 46, right: 52, top: 34, bottom: 28 },
    legend: { top: 0, left: 0 },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', data: days, boundaryGap: false, triggerEvent: true },
    yAxis: [
      { type: 'value', min: 0, splitNumber: 3 },
      { type: 'value', min: 0, max: 1, splitNumber: 2, splitLine: { show: false } },
    ],
    series: [
      {
        ...line(words.degree, averageDegree, 0, colours[0], 1),
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: ink, type: 'solid', width: 1.5 },
          data: [{ xAxis: at }],
        },
      },
      line(words.isolated, isolated, 0, colours[1], 0),
      line(words.correlation, meanCorrelation, 1, colours[2], 3),
    ],
  };
}
