// Rows of tables added to those of a version: what it has is left out, what differs is refused or replaces, what was known by its last day is told of.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import type { SideTableName } from '../../core/data/side-tables.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(40);
const [last, next] = [days[38], days[39]];
const ALL = ['1301', '1305'].flatMap((code) => plainBars(code, days));
const through = ALL.filter((line) => line.slice(0, 10) <= last);
const now = ALL.filter((line) => line.startsWith(next));
const HEADERS: Partial<Record<SideTableName, string>> = {
  trading: 'code,period,turnover',
  statements: 'code,period,known_at,document,sales',
  'corporate-actions': 'code,period,known_at,kind,ratio',
};
let made = 0;

function tables(of: Partial<Record<SideTableName, readonly string[]>>): Pick<ImportRequest, 'tables'> {
  const named = Object.entries(of) as [SideTableName, readonly string[]][];
  return {
    tables: named.map(([name, lines]) => ({
      name,
      path: writeFile(folder, `tables/${made++}.csv`, csv(lines, HEADERS[name])),
    })),
  };
}

async function imported(lines: readonly string[], more: Partial<ImportRequest> = {}) {
  const file = writeFile(folder, `files/${made++}.csv`, csv(lines));
  const outFolder = join(folder, `version-${made++}`);
  const manifest = await importBars({ files: [file], name: 'market', outFolder, ...more });
  const restated = manifest.findings.find(({ code }) => code === 'restated-table-rows');
  return { outFolder, manifest, restated, tables: await loadSideTables(outFolder) };
}
const to = (base: { outFolder: string }, mode: 'new' | 'replace' = 'new'): Partial<ImportRequest> => ({
  previous: base.outFolder,
  append: { mode, version: 1 },
});

const TRADING = [`1301,${days[37]},1000`, `1301,${last},1100`, `1305,${last},50`];

test('rows that the version has are left out and counted, and new ones of the new day join them without a finding', async () => {
  const base = await imported(through, tables({ trading: TRADING }));
  const added = await imported(now, { ...to(base), ...tables({ trading: [TRADING[1], `1301,${next},1200`] }) });
  expect(added.manifest.appended?.tables).toEqual({ trading: { added: 1, ignored: 1, replaced: 0 } });
  expect(added.restated).toBeUndefined();
  const whole = await imported(ALL, tables({ trading: [...TRADING, `1301,${next},1200`] }));
  expect(added.tables).toEqual(whole.tables);
  expect(added.manifest.contentHash).toBe(whole.manifest.contentHash);
});

test('rows that differ are refused with what differs, or take the place of those before', async () => {
  const base = await imported(through, tables({ trading: TRADING }));
  const other = tables({ trading: [`1301,${last},1150`, `1301,${next},1200`] });
  await expect(imported(now, { ...to(base), ...other })).rejects.toMatchObject({
    code: 'data/append-table-differs',
    params: { table: 'trading', count: 1, version: 1, examples: `1301 ${last} (2): turnover 1100 → 1150` },
  });
  const replaced = await imported(now, { ...to(base, 'replace'), ...other });
  expect(replaced.manifest.appended?.tables).toEqual({ trading: { added: 1, ignored: 0, replaced: 1 } });
  expect(Array.from(replaced.tables.trading?.columns.turnover ?? [])).toEqual([1000, 1150, 1200, 50]);
  expect(replaced.restated).toMatchObject({ severity: 'warning', count: 1, examples: [{ code: '1301', day: last }] });
});

test('the day counts of what is known at its close, whether or not its time is written', async () => {
  const base = await imported(through, tables({ trading: TRADING }));
  const path = writeFile(
    folder,
    'timed.csv',
    csv([`1301,${last},${last} 14:30,1100`, `1305,${last},${last} 14:30,60`], 'code,period,known_at,turnover'),
  );
  const timed = { tables: [{ name: 'trading' as const, path }] };
  await expect(imported(now, { ...to(base), ...timed })).rejects.toMatchObject({
    params: { count: 1, examples: `1305 ${last} (3): turnover 50 → 60` },
  });
  const replaced = await imported(now, { ...to(base, 'replace'), ...timed });
  expect(Array.from(replaced.tables.trading?.columns.turnover ?? [])).toEqual([1000, 1100, 60]);
});

