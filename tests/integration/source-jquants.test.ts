// The client of J-Quants V2 against a server on loopback that behaves as documented, and misbehaves as services do.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { ATTEMPTS } from '../../core/data/sources/backoff.ts';
import { download, planDownload } from '../../core/data/sources/download.node.ts';
import { PATHS } from '../../core/data/sources/jquants-api.ts';
import { openJQuants } from '../../core/data/sources/jquants.node.ts';
import { readPart } from '../../core/data/sources/parts.node.ts';
import type { FetchRequest, FetchTable, Source, StoredPart } from '../../core/data/sources/source.ts';
import { GOOD_KEY, type JQuantsServer, type JQuantsServerOptions, jquantsServer } from '../support/jquants-server.ts';
import { type TestContext, testContext } from '../support/source-context.ts';

let folder: string;
let server: JQuantsServer | undefined;
const signal = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-jquants-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const request = (tables: FetchTable[], from = '2024-01-04', to = '2024-01-31'): FetchRequest => ({
  tables,
  from: toEpochDay(from),
  to: toEpochDay(to),
});

async function open(
  options: JQuantsServerOptions = {},
  more: Partial<TestContext> & { key?: string | null; now?: string } = {},
) {
  server = await jquantsServer(options);
  const { key = GOOD_KEY, now, ...rest } = more;
  const context = testContext(server.url, key, now, rest);
  return { server, context, source: openJQuants(context) };
}

async function fetchAll(source: Source, context: TestContext, asked: FetchRequest): Promise<StoredPart[]> {
  const plan = await planDownload(source, asked, folder, signal);
  return download(source, asked, plan, folder, { clock: context.clock, signal });
}

const dataRequests = ({ requests }: JQuantsServer, path: string): string[] =>
  requests.filter((asked) => asked.startsWith(`${path}?`));

test('pages are followed until no pagination_key comes, and kept as they were received', async () => {
  const { server, source, context } = await open({ pageSize: 2 });
  const parts = await fetchAll(source, context, request(['bars'], '2024-01-04', '2024-01-05'));
  const [first] = parts.filter(({ table }) => table === 'bars');
  expect(readPart(first)).toHaveLength(2);
  expect(dataRequests(server, PATHS.bars).filter((asked) => asked.includes('2024-01-04'))).toEqual([
    `${PATHS.bars}?date=2024-01-04`,
    `${PATHS.bars}?date=2024-01-04&pagination_key=2`,
  ]);
  // The split's factor and the numbers are the text that the server wrote.
  expect(gunzipSync(readFileSync(first.path)).toString()).toContain('"AdjFactor": 1');
});

test.each([
  ['free', ['bars', 'listing', 'statements', 'earnings-calendar'], 5],
  ['light', ['bars', 'listing', 'statements', 'earnings-calendar', 'index-bars', 'investor-flows'], 60],
  ['standard', undefined, 120],
  ['premium', undefined, 500],
] as const)('the plan %s is found by asking', async (plan, tables, limit) => {
  const { source, server } = await open({ plan });
  const found = await source.probe(signal);
  expect(found).toMatchObject({ plan, requestsPerMinute: limit });
  const opened = source.tables.filter((table) => found.tables[table]?.open);
  if (tables) expect(opened.sort()).toEqual([...tables].sort());
  else
    expect(source.tables.filter((table) => !opened.includes(table))).toEqual(plan === 'premium' ? [] : ['dividends']);
  if (plan === 'free') expect(server.requests.length).toBeLessThanOrEqual(4);
});

test('an address that the service no longer knows is told apart from one outside of the plan', async () => {
  const gone = { status: 403, message: 'The requested endpoint does not exist.' };
  const { source } = await open({
    plan: 'standard',
    fault: ({ path }) => (path === PATHS.shortRatio ? gone : undefined),
  });
  const { tables } = await source.probe(signal);
  expect(tables['short-ratio']).toEqual({ open: false, reason: 'not-offered' });
  expect(tables.dividends).toEqual({ open: false, reason: 'plan' });
});

