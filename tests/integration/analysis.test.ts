// A panel measured by the job, against a plain computation from the rows as stored.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyseBody } from '../../core/app/jobs/analyse.node.ts';
import { fromEpochDay } from '../../core/base/clock.ts';
import { estimate, expectedBlock } from '../../core/evaluate/bootstrap.ts';
import { mean, pearson, spearman } from '../../core/evaluate/statistics.ts';
import {
  type AnalysisSummary,
  isAnalysed,
  readAnalysis,
  readCorrelation,
  readProfile,
} from '../../core/features/analysis-files.node.ts';
import type { FeatureDefinition } from '../../core/features/catalogue.ts';
import { buildPanel } from '../../core/features/panel-build.node.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { randomBars } from '../support/random-bars.ts';
import { smallFeatures } from '../support/small-features.ts';
import { recorder, temporaryFolder } from '../support/training.ts';

/** Two years and the first weeks of a third. */
const DAYS = 540;
/** Of them, from the first, those whose returns may be looked at. */
const RANKED = 432;
const spec = { task: 'analyse', trainFraction: 0.8 } as const;
const bars = randomBars({ stocks: 25, days: DAYS, seed: 9, gaps: 0.02, partial: 0.3 });
/** Known on half of the bars only. */
const gappy: FeatureDefinition = {
  ...smallFeatures[1],
  name: 'gappy',
  compute: ({ bars: { close, open } }) => close.map((c, i) => (i % 2 === 0 ? Number.NaN : c / open[i] - 1)),
};
const definitions = [...smallFeatures, gappy];
const names = ['momentum_3', 'candle', 'weekday', 'gappy'];
const folder = join(temporaryFolder('analysis'), 'panel');

/** The panel as stored, day by day: [rows][column]. */
let days: { year: string; stock: number[]; age: number[]; features: number[][]; targets: number[][] }[];
let summary: AnalysisSummary;
let reader: PanelReader;
beforeAll(async () => {
  await buildPanel({ bars, dataHash: 'x', features: names, folder, definitions });
  reader = PanelReader.open(folder);
  const ages = new Map<number, number>();
  days = Array.from(reader.days, (epochDay, day) => {
    const [block] = reader.featureBlocks([day]);
    const [outcome] = reader.targetBlocks([day]);
    const stock = [...reader.stocksOf(day)];
    const age = stock.map((each) => {
      ages.set(each, (ages.get(each) ?? -1) + 1);
      return ages.get(each) ?? 0;
    });
    const rows = (values: Float32Array, width: number) =>
      stock.map((_, i) => [...values.subarray(i * width, (i + 1) * width)]);
    const features = rows(block.values, names.length);
    return { year: fromEpochDay(epochDay).slice(0, 4), stock, age, features, targets: rows(outcome.values, 5) };
  });
  expect(readAnalysis(folder)).toBeNull();
  expect(await analyseBody({ ...spec, panel: folder }, recorder())).toEqual({ features: 4, days: DAYS });
  summary = readAnalysis(folder)!;
});
afterAll(() => reader.close());

const valueIn = (f: number, value: number): number => (f !== 2 && value === 0 ? Number.NaN : value);

test('daily RankIC is Spearman of value and raw forward return over the stocks that have both, and its mean has the usual interval', () => {
  expect(summary.features.map(({ name }) => name)).toEqual(names);
  for (const [f] of names.entries()) {
    const { rankIc } = readProfile(folder, summary, f);
    for (const [h, horizon] of summary.horizons.entries()) {
      const expected = days.map(({ features, targets }, day) => {
        if (day >= RANKED) return Number.NaN;
        const pairs = features
          .map((row, i) => [valueIn(f, row[f]), targets[i][h]])
          .filter((pair) => pair.every((value) => !Number.isNaN(value)));
        if (pairs.length < 10 || f === 2) return Number.NaN;
        return spearman(
          pairs.map(([value]) => value),
          pairs.map(([, outcome]) => outcome),
        );
      });
      const daily = rankIc.subarray(h * DAYS, (h + 1) * DAYS);
      expected.forEach((value, day) => {
        if (Number.isNaN(value)) expect(daily[day]).toBeNaN();
        else expect(daily[day]).toBeCloseTo(value, 6);
      });
      const series = Float64Array.from(daily).filter((value) => !Number.isNaN(value));
      const options = { block: expectedBlock(series, horizon), draws: 500, seed: 1 };
      const { value, low, high } = estimate([series], ([column]) => mean(column), options);
      expect(summary.features[f].rankIc[h]).toEqual({ value, low, high });
      if (f === 0) expect(series.length).toBeGreaterThan(200);
      else if (f === 2) expect(value).toBeNull();
    }
  }
});

test('no return of a held-out day is looked at: choosing features by their RankIC does not look ahead', () => {
  expect(summary.rankedDays).toBe(RANKED);
  const { rankIc } = readProfile(folder, summary, 1);
  summary.horizons.forEach((_, h) => {
    const daily = [...rankIc.subarray(h * DAYS, (h + 1) * DAYS)];
    expect(daily.slice(RANKED).every(Number.isNaN)).toBe(true);
    expect(Number.isNaN(daily[RANKED - 1])).toBe(false);
  });
});

