// Kills of real workers and real hosts, at random points of a real training run: nothing half written, every run taken up again,
// and the same weights in the end as without any kill.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { Random } from '../../core/base/random.ts';
import type { Checkpoint } from '../../core/contract/entities.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { readCheckpoint } from '../../core/train/checkpoint.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import type { FromTrainingHost, ToTrainingHost } from '../fixtures/training-host.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const KILLS = { worker: 12, host: 9 };
const DATASET = 'small';
const OVERRIDES = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5, return_20, volume_ratio_20]',
  'train.max_epochs=3',
  'train.checkpoint_every_minutes=0.005',
];

const hosts: ChildProcess[] = [];
afterEach(() => {
  for (const host of hosts.splice(0)) host.kill('SIGKILL');
});

/** A host process, and the next thing that it says. */
class HostProcess {
  readonly process: ChildProcess;
  #heard: FromTrainingHost[] = [];
  #waiting: PromiseWithResolvers<FromTrainingHost> | undefined;
  readonly exited: Promise<void>;

  constructor(workspace: string) {
    this.process = fork(fileURLToPath(new URL('../fixtures/training-host.ts', import.meta.url)), [workspace]);
    hosts.push(this.process);
    this.process.on('message', (message: FromTrainingHost) => {
      if (this.#waiting) this.#waiting.resolve(message);
      else this.#heard.push(message);
      this.#waiting = undefined;
    });
    this.exited = new Promise((resolve) => {
      this.process.once('exit', () => {
        this.#waiting?.reject(new Error('the host ended'));
        resolve();
      });
    });
  }

  ask(message: ToTrainingHost): void {
    this.process.send(message);
  }

  next(): Promise<FromTrainingHost> {
    const heard = this.#heard.shift();
    if (heard) return Promise.resolve(heard);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  async hear<S extends FromTrainingHost['say']>(what: S): Promise<Extract<FromTrainingHost, { say: S }>> {
    const message = await this.next();
    expect(message.say, JSON.stringify(message)).toBe(what);
    return message as Extract<FromTrainingHost, { say: S }>;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Imports one small market into a fresh workspace. */
async function makeWorkspace(): Promise<string> {
  const workspace = join(temporaryFolder('faults'), 'workspace');
  mkdirSync(workspace, { recursive: true });
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  const client = host.connect();
  const { bars } = await client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const { jobId } = await client.call('datasets.import', { files: [bars], name: DATASET });
  expect((await client.call('jobs.wait', { jobId })).outcome).toBe('finished');
  await host.close();
  return workspace;
}

/** Weights of the best checkpoint of each phase. */
function weightsOf(workspace: string, checkpoints: readonly Checkpoint[]): Record<string, Buffer> {
  const best = checkpoints.filter(({ kind }) => kind === 'best');
  return Object.fromEntries(
    best.map(({ phase, folder }) => [phase, readFileSync(join(workspace, folder, 'weights.npy'))]),
  );
}

/** Every checkpoint folder below is whole, and so is every record of one. */
async function expectNothingHalfWritten(workspace: string): Promise<void> {
  if (!existsSync(join(workspace, 'runs'))) return; // killed before the first
  const paths = readdirSync(join(workspace, 'runs'), { recursive: true, encoding: 'utf8' });
  for (const path of paths) {
    if (path.endsWith('checkpoint.json')) await readCheckpoint(join(workspace, 'runs', path, '..'));
    expect(path).not.toMatch(/\.(tmp|old)$/);
  }
}

let reference: Record<string, Buffer>;
beforeAll(async () => {
  const workspace = await makeWorkspace();
  const host = new HostProcess(workspace);
  await host.hear('open');
  host.ask({ do: 'train', dataset: DATASET, name: 'reference', overrides: OVERRIDES });
  await host.hear('working');
  const ended = await host.hear('ended');
  expect(ended).toMatchObject({ status: 'finished', end: { outcome: 'finished' } });
  host.ask({ do: 'close' });
  await host.exited;
  const store = await openWorkspace(workspace);
  reference = weightsOf(workspace, await store.checkpoints.list());
  await store.close();
  expect(Object.keys(reference).sort()).toEqual(['phase0_baseline', 'phase2_gat']);
}, 180_000);

test(`${KILLS.worker} kills of the worker and ${KILLS.host} of the host at random points`, {
  timeout: 600_000,
}, async () => {
  const workspace = await makeWorkspace();
  const random = new Random(20);
  const plan = random.shuffle([
    ...Array.from({ length: KILLS.worker }, () => 'worker' as const),
    ...Array.from({ length: KILLS.host }, () => 'host' as const),
  ]);
  const killed = { worker: 0, host: 0 };
  let runs = 0;
  let run: string | undefined;

  let host = new HostProcess(workspace);
  await host.hear('open');
  const begin = () => {
    if (run) host.ask({ do: 'resume', run });
    else host.ask({ do: 'train', dataset: DATASET, name: `run${++runs}`, overrides: OVERRIDES });
  };

  while (plan.length > 0) {
    begin();
    const working = await host.hear('working');
    run = working.run;
    const next = host.next();
    const delay = sleep(random.uniform() * 2_500).then(() => 'due' as const);
    const first = await Promise.race([next, delay]);
    if (first !== 'due') {
      // It finished before its kill was due: the weights are those of the undisturbed run, and the next run begins.
      expect(first).toMatchObject({ say: 'ended', status: 'finished' });
      run = undefined;
      continue;
    }
    const victim = plan.pop()!;
    killed[victim]++;
    if (victim === 'worker') {
      process.kill(working.pid!, 'SIGKILL');
      const ended = await next;
      // Killed in the moment of its last word, it has finished.
      if (ended.say === 'ended' && ended.status === 'finished') run = undefined;
      else expect(ended).toMatchObject({ say: 'ended', status: 'interrupted', end: { outcome: 'killed' } });
    } else {
      next.catch(() => {}); // the host does not live to say more
      await host.kill();
      host = new HostProcess(workspace);
      await host.hear('open');
      host.ask({ do: 'status', run });
      const { status } = await host.hear('status');
      if (status === 'finished') run = undefined;
      else expect(status).toBe('interrupted');
    }
    await expectNothingHalfWritten(workspace);
  }
  expect(killed).toEqual(KILLS);

  if (run) {
    begin();
    await host.hear('working');
    expect(await host.hear('ended')).toMatchObject({ status: 'finished' });
  }
  host.ask({ do: 'close' });
  await host.exited;

  const store = await openWorkspace(workspace);
  const all = await store.runs.list();
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 'finished'));
  for (const { id, name } of all) {
    const weights = weightsOf(workspace, await store.checkpoints.list({ runId: id }));
    for (const [phase, expected] of Object.entries(reference))
      expect(weights[phase].equals(expected), `${name} ${phase}`).toBe(true);
    expect(await store.evaluations.list({ runId: id })).toHaveLength(3);
  }
  expect(await store.jobs.list({ status: ['running', 'paused', 'queued'] })).toEqual([]);
  await store.close();
});
