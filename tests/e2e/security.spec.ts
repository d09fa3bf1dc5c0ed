// What the web shell keeps out, tried with a browser and with requests that no browser would send.
import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../core/contract/errors.ts';
import { type Shell, signIn, startShell } from './support/host.ts';
import { expect, test } from './support/test.ts';
import { newWorkspace } from './support/workspaces.ts';

test('a browser without the token, or with a wrong one, is told what to do and given nothing', async ({
  browser,
  shell,
}) => {
  const stranger = await browser.newPage();
  for (const path of ['/', '/?token=wrong', '/runs']) {
    const response = await stranger.goto(shell.origin + path);
    expect(response?.status(), path).toBe(401);
    await expect(stranger.getByText(/has not been let in/)).toBeVisible();
  }
  await stranger.goto(shell.url);
  await expect(stranger.getByRole('navigation', { name: 'Main navigation' })).toBeVisible();
  expect(stranger.url()).toBe(`${shell.origin}/`); // the token does not stay in the address
  expect(await stranger.evaluate(() => document.cookie)).toBe('');
  await stranger.close();
});

test('another Host or Origin is refused, cookie or not', async ({ shell }) => {
  const cookie = await signIn(shell);
  const own = new URL(shell.origin).host;
  expect(await ask(shell, '/', { cookie, host: own })).toMatchObject({ status: 200 });
  expect(await ask(shell, '/', { cookie, host: 'evil.example' })).toMatchObject({ status: 421 });
  expect(await ask(shell, '/', { cookie, host: `127.0.0.1.evil.example` })).toMatchObject({ status: 421 });
  expect(await ask(shell, '/', { cookie, origin: 'http://evil.example' })).toMatchObject({ status: 403 });
  expect(await ask(shell, '/', { cookie, origin: 'null' })).toMatchObject({ status: 403 });
});

test('a page of another site reaches nothing, even in a browser that has been let in', async ({ browser, shell }) => {
  const page = await browser.newPage();
  const site = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>evil</title>'),
  );
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  await page.goto(shell.url);
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  const reached = await page.evaluate(async (origin) => {
    const fetched = await fetch(`${origin}/session`, { credentials: 'include' }).then(
      ({ status }) => `HTTP ${status}`,
      () => 'refused',
    );
    const posted = await fetch(`${origin}/upload?name=x.csv`, { method: 'POST', body: 'x', mode: 'no-cors' }).then(
      ({ type }) => type,
      () => 'refused',
    );
    const connected = await new Promise<string>((resolve) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    });
    return { fetched, posted, connected };
  }, shell.origin);
  expect(reached).toMatchObject({ fetched: 'refused', connected: 'refused' });
  const frame = await page.evaluate(async (origin) => {
    const frame = document.createElement('iframe');
    frame.src = origin;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    return frame.contentDocument === null;
  }, shell.origin);
  expect(frame).toBe(true);
  await expect(page.frameLocator('iframe').getByRole('navigation')).toHaveCount(0);
  await page.close();
  site.close();
});

test('no address leads out of the folders that are given out', async ({ shell }) => {
  const cookie = await signIn(shell);
  const ways = [
    '/files/phasor.sqlite',
    '/files/reports/../phasor.sqlite',
    '/files/reports/../../../../../../etc/passwd',
    '/files/reports/%2e%2e/phasor.sqlite',
    '/files/reports/..%2fphasor.sqlite',
    '/files/reports/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/files/exports/%2fetc%2fpasswd',
    '/files/exports/....//....//etc/passwd',
    '/files/reports/..%5cphasor.sqlite',
    '/files/reports/%00',
    '/assets/../../../../etc/passwd',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/.sources',
    '//etc/passwd',
  ];
  for (const path of ways) {
    const { status, body } = await ask(shell, path, { cookie });
    expect([400, 404], path).toContain(status);
    expect(body, path).not.toMatch(/root:|SQLite format|"name"/);
  }
});

test('calls name files of the workspace and of granted folders, and no others', async ({ client }) => {
  const refused: readonly Promise<unknown>[] = [
    client.call('datasets.inspect', { files: ['/etc/passwd'] }),
    client.call('datasets.inspect', { files: ['uploads/../phasor.sqlite'] }),
    client.call('datasets.import', { files: ['/etc/passwd'], name: 'passwd' }),
    client.call('checkpoints.import', { path: '/etc/passwd', dataset: 'sample' }),
    client.call('checkpoints.export', { checkpoint: 'x', folder: '/tmp' }),
    client.call('files.list', { folder: '/etc' }),
    client.call('files.list', { folder: '..' }),
    client.call('shell.printReport', { path: '/etc/passwd' }),
  ];
  for (const outcome of await Promise.allSettled(refused)) {
    const reason: unknown = outcome.status === 'rejected' ? outcome.reason : outcome.value;
    expect(reason).toBeInstanceOf(AppError);
    expect(reason).toHaveProperty('code', 'input/path-not-granted');
  }
});

test('a page runs no script but its own, and sends nothing elsewhere', async ({ browser, shell }) => {
  const page = await browser.newPage();
  await page.goto(shell.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const stopped = await page.evaluate(async () => {
    const directives: string[] = [];
    const told = new Promise<void>((resolve) =>
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (directives.push(effectiveDirective) === 3) resolve();
      }),
    );
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    const image = new Image();
    image.src = 'http://127.0.0.1:9/pixel.png';
    document.body.append(script, image);
    await fetch('http://127.0.0.1:9/').catch(() => undefined);
    await told;
    return directives.sort();
  });
  expect(stopped).toEqual(['connect-src', 'img-src', 'script-src-elem']);
  expect(await page.title()).not.toBe('taken over');
  await page.close();
});

test('an address that others can reach is never served without a token', async () => {
  const workspace = newWorkspace('empty');
  await expect(startShell(workspace, '--no-token', '--host', '0.0.0.0')).rejects.toThrow(/input\/no-token/);
  rmSync(workspace, { recursive: true });
});

interface Answer {
  status: number;
  body: string;
}

/** One request exactly as told: fetch would tidy up the path and refuse the headers. */
function ask(shell: Shell, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: shell.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asking.on('error', reject).end();
  });
}
