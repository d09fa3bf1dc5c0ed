// Rows of a file added to a version: what it had stays as it was read, what it has already is left out, what differs is refused or replaces.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { fromEpochDay, systemClock, toEpochDay } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { jobResults } from '../../core/contract/views.ts';
import { sessionOn } from '../../core/data/calendars.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars, readManifest } from '../../core/data/load.node.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(40);
const ALL = ['A', 'B'].flatMap((code) => plainBars(code, days));
const through = (day: string): string[] => ALL.filter((line) => line < day || line.startsWith(day));
const on = (day: string): string[] => ALL.filter((line) => line.startsWith(day));
let made = 0;

async function imported(lines: readonly string[], more: Partial<ImportRequest> = {}, header?: string) {
  const n = made++;
  const file = writeFile(folder, `files/${n}.csv`, csv(lines, header));
  const outFolder = join(folder, `version-${n}`);
  const manifest = await importBars({ files: [file], name: 'market', outFolder, ...more });
  return { file, outFolder, manifest, bars: await loadBars(outFolder, { anchor: 'first', factor: true }) };
}
type Version = Awaited<ReturnType<typeof imported>>;
const to = (base: Version, mode: 'new' | 'replace' = 'new'): Partial<ImportRequest> => ({
  previous: base.outFolder,
  append: { mode, version: 1 },
});

test('a day that is added makes what an import of the whole history makes, and is counted', async () => {
  const whole = await imported(ALL);
  const base = await imported(through(days[38]));
  const added = await imported([...on(days[38]), ...on(days[39])], to(base));
  expect(added.manifest.contentHash).toBe(whole.manifest.contentHash);
  expect(added.bars).toEqual(whole.bars);
  expect(added.manifest.appended).toEqual({
    version: 1,
    contentHash: base.manifest.contentHash,
    firstSource: 1,
    added: 2,
    ignored: 2,
    replaced: 0,
  });
  expect(added.manifest.sources.map(({ path }) => path)).toEqual([base.file, added.file]);
  expect(added.manifest.drift).toMatchObject({ common: 78, changed: 0 });
  expect(added.manifest.findings.map(({ code }) => code)).not.toContain('bars-gone');
  // Nothing new makes the same version.
  expect((await imported(on(days[39]), to(added))).manifest.contentHash).toBe(added.manifest.contentHash);
});

test('rows that differ are refused with what differs, or take the place of those before', async () => {
  const base = await imported(through(days[38]));
  const other = on(days[38]).map((line) => line.replace(',138,1000,A', ',138.5,1000,A'));
  await expect(imported(other, to(base))).rejects.toMatchObject({
    code: 'data/append-differs',
    params: { count: 1, version: 1, examples: `A ${days[38]} (2): close 138 → 138.5` },
  });
  const replaced = await imported(other, to(base, 'replace'));
  expect(replaced.manifest.appended).toMatchObject({ added: 0, ignored: 1, replaced: 1 });
  expect(replaced.manifest).toMatchObject({ rows: base.manifest.rows, drift: { changed: 1 } });
  expect(replaced.manifest.findings.find(({ code }) => code === 'restated-bars')?.count).toBe(1);
});

test('what repairs took away is still there as it was read, and they are applied to the whole again', async () => {
  const twice = `${days[3]},1,2,0.5,1,1000,A`;
  const base = await imported([...through(days[38]), twice], { repairs: ['drop-duplicates-keep-first'] });
  expect(base.manifest.rowsAsRead).toBe(1);
  const added = await imported(on(days[39]), to(base));
  expect(added.manifest).toMatchObject({
    rowsAsRead: 1,
    repairs: [{ name: 'drop-duplicates-keep-first', rows: 1 }],
    rows: 80,
    rowsRead: 81,
  });
  expect(added.bars).toEqual((await imported(ALL)).bars);
});

const FACTORS = 'date,open,high,low,close,volume,code,factor';
/** Two for one in A on the last day but one, and another on the last. */
const split = (line: string, at: readonly string[]): string => {
  const [day, ...rest] = line.split(',');
  const code = rest.at(-1);
  const halved = code === 'A' ? at.filter((one) => one <= day).length : 0;
  const prices = rest.slice(0, 4).map((price) => Number(price) / 2 ** halved);
  return [day, ...prices, rest[4], code, code === 'A' && at.includes(day) ? 0.5 : 1].join(',');
};

