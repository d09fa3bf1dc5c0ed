// Owns a workspace as it looks after years of use: hundreds of runs with their phases, checkpoints, evaluations, backtests, jobs,
// history and curves, all made up and seeded. Its records have no files. By hand: npx node tests/bench/workspace-fixture.ts FOLDER [RUNS] [POINTS]
import { join } from 'node:path';
import { Random } from '../../core/base/random.ts';
import { composePhase, configToYaml } from '../../core/config/compose.ts';
import { loadConfig } from '../../core/config/load.node.ts';
import type { DatasetVersion, Interval, MetricPoint, RunStatus } from '../../core/contract/entities.ts';
import { newId } from '../../core/contract/id.ts';
import { openWorkspace, type Writers } from '../../core/store/workspace.node.ts';

export interface FixtureSize {
  runs: number;
  /** Of all curves of all runs together. */
  points: number;
}
export interface FilledWorkspace {
  runIds: string[];
  checkpointIds: string[];
  points: number;
}

const CONFIGS = join(import.meta.dirname, '../../configs');
const FIRST_DAY = Date.parse('2023-01-02T08:00:00Z');
const HOUR = 3_600_000;
const HORIZONS = [1, 2, 3, 5, 10];
const MARKETS = ['topix', 'sp500', 'nasdaq'];
const STATUSES: readonly RunStatus[] = [
  'finished',
  'finished',
  'finished',
  'finished',
  'stopped',
  'failed',
  'interrupted',
];
const TAGS = ['baseline', 'wide', 'short-history', 'keep', 'walk-forward'];
const MODULES = ['encoder', 'attention', 'fan', 'san', 'gat', 'heads'];
const CURVES = [
  ...['loss', 'pinball', 'mse', 'rank_ic', 'ic', 'sharpe', 'learning_rate', 'gradient_norm', 'spread'],
  ...MODULES.map((module) => `gradient_norm.${module}`),
  ...['stocks_per_second', 'valid.rankIc', 'valid.ic', 'train.loss'],
];

/** Fills `folder`, which must hold no workspace yet. Equal sizes give equal contents, but for ids. */
export async function fillWorkspace(folder: string, { runs, points }: FixtureSize): Promise<FilledWorkspace> {
  const clock = { time: FIRST_DAY, now: () => (clock.time += 1) };
  const store = await openWorkspace(folder, { clock });
  try {
    const random = new Random(7);
    const sources = loadConfig(CONFIGS);
    const names = sources.config.train.phases;
    const config = configToYaml(sources.config);
    const phases = names.map((phase) => ({ phase, config: configToYaml(composePhase(sources, phase)) }));
    const versions: DatasetVersion[] = [];
    for (const market of MARKETS) versions.push(await addDataset(store, market));
    const filled: FilledWorkspace = { runIds: [], checkpointIds: [], points: 0 };
    for (let index = 0; index < runs; index++) {
      clock.time += HOUR;
      const share = Math.round((points * (index + 1)) / runs) - filled.points;
      const version = versions[index % versions.length];
      const made = await store.transaction((writers) =>
        addRun(writers, { index, version, config, phases, points: share, random, now: clock.time }),
      );
      filled.runIds.push(made.runId);
      filled.checkpointIds.push(...made.checkpointIds);
      filled.points += made.points;
    }
    return filled;
  } finally {
    await store.close();
  }
}

async function addDataset({ datasets }: Writers, name: string): Promise<DatasetVersion> {
  const { id } = await datasets.ensure(name);
  return await datasets.addVersion(id, {
    folder: `datasets/${name}/v1`,
    contentHash: `made-up-${name}`,
    rows: 2_800_000,
    stocks: 2_000,
    days: 1_400,
    firstDay: '2018-01-04',
    lastDay: '2023-12-29',
    synthetic: true,
    sources: [{ path: `${name}.csv`, bytes: 140_000_000, hash: name }],
    columns: { close: 'close', code: 'code', date: 'date' },
    repairs: [],
  });
}

interface RunPlan {
  index: number;
  version: DatasetVersion;
  config: string;
  phases: readonly { phase: string; config: string }[];
  points: number;
  random: Random;
  now: number;
}

