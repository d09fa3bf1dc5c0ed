// Owns the desktop's keys: encrypted by the operating system's own store where there is one, else in the file that the command line uses.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeys } from '../../core/app/key-file.node.ts';
import type { KeyStore } from '../../core/app/key-store.ts';
import { writeFileAtomic } from '../../core/base/atomic-file.node.ts';

/** What is used of Electron's safeStorage. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  /** Linux only: 'basic_text' is a password that everybody knows. */
  getSelectedStorageBackend?(): string;
  encryptString(text: string): Buffer;
  decryptString(encrypted: Buffer): string;
}

const FILE = 'keys.bin.json';

const isSafe = (storage: SafeStorage): boolean =>
  storage.isEncryptionAvailable() && storage.getSelectedStorageBackend?.() !== 'basic_text';

/**
 * A key that is stored here is taken out of the plain file; one that the command line has stored is used until then.
 * @param folder of the user's data of this program @param plain where keys stand without encryption
 */
export function desktopKeys(storage: SafeStorage, folder: string, plain: KeyStore): KeyStore {
  if (!isSafe(storage)) return plain;
  const path = join(folder, FILE);
  const read = (): Record<string, string> => (existsSync(path) ? parseKeys(readFileSync(path, 'utf8'), path) : {});
  const write = (keys: Record<string, string>): void => writeFileAtomic(path, `${JSON.stringify(keys, null, 1)}\n`);
  return {
    place: 'system',
    has: (source) => read()[source] !== undefined || plain.has(source),
    get: (source) => {
      const encrypted = read()[source];
      return encrypted === undefined ? plain.get(source) : storage.decryptString(Buffer.from(encrypted, 'base64'));
    },
    set: (source, key) => {
      write({ ...read(), [source]: storage.encryptString(key).toString('base64') });
      plain.remove(source);
    },
    remove: (source) => {
      const { [source]: _, ...rest } = read();
      write(rest);
      plain.remove(source);
    },
  };
}
