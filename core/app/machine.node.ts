// Owns what can be known of the machine: memory, disk, threads and the versions of the parts that matter.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, availableParallelism, freemem, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';

export interface Machine {
  memory: { totalBytes: number; freeBytes: number };
  disk: { path: string; freeBytes: number; totalBytes: number };
  threads: number;
  platform: string;
  versions: Record<string, string>;
}

const PACKAGES = {
  ort: 'onnxruntime-node',
  duckdb: '@duckdb/node-api',
  tfjs: '@tensorflow/tfjs-core',
};

/** @param path a folder on the disk of interest; where it does not exist yet, its nearest parent that does is asked */
export function describeMachine(path: string): Machine {
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, blocks, bsize } = statfsSync(existing);
  const versions: Record<string, string> = { node: process.versions.node };
  for (const [name, specifier] of Object.entries(PACKAGES)) versions[name] = packageVersion(specifier);
  versions.sqlite = sqliteVersion();
  return {
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disk: { path: existing, freeBytes: bavail * bsize, totalBytes: blocks * bsize },
    threads: availableParallelism(),
    platform: `${platform()} ${release()} ${arch()}`,
    versions,
  };
}

function packageVersion(specifier: string): string {
  const path = findPackageJSON(specifier, import.meta.url);
  if (path === undefined) return 'not installed';
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: string };
  return version ?? 'unknown';
}

/** Of SQLite itself, which better-sqlite3 brings along. */
function sqliteVersion(): string {
  const connection = new BetterSqlite(':memory:');
  try {
    return String(connection.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    connection.close();
  }
}
