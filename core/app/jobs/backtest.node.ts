// Owns the jobs that come after training: trading an evaluation's predictions, and writing the tear sheet.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backtest, type BacktestOptions, type BacktestResult } from '../../backtest/backtest.ts';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { configFromYaml } from '../../config/compose.ts';
import type { Figures } from '../../contract/entities.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import { loadBars } from '../../data/load.node.ts';
import { PanelReader } from '../../features/panel.node.ts';
import type { SplitPart, TearSheetInput } from '../../report/input.ts';
import { tearSheet } from '../../report/tear-sheet.ts';
import { foldOf } from '../../train/fold.ts';
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

const FILE = 'backtest.json';

export async function backtestBody(spec: BacktestSpec, context: WorkerContext): Promise<BacktestJobResult> {
  const stages = 3;
  context.progress({ stage: 'backtest', done: 0, total: stages, detail: 'bars' });
  const bars = await loadBars(spec.dataset);
  context.progress({ stage: 'backtest', done: 1, total: stages, detail: 'days' });
  const result = backtest({ ...spec.options, bars, predictions: readEvaluatedPredictions(spec.evaluation) });
  context.progress({ stage: 'backtest', done: 2, total: stages, detail: 'write' });
  mkdirSync(spec.folder, { recursive: true });
  writeFileAtomic(join(spec.folder, FILE), JSON.stringify(result));
  context.progress({ stage: 'backtest', done: stages, total: stages });
  const { rule, costs, fill, capital } = result.options;
  const [firstDay, lastDay] = [result.days[0], result.days[result.days.length - 1]];
  return { statistics: backtestFigures(result), rule, costs, fill, capital, firstDay, lastDay };
}

function readBacktest(folder: string): BacktestResult {
  const path = join(folder, FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BacktestResult;
  } catch (cause) {
    throw new AppError('data/damaged-array', { file: path }, cause);
  }
}

export async function reportBody(spec: ReportSpec, context: WorkerContext): Promise<{ path: string }> {
  context.progress({ stage: 'report', done: 0, total: 1 });
  const { evaluation } = readEvaluation(spec.evaluation);
  const input: TearSheetInput = {
    ...spec.sheet,
    evaluation,
    split: splitParts(spec.panel, spec.sheet.config),
    ...(spec.backtest === undefined ? {} : { backtest: readBacktest(spec.backtest) }),
  };
  mkdirSync(dirname(spec.path), { recursive: true });
  writeFileAtomic(spec.path, tearSheet(input));
  context.progress({ stage: 'report', done: 1, total: 1 });
  return { path: spec.path };
}

/** The parts of the run's fold, with the gaps between them. */
function splitParts(panel: string, configText: string): SplitPart[] {
  const reader = PanelReader.open(panel);
  try {
    const fold = foldOf(configFromYaml(configText, 'the run'), reader.days);
    const dayAt = (index: number) => fromEpochDay(reader.days[index]);
    const parts: SplitPart[] = [];
    let next: number | undefined;
    for (const name of ['train', 'valid', 'test'] as const) {
      const [first, last] = [fold[name][0], fold[name][fold[name].length - 1]];
      if (first === undefined) continue;
      if (next !== undefined && first > next) parts.push({ name: 'embargo', from: dayAt(next), to: dayAt(first - 1) });
      parts.push({ name, from: dayAt(first), to: dayAt(last) });
      next = last + 1;
    }
    return parts;
  } finally {
    reader.close();
  }
}
