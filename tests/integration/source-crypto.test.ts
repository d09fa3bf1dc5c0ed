// Exchanges through the real ccxt, against a server on loopback that behaves as one of them is documented to.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { KeyFile } from '../../core/app/key-file.node.ts';
import { fromEpochDay, systemClock, toEpochDay } from '../../core/base/clock.ts';
import { jobResults } from '../../core/contract/views.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { readManifest } from '../../core/data/load.node.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import type { SideTableName } from '../../core/data/side-tables.ts';
import { exchangeNames } from '../../core/data/sources/ccxt.node.ts';
import { openCrypto } from '../../core/data/sources/crypto.node.ts';
import { download, planDownload } from '../../core/data/sources/download.node.ts';
import type { FetchRequest, FetchTable, SourceFiles } from '../../core/data/sources/source.ts';
import {
  closeOf,
  type ExchangeServer,
  type ExchangeServerOptions,
  exchangeServer,
} from '../support/exchange-server.ts';
import { testContext } from '../support/source-context.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';

const NOW = '2024-06-10T12:00:00Z';
const DAY = 86_400_000;
const signal = new AbortController().signal;
let folder: string;
let server: ExchangeServer | undefined;
let runs = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-crypto-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const request = (tables: FetchTable[], more: Partial<FetchRequest> = {}): FetchRequest => ({
  tables,
  from: toEpochDay('2023-11-01'),
  to: toEpochDay('2024-06-30'),
  options: { exchange: 'binanceusdm' },
  ...more,
});

async function open(options: Partial<ExchangeServerOptions> = {}) {
  server = await exchangeServer({ first: '2022-03-01', now: NOW, ...options });
  const context = testContext(server.url, null, NOW, { options: { exchange: 'binanceusdm' } });
  return { server, context, source: openCrypto(context) };
}

async function fetchAll(
  { source, context }: Pick<Awaited<ReturnType<typeof open>>, 'source' | 'context'>,
  asked: FetchRequest,
): Promise<SourceFiles> {
  const plan = await planDownload(source, asked, join(folder, 'parts'), signal);
  const stored = await download(source, asked, plan, join(folder, 'parts'), { clock: context.clock, signal });
  const target = join(folder, `files-${runs++}`);
  mkdirSync(target);
  return source.convert(stored, asked, target, signal);
}

test('one exchange is loaded by its name, and says what it has', async () => {
  expect(exchangeNames()).toEqual(expect.arrayContaining(['binanceusdm', 'bybit', 'kraken', 'okx']));
  const { source } = await open({ symbols: ['BTCUSDT', 'ETHUSDT'] });
  expect(await source.instruments(signal)).toEqual([
    { code: 'BTC/USDT:USDT', name: 'BTC / USDT', kind: 'perpetual', sector: null, firstDay: toEpochDay('2022-03-01') },
    expect.objectContaining({ code: 'ETH/USDT:USDT' }),
  ]);
  const { tables, requestsPerMinute } = await source.probe(signal);
  expect(Object.values(tables).every((access) => access?.open)).toBe(true);
  expect(requestsPerMinute).toBeGreaterThan(0);
});

