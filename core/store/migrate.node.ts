// Owns bringing a database to the schema version of this program, and refusing one that is newer.
import { closeSync, openSync, readSync } from 'node:fs';
import type BetterSqlite from 'better-sqlite3';
import { AppError } from '../base/errors.ts';
import { translating } from './database.node.ts';
import { migrations, SCHEMA_VERSION } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

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
 * crash leaves a whole version behind. References are checked at the end of each instead of on the way, so that a migration can
 * rebuild a table that others refer to (SQLite's own procedure: lang_altertable, section 7).
 * @param until the version to stop at
 * @throws state/database-damaged where rows refer to what is not there
 */
export function migrate(connection: BetterSqlite.Database, until = SCHEMA_VERSION): void {
  const found = schemaVersion(connection);
  refuseNewer(connection.name, found);
  const lacking = migrations.filter(({ version }) => version > found && version <= until);
  if (lacking.length === 0) return;
  translating(connection.name, () => {
    const enforced = Number(connection.pragma('foreign_keys', { simple: true }));
    connection.pragma('foreign_keys = OFF'); // has no effect inside a transaction
    try {
      for (const migration of lacking) connection.transaction(() => apply(connection, migration))();
    } finally {
      connection.pragma(`foreign_keys = ${enforced}`);
    }
  });
}

function apply(connection: BetterSqlite.Database, { version, sql }: Migration): void {
  connection.exec(sql);
  const dangling = connection.prepare<[], { table: string }>('pragma foreign_key_check').get();
  if (dangling) {
    const problem = `rows of ${dangling.table} refer to rows that are not there`;
    throw new AppError('state/database-damaged', { path: connection.name, problem });
  }
  connection.pragma(`user_version = ${version}`);
}
