// Owns keeping what was read from a few folders for as long as the file that names their content stays the one that was read.
import { statSync } from 'node:fs';
import { join } from 'node:path';

export class HeldReads<T> {
  readonly #file: string;
  readonly #read: (folder: string) => T;
  readonly #most: number;
  readonly #held = new Map<string, { readonly written: number; readonly value: T }>();

  /** @param file of each folder, written whenever anything in it is @param most folders held, the least recently asked for given up first */
  constructor(file: string, read: (folder: string) => T, most: number) {
    this.#file = file;
    this.#read = read;
    this.#most = most;
  }

  /** @throws what reading throws */
  of(folder: string): T {
    const written = statSync(join(folder, this.#file), { throwIfNoEntry: false })?.mtimeMs;
    const held = this.#held.get(folder);
    this.#held.delete(folder);
    const value = held && held.written === written ? held.value : this.#read(folder);
    if (written !== undefined) this.#held.set(folder, { written, value });
    for (const oldest of this.#held.keys()) if (this.#held.size > this.#most) this.#held.delete(oldest);
    return value;
  }
}
