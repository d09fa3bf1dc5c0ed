// Owns writing a file or folder so that a crash leaves either the old one or the new one, never half of it.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { naming } from './system-errors.ts';

/** Writes to a temporary name beside `path`, syncs, then renames over it. */
export function writeFileAtomic(path: string, ...parts: (string | Uint8Array)[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    naming(path, () => {
      for (const part of parts) {
        const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      }
      fsyncSync(file);
    });
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
}

/**
 * Calls `fill` with a fresh temporary folder and puts it in the place of `path` when it returns; removes it when it throws. What
 * stood there steps aside first and is deleted last, so that a crash at any point leaves a whole one, if need be under the name
 * that settleFolders knows.
 * @param stays asked when `fill` has returned: whether what stands there by now is as good, for somebody else was quicker. Then it stays.
 */
export async function writeFolderAtomic<T>(
  path: string,
  fill: (folder: string) => T | Promise<T>,
  stays: () => boolean = () => false,
): Promise<T> {
  const id = randomUUID();
  const temporary = `${path}.${id}.tmp`;
  const aside = `${path}.${id}.old`;
  mkdirSync(temporary, { recursive: true });
  try {
    const result = await fill(temporary);
    if (stays()) {
      rmSync(temporary, { recursive: true, force: true });
      return result;
    }
    if (existsSync(path)) renameSync(path, aside);
    renameSync(temporary, path);
    rmSync(aside, { recursive: true, force: true });
    return result;
  } catch (error) {
    if (!existsSync(path) && existsSync(aside)) renameSync(aside, path);
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Deletes a folder so that a crash leaves it whole or gone; what is left of it then, settleFolders takes away. */
export async function removeFolderAtomic(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

const LEFTOVER = /^(?<name>.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(?<kind>tmp|old)$/;

/**
 * Puts right what a killed process left below `root`: temporary files and folders go, a folder that had stepped aside for one that
 * never came is put back. Only for a time when nobody writes there.
 */
export function settleFolders(root: string): void {
  if (!existsSync(root)) return;
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    const { name, kind } = LEFTOVER.exec(entry.name)?.groups ?? {};
    if (name === undefined) {
      if (entry.isDirectory()) settleFolders(path);
    } else if (kind === 'old' && !existsSync(join(root, name))) renameSync(path, join(root, name));
    else rmSync(path, { recursive: true, force: true });
  }
}
