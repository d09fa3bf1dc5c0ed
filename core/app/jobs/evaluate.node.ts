// Owns the job that evaluates a checkpoint on the days of its dataset that it knows nothing of, as after it was imported.
import { fromEpochDay, toEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import { PanelReader, verifyPanel } from '../../features/panel.node.ts';
import { chooseEngine } from '../../runtime/engines.node.ts';
import { BatchLoader } from '../../train/batch-loader.node.ts';
import { readCheckpoint, requireSameInputs } from '../../train/checkpoint.node.ts';
import { firstFoldOf } from '../../train/fold.ts';
import { limitsOf, ModelPredictor, predictDays, samplerFor } from '../../train/predict.node.ts';
import { batchReporter, percent, reporter, unlessCancelled, whileWaiting } from '../../train/reporting.ts';
import { writeEvaluation } from '../evaluation-file.node.ts';
import { featuresBody, type FeaturesResult, type FeaturesSpec } from './features.node.ts';

export interface EvaluateSpec {
  task: 'evaluate';
  features: FeaturesSpec;
  /** Absolute folders of the checkpoint, and of the evaluation to write. */
  checkpoint: string;
  folder: string;
  /** "phase2_gat" */
  label: string;
  engine: { engine: Parameters<typeof chooseEngine>[0]; threads: number };
}

export interface EvaluateResult {
  features: FeaturesResult;
}

/** @throws data/no-unseen-days, data/too-few-stocks, model/foreign-checkpoint, model/damaged-checkpoint */
export async function evaluateBody(spec: EvaluateSpec, context: WorkerContext): Promise<EvaluateResult | undefined> {
  const features = await featuresBody(spec.features, context);
  const report = reporter(context, 'verify panel');
  await verifyPanel(spec.features.panel, (done, total) => report(percent(done / total), 100));
  const reader = PanelReader.open(spec.features.panel);
  try {
    const done = await unlessCancelled(evaluateOn(reader, spec, context));
    return done ? { features } : undefined;
  } finally {
    reader.close();
  }
}

async function evaluateOn(reader: PanelReader, spec: EvaluateSpec, context: WorkerContext): Promise<true> {
  const { manifest, layout, state } = await readCheckpoint(spec.checkpoint, context.log);
  const { config, shape, scaling, lineage, progress } = manifest;
  requireSameInputs(spec.checkpoint, manifest, {
    features: reader.featureNames,
    horizons: reader.manifest.horizons,
  });
  const seen = Math.max(
    toEpochDay(lineage.trainedThrough),
    toEpochDay(lineage.chosenThrough),
    judgedThrough(reader, spec.features.universe),
  );
  const days = Int32Array.from([...reader.days.keys()].filter((day) => reader.days[day] > seen));
  if (days.length === 0)
    throw new AppError('data/no-unseen-days', {
      through: fromEpochDay(seen),
      last: fromEpochDay(reader.days[reader.days.length - 1]),
    });
  const limits = { ...limitsOf(config.train), maxBatchSize: progress.maxBatchSize };
  const sequenceLength = config.model.sequence_length;
  if (samplerFor({ ...limits, reader, days, sequenceLength }, 0).batches === 0)
    throw new AppError('data/too-few-stocks', {
      part: 'test',
      least: limits.minNodesPerDay,
      history: sequenceLength,
    });
  reader.useScaling({ center: Float32Array.from(scaling.center), scale: Float32Array.from(scaling.scale) });
  const choosing = chooseEngine(spec.engine.engine, (level, message) => context.log(level, message), {
    threads: spec.engine.threads,
  });
  const engine = await whileWaiting(context, 'engine', choosing);
  const predictor = await ModelPredictor.create(engine, config.model, shape, layout, scaling.targetScale);
  const loader = BatchLoader.open(reader, config);
  try {
    await predictor.use(state.weights);
    const predictions = await predictDays(predictor.predict, {
      ...limits,
      loader,
      days,
      sequenceLength,
      quantiles: config.model.quantiles,
      onBatch: batchReporter(context, `${spec.label} test`),
    });
    const pause = async (share: number): Promise<void> => {
      context.progress({ stage: 'evaluate', done: percent(share), total: 100, detail: spec.label });
      await context.whenRunning();
      if (context.signal.aborted) throw new AppError('cancelled', {});
    };
    const options = { minNodes: config.train.min_nodes_per_day, seed: config.seed };
    await writeEvaluation(spec.folder, predictions, { label: spec.label, kind: 'phase' }, options, undefined, pause);
    return true;
  } finally {
    await loader.close();
    await predictor.dispose();
  }
}

/** Which stocks take part was judged by bars up to the end of a first training: what they did until then was known of them. */
function judgedThrough({ days }: PanelReader, universe: FeaturesSpec['universe']): number {
  return universe ? days[firstFoldOf(universe.split, days).train.at(-1)!] : Number.NEGATIVE_INFINITY;
}

/** Where it is kept, with forward slashes: apart from those that the run writes of its phases, and of its other checkpoints. */
export const evaluationFolder = (runFolder: string, label: string, checkpointId: string): string =>
  `${runFolder}/evaluations/${label.replaceAll(/[/ ]/g, '-')}-${checkpointId.slice(-6).toLowerCase()}`;
