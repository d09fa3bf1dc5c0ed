// Owns the workspace's database: opened for the one process that is its host, or read-only for any other.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { type Clock, systemClock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { type Log, silentLog } from '../base/log.ts';
import { LIVE_STATUSES } from '../contract/entities.ts';
import { CheckpointReader, CheckpointWriter } from './checkpoints.ts';
import { openConnection, queriesOver, translating } from './database.node.ts';
import { DatasetReader, DatasetWriter } from './datasets.ts';
import { BacktestReader, BacktestWriter, EvaluationReader, EvaluationWriter } from './evaluations.ts';
import { FeatureSetReader, FeatureSetWriter } from './feature-sets.ts';
import { EventReader, EventWriter, JobReader, JobWriter } from './jobs.ts';
import { lockWorkspace, type WorkspaceLock } from './lock.node.ts';
import { MetricReader, MetricWriter } from './metrics.ts';
import { migrate, refuseNewer, schemaVersion, schemaVersionOfFile } from './migrate.node.ts';
import { SCHEMA_VERSION } from './migrations/all.ts';
import { PanelReader, PanelWriter } from './panels.ts';
import { atomically, statusPatch } from './repository.ts';
import { RunReader, RunWriter } from './runs.ts';
import type { Database, ReadAccess, WriteAccess } from './tables.ts';
import { watchWrites, type WriteListener } from './watch-writes.node.ts';

export interface WorkspaceOptions {
  log?: Log;
  clock?: Clock;
  /** Told of every row written from then on, by table. */
  onWrite?: WriteListener;
}

export type Readers = ReturnType<typeof readersOver>;
export type Writers = ReturnType<typeof writersOver>;

interface Opened {
  /** Absolute path of the workspace's folder. */
  readonly folder: string;
  readonly schemaVersion: number;
  /** Rows by kind of entity, without those in the trash, for the doctor. */
  counts(): Promise<Record<CountedTable, number>>;
  close(): Promise<void>;
}

export interface WorkspaceReader extends Readers, Opened {}

export interface Workspace extends Writers, Opened {
  /** Runs that the host before left running or paused, and that are interrupted now. */
  readonly interruptedRuns: readonly string[];
  /**
   * All or nothing: `act` works on the repositories it is given, and what it did is undone when it throws. Keep it short, await
   * nothing else in it, and do not use the workspace's own repositories inside: they wait until it ends.
   */
  transaction<T>(act: (writers: Writers) => Promise<T>): Promise<T>;
}

const DATABASE_FILE = 'phasor.sqlite';

/**
 * Opens the workspace for its host, making it where there is none and bringing it up to date where it is older. Runs, phase
 * runs and jobs that a dead host left running or paused become interrupted.
 * @throws state/workspace-in-use, state/newer-workspace (nothing is touched then), state/database-*
 */
export async function openWorkspace(folder: string, options: WorkspaceOptions = {}): Promise<Workspace> {
  const { log = silentLog, clock = systemClock, onWrite } = options;
  const absolute = resolve(folder);
  const path = join(absolute, DATABASE_FILE);
  if (existsSync(path)) refuseNewer(path, schemaVersionOfFile(path));
  translating(absolute, () => mkdirSync(absolute, { recursive: true }));
  const lock = lockWorkspace(absolute, clock);
  let connection: BetterSqlite.Database | undefined;
  try {
    connection = openConnection(path, 'write');
    if (lock.afterCrash) checkAfterCrash(connection, log);
    migrate(connection);
    const db = queriesOver(connection, log);
    const interruptedRuns = await markInterrupted(db, clock);
    if (onWrite) watchWrites(connection, onWrite);
    return {
      ...opened(absolute, connection, db, lock),
      ...writersOver(db, clock),
      interruptedRuns,
      transaction: (act) => db.transaction().execute((transaction) => act(writersOver(transaction, clock))),
    };
  } catch (error) {
    connection?.close();
    lock.release();
    throw error;
  }
}

/**
 * Opens the workspace for reading, beside a host or without one.
 * @throws state/no-workspace, state/newer-workspace, state/older-workspace, state/database-*
 */
