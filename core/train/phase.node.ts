// Owns one phase: epochs of day batches, validation, early stopping, checkpoints, and what to do when a step goes wrong.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { Config } from '../config/schema.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { WorkerContext } from '../contract/worker.ts';
import type { PanelBatch } from '../features/panel.ts';
import type { PanelReader } from '../features/panel.node.ts';
import type { ModelShape } from '../models/atft-gat-fan.ts';
import { layoutOf, type StepOptions, traceStep } from '../models/trace.ts';
import { ADAMW_DEFAULTS } from '../nn/optimiser.ts';
import { streamKey } from '../nn/parameters.ts';
import { learningRateAt } from '../nn/schedule.ts';
import type { Engine } from '../runtime/executor.ts';
import type { Fold } from '../splits/folds.ts';
import type { DaySampler } from '../splits/sampler.ts';
import { type BatchSource, batchFeeds, epochRequests } from './batch-feeds.node.ts';
import type { BatchLoader } from './batch-loader.node.ts';
import { type Checkpoint, readCheckpoint, requireSameInputs, writeCheckpoint } from './checkpoint.node.ts';
import { knownDays } from './fold.ts';
import { Pace, StallWatch, StepMonitor } from './monitors.ts';
import { partMetrics } from './part-metrics.ts';
import { freshProgress, resumedProgress } from './phase-progress.node.ts';
import { ModelPredictor, predictDays, samplerFor } from './predict.node.ts';
import { daysAtATime, memoryBudget, planBatches, requireDisk } from './preflight.node.ts';
import { REPORT_MS, unlessCancelled } from './reporting.ts';
import { relativePath } from './run-progress.node.ts';
import type { FittedScaling } from './scaling.node.ts';
import type { Alarm, PartMetrics, PhaseResult, Verdict } from './spec.ts';
import { namedLosses, Stepper } from './stepper.ts';

export interface PhaseOptions {
  run: string;
  /** In a walk forward with its fold: "fold2/phase2_gat". */
  phase: string;
  config: Config;
  /** Folder that gets best/ and last/. */
  folder: string;
  reader: PanelReader;
  /** Reads batches ahead with the reader's terms. */
  loader: BatchLoader;
  fold: Fold;
  scaling: FittedScaling;
  engine: Engine;
  parent: Checkpoint | undefined;
  parentRankIc: number | null;
  resume: boolean;
  hashes: { data: string; panel: string; config: string };
  context: WorkerContext;
  clock?: Clock;
}

/** Trains one phase, or goes on with it. */
export async function trainPhase(options: PhaseOptions): Promise<PhaseResult> {
  const phase = new Phase(options);
  await phase.prepare();
  try {
    return await phase.run();
  } finally {
    await phase.dispose();
  }
}

class Phase {
  readonly #options: PhaseOptions;
  readonly #clock: Clock;
  readonly #started: number;
  /** Of day order, dropout and augmentation: no phase repeats another's, and a fold draws what it would draw as a run of its own. */
  readonly #seed: number;
  #progress = freshProgress();
  #stepper!: Stepper;
  #predictor!: ModelPredictor;
  #monitor!: StepMonitor;
  #watch!: StallWatch;
  readonly #pace = new Pace();
  #sampler!: DaySampler;
  #source!: BatchSource;
  #maxBatchSize = 0;
  #accumulation = 1;
  #carried = 0;
  #fresh = 0;
  /** Seconds that the phase had taken before it was interrupted. */
  #secondsBefore = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #savedAt: number;

  constructor(options: PhaseOptions) {
    this.#options = options;
    this.#seed = new Random(options.config.seed, streamKey(partsOfName(options.phase).name)).uint32();
    this.#clock = options.clock ?? systemClock;
    this.#started = this.#clock.now();
    this.#savedAt = this.#started;
  }

