// Owns files that are sent to the host: streamed into the workspace's uploads, a folder each, complete or not there at all.
import { createWriteStream, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { workspacePaths } from '../../../core/app/paths.ts';
import { AppError } from '../../../core/base/errors.ts';
import { newId } from '../../../core/contract/id.ts';

/** Left free for the database and whatever else writes meanwhile. */
const RESERVE_BYTES = 64 * 2 ** 20;
/** File systems take 255 bytes a name; what reads the file may put something after it. */
const MOST_BYTES = 200;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A name that every file system takes and that no reader of files sees a pattern in; its endings stay. */
export function uploadName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const plain = last.normalize('NFC').replaceAll(/[\p{C}<>:"|?*[\]{}$~`']+/gu, '-');
  return (
    lastBytes(plain.replace(/[.\s]+$/, ''), MOST_BYTES)
      .replace(/^[.\s-]+/, '')
      .replace(DEVICE, '_$1') || 'file'
  );
}

/** Its last letters that fit into so many bytes. */
function lastBytes(text: string, most: number): string {
  const letters = Array.from(text);
  let [from, bytes] = [letters.length, 0];
  while (from > 0 && (bytes += Buffer.byteLength(letters[from - 1])) <= most) from--;
  return letters.slice(from).join('');
}

const readable = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

/**
 * Stores `body` and says where. What breaks off leaves nothing.
 * @param bytes how many are announced; undefined where the sender does not know
 * @throws resource/disk-full
 */
export async function storeUpload(
  workspace: string,
  name: string,
  body: ReadableStream<Uint8Array>,
  bytes: number | undefined,
): Promise<{ path: string; bytes: number }> {
  const folder = join(workspace, workspacePaths.uploads, newId());
  mkdirSync(folder, { recursive: true });
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = Math.max(0, bavail * bsize - RESERVE_BYTES);
    const requireSpace = (needed: number): void => {
      if (needed > free)
        throw new AppError('resource/disk-full', { path: workspace, needed: readable(needed), free: readable(free) });
    };
    requireSpace(bytes ?? 0);
    const temporary = join(folder, workspacePaths.incomingUpload);
    const file = createWriteStream(temporary, { flush: true });
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      let received = 0;
      for await (const chunk of chunks) {
        requireSpace((received += chunk.length)); // a sender that announced nothing sends as much as it likes
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(body as never), counted, file);
    if (bytes !== undefined && file.bytesWritten !== bytes)
      throw new AppError('input/upload-cut-off', { name, bytes: file.bytesWritten, announced: bytes });
    const path = join(folder, uploadName(name));
    renameSync(temporary, path);
    return { path, bytes: file.bytesWritten };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
