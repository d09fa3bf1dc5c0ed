// Owns noticing every write to the database by table, whoever makes it and however: a trigger of this connection on each table,
// so that raw SQL, cascades and writers yet to be written are noticed like the rest.
import type BetterSqlite from 'better-sqlite3';

/** Which table was written. Called within the statement that writes, so before its transaction is over. */
export type WriteListener = (table: string) => void;

/** Tells `onWrite` of every row that is inserted, changed or deleted through `connection` from now on. */
export function watchWrites(connection: BetterSqlite.Database, onWrite: WriteListener): void {
  connection.function('notice_write', { deterministic: false }, (table: unknown) => {
    onWrite(String(table));
    return null;
  });
  const list = connection.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`);
  const tables = list.pluck().all().map(String);
  for (const table of tables)
    for (const verb of ['INSERT', 'UPDATE', 'DELETE'])
      connection.exec(
        `CREATE TEMP TRIGGER notice_${verb.toLowerCase()}_${table} AFTER ${verb} ON main.${table} BEGIN SELECT notice_write('${table}'); END`,
      );
}
