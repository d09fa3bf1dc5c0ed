// The web shell's parts that decide without a socket: names, places of browsers, hosts and origins, slow readers, stale builds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CLOSE, type Socket, webSocketTransport } from '../../../core/contract/web-socket.ts';
import { hashOf } from '../../../main/node/build/targets.ts';
import { type AccessRules, decide } from '../../../main/node/web-shell/access.ts';
import { chromiumPlaces } from '../../../main/node/web-shell/chromium.ts';
import { uploadName } from '../../../main/node/web-shell/uploads.ts';

const folder = mkdtempSync(join(tmpdir(), 'phasor-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['bars.csv', 'bars.csv'],
  ['/etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['../..', 'file'],
  ['.hidden', 'hidden'],
  ['', 'file'],
  ['prices [2024]*.csv', 'prices -2024-.csv'],
  ['con.csv', '_con.csv'],
  ['a\0b\n.csv', 'a-b-.csv'],
  ['trailing. . ', 'trailing'],
  ['日経平均.csv.gz', '日経平均.csv.gz'],
  [`${'x'.repeat(500)}.csv`, `${'x'.repeat(196)}.csv`],
  [`${'株'.repeat(100)}.csv`, `${'株'.repeat(65)}.csv`],
  [`a.${'b'.repeat(199)}`, 'b'.repeat(199)],
])('an upload called %j is stored as %j', (given, stored) => {
  expect(uploadName(given)).toBe(stored);
});

test('a Chromium is looked for where CHROME_PATH says, else in the usual places of the platform', () => {
  expect(chromiumPlaces('linux', { CHROME_PATH: '/opt/chrome', PATH: '/usr/bin' })).toEqual(['/opt/chrome']);
  expect(chromiumPlaces('linux', { PATH: '/a:/b' })).toContain('/b/google-chrome');
  expect(chromiumPlaces('linux', {})).toEqual([]);
  expect(chromiumPlaces('darwin', {})).toContain('/Applications/Chromium.app/Contents/MacOS/Chromium');
  expect(chromiumPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' })).toContain(
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  );
});

const get = (headers: Record<string, string>, rules: Partial<AccessRules> = {}) =>
  decide({ method: 'GET', url: '/session', headers }, { token: null, host: '127.0.0.1', machine: 'box', ...rules });

test.each(['127.0.0.1:7424', 'localhost', 'LOCALHOST:1', '[::1]:7424', '127.9.9.9:80'])(
  '%s is a name of this machine',
  (host) => {
    expect(get({ host })).toBe('allow');
  },
);

test.each([
  'evil.example',
  'localhost.evil.example',
  'evil.example#localhost',
  'localhost@evil.example',
  'localhost/',
  '',
  '192.168.0.1',
  'box',
  'localhost:x',
])('%j is none while only loopback is listened on', (host) => {
  expect(get({ host })).toBe('unknown-host');
});

test('on the network, addresses and the machine are known by name, and nobody else', () => {
  const rules = { host: '0.0.0.0', token: null };
  expect(get({ host: '192.168.0.1:7424' }, rules)).toBe('allow');
  expect(get({ host: 'box:7424' }, rules)).toBe('allow');
  expect(get({ host: 'evil.example' }, rules)).toBe('unknown-host');
});

test('a link from elsewhere may open the interface, but nothing of it may be embedded or fetched from there', () => {
  const host = 'localhost:1';
  const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(get(link)).toBe('allow');
  expect(get({ ...link, 'sec-fetch-dest': 'iframe' })).toBe('foreign');
  expect(get({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe('foreign');
  expect(get({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe('foreign');
  expect(get({ host, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe('allow');
});

/** A socket whose other end takes in nothing. */
function clogged() {
  const state = { bufferedAmount: 0, readyState: 1, closed: [] as (number | undefined)[] };
  const socket: Socket = {
    binaryType: 'blob',
    get readyState() {
      return state.readyState;
    },
    get bufferedAmount() {
      return state.bufferedAmount;
    },
    send: (data) => {
      state.bufferedAmount += data.length;
    },
    close: (code) => {
      state.closed.push(code);
      state.readyState = 2;
    },
    addEventListener: () => {},
  };
  return { state, socket };
}

test('a reader that takes nothing in is cut off before it fills the memory, and is told why', () => {
  const { state, socket } = clogged();
  const transport = webSocketTransport(socket, 1_000);
  for (let i = 0; i < 100; i++) transport.send({ text: 'x'.repeat(90) });
  expect(state.closed).toEqual([CLOSE.tooSlow]);
  expect(state.bufferedAmount).toBeLessThan(1_200);
});

test('one long answer is no slow reader', () => {
  const { state, socket } = clogged();
  webSocketTransport(socket, 1_000).send({ column: new Float64Array(1_000) });
  expect(state.closed).toEqual([]);
  expect(state.bufferedAmount).toBeGreaterThan(8_000);
});

test('a build is stale when a source changes, comes or goes, and not otherwise', () => {
  mkdirSync(join(folder, 'src/inner'), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const hash = () => hashOf(['src', 'lock.json', 'absent'], folder);
  write('src/a.ts', 'a');
  write('src/inner/b.ts', 'b');
  write('lock.json', '{}');
  const before = hash();
  write('src/a.ts', 'a');
  expect(hash()).toBe(before);
  write('src/inner/b.ts', 'c');
  const changed = hash();
  expect(changed).not.toBe(before);
  write('src/inner/b.ts', 'b');
  expect(hash()).toBe(before);
  write('src/c.ts', '');
  expect(hash()).not.toBe(before);
  rmSync(join(folder, 'src/c.ts'));
  write('lock.json', '{"a":1}');
  expect(hash()).not.toBe(before);
});
