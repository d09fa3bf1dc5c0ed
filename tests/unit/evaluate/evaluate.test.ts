import { expect, test } from 'vitest';
import { evaluate } from '../../../core/evaluate/evaluate.ts';
import { plantedPredictions, predictionsOf } from './make-predictions.ts';

const draws = 200;

test('a planted signal is found, its interval holds the truth and leaves out zero', () => {
  const result = evaluate(plantedPredictions({ signal: 0.08, days: 250, stocks: 100 }), { draws });
  for (const horizon of result.horizons) {
    expect(horizon.ic.low!).toBeGreaterThan(0);
    expect(horizon.ic.low!).toBeLessThan(0.08);
    expect(horizon.ic.high!).toBeGreaterThan(0.08);
    expect(horizon.deciles.at(-1)!.value!).toBeGreaterThan(horizon.deciles[0].value!);
  }
  expect(result.overall.rankIc.value!).toBeGreaterThan(0.04);
  expect(result.warnings).toEqual([]);
});

test('noise has an interval around zero', () => {
  const result = evaluate(plantedPredictions({ signal: 1e-9, days: 250, seed: 4 }), { draws });
  expect(result.overall.rankIc.low!).toBeLessThan(0);
  expect(result.overall.rankIc.high!).toBeGreaterThan(0);
});

test('normal quantiles of a normal outcome are calibrated', () => {
  const { calibration, crossing } = evaluate(plantedPredictions(), { draws }).horizons[0];
  for (const { quantile, coverage } of calibration) expect(coverage.value!).toBeCloseTo(quantile, 1);
  expect(crossing).toBe(0);
});

test('the interval of a share ends where shares do', () => {
  const stocks = Array.from({ length: 25 }, (_, stock) => stock);
  // The lower quantile holds every outcome on one day in eight, and none on the others.
  const days = Array.from({ length: 24 }, (_, day) =>
    stocks.map((stock) => [(day % 8 === 0 ? -10 : 10) + stock / 100]),
  );
  const forecast = stocks.map((stock): [number, number, number][] => [
    [-1 + stock / 1e3, stock / 1e3, 20 + stock / 1e3],
  ]);
  const { calibration } = evaluate(
    predictionsOf(
      days.map(() => forecast),
      days,
    ),
    { draws },
  ).horizons[0];
  expect(calibration[0].coverage).toMatchObject({ value: 0.125, low: 0 });
  expect(calibration[2].coverage).toMatchObject({ value: 1, high: 1 });
});

test('quantiles of ranked targets are calibrated against the rank of the outcome in its day', () => {
  const outcome = Array.from({ length: 40 }, (_, stock) => stock);
  const quantiles = outcome.map((stock): [number, number, number][] => [[-0.4, stock / 1e3, 0.4]]);
  const set = predictionsOf([quantiles], [outcome.map((value) => [value])]);
  const coverage = (quantileTarget: 'rank' | 'return'): (number | null)[] =>
    evaluate(set, { draws, quantileTarget }).horizons[0].calibration.map((row) => row.coverage.value);
  // Ranks step by 1/39 from -0.5: four stand at or below -0.4, four above 0.4.
  expect([coverage('rank')[0], coverage('rank')[2]]).toEqual([0.1, 0.9]);
  expect([coverage('return')[0], coverage('return')[2]]).toEqual([0, 0.025]);
});

test('days that cannot be judged are counted by reason and enter no mean', () => {
  const forecast = Array.from({ length: 25 }, (_, i) => [i]);
  const outcome = Array.from({ length: 25 }, (_, i) => [i / 100]);
  const unknown = outcome.map(() => [Number.NaN]);
  const flat = forecast.map(() => [0.1]);
  const set = predictionsOf(
    [forecast, forecast.slice(0, 19), flat, forecast, forecast],
    [outcome, outcome.slice(0, 19), outcome, unknown, outcome.map(() => [0.1])],
  );
  const result = evaluate(set, { draws });
  expect(result.horizons[0].days).toEqual({
    evaluated: 1,
    tooFew: 1,
    constantPrediction: 1,
    unknown: 1,
    constantOutcome: 1,
  });
  expect(result.horizons[0].rankIc).toMatchObject({ value: 1, days: 1 });
  expect(result.daily.horizons[0].rankIc).toEqual([1, null, null, null, null]);
  expect(result.warnings.map((warning) => warning.code)).toEqual([
    'few-days',
    'constant-predictions',
    'too-few-stocks',
  ]);
});

test('constant predictions alone leave every metric undefined, not zero', () => {
  const flat = Array.from({ length: 30 }, () => [0.3]);
  const outcome = Array.from({ length: 30 }, (_, i) => [i / 100]);
  const result = evaluate(predictionsOf([flat, flat], [outcome, outcome]), { draws });
  const undefinedEstimate = { value: null, low: null, high: null, days: 0 };
  for (const metric of ['ic', 'rankIc', 'icir', 'rankIcir', 'hitRate'] as const)
    expect(result.overall[metric]).toEqual(undefinedEstimate);
  expect(result.horizons[0].spread).toEqual(undefinedEstimate);
});

