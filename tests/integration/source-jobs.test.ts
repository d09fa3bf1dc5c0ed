// Downloads as jobs of a host: killed in the middle and taken up again, brought up to date, on the network log, and never with the key on disk.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { KEY_FILE, KeyFile } from '../../core/app/key-file.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { readManifest } from '../../core/data/load.node.ts';
import { PATHS } from '../../core/data/sources/jquants-api.ts';
import type { Client } from '../../core/contract/api.ts';
import { jobResults, type JobEvent } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { runCli } from '../support/cli.ts';
import {
  daysUntilToday,
  GOOD_KEY,
  type JQuantsServer,
  type JQuantsServerOptions,
  jquantsServer,
} from '../support/jquants-server.ts';

let folder: string;
let workspace: string;
const open: { close(): Promise<unknown> }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-source-jobs-'));
  workspace = join(folder, 'workspace');
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: JQuantsServerOptions = {}): Promise<JQuantsServer> {
  const server = await jquantsServer(options);
  open.push(server);
  return server;
}

async function startHost({ url }: JQuantsServer): Promise<{ host: Host; client: Client; logged: string[] }> {
  const logged: string[] = [];
  const host = await createHost({
    workspace,
    spawn: nodeSpawner(),
    clock: systemClock,
    log: (_, message) => void logged.push(message),
    keys: new KeyFile(join(folder, 'config')),
    sourceAddresses: { jquants: url },
  });
  open.push(host);
  const client = host.connect();
  await client.call('sources.setKey', { source: 'jquants', key: `${GOOD_KEY}\n` });
  return { host, client, logged };
}

const january = {
  source: 'jquants',
  tables: ['bars', 'statements'] as ('bars' | 'statements')[],
  from: '2024-01-04',
  to: '2024-01-12',
  dataset: 'tokyo',
  options: {},
  repairs: [],
};

/** Parts that are complete on disk. */
function partsIn(table: string): string[] {
  const path = join(workspace, 'downloads/jquants/parts', table);
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.ndjson.gz')) : [];
}

test('a worker that is killed in the middle of a download is taken up where it was, without asking again for what is complete', async () => {
  let gated = true;
  const server = await serve({
    fault: ({ path, query }) =>
      gated && path === PATHS.summary && query.get('date') === '2024-01-11' ? 'gate' : undefined,
  });
  const { client } = await startHost(server);
  const { jobId } = await client.call('sources.fetch', january);
  await server.atGate;
  // All bars come and five days of statements; the gate keeps the sixth.
  await vi.waitFor(() => expect([...partsIn('bars'), ...partsIn('statements')]).toHaveLength(11), 20_000);
  const { pid } = await client.call('jobs.get', { jobId });
  process.kill(pid ?? 0, 'SIGKILL');
  expect((await client.call('jobs.wait', { jobId })).outcome).toBe('killed');
  gated = false;
  const before = server.requests.length;
  const retried = await client.call('jobs.retry', { jobId });
  const end = await client.call('jobs.wait', { jobId: retried.jobId });
  expect(end).toMatchObject({ outcome: 'finished' });
  expect(server.requests.slice(before)).toEqual([PATHS.calendar, `${PATHS.summary}?date=2024-01-11`]);
  expect(jobResults.fetch.parse(end.result)).toMatchObject({
    dataset: 'tokyo',
    version: { version: 1, days: 6, stocks: 3 },
    parts: 1,
  });
});

test('one download from a source runs at a time: the same again is the same, another is refused', async () => {
  const server = await serve({
    fault: ({ path, query }) => (path === PATHS.summary && query.get('date') === '2024-01-11' ? 'gate' : undefined),
  });
  const { client } = await startHost(server);
  const [first, again] = await Promise.all([
    client.call('sources.fetch', january),
    client.call('sources.fetch', january),
  ]);
  expect(again).toEqual(first);
  await server.atGate;
  expect(await client.call('sources.fetch', january)).toEqual(first);
  await expect(client.call('sources.fetch', { ...january, dataset: 'osaka' })).rejects.toMatchObject({
    code: 'source/busy',
    params: { source: 'jquants', dataset: 'tokyo' },
  });
  await client.call('jobs.cancel', { jobId: first.jobId });
  await client.call('jobs.wait', { jobId: first.jobId });
});

