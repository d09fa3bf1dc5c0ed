// Owns comparing checkpoints: metrics side by side, paired tests against the first, and where their configs differ.
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Evaluation, Interval } from '../contract/entities.ts';
import type { Comparison } from '../contract/views.ts';
import { type ComparableMetric, comparePaired } from '../evaluate/compare.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { readEvaluatedPredictions } from './evaluation-file.node.ts';
import { present, requireCheckpoint } from './lookup.node.ts';

const METRICS: readonly ComparableMetric[] = ['rankIc', 'ic', 'rankIcir', 'icir', 'hitRate', 'spread'];

interface Side {
  id: string;
  label: string;
  run: string;
  phase: string;
  config: unknown;
  evaluation: Evaluation | undefined;
  predictions: PredictionSet | undefined;
}

/** @throws state/not-found; data/damaged-predictions */
export async function compareCheckpoints(store: WorkspaceReader, references: readonly string[]): Promise<Comparison> {
  const sides: Side[] = [];
  for (const reference of references) sides.push(await load(store, reference));
  const [first, ...others] = sides;
  const horizons = [
    ...new Set(sides.flatMap(({ evaluation }) => evaluation?.horizons.map(({ horizon }) => horizon) ?? [])),
  ];
  const rows = METRICS.flatMap((metric) =>
    (['overall', ...horizons.sort((a, b) => a - b)] as const).map((horizon) => ({
      metric,
      horizon,
      cells: sides.map(({ evaluation }) => cell(evaluation, metric, horizon)),
      differences: [null, ...others.map((other) => paired(other, first, metric, horizon))],
    })),
  );
  const unevaluated = sides
    .filter(({ evaluation }) => !evaluation)
    .map(({ label }) => `${label} was not evaluated yet.`);
  return {
    checkpoints: sides.map(({ id, label, run, phase }) => ({ id, label, run, phase })),
    rows: rows.filter(({ cells }) => cells.some((value) => value !== null)),
    config: configDifferences(sides.map(({ config }) => config)),
    warnings: unevaluated,
  };
}

async function load(store: WorkspaceReader, reference: string): Promise<Side> {
  const checkpoint = await requireCheckpoint(store, reference);
  const run = present(await store.runs.get(checkpoint.runId), 'run', checkpoint.runId);
  const phase = await store.runs.phase(checkpoint.phaseRunId);
  const [evaluation] = await store.evaluations.list({ checkpointId: checkpoint.id, split: 'test', limit: 1 });
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

function cell(evaluation: Evaluation | undefined, metric: string, horizon: number | 'overall'): Interval | null {
  const metrics =
    horizon === 'overall'
      ? evaluation?.overall
      : evaluation?.horizons.find((candidate) => candidate.horizon === horizon)?.metrics;
  return metrics?.[metric] ?? null;
}

function paired(
  side: Side,
  first: Side,
  metric: ComparableMetric,
  horizon: number | 'overall',
): Comparison['rows'][number]['differences'][number] {
  if (!side.predictions || !first.predictions) return null;
  const has = ({ horizons }: PredictionSet) => horizon === 'overall' || horizons.some((known) => known === horizon);
  if (!has(side.predictions) || !has(first.predictions)) return null;
  const { difference, pValue, days } = comparePaired(side.predictions, first.predictions, metric, { horizon });
  const { value, low, high } = difference;
  return { difference: { value, low, high }, pValue, days };
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