test('coverage is the share of rows past the warm-up with a value', () => {
  const warmups = [3, 0, 0, 0];
  expect(summary.years).toEqual(['2020', '2021', '2022']);
  names.forEach((_, f) => {
    const share = (year?: string) => {
      const past = days
        .filter((day) => year === undefined || day.year === year)
        .flatMap(({ age, features }) => features.filter((_row, i) => age[i] >= warmups[f]));
      return past.filter((row) => !Number.isNaN(valueIn(f, row[f]))).length / past.length;
    };
    expect(summary.features[f].coverage).toBeCloseTo(share(), 12);
    const { coverage } = readProfile(folder, summary, f);
    expect([...coverage]).toEqual(summary.years.map((year) => expect.closeTo(share(year), 12)));
  });
  expect(summary.features[0].coverage).toBeGreaterThan(0.95);
  expect(summary.features[3].coverage).toBeLessThan(0.6);
});

test('quantiles by year are those of the stored values, drift compares the last whole year with the first', () => {
  for (const f of [0, 1, 3]) {
    const profile = readProfile(folder, summary, f);
    summary.years.forEach((year, y) => {
      const values = days
        .filter((day) => day.year === year)
        .flatMap(({ features }) => features.map((row) => valueIn(f, row[f])))
        .filter((value) => !Number.isNaN(value))
        .sort((a, b) => a - b);
      [0.05, 0.25, 0.5, 0.75, 0.95].forEach((share, q) => {
        expect(Math.abs(profile.quantiles[y * 5 + q] - values[Math.floor(share * values.length)])).toBeLessThan(0.06);
      });
    });
    expect(profile.drift[0]).toBe(0);
    expect(profile.drift[1]).toBe(summary.features[f].drift);
    expect(profile.drift[2]).toBeGreaterThan(0); // a few weeks: shown, but no verdict
    const counted = profile.histogram.counts.reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(days.flatMap(({ features }) => features.filter((row) => row[f] !== 0)).length);
  }
  const weekday = readProfile(folder, summary, 2);
  expect([weekday.quantiles[0], weekday.quantiles[4]]).toEqual([expect.closeTo(0, 1), expect.closeTo(4, 1)]);
  expect(weekday.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(DAYS); // a day each, not a row
});

test('correlations are the mean of every fifth day across the stocks that have both values', () => {
  const sampled = days.filter(({ stock }, day) => day % 5 === 0 && stock.length >= 10);
  expect(summary.correlationDays).toBe(sampled.length);
  const matrix = readCorrelation(folder, summary, [0, 1, 2, 3]);
  for (const [i, j] of [
    [0, 1],
    [1, 3],
    [0, 3],
  ]) {
    const daily = sampled.flatMap(({ features }) => {
      const pairs = features.map((row) => [valueIn(i, row[i]), valueIn(j, row[j])]);
      const known = pairs.filter((pair) => pair.every((value) => !Number.isNaN(value)));
      const value = pearson(
        known.map(([x]) => x),
        known.map(([, y]) => y),
      );
      return known.length < 10 || Number.isNaN(value) ? [] : [value];
    });
    expect(matrix[i * 4 + j]).toBeCloseTo(mean(daily), 5);
    expect(matrix[j * 4 + i]).toBe(matrix[i * 4 + j]);
  }
  expect(matrix[2 * 4 + 0]).toBeNaN();
  expect([...readCorrelation(folder, summary, [1, 0])]).toEqual([matrix[5], matrix[4], matrix[1], matrix[0]]);
});

test('a stop leaves the analysis that was there, and a first one leaves nothing', async () => {
  const before = readFileSync(join(folder, 'analysis', 'summary.v2.json'), 'utf8');
  const stopping = recorder(({ progressed }) => progressed.some(({ stage }) => stage.endsWith('intervals')));
  const stopped = analyseBody({ ...spec, panel: folder }, stopping);
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(stopping.progressed[0]).toMatchObject({ done: 0, total: DAYS });
  expect(readFileSync(join(folder, 'analysis', 'summary.v2.json'), 'utf8')).toBe(before);
  const fresh = join(temporaryFolder('analysis'), 'panel');
  await buildPanel({ bars, dataHash: 'x', features: names, folder: fresh, definitions });
  const files = readdirSync(fresh);
  const first = analyseBody(
    { ...spec, panel: fresh },
    recorder(() => true),
  );
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(fresh)).toEqual(files);
});

test('an analysis by another version counts as none, a damaged one is said to be', async () => {
  const other = temporaryFolder('analysis');
  expect(isAnalysed(other)).toBe(false);
  mkdirSync(join(other, 'analysis'));
  writeFileSync(join(other, 'analysis', 'summary.v0.json'), '{}');
  expect([isAnalysed(other), readAnalysis(other)]).toEqual([false, null]);
  writeFileSync(join(other, 'analysis', 'summary.v2.json'), '{"key"');
  expect(() => readAnalysis(other)).toThrow(expect.objectContaining({ code: 'data/damaged-array' }));
  expect(existsSync(join(folder, 'analysis', 'rank_ic.npy'))).toBe(true);
});