test('progress is told by table, and every request stands in the network log with the dataset that it was for', async () => {
  const server = await serve();
  const { client } = await startHost(server);
  const plan = await client.call('sources.plan', january);
  expect(plan).toMatchObject({ plan: 'premium', requestsPerMinute: 500 });
  expect(plan.tables.map(({ table, parts, stored }) => [table, parts, stored])).toEqual([
    ['bars', 6, 0],
    ['statements', 6, 0],
    ['listing', 1, 0],
  ]);
  const [{ jobId }, twin] = await Promise.all([
    client.call('sources.fetch', january),
    client.call('sources.fetch', january),
  ]);
  expect(twin).toEqual({ jobId });
  // Asked again while it runs, it is the same.
  expect(await client.call('sources.fetch', january)).toEqual({ jobId });
  const stages = new Set<string>();
  let tables: { name: string; done: number; total: number }[] = [];
  const hear = (event: JobEvent): void => {
    if (event.type !== 'progress') return;
    stages.add(event.progress.stage);
    if (event.progress.parts) tables = event.progress.parts;
  };
  await client.listen('jobs.events', { jobId }, hear).ended;
  expect([...stages]).toEqual(
    expect.arrayContaining(['fetch: bars', 'fetch: statements', 'fetch: convert', 'import: store']),
  );
  expect(tables).toEqual(plan.tables.map(({ table, parts }) => ({ name: table, done: parts, total: parts })));
  const log = await client.call('network.list', { limit: 500 });
  expect(log).toHaveLength(server.requests.length);
  expect(log.filter(({ purpose }) => purpose === 'jquants: tokyo')).toHaveLength(plan.requests + 1);
  expect(
    log.every(({ url, status, method }) => url.startsWith(server.url) && status !== null && method === 'GET'),
  ).toBe(true);
});

test('a download that the plan no longer covers says so, and the next one asks anew what the key may have', async () => {
  let moved = false;
  const server = await serve({
    fault: ({ path, query }) =>
      moved && path === PATHS.bars && (query.get('date') ?? '') < '2024-01-09'
        ? {
            status: 400,
            message:
              'Your subscription covers the following dates: 2024-01-09 ~ . If you want more data, please check other plans',
          }
        : undefined,
  });
  const { client } = await startHost(server);
  await client.call('sources.probe', { source: 'jquants', options: {} });
  moved = true;
  const { jobId } = await client.call('sources.fetch', { ...january, tables: ['bars'] });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({
    outcome: 'failed',
    error: { code: 'source/outside-plan', params: { first: '2024-01-09', last: '…' } },
  });
  const retried = await client.call('jobs.retry', { jobId });
  const end = await client.call('jobs.wait', { jobId: retried.jobId });
  expect(jobResults.fetch.parse(end.result).version).toMatchObject({ firstDay: '2024-01-09' });
});

test('an update asks for new days only and makes the next version', async () => {
  const server = await serve(daysUntilToday(20));
  const { client } = await startHost(server);
  const { first } = daysUntilToday(20);
  const { first: last } = daysUntilToday(10);
  const { jobId } = await client.call('sources.fetch', { ...january, tables: ['bars'], from: first, to: last });
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
  const before = server.requests.length;
  const update = await client.call('sources.update', { dataset: 'tokyo' });
  const end = await client.call('jobs.wait', { jobId: update.jobId });
  const result = jobResults.fetch.parse(end.result);
  expect(result.version.version).toBe(2);
  // Ten days show no calendar and no kind of factors: the source knows both.
  expect(readManifest(join(workspace, result.version.folder)).calendar).toEqual({ name: 'XTKS', reason: 'chosen' });
  const asked = server.requests.slice(before).filter((request) => request.startsWith(`${PATHS.bars}?`));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((request) => request.slice(-10) > last)).toBe(true);
  const [source] = await client.call('sources.list', {});
  expect(source).toMatchObject({
    name: 'jquants',
    keyStored: true,
    jobId: null,
    fetched: [{ dataset: 'tokyo', version: 2, from: first, tables: ['bars'] }],
  });
  // Requests are not among what people did.
  expect((await client.call('history.list', { limit: 500 })).map(({ kind }) => kind)).not.toContain('network.request');
  await expect(client.call('sources.update', { dataset: 'other' })).rejects.toMatchObject({ code: 'state/not-found' });
});

