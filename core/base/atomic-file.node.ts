// Owns writing a file or folder so that a crash leaves either the old one or the new one, never half of it.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes to a temporary name beside `path`, syncs, then renames over it. */
export function writeFileAtomic(path: string, ...parts: (string | Uint8Array)[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    for (const part of parts) {
      const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    }
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
}

/** Calls `fill` with a fresh temporary folder and renames it to `path` when it returns; removes it when it throws. */
export async function writeFolderAtomic<T>(path: string, fill: (folder: string) => T | Promise<T>): Promise<T> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    const result = await fill(temporary);
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
    return result;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
