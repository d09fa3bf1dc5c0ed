// Owns the chart of one stock as ECharts options: candlesticks with lines over them, volume, and a pane for each oscillator below.
import type { StockBars } from '../../../../core/contract/views/datasets.ts';
import type { Palette } from '../../../lib/palette.ts';

type Values = (number | null)[];
export type LineName =
  | 'sma20'
  | 'sma60'
  | 'sma200'
  | 'ema20'
  | 'bollinger_upper'
  | 'bollinger_lower'
  | 'rsi14'
  | 'macd'
  | 'macd_signal'
  | 'atr14';

/** Panes below the volume, each with its lines. */
const PANES: readonly { name: string; lines: readonly LineName[] }[] = [
  { name: 'rsi14', lines: ['rsi14'] },
  { name: 'macd', lines: ['macd', 'macd_signal'] },
  { name: 'atr14', lines: ['atr14'] },
];
const PRICE_LINES: readonly LineName[] = ['sma20', 'sma60', 'sma200', 'ema20', 'bollinger_upper', 'bollinger_lower'];
/** Each line keeps its colour, whichever others are shown. */
const COLOURS: Record<LineName, number> = {
  sma20: 4,
  sma60: 3,
  sma200: 2,
  ema20: 5,
  bollinger_upper: 5,
  bollinger_lower: 5,
  rsi14: 3,
  macd: 0,
  macd_signal: 1,
  atr14: 2,
};

const PRICE_HEIGHT = 330;
const VOLUME_HEIGHT = 70;
const PANE_HEIGHT = 84;
const GAP = 26;
/** Bars in view at first. */
const SHOWN = 260;

export interface StockChartWords {
  price: string;
  volume: string;
  action: string;
  line: (name: LineName) => string;
  describeAction: (ratio: number) => string;
  /** Prices and volumes, short. */
  write: (value: number) => string;
}

export interface StockChart {
  option: Record<string, unknown>;
  height: number;
}

const known = (values: Float64Array): Values => Array.from(values, (value) => (Number.isFinite(value) ? value : null));

export function stockChart(
  bars: StockBars,
  words: StockChartWords,
  look: { palette: Palette; series: readonly string[]; logarithmic: boolean },
): StockChart {
  const { days, open, high, low, close, volume, lines, actions } = bars;
  const { palette, series: colours, logarithmic } = look;
  const { write } = words;
  const has = (name: LineName): boolean => lines[name] !== undefined;
  const panes = PANES.filter((pane) => pane.lines.some(has));
  const tops = [
    10,
    10 + PRICE_HEIGHT + GAP,
    ...panes.map((_, i) => 10 + PRICE_HEIGHT + GAP + VOLUME_HEIGHT + GAP + i * (PANE_HEIGHT + GAP)),
  ];
  const heights = [PRICE_HEIGHT, VOLUME_HEIGHT, ...panes.map(() => PANE_HEIGHT)];
  const last = tops.length - 1;
  const every = tops.map((_, i) => i);

  const line = (name: LineName, pane: number) => ({
    type: 'line',
    name: words.line(name),
    xAxisIndex: pane,
    yAxisIndex: pane,
    data: known(lines[name]),
    showSymbol: false,
    lineStyle: { width: 1.3, color: colours[COLOURS[name]], type: name.startsWith('bollinger') ? 'dashed' : 'solid' },
    itemStyle: { color: colours[COLOURS[name]] },
  });
  const place = new Map(days.map((day, i) => [day, i]));
  const marked = actions.flatMap(({ day, ratio }) => {
    const at = place.get(day);
    return at === undefined ? [] : [{ value: [at, low[at]], name: words.describeAction(ratio), split: isSplit(ratio) }];
  });

  const option = {
    grid: tops.map((top, i) => ({ left: 64, right: 18, top, height: heights[i] })),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'cross' },
      confine: true,
      valueFormatter: (value: unknown) => (typeof value === 'number' ? write(value) : '–'),
    },
    xAxis: every.map((i) => ({
      type: 'category',
      gridIndex: i,
      data: days,
      boundaryGap: true,
      axisLabel: { show: i === last },
      axisTick: { show: i === last },
      axisPointer: { label: { show: i === last } },
    })),
    yAxis: every.map((i) => ({
      type: i === 0 && logarithmic ? 'log' : 'value',
      gridIndex: i,
      scale: true,
      ...(i === 1 ? { min: 0 } : {}),
      ...(panes[i - 2]?.name === 'rsi14' ? { min: 0, max: 100, interval: 50 } : {}),
      splitNumber: i === 0 ? 6 : 2,
      axisLabel: { formatter: write, showMaxLabel: i === 0 ? undefined : false },
    })),
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: every,
        startValue: Math.max(0, days.length - SHOWN),
        endValue: days.length - 1,
        minValueSpan: 10,
      },
      { type: 'slider', xAxisIndex: every, height: 26, bottom: 8, brushSelect: false },
    ],
    legend: { show: false },
    series: [
      {
        type: 'candlestick',
        name: words.price,
        data: days.map((_, i) => [open[i], close[i], low[i], high[i]]),
      },
      ...PRICE_LINES.filter(has).map((name) => line(name, 0)),
      {
        type: 'scatter',
        name: words.action,
        data: marked.map(({ value, name, split }) => ({
          value,
          name,
          symbolSize: split ? 13 : 6,
          label: { show: split, formatter: name, position: 'bottom', color: palette.ink },
        })),
        symbol: 'triangle',
        symbolOffset: [0, 12],
        itemStyle: { color: palette.warning },
        tooltip: { trigger: 'item' },
        z: 5,
      },
      {
        type: 'bar',
        name: words.volume,
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: Array.from(volume, (value, i) => ({
          value: Number.isFinite(value) ? value : null,
          itemStyle: { color: close[i] >= open[i] ? palette.positive : palette.negative, opacity: 0.55 },
        })),
        large: true,
      },
      ...panes.flatMap((pane, i) => pane.lines.filter(has).map((name) => line(name, i + 2))),
    ],
  };
  return { option, height: tops[last] + heights[last] + 76 };
}

/** Beyond what a dividend explains. */
export function isSplit(ratio: number): boolean {
  return ratio >= 1.15 || ratio <= 0.87;
}
