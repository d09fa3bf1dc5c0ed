// Owns the probes that compute features again: with later data gone or changed, in the units of later splits, and against what is stored.
import { fromEpochDay } from '../../base/clock.ts';
import { type LeakFinding, type ProbeReport, notRun, probeReport } from '../../base/sentinel.ts';
import type { Steps } from '../../base/steps.ts';
import { zScoreByDay, type ZScoreOptions } from '../cross-section.ts';
import { dayOrder } from '../day-order.ts';
import type { FeatureDefinition } from '../definition.ts';
import { rowOf } from './sample.ts';
import { ownPast, staggered } from './staggered.ts';
import type { StoredDay } from './stored.ts';
import { compareWorlds, type Leak, leakingParts } from './truncation.ts';
import { alteredAfter, type FeatureData, removedAfter, rescaled } from './worlds.ts';

export interface LookAheadOptions {
  readonly data: FeatureData;
  /** Of the panel, in column order. */
  readonly names: readonly string[];
  /** Where names are looked up. */
  readonly definitions: readonly FeatureDefinition[];
  /** Day indexes. */
  readonly cuts: readonly number[];
  readonly seed: number;
  /** Some days of the panel as stored, for the stocks of the data, and whether those are all of the panel's. */
  readonly stored: readonly StoredDay[];
  readonly allStocks: boolean;
  readonly zScore: ZScoreOptions;
}

/** Features named one by one in a report say through which part of the data they look ahead; more than this many do not. */
const MAX_ATTRIBUTED = 20;
/** Scores are stored as float32. */
const STORED_TOLERANCE = 1e-3;
/** Share of neighbours in the order of the feature computed again that stored scores have in the same order; clipped tails tie. */
const LEAST_AGREEMENT = 0.95;
/** Stocks that an order needs to be one. */
const LEAST_ORDERED = 10;

/** @returns the reports of future-truncation and of future-adjustment. In steps of a feature. */
export function* lookAheadSteps(options: LookAheadOptions): Steps<[ProbeReport, ProbeReport]> {
  const { data, definitions, cuts, seed } = options;
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  const names = options.names.filter((name) => known.has(name));
  const unknown = options.names.filter((name) => !known.has(name));
  const skipped = unknown.length > 0 ? { code: 'unknown-feature' as const, params: list(unknown) } : undefined;
  if (names.length === 0 || cuts.length === 0) {
    const report = (probe: 'future-truncation' | 'future-adjustment') =>
      skipped ? notRun(probe, 'unknown-feature', skipped.params) : notRun(probe, 'too-few-days', { days: 0 });
    return [report('future-truncation'), report('future-adjustment')];
  }
  const worlds = [
    ...cuts.map((cut) => removedAfter(data, cut)),
    alteredAfter(data, cuts[cuts.length >> 1]),
    staggered(data, ownPast(names, definitions), seed),
    rescaled(data, seed),
  ];
  const differing: LeakFinding[] = [];
  const leaks = yield* compareWorlds(data, names, definitions, worlds, (name, values) => {
    const finding = storedDifference(options, known.get(name)!, values);
    if (finding) differing.push(finding);
  });
  const ofFuture = leaks.filter(({ change }) => change !== 'rescaled');
  const ofUnits = leaks.filter(({ change }) => change === 'rescaled');
  const ahead = [...Map.groupBy(ofFuture, ({ feature }) => feature).values()];
  const findings = ahead.map(([leak, ...more], i) => lookAheadFinding(options, [leak, ...more], i < MAX_ATTRIBUTED));
  const units = unitsKnow(data.bars);
  return [
    probeReport('future-truncation', ahead.length + differing.length, 0, [...findings, ...differing], skipped),
    probeReport(
      'future-adjustment',
      units === 'earlier-splits' ? 0 : ofUnits.length,
      0,
      units === 'earlier-splits'
        ? []
        : ofUnits.map((leak) => ({
            code: 'depends-on-later-splits',
            verdict: units === 'later-splits' ? 'failed' : 'suspicious',
            subject: leak.feature,
            params: { share: leak.values / leak.compared, code: leak.code, day: fromEpochDay(leak.day) },
          })),
      skipped,
    ),
  ];
}

/**
 * What the units of prices tell: of later splits where a stock's last bar stands as it was printed and earlier ones do not, of earlier splits
 * alone where the first does. Where nothing was adjusted, nobody knows what had been done to the file.
 */