test('bars, funding and open interest become a dataset: every UTC day, weekends too, and none that is not over', async () => {
  const opened = await open({ dark: ['2024-02-03', '2024-02-04'] });
  const files = await fetchAll(opened, request(['bars', 'funding', 'open-interest']));
  expect(files.notes).toEqual([
    { code: 'gap', table: 'bars', count: 2, examples: ['BTC/USDT:USDT 2024-02-03 – 2024-02-04'] },
    { code: 'gap', table: 'funding', count: 2, examples: ['BTC/USDT:USDT 2024-02-03 – 2024-02-04'] },
  ]);

  const outFolder = join(folder, 'dataset');
  const tables = Object.entries(files.tables).map(([name, path]) => ({ name: name as SideTableName, path }));
  await importBars({ files: files.bars, columns: files.columns, name: 'coins', outFolder, tables });
  const bars = await loadBars(outFolder);
  const [first, last] = [toEpochDay('2023-11-01'), toEpochDay('2024-06-09')];
  const expected = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (day) => day !== toEpochDay('2024-02-03') && day !== toEpochDay('2024-02-04'),
  );
  expect(Array.from(bars.days)).toEqual(expected);
  expect(Array.from(bars.close)).toEqual(expected.map((day) => closeOf(day * DAY)));

  const side = await loadSideTables(outFolder);
  expect(Array.from(side.funding?.period ?? [])).toEqual(expected);
  // Three payments of a day; known at that day's close, since the one at midnight counts for the day that it begins.
  for (const rate of side.funding?.columns.rate ?? []) expect(rate).toBeCloseTo(0.0003, 12);
  expect(side.funding?.known).toEqual(side.funding?.period);
  // The exchange keeps a month: what it has is had, the refusal of more is no error.
  const kept = Array.from(side['open-interest']?.period ?? []);
  expect(kept).toEqual(Array.from({ length: 28 }, (_, i) => last - 27 + i));
  expect(side['open-interest']?.columns.value[0]).toBe(closeOf(kept[0] * DAY) * 2);
});

test('a download that goes on later asks for the open year alone; requests are counted before it starts', async () => {
  const opened = await open();
  const asked = request(['bars'], { from: toEpochDay('2020-01-01') });
  const plan = await planDownload(opened.source, asked, join(folder, 'parts'), signal);
  // Nothing before the listing in 2022.
  expect(plan.all.map(({ id }) => id)).toEqual(
    ['2022', '2023', '2024'].map((year) => `binanceusdm.BTC-USDT_USDT.${year}`),
  );
  expect(plan.requests).toBe(3);
  await fetchAll(opened, asked);
  expect(opened.server.requests.filter((path) => path.includes('klines'))).toHaveLength(3);
  const again = await planDownload(opened.source, asked, join(folder, 'parts'), signal);
  expect(again.missing.map(({ id }) => id)).toEqual(['binanceusdm.BTC-USDT_USDT.2024']);
});

test('a refusal for too many requests and a failing server are waited for; every request is in the log', async () => {
  const opened = await open({
    fault: (path, count) => {
      if (path.includes('klines') && count === 2) return { status: 429, headers: { 'retry-after': '7' } };
      if (path.includes('klines') && count === 3) return { status: 503 };
      return path.includes('klines') && count === 4 ? 'cut' : undefined;
    },
  });
  const files = await fetchAll(opened, request(['bars'], { from: toEpochDay('2024-01-01') }));
  expect(files.notes).toEqual([]);
  expect(opened.context.waits.map(({ reason }) => reason).filter((reason) => reason !== 'pace')).toEqual([
    'limit',
    'retry',
    'retry',
  ]);
  expect(opened.context.waits).toContainEqual({ reason: 'limit', milliseconds: 7_000 });
  expect(opened.context.notes.map(({ status }) => status)).toEqual([200, 429, 503, null, 200]);
  expect(opened.context.notes.map(({ url }) => url)).toEqual(
    opened.server.requests.map((path) => `${opened.server.url}${path}`),
  );
});

test('a market that the exchange refuses is left out and named, where nobody asked for it by name', async () => {
  const opened = await open({ symbols: ['BTCUSDT', 'ODDUSDT'], refused: ['ODDUSDT'] });
  const files = await fetchAll(opened, request(['bars']));
  expect(files.notes).toEqual([{ code: 'codes-left-out', table: 'bars', count: 1, examples: ['ODD/USDT:USDT'] }]);
  expect(readFileSync(files.bars[0], 'utf8')).not.toContain('ODD');
  await expect(
    fetchAll(opened, request(['bars'], { codes: ['ODD/USDT:USDT'], from: toEpochDay('2022-01-01') })),
  ).rejects.toMatchObject({
    code: 'source/refused',
    params: { status: 'BadSymbol' },
  });
});

test('requests keep the pace of the exchange', async () => {
  const opened = await open();
  await fetchAll(opened, request(['funding'], { from: toEpochDay('2023-01-01') }));
  const paces = opened.context.waits.filter(({ reason }) => reason === 'pace');
  expect(paces.length).toBeGreaterThan(10);
  for (const { milliseconds } of paces) expect(milliseconds).toBeGreaterThan(0);
});