export async function openWorkspaceReadOnly(folder: string, options: WorkspaceOptions = {}): Promise<WorkspaceReader> {
  const { log = silentLog, clock = systemClock } = options;
  const absolute = resolve(folder);
  const path = join(absolute, DATABASE_FILE);
  if (!existsSync(path)) throw new AppError('state/no-workspace', { path: absolute });
  refuseNewer(path, schemaVersionOfFile(path));
  const connection = openConnection(path, 'read');
  try {
    const found = schemaVersion(connection);
    refuseNewer(path, found);
    if (found < SCHEMA_VERSION) {
      throw new AppError('state/older-workspace', { path: absolute, found, known: SCHEMA_VERSION });
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  const db = queriesOver(connection, log);
  return { ...opened(absolute, connection, db), ...readersOver(db, clock) };
}

function readersOver(db: ReadAccess, clock: Clock) {
  return {
    datasets: new DatasetReader(db, clock),
    featureSets: new FeatureSetReader(db, clock),
    panels: new PanelReader(db, clock),
    runs: new RunReader(db, clock),
    metrics: new MetricReader(db, clock),
    checkpoints: new CheckpointReader(db, clock),
    evaluations: new EvaluationReader(db, clock),
    backtests: new BacktestReader(db, clock),
    jobs: new JobReader(db, clock),
    events: new EventReader(db, clock),
  };
}

function writersOver(db: WriteAccess, clock: Clock) {
  return {
    datasets: new DatasetWriter(db, clock),
    featureSets: new FeatureSetWriter(db, clock),
    panels: new PanelWriter(db, clock),
    runs: new RunWriter(db, clock),
    metrics: new MetricWriter(db, clock),
    checkpoints: new CheckpointWriter(db, clock),
    evaluations: new EvaluationWriter(db, clock),
    backtests: new BacktestWriter(db, clock),
    jobs: new JobWriter(db, clock),
    events: new EventWriter(db, clock),
  };
}

const TRASHABLE = ['datasets', 'runs', 'backtests'] as const;
const COUNTED = [...TRASHABLE, 'panels', 'checkpoints', 'evaluations', 'jobs', 'events'] as const;
type CountedTable = (typeof COUNTED)[number];
const isTrashable = (table: CountedTable) => TRASHABLE.some((each) => each === table);

function opened(folder: string, connection: BetterSqlite.Database, db: Kysely<Database>, lock?: WorkspaceLock): Opened {
  let closing: Promise<void> | undefined;
  return {
    folder,
    schemaVersion: SCHEMA_VERSION,
    counts: async () => {
      const count = async (table: CountedTable) => {
        const all = db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('count'));
        const query = isTrashable(table) ? all.where('deletedAt' as never, 'is', null) : all;
        return [table, (await query.executeTakeFirstOrThrow()).count] as const;
      };
      return Object.fromEntries(await Promise.all(COUNTED.map(count))) as Record<CountedTable, number>;
    },
    close: () =>
      (closing ??= db.destroy().finally(() => {
        connection.close(); // Kysely leaves it open where no query was ever made
        lock?.release();
      })),
  };
}

/** The lock tells that no host is alive but this one, so whatever is marked as going on is not. */
async function markInterrupted(db: WriteAccess, clock: Clock): Promise<string[]> {
  const outcome = new AppError('state/interrupted', {}).toJSON();
  const patch = statusPatch('interrupted', outcome, clock.now());
  return await atomically(db, async (tx) => {
    await tx.updateTable('phaseRuns').set(patch).where('status', 'in', LIVE_STATUSES).execute();
    await tx
      .updateTable('jobs')
      .set({ ...patch, pid: null })
      .where('status', 'in', LIVE_STATUSES)
      .execute();
    const runs = await tx.updateTable('runs').set(patch).where('status', 'in', LIVE_STATUSES).returning('id').execute();
    const ids = runs.map(({ id }) => id);
    const events = new EventWriter(tx, clock);
    for (const subjectId of ids) {
      await events.add({ level: 'warn', kind: 'run.interrupted', subjectId, message: outcome.message, data: {} });
    }
    return ids;
  });
}

/** SQLite recovers by itself from a killed process; this notices a file that the crash, or its disk, damaged. */
function checkAfterCrash(connection: BetterSqlite.Database, log: Log): void {
  log('info', 'the workspace was not closed properly; checking its database', { path: connection.name });
  const problem = translating(connection.name, () => String(connection.pragma('quick_check(1)', { simple: true })));
  if (problem !== 'ok') throw new AppError('state/database-damaged', { path: connection.name, problem });
}