function unitsKnow({ factor, offsets }: FeatureData['bars']): 'later-splits' | 'earlier-splits' | 'nobody-knows' {
  const other = (value: number): boolean => Math.abs(value - 1) > 1e-9;
  if (!factor?.some(other)) return 'nobody-knows';
  const firsts = offsets.subarray(0, -1).filter((first, stock) => first < offsets[stock + 1]);
  return firsts.some((first) => other(factor[first])) ? 'later-splits' : 'earlier-splits';
}

const list = (names: readonly string[]) => ({ count: names.length, names: names.slice(0, 8).join(', ') });

function lookAheadFinding(
  { data, definitions }: LookAheadOptions,
  leaks: readonly Leak[],
  attribute: boolean,
): LeakFinding {
  const [leak] = leaks;
  const cut = data.bars.days.indexOf(leak.cut);
  const parts = attribute && leak.change === 'removed' ? leakingParts(data, leak.feature, definitions, cut) : [];
  const code =
    parts.length === 0 || parts.includes('rows')
      ? 'depends-on-later-rows'
      : parts.includes('tables')
        ? 'depends-on-later-tables'
        : 'depends-on-later-listing';
  return {
    code,
    verdict: 'failed',
    subject: leak.feature,
    params: {
      cut: fromEpochDay(leak.cut),
      code: leak.code,
      day: fromEpochDay(leak.day),
      before: figure(leak.before),
      after: figure(leak.after),
      values: leaks.reduce((sum, one) => sum + one.values, 0),
      compared: leaks.reduce((sum, one) => sum + one.compared, 0),
    },
  };
}

const figure = (value: number): string => (Number.isNaN(value) ? '-' : String(Number(value.toPrecision(6))));

/**
 * Whether a column holds what its definition gives on the days looked at: exactly where all stocks are at hand, else, for features of one
 * stock's own past, in the same order.
 */
function storedDifference(
  { data, names, stored, allStocks, zScore }: LookAheadOptions,
  { name, scope }: FeatureDefinition,
  values: Float64Array,
): LeakFinding | undefined {
  const column = names.indexOf(name);
  const scored = allStocks ? zScoreByDay(values, dayOrder(data.bars), zScore) : undefined;
  let different = 0;
  let compared = 0;
  let first: string | undefined;
  for (const { day, scaling, stocks, features, width } of stored) {
    const raw = scaling[column] === 'fold';
    const exact = allStocks || (raw && scope === 'calendar');
    if (!exact && (raw || scope !== 'stock')) continue;
    const pairs: [stored: number, computed: number][] = [];
    for (const [i, stock] of stocks.entries()) {
      const row = rowOf(data.bars, stock, day);
      if (row < 0) continue;
      const held = features[i * width + column];
      if (exact) pairs.push([held, raw ? values[row] : scored![panelRow(data, row, day)]]);
      else if (held !== 0 && !Number.isNaN(values[row])) pairs.push([held, values[row]]);
    }
    if (pairs.length < (exact ? 1 : LEAST_ORDERED)) continue;
    compared++;
    const agrees = exact ? pairs.every(isClose) : orderAgreement(pairs) >= LEAST_AGREEMENT;
    if (agrees) continue;
    different++;
    first ??= fromEpochDay(data.bars.days[day]);
  }
  if (first === undefined) return undefined;
  return {
    code: 'differs-from-its-definition',
    verdict: 'failed',
    subject: name,
    params: { days: different, compared, day: first },
  };
}

function isClose([stored, computed]: readonly [number, number]): boolean {
  if (Number.isNaN(computed)) return Number.isNaN(stored);
  return Math.abs(stored - computed) <= STORED_TOLERANCE * Math.max(1, Math.abs(computed));
}

/** Panel row of a bar row, by its place in the day. */
function panelRow({ bars }: FeatureData, row: number, day: number): number {
  const { dayOffsets, barRow } = dayOrder(bars);
  let [low, high] = [dayOffsets[day], dayOffsets[day + 1]];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (barRow[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 1 less the share of pairs of neighbours, in the order of the computed values, that stand the wrong way round in the stored ones. */
function orderAgreement(pairs: [stored: number, computed: number][]): number {
  pairs.sort(([, a], [, b]) => a - b);
  let wrong = 0;
  for (let i = 1; i < pairs.length; i++)
    if (pairs[i][1] > pairs[i - 1][1] && pairs[i][0] < pairs[i - 1][0] - STORED_TOLERANCE) wrong++;
  return 1 - wrong / (pairs.length - 1);
}
