// Owns the jobs that come after training: trading an evaluation's predictions, and writing the tear sheet.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { backtest, type BacktestOptions, type BacktestResult, visibleBars } from '../../backtest/backtest.ts';
import { stockContributions } from '../../backtest/contributions.ts';
import { type DatedRankIc, rollingRankIc } from '../../backtest/rolling.ts';
import { pointForecasts } from '../../backtest/scores.ts';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import { toEpochDay } from '../../base/clock.ts';
import { nansToNulls, nullsToNaNs } from '../../base/missing.ts';
import type { Config } from '../../config/schema.ts';
import { readStoredConfig } from '../../config/stored.node.ts';
import type { Figures } from '../../contract/entities.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import { loadBars } from '../../data/load.node.ts';
import type { Evaluation } from '../../evaluate/evaluate.ts';
import { PanelReader } from '../../features/panel.node.ts';
import type { SplitPart, TearSheetInput } from '../../report/input.ts';
import { tearSheet } from '../../report/tear-sheet.ts';
import type { Fold } from '../../splits/folds.ts';
import { foldOf, foldParts, foldsOf } from '../../train/fold.ts';
import { readBacktest, writeBacktest } from '../backtest-file.node.ts';
import { readEvaluatedPredictions, readEvaluation } from '../evaluation-file.node.ts';
import { backtestFigures } from '../evaluations.ts';

export interface BacktestSpec {
  task: 'backtest';
  /** Absolute folders: of the dataset version, of the evaluation, and of the result. */
  dataset: string;
  evaluation: string;
  folder: string;
  options: Partial<BacktestOptions>;
}

export interface BacktestJobResult {
  statistics: Figures;
  rule: BacktestOptions['rule'];
  costs: BacktestOptions['costs'];
  fill: BacktestOptions['fill'];
  capital: number;
  /** ISO dates. */
  firstDay: string;
  lastDay: string;
}

export interface ReportSpec {
  task: 'report';
  path: string;
  /** Absolute folders; the backtest where there is one. */
  evaluation: string;
  backtest?: string;
  panel: string;
  sheet: Omit<TearSheetInput, 'evaluation' | 'backtest' | 'split'>;
}

export async function backtestBody(spec: BacktestSpec, context: WorkerContext): Promise<BacktestJobResult> {
  const stages = 3;
  context.progress({ stage: 'backtest', done: 0, total: stages, detail: 'bars' });
  const all = await loadBars(spec.dataset);
  context.progress({ stage: 'backtest', done: 1, total: stages, detail: 'days' });
  const predictions = readEvaluatedPredictions(spec.evaluation);
  const bars = visibleBars({ ...spec.options, bars: all, predictions });
  const result = backtest({ ...spec.options, bars, predictions });
  context.progress({ stage: 'backtest', done: 2, total: stages, detail: 'write' });
  const { rule, costs, fill, capital } = result.options;
  await writeBacktest(
    spec.folder,
    result,
    {
      sectors: all.sectors,
      stocks: stockContributions(result),
      rollingRankIc: rankIcSeries(readEvaluation(spec.evaluation).evaluation, result, bars.days),
    },
    { bars, predictions: pointForecasts(predictions, rule.horizon) },
  );
  context.progress({ stage: 'backtest', done: stages, total: stages });
  const [firstDay, lastDay] = [result.days[0], result.days[result.days.length - 1]];
  return { statistics: backtestFigures(result), rule, costs, fill, capital, firstDay, lastDay };
}

function rankIcSeries({ daily }: Evaluation, { options, days }: BacktestResult, calendar: Int32Array) {
  const { horizon } = options.rule;
  const values = daily.horizons.find((one) => one.horizon === horizon)?.rankIc ?? [];
  const dated: DatedRankIc = {
    days: Int32Array.from(daily.days, toEpochDay),
    values: nullsToNaNs(values),
    horizon,
  };
  const firstDay = calendar.indexOf(toEpochDay(days[0]));
  const rolling = rollingRankIc(dated, calendar, firstDay, days.length);
  return nansToNulls(rolling);
}

export async function reportBody(spec: ReportSpec, context: WorkerContext): Promise<{ path: string }> {
  context.progress({ stage: 'report', done: 0, total: 1 });
  const { evaluation, folds = [] } = readEvaluation(spec.evaluation);
  const config = readStoredConfig(spec.sheet.config, 'the run', context.log);
  const input: TearSheetInput = {
    ...spec.sheet,
    evaluation,
    split: splitsOf(spec.panel, config, folds),
    ...(spec.backtest === undefined ? {} : { backtest: readBacktest(spec.backtest).result }),
  };
  mkdirSync(dirname(spec.path), { recursive: true });
  writeFileAtomic(spec.path, tearSheet(input));
  context.progress({ stage: 'report', done: 1, total: 1 });
  return { path: spec.path };
}

/** The parts of each fold that the evaluation joins, or of the run's only one. */
function splitsOf(panel: string, config: Config, folds: readonly { fold: number }[]): SplitPart[][] {
  const reader = PanelReader.open(panel);
  try {
    if (folds.length === 0) return [splitParts(foldOf(config, reader.days), reader.days)];
    const all = foldsOf(config, reader.days);
    return folds.map(({ fold }) => splitParts(all[fold - 1], reader.days));
  } finally {
    reader.close();
  }
}

const splitParts = (fold: Fold, days: Int32Array): SplitPart[] =>
  foldParts(fold, days).map(({ part, first, last }) => ({ name: part, from: first, to: last }));
