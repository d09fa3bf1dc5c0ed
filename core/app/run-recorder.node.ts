// Owns writing down what a training worker reports: curves in batches, checkpoints, where each phase stands, and how it all ended.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { settleFolders } from '../base/atomic-file.node.ts';
import { AppError, type SerializedError, serializeError } from '../base/errors.ts';
import type { Checkpoint, MetricPoint, PhaseRun, Run, RunStatus } from '../contract/entities.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { JobEnd, JobEvent } from '../contract/views.ts';
import type { CheckpointNotice, Metrics, Usage } from '../contract/worker.ts';
import { checkpointHash, type CheckpointManifest, readCheckpointManifest } from '../train/checkpoint.node.ts';
import type { PhaseResult } from '../train/spec.ts';
import { readEvaluation } from './evaluation-file.node.ts';
import { storableEvaluation } from './evaluations.ts';
import { figures, finite } from './figures.ts';
import type { HostContext } from './host-context.node.ts';
import { statusOfEnd } from './jobs.ts';
import type { TrainJobResult } from './jobs/train.node.ts';

/** Points are written in batches, at least this often. */
const FLUSH_MS = 1_000;

/** One training job's worth of records. Its methods are called one at a time, in order. */
export class RunRecorder {
  readonly #context: HostContext;
  readonly #run: Run;
  readonly #phases: readonly PhaseRun[];
  /** When the run first started: usage is told by the seconds since. */
  readonly #origin: number;
  #flushedAt = 0;
  #current: PhaseRun | undefined;

  constructor(context: HostContext, run: Run, phases: readonly PhaseRun[]) {
    this.#context = context;
    this.#run = run;
    this.#phases = phases;
    this.#origin = run.startedAt ?? context.clock.now();
  }

