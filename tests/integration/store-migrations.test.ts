import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openConnection } from '../../core/store/database.node.ts';
import { migrate, schemaVersion, schemaVersionOfFile } from '../../core/store/migrate.node.ts';
import { migrations, SCHEMA_VERSION } from '../../core/store/migrations/all.ts';
import { openWorkspace, openWorkspaceReadOnly } from '../../core/store/workspace.node.ts';
import { appErrorOf, temporaryFolder } from './store-support/harness.ts';
import { seeded } from './store-support/samples.ts';

/** Rows that could be written at every version from 1 on; a later version that moves them adds its own here. */
const SAMPLE = `
INSERT INTO datasets (id, name, notes, created_at) VALUES ('D', 'sp500', 'notes', 1);
INSERT INTO dataset_versions VALUES ('V', 'D', 1, 'datasets/sp500/v1', 'hash', 3, 2, 2, '2020-01-01', '2020-01-02', 0, '[]', '{}', '[]', 1);
INSERT INTO runs (id, name, dataset_version_id, status, config, config_hash, engine, seed, phases, folder, lineage, tags, notes, star, created_at)
  VALUES ('R', 'run', 'V', 'finished', 'seed: 1', 'hash', 'onnx-cpu', 1, '[]', 'runs/R', '{}', '[]', 'note', 1, 1);
INSERT INTO metric_series VALUES (1, 'R', 'phase0', 'loss');
INSERT INTO metric_points VALUES (1, 0, 0, 0.5, 1), (1, 1, 0, NULL, 2);
`;
const TABLES = ['datasets', 'dataset_versions', 'runs', 'metric_series', 'metric_points'];

function schemaOf(connection: BetterSqlite.Database): unknown[] {
  return connection.prepare('select type, name, sql from sqlite_schema order by type, name').all();
}

function rowsOf(connection: BetterSqlite.Database): unknown[] {
  const rows = (table: string) => connection.prepare<[], Record<string, unknown>>(`select * from ${table}`).all();
  return TABLES.map((table) => rows(table).map(({ deleted_at = null, ...row }) => ({ ...row, deleted_at })));
}

/** Every file of a folder by name, as a hash of its content. */
function fingerprint(folder: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(readdirSync(folder).map((name) => [name, hash(name)]));
}