async function addRun(
  writers: Writers,
  plan: RunPlan,
): Promise<{ runId: string; checkpointIds: string[]; points: number }> {
  const { index, version, config, phases, points, random, now } = plan;
  const { runs, jobs, events, metrics } = writers;
  const id = newId({ now: () => now });
  const status = STATUSES[index % STATUSES.length];
  const lineage = {
    data: version.contentHash,
    features: 'all',
    panel: 'panel',
    code: '0.1.0',
    parentCheckpointId: null,
  };
  const tags = TAGS.filter(() => random.uniform() < 0.2);
  const name = `${MARKETS[index % MARKETS.length]}-${String(index + 1).padStart(4, '0')}`;
  const phaseNames = phases.map(({ phase }) => phase);
  const common = { datasetVersionId: version.id, panelId: null, engine: 'onnx-cpu', seed: index };
  await runs.create(
    {
      ...common,
      name,
      config,
      configHash: `c${index}`,
      phases: phaseNames,
      folder: `runs/${id}`,
      lineage,
      tags,
      notes: '',
    },
    id,
  );
  await runs.setStatus(id, 'running');
  await runs.update(id, { star: random.uniform() < 0.1, summary: figures(random) });
  const checkpointIds: string[] = [];
  for (const [position, { phase, config: text }] of phases.entries())
    checkpointIds.push(await addPhase(writers, { id, phase, position, config: text, version, status, random }));
  await addEvaluation(writers, { runId: id, checkpointId: null, label: 'ridge', version, random });
  const rows = curves(id, phaseNames, points, now);
  for (let from = 0; from < rows.length; from += 20_000) await metrics.add(rows.slice(from, from + 20_000));
  await runs.setStatus(id, status);
  const job = await jobs.create({ kind: 'train', spec: { task: 'train', config }, runId: id });
  await jobs.setStatus(job.id, 'running');
  await jobs.setStatus(job.id, status);
  for (const kind of ['run.started', `run.${status}`])
    await events.add({ level: 'info', kind, subjectId: id, message: `${name}: ${kind}`, data: {} });
  return { runId: id, checkpointIds, points: rows.length };
}

async function addPhase(
  writers: Writers,
  about: {
    id: string;
    phase: string;
    position: number;
    config: string;
    version: DatasetVersion;
    status: RunStatus;
    random: Random;
  },
): Promise<string> {
  const { id, phase, position, config, version, status, random } = about;
  const { runs, checkpoints, backtests } = writers;
  const { id: phaseRunId } = await runs.addPhase({
    runId: id,
    phase,
    position,
    config,
    configHash: `${id}-${position}`,
    parentCheckpointId: null,
  });
  await runs.setPhaseStatus(phaseRunId, 'running');
  const folder = `runs/${id}/${phase}/best`;
  const checkpoint = await checkpoints.add({
    runId: id,
    phaseRunId,
    phase,
    kind: 'best',
    epoch: 5,
    step: 4_000,
    folder,
    contentHash: `${id}-${phase}`,
    bytes: 1_800_000,
    metrics: figures(random),
  });
  const done = { bestCheckpointId: checkpoint.id, bestEpoch: 4, epochs: 8, metrics: figures(random) };
  await runs.updatePhase(phaseRunId, { ...done, verdict: position === 0 ? null : 'improved' });
  await runs.setPhaseStatus(phaseRunId, status);
  await addEvaluation(writers, { runId: id, checkpointId: checkpoint.id, label: phase, version, random });
  if (position === 4)
    await backtests.add({
      checkpointId: checkpoint.id,
      datasetVersionId: version.id,
      rule: { kind: 'long-short', horizon: 5, groups: 10 },
      costs: { commission: 1, halfSpread: 2, impact: 0.1, borrow: 30 },
      statistics: { ...figures(random), max_drawdown: -0.12, turnover: 0.4, trades: 120_000 },
      trials: 1,
      firstDay: '2022-12-01',
      lastDay: '2023-12-29',
      folder: `backtests/${checkpoint.id}`,
      reportPath: null,
    });
  return checkpoint.id;
}

const figures = (random: Random) => ({
  rank_ic: 0.02 + 0.02 * random.normal(),
  ic: 0.018 + 0.02 * random.normal(),
  rank_icir: 0.2 + 0.2 * random.normal(),
  sharpe: 0.6 + random.normal(),
});

async function addEvaluation(
  { evaluations }: Writers,
  about: { runId: string; checkpointId: string | null; label: string; version: DatasetVersion; random: Random },
): Promise<void> {
  const { runId, checkpointId, label, version, random } = about;
  const interval = (): Interval => {
    const value = 0.02 + 0.01 * random.normal();
    return { value, low: value - 0.015, high: value + 0.015 };
  };
  const all = () => ({
    ic: interval(),
    rankIc: interval(),
    icir: interval(),
    rankIcir: interval(),
    hitRate: interval(),
  });
  await evaluations.add({
    runId,
    checkpointId,
    datasetVersionId: version.id,
    label,
    split: 'test',
    firstDay: '2022-12-01',
    lastDay: '2023-12-29',
    overall: all(),
    horizons: HORIZONS.map((horizon) => ({ horizon, days: 260, metrics: all() })),
    folder: null,
  });
}

/** Curves that fall and wobble, as many steps of each as make up `points`. */
function curves(runId: string, phases: readonly string[], points: number, now: number): MetricPoint[] {
  const rows: MetricPoint[] = [];
  const series = phases.flatMap((phase) => CURVES.map((name) => ({ phase, name })));
  for (let step = 0; rows.length < points; step++)
    for (const [offset, { phase, name }] of series.entries()) {
      if (rows.length === points) break;
      const value = Math.exp(-step / 200) + 0.1 * Math.sin(step * 0.7 + offset);
      rows.push({ runId, phase, name, step, epoch: Math.floor(step / 100), value, time: now + step });
    }
  return rows;
}

if (process.argv[1] === import.meta.filename) {
  const [folder, runs = '500', points = '2000000'] = process.argv.slice(2);
  const filled = await fillWorkspace(folder, { runs: Number(runs), points: Number(points) });
  process.stdout.write(`${folder}: ${filled.runIds.length} runs, ${filled.points} points\n`);
}
