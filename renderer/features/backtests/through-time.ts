// Owns the chart of a backtest through time: growth, drawdown and rolling figures in lanes over one axis of days. Pure: series in,
// ECharts option out.

/** What a lane is drawn from; one value a day, NaN where there is none. */
export interface TimeSeries {
  name: string;
  values: ArrayLike<number>;
  colour: string;
  kind?: 'line' | 'dashed' | 'area';
  /** Writes a value in the tooltip. */
  write: (value: number) => string;
}

export interface Lane {
  title: string;
  series: readonly TimeSeries[];
  /** Share of the height. */
  weight: number;
  axis: (value: number) => string;
  /** Drawn as logarithms, read as what they are logarithms of. Only for values above zero. */
  log?: boolean;
  /** Values that the axis holds in any case. */
  include?: number;
}

export interface ThroughTime {
  days: readonly string[];
  lanes: readonly Lane[];
  height: number;
  /** The day that is looked at, marked through all lanes. */
  marked?: string | null;
  /** A day as it reads. */
  day: (iso: string) => string;
  /** Of the marking line. */
  ink: string;
  /** Without the bar that chooses a stretch. */
  plain?: boolean;
}

const LEFT = 64;
const RIGHT = 18;
const TOP = 30;
/** Between lanes: the title of the next one stands there. */
const GAP = 42;
/** Day labels and the bar that chooses a stretch. */
const BOTTOM = 74;
const PLAIN_BOTTOM = 28;

/** Pixels from the top, and of height, of each lane. */
export function laneBoxes(
  weights: readonly number[],
  height: number,
  bottom: number = BOTTOM,
): { top: number; height: number }[] {
  const room = height - TOP - bottom - GAP * (weights.length - 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let top = TOP;
  return weights.map((weight) => {
    const box = { top, height: Math.round((room * weight) / total) };
    top += box.height + GAP;
    return box;
  });
}

/** Whether every known value can be drawn as a logarithm. */
export function allowsLog(series: readonly Pick<TimeSeries, 'values'>[]): boolean {
  return series.every(({ values }) => Array.from(values).every((value) => Number.isNaN(value) || value > 0));
}

const drawn = (value: number, log: boolean): number | null =>
  Number.isFinite(value) ? (log ? Math.log(value) : value) : null;

export function throughTimeOption({ days, lanes, height, marked, day, ink, plain = false }: ThroughTime) {
  const boxes = laneBoxes(
    lanes.map(({ weight }) => weight),
    height,
    plain ? PLAIN_BOTTOM : BOTTOM,
  );
  const all = lanes.map((_, index) => index);
  const series = lanes.flatMap((lane, index) =>
    lane.series.map(({ name, values, colour, kind = 'line' }, place) => ({
      type: 'line' as const,
      id: `${index}-${place}`,
      name,
      xAxisIndex: index,
      yAxisIndex: index,
      data: Array.from(values, (value) => drawn(value, lane.log ?? false)),
      color: colour,
      symbol: 'none',
      lineStyle: {
        width: kind === 'dashed' ? 1.3 : 1.7,
        type: kind === 'dashed' ? ('dashed' as const) : ('solid' as const),
      },
      ...(kind === 'area' ? { areaStyle: { opacity: 0.16 } } : {}),
      ...(place === 0 && marked
        ? {
            markLine: {
              symbol: 'none',
              silent: true,
              label: { show: false },
              lineStyle: { color: ink, width: 1, type: 'solid' as const },
              data: [{ xAxis: marked }],
            },
          }
        : { markLine: { data: [] } }),
    })),
  );
  return {
    title: lanes.map(({ title }, index) => ({
      text: title,
      left: 0,
      top: boxes[index].top - 27,
      textStyle: { fontSize: 12 },
    })),
    grid: boxes.map((box) => ({ left: LEFT, right: RIGHT, ...box })),
    axisPointer: { link: [{ xAxisIndex: 'all' as const }] },
    xAxis: lanes.map((_, index) => ({
      type: 'category' as const,
      gridIndex: index,
      data: days,
      boundaryGap: false,
      axisLabel: { show: index === lanes.length - 1, formatter: day, hideOverlap: true },
      axisTick: { show: index === lanes.length - 1 },
      axisLine: { onZero: false },
      axisPointer: { label: { show: false } },
    })),
    yAxis: lanes.map((lane, index) => ({
      type: 'value' as const,
      gridIndex: index,
      scale: lane.include === undefined,
      splitNumber: lane.weight > 1.5 || lanes.length === 1 ? 5 : 2,
      axisLabel: {
        formatter: (value: number) => lane.axis(lane.log ? Math.exp(value) : value),
        showMinLabel: true,
      },
    })),
    tooltip: {
      trigger: 'axis' as const,
      confine: true,
      transitionDuration: 0,
      formatter: (items: unknown) => tooltip(items as { dataIndex: number }[], { days, lanes, day }),
    },
    dataZoom: plain ? [] : zoom(all),
    series,
  };
}

/** Every lane's values of the day under the pointer, as markup: names and figures are our own, no text of a user comes here. */
function tooltip(
  items: readonly { dataIndex: number }[],
  { days, lanes, day }: Pick<ThroughTime, 'days' | 'lanes' | 'day'>,
): string {
  const at = items[0]?.dataIndex;
  if (at === undefined) return '';
  const rows = lanes.flatMap((lane) =>
    lane.series.map(({ name, values, colour, write }) => {
      const value = values[at];
      const mark = `<span style="display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:7px;background:${colour}"></span>`;
      const text = Number.isFinite(value) ? write(value) : '–';
      return `<tr><td>${mark}${name}</td><td style="text-align:right;padding-left:18px;font-weight:600">${text}</td></tr>`;
    }),
  );
  return `<b>${day(days[at])}</b><table style="margin-top:4px">${rows.join('')}</table>`;
}

function zoom(xAxisIndex: number[]) {
  return [
    { type: 'inside' as const, xAxisIndex, zoomOnMouseWheel: 'ctrl' as const, moveOnMouseMove: true },
    {
      type: 'slider' as const,
      xAxisIndex,
      bottom: 8,
      height: 26,
      left: LEFT,
      right: RIGHT,
      showDetail: false,
      brushSelect: true,
    },
  ];
}
