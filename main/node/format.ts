// Owns how the command line writes figures, times and tables.
import { printableLine } from '../../core/base/printable.ts';
import type { Interval } from '../../core/contract/entities.ts';

const whole = new Intl.NumberFormat('en-US');

export const formatCount = (value: number): string => whole.format(value);

/** Four decimals; a dash where a figure is not known. */
export const formatFigure = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);

/** "12.3 %" of 0.123 */
export const formatPercent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** "0.0213 [0.0101, 0.0320]" */
export function formatInterval(interval: Interval | null): string {
  if (!interval || interval.value === null) return '-';
  if (interval.low === null || interval.high === null) return formatFigure(interval.value);
  return `${formatFigure(interval.value)} [${formatFigure(interval.low)}, ${formatFigure(interval.high)}]`;
}

/** The end of an id, by which commands know it too. */
export const shortId = (id: string): string => id.slice(-6);

/** "1 row", "2 rows" */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** "0.8 s", "42 s", "3:07", "1:03:07" */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor(rounded / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rounded % 60)}` : `${minutes}:${two(rounded % 60)}`;
}

/** "2026-01-31 14:05", local time. */
export function formatTime(milliseconds: number | null): string {
  if (milliseconds === null) return '-';
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Columns it takes on a terminal: East Asian wide characters take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1;
  return width;
}

/**
 * Aligned columns, figures to the right; no lines, so that it can be cut and pasted. Cells may come from files: each stays on its
 * line and sends the terminal no commands.
 */
export function formatTable(header: readonly string[], body: readonly (readonly string[])[]): string {
  if (body.length === 0) return '';
  const all = [header, ...body].map((row) => row.map(printableLine));
  const rows = all.slice(1);
  const widths = header.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column] ?? ''))));
  const numeric = header.map((_, column) =>
    rows.every((row) => /^(-|[-+\d.,%]+( [a-zA-Z%]{1,3})?)?$/.test(row[column] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column] - displayWidth(cell));
        return numeric[column] ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}
