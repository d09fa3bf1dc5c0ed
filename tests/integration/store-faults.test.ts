import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { DatasetWriter } from '../../core/store/datasets.ts';
import { openConnection, queriesOver } from '../../core/store/database.node.ts';
import { workspaceOwner } from '../../core/store/lock.node.ts';
import { MetricWriter } from '../../core/store/metrics.ts';
import { migrate } from '../../core/store/migrate.node.ts';
import { RunWriter } from '../../core/store/runs.ts';
import { openWorkspace, openWorkspaceReadOnly } from '../../core/store/workspace.node.ts';
import { appErrorOf, temporaryFolder } from './store-support/harness.ts';
import { BATCH, newRun, point, pointsOfBatch, seeded } from './store-support/samples.ts';

const WRITER = fileURLToPath(new URL('./store-support/writer-process.ts', import.meta.url));

interface Writer {
  process: ChildProcessByStdio<null, Readable, Readable>;
  lines: Interface;
  exited: Promise<void>;
  /** What it wrote to stderr: empty unless it failed by itself. */
  errors: () => string;
}

/** A process that opens the workspace as its host and writes until it is killed. */
function startWriter(folder: string): Writer {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { process: child, lines: createInterface({ input: child.stdout }), exited, errors: () => errors };
}

async function lineStarting({ lines, exited, errors }: Writer, word: string): Promise<string> {
  const line = new Promise<string>((resolve) => lines.on('line', (each) => each.startsWith(word) && resolve(each)));
  return await Promise.race([line, exited.then(() => Promise.reject(new Error(`the writer ended: ${errors()}`)))]);
}

test('a second process gets the first one by its number, may read beside it, and takes over once it is killed', async () => {
  const folder = temporaryFolder();
  const writer = startWriter(folder);
  const runId = (await lineStarting(writer, 'run')).slice('run '.length);
  const refused = await appErrorOf(() => openWorkspace(folder));
  expect(refused).toMatchObject({ code: 'state/workspace-in-use', params: { path: folder, pid: writer.process.pid } });
  const reader = await openWorkspaceReadOnly(folder);
  expect((await reader.runs.get(runId))?.status).toBe('running');
  writer.process.kill('SIGKILL');
  await writer.exited;
  const log: string[] = [];
  const workspace = await openWorkspace(folder, { log: (_level, message) => log.push(message) });
  expect(workspace.interruptedRuns).toEqual([runId]);
  expect((await reader.runs.get(runId))?.status).toBe('interrupted');
  expect(log).toContain('the workspace was not closed properly; checking its database');
  expect(workspaceOwner(folder)).toMatchObject({ pid: process.pid });
  await reader.close();
  await workspace.close();
  expect(workspaceOwner(folder)).toBeNull();
});

test.each(['', '{"pid":', '{"pid":"x"}', '\0\0\0'])(
  'a note of the owner that is damaged (%j) keeps nobody out',
  async (note) => {
    const folder = temporaryFolder();
    const workspace = await openWorkspace(folder);
    writeFileSync(join(folder, 'phasor.owner.json'), note);
    const refused = await appErrorOf(() => openWorkspace(folder)); // the lock itself still holds
    expect(refused).toMatchObject({ code: 'state/workspace-in-use', params: { path: folder, pid: '?' } });
    await workspace.close();
    writeFileSync(join(folder, 'phasor.owner.json'), note);
    const log: string[] = [];
    const again = await openWorkspace(folder, { log: (_level, message) => log.push(message) });
    expect(log).toContain('the workspace was not closed properly; checking its database');
    expect(workspaceOwner(folder)).toMatchObject({ pid: process.pid });
    await again.close();
  },
);

test('one process opens a workspace once, and again after closing it', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  expect((await appErrorOf(() => openWorkspace(folder))).params).toEqual({ path: folder, pid: process.pid });
  await workspace.close();
  await workspace.close();
  const log: string[] = [];
  const again = await openWorkspace(folder, { log: (_level, message) => log.push(message) });
  expect(log).toEqual([]);
  await again.close();
});

test('killed 24 times at random points, in opening and in writing: whole, sound, and nothing acknowledged is lost', async () => {
  const lane = async (seed: number) => {
    const random = new Random(20_260, seed);
    const shared = temporaryFolder();
    for (let round = 0; round < 12; round++) {
      if (round % 3 === 0) await killAndCheck(temporaryFolder(), 'opening', random.int(40));
      else await killAndCheck(shared, 'run', random.int(60));
    }
  };
  await Promise.all([lane(0), lane(1)]);
});

