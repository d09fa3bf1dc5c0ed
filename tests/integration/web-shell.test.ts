// The web shell over real sockets, on a real host: who is let in, what is given out, what comes back over the connection.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CLOSE } from '../../core/contract/web-socket.ts';
import { findChromium } from '../../main/node/web-shell/chromium.ts';
import { webShellPort } from '../../main/node/web-shell/shell.ts';
import { openTestShell, type TestShell } from '../support/web-shell.ts';

let open: TestShell | undefined;
async function start(...options: Parameters<typeof openTestShell>): Promise<TestShell> {
  return (open = await openTestShell(...options));
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

test('the token lets in once, and becomes a cookie that scripts and other sites do not get', async () => {
  const { shell, ask, cookie } = await start();
  const { pathname, search } = new URL(shell.url);
  const { status, headers } = await ask(pathname + search);
  expect(status).toBe(303);
  expect(headers.location).toBe('/');
  expect(headers['set-cookie']?.[0]).toMatch(/^phasor-[0-9a-f]{12}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);

  expect((await ask('/')).status).toBe(401);
  expect((await ask('/?token=wrong')).status).toBe(401);
  expect((await ask('/', { headers: { cookie: `${cookie}x` } })).status).toBe(401);
  expect((await ask('/session', { headers: { cookie } })).status).toBe(204);
  const page = await ask('/', { headers: { cookie, accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(page.body.toString()).toContain('<title>Phasor</title>');
});

test('every path asks for the token, and none but the first takes it from the address', async () => {
  const { shell, ask } = await start();
  const { search } = new URL(shell.url);
  for (const path of ['/assets/index-abc123.js', '/files/reports/a.html', '/session', '/rpc', `/session${search}`])
    expect((await ask(path)).status, path).toBe(401);
});

test('other names and other origins are turned away, cookie or not', async () => {
  const { ask, cookie, shell } = await start();
  const own = `127.0.0.1:${shell.port}`;
  const status = async (headers: Record<string, string>, method = 'GET') =>
    (await ask('/session', { method, headers: { cookie, ...headers } })).status;
  expect(await status({ host: `evil.example:${shell.port}` })).toBe(421);
  expect(await status({ host: `127.0.0.1.evil.example` })).toBe(421);
  expect(await status({ host: 'localhost:9999' })).toBe(204); // as behind a tunnel
  expect(await status({ host: own, origin: 'http://evil.example' })).toBe(403);
  expect(await status({ host: own, origin: 'null' })).toBe(403);
  expect(await status({ host: own, origin: `http://localhost:${shell.port}` })).toBe(403);
  expect(await status({ host: own, origin: `http://${own}` })).toBe(204);
  expect(await status({ host: own, 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await status({ host: own }, 'POST')).toBe(403); // no browser sends one without Origin
});

test('a WebSocket is opened for the interface only', async () => {
  const { socket, cookie, shell } = await start();
  const origin = `http://127.0.0.1:${shell.port}`;
  const outcome = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const opening = socket(headers);
      opening.on('open', () => {
        opening.close();
        resolve('open');
      });
      opening.on('error', (error) => resolve(error.message));
    });
  expect(await outcome({ cookie, origin })).toBe('open');
  expect(await outcome({ origin })).toContain('401');
  expect(await outcome({ cookie })).toContain('403');
  expect(await outcome({ cookie, origin: 'http://evil.example' })).toContain('403');
  expect(await outcome({ cookie, origin, host: 'evil.example' })).toContain('421');
});

test('calls and columns cross the connection, and two browsers see one workspace', async () => {
  const { connect, workspace } = await start();
  const [first, second] = await Promise.all([connect(), connect()]);
  const { bars } = await first.client.call('datasets.synthesise', { stocks: 20, days: 100, seed: 1 });
  expect(bars.startsWith(workspace)).toBe(true);
  const seen = await second.client.call('datasets.inspect', { files: [bars] });
  expect(seen.files).toEqual([bars]);
  await expect(second.client.call('datasets.inspect', { files: ['/etc/passwd'] })).rejects.toMatchObject({
    code: 'input/path-not-granted',
  });
});

test('what one browser writes, the other is told of', async () => {
  const { connect } = await start();
  const [first, second] = await Promise.all([connect(), connect()]);
  const topics = new Set<string>();
  const changes = first.client.listen('workspace.changes', {}, (event) => {
    for (const topic of event.topics) topics.add(topic);
  });
  await first.client.call('settings.get', {}); // the stream before it stands by now
  await second.client.call('settings.set', { theme: 'dark' });
  await expect.poll(() => topics.has('settings')).toBe(true);
  expect(await first.client.call('settings.get', {})).toMatchObject({ theme: 'dark' });
  changes.cancel();
  await changes.ended;
});

test('what is no message closes the connection with a reason, and the host lives on', async () => {
  const { connect } = await start();
  const { socket, client } = await connect();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.send('{"type":');
  expect(await closed).toBe(CLOSE.badFrame);
  await expect(client.call('shell.capabilities', {})).rejects.toMatchObject({ code: 'state/disconnected' });
  const again = await connect();
  expect(await again.client.call('shell.capabilities', {})).toEqual({ capabilities: [] });
});

test('a message too long for a call closes the connection', async () => {
  const { connect } = await start();
  const { socket } = await connect();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.send('x'.repeat(5 * 2 ** 20));
  expect(await closed).toBe(1009);
});

test('the host says goodbye when it ends', async () => {
  const { connect, shell } = await start();
  const { socket } = await connect();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await shell.close();
  expect(await closed).toBe(CLOSE.ending);
});

test('the interface has its files, with hashed ones kept and pages guarded', async () => {
  const { fetch } = await start();
  const page = await fetch('/runs/some.run');
  expect(page.status).toBe(200); // an address that the interface routes itself
  expect(page.headers['cache-control']).toBe('no-cache');
  const policy = page.headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe-eval');
  const script = await fetch('/assets/index-abc123.js');
  expect(script.headers['cache-control']).toContain('immutable');
  expect(script.headers['content-type']).toContain('javascript');
  expect(script.headers['x-content-type-options']).toBe('nosniff');
  const packed = await fetch('/assets/index-abc123.js', { headers: { 'accept-encoding': 'gzip, br' } });
  expect(packed.headers['content-encoding']).toBe('br');
  expect(packed.body.length).toBeLessThan(200);
  expect((await fetch('/assets/gone.js')).status).toBe(404);
  expect((await fetch('/favicon.ico', { headers: { accept: 'image/*' } })).status).toBe(404);
  expect((await fetch('/', { method: 'HEAD' })).body.length).toBe(0);
  expect((await fetch('/', { method: 'DELETE' })).status).toBe(405);
});

test('no path leads out of the folders that are given out', async () => {
  const { ask, cookie, workspace, folder } = await start();
  mkdirSync(join(workspace, 'reports'), { recursive: true });
  writeFileSync(join(workspace, 'reports/sheet.html'), '<p>sheet');
  symlinkSync(join(folder, 'secret.txt'), join(workspace, 'reports/link.html'));
  symlinkSync('circle.html', join(workspace, 'reports/circle.html'));
  const answer = (path: string) => ask(path, { headers: { cookie } });
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/.sources',
    '/files/../secret.txt',
    '/files/reports/../../secret.txt',
    '/files/reports/..%2f..%2fsecret.txt',
    '/files/reports/link.html',
    '/files/reports/',
    '/files/reports/%00.html',
    '/files/phasor.sqlite',
    '/files/./phasor.sqlite',
    '/files/datasets/x',
    '/files/constructor/x',
    '/%E0%A4%A',
    `/files/reports/${'a'.repeat(300)}.html`,
    '/files/reports/sheet.html/x',
    '/files/reports/circle.html',
  ])
    expect((await answer(path)).status, path).toBe(404);
  const sheet = await answer('/files/reports/sheet.html');
  expect(sheet.body.toString()).toBe('<p>sheet');
});

test('a report may run its one script and reach nothing; an export is saved, never shown', async () => {
  const { fetch, workspace } = await start();
  mkdirSync(join(workspace, 'reports'), { recursive: true });
  mkdirSync(join(workspace, 'exports/phase2'), { recursive: true });
  writeFileSync(join(workspace, 'reports/日経 1.html'), '<p>sheet');
  writeFileSync(join(workspace, 'exports/phase2/page.html'), '<script>1</script>');
  const report = await fetch(`/files/reports/${encodeURIComponent('日経 1.html')}`);
  expect(report.headers['content-type']).toContain('text/html');
  expect(report.headers['content-security-policy']).toContain('sandbox allow-scripts;');
  expect(report.headers['content-security-policy']).toContain("default-src 'none'");
  const exported = await fetch('/files/exports/phase2/page.html');
  expect(exported.headers['content-disposition']).toMatch(/^attachment; /);
  expect(exported.headers['content-type']).toBe('application/octet-stream');
  expect((await fetch('/files/reports/x.html', { method: 'POST' })).status).toBe(405);
});

test('an upload is stored under a harmless name, and can then be named in calls', async () => {
  const { fetch, workspace, connect } = await start();
  const text = 'date,code,open,high,low,close,volume\n2024-01-04,1301,1,1,1,1,1\n';
  const sent = await fetch(`/upload?name=${encodeURIComponent('../..\\日経*.csv')}`, { method: 'POST', body: text });
  expect(sent.status).toBe(201);
  const { path, bytes } = JSON.parse(sent.body.toString()) as { path: string; bytes: number };
  expect(path.startsWith(join(workspace, 'uploads'))).toBe(true);
  expect(path.endsWith('日経-.csv')).toBe(true);
  expect(bytes).toBe(text.length);
  expect(readFileSync(path, 'utf8')).toBe(text);
  const long = await fetch(`/upload?name=${encodeURIComponent(`${'株'.repeat(200)}.csv`)}`, {
    method: 'POST',
    body: text,
  });
  expect(long.status).toBe(201);
  const { client } = await connect();
  expect((await client.call('datasets.inspect', { files: [path] })).previews).toHaveLength(1);
});

test('an upload that breaks off leaves nothing, and one that no disk could hold is refused at once', async () => {
  const { fetch, workspace, shell, cookie } = await start();
  const head = `POST /upload?name=a.csv HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\nOrigin: http://127.0.0.1:${shell.port}\r\nCookie: ${cookie}\r\n`;
  const tcp = connectTcp(shell.port, '127.0.0.1');
  await new Promise((resolve) => tcp.write(`${head}Content-Length: 100\r\n\r\nhalf of it`, resolve));
  await expect
    .poll(() => existsSync(join(workspace, 'uploads')) && readdirSync(join(workspace, 'uploads')).length)
    .toBe(1);
  tcp.destroy();
  await expect.poll(() => readdirSync(join(workspace, 'uploads'))).toEqual([]);

  const endless = connectTcp(shell.port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => endless.once('data', (data) => resolve(data.toString())));
  endless.write(`${head}Content-Length: ${2 ** 52}\r\n\r\n`);
  expect(await answer).toMatch(/^HTTP\/1.1 507 .*resource\/disk-full/s);
  endless.destroy();
  expect((await fetch('/session')).status).toBe(204);
});

test('requests that are none are refused, and nothing comes to an end by them', async () => {
  const { shell, cookie, fetch } = await start();
  const own = `Host: 127.0.0.1:${shell.port}\r\nCookie: ${cookie}\r\n`;
  const origin = `Origin: http://127.0.0.1:${shell.port}\r\n`;
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  const answerTo = (request: string) =>
    new Promise<string>((resolve) => {
      const tcp = connectTcp(shell.port, '127.0.0.1', () => tcp.write(request));
      tcp.on('data', (data) => {
        resolve(data.toString().split('\r\n')[0]);
        tcp.destroy();
      });
      tcp.on('close', () => resolve('closed'));
      tcp.on('error', () => resolve('closed'));
    });
  expect(await answerTo(`TRACE / HTTP/1.1\r\n${own}${origin}\r\n`)).toContain(' 400 ');
  expect(await answerTo(`GET http://[/ HTTP/1.1\r\n${own}\r\n`)).toContain(' 400 ');
  expect(await answerTo(`GET //evil.example/x HTTP/1.1\r\n${own}\r\n`)).toContain(' 400 ');
  expect(await answerTo(`GET http://[/ HTTP/1.1\r\n${own}${origin}${upgrade}\r\n`)).toContain(' 404 ');
  expect(await answerTo(`GET /rpc HTTP/1.1\r\n${own}${origin}${upgrade}\r\n`)).toContain(' 400 '); // no key
  expect(await answerTo(`GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`)).toMatch(/ 4\d\d /);
  expect(await answerTo('nonsense\r\n\r\n')).toContain(' 400 ');
  expect((await fetch('/session')).status).toBe(204);
});

test('without a token only loopback is listened on, and a taken port is said by its number', async () => {
  await expect(openTestShell({ token: false, address: '0.0.0.0' })).rejects.toMatchObject({ code: 'input/no-token' });
  const { ask, shell } = await start({ token: false });
  expect(shell.url).toBe(`http://127.0.0.1:${shell.port}/`);
  expect((await ask('/session')).status).toBe(204);
  await expect(openTestShell({ port: shell.port, exact: true })).rejects.toMatchObject({
    code: 'input/port-taken',
    params: { port: shell.port },
  });
  const beside = await openTestShell({ port: shell.port });
  expect(beside.shell.port).not.toBe(shell.port);
  await beside.close();
});

test('what the shell cannot do is not offered, and said when it is asked for all the same', async () => {
  const { connect } = await start({ shell: webShellPort(undefined) });
  const { client } = await connect();
  expect(await client.call('shell.capabilities', {})).toEqual({ capabilities: ['upload', 'browse'] });
  await expect(client.call('shell.pickFiles', { kind: 'data' })).rejects.toMatchObject({ code: 'state/no-capability' });
});

test.skipIf(!findChromium())('a report is printed as a PDF beside it where the machine has a Chromium', async () => {
  const { connect, workspace, fetch } = await start({ shell: webShellPort(findChromium()) });
  mkdirSync(join(workspace, 'reports'), { recursive: true });
  writeFileSync(join(workspace, 'reports/run 1.html'), '<!doctype html><h1>Tear sheet</h1>');
  const { client } = await connect();
  const { path } = await client.call('shell.printReport', { path: 'reports/run 1.html' });
  expect(path).toBe(join(workspace, 'reports/run 1.pdf'));
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-');
  const shown = await fetch('/files/reports/run%201.pdf');
  expect(shown.headers['content-type']).toBe('application/pdf');
  await expect(client.call('shell.printReport', { path: 'uploads/x.html' })).rejects.toMatchObject({
    code: 'input/path-not-granted',
  });
});
