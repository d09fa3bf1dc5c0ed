// Owns keys in a file of the user's config folder that nobody else can read, and that is not used when somebody else can.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, posix, win32 } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { KeyStore } from './key-store.ts';

/** Windows: %APPDATA%\Phasor. macOS: ~/Library/Application Support/Phasor. Elsewhere: $XDG_CONFIG_HOME/phasor, by default ~/.config/phasor. */
export function configFolder(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Phasor');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Phasor');
  const config = env.XDG_CONFIG_HOME;
  return posix.join(config && posix.isAbsolute(config) ? config : posix.join(home, '.config'), 'phasor');
}

export const KEY_FILE = 'keys.json';
/** Windows gives no such bits: there the profile's folder keeps others out. */
const OTHERS = 0o077;

export class KeyFile implements KeyStore {
  readonly place = 'file';
  readonly path: string;

  constructor(folder: string = configFolder()) {
    this.path = join(folder, KEY_FILE);
  }

  has(source: string): boolean {
    return this.get(source) !== null;
  }

  get(source: string): string | null {
    return this.#read()[source] ?? null;
  }

  set(source: string, key: string): void {
    this.#write({ ...this.#read(), [source]: key });
  }

  remove(source: string): void {
    const { [source]: removed, ...rest } = this.#read();
    if (removed !== undefined) this.#write(rest);
  }

  #read(): Record<string, string> {
    if (!existsSync(this.path)) return {};
    const mode = statSync(this.path).mode & 0o777;
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new AppError('source/key-readable', { path: this.path, mode: mode.toString(8).padStart(3, '0') });
    return parseKeys(readFileSync(this.path, 'utf8'), this.path);
  }

  /** Never readable by others, not even for a moment, and never half written. */
  #write(keys: Record<string, string>): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.${randomUUID()}.tmp`;
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(keys, null, 1)}\n`);
      fsyncSync(file);
    } catch (error) {
      closeSync(file);
      rmSync(temporary, { force: true });
      throw error;
    }
    closeSync(file);
    renameSync(temporary, this.path);
  }
}

/** What is wrong is said without quoting the text, which holds keys. @throws source/key-damaged */
export function parseKeys(text: string, path: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('source/key-damaged', { path, problem: 'no JSON' });
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    !Object.values(value).every((key) => typeof key === 'string')
  )
    throw new AppError('source/key-damaged', { path, problem: 'no object of texts' });
  return value as Record<string, string>;
}

/** The key as it is to be kept. @throws source/bad-key for what no service takes as one */
export function cleanKey(key: string): string {
  const clean = key.trim();
  // Headers carry visible ASCII alone.
  if (!/^[\x21-\x7e]{8,512}$/.test(clean)) throw new AppError('source/bad-key', {});
  return clean;
}
