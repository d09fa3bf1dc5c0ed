// Datasets through the host, as the import wizard and the dataset pages use it: uploaded files, findings, repairs, versions, the trash.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heldInputs } from '../../core/app/held-inputs.node.ts';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { jobResults } from '../../core/contract/views.ts';
import { FINDINGS } from '../../core/data/findings.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';
import { csv, plainBars, weekdays } from './data-files.ts';

const workspace = join(temporaryFolder('datasets'), 'workspace');
let host: Host;
let client: Client;
beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
});
afterAll(() => host.close());

const days = weekdays(60);

/** As the interface uploads: a folder of its own below uploads/. */
function upload(name: string, content: string | Uint8Array, key = name.replaceAll('/', '-')): string {
  const path = join(workspace, 'uploads', key, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function importing(input: Parameters<typeof client.call<'datasets.import'>>[1]) {
  const { jobId } = await client.call('datasets.import', input);
  const end = await client.call('jobs.wait', { jobId });
  if (end.error) throw new Error(end.error.message);
  return jobResults.import.parse(end.result);
}

test('uploaded files are inspected, imported, and imported again with the repairs that their findings offered', async () => {
  const doubled = plainBars('A', [days[10]], 2); // scaled: another close for the same day
  const broken = plainBars('B', days).map((line, i) => (i === 5 ? line.replace(/^([^,]+),[^,]+/, '$1,') : line));
  const bars = upload('bars.csv.gz', gzipSync(csv([...plainBars('A', days), ...doubled, ...broken])));
  const sectors = upload('sectors.csv', 'ticker,industry\nA,Energy\nB,Metals\n');

  const { files, previews } = await client.call('datasets.inspect', { files: [bars] });
  expect(files).toEqual([bars]);
  expect(previews[0]).toMatchObject({ format: 'csv', missing: [] });

  const first = await importing({ files: [bars], sectors, name: 'market' });
  expect(first.version).toMatchObject({ version: 1, rows: 121, repairs: [] });
  const found = Object.fromEntries(first.findings.map((finding) => [finding.kind, finding]));
  expect(found.duplicate).toMatchObject({
    count: 1,
    repair: null,
    offers: ['drop-duplicates-keep-last', 'drop-duplicates-keep-first'],
  });
  expect(found['missing-open']).toMatchObject({ count: 1, offers: ['fill-ohl-from-close', 'drop-invalid-rows'] });
  expect(found.duplicate.examples[0]).toMatchObject({ code: 'A', day: days[10] });

  const repairs = [found.duplicate.offers[1], found['missing-open'].offers[0]];
  const second = await importing({ files: [bars], sectors, name: 'market', repairs });
  expect(second.version).toMatchObject({
    version: 2,
    rows: 120,
    datasetId: first.version.datasetId,
    repairs: [
      { rule: 'drop-duplicates-keep-first', rows: 1 },
      { rule: 'fill-ohl-from-close', rows: 1 },
    ],
  });
  expect(second.findings.find(({ kind }) => kind === 'duplicate')?.repair).toBe('drop-duplicates-keep-first: 1');

  const detail = await client.call('datasets.get', { dataset: 'market' });
  expect(detail.versions.map(({ version }) => version)).toEqual([2, 1]);
  expect(detail.findings).toEqual(second.findings);
  const older = await client.call('datasets.get', { dataset: 'market', version: 1 });
  expect(older.findings).toEqual(first.findings);
  await expect(client.call('datasets.get', { dataset: 'market', version: 3 })).rejects.toMatchObject({
    code: 'state/not-found',
  });

  const chart = await client.call('datasets.bars', { dataset: 'market', code: 'B', overlays: ['sma20'] });
  expect(chart.sector).toBe('Metals');
  expect(chart.open[5]).toBe(105); // filled from the close
  expect(chart.lines.sma20[19]).toBeCloseTo(109.5, 9);
});

test('a folder is imported as a whole, and the same bars again make no other version', async () => {
  upload('a.csv', csv(plainBars('A', days)), 'folder');
  upload('deeper/b.csv.gz', gzipSync(csv(plainBars('B', days))), 'folder');
  const folder = join(workspace, 'uploads', 'folder');
  const first = await importing({ files: [folder], name: 'from-folder' });
  expect(first.version).toMatchObject({ version: 1, stocks: 2, rows: 120 });
  const again = await importing({ files: [join(folder, 'deeper'), join(folder, 'a.csv')], name: 'from-folder' });
  expect(again.version).toEqual(first.version);
});

test('every repair says which findings it answers, and every finding that names a repair is among them', async () => {
  const rules = await client.call('datasets.repairs', {});
  for (const [kind, { repair }] of Object.entries(FINDINGS))
    if (repair) expect(rules.find(({ name }) => name === repair)?.answers).toContain(kind);
  expect(rules.every(({ answers }) => answers.length > 0)).toBe(true);
});

test('coverage and stocks of the newest version', async () => {
  const { codes, periods, cells } = await client.call('datasets.coverage', { dataset: 'market', by: 'day' });
  expect([codes, periods.length, cells.length]).toEqual([['A', 'B'], 60, 120]);
  const stocks = await client.call('datasets.stocks', { dataset: 'market' });
  expect(stocks.map(({ code, bars, sector }) => [code, bars, sector])).toEqual([
    ['A', 60, 'Energy'],
    ['B', 60, 'Metals'],
  ]);
});

test('prices as traded keep their lines beside them, and the split is marked', async () => {
  const lines = plainBars('S', days).map((line, i) => `${line},${i < 30 ? 0.5 : 1}`);
  const file = upload('split.csv', csv(lines, 'date,open,high,low,close,volume,code,factor'));
  await importing({ files: [file], name: 'split' });
  const ask = { dataset: 'split', code: 'S', overlays: ['sma20' as const, 'rsi14' as const] };
  const shown = await client.call('datasets.bars', ask);
  const raw = await client.call('datasets.bars', { ...ask, raw: true });
  expect(raw.actions).toEqual([{ day: days[30], ratio: 2 }]);
  expect([shown.close[29], raw.close[29]]).toEqual([129 / 2, 129]);
  expect(raw.lines.sma20[29]).toBeCloseTo(2 * shown.lines.sma20[29], 9);
  expect(raw.lines.sma20[59]).toBe(shown.lines.sma20[59]);
  expect(raw.lines.rsi14).toEqual(shown.lines.rsi14);
});

test('the report of a version: every check, what it found, what it could not run for, and what changed since the version before', async () => {
  const lines = plainBars('A', days);
  await importing({ files: [upload('one.csv', csv(lines))], name: 'watched', calendar: 'XTKS' });
  const first = await client.call('datasets.quality', { dataset: 'watched' });
  expect(first).toMatchObject({ dataset: 'watched', version: 1, drift: null, codeChanges: [] });
  expect(first.calendar).toEqual({ name: 'XTKS', reason: 'chosen', agreement: null });
  expect(first.checks.length).toBe(Object.keys(FINDINGS).length);
  const check = (quality: typeof first, kind: string) => quality.checks.find((each) => each.kind === kind);
  // plainBars knows no holidays: Tokyo's of early 2020 have bars.
  expect(check(first, 'closed-day')).toMatchObject({
    state: 'found',
    finding: { count: 4, offers: ['drop-closed-days'] },
  });
  expect(check(first, 'restated-bars')).toMatchObject({ state: 'skipped', reason: 'first-version', finding: null });
  expect(check(first, 'duplicate')).toMatchObject({ state: 'clean', area: 'duplicates', reason: null });

  const file = upload('two.csv', csv(lines.map((line, i) => (i === 7 ? line.replace(',1000,', ',1003,') : line))));
  await importing({ files: [file], name: 'watched', calendar: 'XTKS', repairs: ['drop-closed-days'] });
  const second = await client.call('datasets.quality', { dataset: 'watched' });
  expect(second.drift).toMatchObject({ common: 56, changed: 1 });
  expect(check(second, 'restated-bars')?.finding?.examples[0]).toMatchObject({
    day: days[7],
    volume_before: 1000,
    volume: 1003,
  });
  expect(check(second, 'bars-gone')).toMatchObject({ state: 'found', finding: { count: 4 } });
  expect(check(second, 'closed-day')?.finding?.repair).toBe('drop-closed-days: 4');
  expect((await client.call('datasets.quality', { dataset: 'watched', version: 1 })).checks).toEqual(first.checks);
});

test('the same files held against another calendar are another version, whose report says so', async () => {
  const bars = upload('clock.csv', csv(plainBars('A', days)));
  const index = upload('clock-index.csv', `code,period,known_at,close\nX,${days[30]},${days[30]} 15:30,5\n`);
  const asked = { files: [bars], name: 'clock', tables: [{ name: 'index-bars' as const, path: index }] };
  const [tokyo, newYork] = [
    await importing({ ...asked, calendar: 'XTKS' }),
    await importing({ ...asked, calendar: 'XNYS' }),
  ];
  expect([tokyo.version.version, newYork.version.version]).toEqual([1, 2]);
  expect((await client.call('datasets.quality', { dataset: 'clock' })).calendar?.name).toBe('XNYS');
  expect((await importing({ ...asked, calendar: 'XNYS' })).version).toEqual(newYork.version);
  // What is published at half past three is tomorrow's in Tokyo and today's in New York: no panel is both.
  expect(tokyo.version.contentHash).toBe(newYork.version.contentHash);
  expect(heldInputs(workspace, tokyo.version)).toMatchObject({ closes: 'XTKS' });
  expect(heldInputs(workspace, newYork.version)).toMatchObject({ closes: 'XNYS' });
});

test('a stock as of a day knows no later bar, split or dividend; dividends are put back in when asked', async () => {
  const lines = plainBars('S', days).map((line, i) => `${line},${i < 30 ? 0.5 : 1}`);
  const file = upload('asof.csv', csv(lines, 'date,open,high,low,close,volume,code,factor'));
  const path = upload('actions.csv', `code,period,known_at,kind,amount\nS,${days[40]},${days[39]} 10:00,dividend,14\n`);
  await importing({ files: [file], name: 'as-of', tables: [{ name: 'corporate-actions', path }] });
  const ask = { dataset: 'as-of', code: 'S' };
  const whole = await client.call('datasets.bars', ask);
  expect(whole.corporateActions).toEqual([
    { day: days[40], kind: 'dividend', ratio: null, amount: 14, origin: 'table' },
  ]);

  const before = await client.call('datasets.bars', { ...ask, asOf: days[20] });
  expect(before.days).toEqual(days.slice(0, 21));
  expect([before.close[20], before.volume[20]]).toEqual([120, 1000]); // as it was traded, though a split came later
  expect(before.close[5] / before.close[20]).toBeCloseTo(whole.close[5] / whole.close[20], 12);
  expect([before.actions, before.corporateActions]).toEqual([[], []]);

  const total = await client.call('datasets.bars', { ...ask, totalReturn: true });
  const kept = 1 - 14 / 139; // of the close before the ex-day
  expect(total.close[39]).toBeCloseTo(139 * kept, 9);
  expect(total.close[0]).toBeCloseTo(50 * kept, 9);
  expect([total.close[40], total.volume[0]]).toEqual([140, 2000]);
  const earlier = await client.call('datasets.bars', { ...ask, totalReturn: true, asOf: days[39] });
  expect(earlier.close[39]).toBe(139);
  await expect(client.call('datasets.bars', { ...ask, totalReturn: true, raw: true })).rejects.toMatchObject({
    code: 'input/bad-request',
  });
  await expect(client.call('datasets.bars', { ...ask, asOf: '2019-01-01' })).rejects.toMatchObject({
    code: 'input/unknown-bar',
  });
});

test('a renamed dataset keeps its files, leaves its old name free, and takes the next version under the new one', async () => {
  const file = upload('moving.csv', csv(plainBars('A', days)));
  const { version } = await importing({ files: [file], name: 'moving' });
  const renamed = await client.call('datasets.update', {
    dataset: 'moving',
    name: 'moved',
    notes: 'from the old desk',
  });
  expect(renamed).toMatchObject({ name: 'moved', notes: 'from the old desk' });
  await expect(client.call('datasets.update', { dataset: 'moved', name: 'market' })).rejects.toMatchObject({
    code: 'state/name-taken',
  });
  const namesake = await importing({ files: [upload('other.csv', csv(plainBars('Z', days)))], name: 'moving' });
  expect(namesake.version.folder).not.toBe(version.folder);
  const next = await importing({ files: [upload('more.csv', csv(plainBars('C', days)))], name: 'moved' });
  expect(next.version).toMatchObject({ version: 2, datasetId: version.datasetId });
  const codeOf = async (dataset: string) => (await client.call('datasets.stocks', { dataset })).map(({ code }) => code);
  expect([await codeOf('moved'), await codeOf('moving')]).toEqual([['C'], ['Z']]);
  const older = await client.call('datasets.get', { dataset: 'moved', version: 1 });
  expect(older.versions[1].folder).toBe(version.folder);
});

test('a deleted dataset is gone from lists and names, its name can be used, and it comes back with its bars', async () => {
  const file = upload('deleted.csv', csv(plainBars('A', days)));
  const { version } = await importing({ files: [file], name: 'deleted' });
  await client.call('datasets.delete', { dataset: 'deleted' });
  const names = async () => (await client.call('datasets.list', {})).map(({ dataset }) => dataset.name);
  expect(await names()).not.toContain('deleted');
  await expect(client.call('datasets.get', { dataset: 'deleted' })).rejects.toMatchObject({ code: 'state/not-found' });
  const namesake = await importing({ files: [upload('d2.csv', csv(plainBars('B', days)))], name: 'deleted' });
  expect(namesake.version.folder).not.toBe(version.folder);
  await client.call('datasets.update', { dataset: 'deleted', name: 'second' });
  await client.call('workspace.restore', { kind: 'dataset', id: version.datasetId });
  expect(await names()).toContain('deleted');
  const [stock] = await client.call('datasets.stocks', { dataset: 'deleted' });
  expect(stock.code).toBe('A');
});

test('a dataset that a run trains on cannot be deleted until the run has ended', async () => {
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  await importing({ files: [bars], name: 'trained' });
  const overrides = [
    ...TINY_MODEL,
    'engine=onnx-cpu',
    'threads=1',
    'features.names=[return_1]',
    'train.max_epochs=500',
  ];
  const { jobId } = await client.call('training.start', { dataset: 'trained', phases: [0], overrides });
  await expect(client.call('datasets.delete', { dataset: 'trained' })).rejects.toMatchObject({
    code: 'state/run-active',
  });
  await client.call('jobs.cancel', { jobId, kill: true });
  await client.call('jobs.wait', { jobId });
  await client.call('datasets.delete', { dataset: 'trained' });
  const [run] = await client.call('runs.list', {});
  expect(run.dataset).toBe('trained'); // its runs still name it
});

test('a new version without the sectors that the one before knew says so', async () => {
  const bars = upload('plain.csv', csv([...plainBars('A', days), ...plainBars('B', days)]));
  const sectors = upload('plain-sectors.csv', 'ticker,industry\nA,Energy\nB,Metals\n');
  const left = ({ findings }: Awaited<ReturnType<typeof importing>>) =>
    findings.find(({ kind }) => kind === 'sectors-left-out');
  expect(left(await importing({ files: [bars], sectors, name: 'sectored' }))).toBeUndefined();
  const bare = await importing({ files: [bars], name: 'sectored' });
  expect(bare.version.version).toBe(2);
  expect(left(bare)).toMatchObject({
    severity: 'warning',
    count: 2,
    examples: [
      { code: 'A', sector: 'Energy' },
      { code: 'B', sector: 'Metals' },
    ],
  });
  expect(left(await importing({ files: [bars], sectors, name: 'sectored' }))).toBeUndefined();
});

test('tables beside the bars are listed, and a version that lost them says so', async () => {
  const bars = upload('tabled.csv', csv([...plainBars('A', days), ...plainBars('B', days)]));
  const path = upload('statements.csv', `code,period,known_at,sales\nA,${days[0]},${days[1]} 10:00,5\n`);
  const tables = [{ name: 'statements', path }];
  const left = ({ findings }: Awaited<ReturnType<typeof importing>>) =>
    findings.find(({ kind }) => kind === 'tables-left-out');
  expect(left(await importing({ files: [bars], tables, name: 'tabled' }))).toBeUndefined();
  const listed = await client.call('datasets.tables', { dataset: 'tabled' });
  expect(listed.find(({ name }) => name === 'statements')).toEqual({
    name: 'statements',
    rows: 1,
    firstPeriod: days[0],
    lastPeriod: days[0],
    columns: ['sales'],
  });
  const bare = await importing({ files: [bars], name: 'tabled' });
  expect([bare.version.version, left(bare)]).toEqual([
    2,
    expect.objectContaining({
      severity: 'warning',
      count: 1,
      examples: [expect.objectContaining({ table: 'statements' })],
    }),
  ]);
  expect(left(await importing({ files: [bars], tables, name: 'tabled' }))).toBeUndefined();
});