  async record(event: JobEvent): Promise<void> {
    const { store, clock } = this.#context;
    if (event.type === 'metrics') {
      this.#collect(event.metrics);
      if (event.metrics.phase !== undefined) await this.#enter(event.metrics.phase);
      if (clock.now() - this.#flushedAt >= FLUSH_MS) await this.#flush();
    } else if (event.type === 'usage') {
      this.#collectUsage(event.usage);
    } else if (event.type === 'checkpoint') {
      await this.#enter(event.checkpoint.phase);
      await this.#keep(event.checkpoint);
    } else if (event.type === 'status' && (event.status === 'running' || event.status === 'paused')) {
      await this.#flush(); // a paused run shows where it stands
      await store.runs.setStatus(this.#run.id, event.status);
    } else if (event.type === 'log' && event.log.level !== 'debug') {
      const { level, message, fields = {} } = event.log;
      await store.events.add({ level, kind: 'run.log', subjectId: this.#run.id, message, data: fields });
    }
  }

  /** @returns what the job shows for itself */
  async finish(end: JobEnd): Promise<{ runId: string }> {
    await this.#flush();
    const { store } = this.#context;
    const { id, name } = this.#run;
    settleFolders(join(store.folder, this.#run.folder)); // the worker is gone, whatever it was doing
    await this.#forgetDeleted();
    await this.#keepUnannounced();
    const result = end.outcome === 'finished' || end.outcome === 'stopped' ? asResult(end.result) : undefined;
    if (result) await this.#storePhases(result);
    if (result) await this.#storeEvaluations(result);
    const diverged = result?.training.phases.find(({ outcome }) => outcome === 'diverged');
    const outcome = diverged ? divergence(diverged) : (end.error ?? null);
    const status: RunStatus = diverged ? 'failed' : statusOfEnd(end);
    await store.runs.setStatus(id, status, outcome);
    if (!result) await this.#endPhase(status, outcome);
    const level = status === 'finished' || status === 'stopped' ? 'info' : 'error';
    await store.events.add({ level, kind: `run.${status}`, subjectId: id, message: `${name}: ${status}`, data: {} });
    return { runId: id };
  }

  #collect({ phase = '', epoch, step, values }: Metrics): void {
    const { clock, curves } = this.#context;
    const about = { runId: this.#run.id, phase, step, epoch: epoch ?? null, time: clock.now() };
    const points = Object.entries(values).map(
      ([name, value]): MetricPoint => ({ ...about, name, value: finite(value) }),
    );
    curves.add(this.#run.id, points);
  }

  #collectUsage({ cpu, rssBytes }: Usage): void {
    const { clock, gpu } = this.#context;
    const step = Math.max(0, Math.round((clock.now() - this.#origin) / 1_000));
    const values: Record<string, number> = { system_cpu: cpu, system_rss: rssBytes };
    const card = gpu.latest;
    if (card) Object.assign(values, { system_gpu: card.share, system_gpu_memory: card.memoryBytes });
    this.#collect({ step, values });
  }

  async #flush(): Promise<void> {
    const { clock, curves, store } = this.#context;
    this.#flushedAt = clock.now();
    await curves.store(this.#run.id, (points) => store.metrics.add(points));
  }

  /** The first report from a phase says that it runs, and that the one before it does not any more. */
  async #enter(name: string): Promise<void> {
    if (this.#current?.phase === name) return;
    const phase = this.#phases.find((candidate) => candidate.phase === name);
    if (!phase) return;
    await this.#endPhase('finished', null);
    this.#current = phase;
    await this.#context.store.runs.setPhaseStatus(phase.id, 'running');
  }

  async #endPhase(status: RunStatus, outcome: SerializedError | null): Promise<void> {
    if (this.#current) await this.#context.store.runs.setPhaseStatus(this.#current.id, status, outcome);
  }

  /** A phase has at most one best and one last checkpoint: a new one takes over the record of the one before. */
  async #keep({ phase, kind, folder, metrics }: CheckpointNotice): Promise<void> {
    const { store } = this.#context;
    const phaseRun = this.#phases.find((candidate) => candidate.phase === phase);
    if (!phaseRun) return;
    const manifest = readManifest(folder);
    if (!manifest) return;
    const contentHash = checkpointHash(manifest);
    const record = {
      runId: this.#run.id,
      phaseRunId: phaseRun.id,
      phase,
      kind,
      epoch: manifest.epoch,
      step: manifest.updates,
      folder: this.#relative(folder),
      contentHash,
      bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0),
      metrics: figures(metrics),
    };
    await store.transaction(async ({ checkpoints }) => {
      const [before] = await checkpoints.list({ phaseRunId: phaseRun.id, kind, limit: 1 });
      if (before?.contentHash === contentHash) return;
      if (before) await checkpoints.remove(before.id);
      await checkpoints.add(record, before?.id);
    });
  }

  /** A host that was killed between a save and its record has not heard of it, and a phase that had ended does not say it again. */
  async #keepUnannounced(): Promise<void> {
    for (const { phase } of this.#phases)
      for (const kind of ['best', 'last'] as const) {
        const folder = join(this.#context.store.folder, this.#run.folder, phase, kind);
        const manifest = existsSync(folder) ? readManifest(folder) : undefined;
        if (!manifest) continue;
        const metrics = Object.entries(manifest.metrics).map(([name, value]) => [name, value ?? Number.NaN]);
        await this.#keep({ phase, kind, folder, metrics: Object.fromEntries(metrics) });
      }
  }

  /** Training deletes the last state of a phase that has ended. */
  async #forgetDeleted(): Promise<void> {
    const { store } = this.#context;
    for (const { id, folder } of await this.#checkpoints())
      if (!existsSync(join(store.folder, folder))) await store.checkpoints.remove(id);
  }

  async #storePhases({ training }: TrainJobResult): Promise<void> {
    const { store } = this.#context;
    const checkpoints = await this.#checkpoints();
    for (const result of training.phases) {
      const phase = this.#phases.find((candidate) => candidate.phase === result.phase);
      if (!phase) continue;
      const before = this.#phases[phase.position - 1];
      const parent = before && partsOfName(before.phase).fold === partsOfName(phase.phase).fold ? before : undefined;
      await store.runs.updatePhase(phase.id, {
        bestCheckpointId: byFolder(checkpoints, result.checkpoint && this.#relative(result.checkpoint)),
        parentCheckpointId: parent ? ((await store.runs.phase(parent.id))?.bestCheckpointId ?? null) : undefined,
        bestEpoch: result.validation ? result.bestEpoch : null,
        epochs: result.epochs,
        metrics: figures({
          ...result.validation,
          ...prefixed('loss_', result.losses),
          steps: result.steps,
          seconds: result.seconds,
        }),
        verdict: result.verdict === 'first' ? null : result.verdict,
      });
      const outcome = result.outcome === 'diverged' ? divergence(result) : null;
      await store.runs.setPhaseStatus(phase.id, result.outcome === 'diverged' ? 'failed' : result.outcome, outcome);
    }
    // Of the checkpoint that the run ends with: where a phase carried its parent on, that is the parent.
    const last = training.phases.findLast(
      ({ validation, verdict }) => validation !== null && verdict !== 'carried_parent',
    );
    await store.runs.update(this.#run.id, {
      engine: training.engine,
      summary: last?.validation ? figures({ ...last.validation }) : null,
    });
  }

  async #storeEvaluations({ evaluations }: TrainJobResult): Promise<void> {
    const { store } = this.#context;
    const known = await store.evaluations.list({ runId: this.#run.id, split: 'test' });
    const checkpoints = await store.checkpoints.list({ runId: this.#run.id, kind: 'best', limit: this.#phases.length });
    for (const [label, inRun] of Object.entries(evaluations)) {
      const folder = `${this.#run.folder}/${inRun}`;
      if (known.some((evaluation) => evaluation.folder === folder)) continue;
      const { evaluation, kind } = readEvaluation(join(store.folder, folder));
      const own = lastOf(label, checkpoints);
      await store.evaluations.add({
        runId: this.#run.id,
        checkpointId: kind === 'phase' ? (own?.id ?? null) : null,
        datasetVersionId: this.#run.datasetVersionId,
        label,
        split: 'test',
        ...storableEvaluation(evaluation),
        folder,
      });
    }
  }

  /** All of the run: each phase has at most a best and a last one. */
  #checkpoints(): Promise<Checkpoint[]> {
    return this.#context.store.checkpoints.list({ runId: this.#run.id, limit: 2 * this.#phases.length });
  }

  #relative(folder: string): string {
    return relative(this.#context.store.folder, folder).replaceAll('\\', '/');
  }
}

/** Undefined while the worker is putting a newer one in its place: that one will be announced too. */
function readManifest(folder: string): CheckpointManifest | undefined {
  try {
    return readCheckpointManifest(folder);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model/not-a-checkpoint') return undefined;
    throw error;
  }
}

/** The checkpoint that an evaluation belongs to: of a walk forward, whose folds it joins, the one of the last fold. */
function lastOf(label: string, checkpoints: readonly Checkpoint[]): Checkpoint | undefined {
  const parts = checkpoints.map((checkpoint) => ({ checkpoint, ...partsOfName(checkpoint.phase) }));
  const ofPhase = parts.filter(({ name }) => name === label).sort((a, b) => (a.fold ?? 0) - (b.fold ?? 0));
  return ofPhase.at(-1)?.checkpoint;
}

/** The worker is of this build: it returns what trainBody returns; nothing when it was killed while stopping. */
const asResult = (result: unknown): TrainJobResult | undefined => (result as TrainJobResult | undefined) ?? undefined;

function prefixed(prefix: string, values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function byFolder(checkpoints: readonly Checkpoint[], folder: string | null): string | null {
  return checkpoints.find((checkpoint) => checkpoint.folder === folder)?.id ?? null;
}

function divergence({ phase, steps }: PhaseResult): SerializedError {
  return serializeError(new Error(`${phase} diverged after ${steps} steps`));
}