test.each<[string, Partial<FetchRequest>, string]>([
  ['an exchange that is none', { options: { exchange: 'binnance' } }, 'source/unknown-exchange'],
  ['a path for an exchange', { options: { exchange: '../ccxt' } }, 'source/unknown-exchange'],
  ['a market that is none', { codes: ['BTC/USD'] }, 'source/unknown-instrument'],
  ['a kind of market that is none', { options: { exchange: 'binanceusdm', market: 'futures' } }, 'source/no-option'],
  ['a table that exchanges lack', { tables: ['statements'] }, 'source/unknown-table'],
])('%s is told', async (_, more, code) => {
  const { source } = await open();
  await expect(source.parts(request(['bars'], more), signal)).rejects.toMatchObject({ code });
});

test('no exchange named, a refusal, and days that begin at another hour are told', async () => {
  const opened = await open({ dayHour: 16 });
  const unnamed = openCrypto(testContext(opened.server.url, null, NOW));
  await expect(unnamed.probe(signal)).rejects.toMatchObject({
    code: 'source/no-option',
    params: { option: 'exchange' },
  });
  await expect(fetchAll(opened, request(['bars']))).rejects.toMatchObject({
    code: 'source/other-days',
    params: { source: 'binanceusdm', code: 'BTC/USDT:USDT' },
  });
  await opened.server.close();

  const refusing = await open({
    fault: (path) =>
      path.includes('klines')
        ? { status: 403, body: '{"code":0,"msg":"Service unavailable from a restricted location"}' }
        : undefined,
  });
  await expect(fetchAll(refusing, request(['bars']))).rejects.toMatchObject({ code: 'source/refused' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a host fetches coins with a worker of its own, and shows each request', async () => {
  const today = Math.floor(Date.now() / DAY);
  server = await exchangeServer({
    first: fromEpochDay(today - 90),
    now: new Date().toISOString(),
    symbols: ['BTCUSDT', 'ETHUSDT'],
  });
  const host = await createHost({
    workspace: join(folder, 'workspace'),
    spawn: nodeSpawner(),
    clock: systemClock,
    log: () => {},
    keys: new KeyFile(join(folder, 'config')),
    sourceAddresses: { crypto: server.url },
  });
  try {
    const client = host.connect();
    const asked = {
      source: 'crypto',
      tables: ['bars' as const, 'funding' as const],
      from: fromEpochDay(today - 60),
      options: { exchange: 'binanceusdm' },
    };
    const plan = await client.call('sources.plan', asked);
    expect(plan.tables.map(({ table }) => table)).toEqual(['bars', 'funding']);
    const { jobId } = await client.call('sources.fetch', { ...asked, dataset: 'coins', repairs: [] });
    const end = await client.call('jobs.wait', { jobId });
    expect(end).toMatchObject({ outcome: 'finished' });
    const { version, notes } = jobResults.fetch.parse(end.result);
    expect(notes).toEqual([]);
    expect(version).toMatchObject({ stocks: 2, days: 60, rows: 120, lastDay: fromEpochDay(today - 1) });
    expect(Object.keys(await loadSideTables(join(folder, 'workspace', version.folder)))).toEqual(['funding']);
    expect(readManifest(join(folder, 'workspace', version.folder)).calendar).toEqual({
      name: 'crypto',
      reason: 'chosen',
    });
    const log = await client.call('network.list', { limit: 500 });
    expect(log.map(({ url }) => url).toSorted()).toEqual(
      server.requests.map((path) => `${server?.url}${path}`).toSorted(),
    );
  } finally {
    await host.close();
  }
});

test('a cancelled download ends, and keeps nothing half', async () => {
  const stop = new AbortController();
  const opened = await open({ fault: (path) => void (path.includes('klines') && stop.abort()) });
  const asked = request(['bars']);
  const plan = await planDownload(opened.source, asked, join(folder, 'parts'), stop.signal);
  const cut = download(opened.source, asked, plan, join(folder, 'parts'), {
    clock: opened.context.clock,
    signal: stop.signal,
  });
  await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(join(folder, 'parts'))).toBe(false);
});
