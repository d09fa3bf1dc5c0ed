// What returns betray: bounds that a catalogue of features may be judged by, implausible and fleeting edges, shuffled targets, windows.
import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { runThrough } from '../../../core/base/steps.ts';
import { boundOf, normalTailQuantile, studentQuantile } from '../../../core/evaluate/sentinel/bounds.ts';
import { findSuspects, implausibleIc, lagOne, type RankIcs } from '../../../core/evaluate/sentinel/implausible.ts';
import { shuffledTargetSteps } from '../../../core/evaluate/sentinel/shuffled.ts';
import { probeWindows } from '../../../core/evaluate/sentinel/windows.ts';
import { type DayPair, laggedRankIcSteps, rankIcSteps } from '../../../core/features/sentinel/rank-ic.ts';
import { holdout } from '../../../core/splits/folds.ts';
import { randomBars } from '../../support/random-bars.ts';

test('quantiles are those of the tables', () => {
  for (const [chance, value] of [
    [0.01, 2.32635],
    [0.001, 3.09023],
    [1e-6, 4.75342],
  ])
    expect(normalTailQuantile(chance)).toBeCloseTo(value, 4);
  // Student's t exceeded by one in a thousand, with 5, 10 and 30 degrees of freedom.
  for (const [degrees, value] of [
    [5, 5.893],
    [10, 4.144],
    [30, 3.385],
  ])
    expect(studentQuantile(normalTailQuantile(0.001), degrees) / value).toBeCloseTo(1, 1);
});

test('of series that stand on the threshold, fewer than one in a hundred is put beyond it, dependent ones included', () => {
  let beyond = 0;
  for (let s = 0; s < 600; s++) {
    const random = new Random(s, 4);
    // As RankICs of ten days are: each shares nine of its ten days with the next.
    const daily = Array.from({ length: 410 }, () => random.normal());
    const values = daily
      .slice(10)
      .map((_, i) => 0.1 + 0.02 * daily.slice(i, i + 10).reduce((sum, value) => sum + value, 0));
    const bound = boundOf(values, { spacing: 1, reach: 10, tests: 1 })!;
    if (bound.least > 0.1) beyond++;
  }
  expect(beyond).toBeLessThanOrEqual(12); // 6 expected; more than 12 is one chance in a hundred
});

test('a short series has no bound, and one without spread is where it is', () => {
  expect(boundOf(new Float32Array(80).fill(0.5), { spacing: 1, reach: 1, tests: 1 })).toBeUndefined();
  expect(boundOf(new Float32Array(200).fill(0.5), { spacing: 1, reach: 1, tests: 1000 })?.least).toBeCloseTo(0.5, 6);
});

/** RankICs of features at one horizon and with the move before the entry, around these means. */
function ics(means: Record<string, [target: number, entry: number]>, noise = 0.1): RankIcs {
  const names = Object.keys(means);
  const random = new Random(8);
  const days = 240;
  const values = Float32Array.from(
    names.flatMap((name) =>
      means[name].flatMap((mean) => Array.from({ length: days }, () => mean + noise * random.normal())),
    ),
  );
  return { names, horizons: [5], days, spacing: 1, values };
}

test('the alarm rings beyond 0.10 for sure, warns below 0.30 and fails above; honest features are let alone', () => {
  const of = ics({ honest: [0.03, 0.02], borderline: [0.11, 0], strong: [-0.2, 0], leak: [0.6, 0] });
  const found = findSuspects(of);
  const report = implausibleIc(of, found, [undefined]);
  expect(report.findings.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['leak', 'failed'],
    ['strong', 'suspicious'],
  ]);
  expect(report.figure).toBeCloseTo(0.6, 1);
  const short = { ...of, days: 60, values: of.values.slice(0, 8 * 60) };
  expect(implausibleIc(short, findSuspects(short), []).verdict).toBe('not-run');
});

test('an edge that is gone a day later is named, one that stays is not; so is a move before the entry', () => {
  const of = ics({ fleeting: [0.6, 0], lasting: [0.6, 0], early: [0, 0.5] });
  const { suspects } = findSuspects(of);
  expect(suspects.map(({ feature }) => of.names[feature])).toEqual(['fleeting', 'lasting']);
  const lagged = Float32Array.from([...new Array<number>(240).fill(0.05), ...new Array<number>(240).fill(0.5)]);
  const report = lagOne(of, suspects, lagged);
  expect(report.findings.map(({ code, subject, verdict }) => [code, subject, verdict])).toEqual([
    ['moves-before-entry', 'early', 'failed'],
    ['edge-of-a-day', 'fleeting', 'failed'],
  ]);
});

