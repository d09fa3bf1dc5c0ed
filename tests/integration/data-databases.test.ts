import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { copyQuery, type DatabaseSelection } from '../../core/data/database-source.node.ts';
import { importBars } from '../../core/data/import.node.ts';
import { inspectDatabases, inspectFiles, inspectSideTable } from '../../core/data/inspect.node.ts';
import { loadSideTables } from '../../core/data/side-tables.node.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from './data-files.ts';

const folder = temporaryFolder();
const days = weekdays(15);
const lines = [...plainBars('1301', days), ...plainBars('130A', days, 0.1)];
const text = writeFile(folder, 'bars.csv', csv(lines));
const duckFile = join(folder, 'market.duckdb');
const sqliteFile = join(folder, 'market.sqlite');
/** What a query may not read, nor a view. */
const secret = writeFile(folder, 'elsewhere/secret.csv', csv(plainBars('SECRET', days)));
let imports = 0;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(duckFile);
  const duck = await instance.connect();
  await duck.run(`CREATE TABLE bars AS SELECT * FROM read_csv('${text}', types = {'code': 'VARCHAR'})`);
  await duck.run("CREATE SCHEMA old; CREATE TABLE old.\"odd 'name\" AS SELECT * FROM bars WHERE code = '1301'");
  await duck.run(`CREATE VIEW leak AS SELECT * FROM read_csv('${secret}')`);
  await duck.run(
    "CREATE TABLE statements AS SELECT '1301' AS code, DATE '2020-01-01' AS period, TIMESTAMP '2020-01-10 10:00' AS known_at, 5 AS sales",
  );
  duck.closeSync();
  instance.closeSync();

  const sqlite = new Database(sqliteFile);
  sqlite.exec(`CREATE TABLE "daily ""bars""" (date TEXT, open REAL, high REAL, low REAL, close REAL, volume INTEGER, code TEXT);
    CREATE TABLE other (x); CREATE VIEW part AS SELECT * FROM "daily ""bars""" WHERE code = '1301'`);
  const insert = sqlite.prepare('INSERT INTO "daily ""bars""" VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const line of lines) insert.run(line.split(',').map((cell, c) => (c > 0 && c < 6 ? Number(cell) : cell)));
  sqlite.close();
});

async function importFrom(file: string, database: DatabaseSelection = {}) {
  const outFolder = join(folder, `dataset-${imports++}`);
  return { manifest: await importBars({ files: [file], name: 'test', outFolder, database }), outFolder };
}

test('tables of DuckDB and of SQLite give the same bars as the file that they were made from', async () => {
  const { manifest: expected } = await importFrom(text);
  const fromDuck = await importFrom(duckFile);
  expect(fromDuck.manifest.contentHash).toBe(expected.contentHash);
  expect(fromDuck.manifest.sources[0]).toMatchObject({ path: duckFile, table: 'bars' });
  expect(fromDuck.manifest.sources[0].sha256).toBe(createHash('sha256').update(readFileSync(duckFile)).digest('hex'));
  const fromSqlite = await importFrom(sqliteFile, { table: 'daily "bars"' });
  expect(fromSqlite.manifest.contentHash).toBe(expected.contentHash);
});

test('views, other schemas, odd names and queries are read; the file stays as it is', async () => {
  const one = await importFrom(writeFile(folder, 'one.csv', csv(plainBars('1301', days))));
  const before = [duckFile, sqliteFile].map((file) => readFileSync(file));
  const selections: [string, DatabaseSelection][] = [
    [duckFile, { table: "old.odd 'name" }],
    [duckFile, { query: "SELECT * FROM bars WHERE code = '1301' -- all of it" }],
    [sqliteFile, { table: 'PART' }],
    [sqliteFile, { query: 'WITH x AS (SELECT * FROM part) SELECT * FROM x -- all of it' }],
  ];
  for (const [file, selection] of selections)
    expect((await importFrom(file, selection)).manifest.contentHash, JSON.stringify(selection)).toBe(
      one.manifest.contentHash,
    );
  expect([duckFile, sqliteFile].map((file) => readFileSync(file))).toEqual(before);
  expect(readdirSync(folder).filter((name) => /wal|shm|journal/.test(name))).toEqual([]);
});

test('a side table is the table of its name in a database', async () => {
  const outFolder = join(folder, 'with-tables');
  await importBars({ files: [text], name: 'test', outFolder, tables: [{ name: 'statements', path: duckFile }] });
  expect(Array.from((await loadSideTables(outFolder)).statements?.columns.sales ?? [])).toEqual([5]);
});

test('a preview shows the table that would be read', async () => {
  const { previews } = await inspectFiles({ files: [sqliteFile], database: { table: 'daily "bars"' } });
  expect(previews[0].names).toEqual(['date', 'open', 'high', 'low', 'close', 'volume', 'code']);
  expect(previews[0].missing).toEqual([]);
  expect(previews[0].rows[0]).toEqual(lines[0].split(','));
});

