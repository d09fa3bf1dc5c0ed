// What clients hear of writes: every table and every way of writing is noticed, and told gathered and throttled.
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { CHANGES_EVERY_MS, ChangeFeed, topicOf } from '../../core/app/change-feed.ts';
import { createHost } from '../../core/app/host.node.ts';
import { silentLog } from '../../core/base/log.ts';
import { systemClock } from '../../core/base/clock.ts';
import { migrate } from '../../core/store/migrate.node.ts';
import { watchWrites } from '../../core/store/watch-writes.node.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { manualTimer } from '../fixtures/manual-timer.ts';
import { temporaryFolder } from './store-support/harness.ts';
import { newCheckpoint, newEvaluation, newPanel, point, seeded } from './store-support/samples.ts';

const TOPICS = [
  'backtests',
  'checkpoints',
  'datasets',
  'evaluations',
  'events',
  'featureSets',
  'findings',
  'jobs',
  'metrics',
  'panels',
  'phaseRuns',
  'runs',
];

function tablesOf(connection: BetterSqlite.Database): string[] {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`;
  return connection.prepare(sql).pluck().all().map(String);
}

test('every table has a topic, and every row written in any of them, by whatever statement, is noticed', () => {
  const connection = new BetterSqlite(':memory:');
  migrate(connection);
  const seen: string[] = [];
  watchWrites(connection, (table) => seen.push(table));
  const tables = tablesOf(connection);
  expect([...new Set(tables.map(topicOf))].sort()).toEqual(TOPICS);
  const heard = (act: () => void): string[] => {
    seen.length = 0;
    act();
    return [...seen];
  };
  connection.pragma('foreign_keys = OFF');
  for (const table of tables) {
    const columns = connection.pragma(`table_info(${table})`) as { name: string; type: string }[];
    const values = columns.map(({ type }) => (type === 'TEXT' ? `'{}'` : '1'));
    expect(heard(() => connection.exec(`INSERT INTO ${table} VALUES (${values})`))).toEqual([table]);
    if (table === 'trials') continue; // append-only
    expect(heard(() => connection.exec(`UPDATE ${table} SET ${columns[1].name} = ${values[1]}`))).toEqual([table]);
    expect(heard(() => connection.exec(`DELETE FROM ${table}`))).toEqual([table]);
  }
  connection.close();
});

test('writers of the store are noticed, cascades too', async () => {
  const seen = new Set<string>();
  const store = await openWorkspace(temporaryFolder(), { onWrite: (table) => seen.add(table) });
  onTestFinished(() => store.close());
  const { run, phase, datasetVersion } = await seeded(store);
  const set = await store.panels.ensureFeatureSet({ name: 'all', hash: 'h', names: [], parameters: {} });
  await store.panels.ensure(newPanel(datasetVersion.id, set.id));
  const checkpoint = await store.checkpoints.add(newCheckpoint(run.id, phase.id));
  await store.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  await store.metrics.add([point(run.id, 1, 0.5)]);
  seen.clear();
  await store.runs.remove(run.id);
  expect(seen).toEqual(new Set(['runs', 'phase_runs', 'metric_series', 'metric_points', 'checkpoints', 'evaluations']));
});

test('changes are gathered, told after a moment and at most so often, and to nobody without reason', () => {
  const { timer, advance } = manualTimer();
  const feed = new ChangeFeed(timer);
  feed.tableWritten('runs'); // nobody listens yet
  const told: string[][] = [];
  const stop = feed.listen((topics) => told.push(topics));
  advance(10 * CHANGES_EVERY_MS);
  expect(told).toEqual([]);
  for (let i = 0; i < 1_000; i++) feed.tableWritten('metric_points');
  feed.tableWritten('dataset_versions');
  expect(told).toEqual([]);
  advance(CHANGES_EVERY_MS);
  expect(told).toEqual([['datasets', 'metrics']]);
  advance(10 * CHANGES_EVERY_MS);
  feed.changed('settings');
  advance(CHANGES_EVERY_MS);
  expect(told).toEqual([['datasets', 'metrics'], ['settings']]);
  stop();
  feed.changed('settings');
  advance(CHANGES_EVERY_MS);
  expect(told).toHaveLength(2);
});

test('two clients of a host hear what either of them changes', async () => {
  const workspace = join(temporaryFolder(), 'workspace');
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  onTestFinished(() => host.close());
  const [one, two] = [host.connect(), host.connect()];
  const heard = Promise.withResolvers<void>();
  const topics = new Set<string>();
  const listening = one.listen('workspace.changes', {}, (event) => {
    for (const topic of event.topics) topics.add(topic);
    if (topics.has('settings')) heard.resolve();
  });
  await one.call('settings.get', {}); // answered after the listening has begun
  await two.call('settings.set', { theme: 'dark' });
  await heard.promise;
  expect(await one.call('settings.get', {})).toMatchObject({ theme: 'dark', locale: 'auto' });
  listening.cancel();
});
