// Owns the probes that look at returns: RankICs of every column, of those of a day before, and a ridge regression, on training days alone.
import { notRun, type ProbeReport } from '../../base/sentinel.ts';
import type { Steps } from '../../base/steps.ts';
import { findSuspects, implausibleIc, lagOne, type RankIcs } from '../../evaluate/sentinel/implausible.ts';
import { type ShuffledDay, type ShuffledResult, shuffledTargetSteps } from '../../evaluate/sentinel/shuffled.ts';
import type { PanelReader } from '../../features/panel.node.ts';
import { type DayPair, laggedRankIcSteps, rankIcSteps } from '../../features/sentinel/rank-ic.ts';
import { readStoredDay } from '../../features/sentinel/read-panel.node.ts';
import { spread } from '../../features/sentinel/sample.ts';

/** Values ranked in all, and days at the least and at the most. */
const RANKED_VALUES = 1e8;
const RANKED_DAYS = { least: 60, most: 250 };
/** Products that the regression may add up. */
const RIDGE_PRODUCTS = 2e9;
/** Of the days, what the regression is fitted on. */
const FITTED_SHARE = 0.7;
/** Rows of a day that it takes at the least. */
const LEAST_ROWS = 50;
/** Without so many days before, most features have no values yet. */
const WARM_UP = 60;
/** Trading days by which missing bars may delay a return, and the one before it is entered. */
const DELAY = 6;

export interface ReturnProbes {
  readonly shuffled: ProbeReport;
  readonly lagOne: ProbeReport;
  readonly implausible: ProbeReport;
  /** RankIC of the regression on the last of the days, by horizon. */
  readonly ridge: readonly (number | null)[];
  /** Days looked at. */
  readonly days: number;
}

type Run = <T>(stage: string, steps: Steps<T>) => Promise<T>;

/**
 * @param train training days; whoever reads what comes of it has seen no day that a model is tested on. Undefined without a split
 * @param targetsRight false where the targets are known to be wrong: nothing can be said then
 */
export async function probeReturns(
  reader: PanelReader,
  train: Int32Array | undefined,
  targetsRight: boolean,
  seed: number,
  run: Run,
): Promise<ReturnProbes> {
  const { features, horizons, rows, days: dayCount } = reader.manifest;
  const first = Math.max(1, Math.min(WARM_UP, dayCount >> 2));
  const usable = (train ?? new Int32Array(0)).filter((day) => day >= first);
  const perDay = (rows / dayCount) * features.length;
  const most = Math.min(RANKED_DAYS.most, Math.max(RANKED_DAYS.least, Math.floor(RANKED_VALUES / perDay)));
  const days = spread(usable, most);
  if (!train || !targetsRight || days.length < 2) return nothing(train, targetsRight, days.length);
  const spacing = (days[days.length - 1] - days[0]) / (days.length - 1);
  const pair = (i: number): DayPair => ({
    day: readStoredDay(reader, days[i]),
    before: readStoredDay(reader, days[i] - 1),
  });
  const count = horizons.length;
  const { values } = await run('rank-ic', rankIcSteps(days.length, features.length, count, pair));
  const ics: RankIcs = { names: reader.featureNames, horizons, days: days.length, spacing, values };
  const found = findSuspects(ics);
  const columns = found.suspects.map(({ feature }) => feature);
  const lagged =
    columns.length === 0
      ? new Float32Array(0)
      : await run('lag-one', laggedRankIcSteps(days.length, columns, count, pair));
  const ridge = await run('shuffled-target', ridgeSteps(reader, days, spacing, seed));
  return {
    shuffled: ridge.report,
    lagOne: lagOne(ics, found.suspects, lagged),
    implausible: implausibleIc(ics, found, ridge.bounds),
    ridge: ridge.rankIc,
    days: days.length,
  };
}

function nothing(train: Int32Array | undefined, targetsRight: boolean, days: number): ReturnProbes {
  const skip = (probe: 'shuffled-target' | 'lag-one' | 'implausible-ic') => {
    if (!train) return notRun(probe, 'no-split');
    return targetsRight ? notRun(probe, 'too-few-days', { days }) : notRun(probe, 'targets-wrong');
  };
  return {
    shuffled: skip('shuffled-target'),
    lagOne: skip('lag-one'),
    implausible: skip('implausible-ic'),
    ridge: [],
    days: 0,
  };
}

/** Fitted on the earlier days, tested on the later ones, no target of the one reaching into the other. */
function* ridgeSteps(
  reader: PanelReader,
  days: readonly number[],
  spacing: number,
  seed: number,
): Steps<ShuffledResult> {
  const { features, horizons } = reader.manifest;
  const width = features.length;
  const split = Math.floor(days.length * FITTED_SHARE);
  const gap = Math.ceil((Math.max(...horizons) + DELAY) / Math.max(1, spacing));
  const fit = days.slice(0, split);
  const most = Math.max(LEAST_ROWS, Math.floor((2 * RIDGE_PRODUCTS) / width ** 2 / Math.max(1, fit.length)));
  const read = (day: number): ShuffledDay => {
    const { features: values, targets, stocks, scaling } = readStoredDay(reader, day);
    const kept = spread(Int32Array.from(stocks.keys()), most);
    const x = new Float32Array(kept.length * width);
    const y = new Float32Array(kept.length * horizons.length);
    for (const [i, row] of kept.entries()) {
      for (let f = 0; f < width; f++) if (scaling[f] === 'day') x[i * width + f] = values[row * width + f];
      y.set(targets.subarray(row * horizons.length, (row + 1) * horizons.length), i * horizons.length);
    }
    return { day, x, y };
  };
  const test = days.slice(split + gap);
  return yield* shuffledTargetSteps({ features: width, horizons, fit, test, spacing, seed, read });
}
