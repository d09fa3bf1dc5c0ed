import { expect, test } from 'vitest';
import { columnReasonText, foldName, missingRoles, repeatedColumn, suggestColumns } from '../../core/data/columns.ts';
import { readHeader, splitLine } from '../../core/data/csv-header.ts';
import { candidateFormats, DATE_FORMATS, hasTime } from '../../core/data/dates.ts';
import { FINDINGS, findingText } from '../../core/data/findings.ts';
import { REPAIR_NAMES } from '../../core/data/repairs.ts';

const prices = { open: ['1'], high: ['2'], low: ['1'], close: ['2'] };
const columns = (cells: Record<string, string[]>) => Object.entries(cells).map(([name, values]) => ({ name, values }));
const chosen = (cells: Record<string, string[]>, overrides = {}) =>
  Object.fromEntries(suggestColumns('f.csv', columns(cells), overrides).map(({ role, column }) => [role, column]));

test('names are known in several spellings and languages', () => {
  expect(foldName('Adj. Close')).toBe('adjclose');
  expect(foldName('Ｃｏｄｅ')).toBe('code');
  expect(
    chosen({
      取引日: ['2020/01/06'],
      銘柄コード: ['1301'],
      始値: ['1'],
      高値: ['2'],
      安値: ['1'],
      終値: ['1'],
      出来高: ['3'],
      調整後終値: ['1'],
    }),
  ).toEqual({
    date: '取引日',
    code: '銘柄コード',
    open: '始値',
    high: '高値',
    low: '安値',
    close: '終値',
    volume: '出来高',
    adjustedClose: '調整後終値',
    factor: null,
  });
});

test('of columns with fitting names, content decides, then the better name', () => {
  const found = chosen({
    name: ['Apple Inc'],
    ticker: ['AAPL'],
    day: ['Monday'],
    timestamp: ['2020-01-06'],
    ...prices,
  });
  expect(found).toMatchObject({ code: 'ticker', date: 'timestamp' });
  expect(chosen({ Date: ['2020-01-06'], Last: ['1'], ...prices })).toMatchObject({ close: 'close' });
  expect(chosen({ Date: ['2020-01-06'], Close: ['n.a. yet'], ...prices }).close).toBe('close');
});

test('an override is taken at its word and frees the column it displaces', () => {
  const cells = { date: ['2020-01-06'], settle: ['3'], ...prices };
  expect(chosen(cells, { close: 'Settle' }).close).toBe('settle');
  expect(() => chosen(cells, { close: 'nope' })).toThrow(expect.objectContaining({ code: 'input/unknown-column' }));
});

test('what has no column is said, and whether it is needed', () => {
  const choices = suggestColumns('f.csv', columns({ date: ['2020-01-06'], open: ['1'], high: ['1'], low: ['1'] }));
  expect(missingRoles(choices)).toEqual(['close']);
  const code = choices.find(({ role }) => role === 'code');
  expect(code).toEqual({ role: 'code', column: null, reason: 'file-name' });
  expect(columnReasonText(code!)).toContain('name of the file');
});

test('numbers are not taken for dates or codes by content', () => {
  expect(chosen({ a: ['100', '200'], b: ['2020-01-06', '2020-01-07'], ...prices })).toMatchObject({
    date: 'b',
    code: null,
  });
  expect(chosen({ date: ['2020-01-06'], x: ['7203', '6758'], ...prices }).code).toBeNull();
  expect(chosen({ date: ['2020-01-06'], x: ['AAPL', 'BRK.B'], ...prices }).code).toBe('x');
  expect(chosen({ date: ['2020-01-06'], x: ['AAPL'], y: ['NYSE'], ...prices }).code).toBeNull();
});

