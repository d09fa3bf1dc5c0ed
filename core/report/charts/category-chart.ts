// Owns charts of estimates by category: bars or dots with their 95 % intervals as whiskers.
import type { Estimate } from '../../evaluate/bootstrap.ts';
import { interval, number, type Style } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { type FigureText, figure, plotOf, round, type Tone, valueAxis } from './frame.ts';
import { extent } from './scale.ts';

export interface CategorySeries {
  name: string;
  tone: Tone;
  values: Estimate[];
}

export interface CategoryChart extends Pick<FigureText, 'title' | 'summary'> {
  kind: 'bar' | 'dot';
  categories: string[];
  series: CategorySeries[];
  valueLabel: string;
  categoryLabel: string;
  /** How a value is written when pointed at; percent styles make a percent axis. */
  style: Style;
  /** Dashed lines at values that a perfect result would have. */
  references?: number[];
  include?: number[];
}

export function categoryChart(chart: CategoryChart): Markup {
  const plot = plotOf(490, 250);
  const { series, categories } = chart;
  const values = series.flatMap((one) => one.values.flatMap(({ value, low, high }) => [value, low, high]));
  const include = [...(chart.include ?? []), ...(chart.references ?? [])];
  const percent = chart.style === 'percent' || chart.style === 'fine';
  const axis = valueAxis(plot, extent(values, ...include), chart.valueLabel, percent);
  const slot = (plot.right - plot.left) / categories.length;
  const names = categories.map(
    (name, i) =>
      html`<text class="tick middle" x="${round(plot.left + (i + 0.5) * slot)}" y="${plot.bottom + 16}">${name}</text>`,
  );
  const references = (chart.references ?? []).map((value) => {
    const at = round(axis.y(value));
    return html`<line class="reference" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`;
  });
  const marks = series.map((one) =>
    one.values.map((estimate, i) =>
      mark(chart, one, estimate, plot.left + (i + 0.5) * slot, slot, axis.y, categories[i]),
    ),
  );
  const legend = series.map(({ name, tone }) => ({ name, tone, mark: chart.kind }));
  return figure(
    { title: chart.title, summary: chart.summary, legend: series.length > 1 ? legend : undefined },
    plot,
    html`${axis.markup}${names}<text class="axis-label end" x="${plot.right}" y="${plot.height - 3}">${chart.categoryLabel}</text>${references}${marks}`,
  );
}

function mark(
  chart: CategoryChart,
  series: CategorySeries,
  estimate: Estimate,
  centre: number,
  slot: number,
  y: (value: number) => number,
  category: string,
): Markup | false {
  if (estimate.value === null) return false;
  const at = round(y(estimate.value));
  const zero = round(y(0));
  const x = round(centre);
  const width = round(Math.min(46, slot * 0.62));
  const { low, high } = estimate;
  const tone = chart.kind === 'bar' && estimate.value < 0 ? 'warm' : series.tone;
  const text = `${series.name}, ${category}: ${number(estimate.value, chart.style)} (${interval(estimate, chart.style)})`;
  const shape =
    chart.kind === 'bar'
      ? html`<rect class="bar ${tone}" x="${round(centre - width / 2)}" width="${width}" y="${Math.min(at, zero)}" height="${round(Math.abs(at - zero))}"/>`
      : html`<circle class="dot ${tone}" cx="${x}" cy="${at}" r="4"/>`;
  const whisker =
    low !== null &&
    high !== null &&
    html`<path class="whisker${chart.kind === 'dot' ? ` ${tone}` : ''}" d="M${x} ${round(y(low))}V${round(y(high))}m-3 0h6M${x - 3} ${round(y(low))}h6"/>`;
  return html`<g><title>${text}</title>${chart.kind === 'bar' ? [shape, whisker] : [whisker, shape]}</g>`;
}