/** A day pair of stocks 0..n, where feature 0 is the first target, feature 1 the move before the entry, feature 2 noise. */
function pair(i: number): DayPair {
  const n = 40;
  const stocks = Int32Array.from({ length: n }, (_, s) => s);
  const targetsOf = (of: number): Float32Array => {
    const random = new Random(of, 3);
    return Float32Array.from({ length: n }, () => random.normal());
  };
  const noise = new Random(i, 9);
  const day = (of: number) => {
    const targets = targetsOf(of);
    const moves = targetsOf(of - 1);
    const features = Float32Array.from(
      { length: n * 4 },
      (_, at) =>
        [targets, moves, targets.map(() => noise.normal()), targets.fill(0, 0, 0)][at % 4 === 3 ? 2 : at % 4][
          Math.floor(at / 4)
        ],
    );
    for (let row = 0; row < n; row++) features[row * 4 + 3] = 7; // the same for all
    return { day: of, stocks, width: 4, features, targets, scaling: ['day', 'day', 'day', 'fold'] as const };
  };
  return { day: day(i), before: day(i - 1) };
}

test('daily RankICs are with the target, the move before the entry and nothing for what all stocks share', () => {
  const { values, series } = runThrough(rankIcSteps(30, 4, 1, (i) => pair(i + 1)));
  expect(series).toBe(2);
  const mean = (feature: number, s: number): number => {
    const from = (feature * 2 + s) * 30;
    return values.slice(from, from + 30).reduce((sum, value) => sum + value, 0) / 30;
  };
  expect(mean(0, 0)).toBeCloseTo(1, 6);
  expect(mean(1, 1)).toBeCloseTo(1, 6);
  expect(Math.abs(mean(2, 0))).toBeLessThan(0.1);
  expect(Math.abs(mean(0, 1))).toBeLessThan(0.1);
  expect(mean(3, 0)).toBeNaN();
  const lagged = runThrough(laggedRankIcSteps(30, [0], 1, (i) => pair(i + 1)));
  expect(Math.abs(lagged.reduce((sum, value) => sum + value, 0) / 30)).toBeLessThan(0.1);
});

test('targets dealt out at random hold nothing, unless rows of the test stand in training with the same deal', () => {
  const read = (of: number) => {
    const random = new Random(of, 6);
    const x = Float32Array.from({ length: 50 * 5 }, () => random.normal());
    return { day: of, x, y: Float32Array.from({ length: 50 }, (_, row) => x[row * 5] + random.normal()) };
  };
  const days = Array.from({ length: 60 }, (_, i) => i);
  const options = { features: 5, horizons: [1], spacing: 1, seed: 1, read };
  const honest = runThrough(shuffledTargetSteps({ ...options, fit: days.slice(0, 40), test: days.slice(40) }));
  expect(honest.report).toMatchObject({ verdict: 'passed', count: 0 });
  expect(honest.rankIc[0]).toBeGreaterThan(0.5); // what there is to find, it finds
  const wide = (of: number) => ({ ...read(of % 4), x: Float32Array.from({ length: 50 * 60 }, () => 0) });
  const features = 60;
  const memorised = runThrough(
    shuffledTargetSteps({
      ...options,
      features,
      fit: Array.from({ length: 40 }, (_, i) => i % 4),
      test: Array.from({ length: 40 }, (_, i) => i % 4),
      read: (of) => {
        const { day, y } = wide(of);
        const random = new Random(of, 61);
        return { day, y, x: Float32Array.from({ length: 50 * features }, () => random.normal()) };
      },
    }),
  );
  expect(memorised.report.findings.map(({ code, verdict }) => [code, verdict])).toEqual([
    ['shuffled-yet-found', 'failed'],
  ]);
});

test('a split is crossed where targets of one part reach into another, by the days that they really take', () => {
  const bars = randomBars({ stocks: 10, days: 200, seed: 2, gaps: 0.03 });
  const dates = { trainEnd: bars.days[119], validEnd: bars.days[159] };
  expect(probeWindows(bars, [holdout(bars.days, dates)], [1, 10])).toMatchObject({ verdict: 'passed', figure: 0 });
  const range = (first: number, end: number) => Int32Array.from({ length: end - first }, (_, i) => first + i);
  const tight = { name: 'tight', train: range(0, 120), valid: range(125, 160), test: range(180, 200) };
  const report = probeWindows(bars, [tight], [1, 10]);
  expect(report.findings).toMatchObject([{ code: 'window-crosses-split', subject: 'tight' }]);
  expect(Number(report.findings[0].params.reach)).toBeGreaterThan(11); // missing bars delay exits
  expect(probeWindows(bars, [], [1]).verdict).toBe('not-run');
});
