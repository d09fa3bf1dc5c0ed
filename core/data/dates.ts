// Owns the ways in which a source may write a day, and which of them its values allow.

export interface DateFormat {
  /** What people call it: stands in manifests and messages, and is what a user may choose. */
  readonly name: string;
  /** The same for strptime. */
  readonly strptime: string;
  readonly pattern: RegExp;
}

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)';

/** Where two fit equally (all days up to the 12th), the earlier stands. */
export const DATE_FORMATS: readonly DateFormat[] = [
  { name: 'YYYY-MM-DD', strptime: '%Y-%m-%d', pattern: /^\d{4}-(?<month>\d{1,2})-(?<day>\d{1,2})$/ },
  { name: 'YYYY/MM/DD', strptime: '%Y/%m/%d', pattern: /^\d{4}\/(?<month>\d{1,2})\/(?<day>\d{1,2})$/ },
  { name: 'YYYY.MM.DD', strptime: '%Y.%m.%d', pattern: /^\d{4}\.(?<month>\d{1,2})\.(?<day>\d{1,2})$/ },
  { name: 'YYYYMMDD', strptime: '%Y%m%d', pattern: /^(?:19|20)\d{2}(?<month>\d{2})(?<day>\d{2})$/ },
  { name: 'YYYY年M月D日', strptime: '%Y年%m月%d日', pattern: /^\d{4}年(?<month>\d{1,2})月(?<day>\d{1,2})日$/ },
  { name: 'M/D/YYYY', strptime: '%m/%d/%Y', pattern: /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/\d{4}$/ },
  { name: 'D/M/YYYY', strptime: '%d/%m/%Y', pattern: /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/\d{4}$/ },
  { name: 'M/D/YY', strptime: '%m/%d/%y', pattern: /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/\d{2}$/ },
  { name: 'D/M/YY', strptime: '%d/%m/%y', pattern: /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/\d{2}$/ },
  { name: 'M-D-YYYY', strptime: '%m-%d-%Y', pattern: /^(?<month>\d{1,2})-(?<day>\d{1,2})-\d{4}$/ },
  { name: 'D-M-YYYY', strptime: '%d-%m-%Y', pattern: /^(?<day>\d{1,2})-(?<month>\d{1,2})-\d{4}$/ },
  { name: 'D.M.YYYY', strptime: '%d.%m.%Y', pattern: /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.\d{4}$/ },
  { name: 'D.M.YY', strptime: '%d.%m.%y', pattern: /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.\d{2}$/ },
  { name: 'D-MMM-YYYY', strptime: '%d-%b-%Y', pattern: new RegExp(`^(?<day>\\d{1,2})-${MONTH}-\\d{4}$`, 'i') },
  { name: 'D-MMM-YY', strptime: '%d-%b-%y', pattern: new RegExp(`^(?<day>\\d{1,2})-${MONTH}-\\d{2}$`, 'i') },
  { name: 'D MMM YYYY', strptime: '%d %b %Y', pattern: new RegExp(`^(?<day>\\d{1,2}) ${MONTH} \\d{4}$`, 'i') },
  { name: 'MMM D, YYYY', strptime: '%b %d, %Y', pattern: new RegExp(`^${MONTH} (?<day>\\d{1,2}), \\d{4}$`, 'i') },
];

/** A time of day after the day; the day is taken as written, whatever zone the time may name. */
const TIME = /[T ]+\d{1,2}:\d{2}.*$/;
/** The same for SQL regular expressions. */
export const TIME_SQL = '[T ]+\\d{1,2}:\\d{2}.*$';

export function hasTime(values: readonly string[]): boolean {
  return values.some((value) => TIME.test(value));
}

function fits({ pattern }: DateFormat, value: string): boolean {
  const groups = pattern.exec(value)?.groups;
  if (!groups) return false;
  return Number(groups.month ?? 1) <= 12 && Number(groups.month ?? 1) >= 1 && Number(groups.day) <= 31;
}

/** Formats that at least a third of the values could be in, best first. Which one holds is decided on the whole file. */
export function candidateFormats(values: readonly string[]): DateFormat[] {
  const some = values.map((value) => value.trim().replace(TIME, '')).filter((value) => value !== '');
  if (some.length === 0) return [];
  return DATE_FORMATS.map((format) => ({ format, count: some.filter((value) => fits(format, value)).length }))
    .filter(({ count }) => count * 3 >= some.length)
    .sort((a, b) => b.count - a.count)
    .map(({ format }) => format);
}
