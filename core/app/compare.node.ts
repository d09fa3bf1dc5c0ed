// Owns comparing checkpoints: metrics side by side, paired tests against the first and of each pair, and where their configs differ.
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'yaml';
import { AppError } from '../base/errors.ts';
import { runWithPauses } from '../base/steps.ts';
import type { Evaluation, Interval } from '../contract/entities.ts';
import type { Comparison, PairedTest } from '../contract/views.ts';
import {
  type ComparableMetric,
  pairedAnswers,
  type PairedComparison,
  type PairedQuestion,
} from '../evaluate/compare.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { readEvaluatedPredictions } from './evaluation-file.node.ts';
import { present, requireCheckpoint } from './lookup.node.ts';
import { testEvaluationOf } from './test-evaluation.node.ts';

const METRICS: readonly ComparableMetric[] = ['rankIc', 'ic', 'rankIcir', 'icir', 'hitRate', 'spread'];
/** Other clients wait so long at most. */
const PAUSE_EVERY_MS = 20;

/** What every pair is held against each other by. */
const OVERALL: PairedQuestion = { metric: 'rankIc', horizon: 'overall' };

interface Side {
  id: string;
  label: string;
  run: string;
  phase: string;
  config: unknown;
  evaluation: Evaluation | undefined;
  predictions: PredictionSet | undefined;
}

/**
 * Gives other work its turn between two steps of a test.
 * @throws state/not-found; data/damaged-predictions; cancelled
 */
export async function compareCheckpoints(
  store: WorkspaceReader,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<Comparison> {
  const sides: Side[] = [];
  for (const reference of references) sides.push(await load(store, reference));
  const horizons = [
    ...new Set(sides.flatMap(({ evaluation }) => evaluation?.horizons.map(({ horizon }) => horizon) ?? [])),
  ].sort((a, b) => a - b);
  const questions = METRICS.flatMap((metric) =>
    (['overall', ...horizons] as const).map((horizon): PairedQuestion => ({ metric, horizon })),
  );
  const pairs = sides.map((): (PairedTest | null)[] => sides.map(() => null));
  const toFirst = new Map<Side, PairedComparison[]>();
  for (const [i, side] of sides.entries())
    for (const [j, other] of sides.entries()) {
      if (i <= j) continue;
      const answers = await answersFor(side, other, j === 0 ? questions : [OVERALL], signal);
      if (j === 0) toFirst.set(side, answers);
      const overall = find(answers, OVERALL);
      pairs[i][j] = overall;
      pairs[j][i] = overall && reversed(overall);
    }
  const rows = questions.map((question) => ({
    ...question,
    cells: sides.map(({ evaluation }) => cell(evaluation, question.metric, question.horizon)),
    differences: sides.map((side) => find(toFirst.get(side) ?? [], question)),
  }));
  const unevaluated = sides
    .filter(({ evaluation }) => !evaluation)
    .map(({ label }) => `${label} was not evaluated yet.`);
  return {
    checkpoints: sides.map(({ id, label, run, phase }) => ({ id, label, run, phase })),
    rows: rows.filter(({ cells }) => cells.some((value) => value !== null)),
    pairs,
    config: configDifferences(sides.map(({ config }) => config)),
    warnings: unevaluated,
  };
}

/** Those of the questions that both sides can answer. */
async function answersFor(
  { predictions: a }: Side,
  { predictions: b }: Side,
  questions: readonly PairedQuestion[],
  signal?: AbortSignal,
): Promise<PairedComparison[]> {
  if (!a || !b) return [];
  const common = a.horizons.filter((horizon) => b.horizons.includes(horizon));
  const asked = questions.filter(({ horizon }) =>
    horizon === 'overall' ? common.length > 0 : common.some((known) => known === horizon),
  );
  const pause = async (): Promise<void> => {
    await nextTurn();
    if (signal?.aborted) throw new AppError('cancelled', {});
  };
  return await runWithPauses(pairedAnswers(a, b, asked), pause, PAUSE_EVERY_MS);
}

function find(answers: readonly PairedComparison[], { metric, horizon }: PairedQuestion): PairedTest | null {
  const answer = answers.find((one) => one.metric === metric && one.horizon === horizon);
  if (!answer) return null;
  const { value, low, high } = answer.difference;
  return { difference: { value, low, high }, pValue: answer.pValue, days: answer.days };
}

function reversed({ difference: { value, low, high }, ...test }: PairedTest): PairedTest {
  const negative = (figure: number | null): number | null => figure && -figure;
  return { ...test, difference: { value: negative(value), low: negative(high), high: negative(low) } };
}

/** @param reference of a checkpoint, or RUN/LABEL of a run's baseline: "sp500-base/ridge" */
async function load(store: WorkspaceReader, reference: string): Promise<Side> {
  const baseline = await baselineOf(store, reference);
  if (baseline) return baseline;
  const checkpoint = await requireCheckpoint(store, reference);
  const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
  const phase = await store.runs.phase(checkpoint.phaseRunId);
  const evaluation = await testEvaluationOf(store, checkpoint);
  return {
    id: checkpoint.id,
    label: `${run.name} ${checkpoint.phase}`,
    run: run.name,
    phase: checkpoint.phase,
    config: parse(phase?.config ?? run.config),
    evaluation,
    predictions: evaluation?.folder ? readEvaluatedPredictions(join(store.folder, evaluation.folder)) : undefined,
  };
}

async function baselineOf(store: WorkspaceReader, reference: string): Promise<Side | undefined> {
  const [, name, wanted] = /^([^/]+)\/([^/]+)$/.exec(reference) ?? [];
  const run = name === undefined ? null : await store.runs.find(name);
  if (!run) return undefined;
  const evaluations = await store.evaluations.list({ runId: run.id, split: 'test' });
  const evaluation = evaluations.find(({ label, checkpointId }) => label === wanted && checkpointId === null);
  if (!evaluation?.folder) return undefined;
  return {
    id: evaluation.id,
    label: `${run.name} ${evaluation.label}`,
    run: run.name,
    phase: evaluation.label,
    config: parse(run.config),
    evaluation,
    predictions: readEvaluatedPredictions(join(store.folder, evaluation.folder)),
  };
}

function cell(evaluation: Evaluation | undefined, metric: string, horizon: number | 'overall'): Interval | null {
  const metrics =
    horizon === 'overall'
      ? evaluation?.overall
      : evaluation?.horizons.find((candidate) => candidate.horizon === horizon)?.metrics;
  return metrics?.[metric] ?? null;
}

/** Keys, dotted, whose values are not the same in all; null where a config lacks the key. */
export function configDifferences(configs: readonly unknown[]): Comparison['config'] {
  const flat = configs.map((config) => new Map(leaves(config)));
  const keys = [...new Set(flat.flatMap((config) => [...config.keys()]))].sort();
  return keys
    .map((key) => ({ key, values: flat.map((config) => config.get(key) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

function leaves(value: unknown, prefix = ''): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[prefix, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === '' ? key : `${prefix}.${key}`));
}
