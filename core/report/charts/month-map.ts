// Owns the monthly heat map: a table whose cells are tinted by return, so that it reads without colour as well.
import type { Locale } from '../../base/messages/table.ts';
import type { CalendarRow } from '../../backtest/statistics.ts';
import { monthName, number } from '../format.ts';
import { html, type Markup } from '../html.ts';

export function monthMap(
  rows: readonly CalendarRow[],
  labels: { year: string; total: string; monthly: string },
  locale: Locale,
): Markup {
  const strongest = Math.max(1e-9, ...rows.flatMap((row) => row.months.map((value) => Math.abs(value ?? 0))));
  const cell = (value: number | null): Markup => {
    if (value === null) return html`<td class="none"></td>`;
    // Tint in steps of a tenth of the strongest month; the text stays readable at any tint.
    const tint = Math.round((Math.abs(value) / strongest) * 10) * 6;
    return html`<td class="${value < 0 ? 'fall' : 'rise'}" style="--tint:${tint}%">${number(value, 'percent')}</td>`;
  };
  const months = Array.from({ length: 12 }, (_, i) => html`<th scope="col">${monthName(i + 1, locale)}</th>`);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${labels.monthly}"><table class="months"><thead><tr><th scope="col">${labels.year}</th>${months}<th scope="col" class="total">${labels.total}</th></tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${row.year}</th>${row.months.map(cell)}<td class="total">${number(row.total, 'percent')}</td></tr>`,
  )}</tbody></table></div>`;
}
