// Owns the small interval drawing of tiles and tables: a bar from low to high, a dot at the value, a tick at zero.
import type { Estimate } from '../../evaluate/bootstrap.ts';
import { direction } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { round } from './frame.ts';
import { extent, linear } from './scale.ts';

/** Domain shared by rows of a table, always with zero in it. */
export function sharedDomain(
  estimates: readonly (Pick<Estimate, 'value' | 'low' | 'high'> | null)[],
): [number, number] {
  const [low, high] = extent(
    estimates.flatMap((one) => (one ? [one.value, one.low, one.high] : [])),
    0,
  );
  const margin = (high - low) * 0.05;
  return [low - margin, high + margin];
}

export function intervalBar(
  estimate: Pick<Estimate, 'value' | 'low' | 'high'>,
  domain: readonly [number, number],
  width = 120,
): Markup | false {
  const { value, low, high } = estimate;
  if (value === null) return false;
  const x = linear(domain, [3, width - 3]);
  const tone = { above: 'accent', below: 'warm', open: 'muted' }[direction(estimate)];
  const zero = round(x(0));
  return html`<svg class="interval ${tone}" viewBox="0 0 ${width} 14" width="${width}" height="14" aria-hidden="true"><line class="zero" x1="${zero}" x2="${zero}" y1="1" y2="13"/>${
    low !== null &&
    high !== null &&
    html`<line class="range" x1="${round(x(low))}" x2="${round(x(high))}" y1="7" y2="7"/>`
  }<circle cx="${round(x(value))}" cy="7" r="3.2"/></svg>`;
}
