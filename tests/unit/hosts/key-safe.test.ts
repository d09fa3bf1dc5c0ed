// The desktop's keys: encrypted by the system where that is safe, and never left behind in the plain file.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configFolder, KEY_FILE, KeyFile } from '../../../core/app/key-file.node.ts';
import { desktopKeys, type SafeStorage } from '../../../main/electron/key-safe.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Encrypts as the system would: unreadably, and back again. */
const storage = (backend = 'gnome_libsecret', available = true): SafeStorage => ({
  isEncryptionAvailable: () => available,
  getSelectedStorageBackend: () => backend,
  encryptString: (text) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0x5a) as Buffer,
  decryptString: (encrypted) => Buffer.from(encrypted.map((byte) => byte ^ 0x5a)).toString('utf8'),
});

const everything = (): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

test('a key is written encrypted, read back, and forgotten', () => {
  const keys = desktopKeys(storage(), join(folder, 'desktop'), new KeyFile(join(folder, 'config')));
  expect(keys.place).toBe('system');
  expect(keys.get('jquants')).toBeNull();
  keys.set('jquants', 'secret-key-123');
  expect(keys.get('jquants')).toBe('secret-key-123');
  expect(everything()).not.toContain('secret-key-123');
  keys.remove('jquants');
  expect(keys.has('jquants')).toBe(false);
});

test('a key of the command line is used until one is stored here, which takes its place', () => {
  const plain = new KeyFile(join(folder, 'config'));
  plain.set('jquants', 'from-the-command-line');
  const keys = desktopKeys(storage(), join(folder, 'desktop'), plain);
  expect(keys.get('jquants')).toBe('from-the-command-line');
  keys.set('jquants', 'from-the-desktop');
  expect(keys.get('jquants')).toBe('from-the-desktop');
  expect(plain.has('jquants')).toBe(false);
  plain.set('jquants', 'again');
  keys.remove('jquants');
  expect(plain.has('jquants')).toBe(false);
});

test.each([
  ['nothing to encrypt with', storage('unknown', false)],
  ['a password that everybody knows', storage('basic_text')],
])('where the system has %s, the file is used', (_, unsafe) => {
  const plain = new KeyFile(join(folder, 'config'));
  expect(desktopKeys(unsafe, join(folder, 'desktop'), plain)).toBe(plain);
});

test('the file is for the user alone from the first moment, and stays so', () => {
  const keys = new KeyFile(join(folder, 'config'));
  keys.set('a', 'secret-key-123');
  keys.set('b', 'secret-key-456');
  expect(statSync(keys.path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'config')).mode & 0o777).toBe(0o700);
  expect([keys.get('a'), keys.get('b'), keys.get('c')]).toEqual(['secret-key-123', 'secret-key-456', null]);
  expect(readdirSync(join(folder, 'config'))).toEqual([KEY_FILE]);
});

test.each([0o640, 0o604, 0o644, 0o660])('a file of mode %o is neither read nor written', (mode) => {
  const path = join(folder, KEY_FILE);
  writeFileSync(path, '{"a":"secret-key-123"}', { mode });
  const keys = new KeyFile(folder);
  for (const act of [() => keys.get('a'), () => keys.set('a', 'x'), () => keys.remove('a')])
    expect(act).toThrow(expect.objectContaining({ code: 'source/key-readable' }));
});

test('the config folder follows the platform', () => {
  expect(configFolder('linux', {}, '/home/u')).toBe('/home/u/.config/phasor');
  expect(configFolder('linux', { XDG_CONFIG_HOME: '/x' }, '/home/u')).toBe('/x/phasor');
  expect(configFolder('linux', { XDG_CONFIG_HOME: 'relative' }, '/home/u')).toBe('/home/u/.config/phasor');
  expect(configFolder('darwin', {}, '/Users/u')).toBe('/Users/u/Library/Application Support/Phasor');
  expect(configFolder('win32', { APPDATA: 'C:\\A' }, 'C:\\U')).toBe('C:\\A\\Phasor');
});
