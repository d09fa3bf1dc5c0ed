// Owns a training run: the baseline, the phases in their order, and the files that a finished or stopped run leaves behind.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromEpochDay } from '../base/clock.ts';
import { settleFolders, writeFileAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { runWithPauses } from '../base/steps.ts';
import { configHash } from '../config/load.node.ts';
import type { Config } from '../config/schema.ts';
import type { WorkerContext } from '../contract/worker.ts';
import { type Evaluation, evaluationSteps } from '../evaluate/evaluate.ts';
import { writePredictions } from '../evaluate/predictions-file.node.ts';
import { PanelReader, verifyPanel } from '../features/panel.node.ts';
import type { Engine } from '../runtime/executor.ts';
import type { Fold } from '../splits/folds.ts';
import { ridgePredictions } from './baseline.node.ts';
import { type Checkpoint, readCheckpoint, requireNoForesight, requireSameInputs } from './checkpoint.node.ts';
import { foldOf } from './fold.ts';
import { partMetrics } from './part-metrics.ts';
import { trainPhase, unlessCancelled } from './phase.node.ts';
import { limitsOf, ModelPredictor, predictDays, samplerFor } from './predict.node.ts';
import { type FittedScaling, fitScaling } from './scaling.node.ts';
import type { PhaseResult, TrainResult, TrainSpec } from './spec.ts';

/** What a stopped run has finished so far. */
interface RunProgress {
  phases: PhaseResult[];
  predictions: Record<string, string>;
}
const PROGRESS = 'progress.json';

/** The contract asks for progress every 2 s. */
const REPORT_MS = 1000;

/** What every phase stands on, and what the next one starts from. */
interface PhaseGround {
  fold: Fold;
  scaling: FittedScaling;
  engine: Engine;
  parent: { checkpoint: Checkpoint; rankIc: number | null } | undefined;
}

/**
 * Trains every phase of the spec. Stops at a safe point when the context's signal aborts; a spec with `resume` goes on from
 * there and ends with the weights that an uninterrupted run would have had.
 */
export async function runTraining(
  spec: TrainSpec,
  context: WorkerContext,
  engineFor: (config: Config) => Promise<Engine>,
): Promise<TrainResult> {
  mkdirSync(spec.folder, { recursive: true });
  settleFolders(spec.folder);
  const report = reporter(context, 'verify panel');
  await verifyPanel(spec.panel, (done, total) => report(percent(done / total), 100));
  const reader = PanelReader.open(spec.panel);
  const otherReader = PanelReader.open(spec.panel);
  if (spec.shuffleTargets) for (const each of [reader, otherReader]) each.dealTargets(spec.phases[0].config.seed);
  try {
    return await new Run(spec, context, reader, otherReader).train(engineFor);
  } finally {
    reader.close();
    otherReader.close();
  }
}

class Run {
  readonly #spec: TrainSpec;
  readonly #context: WorkerContext;
  readonly #reader: PanelReader;
  readonly #otherReader: PanelReader;
  readonly #progress: RunProgress;

  constructor(spec: TrainSpec, context: WorkerContext, reader: PanelReader, otherReader: PanelReader) {
    this.#spec = spec;
    this.#context = context;
    this.#reader = reader;
    this.#otherReader = otherReader;
    const path = join(spec.folder, PROGRESS);
    this.#progress =
      spec.resume && existsSync(path)
        ? (JSON.parse(readFileSync(path, 'utf8')) as RunProgress)
        : { phases: [], predictions: {} };
  }

  async train(engineFor: (config: Config) => Promise<Engine>): Promise<TrainResult> {
    const { phases } = this.#spec;
    const [{ config: first }] = phases;
    const fold = this.#fold(first);
    const scaling = fitScaling(this.#reader, fold.train, first, this.#reporter('fit scaling'));
    for (const reader of [this.#reader, this.#otherReader])
      reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
    this.#context.log(
      'info',
      `split: ${fold.train.length} train, ${fold.valid.length} validation, ${fold.test.length} test days`,
      {
        scalerDays: scaling.days,
        scalerRows: scaling.rows,
      },
    );
    const engine = await this.#whileWaiting('engine', engineFor(first));
    const trained = await unlessCancelled(this.#phases({ fold, scaling, engine }));
    return this.#result(trained ?? 'stopped', engine);
  }

  /** Everything that a stop may cut short. @throws cancelled where it did */
  async #phases({ fold, scaling, engine }: Omit<PhaseGround, 'parent'>): Promise<TrainResult['outcome']> {
    const { phases } = this.#spec;
    const [{ config: first }] = phases;
    let parent = await this.#firstParent(fold, scaling, engine, first);
    await this.#baseline(fold, first);
    for (const [index, { name, config }] of phases.entries()) {
      const done = this.#progress.phases.find((result) => result.phase === name && result.outcome === 'finished');
      const result = done ?? (await this.#phase(index, name, config, { fold, scaling, engine, parent }));
      if (result.outcome !== 'finished') return result.outcome;
      if (result.checkpoint)
        parent = { checkpoint: await readCheckpoint(result.checkpoint, this.#context.log), rankIc: bestOf(result) };
    }
    return 'finished';
  }

  /** The split, by the run's first config: every phase of a run stands on the same days. @throws data/too-few-stocks */
  #fold(config: Config): Fold {
    const { model, train } = config;
    const fold = foldOf(config, this.#reader.days);
    for (const part of ['train', 'valid', 'test'] as const) {
      const { batches } = samplerFor(
        { ...limitsOf(train), reader: this.#reader, days: fold[part], sequenceLength: model.sequence_length },
        0,
      );
      const { min_nodes_per_day: least } = train;
      if (batches === 0) throw new AppError('data/too-few-stocks', { part, least, history: model.sequence_length });
    }
    return fold;
  }

  /** Day of the panel, ISO. */
  #date(day: number): string {
    return fromEpochDay(this.#reader.days[day]);
  }

  /** The checkpoint that the run starts from, with its RankIC on this run's validation days. */
  async #firstParent(
    fold: Fold,
    scaling: FittedScaling,
    engine: Engine,
    { train }: Config,
  ): Promise<{ checkpoint: Checkpoint; rankIc: number | null } | undefined> {
    if (!this.#spec.parent) return undefined;
    const checkpoint = await readCheckpoint(this.#spec.parent, this.#context.log);
    requireNoForesight(this.#spec.parent, checkpoint.manifest, {
      valid: this.#date(fold.valid[0]),
      test: this.#date(fold.test[0]),
    });
    requireSameInputs(this.#spec.parent, checkpoint.manifest, {
      features: this.#reader.featureNames,
      horizons: this.#reader.manifest.horizons,
    });
    const { config, shape } = checkpoint.manifest;
    const predictor = await ModelPredictor.create(engine, config.model, shape, checkpoint.layout, scaling.targetScale);
    try {
      await predictor.use(checkpoint.state.weights);
      const set = await predictDays(predictor.predict, {
        ...limitsOf(train),
        reader: this.#reader,
        days: fold.valid,
        sequenceLength: config.model.sequence_length,
        quantiles: config.model.quantiles,
        onBatch: this.#batchReporter('parent validation'),
      });
      const { rankIc } = await partMetrics(
        set,
        train.horizon_weights,
        train.min_nodes_per_day,
        this.#shareReporter('parent validation metrics'),
      );
      return { checkpoint, rankIc };
    } finally {
      await predictor.dispose();
    }
  }

  async #baseline(fold: Fold, config: Config): Promise<void> {
    if (this.#progress.predictions.ridge) return;
    const { model, train } = config;
    const set = await ridgePredictions(this.#reader, fold, model.sequence_length, {
      ...limitsOf(train),
      onBatch: this.#batchReporter('ridge baseline'),
    });
    const folder = join(this.#spec.folder, 'predictions', 'ridge');
    await writePredictions(folder, set);
    this.#progress.predictions.ridge = folder;
    this.#saveProgress();
  }

  async #phase(
    index: number,
    name: string,
    config: Config,
    { fold, scaling, engine, parent }: PhaseGround,
  ): Promise<PhaseResult> {
    const folder = join(this.#spec.folder, name);
    mkdirSync(folder, { recursive: true });
    const result = await trainPhase({
      run: this.#spec.run,
      phase: name,
      config,
      folder,
      reader: this.#reader,
      otherReader: this.#otherReader,
      fold,
      scaling,
      engine,
      parent: parent?.checkpoint,
      parentRankIc: parent?.rankIc ?? null,
      resume: this.#spec.resume ?? false,
      hashes: { data: this.#reader.manifest.dataHash, panel: this.#reader.manifest.key, config: configHash(config) },
      context: this.#context,
    });
    if (result.outcome === 'finished') await this.#closePhase(index, config, result, { fold, scaling, engine });
    this.#progress.phases = [...this.#others(name), result];
    this.#saveProgress();
    // Last of all: until the phase is on record as finished, this is what it would go on from.
    if (result.outcome === 'finished' && !this.#spec.keepLast)
      rmSync(join(folder, 'last'), { recursive: true, force: true });
    return result;
  }

  #others(name: string): PhaseResult[] {
    return this.#progress.phases.filter((result) => result.phase !== name);
  }

  /** Out-of-sample predictions of the phase's own best, also where its parent is carried on; its metrics file; its exported model. */
  async #closePhase(
    index: number,
    config: Config,
    result: PhaseResult,
    { fold, scaling, engine }: { fold: Fold; scaling: FittedScaling; engine: Engine },
  ): Promise<void> {
    const { folder } = this.#spec;
    if (result.verdict === 'carried_parent')
      this.#context.log('warn', `${result.phase} did not beat its parent on validation; the parent is carried on`, {
        rankIc: bestOf(result),
        parentRankIc: result.parentRankIc,
      });
    const own = join(folder, result.phase, 'best');
    if (!existsSync(own)) throw new AppError('model/not-a-checkpoint', { folder: own });
    const checkpoint = await readCheckpoint(own);
    const predictor = await ModelPredictor.create(
      engine,
      config.model,
      checkpoint.manifest.shape,
      checkpoint.layout,
      scaling.targetScale,
    );
    let test: Evaluation;
    try {
      await predictor.use(checkpoint.state.weights);
      const set = await predictDays(predictor.predict, {
        ...limitsOf(config.train),
        // As validation was predicted: the batches that fitted the memory.
        maxBatchSize: checkpoint.manifest.progress.maxBatchSize,
        reader: this.#reader,
        days: fold.test,
        sequenceLength: config.model.sequence_length,
        quantiles: config.model.quantiles,
        onBatch: this.#batchReporter(`${result.phase} test`),
      });
      const target = join(folder, 'predictions', result.phase);
      await writePredictions(target, set);
      this.#progress.predictions[result.phase] = target;
      const steps = evaluationSteps(set, { minNodes: config.train.min_nodes_per_day, seed: config.seed });
      test = await runWithPauses(steps, this.#shareReporter(`${result.phase} evaluation`));
    } finally {
      await predictor.dispose();
    }
    const number = phaseNumber(result.phase, config, index);
    copyFileSync(join(own, 'model.onnx'), join(folder, `phase${number}_best.onnx`));
    const metrics = phaseMetrics(result, test);
    this.#writeJson(`phase${number}_metrics.json`, metrics);
    this.#writeJson('latest_metrics.json', metrics);
    this.#writeJson('metrics_summary.json', {
      run: this.#spec.run,
      phases: [...this.#others(result.phase), result],
    });
  }

  #reporter(stage: string): (done: number, total: number) => void {
    return reporter(this.#context, stage);
  }

  /** Of work that knows its share alone; says at once that it begins. */
  #shareReporter(stage: string): (share: number) => void {
    const report = this.#reporter(stage);
    report(0, 100);
    return (share) => report(percent(share), 100);
  }

  /** Of work in another process, of which nothing is heard until it is over. */
  async #whileWaiting<T>(stage: string, work: Promise<T>): Promise<T> {
    const report = (): void => this.#context.progress({ stage, done: 0, total: 0 });
    report();
    const timer = setInterval(report, REPORT_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  /** Between batches the run may also rest, or be stopped. */
  #batchReporter(stage: string): (done: number, total: number) => Promise<void> {
    const report = this.#reporter(stage);
    return async (done, total) => {
      report(done, total);
      await this.#context.whenRunning();
      if (this.#context.signal.aborted) throw new AppError('cancelled', {});
    };
  }

  #saveProgress(): void {
    this.#writeJson(PROGRESS, this.#progress);
  }

  #writeJson(file: string, value: unknown): void {
    writeFileAtomic(join(this.#spec.folder, file), JSON.stringify(value, null, 1));
  }

  #result(outcome: TrainResult['outcome'], engine: Engine): TrainResult {
    const { phases, predictions } = this.#progress;
    const checkpoint = [...phases].reverse().find((result) => result.checkpoint)?.checkpoint ?? null;
    return { outcome, phases, checkpoint, engine: engine.name, predictions };
  }
}

/** Reports at most once in REPORT_MS, but for what is complete. */
function reporter(context: WorkerContext, stage: string): (done: number, total: number) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (now - reportedAt < REPORT_MS && done < total) return;
    reportedAt = now;
    context.progress({ stage, done, total });
  };
}

const percent = (share: number): number => Math.round(100 * share);

/** Its place in the whole plan, whatever part of the plan this run trains; a phase outside the plan goes by its place in the run. */
function phaseNumber(phase: string, { train }: Config, index: number): number {
  const place = train.phases.indexOf(phase);
  return place < 0 ? index : place;
}

/** Validation RankIC of what goes on from a phase. */
function bestOf({ verdict, validation, parentRankIc }: PhaseResult): number | null {
  return verdict === 'carried_parent' ? parentRankIc : (validation?.rankIc ?? null);
}

/** The flat file that scripts read: validation and test metrics of a phase, and its loss parts. */
function phaseMetrics(result: PhaseResult, test: Evaluation): Record<string, unknown> {
  const named = ({
    rankIc,
    ic,
    rankIcir,
    icir,
    hitRate,
  }: Record<'rankIc' | 'ic' | 'rankIcir' | 'icir' | 'hitRate', unknown>) => ({
    RankIC: rankIc,
    IC: ic,
    RankICIR: rankIcir,
    ICIR: icir,
    hit_rate: hitRate,
  });
  const { validation } = result;
  return {
    phase: result.phase,
    verdict: result.verdict,
    best_epoch: result.bestEpoch,
    epochs: result.epochs,
    steps: result.steps,
    seconds: result.seconds,
    losses: result.losses,
    validation: validation && { ...named(validation), Sharpe: validation.sharpe },
    test: {
      ...named(test.overall),
      Sharpe: test.horizons[0].spreadSharpe,
      horizons: test.horizons.map((horizon) => ({
        horizon: horizon.horizon,
        ...named(horizon),
        Sharpe: horizon.spreadSharpe,
      })),
      days: test.days,
      warnings: test.warnings,
    },
    alarms: result.alarms,
  };
}
