import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { choleskySolve, RidgeBaseline } from '../../../core/evaluate/ridge.ts';

test('one feature, two rows: the closed form', () => {
  // x = -1, 1 and y = -1, 1: X'X = 2, X'y = 2, penalty 0.5 x 2 rows = 1, so w = 2 / 3 and the intercept is 0.
  const ridge = new RidgeBaseline(1, 1);
  ridge.accumulate(Float32Array.of(-1, 1), Float32Array.of(-1, 1));
  ridge.solve(0.5);
  expect(ridge.predict(Float32Array.of(1, 3))[0]).toBeCloseTo(2 / 3, 6);
  expect(ridge.predict(Float32Array.of(1, 3))[1]).toBeCloseTo(2, 6);
});

test('the intercept is not penalised', () => {
  const ridge = new RidgeBaseline(1, 1);
  ridge.accumulate(Float32Array.of(-1, 1), Float32Array.of(5, 5));
  ridge.solve(1000);
  expect(ridge.predict(Float32Array.of(0))[0]).toBeCloseTo(5, 5);
});

test('streaming in any batches gives the weights of one batch; missing targets leave out that horizon alone', () => {
  const random = new Random(1);
  const [rows, features] = [200, 6];
  const x = Float32Array.from({ length: rows * features }, () => random.normal());
  const truth = [1, -2, 0, 0.5, 0, 3];
  const clean = Float32Array.from({ length: rows }, (_, r) =>
    truth.reduce((sum, w, i) => sum + w * x[r * features + i], 0.25),
  );
  const y = Float32Array.from({ length: rows * 2 }, (_, i) =>
    i % 2 === 0 ? clean[i >> 1] : i % 3 ? -clean[i >> 1] : Number.NaN,
  );
  const whole = new RidgeBaseline(features, 2);
  whole.accumulate(x, y);
  whole.solve(1e-9);
  const streamed = new RidgeBaseline(features, 2);
  for (let r = 0; r < rows; r += 7)
    streamed.accumulate(x.subarray(r * features, (r + 7) * features), y.subarray(r * 2, (r + 7) * 2));
  streamed.solve(1e-9);
  expect(streamed.rows).toEqual(whole.rows);
  expect(whole.rows[0]).toBe(200);
  expect(whole.rows[1]).toBeLessThan(200);
  const [a, b] = [whole.predict(x), streamed.predict(x)];
  for (let r = 0; r < rows; r++) {
    expect(a[r * 2]).toBeCloseTo(clean[r], 4);
    expect(a[r * 2 + 1]).toBeCloseTo(-clean[r], 4);
    expect([b[r * 2], b[r * 2 + 1]]).toEqual([a[r * 2], a[r * 2 + 1]]);
  }
});

test('the penalty is chosen by daily RankIC on validation days, and the stronger wins a tie', async () => {
  const random = new Random(2);
  const features = 30;
  const sample = (rows: number): { x: Float32Array; y: Float32Array } => {
    const x = Float32Array.from({ length: rows * features }, () => random.normal());
    return { x, y: Float32Array.from({ length: rows }, (_, r) => 0.3 * x[r * features] + random.normal()) };
  };
  const train = sample(45); // few rows for 30 features: little penalty overfits
  const ridge = new RidgeBaseline(features, 1);
  ridge.accumulate(train.x, train.y);
  const days = Array.from({ length: 30 }, () => sample(50));
  const chosen = await ridge.choose(days, [1e-8, 1]);
  expect(chosen.lambda).toBe(1);
  expect(chosen.rankIc[1].rankIc).toBeGreaterThan(chosen.rankIc[0].rankIc);
  const tie = await ridge.choose([], [0.1, 1]);
  expect(tie.lambda).toBe(1);
  const single = new RidgeBaseline(1, 1); // one feature: every penalty ranks alike
  single.accumulate(Float32Array.of(-1, 0, 1), Float32Array.of(-1, 0, 1));
  expect((await single.choose([{ x: Float32Array.of(1, 2, 3), y: Float32Array.of(1, 3, 2) }], [0.1, 1])).lambda).toBe(
    1,
  );
});

test('a horizon without rows predicts NaN; a penalty of zero is refused', () => {
  const ridge = new RidgeBaseline(1, 2);
  ridge.accumulate(Float32Array.of(-1, 1), Float32Array.of(-1, Number.NaN, 1, Number.NaN));
  ridge.solve(1);
  const [known, unknown] = ridge.predict(Float32Array.of(1));
  expect(known).toBeGreaterThan(0);
  expect(unknown).toBeNaN();
  expect(() => ridge.solve(0)).toThrow(RangeError);
});

test('Cholesky solves a worked system', () => {
  // [[4, 2], [2, 3]] w = [10, 9] has w = [1.5, 2].
  const w = choleskySolve(Float64Array.of(4, 0, 2, 3), Float64Array.of(10, 9));
  expect(w[0]).toBeCloseTo(1.5, 14);
  expect(w[1]).toBeCloseTo(2, 14);
});
