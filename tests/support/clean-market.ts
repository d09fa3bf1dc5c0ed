// Owns a market without a fault, for the tests of checks: Tokyo's own days, sixty codes, one of which leaves and one of which splits and is adjusted for it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { Random } from '../../core/base/random.ts';
import { sessionOn } from '../../core/data/calendars.ts';

export interface MarketRow {
  /** As a file writes it. */
  date: string;
  code: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume: number | null;
  factor: number | null;
}

export const MARKET_DAYS = ((): string[] => {
  const days: string[] = [];
  for (let day = toEpochDay('2018-10-01'); days.length < 260; day++)
    if (sessionOn('XTKS', day) === 'open') days.push(fromEpochDay(day));
  return days;
})();

/** The code that splits two for one on SPLIT_DAY, and the one whose bars end early. */
export const SPLITTING = '1010';
export const LEAVING = '1059';
export const SPLIT_DAY = MARKET_DAYS[100];
const CODES = Array.from({ length: 60 }, (_, c) => String(1000 + c));

const cents = (value: number): number => Math.round(value * 100) / 100;

/** Fresh rows, by code and day; whoever plants a fault changes them. */
export function cleanMarket(): MarketRow[] {
  return CODES.flatMap((code, c) => {
    const random = new Random(11, c);
    let price = 500 + 20 * c;
    return MARKET_DAYS.slice(0, code === LEAVING ? 240 : 260).map((date): MarketRow => {
      const before = code === SPLITTING && date < SPLIT_DAY;
      const open = price * Math.exp(0.004 * random.normal());
      const close = price * Math.exp(0.012 * random.normal());
      const [high, low] = [
        Math.max(open, close) * (1 + 0.006 * random.uniform()),
        Math.min(open, close) * (1 - 0.006 * random.uniform()),
      ];
      price = close;
      const scale = before ? 2 : 1;
      const volume = Math.round((100_003 * Math.exp(0.4 * random.normal())) / scale);
      return {
        date,
        code,
        open: cents(open * scale),
        high: cents(high * scale),
        low: cents(low * scale),
        close: cents(close * scale),
        volume,
        factor: before ? 0.5 : 1,
      };
    });
  });
}

const COLUMNS = ['date', 'code', 'open', 'high', 'low', 'close', 'volume', 'factor'] as const;

export function writeMarket(folder: string, rows: readonly MarketRow[], name = 'bars.csv'): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const lines = rows.map(({ factor, ...row }) =>
    [
      ...COLUMNS.slice(0, -1).map((column) => row[column as keyof typeof row] ?? ''),
      factor === 1 ? '1.0' : (factor ?? ''),
    ].join(','),
  );
  writeFileSync(path, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  return path;
}

/** What stands beside the bars: a listing of the day before the first, results, and the split. */
export function writeSurroundings(folder: string): { sectorFile: string; statements: string; actions: string } {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  return {
    sectorFile: write('listing.csv', [
      'Code,Date,Sector33Code',
      ...CODES.map((code, c) => `${code},2018-09-28,${3000 + (c % 6)}`),
    ]),
    statements: write('statements.csv', [
      'code,period,known_at,quarter,sales',
      ...CODES.map((code) => `${code},2018-12-31,2019-02-08 15:30,3,1000`),
    ]),
    actions: write('actions.csv', ['code,period,known_at,kind,ratio', `${SPLITTING},${SPLIT_DAY},2019-01-30,split,2`]),
  };
}
