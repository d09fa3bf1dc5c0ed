// An existing ClickHouse as a source, through its real client, against a server on loopback that speaks its HTTP interface.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { openClickHouse } from '../../core/data/sources/clickhouse.node.ts';
import { download, planDownload } from '../../core/data/sources/download.node.ts';
import type { FetchRequest } from '../../core/data/sources/source.ts';
import { type ClickHouseServerOptions, clickHouseServer, type Trade } from '../support/clickhouse-server.ts';
import { testContext } from '../support/source-context.ts';

const NOW = '2024-02-05T03:00:00Z';
const KEY = 'http://reader:secret-7@warehouse.example:8123';
const URL = 'http://warehouse.example:8123';
const signal = new AbortController().signal;
let folder: string;
let server: Awaited<ReturnType<typeof clickHouseServer>> | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-clickhouse-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const trade = (code: string, time: string, price: number, size = 10): Trade => ({ code, time, price, size });
const trades = [
  trade('1301', '2023-12-28T00:30:00Z', 101),
  trade('1301', '2024-01-04T00:00:00Z', 100),
  trade('1301', '2024-01-04T02:00:00Z', 104.5),
  trade('1301', '2024-01-04T05:59:00Z', 102),
  // In Tokyo this is the fifth already.
  trade('1301', '2024-01-04T15:30:00Z', 99),
  trade('1305', '2024-01-04T01:00:00Z', 7, 3),
  trade('1305', '2024-01-09T01:00:00Z', 8, 3),
  trade('1301', '2024-01-09T01:00:00Z', 98),
  trade('1301', '2024-02-05T02:00:00Z', 97),
];
const options = {
  table: 'market.trades',
  code: 'symbol',
  time: 'ts',
  price: 'px',
  volume: 'qty',
  zone: 'Asia/Tokyo',
};
const request = (more: Partial<FetchRequest> = {}): FetchRequest => ({
  tables: ['bars'],
  from: toEpochDay('2024-01-01'),
  to: toEpochDay('2024-02-29'),
  options,
  ...more,
});

async function open(more: ClickHouseServerOptions = {}, key: string | null = KEY) {
  server = await clickHouseServer({ trades, ...more });
  const context = testContext(server.url, key, NOW, { options });
  return { server, context, source: openClickHouse(context) };
}

async function barsOf(
  { source, context }: Pick<Awaited<ReturnType<typeof open>>, 'source' | 'context'>,
  asked: FetchRequest,
) {
  const plan = await planDownload(source, asked, join(folder, 'parts'), signal);
  const stored = await download(source, asked, plan, join(folder, 'parts'), { clock: context.clock, signal });
  const target = join(folder, 'files');
  mkdirSync(target);
  const files = await source.convert(stored, asked, target, signal);
  return { files, lines: readFileSync(files.bars[0], 'utf8').trim().split('\n') };
}

test('trades become daily bars where they lie, cut at midnight of the zone, the day that is not over left out', async () => {
  const opened = await open();
  const { files, lines } = await barsOf(opened, request());
  expect(lines).toEqual([
    'code,date,open,high,low,close,volume',
    '1301,2024-01-04,100,104.5,100,102,30',
    '1305,2024-01-04,7,7,7,7,3',
    '1301,2024-01-05,99,99,99,99,10',
    '1301,2024-01-09,98,98,98,98,10',
    '1305,2024-01-09,8,8,8,8,3',
  ]);
  expect(files.notes).toEqual([{ code: 'gap', table: 'bars', count: 1, examples: ['1305 2024-01-05'] }]);
  const [{ sql, params }] = opened.server.asked;
  expect(sql).toMatch(/^SELECT/);
  expect(sql).toContain('argMin({price:Identifier}, {time:Identifier})');
  // Names and values travel as parameters, never within the statement.
  expect(sql).not.toMatch(/symbol|market|px|qty|Tokyo/);
  expect(params).toMatchObject({
    database: 'market',
    table: 'trades',
    code: 'symbol',
    price: 'px',
    zone: 'Asia/Tokyo',
    from: '2024-01-01',
    to: '2024-02-04',
  });
  expect(opened.context.notes).toEqual([{ method: 'POST', url: URL, status: 200, bytes: expect.any(Number) }]);
});

test('only the codes asked for are sent, and a part of a year is another where columns or codes are', async () => {
  const opened = await open();
  const { lines } = await barsOf(opened, request({ codes: ['1305'], from: toEpochDay('2023-06-01') }));
  expect(lines.slice(1).map((line) => line.slice(0, 15))).toEqual(['1305,2024-01-04', '1305,2024-01-09']);
  const ids = async (asked: FetchRequest) => (await opened.source.parts(asked, signal)).map(({ id }) => id);
  expect((await ids(request({ from: toEpochDay('2023-06-01') }))).map((id) => id.slice(-5))).toEqual([
    '.2023',
    '.2024',
  ]);
  const [all] = await ids(request());
  expect([all]).toEqual(await ids(request({ to: toEpochDay('2024-01-31') })));
  expect(
    [await ids(request({ codes: ['1305'] })), await ids(request({ options: { ...options, price: 'mid' } }))].flat(),
  ).not.toContain(all);
});

