// Owns one fold of a run, which is the whole of a run that trains a single one: the baseline, the phases in their order, their
// predictions of the fold's test days, and the files that it leaves behind.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { runWithPauses } from '../base/steps.ts';
import { configHash } from '../config/load.node.ts';
import type { Config } from '../config/schema.ts';
import { nameInFold, partsOfName } from '../contract/phase-names.ts';
import type { WorkerContext } from '../contract/worker.ts';
import { type Evaluation, evaluationSteps } from '../evaluate/evaluate.ts';
import { writePredictions } from '../evaluate/predictions-file.node.ts';
import type { PanelReader } from '../features/panel.node.ts';
import type { Engine } from '../runtime/executor.ts';
import type { Fold } from '../splits/folds.ts';
import { ridgePredictions } from './baseline.node.ts';
import type { BatchLoader } from './batch-loader.node.ts';
import { type Checkpoint, readCheckpoint, requireNoForesight, requireSameInputs } from './checkpoint.node.ts';
import { partMetrics } from './part-metrics.ts';
import { writePhaseFiles } from './phase-files.node.ts';
import { trainPhase } from './phase.node.ts';
import { limitsOf, ModelPredictor, predictDays } from './predict.node.ts';
import { batchReporter, reporter, shareReporter, unlessCancelled } from './reporting.ts';
import { foldsOf } from './fold.ts';
import { readProgress, type RunProgress, writeProgress } from './run-progress.node.ts';
import { type FittedScaling, fitScaling } from './scaling.node.ts';
import type { PhaseResult, TrainResult, TrainSpec } from './spec.ts';

export interface FoldRunOptions {
  spec: TrainSpec;
  /** Number of the fold in a walk forward; null where the run trains no other. */
  number: number | null;
  fold: Fold;
  /** Those of the spec that belong to the fold. */
  phases: TrainSpec['phases'];
  reader: PanelReader;
  /** Reads batches ahead with the reader's terms. */
  loader: BatchLoader;
  context: WorkerContext;
}

/** What every phase stands on, and what the next one starts from. */
interface PhaseGround {
  scaling: FittedScaling;
  engine: Engine;
  parent: { checkpoint: Checkpoint; rankIc: number | null } | undefined;
}

export class FoldRun {
  readonly #options: FoldRunOptions;
  /** Of the fold: the run's own, or a folder within it. */
  readonly #folder: string;
  readonly #progress: RunProgress;