test('new rows that were known by the last day of the version are told of, from the first day that they change', async () => {
  const base = await imported(through, tables({ statements: [`1301,2019-12-31,${days[20]} 10:00,1,1000`] }));
  const late = [
    `1301,2019-09-30,${days[30]} 15:30,1,900`,
    `1301,2019-12-31,${days[20]} 10:00,3,`,
    // After the close of its last day, and of the next; of a stock that the version knows nothing of.
    `1305,2019-12-31,${last} 15:30,1,70`,
    `1305,2019-12-31,${next} 10:00,1,71`,
    `9999,2019-12-31,${days[3]} 10:00,1,72`,
  ];
  const added = await imported(now, { ...to(base), ...tables({ statements: late }) });
  expect(added.manifest.appended?.tables).toEqual({ statements: { added: 5, ignored: 0, replaced: 0 } });
  // Two of one key are one: the forecast of dividends was disclosed with the results.
  expect(added.restated?.count).toBe(2);
  expect(added.restated?.examples).toEqual([
    {
      file: join('tables', 'statements.parquet'),
      row: null,
      code: '1301',
      day: days[20],
      values: { period: '2019-12-31', known_at: `${days[20]} 10:00:00` },
    },
    expect.objectContaining({ day: new Date(Date.parse(days[30]) + 86_400_000).toISOString().slice(0, 10) }),
  ]);
  const silent = await imported(now, { ...to(base), ...tables({ statements: late.slice(2) }) });
  expect(silent.restated).toBeUndefined();
});

test('of several documents disclosed at once the one that differs is replaced, the others stay', async () => {
  const at = `1301,2019-12-31,${days[20]} 10:00`;
  const base = await imported(through, tables({ statements: [`${at},1,1000`, `${at},3,5`] }));
  const replaced = await imported(now, { ...to(base, 'replace'), ...tables({ statements: [`${at},3,6`] }) });
  const { document, sales } = replaced.tables.statements?.columns ?? {};
  expect([Array.from(document ?? []), Array.from(sales ?? [])]).toEqual([
    [1, 3],
    [1000, 6],
  ]);
});

test('an action that the version has from its table is not another one for what the import noted of it', async () => {
  const split = `1301,${days[20]},${days[5]} 12:00,split,2`;
  const halved = (line: string): string => {
    const [day, ...rest] = line.split(',');
    const prices = rest.slice(0, 4).map((price) => Number(price) / (rest[5] === '1301' && day >= days[20] ? 2 : 1));
    return [day, ...prices, rest[4], rest[5]].join(',');
  };
  const repairs = ['adjust-apparent-splits', 'apply-corporate-actions'] as const;
  const base = await imported(through.map(halved), { repairs, ...tables({ 'corporate-actions': [split] }) });
  const added = await imported(now.map(halved), { ...to(base), ...tables({ 'corporate-actions': [split] }) });
  expect(added.manifest.appended?.tables).toEqual({ 'corporate-actions': { added: 0, ignored: 1, replaced: 0 } });
  expect(added.restated).toBeUndefined();
  const known = `1301,${days[30]},${next} 10:00,split,2`;
  const retold = await imported(now.map(halved), { ...to(base), ...tables({ 'corporate-actions': [known] }) });
  expect(retold.restated?.examples[0]).toMatchObject({ code: '1301', day: days[30] });
});

test('codes are held against the new rows alone, and those of a code that was changed follow it', async () => {
  const base = await imported(through, tables({ trading: [...TRADING, `7777,${last},1`] }));
  const foreign = tables({ trading: [`13010,${next},1200`] });
  await expect(imported(now, { ...to(base), ...foreign })).rejects.toMatchObject({ code: 'data/unmatched-table' });
  // A stock without bars that the table knows already is no foreign one.
  const other = await imported(now, { ...to(base), ...tables({ trading: [`7777,${next},1`] }) });
  expect(other.manifest.appended?.tables?.trading?.added).toBe(1);

  const renamed = [...plainBars('130A', days).filter((line) => line >= days[39])];
  const codeChanges = [{ from: '1301', to: '130A', day: toEpochDay(next) }];
  const changed = await imported([...renamed, ...now.filter((line) => line.endsWith('1305'))], {
    ...to(base),
    codeChanges,
  });
  expect(changed.tables.trading?.codes).toEqual(['1305', '130A', '7777']);
  const again = await imported(renamed, { ...to(changed), ...tables({ trading: [TRADING[1]] }) });
  expect(again.manifest.appended?.tables?.trading).toEqual({ added: 0, ignored: 1, replaced: 0 });
});

test('a history that is imported again tells which rows of tables are others', async () => {
  const first = await imported(through, tables({ trading: TRADING }));
  const second = await imported(ALL, {
    previous: first.outFolder,
    ...tables({ trading: [TRADING[0], `1301,${last},1150`, `1301,${next},7`] }),
  });
  // One restated, one gone.
  expect(second.restated?.count).toBe(2);
  expect(second.manifest.appended).toBeUndefined();
});
