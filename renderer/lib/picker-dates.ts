// Owns the way between trading days and what a date picker works with: midnight of that date in the reader's time zone.

/** "2024-03-31" as that date's local midnight, epoch milliseconds. */
export function dateOf(iso: string): number {
  const [year, month, day] = iso.split('-').map(Number);
  return new Date(year, month - 1, day).getTime();
}

/** The date that `time` lies on here, as "2024-03-31". */
export function isoOf(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
