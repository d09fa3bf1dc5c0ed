// Makes the workspace that the interface is measured on: years of runs, a curve of a million points, a market of 2,000 codes by 1,400
// days that was really imported, and a backtest of more than 100,000 trades. By hand: npx node tests/bench/ui-workspace.ts FOLDER
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBacktest } from '../../core/app/backtest-file.node.ts';
import { backtestFigures } from '../../core/app/evaluations.ts';
import { createHost } from '../../core/app/host.node.ts';
import { BACKTEST_DEFAULTS, backtest, visibleBars } from '../../core/backtest/backtest.ts';
import { stockContributions } from '../../core/backtest/contributions.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { Random } from '../../core/base/random.ts';
import type { MetricPoint } from '../../core/contract/entities.ts';
import { syntheticMarket, type SyntheticMarket } from '../../core/data/synthetic.ts';
import type { PredictionSet } from '../../core/evaluate/predictions.ts';
import { openWorkspace, type Workspace } from '../../core/store/workspace.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { fillWorkspace } from './workspace-fixture.ts';

export const SIZE = {
  runs: 500,
  /** Of the runs' curves; those of the long curve come on top. */
  points: 2_000_000,
  curve: 1_000_000,
  stocks: 2_000,
  days: 1_400,
  /** The backtest has more. */
  trades: 100_000,
};
export const MARKET = 'market';
/** The run that has the long curve, and which one it is. */
export const LONG_RUN = 'long-curve';
export const LONG_CURVE = 'loss';

const TRADED_STOCKS = 500;
const TRADED_DAYS = 400;

export async function makeUiWorkspace(folder: string): Promise<void> {
  const { runIds, checkpointIds } = await fillWorkspace(folder, SIZE);
  await importMarket(folder);
  const store = await openWorkspace(folder, { clock: systemClock });
  try {
    await addLongCurve(store, runIds[runIds.length - 1]);
    await addBacktest(store, checkpointIds[checkpointIds.length - 1]);
  } finally {
    await store.close();
  }
}

async function importMarket(workspace: string): Promise<void> {
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  const client = host.connect();
  try {
    const { stocks, days } = SIZE;
    const files = await client.call('datasets.synthesise', { stocks, days, seed: 7 });
    const request = { files: [files.bars], name: MARKET, sectors: files.sectors };
    const { jobId } = await client.call('datasets.import', request);
    const end = await client.call('jobs.wait', { jobId });
    if (end.outcome !== 'finished') throw new Error(`the import ${end.outcome}: ${end.error?.message ?? ''}`);
    for (const file of [files.bars, files.sectors]) rmSync(file);
  } finally {
    client.close();
    await host.close();
  }
}

/** A loss that falls and wobbles, with a spike of one step here and there. */
async function addLongCurve({ runs, metrics }: Workspace, runId: string): Promise<void> {
  const [{ phase }] = await runs.phases(runId);
  const random = new Random(7);
  const batch = 20_000;
  for (let from = 0; from < SIZE.curve; from += batch)
    await metrics.add(
      Array.from({ length: batch }, (_, i): MetricPoint => {
        const step = from + i;
        const spike = step % 99_991 === 99_990 ? 3 : 0;
        const value = Math.exp(-step / 200_000) + 0.05 * random.normal() + spike;
        return { runId, phase, name: LONG_CURVE, step, epoch: Math.floor(step / 10_000), value, time: step };
      }),
    );
  await runs.update(runId, { name: LONG_RUN });
}

/** Traded by the product's own engine on forecasts that are noise. */
async function addBacktest({ folder, datasets, backtests }: Workspace, checkpointId: string): Promise<void> {
  const market = syntheticMarket({ stocks: TRADED_STOCKS, days: TRADED_DAYS, seed: 7 });
  const predictions = noise(market);
  const bars = visibleBars({ bars: market.bars, predictions });
  const result = backtest({ bars, predictions, draws: 50 });
  if (result.trades.day.length < SIZE.trades) throw new Error(`only ${result.trades.day.length} trades`);
  const path = `backtests/${checkpointId}`;
  const { rule, costs } = result.options;
  const about = { sectors: market.bars.sectors, stocks: stockContributions(result), rollingRankIc: [] };
  await writeBacktest(join(folder, path), result, about, { bars, predictions });
  const dataset = await datasets.byName(MARKET);
  const [version] = dataset ? await datasets.versions(dataset.id) : [];
  if (!version) throw new Error(`${MARKET} was not imported`);
  await backtests.add({
    checkpointId,
    datasetVersionId: version.id,
    rule: { ...rule },
    costs: { ...costs },
    statistics: backtestFigures(result),
    trials: 1,
    firstDay: result.days[0],
    lastDay: result.days[result.days.length - 1],
    folder: path,
    reportPath: null,
  });
}

/** A forecast of every bar, after those that trailing figures need. */
function noise({ bars }: SyntheticMarket): PredictionSet {
  const random = new Random(11);
  const first = 30;
  const days = bars.days.subarray(first);
  const dayOffsets = new Int32Array(days.length + 1);
  const byDay: number[][] = Array.from(days, () => []);
  for (let code = 0; code < bars.codes.length; code++)
    for (let row = bars.offsets[code]; row < bars.offsets[code + 1]; row++)
      if (bars.dayIndex[row] >= first) byDay[bars.dayIndex[row] - first].push(code);
  for (const [day, codes] of byDay.entries()) dayOffsets[day + 1] = dayOffsets[day] + codes.length;
  const stock = Int32Array.from(byDay.flat());
  return {
    days,
    dayOffsets,
    stock,
    codes: bars.codes,
    horizons: [BACKTEST_DEFAULTS.rule.horizon as PredictionSet['horizons'][number]],
    quantiles: [0.5],
    predicted: Float32Array.from(stock, () => random.normal()),
    realised: new Float32Array(stock.length).fill(Number.NaN),
  };
}

if (process.argv[1] === import.meta.filename)
  await makeUiWorkspace(process.argv[2] ?? mkdtempSync(join(tmpdir(), 'phasor-ui-')));