test('days that the plan covers are read from its refusal, and days outside are not asked for', async () => {
  const { source, context, server } = await open({ plan: 'light', covers: { from: '2024-01-10' } });
  const found = await source.probe(signal);
  expect(found.tables.bars).toEqual({ open: true, from: toEpochDay('2024-01-10'), to: null });
  const parts = await fetchAll(source, context, request(['bars']));
  expect(parts.filter(({ table }) => table === 'bars').map(({ id }) => id)[0]).toBe('2024-01-10');
  expect(dataRequests(server, PATHS.bars).some((asked) => asked.includes('2024-01-09'))).toBe(false);
  await expect(
    planDownload(source, request(['bars'], '2024-01-04', '2024-01-09'), folder, signal),
  ).rejects.toMatchObject({ code: 'source/days-not-offered' });
});

test('what was fetched while the plan reached further is still used', async () => {
  const first = await open({ plan: 'light' });
  await fetchAll(first.source, first.context, request(['bars']));
  await first.server.close();
  const later = await open({ plan: 'light', covers: { from: '2024-01-20' } });
  const plan = await planDownload(later.source, request(['bars']), folder, signal);
  expect(plan.all.filter(({ table }) => table === 'bars')[0].id).toBe('2024-01-04');
  expect(plan.missing.filter(({ table }) => table === 'bars')).toEqual([]);
});