test('whoever watches hears that a key, an entitlement or a download changed', async () => {
  const server = await serve({ plan: 'free' });
  const { client } = await startHost(server);
  const heard = new Set<string>();
  const stream = client.listen('workspace.changes', {}, ({ topics }) => {
    for (const topic of topics) heard.add(topic);
  });
  for (const act of [
    () => client.call('sources.probe', { source: 'jquants', options: {} }),
    () => client.call('sources.setKey', { source: 'jquants', key: GOOD_KEY }),
    () => client.call('sources.removeKey', { source: 'jquants' }),
  ]) {
    heard.clear();
    await act();
    await vi.waitFor(() => expect([...heard]).toContain('sources'), 20_000);
  }
  stream.cancel();
  await stream.ended;
});

test('what was made for a dataset goes with it for good, the parts stay', async () => {
  const server = await serve();
  const { client } = await startHost(server);
  const { jobId } = await client.call('sources.fetch', { ...january, tables: ['bars'] });
  await client.call('jobs.wait', { jobId });
  const files = join(workspace, 'downloads/jquants/files/tokyo');
  await client.call('datasets.delete', { dataset: 'tokyo' });
  expect((await client.call('sources.list', {}))[0].fetched).toEqual([]);
  expect(existsSync(files)).toBe(true);
  await client.call('workspace.emptyTrash', {});
  expect(existsSync(files)).toBe(false);
  expect(readdirSync(join(workspace, 'downloads/jquants/fetched'))).toEqual([]);
  expect(partsIn('bars')).toHaveLength(6);
});

test('the key is nowhere in the workspace, in no log and in no error, and in a file for the user alone', async () => {
  let failures = 0;
  const server = await serve({
    fault: ({ path }) =>
      path === PATHS.summary && failures++ === 0 ? { status: 500, message: `no ${GOOD_KEY}` } : undefined,
  });
  const { client, host, logged } = await startHost(server);
  const { jobId } = await client.call('sources.fetch', january);
  expect(await client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
  // The server repeats a refused key in its message.
  const wrong = 'wrong-secret-77aa';
  // Another program puts it there, so that what the first key entitled to is still believed and a download starts.
  new KeyFile(join(folder, 'config')).set('jquants', wrong);
  const refused = await client
    .call('sources.probe', { source: 'jquants', options: {} })
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'source/key-refused' });
  const again = await client.call('sources.fetch', { ...january, to: '2024-01-17' });
  const failed = await client.call('jobs.wait', { jobId: again.jobId });
  expect(failed.outcome).toBe('failed');
  const detail = await client.call('jobs.get', { jobId: again.jobId });
  const said = JSON.stringify([
    refused,
    failed,
    detail,
    logged,
    await client.call('jobs.log', { jobId: again.jobId, limit: 500 }),
    await client.call('history.list', { limit: 500 }),
  ]);
  await host.close();
  open.pop();
  const secrets = [GOOD_KEY, wrong];
  for (const secret of secrets) expect(said).not.toContain(secret);
  for (const name of readdirSync(workspace, { recursive: true, encoding: 'utf8' })) {
    const path = join(workspace, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
  }
  const keys = join(folder, 'config', KEY_FILE);
  expect(readFileSync(keys, 'utf8')).toContain(wrong);
  expect(statSync(keys).mode & 0o777).toBe(0o600);
});

const cli = (argv: string[], server: JQuantsServer, answers: string[] = []) =>
  runCli(workspace, argv, { answers, env: { XDG_CONFIG_HOME: join(folder, 'xdg'), PHASOR_URL_JQUANTS: server.url } });