test('a split on an added day adjusts the days before it, as in an import of the whole', async () => {
  const at = [days[20], days[39]];
  const lines = ALL.map((line) => split(line, at));
  const whole = await imported(lines, {}, FACTORS);
  const base = await imported(
    lines.filter((line) => !line.startsWith(days[39])),
    {},
    FACTORS,
  );
  const added = await imported(
    lines.filter((line) => line.startsWith(days[38]) || line.startsWith(days[39])),
    to(base),
    FACTORS,
  );
  expect(added.manifest.appended).toMatchObject({ added: 2, ignored: 2 });
  expect(added.bars).toEqual(whole.bars);
  expect(readManifest(added.outFolder).contentHash).toBe(whole.manifest.contentHash);
});

test('adjusted closes that count from another day are refused, or those before follow them', async () => {
  const header = 'date,open,high,low,close,volume,code,adjusted close';
  const adjusted = (line: string, scale: number): string => `${line},${Number(line.split(',')[4]) * scale}`;
  const base = await imported(
    through(days[38]).map((line) => adjusted(line, 1)),
    {},
    header,
  );
  const now = [...on(days[38]).map((line) => adjusted(line, 0.5)), ...on(days[39]).map((line) => adjusted(line, 1))];
  await expect(imported(now, to(base), header)).rejects.toMatchObject({ code: 'data/append-differs' });
  const followed = await imported(now, to(base, 'replace'), header);
  const whole = ALL.map((line) => adjusted(line, line.startsWith(days[39]) ? 1 : 0.5));
  expect(followed.bars).toEqual((await imported(whole, {}, header)).bars);
  await expect(imported(on(days[39]), to(base))).rejects.toMatchObject({ code: 'data/append-adjustment' });
});

test('a date that could be read in two ways is read as those before', async () => {
  const american = (line: string): string => line.replace(/^(\d+)-(\d+)-(\d+)/, '$2/$3/$1');
  const base = await imported(through(days[19]).map(american));
  const added = await imported(on(days[20]).map(american), to(base));
  expect(added.manifest.lastDay).toBe(days[20]);
});

test('a panel takes an added day as a day more', async () => {
  const workspace = join(folder, 'workspace');
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  const client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 20, days: 120, seed: 3 });
  const [header, ...lines] = readFileSync(bars, 'utf8').trimEnd().split('\n');
  const dayOf = (line: string): string => line.split(',')[header.split(',').indexOf('date')];
  const [common, last] = [...new Set(lines.map(dayOf))].sort().slice(-2);
  const name = 'market';
  const write = (file: string, own: readonly string[]): string => writeFile(folder, file, csv(own, header));
  const before = write(
    'before.csv',
    lines.filter((line) => dayOf(line) !== last),
  );
  // Adjusted closes need a day in common.
  const day = write(
    'day.csv',
    lines.filter((line) => dayOf(line) >= common),
  );
  const imported = async (file: string, append?: 'new') => {
    const started = await client.call('datasets.import', { files: [file], name, append });
    return await client.call('jobs.wait', started);
  };
  const built = async () => {
    const overrides = ['features.names=[return_1, return_5]', 'features.graph.k=3', 'features.graph.lookback=40'];
    const started = await client.call('features.build', { dataset: name, overrides });
    return jobResults.features.parse((await client.call('jobs.wait', started)).result);
  };
  await expect(imported(day, 'new')).rejects.toMatchObject({ code: 'input/append-nothing' });
  await imported(before);
  expect((await built()).added).toBe(0);
  expect((await imported(day, 'new')).outcome).toBe('finished');
  expect((await built()).added).toBe(1);
  await host.close();
});

const ADJUSTED = 'date,open,high,low,close,volume,code,adjusted close';
const adjusted =
  (scale: number) =>
  (line: string): string =>
    `${line},${Number(line.split(',')[4]) * scale}`;

test('adjusted closes without a day in common are refused, for one stock as for all', async () => {
  const base = await imported(through(days[38]).map(adjusted(1)), {}, ADJUSTED);
  const refused = (params: object) => ({ code: 'data/append-no-common-day', params });
  await expect(imported(on(days[39]).map(adjusted(1)), to(base, 'replace'), ADJUSTED)).rejects.toMatchObject(
    refused({ codes: 'A, B', count: 2, code: 'A', last: days[38] }),
  );
  const one = [...on(days[38]).filter((line) => line.endsWith('B')), ...on(days[39])].map(adjusted(1));
  await expect(imported(one, to(base), ADJUSTED)).rejects.toMatchObject(refused({ codes: 'A', count: 1 }));
  // A stock that the version does not have has nothing in common with it.
  const fresh = [...on(days[38]), ...on(days[39]), ...plainBars('C', days).slice(39)].map(adjusted(1));
  expect((await imported(fresh, to(base), ADJUSTED)).manifest.codes.length).toBe(3);
});