test('versions run from 1 without a gap', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

const earlier = Array.from({ length: SCHEMA_VERSION }, (_, version) => version);
test.each(earlier)(
  'a database of version %i comes up to date with its rows, and with the schema of a new one',
  (version) => {
    const fresh = new BetterSqlite(':memory:');
    migrate(fresh);
    const old = new BetterSqlite(':memory:');
    migrate(old, version);
    expect(schemaVersion(old)).toBe(version);
    if (version > 0) old.exec(SAMPLE);
    const before = version > 0 ? rowsOf(old) : TABLES.map(() => []);
    migrate(old);
    expect(schemaVersion(old)).toBe(SCHEMA_VERSION);
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
    expect(rowsOf(old)).toEqual(before);
    expect(old.pragma('foreign_key_check')).toEqual([]);
    fresh.close();
    old.close();
  },
);

test('version 3 counts the trials that a database of version 2 still knows: evaluated checkpoints and backtests', () => {
  const connection = new BetterSqlite(':memory:');
  migrate(connection, 2);
  connection.exec(`${SAMPLE}
INSERT INTO phase_runs VALUES ('P', 'R', 'phase0', 0, 'finished', '', 'hash', NULL, NULL, 1, 1, NULL, NULL, NULL, 1, 2);
INSERT INTO checkpoints VALUES ('C', 'R', 'P', 'phase0', 'best', 1, 1, 'checkpoints/C', 'hash', 1, '{}', 0, 1);
INSERT INTO evaluations VALUES ('E', 'R', 'C', 'V', 'phase0', 'test', '2020-01-01', '2020-01-02', '{}', '[]', NULL, 4);
INSERT INTO evaluations VALUES ('F', 'R', NULL, 'V', 'ridge', 'test', '2020-01-01', '2020-01-02', '{}', '[]', NULL, 5);
INSERT INTO backtests VALUES ('B', 'C', 'V', '{}', '{}', '{}', 1, 'backtests/B', NULL, 6);
`);
  migrate(connection);
  const trials = connection.prepare('select id, content_hash as hash, created_at as at from trials order by at').all();
  expect(trials).toEqual([
    { id: 'E', hash: 'hash', at: 4 },
    { id: 'B', hash: 'hash', at: 6 },
  ]);
  connection.close();
});

test('references are enforced again after a migration, and one that leaves them dangling is refused', () => {
  const connection = new BetterSqlite(':memory:');
  migrate(connection, 3);
  connection.exec(SAMPLE);
  connection.pragma('foreign_keys = OFF');
  connection.exec("UPDATE runs SET dataset_version_id = 'none'");
  connection.pragma('foreign_keys = ON');
  expect(() => migrate(connection)).toThrow(expect.objectContaining({ code: 'state/database-damaged' }));
  expect(schemaVersion(connection)).toBe(3);
  connection.exec("UPDATE runs SET dataset_version_id = 'V'");
  migrate(connection);
  expect(() => connection.exec("DELETE FROM dataset_versions WHERE id = 'V'")).toThrow(/FOREIGN KEY/);
  connection.exec("DELETE FROM runs WHERE id = 'R'; DELETE FROM datasets WHERE id = 'D'");
  expect(connection.prepare('select * from dataset_versions').all()).toEqual([]);
  connection.close();
});

test('opening for writing brings an older workspace up to date; opening for reading says that it must be', async () => {
  const folder = temporaryFolder();
  const connection = openConnection(join(folder, 'phasor.sqlite'), 'write');
  migrate(connection, 1);
  connection.exec(SAMPLE);
  connection.close();
  expect(await appErrorOf(() => openWorkspaceReadOnly(folder))).toMatchObject({
    code: 'state/older-workspace',
    params: { path: folder, found: 1, known: SCHEMA_VERSION },
  });
  await (await openWorkspace(folder)).close();
  const reader = await openWorkspaceReadOnly(folder);
  expect((await reader.datasets.list()).map(({ name }) => name)).toEqual(['sp500']);
  await reader.close();
});

test('a migration that fails half way leaves the version before it, whole', () => {
  const connection = new BetterSqlite(':memory:');
  migrate(connection, 1);
  connection.exec('CREATE INDEX events_of_subject ON events (kind)'); // the name that the last statement of version 2 wants
  const before = schemaOf(connection);
  expect(() => migrate(connection)).toThrow(/events_of_subject already exists/);
  expect(schemaVersion(connection)).toBe(1);
  expect(schemaOf(connection)).toEqual(before);
  connection.close();
});

test('a workspace of a newer version is refused, and nothing in it is touched', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  await seeded(workspace);
  await workspace.close();
  const path = join(folder, 'phasor.sqlite');
  const newer = new BetterSqlite(path);
  newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  newer.close();
  expect(schemaVersionOfFile(path)).toBe(SCHEMA_VERSION + 1);
  const before = fingerprint(folder);
  for (const open of [openWorkspace, openWorkspaceReadOnly]) {
    const error = await appErrorOf(() => open(folder));
    expect(error).toMatchObject({
      code: 'state/newer-workspace',
      params: { path, found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION },
    });
    expect(error.message).toContain('Update Phasor');
  }
  expect(fingerprint(folder)).toEqual(before);
});

test('a newer version that still stands in the write-ahead log is refused too', async () => {
  const folder = temporaryFolder();
  await (await openWorkspace(folder)).close();
  const path = join(folder, 'phasor.sqlite');
  const newer = new BetterSqlite(path);
  newer.pragma('wal_autocheckpoint = 0');
  newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  expect(schemaVersionOfFile(path)).toBe(SCHEMA_VERSION);
  for (const open of [openWorkspace, openWorkspaceReadOnly]) {
    expect((await appErrorOf(() => open(folder))).code).toBe('state/newer-workspace');
  }
  expect(schemaVersion(newer)).toBe(SCHEMA_VERSION + 1);
  newer.close();
});

test('an empty file is a new workspace; any other file is refused as it stands', async () => {
  const empty = temporaryFolder();
  writeFileSync(join(empty, 'phasor.sqlite'), '');
  const workspace = await openWorkspace(empty);
  expect(workspace.schemaVersion).toBe(SCHEMA_VERSION);
  await workspace.close();

  const foreign = temporaryFolder();
  writeFileSync(join(foreign, 'phasor.sqlite'), 'date,code,close\n'.repeat(100));
  const before = fingerprint(foreign);
  for (const open of [openWorkspace, openWorkspaceReadOnly]) {
    expect((await appErrorOf(() => open(foreign))).code).toBe('state/database-damaged');
  }
  expect(fingerprint(foreign)).toEqual(before);
});
