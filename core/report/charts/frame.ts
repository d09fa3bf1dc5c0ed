// Owns what all charts share: the figure around an SVG, its plot area, the value axis, a legend.
import { html, type Markup } from '../html.ts';
import { linear, tickDecimals, ticks } from './scale.ts';

/** Names of colours in the style sheet, all told apart by readers with colour blindness and also by dash or shape. */
export type Tone = 'accent' | 'warm' | 'third' | 'muted';

export interface LegendEntry {
  name: string;
  tone: Tone;
  mark: 'line' | 'dash' | 'bar' | 'dot';
}

export interface Plot {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Plot area in an SVG of the given size; the sides leave room for the axis texts. */
export function plotOf(width: number, height: number): Plot {
  return { width, height, left: 52, right: width - 14, top: 22, bottom: height - 36 };
}

export interface ValueAxis {
  y: (value: number) => number;
  markup: Markup;
}

/** Value axis with grid lines at round values within the domain. */
export function valueAxis(
  plot: Plot,
  domain: readonly [number, number],
  label: string,
  percent: boolean,
  count = 5,
): ValueAxis {
  const factor = percent ? 100 : 1;
  // A little air beyond the data, but none beyond a bound that means something (0, or 100 % of a share).
  const air = (domain[1] - domain[0] || Math.abs(domain[0]) || 1) * 0.04;
  const low = (domain[0] === 0 ? 0 : domain[0] - air) * factor;
  const high = (domain[1] === 0 || (percent && domain[1] === 1) ? domain[1] : domain[1] + air) * factor;
  const values = ticks([low, high], count).filter((value) => value >= low - 1e-9 && value <= high + 1e-9);
  const y = linear([low / factor, high / factor], [plot.bottom, plot.top]);
  const decimals = tickDecimals(values);
  const markup = html`<text class="axis-label" x="4" y="11">${label}</text>${values.map((value) => {
    const at = round(y(value / factor));
    const text = `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(decimals)}${percent ? '%' : ''}`;
    return html`<line class="${value === 0 ? 'zero' : 'grid'}" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/><text class="tick end" x="${plot.left - 7}" y="${at + 3.5}">${text}</text>`;
  })}`;
  return { y, markup };
}

export interface FigureText {
  title: string;
  /** What the chart shows in a sentence, for those who cannot see it. */
  summary: string;
  legend?: LegendEntry[];
}

/** A figure: caption with legend above, the SVG below. @param attributes extra attributes of the SVG, as markup */
export function figure(text: FigureText, plot: Plot, body: Markup, attributes: Markup = html``): Markup {
  return html`<figure>
<figcaption><b>${text.title}</b>${
    text.legend &&
    html`<span class="legend">${text.legend.map(
      ({ name, tone, mark }) => html`<span class="key ${mark} ${tone}">${name}</span>`,
    )}</span>`
  }</figcaption>
<svg viewBox="0 0 ${plot.width} ${plot.height}" role="img" aria-label="${text.title}. ${text.summary}"${attributes}>${body}</svg>
</figure>`;
}

/** One decimal is a tenth of a pixel: enough for any screen, and half the bytes. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
