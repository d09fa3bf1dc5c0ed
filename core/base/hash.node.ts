// Owns content hashes (SHA-256, hex): of bytes, of files and of plain values.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { canonicalJson } from './json.ts';

export function hashBytes(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Hash of a plain value; key order does not matter. */
export function hashValue(value: unknown): string {
  return hashBytes(canonicalJson(value));
}

/** @param onBytes hears how many bytes each chunk had */
export async function hashFile(path: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Uint8Array);
    onBytes?.((chunk as Uint8Array).length);
  }
  return hash.digest('hex');
}