test('a leak trips the alarm, an honest signal does not', () => {
  const codes = (signal: number): string[] =>
    evaluate(plantedPredictions({ signal }), { draws }).warnings.map((warning) => warning.code);
  expect(codes(0.3)).toContain('implausible-ic');
  expect(codes(-0.3)).toContain('implausible-ic');
  expect(codes(0.04)).not.toContain('implausible-ic');
});

test('a mean beyond the limit over so few days that chance explains it trips no alarm', () => {
  const results = Array.from({ length: 20 }, (_, seed) =>
    evaluate(plantedPredictions({ signal: 1e-6, days: 4, stocks: 20, seed, noiseSeed: seed + 100 }), { draws }),
  );
  const beyond = results.filter(({ overall }) => Math.abs(overall.rankIc.value ?? 0) > 0.1);
  expect(beyond.length).toBeGreaterThan(2);
  for (const { warnings } of beyond) expect(warnings.map(({ code }) => code)).not.toContain('implausible-ic');
});

test('crossing quantiles and predictions that are not finite are pointed out', () => {
  const rows = Array.from({ length: 30 }, (_, i): [number, number, number][] => [
    i === 0 ? [0, Number.NaN, 1] : [i + 1, i, i + 2],
  ]);
  const outcome = rows.map((_, i) => [i / 100]);
  const result = evaluate(predictionsOf([rows], [outcome]), { draws });
  expect(result.horizons[0].crossing).toBe(1);
  expect(result.warnings).toContainEqual({ code: 'non-finite-predictions', horizon: 1, rows: 1 });
  expect(result.warnings).toContainEqual({ code: 'crossing-quantiles', horizon: 1, share: 1 });
});

test('overall is the mean over horizons on days where every horizon is known', () => {
  const set = plantedPredictions({ days: 30, horizons: [1, 2] });
  set.realised.fill(Number.NaN, 29 * 60 * 2); // the last day is known at no horizon
  for (let row = 28 * 60; row < 29 * 60; row++) set.realised[row * 2 + 1] = Number.NaN; // the day before only at horizon 1
  const { daily, overall, horizons } = evaluate(set, { draws });
  expect(horizons.map((horizon) => horizon.days.evaluated)).toEqual([29, 28]);
  expect(overall.rankIc.days).toBe(28);
  expect(daily.overall.rankIc[3]).toBeCloseTo((daily.horizons[0].rankIc[3]! + daily.horizons[1].rankIc[3]!) / 2, 12);
});

test('the result is plain JSON and the same for the same seed', () => {
  const set = plantedPredictions({ days: 40 });
  const result = evaluate(set, { draws, seed: 5 });
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  expect(evaluate(set, { draws, seed: 5 })).toEqual(result);
  expect(evaluate(set, { draws, seed: 6 }).overall.ic.low).not.toBe(result.overall.ic.low);
});

test('uncertainty thirds: a signal that lives among narrow spreads shows there', () => {
  const days = 30;
  const stocks = 60;
  const outcome = Array.from({ length: stocks }, (_, i) => Math.sin(i * 7.7));
  const rows = outcome.map((value, i): [number, number, number][] => {
    const width = 1 + i / 100;
    const forecast = i < 20 ? value : Math.cos(i * 3.3);
    return [[forecast - width, forecast, forecast + width]];
  });
  const set = predictionsOf(
    Array.from({ length: days }, () => rows),
    Array.from({ length: days }, () => outcome.map((value) => [value])),
  );
  const [certain, middling, uncertain] = evaluate(set, { draws }).horizons[0].uncertainty;
  expect(certain.value).toBeCloseTo(1, 6);
  expect(Math.abs(middling.value!)).toBeLessThan(0.7);
  expect(Math.abs(uncertain.value!)).toBeLessThan(0.7);
});

test('what differs by float32 rounding alone is constant: neither predictions nor spreads are ranked by it', () => {
  const ulp = 2 ** -24;
  const outcome = Array.from({ length: 30 }, (_, i) => [Math.sin(i)]);
  const collapsed = outcome.map((_, i) => [0.5 + (i % 3) * ulp]);
  expect(evaluate(predictionsOf([collapsed], [outcome]), { draws }).horizons[0].days.constantPrediction).toBe(1);
  const oneWidth = outcome.map((_, i): [number, number, number][] => [[i / 7 - 0.03, i / 7, i / 7 + 0.03]]);
  const [{ days, uncertainty }] = evaluate(predictionsOf([oneWidth], [outcome]), { draws }).horizons;
  expect(days.evaluated).toBe(1);
  expect(uncertainty.map(({ value }) => value)).toEqual([null, null, null]);
});
