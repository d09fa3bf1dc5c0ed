// Owns which trading day a forex price belongs to, and joining prices into days: by UTC as the source cuts them, or at 17:00 New York, the
// market's own close. What is traded on a weekend, Sunday evening above all, belongs to Monday.
import type { EpochDay } from '../../base/clock.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export type DayCut = 'utc' | 'new-york';

/** Epoch milliseconds, then open, high, low, close and volume. */
export type Candle = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

const newYorkHour = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hour: 'numeric',
  hourCycle: 'h23',
});
const offsets = new Map<EpochDay, number>();

/** Milliseconds by which New York is behind UTC at noon of a day; clocks change on Sunday mornings, when nothing is traded. */
function behindUtc(day: EpochDay): number {
  let offset = offsets.get(day);
  if (offset === undefined) {
    offset = (12 - Number(newYorkHour.format(new Date((day + 0.5) * DAY_MS)))) * HOUR_MS;
    offsets.set(day, offset);
  }
  return offset;
}

/** The trading day of a moment. */
export function forexDay(time: number, cut: DayCut): EpochDay {
  const shifted = cut === 'utc' ? time : time - behindUtc(Math.floor(time / DAY_MS)) + 7 * HOUR_MS;
  return toWeekday(Math.floor(shifted / DAY_MS));
}

/** 1970-01-01 was a Thursday. */
const weekday = (day: EpochDay): number => (day + 3) % 7;
const toWeekday = (day: EpochDay): EpochDay => day + (weekday(day) === 5 ? 2 : weekday(day) === 6 ? 1 : 0);

/** Whether the market is open: Monday to Friday, Christmas and New Year's Day apart. */
export function isForexDay(day: EpochDay): boolean {
  const date = new Date(day * DAY_MS);
  const holiday = `${date.getUTCMonth() + 1}-${date.getUTCDate()}`;
  return weekday(day) < 5 && holiday !== '12-25' && holiday !== '1-1';
}

/** Bars by trading day out of candles of any length, which come in order of time. */
export class ForexDays {
  readonly #cut: DayCut;
  readonly #days = new Map<EpochDay, [open: number, high: number, low: number, close: number, volume: number]>();

  constructor(cut: DayCut) {
    this.#cut = cut;
  }

  add([time, open, high, low, close, volume]: Candle): void {
    const day = forexDay(time, this.#cut);
    const bar = this.#days.get(day);
    if (!bar) {
      this.#days.set(day, [open, high, low, close, volume]);
      return;
    }
    bar[1] = Math.max(bar[1], high);
    bar[2] = Math.min(bar[2], low);
    bar[3] = close;
    bar[4] += volume;
  }

  /** In order of days. */
  bars(): [EpochDay, readonly number[]][] {
    return [...this.#days].sort(([a], [b]) => a - b);
  }
}
