// Owns a training run: opens its panel and its engine, and trains its folds one after the other, each on days before its own test.
import { mkdirSync } from 'node:fs';
import { settleFolders } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import type { Config } from '../config/schema.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { WorkerContext } from '../contract/worker.ts';
import { PanelReader, verifyPanel } from '../features/panel.node.ts';
import type { Engine } from '../runtime/executor.ts';
import type { Fold } from '../splits/folds.ts';
import { BatchLoader } from './batch-loader.node.ts';
import { foldOf } from './fold.ts';
import { FoldRun } from './fold-run.node.ts';
import { writeSummary } from './phase-files.node.ts';
import { limitsOf, samplerFor } from './predict.node.ts';
import { percent, reporter, whileWaiting } from './reporting.ts';
import type { TrainResult, TrainSpec } from './spec.ts';

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
  const [{ config: first }] = spec.phases;
  if (spec.shuffleTargets) reader.dealTargets(first.seed);
  const loader = BatchLoader.open(reader, first, first.loader_threads);
  try {
    // What a fold lacks is said before the first of them trains.
    const folds = phasesByFold(spec).map(([number, phases]) => ({
      number,
      phases,
      fold: requireFold(phases[0].config, reader),
    }));
    let opened: Promise<Engine> | undefined;
    const engineOnce = (): Promise<Engine> => (opened ??= whileWaiting(context, 'engine', engineFor(first)));
    const runs: FoldRun[] = [];
    let outcome: TrainResult['outcome'] = 'finished';
    for (const fold of folds) {
      const run = new FoldRun({ ...fold, spec, reader, loader, context });
      runs.push(run);
      outcome = await run.train(engineOnce);
      if (outcome !== 'finished') break;
    }
    const phases = runs.flatMap(({ progress }) => progress.phases);
    const predictions = Object.assign({}, ...runs.map(({ progress }) => progress.predictions)) as Record<
      string,
      string
    >;
    if (folds.length > 1) writeSummary(spec.folder, spec.run, phases);
    const checkpoint = phases.findLast((result) => result.checkpoint)?.checkpoint ?? null;
    return { outcome, phases, checkpoint, engine: (await engineOnce()).name, predictions };
  } finally {
    await loader.close();
    reader.close();
  }
}

function phasesByFold({ phases }: TrainSpec): [number: number | null, phases: TrainSpec['phases']][] {
  const folds = Map.groupBy(phases, ({ name }) => partsOfName(name).fold);
  return [...folds];
}

/** The split, by a first config: all phases of a fold stand on the same days. @throws data/too-few-stocks */
function requireFold(config: Config, reader: PanelReader): Fold {
  const { model, train } = config;
  const fold = foldOf(config, reader.days);
  for (const part of ['train', 'valid', 'test'] as const) {
    const days = fold[part];
    const { batches } = samplerFor({ ...limitsOf(train), reader, days, sequenceLength: model.sequence_length }, 0);
    const { min_nodes_per_day: least } = train;
    if (batches === 0) throw new AppError('data/too-few-stocks', { part, least, history: model.sequence_length });
  }
  return fold;
}
