// Owns refusing an import that the disk cannot hold, before it starts and when it fills up on the way.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../base/errors.ts';

/** How far bars usually shrink when packed, and what Parquet takes of the text. */
const PACKED_RATIO = 6;
const PARQUET_SHARE = 0.5;

function spaceNeeded(paths: readonly string[]): number {
  let bytes = 0;
  for (const path of paths) {
    const { size } = statSync(path);
    if (/\.parquet$/i.test(path)) bytes += size;
    else if (/\.(gz|zst|zstd)$/i.test(path))
      bytes += size * PACKED_RATIO * (1 + PARQUET_SHARE); // an unpacked copy as well
    else bytes += size * PARQUET_SHARE;
  }
  return bytes;
}

function spaceFree(folder: string): number {
  let place = resolve(folder);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

const readable = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

function diskFull(paths: readonly string[], folder: string, cause?: unknown): AppError {
  const [needed, free] = [readable(spaceNeeded(paths)), readable(spaceFree(folder))];
  return new AppError('resource/disk-full', { path: folder, needed, free }, cause);
}

/** @throws resource/disk-full */
export function requireSpace(paths: readonly string[], folder: string): void {
  if (spaceNeeded(paths) > spaceFree(folder)) throw diskFull(paths, folder);
}

/** The same fault, when it was an error of the file system or of DuckDB that told. */
export function orDiskFull(error: unknown, paths: readonly string[], folder: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const told = (error as NodeJS.ErrnoException).code === 'ENOSPC' || /no space left|ENOSPC/i.test(error.message);
  return told ? diskFull(paths, folder, error) : error;
}
