// Owns bringing a database to the schema version of this program, and refusing one that is newer.
import { closeSync, openSync, readSync } from 'node:fs';
import type BetterSqlite from 'better-sqlite3';
import { AppError } from '../base/errors.ts';
import { translating } from './database.node.ts';
import { migrations, SCHEMA_VERSION } from './migrations/all.ts';

/**
 * The schema version that the database file's header states (user_version, big-endian at byte 60 of the file format), read
 * without opening the database, so that a file that is not ours to open is not touched; 0 for an empty file.
 * @throws state/database-damaged where the file is no SQLite database
 */
export function schemaVersionOfFile(path: string): number {
  const header = Buffer.alloc(100);
  const bytes = translating(path, () => {
    const file = openSync(path, 'r');
    try {
      return readSync(file, header, 0, header.length, 0);
    } finally {
      closeSync(file);
    }
  });
  if (bytes === 0) return 0;
  if (bytes < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new AppError('state/database-damaged', { path, problem: 'no SQLite header' });
  }
  return header.readUInt32BE(60);
}

/** @throws state/newer-workspace */
export function refuseNewer(path: string, found: number): void {
  if (found > SCHEMA_VERSION) throw new AppError('state/newer-workspace', { path, found, known: SCHEMA_VERSION });
}

export function schemaVersion(connection: BetterSqlite.Database): number {
  return translating(connection.name, () => Number(connection.pragma('user_version', { simple: true })));
}

/**
 * Runs the migrations that the database lacks, each in its own transaction together with its version number, so that a
 * crash leaves a whole version behind.
 * @param until the version to stop at
 */
export function migrate(connection: BetterSqlite.Database, until = SCHEMA_VERSION): void {
  const found = schemaVersion(connection);
  refuseNewer(connection.name, found);
  for (const { version, sql } of migrations) {
    if (version <= found || version > until) continue;
    translating(connection.name, () =>
      connection.transaction(() => {
        connection.exec(sql);
        connection.pragma(`user_version = ${version}`);
      })(),
    );
  }
}
