// npm start where Electron is not, as a process of its own: says why in one line, serves, and ends when asked to.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { activeJobs, stopJobs } from '../../main/node/stop-jobs.ts';
import { openTestShell } from '../support/web-shell.ts';

const START = fileURLToPath(new URL('../../main/node/start.ts', import.meta.url));
/** The interface is built first where its sources have changed. */
const BUILD_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'phasor-start-'));
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test(
  'without Electron the web shell is opened, with one line that says why',
  async () => {
    const env = {
      ...process.env,
      LANG: 'en_GB.UTF-8',
      LC_ALL: '',
      LC_MESSAGES: '',
      DISPLAY: ':0',
      PATH: '', // no browser opens in a test
      ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'no-electron'),
      ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
    };
    child = spawn(process.execPath, [START, '--workspace', join(folder, 'workspace'), '--port', '0'], { env });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    const ended = new Promise<number | null>((resolve) => child?.once('exit', resolve));

    const address = /Phasor is at (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)/;
    await expect.poll(() => said.stdout, { timeout: BUILD_MS }).toMatch(address);
    const why = said.stderr.split('\n').filter((line) => line.includes('Electron'));
    expect(why).toEqual([
      "Electron's binary is not here and could not be fetched, so the workbench opens in a browser instead of its own window.",
    ]);
    const [, url] = address.exec(said.stdout) ?? [];
    const signedIn = await fetch(url, { redirect: 'manual' });
    expect(signedIn.status).toBe(303);
    const cookie = signedIn.headers.getSetCookie()[0].split(';')[0];
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    expect(await page.text()).toContain('<script type="module"');

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  },
  BUILD_MS + 30_000,
);

test('stopping asks every job and waits until all have saved', async () => {
  const { host, close } = await openTestShell();
  const client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 300, days: 1_500, seed: 1 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: 'market' });
  const running = await activeJobs(client);
  expect(running).toEqual([jobId]);
  await stopJobs(client, running);
  expect(await activeJobs(client)).toEqual([]);
  expect((await client.call('jobs.get', { jobId })).status).toMatch(/^(stopped|finished)$/);
  await stopJobs(client, running); // what has ended meanwhile needs no stopping
  await close();
});
