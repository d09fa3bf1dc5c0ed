// Owns the parts of downloads on disk: <folder>/<table>/<id>@<fetched at>.ndjson.gz, each whole or not there.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import type { FetchPart, FetchTable, StoredPart } from './source.ts';

const NAME = /^(?<id>[\w.-]+)@(?<at>\d+)\.ndjson\.gz$/;
const packed = promisify(gzip);
const unpacked = promisify(gunzip);

export class PartFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** By id, the newest where a crash left two. */
  stored(table: FetchTable): Map<string, StoredPart> {
    const parts = new Map<string, StoredPart>();
    for (const name of this.#names(table)) {
      const { id, at } = NAME.exec(name)?.groups ?? {};
      if (id === undefined || Number(at) < (parts.get(id)?.fetchedAt ?? 0)) continue;
      parts.set(id, { table, id, fetchedAt: Number(at), path: join(this.path, table, name) });
    }
    return parts;
  }

  /** Writes a part and removes what it takes the place of. @param fetchedAt epoch milliseconds at which its fetch began */
  async store(
    { table, id }: Pick<FetchPart, 'table' | 'id'>,
    fetchedAt: number,
    lines: readonly string[],
    before?: StoredPart,
  ): Promise<StoredPart> {
    const path = join(this.path, table, `${id}@${fetchedAt}.ndjson.gz`);
    writeFileAtomic(path, await packed(lines.map((line) => `${line}\n`).join('')));
    if (before && before.path !== path) rmSync(before.path, { force: true });
    return { table, id, fetchedAt, path };
  }

  #names(table: FetchTable): string[] {
    try {
      return readdirSync(join(this.path, table)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

/** Whether a part is as it was written: whole by the checksum and length at its end, and whole lines. False too where it is gone. */
export async function isWhole({ path }: StoredPart): Promise<boolean> {
  try {
    const text = await unpacked(await readFile(path));
    return text.length === 0 || text.at(-1) === NEWLINE;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_') || code === 'ENOENT') return false;
    throw error;
  }
}

const NEWLINE = 10;

/** The lines of a part, as the source sent them. */
export function readPart({ path }: StoredPart): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(0, -1);
}