  constructor(options: FoldRunOptions) {
    this.#options = options;
    this.#folder = join(options.spec.folder, nameInFold(options.number, ''));
    mkdirSync(this.#folder, { recursive: true });
    this.#progress = options.spec.resume ? readProgress(this.#folder) : { phases: [], predictions: {} };
  }

  /** What it has finished; phases and predictions under the names that they have in the run. */
  get progress(): Readonly<RunProgress> {
    return this.#progress;
  }

  /** Trains what is not finished yet. */
  async train(engineFor: () => Promise<Engine>): Promise<TrainResult['outcome']> {
    const { fold, phases, reader, context } = this.#options;
    if (phases.every(({ name }) => this.#finished(name))) return 'finished';
    const [{ config }] = phases;
    const earlier = foldsOf(config, reader.days)
      .map(({ train }) => train)
      .filter((train) => train[train.length - 1] < fold.train[fold.train.length - 1]);
    const scaling = fitScaling(reader, fold.train, config, reporter(context, this.#named('fit scaling')), earlier);
    if (scaling.unused)
      context.log(
        'warn',
        `${this.#named('left out')}: ${scaling.unused.join(', ')} had no value on the training days${earlier.length > 0 ? ' of this fold or one before it' : ''}`,
        { unused: scaling.unused },
      );
    reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
    context.log(
      'info',
      `${this.#named('split')}: ${fold.train.length} train, ${fold.valid.length} validation, ${fold.test.length} test days`,
      { scalerDays: scaling.days, scalerRows: scaling.rows },
    );
    const engine = await engineFor();
    return (await unlessCancelled(this.#phases({ scaling, engine }))) ?? 'stopped';
  }

  /** Of something that there is one of in each fold. */
  #named(name: string): string {
    return nameInFold(this.#options.number, name);
  }

  #finished(name: string): PhaseResult | undefined {
    return this.#progress.phases.find((result) => result.phase === name && result.outcome === 'finished');
  }

  /** Everything that a stop may cut short. @throws cancelled where it did */
  async #phases({ scaling, engine }: Omit<PhaseGround, 'parent'>): Promise<TrainResult['outcome']> {
    const { phases, context } = this.#options;
    const [{ config: first }] = phases;
    let parent = await this.#firstParent(scaling, engine, first);
    await this.#baseline(first);
    for (const [index, { name, config }] of phases.entries()) {
      const result = this.#finished(name) ?? (await this.#phase(index, name, config, { scaling, engine, parent }));
      if (result.outcome !== 'finished') return result.outcome;
      if (result.checkpoint)
        parent = { checkpoint: await readCheckpoint(result.checkpoint, context.log), rankIc: bestOf(result) };
    }
    return 'finished';
  }

  /** First days that the weights of the fold may not know of: by training, and by choice. */
  get #heldOut(): { valid: string; test: string } {
    const { fold, reader } = this.#options;
    return { valid: fromEpochDay(reader.days[fold.valid[0]]), test: fromEpochDay(reader.days[fold.test[0]]) };
  }

  /** The checkpoint that the run starts from, with its RankIC on this run's validation days. */
  async #firstParent(
    scaling: FittedScaling,
    engine: Engine,
    { train }: Config,
  ): Promise<{ checkpoint: Checkpoint; rankIc: number | null } | undefined> {
    const { spec, fold, reader, loader, context } = this.#options;
    if (!spec.parent) return undefined;
    const checkpoint = await readCheckpoint(spec.parent, context.log);
    requireNoForesight(spec.parent, checkpoint.manifest, this.#heldOut);
    requireSameInputs(spec.parent, checkpoint.manifest, {
      features: reader.featureNames,
      horizons: reader.manifest.horizons,
    });
    const { config, shape } = checkpoint.manifest;
    const predictor = await ModelPredictor.create(engine, config.model, shape, checkpoint.layout, scaling.targetScale);
    try {
      await predictor.use(checkpoint.state.weights);
      const set = await predictDays(predictor.predict, {
        ...limitsOf(train),
        loader,
        days: fold.valid,
        sequenceLength: config.model.sequence_length,
        quantiles: config.model.quantiles,
        onBatch: batchReporter(context, this.#named('parent validation')),
      });
      const { rankIc } = await partMetrics(
        set,
        train.horizon_weights,
        train.min_nodes_per_day,
        shareReporter(context, this.#named('parent validation metrics')),
      );
      return { checkpoint, rankIc };
    } finally {
      await predictor.dispose();
    }
  }

  async #baseline(config: Config): Promise<void> {
    const { loader, fold, context } = this.#options;
    const name = this.#named('ridge');
    if (this.#progress.predictions[name]) return;
    const { model, train } = config;
    const set = await ridgePredictions(loader, fold, model.sequence_length, {
      ...limitsOf(train),
      onBatch: batchReporter(context, this.#named('ridge baseline')),
    });
    const folder = join(this.#folder, 'predictions', 'ridge');
    await writePredictions(folder, set);
    this.#progress.predictions[name] = folder;
    writeProgress(this.#folder, this.#progress);
  }

  async #phase(
    index: number,
    name: string,
    config: Config,
    { scaling, engine, parent }: PhaseGround,
  ): Promise<PhaseResult> {
    const { spec, fold, reader, loader, context } = this.#options;
    const folder = join(spec.folder, name);
    mkdirSync(folder, { recursive: true });
    const result = await trainPhase({
      run: spec.run,
      phase: name,
      config,
      folder,
      reader,
      loader,
      fold,
      scaling,
      engine,
      parent: parent?.checkpoint,
      parentRankIc: parent?.rankIc ?? null,
      resume: spec.resume ?? false,
      hashes: { data: reader.manifest.dataHash, panel: reader.manifest.key, config: configHash(config) },
      context,
    });
    if (result.outcome === 'finished') await this.#closePhase(index, config, result, { scaling, engine });
    this.#progress.phases = [...this.#others(name), result];
    writeProgress(this.#folder, this.#progress);
    // Last of all: until the phase is on record as finished, this is what it would go on from.
    if (result.outcome === 'finished' && !spec.keepLast) rmSync(join(folder, 'last'), { recursive: true, force: true });
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
    { scaling, engine }: Omit<PhaseGround, 'parent'>,
  ): Promise<void> {
    const { spec, fold, loader, context } = this.#options;
    if (result.verdict === 'carried_parent')
      context.log('warn', `${result.phase} did not beat its parent on validation; the parent is carried on`, {
        rankIc: bestOf(result),
        parentRankIc: result.parentRankIc,
      });
    const own = join(spec.folder, result.phase, 'best');
    if (!existsSync(own)) throw new AppError('model/not-a-checkpoint', { folder: own });
    context.progress({ stage: `${result.phase} test`, done: 0, total: 0 });
    const checkpoint = await readCheckpoint(own);
    requireNoForesight(own, checkpoint.manifest, this.#heldOut);
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
        loader,
        days: fold.test,
        sequenceLength: config.model.sequence_length,
        quantiles: config.model.quantiles,
        onBatch: batchReporter(context, `${result.phase} test`),
      });
      const target = join(this.#folder, 'predictions', partsOfName(result.phase).name);
      await writePredictions(target, set);
      this.#progress.predictions[result.phase] = target;
      const steps = evaluationSteps(set, { minNodes: config.train.min_nodes_per_day, seed: config.seed });
      test = await runWithPauses(steps, shareReporter(context, `${result.phase} evaluation`));
    } finally {
      await predictor.dispose();
    }
    const number = phaseNumber(result.phase, config, index);
    const all = [...this.#others(result.phase), result];
    writePhaseFiles(this.#folder, { number, best: own, test, all }, spec.run);
  }
}

/** Its place in the whole plan, whatever part of the plan this run trains; a phase outside the plan goes by its place in the run. */
function phaseNumber(phase: string, { train }: Config, index: number): number {
  const place = train.phases.indexOf(partsOfName(phase).name);
  return place < 0 ? index : place;
}

/** Validation RankIC of what goes on from a phase. */
function bestOf({ verdict, validation, parentRankIc }: PhaseResult): number | null {
  return verdict === 'carried_parent' ? parentRankIc : (validation?.rankIc ?? null);
}