test('candles are joined by their own columns', async () => {
  const opened = await open();
  const { price: _, ...candles } = options;
  const asked = request({ options: candles });
  const [part] = await opened.source.parts(asked, signal);
  await opened.source.fetch(part, asked, signal);
  const [{ sql, params }] = opened.server.asked;
  expect(sql).toContain('max({high:Identifier})');
  expect(params).toMatchObject({ open: 'open', high: 'high', low: 'low', close: 'close' });
});

test('a probe asks for no row, and instruments are the codes', async () => {
  const { source } = await open();
  expect((await source.probe(signal)).tables).toEqual({ bars: { open: true, from: null, to: null } });
  expect((await source.instruments(signal)).map(({ code }) => code)).toEqual(['1301', '1305']);
});

test('a password that is refused, a table that is not there and a cut connection are told, without the password', async () => {
  const refused = await open({}, KEY.replace('secret-7', 'wrong-99'));
  const error = await refused.source.probe(signal).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'source/key-refused', params: { status: '516 AUTHENTICATION_FAILED' } });
  expect(JSON.stringify(error)).not.toContain('wrong-99');
  await refused.server.close();

  const gone = await open({
    fault: () => ({ code: 60, type: 'UNKNOWN_TABLE', message: `Table market.trades does not exist, ${KEY}` }),
  });
  const told = await gone.source.probe(signal).catch((thrown: unknown) => thrown);
  expect(told).toMatchObject({ code: 'source/refused', params: { status: '60 UNKNOWN_TABLE' } });
  expect(String(told)).not.toContain('secret-7');
  await gone.server.close();

  const shaky = await open({ fault: (count) => (count < 3 ? 'cut' : undefined) });
  await shaky.source.probe(signal);
  expect(shaky.context.notes.map(({ status }) => status)).toEqual([null, null, 200]);
  expect(shaky.context.waits).toHaveLength(2);
});

test('an answer that breaks off with an error is asked for again, and never kept for a whole one', async () => {
  const shaky = await open({ fault: (count) => (count === 1 ? 'breaks' : undefined) });
  expect((await barsOf(shaky, request())).lines).toHaveLength(6);
  expect(shaky.server.asked).toHaveLength(2);
  await shaky.server.close();
  rmSync(folder, { recursive: true });

  const broken = await open({ fault: () => 'breaks' });
  const error = await barsOf(broken, request()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'source/bad-answer',
    params: { url: URL, problem: expect.stringContaining('Memory limit exceeded') },
  });
  expect(JSON.stringify(error) + String(error)).not.toContain('secret-7');
  expect(existsSync(join(folder, 'parts'))).toBe(false);
});

test.each<[string, Record<string, string>, string]>([
  ['no table', { table: '' }, 'source/no-option'],
  ['a table of three names', { table: 'a.b.c' }, 'source/bad-option'],
  ['a zone that is none', { zone: 'Tokio' }, 'source/bad-option'],
])('%s is told before anything is asked', async (_, wrong, code) => {
  const { source, server } = await open();
  await expect(
    (async () => source.parts(request({ options: { ...options, ...wrong } }), signal))(),
  ).rejects.toMatchObject({ code });
  expect([server.asked, readdirSync(folder)]).toEqual([[], []]);
});

test.each([
  ['no address', 'reader:secret-7'],
  ['a percent sign that begins no escape', 'http://reader:100%secret-7@warehouse.example:8123'],
  ['a user with one', 'http://50%:secret-7@warehouse.example:8123'],
  ['a password that ends in one', 'https://reader:secret-7%@warehouse.example'],
  ['an escape that is no letter', 'http://reader:secret-7%FF@warehouse.example'],
])('a key with %s is told without showing it', async (_, key) => {
  const { source, server } = await open({}, key);
  const asked = [
    source.probe(signal),
    source.instruments(signal),
    (async () => {
      const [part] = await source.parts(request(), signal);
      return source.fetch(part, request(), signal);
    })(),
  ];
  for (const { reason: error } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
    expect(error).toMatchObject({ code: 'source/bad-key-address', params: { source: 'clickhouse' } });
    expect(`${JSON.stringify(error)}${error.stack}${error.cause ?? ''}`).not.toContain('secret-7');
    expect(error.message).toContain('%25');
  }
  expect(server.asked).toEqual([]);
});

test('without a key nothing is asked', async () => {
  const { source } = await open({}, null);
  await expect(source.probe(signal)).rejects.toMatchObject({ code: 'source/no-key' });
});
