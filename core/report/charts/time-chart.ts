// Owns charts over trading days: lines, areas below zero, thin daily bars, with a cursor that reads values off.
import type { Locale } from '../../base/messages/table.ts';
import { html, type Markup } from '../html.ts';
import { type FigureText, figure, type LegendEntry, type Plot, plotOf, round, type Tone, valueAxis } from './frame.ts';
import { dateTicks, extent, linear } from './scale.ts';

export interface TimeSeries {
  name: string;
  values: readonly (number | null)[];
  tone: Tone;
  kind: 'line' | 'dash' | 'area' | 'bars';
}

export interface TimeChart extends Pick<FigureText, 'title' | 'summary'> {
  dates: readonly string[];
  series: TimeSeries[];
  /** What the value axis measures, with its unit. */
  valueLabel: string;
  dateLabel: string;
  percent: boolean;
  /** Decimals of the values under the cursor, in the unit shown. */
  decimals: number;
  /** Values that the axis must hold besides the data. */
  include?: number[];
  size: 'wide' | 'half';
  locale: Locale;
}

export function timeChart(chart: TimeChart): Markup {
  const { dates, series, locale } = chart;
  const plot = chart.size === 'wide' ? plotOf(1000, 270) : plotOf(490, 250);
  const domain = extent(
    series.flatMap((one) => [...one.values]),
    ...(chart.include ?? []),
  );
  const axis = valueAxis(plot, domain, chart.valueLabel, chart.percent);
  const x = linear([0, Math.max(1, dates.length - 1)], [plot.left, plot.right]);
  const marks = dateTicks(dates, locale, chart.size === 'wide' ? 9 : 5);
  const tip = JSON.stringify({
    x: [plot.left, plot.right],
    dates,
    percent: chart.percent,
    decimals: chart.decimals,
    series: series.map(({ name, values }) => ({ name, values: values.map((value) => shorten(value, chart)) })),
  });
  const body = html`${axis.markup}${marks.map(({ index, label }) => {
    const at = round(x(index));
    const anchor = at > plot.right - 30 ? 'end' : 'middle';
    return html`<line class="mark" x1="${at}" x2="${at}" y1="${plot.bottom}" y2="${plot.bottom + 4}"/><text class="tick ${anchor}" x="${at}" y="${plot.bottom + 16}">${label}</text>`;
  })}<text class="axis-label end" x="${plot.right}" y="${plot.height - 3}">${chart.dateLabel}</text>${series.map((one) => draw(one, x, axis.y, plot))}<line class="cursor" y1="${plot.top}" y2="${plot.bottom}"/>`;
  const legend: LegendEntry[] = series.map(({ name, tone, kind }) => ({
    name,
    tone,
    mark: kind === 'dash' || kind === 'line' ? kind : 'bar',
  }));
  return figure(
    { title: chart.title, summary: chart.summary, legend: series.length > 1 ? legend : undefined },
    plot,
    body,
    html` data-tip="${tip}"`,
  );
}

function shorten(value: number | null, chart: TimeChart): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Number((chart.percent ? value * 100 : value).toFixed(chart.decimals));
}

function draw(series: TimeSeries, x: (i: number) => number, y: (value: number) => number, plot: Plot): Markup {
  if (series.kind === 'bars') {
    const zero = round(y(0));
    const path = series.values
      .map((value, i) =>
        value === null || !Number.isFinite(value) ? '' : `M${round(x(i))} ${zero}V${round(y(value))}`,
      )
      .join('');
    const width = Math.max(0.6, Math.min(3, ((plot.right - plot.left) / series.values.length) * 0.7));
    return html`<path class="daily ${series.tone}" stroke-width="${round(width)}" d="${path}"/>`;
  }
  // A day without a value breaks the line: nothing is drawn where nothing is known.
  const runs: string[][] = [[]];
  series.values.forEach((value, i) => {
    if (value !== null && Number.isFinite(value)) runs.at(-1)!.push(`${round(x(i))} ${round(y(value))}`);
    else if (runs.at(-1)!.length > 0) runs.push([]);
  });
  const drawn = runs.filter((run) => run.length > 0);
  const line = drawn.map((run) => `M${run.join('L')}`).join('');
  const zero = round(y(0));
  const area =
    series.kind === 'area' &&
    html`<path class="area ${series.tone}" d="${drawn
      .map((run) => `M${run[0].split(' ')[0]} ${zero}L${run.join('L')}L${run.at(-1)!.split(' ')[0]} ${zero}Z`)
      .join('')}"/>`;
  return html`${area}<path class="line ${series.tone}${series.kind === 'dash' ? ' dashed' : ''}" d="${line}"/>`;
}
