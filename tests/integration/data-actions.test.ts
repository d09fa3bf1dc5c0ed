// Corporate actions from an import to a stock's chart: the user's table, factors, jumps, and codes that became others.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { type ImportRequest, importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { readActions } from '../../core/data/stock-actions.node.ts';
import { csv, HEADER, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(60);
let imports = 0;

async function importLines(lines: readonly string[], request: Partial<ImportRequest> = {}, header = HEADER) {
  const outFolder = join(folder, `dataset-${imports++}`);
  const files = [writeFile(folder, `bars-${imports}.csv`, csv(lines, header))];
  return { manifest: await importBars({ files, name: 'test', outFolder, ...request }), outFolder };
}
const table = (name: string, lines: readonly string[]): string =>
  writeFile(folder, `${name}-${imports}.csv`, `${lines.join('\n')}\n`);
const shown = async (outFolder: string, code: string, asOf?: string) =>
  (await readActions(outFolder, code, asOf === undefined ? undefined : toEpochDay(asOf))).map(
    ({ kind, day, ratio, amount, origin }) => [fromEpochDay(day), kind, ratio, amount, origin],
  );

test('a table of the user names its kinds by word or number, and what was not announced yet is not there', async () => {
  const path = table('actions', [
    'code,period,known_at,kind,ratio,amount',
    `A,${days[30]},${days[20]} 10:00,split,2,`,
    `A,${days[40]},${days[35]},Dividend,,1.5`,
    `A,${days[50]},${days[45]},6,,`,
  ]);
  const { outFolder } = await importLines(plainBars('A', days), { tables: [{ name: 'corporate-actions', path }] });
  const all = [
    [days[30], 'split', 2, Number.NaN, 'table'],
    [days[40], 'dividend', Number.NaN, 1.5, 'table'],
    [days[50], 'delisting', Number.NaN, Number.NaN, 'table'],
  ];
  expect(await shown(outFolder, 'A')).toEqual(all);
  expect(await shown(outFolder, 'A', days[20])).toEqual(all.slice(0, 1));
  expect(await shown(outFolder, 'A', days[35])).toEqual(all.slice(0, 1)); // announced after the close, for all we know
  expect(await shown(outFolder, 'A', days[36])).toEqual(all.slice(0, 2));
  const unknown = table('unknown', ['code,period,known_at,kind', `A,${days[30]},${days[20]},spinoff`]);
  await expect(
    importLines(plainBars('A', days), { tables: [{ name: 'corporate-actions', path: unknown }] }),
  ).rejects.toMatchObject({ code: 'data/unknown-action', params: { value: 'spinoff' } });
});

test('dividends of their own table count once they are decided, in their newest version', async () => {
  const path = table('dividends', [
    'code,period,known_at,amount,forecast',
    `A,${days[30]},${days[10]} 10:00,1,1`,
    `A,${days[30]},${days[20]} 10:00,2,0`,
    `A,${days[30]},${days[25]} 10:00,3,0`,
  ]);
  const { outFolder } = await importLines(plainBars('A', days), { tables: [{ name: 'dividends', path }] });
  expect(await shown(outFolder, 'A', days[12])).toEqual([]);
  expect(await shown(outFolder, 'A', days[22])).toEqual([[days[30], 'dividend', Number.NaN, 2, 'table']]);
  expect(await shown(outFolder, 'A')).toEqual([[days[30], 'dividend', Number.NaN, 3, 'table']]);
});

test('factors that stand on their day alone, and jumps adjusted for on request, are kept as actions', async () => {
  const events = plainBars('A', days).map((line, i) => `${line},${i === 20 ? 0.5 : i === 40 ? 10 : 1}`);
  const { outFolder, manifest } = await importLines(events, {}, `${HEADER},factor`);
  expect(manifest.tables?.map(({ name, rows }) => [name, rows])).toEqual([['corporate-actions', 2]]);
  expect(await shown(outFolder, 'A')).toEqual([
    [days[20], 'split', 2, Number.NaN, 'event-factor'],
    [days[40], 'reverse-split', 0.1, Number.NaN, 'event-factor'],
  ]);
  expect(await shown(outFolder, 'A', days[19])).toEqual([]);
  expect((await shown(outFolder, 'A', days[20])).length).toBe(1); // on the day whose price shows it

  const halved = days.map((day, i) => {
    const close = (100 + (i % 3)) / (i < 30 ? 1 : 2);
    return [day, close, close * 1.01, close * 0.99, close, 1003 * (i < 30 ? 1 : 2) + i, 'A'].join(',');
  });
  expect((await importLines(halved)).manifest.tables).toBeUndefined();
  const repaired = await importLines(halved, { repairs: ['adjust-apparent-splits'] });
  expect(await shown(repaired.outFolder, 'A')).toEqual([[days[30], 'split', 2, Number.NaN, 'apparent-split']]);
});

test('codes that became others are one history under the newest, recorded, and marked on their day', async () => {
  const part = (code: string, from: number, to: number) =>
    plainBars('X', days)
      .slice(from, to)
      .map((line) => line.replace(/X$/, code));
  const lines = [
    ...part('OLD', 0, 20),
    ...part('MID', 20, 40),
    ...part('NEW', 40, 60),
    ...part('MID', 50, 60),
    ...plainBars('Z', days),
  ];
  const codeChanges = [
    { from: 'OLD', to: 'MID', day: toEpochDay(days[20]) },
    { from: 'MID', to: 'NEW', day: toEpochDay(days[40]) },
  ];
  const { manifest, outFolder } = await importLines(lines, { codeChanges });
  expect(manifest.codeChanges).toEqual([
    { from: 'OLD', to: 'NEW', day: days[20], rows: 20 },
    { from: 'MID', to: 'NEW', day: days[40], rows: 20 },
  ]);
  // Another stock took the code MID later; its bars stay its own.
  expect(manifest.codes.map(({ code, rows }) => [code, rows])).toEqual([
    ['MID', 10],
    ['NEW', 60],
    ['Z', 60],
  ]);
  const bars = await loadBars(outFolder, { codes: ['NEW', 'Z'] });
  expect([...bars.close.slice(0, 60)]).toEqual([...bars.close.slice(60)]);
  expect((await shown(outFolder, 'NEW')).map(([day, kind]) => [day, kind])).toEqual([
    [days[20], 'symbol-change'],
    [days[40], 'symbol-change'],
  ]);
});

test('a change of code that cannot be is refused, with what stands in its way', async () => {
  const lines = [...plainBars('A', days), ...plainBars('B', days)];
  const change = (from: string, to: string) =>
    importLines(lines, { codeChanges: [{ from, to, day: toEpochDay(days[30]) }] });
  await expect(change('A', 'B')).rejects.toMatchObject({
    code: 'input/code-change-overlap',
    params: { to: 'B', count: 30 },
  });
  await expect(change('C', 'D')).rejects.toMatchObject({ code: 'input/code-change-unknown', params: { code: 'C' } });
});
