// The audits of what a panel stores: targets, scaling, graph, universe, rows that stand twice, and the table of what was fitted where.
import { expect, test } from 'vitest';
import { scopesOf, type ScopeSources } from '../../../core/app/sentinel/scopes.ts';
import { Random } from '../../../core/base/random.ts';
import type { BarTable } from '../../../core/data/bars.ts';
import { probeDuplicates } from '../../../core/features/sentinel/duplicates.ts';
import { auditGraph } from '../../../core/features/sentinel/graph-alignment.ts';
import { chooseCuts, onCalendar, sampleSize, sampleStocks, spread } from '../../../core/features/sentinel/sample.ts';
import { ScalingAudit } from '../../../core/features/sentinel/scaled-columns.ts';
import { ofStocks, type StoredDay } from '../../../core/features/sentinel/stored.ts';
import { probeTargets } from '../../../core/features/sentinel/target-alignment.ts';
import { auditDepartures, auditUniverse } from '../../../core/features/sentinel/universe.ts';
import { forwardReturns } from '../../../core/features/targets.ts';
import { keepCodes } from '../../../core/data/universe.ts';
import { buildGraph, GRAPH_DEFAULTS } from '../../../core/stockgraph/build.ts';
import { universeOf } from '../../support/sentinel.ts';
import { filterBars, randomBars } from '../../support/random-bars.ts';

const bars = randomBars({ stocks: 20, days: 120, seed: 5, gaps: 0.02 });
const HORIZONS = [1, 5];

/** A day of targets as `returns` gives them, [horizons] of one value a bar row. */
function day(index: number, returns: readonly Float64Array[], features: readonly number[] = []): StoredDay {
  const rows = Array.from(bars.dayIndex.keys()).filter((row) => bars.dayIndex[row] === index);
  const stockOf = (row: number): number => bars.offsets.findLastIndex((offset) => offset <= row);
  return {
    day: index,
    stocks: Int32Array.from(rows, stockOf),
    width: 1,
    features: Float32Array.from(features),
    targets: Float32Array.from(rows.flatMap((row) => returns.map((column) => column[row]))),
    scaling: ['day'],
  };
}

const targets = HORIZONS.map((horizon) => forwardReturns(bars, horizon));
const days = [10, 40, 70, 119];

test('targets from the next close pass; from today’s they are named; others are found', () => {
  expect(
    probeTargets(
      bars,
      days.map((d) => day(d, targets)),
      HORIZONS,
    ),
  ).toMatchObject({ verdict: 'passed', figure: 0 });
  const today = targets.map((column) => {
    const out = new Float64Array(column.length).fill(Number.NaN);
    for (let row = 1; row < out.length; row++) out[row] = column[row - 1];
    return out;
  });
  const early = probeTargets(
    bars,
    days.map((d) => day(d, today)),
    HORIZONS,
  );
  expect(early.findings.map(({ code, subject }) => [code, subject])).toEqual([
    ['entered-today', 'target_1d'],
    ['entered-today', 'target_5d'],
  ]);
  const swapped = probeTargets(
    bars,
    days.map((d) => day(d, [...targets].reverse())),
    HORIZONS,
  );
  expect(swapped.findings.map(({ code }) => code)).toEqual(['other-target', 'other-target']);
});

/** Scores of 30 stocks on a day, of which the first `missing` have none. */
function scores(random: Random, missing: number): number[] {
  const raw = Array.from({ length: 30 - missing }, () => random.normal());
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  const deviation = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (raw.length - 1));
  return [...new Array<number>(missing).fill(0), ...raw.map((value) => (value - mean) / deviation)];
}

const scored = (shift: number): StoredDay[] => {
  const random = new Random(1);
  return Array.from({ length: 20 }, (_, i) => ({
    day: i,
    stocks: Int32Array.from({ length: 30 }, (_stock, s) => s),
    width: 1,
    features: Float32Array.from(scores(random, i % 4), (value) => value + (value === 0 ? 0 : shift * random.normal())),
    targets: new Float32Array(30),
    scaling: ['day'],
  }));
};

function auditScaling(
  columns: readonly { name: string; scaling: 'day' | 'fold' }[],
  stored: readonly StoredDay[],
  firstRows: Float32Array,
) {
  const audit = new ScalingAudit(columns, bars.days);
  for (const one of stored) audit.add(one);
  return audit.findings(firstRows);
}

test('scores within the day pass, missing values included; statistics of other days do not', () => {
  const column = [{ name: 'x', scaling: 'day' as const }];
  expect(auditScaling(column, scored(0), new Float32Array(0))).toEqual([]);
  const [finding] = auditScaling(column, scored(0.3), new Float32Array(0));
  expect(finding).toMatchObject({ code: 'scaled-beyond-its-day', subject: 'x', params: { looked: 20 } });
});

