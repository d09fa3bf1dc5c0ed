// Owns the job that measures every column of a panel: coverage, drift, distribution, RankIC with intervals, correlations.
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { runWithPauses, type Steps } from '../../base/steps.ts';
import type { WorkerContext } from '../../contract/worker.ts';
import { estimate, expectedBlock } from '../../evaluate/bootstrap.ts';
import { mean } from '../../evaluate/statistics.ts';
import { type MeasuredPanel, measurePanel } from '../../features/analysis/measure.ts';
import { type Bounds, writeAnalysis } from '../../features/analysis-files.node.ts';
import { PanelReader } from '../../features/panel.node.ts';

export interface AnalyseSpec {
  task: 'analyse';
  /** Absolute folder of the panel. */
  panel: string;
  /**
   * Share of the days, from the first, that forward returns are looked at on: what a run trains on unless told otherwise. Whoever
   * chooses features by what is found here has seen no day that a model is tested on.
   */
  trainFraction: number;
}

export interface AnalyseResult {
  features: number;
  days: number;
}

/** Enough for a 95 % percentile interval: 12 draws lie beyond each bound. */
const DRAWS = 500;
const SEED = 1;

/** @throws cancelled, data/damaged-panel, data/damaged-array; an earlier analysis stays then */
export async function analyseBody(
  { panel, trainFraction }: AnalyseSpec,
  context: WorkerContext,
): Promise<AnalyseResult> {
  const reader = PanelReader.open(panel);
  try {
    const { manifest } = reader;
    const { days, horizons, key } = manifest;
    const names = reader.featureNames;
    const rankedDays = Math.max(1, Math.floor(days * trainFraction));
    const run = async <T>(stage: string, total: number, steps: Steps<T>): Promise<T> => {
      const pause = async (share: number) => {
        context.progress({ stage, done: Math.floor(share * total), total });
        await context.whenRunning();
        if (context.signal.aborted) throw new AppError('cancelled', {});
      };
      await pause(0);
      return await runWithPauses(steps, pause);
    };
    const measured = await run('measuring: days', days, measurePanel(measurable(reader, rankedDays)));
    const intervals = rankIcIntervals(measured.rankIc, names.length, horizons, days);
    const rankIc = await run('measuring: intervals', names.length, intervals);
    await writeAnalysis(panel, { key, days, rankedDays, horizons }, names, measured, rankIc);
    return { features: names.length, days };
  } finally {
    reader.close();
  }
}

/** The panel as it is measured: raw columns as stored, raw forward returns of the days to rank by, no scaling over any fold. */
function measurable(reader: PanelReader, rankedDays: number): MeasuredPanel {
  const { manifest } = reader;
  const { winsorise } = manifest.zScore;
  return {
    stocks: manifest.codes.length,
    yearOf: Array.from(reader.days, (day) => fromEpochDay(day).slice(0, 4)),
    horizons: manifest.horizons.length,
    features: manifest.features,
    limit: Math.min(40, Math.ceil(winsorise > 0 ? 1 / Math.sqrt(winsorise) : 40)),
    read: (day) => {
      const [features] = reader.featureBlocks([day]);
      const [targets] = reader.targetBlocks([day]);
      return {
        rows: features.rowCount,
        stock: reader.stocksOf(day),
        features: features.values,
        targets: day < rankedDays ? targets.values : targets.values.fill(Number.NaN),
      };
    },
  };
}

/** Mean daily RankIC of each feature and horizon with its block-bootstrap interval. In steps of a feature. */
function* rankIcIntervals(
  daily: Float32Array,
  features: number,
  horizons: readonly number[],
  days: number,
): Steps<Bounds[][]> {
  const all: Bounds[][] = [];
  for (let f = 0; f < features; f++) {
    yield f / features;
    all.push(
      horizons.map((horizon, h) => {
        const from = (f * horizons.length + h) * days;
        const series = Float64Array.from(daily.subarray(from, from + days)).filter((value) => !Number.isNaN(value));
        const options = { block: expectedBlock(series, horizon), draws: DRAWS, seed: SEED };
        const { value, low, high } = estimate([series], ([column]) => mean(column), options);
        return { value, low, high };
      }),
    );
  }
  return all;
}