/** Starts a writer, kills it `ms` after it printed `word`, and looks at what it left. */
async function killAndCheck(folder: string, word: 'opening' | 'run', ms: number): Promise<void> {
  const writer = startWriter(folder);
  const printed = new Map<string, string>();
  writer.lines.on('line', (line) => printed.set(line.split(' ')[0], line.split(' ')[1]));
  await lineStarting(writer, word);
  await sleep(ms);
  writer.process.kill('SIGKILL');
  await writer.exited;
  expect(writer.errors()).toBe('');

  const workspace = await openWorkspace(folder);
  const runId = printed.get('run');
  if (runId !== undefined) {
    expect((await workspace.runs.get(runId))?.status).toBe('interrupted');
    const events = await workspace.events.list({ subjectId: runId, kind: 'batch', limit: 1_000_000 });
    expect(events.length).toBeGreaterThanOrEqual(Number(printed.get('done') ?? -1) + 1);
    const points = await workspace.metrics.points({ runId, phase: 'phase0', name: 'loss' });
    expect(points).toEqual(Array.from(events, (_, batch) => pointsOfBatch(runId, batch)).flat());
  }
  await workspace.close();
  const database = new BetterSqlite(join(folder, 'phasor.sqlite'), { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}

test('a full disk is said plainly, undoes the transaction only, and goes on once there is room', async () => {
  const path = join(temporaryFolder(), 'phasor.sqlite');
  const connection = openConnection(path, 'write');
  migrate(connection);
  const db = queriesOver(connection, () => {});
  const clock = { now: () => 1 };
  const { run } = await seeded({ datasets: new DatasetWriter(db, clock), runs: new RunWriter(db, clock) });
  const metrics = new MetricWriter(db, clock);
  await metrics.add(pointsOfBatch(run.id, 0));

  const pages = Number(connection.pragma('page_count', { simple: true }));
  connection.pragma(`max_page_count = ${pages + 4}`);
  const many = Array.from({ length: 50_000 }, (_, step) => point(run.id, step + BATCH, step));
  const filling = () =>
    db.transaction().execute(async (tx) => {
      await new RunWriter(tx, clock).update(run.id, { notes: 'about to fill the disk' });
      await new MetricWriter(tx, clock).add(many);
    });
  expect(await appErrorOf(filling)).toMatchObject({ code: 'state/database-full', params: { path } });
  expect(await appErrorOf(() => metrics.add(many))).toMatchObject({ code: 'state/database-full' });
  const loss = { runId: run.id, phase: 'phase0', name: 'loss' };
  expect((await metrics.points(loss)).length).toBe(BATCH);
  expect((await new RunWriter(db, clock).get(run.id))?.notes).toBe('');
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');

  connection.pragma('max_page_count = 1000000');
  await filling();
  expect((await metrics.points(loss)).length).toBe(BATCH + many.length);
  await db.destroy();
});

test('a database with overwritten pages is told apart from a bug, wherever the damage lies', async () => {
  const codes = new Set<string>();
  for (const from of [0, 100, 4096, 3 * 4096, 20 * 4096]) {
    const folder = temporaryFolder();
    const workspace = await openWorkspace(folder);
    const { run } = await seeded(workspace);
    await workspace.metrics.add(pointsOfBatch(run.id, 0));
    await workspace.close();
    const path = join(folder, 'phasor.sqlite');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(statSync(path).size - from, 0xab), 0, undefined, from);
    closeSync(file);
    const error = await appErrorOf(async () => {
      const damaged = await openWorkspace(folder);
      try {
        await damaged.datasets.list();
        await damaged.runs.list();
        await damaged.runs.create(newRun('x'));
      } finally {
        await damaged.close();
      }
    });
    expect(error.params.path).toBe(path);
    codes.add(error.code);
    expect(workspaceOwner(folder)).toBeNull(); // the lock was given back
  }
  expect([...codes]).toEqual(['state/database-damaged']);
});

test('a cut-off database is damaged, and after a crash that is noticed at opening', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  const { run } = await seeded(workspace);
  await workspace.metrics.add(Array.from({ length: 20_000 }, (_, step) => point(run.id, step, 1)));
  await workspace.close();
  const path = join(folder, 'phasor.sqlite');
  truncateSync(path, statSync(path).size - 4096);
  writeFileSync(join(folder, 'phasor.owner.json'), JSON.stringify({ pid: 1, machine: 'x', since: 0 }));
  expect((await appErrorOf(() => openWorkspace(folder))).code).toBe('state/database-damaged');
});

test('a place where no workspace can be made says so, and one that is not there is not made by reading', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect((await appErrorOf(() => openWorkspace(join(folder, 'file')))).code).toBe('state/database-unusable');
  expect((await appErrorOf(() => openWorkspace(join(folder, 'file', 'below')))).code).toBe('state/database-unusable');
  expect((await appErrorOf(() => openWorkspaceReadOnly(join(folder, 'none')))).code).toBe('state/no-workspace');
  expect(readdirSync(folder)).toEqual(['file']);
});