test('a market-wide column that has mean 0 and deviation 1 over all days was brought there', () => {
  const random = new Random(2);
  const raw = Float32Array.from({ length: 300 }, () => 0.01 + 0.2 * random.normal());
  const mean = raw.reduce((sum, value) => sum + value, 0) / 300;
  const deviation = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 300);
  const column = [{ name: 'vix', scaling: 'fold' as const }];
  expect(auditScaling(column, [], raw)).toEqual([]);
  const whole = raw.map((value) => (value - mean) / deviation);
  expect(auditScaling(column, [], whole).map(({ code }) => code)).toEqual(['scaled-over-all-days']);
});

test('a graph of its day passes; one that knows two days more is named, one of other bars found', () => {
  const { graph } = buildGraph(bars);
  const clean = auditGraph(bars, graph, GRAPH_DEFAULTS);
  expect(clean.findings).toEqual([]);
  expect(clean.edges).toBeGreaterThan(100);
  const late = { ...graph, dayIndex: graph.dayIndex.map((index) => index - 2) };
  const { findings } = auditGraph(bars, late, GRAPH_DEFAULTS);
  expect(findings.length).toBeGreaterThan(2);
  for (const { code, params } of findings) {
    expect(code).toBe('graph-knows-later-days');
    expect(params.later).toBe(2);
  }
  const other = buildGraph(randomBars({ stocks: 20, days: 120, seed: 6, gaps: 0.02 })).graph;
  expect(auditGraph(bars, other, GRAPH_DEFAULTS).findings[0].code).toBe('graph-not-of-its-day');
});

test('a universe is held against its rules on the last training day', () => {
  const dead = filterBars(bars, (row) => row >= bars.offsets[2] || bars.dayIndex[row] < 90);
  const trainEnd = dead.days[70];
  const rules = { minimumMedianTurnover: 1 };
  const judged = { rules, asOf: trainEnd };
  expect(auditUniverse({ ...universeOf(dead, judged), codes: dead.codes, trainEnd })).toEqual([]);
  const survivors = dead.codes.slice(2);
  const end = dead.days[dead.days.length - 1];
  for (const asOf of [trainEnd, end]) {
    const [finding] = auditUniverse({ ...universeOf(dead, { rules, asOf }), codes: survivors, trainEnd });
    expect(finding).toMatchObject({ code: 'universe-judged-later', params: { codes: 2, gone: 2 } });
  }
  expect(auditUniverse({ ...universeOf(dead), codes: survivors, trainEnd })[0].code).toBe('universe-judged-later');
  const [other] = auditUniverse({ ...universeOf(dead, judged), codes: dead.codes.slice(0, -1), trainEnd });
  expect(other).toMatchObject({ code: 'universe-judged-otherwise', subject: dead.codes.at(-1) });
  const [late] = auditUniverse({ ...universeOf(bars, { rules, asOf: end }), codes: bars.codes, trainEnd });
  expect(late).toMatchObject({ code: 'universe-judged-later', subject: 'universe' });
});

test('nobody leaving is said only where somebody should have', () => {
  expect(auditDepartures(500, 500, 1250).map(({ code, verdict }) => [code, verdict])).toEqual([
    ['nobody-leaves', 'suspicious'],
  ]);
  expect(auditDepartures(500, 499, 1250)).toEqual([]);
  expect(auditDepartures(60, 60, 500)).toEqual([]);
});

test('bars that stand again behind a split are found, and one stock under two codes', () => {
  const parts = {
    train: Int32Array.from({ length: 60 }, (_, i) => i),
    heldOut: Int32Array.from({ length: 40 }, (_, i) => 80 + i),
  };
  const stored = Array.from({ length: 12 }, (_, i) => day(5 + 9 * i, targets));
  expect(probeDuplicates(bars, parts, bars.codes, stored, [])).toMatchObject({ verdict: 'passed', figure: 0 });
  const [from, to] = [bars.offsets[3] + 10, bars.offsets[3] + 90];
  const copied = (column: Float64Array): Float64Array => {
    const out = column.slice();
    out.set(column.subarray(from, from + 8), to);
    return out;
  };
  const { open, high, low, close, volume } = bars;
  const [o, h, l, c, v] = [open, high, low, close, volume].map(copied);
  const again: BarTable = { ...bars, open: o, high: h, low: l, close: c, volume: v };
  const report = probeDuplicates(again, parts, bars.codes, stored, []);
  expect(report.findings).toMatchObject([
    { code: 'repeated-across-split', subject: 'S0003', params: { windows: 4, other: 'S0003' } },
  ]);
  const twin = stored.map((one) => {
    const [a, b] = [0, 7].map((stock) => one.stocks.indexOf(stock));
    const same = one.targets.slice();
    if (a >= 0 && b >= 0) same.set(one.targets.subarray(a * 2, a * 2 + 2), b * 2);
    return a >= 0 && b >= 0 ? { ...one, targets: same } : undefined;
  });
  const both = probeDuplicates(
    bars,
    parts,
    bars.codes,
    twin.filter((one) => one !== undefined),
    [],
  );
  expect(both.findings).toMatchObject([{ code: 'twins', verdict: 'suspicious', subject: 'S0000, S0007' }]);
  expect(probeDuplicates(bars, parts, bars.codes, stored, [4, 5]).findings[0]).toMatchObject({
    code: 'rows-out-of-order',
    params: { days: 2 },
  });
});