test('codes that are written otherwise are refused where all are, named where most are', async () => {
  const base = await imported(through(days[38]));
  const other = on(days[39]).map((line) => `${line}.T`);
  await expect(imported(other, to(base))).rejects.toMatchObject({
    code: 'data/append-unmatched',
    params: { code: 'A.T', held: 'A' },
  });
  const most = await imported([...other, ...on(days[39]).slice(0, 1)], to(base));
  expect(most.manifest.findings.find(({ code }) => code === 'new-codes')).toMatchObject({
    severity: 'warning',
    count: 2,
    examples: [{ code: 'A.T', row: 2, day: days[39] }, { code: 'B.T' }],
  });
  const half = await imported([...other.slice(1), ...on(days[39]).slice(0, 1)], to(base));
  expect(half.manifest.findings.map(({ code }) => code)).not.toContain('new-codes');
});

test('an older stretch on another basis is refused; with the last day, what is before and between follows', async () => {
  const base = await imported(through(days[38]).map(adjusted(0.98)), {}, ADJUSTED);
  const stretch = ALL.filter((line) => line >= days[5] && line < days[11]).map(adjusted(0.49));
  await expect(imported(stretch, to(base, 'replace'), ADJUSTED)).rejects.toMatchObject({
    code: 'data/append-short',
    params: { code: 'A', count: 2, last: days[38] },
  });
  // A dividend of a half after the 30th day, in a file that has some of the days: those between have the basis of the next that it has.
  const scale = (line: string): number => (line < days[31] ? 0.49 : 0.98);
  const some = [days[5], days[20], days[38]].flatMap(on).map((line) => adjusted(scale(line))(line));
  const followed = await imported(some, to(base, 'replace'), ADJUSTED);
  const factor = (day: number): number => followed.bars.factor![day];
  expect([4, 5, 6, 20, 21, 38].map((day) => factor(day) / factor(38))).toEqual(
    [0.5, 0.5, 0.5, 0.5, 1, 1].map((share) => expect.closeTo(share, 9)),
  );
});

test('days that a repair moved are added to where the files need the same, and refused where that does not show', async () => {
  const sessions: number[] = [];
  for (let day = toEpochDay('2023-06-01'); sessions.length < 200; day++)
    if (sessionOn('XTKS', day) === 'open') sessions.push(day);
  const lines = (from: number, until: number, moved: number): string[] =>
    ['1301', '7203', '9984'].flatMap((code) => {
      const dates = sessions.map((day) => fromEpochDay(day + moved));
      return plainBars(code, dates).slice(from, until);
    });
  const base = await imported(lines(0, 190, -1), { repairs: ['shift-days'] });
  expect(base.manifest.lastDay).toBe(fromEpochDay(sessions[189]));
  for (const right of [lines(190, 191, 0), lines(189, 191, 0), lines(190, 200, 0)])
    await expect(imported(right, to(base, 'replace'))).rejects.toMatchObject({
      code: 'data/append-shift',
      params: { was: 1, now: 0, calendar: 'XTKS' },
    });
  const whole = await imported(lines(0, 200, -1), { repairs: ['shift-days'] });
  for (const same of [lines(190, 200, -1), lines(185, 200, -1)])
    expect((await imported(same, to(base))).manifest.contentHash).toBe(whole.manifest.contentHash);
  const day = await imported([...lines(188, 190, -1), ...lines(190, 191, -1)], to(base));
  expect(day.manifest.lastDay).toBe(fromEpochDay(sessions[190]));
});

test('a row is held against the one that counts, and of a day that differs all rows take the place', async () => {
  const twice = (line: string): string[] => [line, line.replace(',138,1000,A', ',138.4,1000,A')];
  const first = through(days[38]);
  const doubled = first.flatMap((line) => (line.includes(',138,1000,A') ? twice(line) : [line]));
  const close = (version: Version): number => version.bars.close[38];
  for (const [repairs, counts] of [
    [[], 138.4],
    [['drop-duplicates-keep-last'], 138.4],
    [['drop-duplicates-keep-first'], 138],
  ] as const) {
    const base = await imported(doubled, { repairs });
    expect(close(base)).toBe(counts);
    const replaced = await imported(on(days[38]), to(base, 'replace'));
    expect(close(replaced)).toBe(138);
    expect(replaced.manifest.appended?.replaced).toBe(counts === 138 ? 0 : 1);
    // The stretch exported again says nothing new.
    expect((await imported(doubled.slice(-80), to(base))).manifest.appended?.added).toBe(0);
  }
  const base = await imported(first);
  const [a, b] = on(days[38]);
  const [, other] = twice(a);
  for (const [lines, counts] of [
    [[a, b, other], 138.4],
    [[other, b, a], 138],
  ] as const) {
    await expect(imported(lines, to(base))).rejects.toMatchObject({
      code: 'data/append-differs',
      params: { count: 1 },
    });
    const replaced = await imported(lines, to(base, 'replace'));
    expect(close(replaced)).toBe(counts);
    expect(replaced.manifest.appended).toMatchObject({ added: 0, ignored: 1, replaced: 2 });
  }
});

