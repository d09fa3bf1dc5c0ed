// Owns the chart of one stock as ECharts options: candlesticks with lines over them, volume, and a pane for each oscillator below.
import type { CorporateAction, StockBars } from '../../../../core/contract/views/datasets.ts';
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
export const COLOURS: Readonly<Record<LineName, number>> = {
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

/** Overbought and oversold, by convention. */
const RSI_MARKS = [30, 70];

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
  describeEvent: (event: CorporateAction) => string;
  /** Prices and volumes, short. */
  write: (value: number) => string;
  day: (iso: string) => string;
  fields: { open: string; high: string; low: string; close: string };
}

export interface StockChart {
  option: Record<string, unknown>;
  height: number;
  /** How many below each other: a chart of another number is another chart. */
  panes: number;
}

const known = (values: Float64Array): Values => Array.from(values, (value) => (Number.isFinite(value) ? value : null));

export function stockChart(
  bars: StockBars,
  words: StockChartWords,
  look: {
    palette: Palette;
    series: readonly string[];
    logarithmic: boolean;
    /** Of the pane of prices, in pixels. */
    priceHeight: number;
    zoom?: { start: number; end: number };
  },
): StockChart {
  const { days, open, high, low, close, volume, lines } = bars;
  const { palette, series: colours, logarithmic, priceHeight, zoom } = look;
  const { write } = words;
  const has = (name: LineName): boolean => lines[name] !== undefined;
  const panes = PANES.filter((pane) => pane.lines.some(has));
  const tops = [
    10,
    10 + priceHeight + GAP,
    ...panes.map((_, i) => 10 + priceHeight + GAP + VOLUME_HEIGHT + GAP + i * (PANE_HEIGHT + GAP)),
  ];
  const heights = [priceHeight, VOLUME_HEIGHT, ...panes.map(() => PANE_HEIGHT)];
  const last = tops.length - 1;
  const isRsi = (pane: number): boolean => panes[pane - 2]?.name === 'rsi14';
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
    ...(name === 'rsi14'
      ? {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: palette.line, type: 'solid', width: 1 },
            data: RSI_MARKS.map((yAxis) => ({ yAxis })),
          },
        }
      : {}),
  });
  const marked = marksOf(bars, words);

  /** One day, as the pointer tells it: prices, volume, then the lines shown. */
  function describe(at: number): string {
    if (days[at] === undefined) return '';
    const { fields } = words;
    const rows: [name: string, value: number, colour?: string][] = [
      [fields.open, open[at]],
      [fields.high, high[at]],
      [fields.low, low[at]],
      [fields.close, close[at]],
      [words.volume, volume[at]],
      ...(Object.keys(COLOURS) as LineName[])
        .filter(has)
        .map((name): [string, number, string] => [words.line(name), lines[name][at], colours[COLOURS[name]]]),
    ];
    const cells = rows.map(
      ([name, value, colour = 'transparent']) =>
        `<tr><td><span style="display:inline-block;width:9px;height:3px;margin-right:6px;vertical-align:middle;background:${colour}"></span>${name}</td>` +
        `<td style="padding-left:18px;text-align:right;font-weight:600">${Number.isFinite(value) ? write(value) : '–'}</td></tr>`,
    );
    const event = marked.find((mark) => mark.at === at);
    const what = event ? `<div>${words.action}: ${event.name}</div>` : '';
    return `<b>${words.day(days[at])}</b>${what}<table>${cells.join('')}</table>`;
  }

  const option = {
    grid: tops.map((top, i) => ({ left: 64, right: 18, top, height: heights[i] })),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'cross' },
      confine: true,
      formatter: (items: { dataIndex: number }[]) => describe(items[0]?.dataIndex ?? -1),
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
      name: i === 0 ? '' : i === 1 ? words.volume : words.line(panes[i - 2].lines[0]),
      nameGap: 8,
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -50] },
      type: i === 0 && logarithmic ? 'log' : 'value',
      gridIndex: i,
      scale: true,
      ...(i === 1 ? { min: 0 } : {}),
      ...(isRsi(i) ? { min: 0, max: 100, splitLine: { show: false } } : {}),
      splitNumber: i === 0 ? 6 : 2,
      axisLabel: {
        formatter: write,
        ...(isRsi(i) ? { customValues: RSI_MARKS } : { showMaxLabel: i === 0 ? undefined : false }),
      },
    })),
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: every,
        ...(zoom
          ? { start: zoom.start, end: zoom.end }
          : { startValue: Math.max(0, days.length - SHOWN), endValue: days.length - 1 }),
        minValueSpan: 10,
      },
      { type: 'slider', xAxisIndex: every, height: 26, bottom: 8, brushSelect: false },
    ],
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
        data: marked.map(({ at, name, major }) => ({
          value: [at, low[at]],
          name,
          symbolSize: major ? 13 : 8,
          label: { show: major, formatter: name, position: 'bottom', color: palette.ink },
        })),
        symbol: 'triangle',
        symbolOffset: [0, 12],
        itemStyle: { color: palette.warning },
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
  return { option, height: tops[last] + heights[last] + 76, panes: tops.length };
}

/** Beyond what a dividend explains. */
export function isSplit(ratio: number): boolean {
  return ratio >= 1.15 || ratio <= 0.87;
}

interface Mark {
  /** Place of the bar. */
  at: number;
  name: string;
  /** Named on the chart itself; the others only under the pointer. */
  major: boolean;
}

/** One mark a bar: what the tables say, and steps of the factor on the days of which they say nothing. */
function marksOf(
  { days, actions, corporateActions }: StockBars,
  { describeAction, describeEvent }: Pick<StockChartWords, 'describeAction' | 'describeEvent'>,
): Mark[] {
  if (days.length === 0) return [];
  const marks = new Map<number, Mark>();
  function mark(day: string, name: string, major: boolean): void {
    // A day without a bar shows on the next one; a delisting, after which none comes, on the last.
    const next = days.findIndex((each) => each >= day);
    const at = next < 0 ? days.length - 1 : next;
    const there = marks.get(at);
    marks.set(at, there ? { at, name: `${there.name} · ${name}`, major: major || there.major } : { at, name, major });
  }
  const told = new Set(corporateActions.filter(({ kind }) => kind !== 'delisting').map(({ day }) => day));
  for (const event of corporateActions) mark(event.day, describeEvent(event), event.kind !== 'dividend');
  for (const { day, ratio } of actions) if (!told.has(day)) mark(day, describeAction(ratio), isSplit(ratio));
  return [...marks.values()];
}