/** What disks and copies do to a file. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  'cut short': (bytes) => bytes.subarray(0, bytes.length - 9),
  empty: () => Buffer.alloc(0),
  'one byte changed': (bytes) => bytes.map((byte, i) => (i === bytes.length - 12 ? byte ^ 0xff : byte)) as Buffer,
  'something else': () => Buffer.from('<html></html>'),
  'without its last line': () => gzipSync('{"data": [{"Code"'),
};

test.each(Object.entries(DAMAGES))('a part that is %s is named and fetched again, and no other', async (_, damage) => {
  const { source, server, context } = await open();
  const asked = request(['bars'], '2024-01-04', '2024-01-12');
  const stored = await fetchAll(source, context, asked);
  const [, broken] = stored.filter(({ table }) => table === 'bars');
  const whole = readFileSync(broken.path);
  writeFileSync(broken.path, damage(whole));
  const before = server.requests.length;
  await context.pause(1_000, signal);
  const plan = await planDownload(source, asked, folder, signal);
  expect(plan.missing).toEqual([]);
  const told: string[] = [];
  const counts: number[] = [];
  const again = await download(source, asked, plan, folder, {
    clock: context.clock,
    signal,
    onDamaged: ({ path }) => told.push(path),
    onProgress: ({ table, done }) => table === 'bars' && counts.push(done),
  });
  expect(told).toEqual([broken.path]);
  expect(counts).toEqual([5, 6]); // of six days; the eighth is a holiday
  expect(server.requests.slice(before)).toEqual([`${PATHS.bars}?date=${broken.id}`]);
  const repaired = again.find(({ table, id }) => table === 'bars' && id === broken.id);
  expect(repaired && gunzipSync(readFileSync(repaired.path))).toEqual(gunzipSync(whole));
  expect(again.filter((part) => part !== repaired)).toEqual(stored.filter((part) => part !== broken));
  expect(existsSync(broken.path)).toBe(false);
});

test('a damaged part that the plan no longer covers is told, with what to do, and stays where it is', async () => {
  const first = await open({ plan: 'light' });
  const stored = await fetchAll(first.source, first.context, request(['bars']));
  await first.server.close();
  const [broken] = stored.filter(({ table }) => table === 'bars');
  writeFileSync(broken.path, DAMAGES['cut short'](readFileSync(broken.path)));
  const later = await open({ plan: 'light', covers: { from: '2024-01-20' } });
  await expect(fetchAll(later.source, later.context, request(['bars']))).rejects.toMatchObject({
    code: 'source/damaged-part',
    params: { path: broken.path, table: 'bars', part: broken.id },
  });
  expect(existsSync(broken.path)).toBe(true);
  // Done as the message says, the rest goes on.
  rmSync(broken.path);
  const rest = await fetchAll(later.source, later.context, request(['bars']));
  expect(rest.filter(({ table }) => table === 'bars')).toHaveLength(
    stored.filter(({ table }) => table === 'bars').length - 1,
  );
});

test.each([
  ['a wrong key', 'wrong-key-0123', 'source/key-refused', 1],
  ['no key', null, 'source/no-key', 0],
] as const)('%s is told at once, without being named', async (_, key, code, asked) => {
  const { source, server } = await open({}, { key });
  const error = await source.probe(signal).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  // The server's own message repeats the key.
  if (key) expect(JSON.stringify(error) + String(error)).not.toContain(key);
  expect(server.requests).toHaveLength(asked);
});

test('a 401 is a refused key as well', async () => {
  const { source } = await open({ fault: () => ({ status: 401, message: 'Unauthorized' }) });
  await expect(source.probe(signal)).rejects.toMatchObject({ code: 'source/key-refused', params: { status: 401 } });
});

test('a table outside the plan is refused by name before anything is fetched', async () => {
  const { source, server } = await open({ plan: 'light' });
  await source.probe(signal);
  const before = server.requests.length;
  await expect(planDownload(source, request(['bars', 'dividends']), folder, signal)).rejects.toMatchObject({
    code: 'source/not-in-plan',
    params: { table: 'dividends', plan: 'light' },
  });
  expect(server.requests.length).toBe(before);
});

test('a plan that changed since it was probed is explained when a table is refused', async () => {
  let changed = false;
  const { source, context } = await open({
    fault: ({ path }) =>
      changed && path === PATHS.dividend
        ? { status: 403, message: 'This API is not available on your subscription.' }
        : undefined,
  });
  await source.probe(signal);
  changed = true;
  await expect(fetchAll(source, context, request(['dividends'], '2024-01-10', '2024-01-12'))).rejects.toMatchObject({
    code: 'source/not-in-plan',
  });
});

test('429 with Retry-After is waited out for as long as it says', async () => {
  let refused = 0;
  const { source, context } = await open({
    fault: ({ path }) =>
      path === PATHS.bars && refused++ === 1 ? { status: 429, headers: { 'retry-after': '42' } } : undefined,
  });
  await fetchAll(source, context, request(['bars'], '2024-01-04', '2024-01-04'));
  expect(context.waits.filter(({ reason }) => reason === 'limit').map(({ milliseconds }) => milliseconds)).toEqual([
    42_000,
  ]);
});

test('429 without Retry-After is waited out ever longer, for the minutes that a block lasts', async () => {
  let blocked = 5;
  const { source, context } = await open({
    fault: ({ path }) => (path === PATHS.master && blocked-- > 0 ? { status: 429 } : undefined),
  });
  await source.probe(signal);
  const waits = context.waits.filter(({ reason }) => reason === 'limit').map(({ milliseconds }) => milliseconds);
  expect(waits).toEqual([20_000, 40_000, 80_000, 160_000, 320_000]);
});

test('a limit that never opens is given up, and says so', async () => {
  const { source, server } = await open({ fault: () => ({ status: 429 }) });
  await expect(source.probe(signal)).rejects.toMatchObject({ code: 'source/limit' });
  expect(server.requests).toHaveLength(8);
});

test('errors of the server, cut connections, cut answers and pages of HTML are tried again', async () => {
  const faults = [{ status: 503 }, 'cut', 'half', 'html', { status: 500 }] as const;
  let at = 0;
  const { source, context } = await open({ fault: ({ path }) => (path === PATHS.calendar ? faults[at++] : undefined) });
  const parts = await fetchAll(source, context, request(['bars'], '2024-01-04', '2024-01-04'));
  expect(parts.length).toBeGreaterThan(0);
  const tried = context.notes.filter(({ url }) => url.includes(PATHS.calendar));
  expect(tried.map(({ status }) => status)).toEqual([503, null, 200, 200, 500, 200]);
});

test.each([
  ['errors of the server', { status: 502 }, 'source/unreachable', /502/],
  ['cut connections', 'cut', 'source/unreachable', /./],
  ['answers that cannot be read', 'half', 'source/bad-answer', /cut off/],
] as const)('%s that do not end are given up after so many attempts', async (_, fault, code, problem) => {
  const { source, server } = await open({ fault: () => fault });
  const error = await source.probe(signal).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, params: { problem: expect.stringMatching(problem) } });
  expect(server.requests).toHaveLength(ATTEMPTS);
});

test('an answer that does not end, few bytes unpacked to many, is stopped, and its connection closed', async () => {
  const { source, server, context } = await open({ fault: () => 'endless' });
  await expect(source.probe(signal)).rejects.toMatchObject({
    code: 'source/bad-answer',
    params: { problem: 'more than 64 MiB' },
  });
  expect(server.requests).toHaveLength(1);
  expect(context.notes).toEqual([expect.objectContaining({ status: 200, bytes: null })]);
});

test('pages that lead back to an earlier one are told, not followed round and round', async () => {
  const next: Record<string, string> = { '': 'a', a: 'b', b: 'c', c: 'a' };
  const { source, server } = await open({
    fault: ({ path, query }) =>
      path === PATHS.calendar
        ? { body: { data: [], pagination_key: next[query.get('pagination_key') ?? ''] } }
        : undefined,
  });
  await source.probe(signal);
  await expect(planDownload(source, request(['bars']), folder, signal)).rejects.toMatchObject({
    code: 'source/bad-answer',
    params: { problem: expect.stringMatching(/twice/) },
  });
  expect(dataRequests(server, PATHS.calendar).length + 1).toBe(4);
});

test.each([
  ['a text', 'x', 'a row that is no object'],
  ['a number', 5, 'a row that is no object'],
  ['a list', [1], 'a row that is no object'],
  ['nothing', null, 'a row that is no object'],
  ['half a character', { Code: '1301\ud83d' }, 'half a character'],
])('a page with %s for a row is no answer: stored, it would spoil every later reading', async (_, row, problem) => {
  const { source, context } = await open({
    fault: ({ path, query }) =>
      path === PATHS.bars && query.get('date') === '2024-01-05' ? { body: { data: [row] } } : undefined,
  });
  await expect(fetchAll(source, context, request(['bars'], '2024-01-04', '2024-01-05'))).rejects.toMatchObject({
    code: 'source/bad-answer',
    params: { problem },
  });
  expect(readdirSync(join(folder, 'bars')).some((name) => name.startsWith('2024-01-05'))).toBe(false);
});

test('a redirect is not followed: it would carry the key to wherever it leads', async () => {
  const elsewhere = await jquantsServer();
  const { source } = await open({
    fault: () => ({ status: 302, headers: { location: `${elsewhere.url}/markets/calendar` } }),
  });
  await source.probe(signal).catch(() => undefined);
  await expect(planDownload(source, request(['bars']), folder, signal)).rejects.toMatchObject({
    code: 'source/refused',
    params: { status: 302 },
  });
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test('an answer that does not come is given up and asked for again', async () => {
  let silent = true;
  const fault = (): 'silence' | undefined => {
    const now = silent;
    silent = false;
    return now ? 'silence' : undefined;
  };
  const { source, context } = await open({ fault }, { timeoutMs: 50 });
  await source.probe(signal);
  expect(context.notes[0]).toMatchObject({ status: null });
  expect(context.waits[0]).toMatchObject({ reason: 'retry' });
});

test('a server that is not there is unreachable', async () => {
  const { source, server } = await open();
  await server.close();
  await expect(source.probe(signal)).rejects.toMatchObject({
    code: 'source/unreachable',
    params: { problem: 'ECONNREFUSED', attempts: ATTEMPTS },
  });
});

test('stopping ends a download at once and keeps what is complete', async () => {
  const stop = new AbortController();
  const { source, context } = await open({
    fault: ({ path, query }) => (path === PATHS.bars && query.get('date') === '2024-01-10' ? 'silence' : undefined),
  });
  const asked = request(['bars']);
  const plan = await planDownload(source, asked, folder, stop.signal);
  const running = download(source, asked, plan, folder, {
    clock: context.clock,
    signal: stop.signal,
    onProgress: ({ done, table }) => {
      if (table === 'bars' && done >= 5) stop.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const kept = readdirSync(join(folder, 'bars'));
  expect(kept.length).toBeGreaterThanOrEqual(5);
  expect(kept.every((name) => name.endsWith('.ndjson.gz'))).toBe(true);
});

test('several parts are fetched at once, as many as the plan carries', async () => {
  const { source, server, context } = await open({
    plan: 'light',
    fault: ({ path, query }) => (path === PATHS.bars && (query.get('date') ?? '') > '2024' ? 'gate' : undefined),
  });
  const asked = request(['bars']);
  const plan = await planDownload(source, asked, folder, signal);
  expect(source.concurrency).toBe(15);
  const running = download(source, asked, plan, folder, { clock: context.clock, signal });
  await vi.waitFor(() => expect(server.mostAtOnce()).toBe(15));
  server.openGate();
  await running;
  expect(server.mostAtOnce()).toBe(15);
});

test('a longer range asks for new days only, and a settled part is never asked for again', async () => {
  const { source, server, context } = await open();
  await fetchAll(source, context, request(['bars', 'index-bars'], '2024-01-04', '2024-01-12'));
  const asked = request(['bars', 'index-bars'], '2024-01-04', '2024-01-19');
  const plan = await planDownload(source, asked, folder, signal);
  const bars = plan.missing.filter(({ table }) => table === 'bars').map(({ id }) => id);
  expect(bars).toEqual(['2024-01-15', '2024-01-16', '2024-01-17', '2024-01-18', '2024-01-19']);
  expect(plan.tables.find(({ table }) => table === 'bars')).toMatchObject({ parts: 11, stored: 6, requests: 5 });
  const before = server.requests.length;
  await download(source, asked, plan, folder, { clock: context.clock, signal });
  expect(server.requests.length - before).toBe(plan.requests);
});

test('a day that was fetched before it was final is fetched again, once', async () => {
  // Six in the evening in Tokyo: statements of the day may still come.
  const early = await open({}, { now: '2024-01-12T09:00:00Z' });
  await fetchAll(early.source, early.context, request(['statements'], '2024-01-11', '2024-01-12'));
  await early.server.close();
  const next = await open({}, { now: '2024-01-13T03:00:00Z' });
  const asked = request(['statements'], '2024-01-11', '2024-01-12');
  const plan = await planDownload(next.source, asked, folder, signal);
  expect(plan.missing.map(({ id }) => id)).toEqual(['2024-01-12']);
  await download(next.source, asked, plan, folder, { clock: next.context.clock, signal });
  expect(readdirSync(join(folder, 'statements'))).toHaveLength(2);
  expect((await planDownload(next.source, asked, folder, signal)).missing).toEqual([]);
});

test('what was fetched by a clock that was ahead is fetched again: it may not have been final', async () => {
  // Six in the evening in Tokyo, by a clock that says next year.
  const ahead = await open({}, { now: '2025-01-12T09:00:00Z' });
  const asked = request(['statements'], '2024-01-11', '2024-01-12');
  await fetchAll(ahead.source, ahead.context, asked);
  await ahead.server.close();
  const next = await open({}, { now: '2024-01-13T03:00:00Z' });
  const plan = await planDownload(next.source, asked, folder, signal, next.context.clock);
  expect(plan.missing.map(({ id }) => id)).toEqual(['2024-01-11', '2024-01-12']);
  await download(next.source, asked, plan, folder, { clock: next.context.clock, signal });
  expect(readdirSync(join(folder, 'statements'))).toHaveLength(2);
  expect((await planDownload(next.source, asked, folder, signal, next.context.clock)).missing).toEqual([]);
});

test('the cost is stated in requests and minutes, those of statements by their own limit', async () => {
  const { source } = await open({ plan: 'premium', first: '2023-01-04', last: '2024-01-31' });
  const plan = await planDownload(source, request(['statements'], '2023-01-04', '2024-01-31'), folder, signal);
  expect(plan.requests).toBe(plan.missing.length);
  // At 500 a minute it would be half a minute; at 60 it is more than four.
  expect(plan.minutes).toBeGreaterThan(4);
});

test('every request is told, with its status and size, and none carries the key', async () => {
  const { source, context, server } = await open();
  await fetchAll(source, context, request(['bars'], '2024-01-04', '2024-01-05'));
  expect(context.notes).toHaveLength(server.requests.length);
  expect(context.notes.every(({ bytes }) => bytes !== null && bytes > 0)).toBe(true);
  expect(JSON.stringify(context.notes)).not.toContain(GOOD_KEY);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  for (const path of files)
    if (statSync(path).isFile()) expect(gunzipSync(readFileSync(path)).toString()).not.toContain(GOOD_KEY);
});