test.each<[string, () => string, DatabaseSelection, string]>([
  ['several tables and none named', () => sqliteFile, {}, 'data/which-table'],
  ['a table that is not there', () => duckFile, { table: 'nowhere' }, 'data/no-such-table'],
  ['a table of a file without tables', () => text, { table: 'bars' }, 'input/not-a-database'],
  ['a view that reaches another file', () => duckFile, { table: 'leak' }, 'data/unreadable-file'],
  [
    'a query that reaches another file',
    () => duckFile,
    { query: `SELECT * FROM read_csv('${secret}')` },
    'data/unreadable-file',
  ],
  [
    'a query that writes a file',
    () => duckFile,
    { query: `COPY bars TO '${join(folder, 'written')}'` },
    'data/unreadable-file',
  ],
  [
    'a statement after the query',
    () => duckFile,
    { query: 'SELECT * FROM bars; DROP TABLE bars' },
    'input/not-one-select',
  ],
  [
    'a statement after a bracket',
    () => duckFile,
    { query: 'SELECT * FROM bars); DROP TABLE bars; SELECT (1' },
    'data/unreadable-file',
  ],
  ['an attachment', () => duckFile, { query: `ATTACH '${join(folder, 'written')}'` }, 'input/not-one-select'],
  [
    'a statement of SQLite after the query',
    () => sqliteFile,
    { query: `SELECT * FROM part); VACUUM INTO '${join(folder, 'written')}' --` },
    'input/not-one-select',
  ],
  [
    'a statement of SQLite that writes',
    () => sqliteFile,
    { query: 'DELETE FROM other RETURNING x' },
    'data/unreadable-file',
  ],
  ['a query with a fault', () => sqliteFile, { query: 'SELECT nothing FROM part' }, 'data/unreadable-file'],
])('%s is refused', async (_, file, selection, code) => {
  await expect(importFrom(file(), selection)).rejects.toMatchObject({ code });
  expect(existsSync(join(folder, 'written'))).toBe(false);
});

test('what a query gives is copied for the command line, under a name of its own for each query', async () => {
  const into = join(folder, 'queries');
  const one = writeFile(folder, 'first.csv', csv(plainBars('1301', days)));
  const query = "SELECT * FROM bars WHERE code = '1301'";
  const copy = await copyQuery(duckFile, query, into);
  expect(await copyQuery(duckFile, query, into)).toBe(copy);
  expect(await copyQuery(duckFile, `${query} LIMIT 3`, into)).not.toBe(copy);
  expect((await importFrom(copy)).manifest.contentHash).toBe((await importFrom(one)).manifest.contentHash);
  expect((await importFrom(await copyQuery(sqliteFile, 'SELECT * FROM part', into))).manifest.rows).toBe(days.length);
  await expect(copyQuery(text, query, into)).rejects.toMatchObject({ code: 'input/not-a-database' });
  await expect(copyQuery(join(folder, 'gone'), query, into)).rejects.toMatchObject({ code: 'input/file-not-found' });
});

test('a database that is cut off is refused', async () => {
  for (const file of [duckFile, sqliteFile]) {
    const cut = `${file}.cut`;
    writeFileSync(cut, readFileSync(file).subarray(0, 5000));
    await expect(importFrom(cut, { query: 'SELECT * FROM bars' })).rejects.toMatchObject({
      code: 'data/unreadable-file',
    });
  }
});

test('what a database holds is listed, views and other schemas too, by the names that an import takes', async () => {
  const found = await inspectDatabases([text, duckFile, folder, sqliteFile]);
  expect(found.map(({ path, kind }) => [path, kind])).toEqual([
    [duckFile, 'duckdb'],
    [sqliteFile, 'sqlite'],
  ]);
  const [duck, sqlite] = found.map(({ tables }) => new Map(tables.map(({ name, columns }) => [name, columns])));
  expect([...duck.keys()].sort()).toEqual(['bars', 'leak', "old.odd 'name", 'statements']);
  expect(duck.get('statements')).toEqual(['code', 'period', 'known_at', 'sales']);
  expect([...sqlite.keys()]).toEqual(['daily "bars"', 'other', 'part']);
  expect(sqlite.get('part')).toEqual(['date', 'open', 'high', 'low', 'close', 'volume', 'code']);
  const broken = writeFile(folder, 'broken.db', `SQLite format 3\0${'x'.repeat(100)}`);
  await expect(inspectDatabases([broken])).rejects.toMatchObject({ code: 'data/unreadable-file' });
});

test('a preview of a database says which table it is of', async () => {
  const { previews } = await inspectFiles({ files: [sqliteFile], database: { table: 'part' } });
  expect(previews[0]).toMatchObject({ table: 'part', missing: [] });
  expect(previews[0].rows).toHaveLength(15);
});

test('which table a file may be is told by its name and columns; one that is named has to fit', async () => {
  const dividends = 'code,period,known_at,amount,record_day\n1301,2020-03-30,2020-02-10 15:00,30,2020-03-31\n';
  const named = writeFile(folder, 'my-dividends.csv', dividends);
  expect(await inspectSideTable(named, {})).toMatchObject({
    table: 'dividends',
    fits: ['dividends'],
    names: ['code', 'period', 'known_at', 'amount', 'record_day'],
    rows: [['1301', '2020-03-30', '2020-02-10 15:00', '30', '2020-03-31']],
  });
  await expect(inspectSideTable(named, { table: 'statements' })).rejects.toMatchObject({
    code: 'data/unknown-table-column',
  });
  await expect(inspectSideTable(named, { table: 'nothing' })).rejects.toMatchObject({ code: 'input/unknown-table' });
  const undated = writeFile(folder, 'dividends 2020.csv', 'code,period,amount\n1301,2020-03-30,30\n');
  expect(await inspectSideTable(undated, {})).toMatchObject({ table: 'dividends', fits: ['open-interest'] });
  const plain = writeFile(folder, 'plain.csv', 'code,period,amount\n1301,2020-03-30,30\n');
  expect(await inspectSideTable(plain, {})).toMatchObject({ table: null, fits: ['open-interest'] });
  // Both have this column; only a name could tell.
  const either = writeFile(folder, 'either.csv', 'code,period,known_at,quarter\n1301,2020-03-31,2020-05-10,4\n');
  expect(await inspectSideTable(either, {})).toMatchObject({ table: null, fits: ['statements', 'earnings-calendar'] });
  expect(await inspectSideTable(duckFile, {})).toMatchObject({ table: 'statements', fits: ['statements'] });
});
