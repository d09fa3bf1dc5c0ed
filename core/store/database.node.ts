// Owns the SQLite connection: how it is opened, what it logs, and which errors come out of it.
import BetterSqlite from 'better-sqlite3';
import { CamelCasePlugin, Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import type { Log } from '../base/log.ts';
import { translateStorageError } from './storage-errors.ts';
import type { Database } from './tables.ts';

/** Queries slower than this are logged, with their text. */
export const SLOW_QUERY_MS = 40;
/** How long a statement waits for another process's short transaction. */
const BUSY_TIMEOUT_MS = 5_000;

/** @throws state/database-* */
export function openConnection(path: string, access: 'read' | 'write'): BetterSqlite.Database {
  return translating(path, () => {
    const connection = new BetterSqlite(path, { readonly: access === 'read', timeout: BUSY_TIMEOUT_MS });
    try {
      connection.pragma('foreign_keys = ON');
      if (access === 'write') {
        connection.pragma('journal_mode = WAL');
        // With WAL, NORMAL keeps the file sound through a crash of the program and of the machine; only a power cut may
        // lose the last moments.
        connection.pragma('synchronous = NORMAL');
      } else {
        connection.pragma('query_only = ON');
      }
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  });
}

/** Typed queries over a connection. Closing it (destroy) closes the connection. @param slowMs queries that take longer are logged */
export function queriesOver(
  connection: BetterSqlite.Database,
  log: Log,
  slowMs: number = SLOW_QUERY_MS,
): Kysely<Database> {
  return new Kysely<Database>({
    dialect: new SqliteDialect({ database: guarded(connection) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query, queryDurationMillis: ms }) => {
      if (ms > slowMs) log('debug', 'slow query', { ms: Math.round(ms), sql: query.sql });
    },
  });
}

/** Runs `act`, with the errors of SQLite and of the file system turned into those of Phasor. */
export function translating<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw translateStorageError(error, path);
  }
}

/** The connection as Kysely sees it. */
function guarded(connection: BetterSqlite.Database): SqliteDatabase {
  const guard = <T>(act: () => T): T => translating(connection.name, act);
  return {
    close: () => void connection.close(),
    prepare: (sql) => {
      // After some errors (a full disk) SQLite has rolled back by itself; a second rollback would hide the first error.
      if (sql === 'rollback' && !connection.inTransaction) return nothing;
      const statement = guard(() => connection.prepare<unknown[], unknown>(sql));
      return {
        reader: statement.reader,
        all: (parameters) => guard(() => statement.all(...parameters)),
        run: (parameters) => guard(() => statement.run(...parameters)),
        iterate: (parameters) => guard(() => statement.iterate(...parameters)),
      };
    },
  };
}

const nothing: ReturnType<SqliteDatabase['prepare']> = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};