test('a scaler that saw more than the training days is found, and every statistic has its row', () => {
  const fold = {
    name: 'holdout',
    train: Int32Array.from({ length: 60 }, (_, i) => i),
    valid: Int32Array.of(80),
    test: Int32Array.of(110),
  };
  const sources: ScopeSources = {
    manifest: {
      rows: 2400,
      codes: [...bars.codes],
      zScore: { winsorise: 0.01, minCount: 10 },
      graph: { ...GRAPH_DEFAULTS, snapshots: 1, averageDegree: 1, isolated: 0, buildMs: 1 },
    },
    days: bars.days,
    fold,
    graphDays: Int32Array.of(65),
    edges: 10,
    universeKnown: false,
    asOf: undefined,
    fitted: { firstDay: 0, lastDay: 59, days: 60, rows: 1200 },
    scaling: [],
    graphFindings: [],
    universeFindings: [],
  };
  const clean = scopesOf(sources);
  expect(clean.findings).toEqual([]);
  expect(Object.fromEntries(clean.scopes.map(({ statistic, verdict }) => [statistic, verdict]))).toEqual({
    'z-score': 'passed',
    winsorisation: 'passed',
    graph: 'passed',
    universe: 'not-run',
    scaler: 'passed',
    'target-scale': 'passed',
  });
  const { findings, scopes } = scopesOf({ ...sources, fitted: { firstDay: 0, lastDay: 119, days: 120, rows: 2400 } });
  expect(findings[0]).toMatchObject({ code: 'saw-other-days', params: { days: 120, trainDays: 60 } });
  expect(scopes.find(({ statistic }) => statistic === 'scaler')?.verdict).toBe('failed');
});

test('a sample brings neighbours along, is the same for a seed, and is everything where the budget allows', () => {
  expect(sampleSize({ stocks: 50, rows: 10_000, features: 100 })).toBe(50);
  const size = sampleSize({ stocks: 4000, rows: 5_000_000, features: 400 });
  expect(size).toBeLessThan(100);
  expect(sampleSize({ stocks: 4000, rows: 10_000_000, features: 4000 })).toBe(24);
  const neighbours = { k: 1, of: Int32Array.from({ length: 4000 }, (_, i) => i ^ 1) };
  const chosen = sampleStocks({ stocks: 4000, size: 24, neighbours, seed: 9 });
  expect(chosen.length).toBe(24);
  expect([...chosen].filter((stock) => chosen.includes(stock ^ 1)).length).toBeGreaterThanOrEqual(22);
  expect(sampleStocks({ stocks: 4000, size: 24, neighbours, seed: 9 })).toEqual(chosen);
  expect(sampleStocks({ stocks: 4000, size: 24, neighbours, seed: 10 })).not.toEqual(chosen);
});

test('half of a sample is taken from stocks to which something happened', () => {
  const eventful = Array.from({ length: 40 }, (_, i) => 100 * i);
  const chosen = sampleStocks({ stocks: 4000, size: 24, eventful, seed: 1 });
  expect([...chosen].filter((stock) => eventful.includes(stock)).length).toBeGreaterThanOrEqual(12);
  expect(chosen.length).toBe(24);
});

test('cuts fall on days on which most stocks lack something', () => {
  const full = randomBars({ stocks: 10, days: 200, seed: 1 });
  const hole = filterBars(full, (row) => full.dayIndex[row] !== 80 && full.dayIndex[row] !== 180);
  const cuts = chooseCuts(hole, 1);
  expect(cuts).toHaveLength(4);
  expect(cuts).toContain(80);
  expect(cuts).toContain(180);
  expect(chooseCuts(randomBars({ stocks: 2, days: 2, seed: 1 }), 1)).toEqual([0]);
});

test('a sample of stocks stands on the calendar of the panel, and its stored rows are counted like its bars', () => {
  const some = keepCodes(
    filterBars(bars, (row) => bars.dayIndex[row] % 2 === 0),
    [3, 7],
  );
  const aligned = onCalendar(some, bars.days);
  expect(aligned.days).toBe(bars.days);
  expect([...aligned.dayIndex].every((index) => index % 2 === 0)).toBe(true);
  const whole = day(40, targets, new Array<number>(20).fill(1));
  expect([...ofStocks(whole, Int32Array.of(3, 7)).stocks]).toEqual([0, 1]);
  expect(spread([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
});
