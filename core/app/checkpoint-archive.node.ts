// Owns a checkpoint as one .zip: packing its folder, and unpacking one from anywhere into a folder. Of a foreign archive or folder
// only files with the names of a checkpoint's own are taken, so no path in it can lead elsewhere.
import { createReadStream, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { copyFile, type FileHandle, open, rename } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { type UnzipFile, Unzip, UnzipInflate, Zip, ZipPassThrough } from 'fflate';
import { AppError } from '../base/errors.ts';
import { CHECKPOINT_FILES, CHECKPOINT_MANIFEST } from '../train/checkpoint.node.ts';

const OWN_FILES: readonly string[] = [CHECKPOINT_MANIFEST, ...CHECKPOINT_FILES];
/** An archive whose contents are larger is no checkpoint, but a bomb. */
const MOST_BYTES = 8 * 2 ** 30;

/** Writes the files of a checkpoint folder into `path`, in a folder named `name`. They hardly compress: they are stored. @returns bytes */
export async function packCheckpoint(folder: string, path: string, name: string): Promise<number> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.part`;
  const file = await open(temporary, 'w');
  try {
    await writeArchive(file, folder, name);
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return statSync(path).size;
}

async function writeArchive(file: FileHandle, folder: string, name: string): Promise<void> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const drain = async (): Promise<void> => {
    for (const chunk of chunks.splice(0)) await file.write(chunk);
  };
  for (const own of OWN_FILES) {
    const entry = new ZipPassThrough(posix.join(name, own));
    zip.add(entry);
    for await (const chunk of createReadStream(join(folder, own))) {
      entry.push(chunk as Uint8Array);
      await drain();
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  await drain();
}

/**
 * Puts the files of the checkpoint at `path`, a folder or a .zip, into the empty folder `target`. What they hold is not looked at.
 * @throws input/file-not-found, model/not-a-checkpoint, model/damaged-checkpoint
 */
export async function unpackCheckpoint(path: string, target: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) throw new AppError('input/file-not-found', { path });
  if (found.isDirectory()) await copyOwnFiles(path, target);
  else await unzipOwnFiles(path, target);
}

async function copyOwnFiles(folder: string, target: string): Promise<void> {
  if (!readdirSync(folder).includes(CHECKPOINT_MANIFEST)) throw new AppError('model/not-a-checkpoint', { folder });
  for (const file of OWN_FILES) {
    const source = join(folder, file);
    // A link could lead to any file of this machine.
    if (!lstatSync(source, { throwIfNoEntry: false })?.isFile())
      throw new AppError('model/damaged-checkpoint', { folder, file });
    await copyFile(source, join(target, file));
  }
}

async function unzipOwnFiles(path: string, target: string): Promise<void> {
  const pending: { file: string; chunk: Uint8Array }[] = [];
  const written = new Map<string, number>();
  let total = 0;
  let damage: unknown;
  const unzip = new Unzip((entry: UnzipFile) => {
    const file = basename(entry.name.replaceAll('\\', '/'));
    // The first of a name counts: the files of a checkpoint have no second.
    if (!OWN_FILES.includes(file) || written.has(file)) return;
    written.set(file, 0);
    entry.ondata = (error, chunk) => {
      damage ??= error ?? undefined;
      total += chunk?.length ?? 0;
      if (total > MOST_BYTES) entry.terminate();
      else if (chunk && chunk.length > 0) pending.push({ file, chunk });
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for await (const chunk of createReadStream(path)) {
      unzip.push(chunk as Uint8Array);
      await drain();
    }
    unzip.push(new Uint8Array(0), true);
    await drain();
  } catch (error) {
    if (error instanceof AppError) throw error;
    damage ??= error;
  }
  if (!written.has(CHECKPOINT_MANIFEST)) throw new AppError('model/not-a-checkpoint', { folder: path }, damage);
  if (damage || total > MOST_BYTES)
    throw new AppError('model/damaged-checkpoint', { folder: path, file: basename(path) }, damage);

  async function drain(): Promise<void> {
    for (const { file, chunk } of pending.splice(0)) {
      const handle = await open(join(target, file), written.get(file) === 0 ? 'wx' : 'a');
      await handle.write(chunk);
      await handle.close();
      written.set(file, (written.get(file) ?? 0) + chunk.length);
    }
  }
}
