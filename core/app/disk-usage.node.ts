// Owns how many bytes the parts of a workspace take: measured in the background, so that whoever asks is answered at once.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';

/** What was measured is believed for this long. */
const FRESH_MS = 10_000;
/** The first to ask waits this long for a small workspace. */
const PATIENCE_MS = 25;
const DATABASE = 'database';

export interface Size {
  bytes: number;
  files: number;
}

export class DiskUsage {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #sizes: Record<string, number> = {};
  #measuredAt = Number.NEGATIVE_INFINITY;
  #measuring: Promise<void> | undefined;

  /** @param onChange told when a measurement found other sizes than the one before */
  constructor(folder: string, clock: Clock, onChange: () => void) {
    this.#folder = folder;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Bytes by part: a part for each folder of the workspace, and its database. The first answer may lack some. */
  async sizes(): Promise<Record<string, number>> {
    const first = this.#measuredAt === Number.NEGATIVE_INFINITY;
    if (this.#clock.now() - this.#measuredAt > FRESH_MS) this.#measuring ??= this.#measure();
    if (first) await Promise.race([this.#measuring, sleep(PATIENCE_MS)]);
    return { ...this.#sizes };
  }

  /** Measures anew the next time that somebody asks. */
  forget(): void {
    if (this.#measuredAt !== Number.NEGATIVE_INFINITY) this.#measuredAt = 0;
  }

  async #measure(): Promise<void> {
    const before = JSON.stringify(this.#sizes);
    const sizes: Record<string, number> = { [DATABASE]: 0 };
    for (const entry of await entries(this.#folder)) {
      const path = join(this.#folder, entry.name);
      if (entry.isDirectory()) sizes[entry.name] = (await sizeOf(path)).bytes;
      else if (entry.name.startsWith('phasor.')) sizes[DATABASE] += await bytesOf(path);
    }
    this.#sizes = sizes;
    this.#measuredAt = this.#clock.now();
    this.#measuring = undefined;
    if (JSON.stringify(sizes) !== before) this.#onChange();
  }
}

/** Of everything below a folder, or of one file; nothing where there is neither. Links are not followed. */
export async function sizeOf(path: string): Promise<Size> {
  const size: Size = { bytes: 0, files: 0 };
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of await entries(folder)) {
      const inner = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inner);
      else if (entry.isFile()) {
        size.bytes += await bytesOf(inner);
        size.files++;
      }
    }
  return size;
}

/** Files come and go while they are counted. */
async function entries(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(absent([]));
}

/** A file that several panels share by hard link counts in equal parts, so that all of them add up to what the disk holds. */
async function bytesOf(path: string): Promise<number> {
  return await stat(path).then(({ size, nlink }) => Math.round(size / Math.max(1, nlink)), absent(0));
}

const absent =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return value;
    throw error;
  };