test('the command line keeps a key, lists what it may have, shows the cost, asks, fetches and imports', async () => {
  const server = await serve({ plan: 'standard', covers: { from: '2024-01-04' } });
  const fetch = [
    'fetch',
    'jquants',
    '--dataset',
    'tokyo',
    '--from',
    '2024-01-04',
    '--to',
    '2024-01-12',
    '--tables',
    'bars,statements',
  ];
  expect((await cli(fetch, server)).stderr).toMatch(/needs a key and none is kept/);
  const kept = await cli(['sources', 'key', 'jquants'], server, [GOOD_KEY]);
  expect(kept).toMatchObject({ code: 0, stderr: 'Key to jquants (not shown): ' });
  const probed = await cli(['sources', 'probe', 'jquants'], server);
  expect(probed.stdout).toMatch(/plan +standard, 120 requests a minute/);
  expect(probed.stdout).toMatch(/dividends +no \(plan\)/);
  expect(probed.stdout).toMatch(/bars +yes +2024-01-04/);

  const asked = server.requests.length;
  const refused = await cli(fetch, server, ['n']);
  expect(refused.code).toBe(130);
  expect(refused.stderr).toMatch(
    /bars +2024-01-04 to 2024-01-12 +6 +0 +6[\s\S]*13 requests or more at 120 a minute \(plan standard\)[\s\S]*Start\?/,
  );
  expect(server.requests.length).toBe(asked + 1); // the calendar
  const nobody = await cli(fetch, server);
  expect(nobody).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--yes: .*where nobody can be asked/),
  });

  const done = await cli([...fetch, '--json', '--yes'], server);
  expect(done.code, done.stderr).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ dataset: 'tokyo', parts: 13, version: { version: 1 } });
  const before = server.requests.length;
  const update = ['fetch', '--update', '--dataset', 'tokyo'];
  expect((await cli([...update, '--plan'], server)).stdout).toMatch(/bars +2024-01-04 to[\s\S]*requests or more/);
  expect((await cli(update, server, ['n'])).code).toBe(130);
  expect(server.requests.slice(before).filter((path) => !path.startsWith(PATHS.calendar))).toEqual([]);
  const all = await cli([...fetch, '--plan'], server);
  expect(all.stdout).toMatch(/everything is on disk already/);
  const listed = await cli(['sources'], server);
  expect(listed.stdout).toMatch(/key +kept/);
  expect(listed.stdout).toMatch(/tokyo +1 +2024-01-04 to 2024-01-12/);
  const said = [kept, probed, refused, done, listed].map(({ stdout, stderr }) => stdout + stderr).join('');
  expect(said).not.toContain(GOOD_KEY);
  expect((await cli(['sources', 'key', 'jquants', '--remove'], server)).code).toBe(0);
  expect((await cli(['sources'], server)).stdout).toMatch(/key +none/);
}, 60_000);

test('keys that others can read are not used, and damaged ones are named without being quoted', async () => {
  const server = await serve();
  const keys = join(folder, 'xdg/phasor', KEY_FILE);
  mkdirSync(join(folder, 'xdg/phasor'), { recursive: true });
  writeFileSync(keys, JSON.stringify({ jquants: GOOD_KEY }), { mode: 0o644 });
  const open = await cli(['sources', 'probe', 'jquants'], server);
  expect(open).toMatchObject({ code: 1, stderr: expect.stringMatching(/can be read by others \(mode 644\)/) });
  expect((await cli(['sources'], server)).stdout).toMatch(/can be read by others/);
  rmSync(keys);
  writeFileSync(keys, `{"jquants": "${GOOD_KEY}"`, { mode: 0o600 });
  const damaged = await cli(['sources', 'probe', 'jquants'], server);
  expect(damaged.stderr).toMatch(/cannot be read \(no JSON\)/);
  expect(open.stderr + damaged.stderr).not.toContain(GOOD_KEY);
  expect(server.requests).toEqual([]);
});

test('sources are listed where there is no workspace yet', async () => {
  const server = await serve();
  const listed = await cli(['sources', '--json'], server);
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ name: 'jquants', needsKey: true, keyStored: false, fetched: [] }),
  );
  expect(existsSync(workspace)).toBe(false);
  expect(server.requests).toEqual([]);
});

test('what is no key is not kept, nor one to a source that there is not', async () => {
  const server = await serve();
  for (const key of ['', '   ', 'two words', 'schlüssel-1234']) {
    const result = await cli(['sources', 'key', 'jquants'], server, [key]);
    expect(result.stderr).toMatch(/That is no key/);
  }
  expect((await cli(['sources', 'key', 'nowhere'], server, [GOOD_KEY])).stderr).toMatch(/no source named "nowhere"/);
  expect(existsSync(join(folder, 'xdg/phasor', KEY_FILE))).toBe(false);
});

test('an address that would carry the key in the clear to another machine is refused', async () => {
  const result = await runCli(workspace, ['sources'], {
    env: { XDG_CONFIG_HOME: folder, PHASOR_URL_JQUANTS: 'http://example.com/v2' },
  });
  expect(result).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/PHASOR_URL_JQUANTS: write an address that begins with https/),
  });
});

test('a cost that has to wait for the source says so meanwhile', async () => {
  let refused = false;
  const server = await serve({
    fault: () => {
      if (refused) return undefined;
      refused = true;
      return { status: 503, headers: { 'retry-after': '3' } };
    },
  });
  const { client, logged } = await startHost(server);
  const { dataset: _, repairs: __, ...asked } = january;
  await client.call('sources.plan', asked);
  expect(logged).toContain('jquants: no answer, waiting 3 s');
});