  get #shape(): ModelShape {
    const { manifest } = this.#options.reader;
    return { features: manifest.features.length, horizons: manifest.horizons.length, neighbours: manifest.graph.k };
  }

  #stepOptions(accumulation: number): StepOptions {
    const { train } = this.#options.config;
    return {
      optimiser: { ...ADAMW_DEFAULTS, weightDecay: train.weight_decay, clipNorm: train.clip_norm },
      lossWeights: train.loss,
      horizonWeights: train.horizon_weights,
      accumulation,
    };
  }

  async prepare(): Promise<void> {
    const { config, engine, reader, fold, scaling, parent, folder } = this.#options;
    const { train, model } = config;
    requireDisk(folder, train.guards.min_free_disk_mb);
    await this.#preparing(0);
    const found = await this.#interrupted();
    if (found) {
      this.#progress = resumedProgress(found.manifest);
      // As it was planned then: other batches would make it another run.
      this.#maxBatchSize = found.manifest.progress.maxBatchSize;
      this.#accumulation = found.manifest.progress.accumulation;
      this.#secondsBefore = found.manifest.progress.seconds;
    } else this.#planBatches();
    await this.#preparing(1);
    this.#stepper = await Stepper.create(engine, model, this.#shape, this.#stepOptions(this.#accumulation));
    const { layout } = this.#stepper;
    const weights = layout.initialise(config.seed);
    const carry = parent ? layout.carryOver(weights, parent.layout, parent.state.weights) : undefined;
    this.#carried = carry?.carried.length ?? 0;
    this.#fresh = carry?.fresh.length ?? layout.parameters.length;
    if (found) await this.#stepper.restore(found.state);
    else await this.#stepper.start(weights);
    await this.#preparing(2);
    this.#predictor = await ModelPredictor.create(engine, model, this.#shape, layout, scaling.targetScale);
    this.#monitor = new StepMonitor(this.#stepper.modules, train.guards, found?.manifest.progress.streaks);
    this.#watch = new StallWatch(this.#clock, train.guards.stall_seconds);
    this.#sampler = samplerFor(
      {
        ...this.#limits,
        reader,
        days: fold.train,
        sequenceLength: model.sequence_length,
        daysAtATime: daysAtATime(reader, model.sequence_length),
      },
      this.#seed,
    );
    const { targetScale } = scaling;
    const { noise } = this.#stepper;
    await this.#preparing(3);
    this.#source = { config, sampler: this.#sampler, targetScale, noise, seed: this.#seed };
  }

  /** Says how far it is before each part that holds the thread: batches planned, step compiled, inference compiled. */
  async #preparing(done: number): Promise<void> {
    this.#report({ stage: `${this.#options.phase} preparation`, done, total: 3 });
    await new Promise((resolve) => setTimeout(resolve));
  }

  /** The state that an interrupted phase left. @throws model/foreign-checkpoint when the run has other inputs now */
  async #interrupted(): Promise<Checkpoint | undefined> {
    const { resume, reader } = this.#options;
    const last = join(this.#options.folder, 'last');
    if (!resume || !existsSync(last)) return undefined;
    const found = await readCheckpoint(last);
    requireSameInputs(last, found.manifest, { features: reader.featureNames, horizons: reader.manifest.horizons });
    return found;
  }

  get #limits(): { maxBatchSize: number; minNodesPerDay: number } {
    return { maxBatchSize: this.#maxBatchSize, minNodesPerDay: this.#options.config.train.min_nodes_per_day };
  }

  #planBatches(): void {
    const { config, reader, phase } = this.#options;
    const { train, model } = config;
    const stocks = reader.dayOffsets.reduce(
      (most, offset, day) => Math.max(most, offset - (reader.dayOffsets[day - 1] ?? 0)),
      1,
    );
    const layout = layoutOf(model, this.#shape);
    const plan = planBatches({
      maxBatchSize: train.max_batch_size,
      accumulation: train.accumulation,
      stocks,
      least: train.min_nodes_per_day,
      budget: memoryBudget(train.guards.memory_fraction),
      trace: (accumulation) =>
        Object.values(traceStep(model, this.#shape, layout, this.#stepOptions(accumulation)).outputs),
    });
    this.#maxBatchSize = plan.maxBatchSize;
    this.#accumulation = plan.accumulation;
    if (plan.halved > 0)
      this.#alarm(
        'smaller-batches',
        `batches of ${plan.maxBatchSize} stocks, ${plan.accumulation} to an update, to fit the memory`,
      );
    this.#options.context.log('info', `${phase}: a step needs about ${Math.round(plan.bytes / 1e6)} MB`, {
      maxBatchSize: plan.maxBatchSize,
      accumulation: plan.accumulation,
    });
  }

  #alarm(code: Alarm['code'], detail: string): void {
    const { context, phase } = this.#options;
    const step = this.#stepper?.updates ?? 0;
    this.#progress.alarms.push({ code, phase, step, detail });
    context.log('warn', `${phase}: ${detail}`, { alarm: code, phase, step });
  }

  async run(): Promise<PhaseResult> {
    const { config, context } = this.#options;
    const { max_epochs, patience } = config.train;
    const timer = setInterval(() => this.#checkStall(), 1000);
    try {
      while (this.#progress.epoch < max_epochs) {
        if (this.#progress.epoch - 1 - this.#progress.bestEpoch >= patience) {
          context.log('info', `${this.#options.phase}: no better validation RankIC for ${patience} epochs`);
          break;
        }
        const outcome = await this.#trainEpoch();
        if (outcome !== 'done') return await this.#finish(outcome);
        const validation = await this.#validate();
        if (!validation) return await this.#finish('stopped');
        await this.#endEpoch(validation);
      }
      return await this.#finish('finished');
    } finally {
      clearInterval(timer);
    }
  }

  #checkStall(): void {
    const seconds = this.#watch.check();
    if (seconds !== undefined) this.#alarm('stalled', `no step has ended for ${Math.round(seconds)} s`);
  }

  /** Waits while the host has paused the run. */
  async #rest(): Promise<void> {
    const { context } = this.#options;
    this.#checkStall();
    await this.#watch.rest(() => context.whenRunning());
  }

  /** Steps of the epoch under way, from where it stands. */
  async #trainEpoch(): Promise<'done' | 'stopped' | 'diverged'> {
    const { config, context, phase, loader } = this.#options;
    const progress = this.#progress;
    for await (const batch of loader.batches(epochRequests(this.#source, progress.epoch, progress.batch))) {
      await this.#rest();
      if (context.signal.aborted) {
        await this.#save('last');
        return 'stopped';
      }
      const begun = this.#clock.now();
      const report = await this.#step(batch);
      this.#pace.add(batch.size, (this.#clock.now() - begun) / 1000);
      // The engine holds the thread, so the timer could not look while the step ran.
      this.#checkStall();
      this.#watch.alive();
      if (!report) {
        await this.#save('last');
        return 'diverged';
      }
      for (const warning of this.#monitor.observe(report)) this.#alarm(warning.code, warning.detail);
      report.losses.forEach((loss, i) => {
        progress.lossSums[i] += loss;
      });
      progress.batch++;
      this.#report(
        {
          stage: `${phase} epoch ${progress.epoch + 1}/${config.train.max_epochs}`,
          done: progress.batch,
          total: this.#sampler.batches,
        },
        () => ({
          ...namedLosses(report.losses),
          learning_rate: this.#learningRate(),
          gradient_norm: report.norm,
          spread: report.spread,
          ...this.#pace.take(),
          ...Object.fromEntries(
            this.#stepper.modules.map((module, i) => [`gradient_norm.${module}`, report.moduleNorms[i]]),
          ),
        }),
      );
      await this.#saveWhenDue();
    }
    return 'done';
  }

  async #saveWhenDue(): Promise<void> {
    const minutes = (this.#clock.now() - this.#savedAt) / 60_000;
    if (minutes >= this.#options.config.train.checkpoint_every_minutes) await this.#save('last');
  }

  /** One batch, again at half the learning rate where the loss is not finite. @returns undefined after the last retry */
  async #step(batch: PanelBatch): Promise<Awaited<ReturnType<Stepper['step']>> | undefined> {
    const progress = this.#progress;
    const feeds = batchFeeds(this.#source, batch, progress.epoch, progress.batch);
    for (;;) {
      const report = await this.#stepper.step(feeds, this.#learningRate());
      if (report.finite) return report;
      if (progress.retries >= this.#options.config.train.guards.nonfinite_retries) {
        this.#alarm('non-finite', 'loss not finite again: the phase stops at its last good step');
        return undefined;
      }
      progress.retries++;
      progress.learningRateScale /= 2;
      this.#alarm(
        'non-finite',
        `loss not finite: back to the last good step, learning rate x ${progress.learningRateScale}`,
      );
    }
  }

  #learningRate(): number {
    const { train } = this.#options.config;
    const totalSteps = Math.ceil((this.#sampler.batches * train.max_epochs) / this.#accumulation);
    const rate = learningRateAt(this.#stepper.updates, {
      peak: train.learning_rate,
      floor: train.min_learning_rate,
      warmupSteps: Math.max(1, Math.round(totalSteps * train.warmup_fraction)),
      totalSteps,
    });
    return rate * this.#progress.learningRateScale;
  }

  #report(progress: { stage: string; done: number; total: number }, values?: () => Record<string, number>): void {
    const now = this.#clock.now();
    if (now - this.#reportedAt < REPORT_MS && progress.done < progress.total) return;
    this.#reportedAt = now;
    const { context, phase } = this.#options;
    context.progress(progress);
    if (values) context.metrics({ phase, epoch: this.#progress.epoch, step: this.#stepper.updates, values: values() });
  }

  /** @returns undefined when stopped in the middle; the epoch's steps are saved */
  async #validate(): Promise<PartMetrics | undefined> {
    const { config, loader, fold, context, phase } = this.#options;
    const { model, train } = config;
    await this.#predictor.use(await this.#stepper.weights());
    const predicting = predictDays(this.#predictor.predict, {
      ...this.#limits,
      loader,
      days: fold.valid,
      sequenceLength: model.sequence_length,
      quantiles: model.quantiles,
      onBatch: async (done, total) => {
        this.#report({ stage: `${phase} epoch ${this.#progress.epoch + 1} validation`, done, total });
        await this.#rest();
        if (context.signal.aborted) throw new AppError('cancelled', {});
      },
    });
    const set = await unlessCancelled(predicting);
    if (!set) {
      await this.#save('last');
      return undefined;
    }
    const stage = `${phase} epoch ${this.#progress.epoch + 1} validation metrics`;
    return partMetrics(set, train.horizon_weights, train.min_nodes_per_day, (share) =>
      this.#report({ stage, done: Math.round(100 * share), total: 100 }),
    );
  }

  async #endEpoch(validation: PartMetrics): Promise<void> {
    const { context, phase } = this.#options;
    const progress = this.#progress;
    const losses = namedLosses(progress.lossSums.map((sum) => sum / Math.max(1, progress.batch)));
    const epoch = progress.epoch;
    // Undefined (every prediction alike) is worse than any value, but still an epoch that a phase can end with.
    const rankIc = Number.isNaN(validation.rankIc) ? Number.NEGATIVE_INFINITY : validation.rankIc;
    const better = progress.bestEpoch < 0 || rankIc > progress.bestRankIc;
    if (better) {
      Object.assign(progress, {
        bestRankIc: rankIc,
        bestEpoch: epoch,
        bestMetrics: validation,
        bestLosses: losses,
      });
    }
    progress.epoch++;
    progress.batch = 0;
    progress.lossSums = progress.lossSums.map(() => 0);
    context.metrics({
      phase,
      epoch,
      step: this.#stepper.updates,
      values: {
        ...prefixed('valid.', { ...validation }),
        ...prefixed('train.', losses),
      },
    });
    if (better) await this.#save('best', validation);
    await this.#save('last', validation);
  }

  async #save(kind: 'best' | 'last', metrics: PartMetrics | null = null): Promise<void> {
    const { run, phase, config, folder, reader, fold, scaling, hashes, parent, context } = this.#options;
    const progress = this.#progress;
    requireDisk(this.#options.folder, config.train.guards.min_free_disk_mb);
    this.#report({ stage: `${phase} epoch ${progress.epoch} checkpoint`, done: 0, total: 1 });
    const target = join(folder, kind);
    const values = metrics ? { ...metrics } : {};
    await writeCheckpoint(
      target,
      {
        kind,
        run,
        phase,
        epoch: progress.epoch,
        batch: progress.batch,
        shape: this.#shape,
        parameters: this.#stepper.layout.parameters.map(({ name, shape, initialiser, decay }) => ({
          name,
          shape: [...shape],
          initialiser,
          decay,
        })),
        config,
        features: reader.featureNames,
        horizons: reader.manifest.horizons,
        scaling,
        lineage: {
          ...hashes,
          parent: parent ? relativePath(target, parent.folder) : null,
          ...knownDays(fold, reader.days, parent?.manifest.lineage),
        },
        metrics: values,
        progress: {
          bestRankIc: Number.isFinite(progress.bestRankIc) ? progress.bestRankIc : null,
          bestEpoch: progress.bestEpoch,
          bestMetrics: { ...progress.bestMetrics },
          bestLosses: progress.bestLosses,
          learningRateScale: progress.learningRateScale,
          retries: progress.retries,
          lossSums: progress.lossSums,
          maxBatchSize: this.#maxBatchSize,
          accumulation: this.#accumulation,
          streaks: [...this.#monitor.streaks],
          alarms: progress.alarms,
          seconds: this.#seconds(),
        },
      },
      await this.#stepper.state(),
    );
    this.#savedAt = this.#clock.now();
    context.checkpoint({ phase, kind, folder: target, metrics: values });
  }

  #seconds(): number {
    return this.#secondsBefore + (this.#clock.now() - this.#started) / 1000;
  }

  async #finish(outcome: PhaseResult['outcome']): Promise<PhaseResult> {
    const { parent, parentRankIc, config, folder, phase } = this.#options;
    const { bestRankIc, bestEpoch, bestMetrics, bestLosses, epoch } = this.#progress;
    const verdict = this.#verdict(bestRankIc);
    const best = bestEpoch >= 0 ? join(folder, 'best') : null;
    return {
      phase,
      outcome,
      verdict,
      bestEpoch,
      epochs: epoch,
      steps: this.#stepper.updates,
      seconds: this.#seconds(),
      validation: bestMetrics,
      parentRankIc,
      losses: bestLosses,
      checkpoint:
        verdict === 'carried_parent' || (!best && config.train.carry_parent) ? (parent?.folder ?? best) : best,
      carried: this.#carried,
      fresh: this.#fresh,
      alarms: this.#progress.alarms,
    };
  }

  #verdict(rankIc: number): Verdict {
    const { parentRankIc, config } = this.#options;
    // An undefined figure (no day with one) is nothing to beat.
    if (parentRankIc === null || Number.isNaN(parentRankIc)) return 'first';
    if (rankIc > parentRankIc) return 'improved';
    return config.train.carry_parent ? 'carried_parent' : 'kept_anyway';
  }

  async dispose(): Promise<void> {
    await this.#stepper.dispose();
    await this.#predictor.dispose();
  }
}

const prefixed = (prefix: string, values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