test('every date format reads its own example and only formats that could be meant come along', () => {
  const examples: Record<string, string> = {
    'YYYY-MM-DD': '2020-01-31',
    'YYYY/MM/DD': '2020/1/31',
    'YYYY.MM.DD': '2020.01.31',
    YYYYMMDD: '20200131',
    YYYY年M月D日: '2020年1月31日',
    'M/D/YYYY': '1/31/2020',
    'D/M/YYYY': '31/1/2020',
    'M/D/YY': '01/31/20',
    'D/M/YY': '31/01/20',
    'M-D-YYYY': '1-31-2020',
    'D-M-YYYY': '31-1-2020',
    'D.M.YYYY': '31.1.2020',
    'D.M.YY': '31.01.20',
    'D-MMM-YYYY': '31-Jan-2020',
    'D-MMM-YY': '31-JAN-20',
    'D MMM YYYY': '31 Jan 2020',
    'MMM D, YYYY': 'Jan 31, 2020',
  };
  expect(Object.keys(examples)).toEqual(DATE_FORMATS.map(({ name }) => name));
  for (const [name, text] of Object.entries(examples)) {
    expect(candidateFormats([text]).map((format) => format.name)).toEqual([name]);
    expect(candidateFormats([`${text} 09:30`]).map((format) => format.name)).toEqual([name]);
  }
  expect(candidateFormats(['1/2/2020']).map(({ name }) => name)).toEqual(['M/D/YYYY', 'D/M/YYYY']);
  expect(candidateFormats(['1301', '20209', '', '12.5'])).toEqual([]);
  expect(hasTime(['2020-01-01T00:00:00Z'])).toBe(true);
  expect(hasTime(['Jan 31, 2020'])).toBe(false);
});

test('a header is split by the sign that makes most columns, with quotes respected and names made distinct', () => {
  expect(splitLine('a,"b, ""c""",d', ',')).toEqual(['a', 'b, "c"', 'd']);
  expect(readHeader('f', '\ufeff"date, day";open;;open\n1;2;3;4')).toEqual({
    delimiter: ';',
    names: ['date, day', 'open', 'column 3', 'open (2)'],
  });
});

test('every repair that a finding offers exists, and findings read well in both languages', () => {
  for (const [code, { repair, en, ja }] of Object.entries(FINDINGS)) {
    if (repair !== null) expect(REPAIR_NAMES, code).toContain(repair);
    expect(en, code).toMatch(/^[a-z]+[^s]s\b/);
    expect(findingText(code as keyof typeof FINDINGS, 1), code).not.toMatch(/\b(they|their|are)\b/);
    expect(ja).toMatch(/[ぁ-んァ-ン一-龠]/);
  }
  expect(findingText('missing-open', 1234)).toBe('1,234 rows without open');
  expect(findingText('missing-open', 1)).toBe('1 row without open');
  expect(findingText('missing-open', 11, 'ja')).toBe('始値がない行: 11');
});

test('a column that comes twice is taken only where content or the user decides', () => {
  const bars = { date: ['2020-01-06'], open: ['1'], high: ['1'], low: ['1'], close: ['1'] };
  const repeated = (cells: Record<string, string[]>, overrides = {}) =>
    repeatedColumn(columns(cells), suggestColumns('f.csv', columns(cells), overrides));
  expect(repeated(bars)).toBeUndefined();
  const twice = { ...bars, 'close (2)': ['2'] };
  expect(repeated(twice)).toEqual({ role: 'close', columns: ['close', 'close (2)'] });
  expect(repeated({ ...bars, Close: ['2'] })).toEqual({ role: 'close', columns: ['close', 'Close'] });
  expect(repeated(twice, { close: 'close (2)' })).toBeUndefined();
  expect(repeated(twice, { close: 'close' })).toBeUndefined();
  expect(repeated({ ...bars, 'close (2)': ['up'] })).toBeUndefined();
  expect(repeated({ ...bars, note: ['a'], 'note (2)': ['b'] })).toBeUndefined();
});

test('a role that no column can play is refused with the nearest', () => {
  const overrides = { adjustedclose: 'x' } as Record<string, string>;
  expect(() => suggestColumns('f.csv', columns({ date: ['2020-01-06'] }), overrides)).toThrow(
    /"adjustedclose"; the nearest is "adjustedClose".*date, code, open/,
  );
});
