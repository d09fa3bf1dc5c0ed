// Owns the audit of the universe: each code must have been let in or left out by what was known on the day of judgement, and that day may
// not lie behind the end of training.
import { type EpochDay, fromEpochDay } from '../../base/clock.ts';
import type { LeakFinding } from '../../base/sentinel.ts';
import type { BarTable } from '../../data/bars.ts';
import { chooseUniverse, type UniverseRules } from '../../data/universe.ts';

export interface UniverseClaim {
  /** All codes that the dataset has bars of, before anything was left out, each with the last of them. */
  readonly all: readonly { readonly code: string; readonly lastDay: EpochDay }[];
  /** Of the panel. */
  readonly codes: readonly string[];
  /** By what it was chosen, with all bars; absent where every code should be in the panel. */
  readonly judged?: {
    readonly rules: Omit<UniverseRules, 'asOf'>;
    readonly asOf: EpochDay;
    readonly bars: BarTable;
  };
  /** Last training day of the first fold. */
  readonly trainEnd: EpochDay;
}

export function auditUniverse({ all, codes, judged, trainEnd }: UniverseClaim): LeakFinding[] {
  const held = new Set(codes);
  const differing = (asOf: EpochDay): string[] => {
    if (!judged) return all.flatMap(({ code }) => (held.has(code) ? [] : [code]));
    const { bars, rules } = judged;
    const kept = new Set(Array.from(chooseUniverse(bars, { ...rules, asOf }).kept, (code) => bars.codes[code]));
    return bars.codes.filter((code) => kept.has(code) !== held.has(code));
  };
  const asOf = judged?.asOf ?? trainEnd;
  const subject = (wrong: readonly string[]): string => wrong.slice(0, 5).join(', ') || 'universe';
  const wrong = differing(Math.min(asOf, trainEnd));
  if (wrong.length > 0) {
    const end = all.reduce((latest, { lastDay }) => Math.max(latest, lastDay), trainEnd);
    const gone = new Set(all.flatMap(({ code, lastDay }) => (lastDay < end - LAST_DAYS ? [code] : [])));
    const later = judged ? [asOf, end].find((day) => day > trainEnd && differing(day).length === 0) : undefined;
    const survivors = wrong.filter((code) => !held.has(code) && gone.has(code)).length;
    const judgedLater = later !== undefined || survivors > wrong.length / 2;
    return [
      {
        code: judgedLater ? 'universe-judged-later' : 'universe-judged-otherwise',
        verdict: 'failed',
        subject: subject(wrong),
        params: {
          codes: wrong.length,
          gone: survivors,
          day: fromEpochDay(trainEnd),
          through: fromEpochDay(later ?? end),
        },
      },
    ];
  }
  if (asOf <= trainEnd) return [];
  return [
    {
      code: 'universe-judged-later',
      verdict: 'failed',
      subject: 'universe',
      params: { codes: 0, gone: 0, day: fromEpochDay(trainEnd), through: fromEpochDay(asOf) },
    },
  ];
}

/** Calendar days before the end of the data within which whoever is still traded has a bar. */
const LAST_DAYS = 14;

/** Share of a market's stocks that leave it in a year, by the lowest counts of developed markets; most lose twice as many. */
const LEAVING_A_YEAR = 0.015;
/** With so many expected, nobody leaving is one chance in a thousand. */
const EXPECTED = 6.9;
const TRADING_DAYS = 250;

/**
 * @param remaining codes with a row in the last days of the panel
 * @param days trading days in which codes can have left: those since the universe was judged, where it was
 */
export function auditDepartures(stocks: number, remaining: number, days: number): LeakFinding[] {
  const expected = stocks * (days / TRADING_DAYS) * LEAVING_A_YEAR;
  if (remaining < stocks || expected < EXPECTED) return [];
  return [
    {
      code: 'nobody-leaves',
      verdict: 'suspicious',
      subject: 'universe',
      params: { stocks, years: days / TRADING_DAYS, expected },
    },
  ];
}