const splitsOf = async ({ outFolder }: Version): Promise<string[]> => {
  const { 'corporate-actions': actions } = await loadSideTables(outFolder, { names: ['corporate-actions'] });
  return Array.from(actions?.period ?? [], (day, i) => `${fromEpochDay(day)} ${actions?.columns.ratio?.[i]}`);
};

test('a split that was corrected is gone from prices and actions', async () => {
  const wrong = ALL.map((line) => split(line, [days[20], days[30]]));
  const right = ALL.map((line) => split(line, [days[20], days[31]]));
  const base = await imported(wrong, {}, FACTORS);
  const corrected = right.filter((line) => line >= days[30] && line < days[32]);
  const replaced = await imported(corrected, to(base, 'replace'), FACTORS);
  const whole = await imported(right, {}, FACTORS);
  expect(await splitsOf(replaced)).toEqual([`${days[20]} 2`, `${days[31]} 2`]);
  expect(await splitsOf(replaced)).toEqual(await splitsOf(whole));
  expect(replaced.bars).toEqual(whole.bars);
  const events = ({ manifest }: Version) => manifest.findings.find(({ code }) => code === 'event-factors')?.count;
  expect([events(base), events(replaced), events(whole)]).toEqual([2, 2, 2]);
  const none = ALL.map((line) => split(line, [days[20]]));
  const without = none.filter((line) => line >= days[30]);
  expect(events(await imported(without, to(base, 'replace'), FACTORS))).toBe(1);
  const never = ALL.map((line) => split(line, [])).filter((line) => line >= days[20]);
  const all = await imported(never, to(base, 'replace'), FACTORS);
  expect(events(all)).toBeUndefined();
  expect(await splitsOf(all)).toEqual([]);
  expect(all.bars).toEqual((await imported(ALL)).bars);
});

test('history before a first row takes over the split of that row, told twice or replaced or not', async () => {
  const lines = ALL.map((line) => split(line, [days[20], days[30]]));
  const later = lines.filter((line) => line >= days[20] || !line.includes(',A,'));
  const whole = await imported(lines, {}, FACTORS);
  const base = await imported(later, {}, FACTORS);
  const before = lines.filter((line) => line < days[20] && line.includes(',A,'));
  const added = await imported(before, to(base), FACTORS);
  expect(added.bars).toEqual(whole.bars);
  expect(added.manifest.contentHash).toBe(whole.manifest.contentHash);
  const first = lines.filter((line) => line.startsWith(days[20]) && line.includes(',A,'));
  expect((await imported([...before, ...first], to(base), FACTORS)).bars).toEqual(whole.bars);
  const moved = first.map((line) => line.replace(',1000,', ',1100,'));
  const replaced = await imported([...before, ...moved], to(base, 'replace'), FACTORS);
  expect(replaced.bars.close).toEqual(whole.bars.close);
  expect(await splitsOf(replaced)).toEqual(await splitsOf(whole));
});

test('what was found of times and factors while the version was read is still said of it', async () => {
  const counts = ({ manifest }: Version, code: string): number | undefined =>
    manifest.findings.find((finding) => finding.code === code)?.count;
  const timed = (time: string) => (line: string) => line.replace(',', `${time},`);
  for (const [code, time] of [
    ['zoned-time', 'T15:00:00Z'],
    ['time-of-day', ' 15:00:00'],
  ]) {
    const base = await imported(through(days[38]).map(timed(time)));
    expect(counts(base, code)).toBe(78);
    const plain = await imported(on(days[39]), to(base));
    expect(counts(plain, code)).toBe(78);
    expect(counts(await imported(ALL.slice(-1).map(timed(time)), to(base)), code)).toBe(79);
  }
  const lines = ALL.map((line) => split(line, [days[20]])).map((line) =>
    line.startsWith(days[25]) ? line.replace(/,1$/, ',0') : line,
  );
  const path = writeFile(folder, 'actions.csv', `code,period,known_at,kind,ratio\nB,${days[10]},${days[9]},split,0\n`);
  const base = await imported(lines.slice(0, -1), { tables: [{ name: 'corporate-actions', path }] }, FACTORS);
  expect(counts(base, 'impossible-event')).toBe(3);
  expect(counts(await imported(lines.slice(-1), to(base), FACTORS), 'impossible-event')).toBe(3);
});
