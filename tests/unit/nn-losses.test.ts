// Each part of the loss against plain loops, with unknown targets, and at the constant prediction where a ratio would break.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { LOSS_PARTS, type LossPart, lossParts } from '../../core/nn/losses.ts';
import { gradients } from '../../core/tensor/gradients.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';
import { normal, value } from '../support/layer.ts';

const [N, H, Q] = [9, 2, 3];
const QUANTILES = [0.1, 0.5, 0.9];
const WEIGHTS = [1, 0.5];

interface Example {
  predicted: Value;
  target: Value;
  targetRank: Value;
  known: Value;
  anchors: number[];
}

/** Three rows have no target at the second horizon, one at neither. */
function example(seed: number): Example {
  const random = new Random(seed);
  const known = value([N, H], new Float64Array(N * H).fill(1));
  for (const [row, h] of [
    [1, 1],
    [4, 1],
    [6, 0],
    [6, 1],
  ])
    known.data[row * H + h] = 0;
  return {
    predicted: normal(random, N, H, Q),
    target: normal(random, N, H),
    targetRank: normal(random, N, H),
    known,
    anchors: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  };
}

/** Loss parts, and the gradient of each with respect to the predictions. */
function evaluated({ predicted, target, targetRank, known, anchors }: Example) {
  const graph = new Graph();
  const inputs: [Tensor, Value][] = [
    [graph.input('predicted', [N, H, Q]), predicted],
    [graph.input('target', [N, H]), target],
    [graph.input('rank', [N, H]), targetRank],
    [graph.input('known', [N, H]), known],
    [graph.input('anchors', [anchors.length], 'i64'), value([anchors.length], anchors)],
  ];
  const [p, t, r, k, a] = inputs.map(([tensor]) => tensor);
  const parts = lossParts({
    predicted: p,
    target: t,
    targetRank: r,
    known: k,
    anchors: a,
    quantiles: QUANTILES,
    horizonWeights: WEIGHTS,
  });
  const wanted = LOSS_PARTS.flatMap((name) => [parts[name], gradients(parts[name], [{ name, tensor: p }])[0]]);
  const found = evaluate(wanted, new Map(inputs));
  const losses = Object.fromEntries(LOSS_PARTS.map((name, i) => [name, found[2 * i].data[0]])) as Record<
    LossPart,
    number
  >;
  const slopes = Object.fromEntries(LOSS_PARTS.map((name, i) => [name, found[2 * i + 1].data])) as Record<
    LossPart,
    Float64Array
  >;
  return { losses, slopes };
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

function pearson(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((x, i) => {
    ab += (x - ma) * (b[i] - mb);
    aa += (x - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt((aa + 1e-6) * (bb + 1e-6));
}

/** The same, one horizon and one row at a time. */
function plain({ predicted, target, targetRank, known, anchors }: Example): Record<LossPart, number> {
  const sums: Record<LossPart, number> = { pinball: 0, mse: 0, rank_ic: 0, ic: 0, sharpe: 0 };
  for (let h = 0; h < H; h++) {
    const rows = Array.from({ length: N }, (_, i) => i).filter((i) => known.data[i * H + h] === 1);
    const median = (i: number): number => predicted.data[(i * H + h) * Q + 1];
    const y = rows.map((i) => target.data[i * H + h]);
    const m = rows.map(median);
    const pinball = rows.map((i) =>
      mean(
        QUANTILES.map((q, j) => {
          const error = target.data[i * H + h] - predicted.data[(i * H + h) * Q + j];
          return error >= 0 ? q * error : (q - 1) * error;
        }),
      ),
    );
    const [mm, my] = [mean(m), mean(y)];
    const deviation = Math.sqrt(mean(m.map((x) => (x - mm) ** 2)) + 1e-6);
    // An unknown row stands at the mean where it serves as an anchor.
    const standard = (i: number): number => (known.data[i * H + h] === 1 ? (median(i) - mm) / (deviation * 0.25) : 0);
    const softRank = rows.map((i) => mean(anchors.map((j) => 1 / (1 + Math.exp(standard(j) - standard(i))))));
    const gross = m.reduce((sum, x) => sum + Math.abs(x - mm), 0) + 1e-6;
    const book = m.map((x, i) => ((x - mm) / gross) * y[i]);
    const gain = mean(book);
    const share = WEIGHTS[h] / (WEIGHTS[0] + WEIGHTS[1]);
    sums.pinball += share * mean(pinball);
    sums.mse += share * mean(m.map((x, i) => (x - mm - (y[i] - my)) ** 2));
    sums.rank_ic +=
      share *
      pearson(
        softRank,
        rows.map((i) => targetRank.data[i * H + h]),
      );
    sums.ic += share * pearson(m, y);
    sums.sharpe -= (share * gain) / Math.sqrt(mean(book.map((x) => (x - gain) ** 2)) + 1e-8);
  }
  return { ...sums, rank_ic: 1 - sums.rank_ic, ic: 1 - sums.ic };
}

test.each([1, 2, 3])('every part is what plain loops say, example %i', (seed) => {
  const given = example(seed);
  const { losses } = evaluated(given);
  const wanted = plain(given);
  for (const part of LOSS_PARTS) expect(losses[part], part).toBeCloseTo(wanted[part], 10);
});

test('ranks against a part of the rows too', () => {
  const given = { ...example(4), anchors: [7, 2, 5] };
  expect(evaluated(given).losses.rank_ic).toBeCloseTo(plain(given).rank_ic, 10);
});

test('what stands where a target is unknown changes nothing and gets no gradient', () => {
  const given = example(5);
  const other = structuredClone(given);
  given.known.data.forEach((known, at) => {
    if (known === 1) return;
    other.target.data[at] = 1e6;
    other.targetRank.data[at] = -1e6;
    for (let q = 0; q < Q; q++) other.predicted.data[at * Q + q] = 77 + q;
  });
  const [one, two] = [evaluated(given), evaluated(other)];
  for (const part of LOSS_PARTS) {
    expect(two.losses[part], part).toBeCloseTo(one.losses[part], 9);
    given.known.data.forEach((known, at) => {
      const slope = two.slopes[part].subarray(at * Q, at * Q + Q);
      if (known === 0)
        expect(
          [...slope].every((s) => s === 0),
          `${part} ${at}`,
        ).toBe(true);
    });
  }
});

test.each([
  { what: 'a constant prediction', predicted: 0.7, target: undefined },
  { what: 'a constant target', predicted: undefined, target: 0.3 },
  { what: 'both constant', predicted: 0, target: 0 },
])('$what gives finite losses and gradients', ({ predicted, target }) => {
  const given = example(6);
  if (predicted !== undefined) given.predicted.data.fill(predicted);
  if (target !== undefined) {
    given.target.data.fill(target);
    given.targetRank.data.fill(0);
  }
  const { losses, slopes } = evaluated(given);
  for (const part of LOSS_PARTS) {
    expect(Number.isFinite(losses[part]), part).toBe(true);
    expect(slopes[part].every(Number.isFinite), part).toBe(true);
  }
  expect(losses.rank_ic).toBeCloseTo(1, 6);
  expect(losses.ic).toBeCloseTo(1, 6);
  if (predicted !== undefined) expect(losses.sharpe).toBeCloseTo(0, 6);
});

test('a day without any known target teaches nothing', () => {
  const given = example(7);
  given.known.data.fill(0);
  const { losses, slopes } = evaluated(given);
  expect(losses).toEqual({ pinball: 0, mse: 0, rank_ic: 1, ic: 1, sharpe: expect.closeTo(0, 12) });
  for (const part of LOSS_PARTS)
    expect(
      slopes[part].every((slope) => Math.abs(slope) === 0),
      part,
    ).toBe(true);
});

test('the rank loss is near 0 for the right order, near 2 for the reverse, and does not mind scale or shift', () => {
  const given = example(8);
  given.known.data.fill(1);
  given.target.data.forEach((y, at) => {
    given.targetRank.data[at] =
      [...given.target.data].filter((z, i) => i % H === at % H && z < y).length / (N - 1) - 0.5;
    given.predicted.data[at * Q + 1] = given.targetRank.data[at];
  });
  const right = evaluated(given).losses.rank_ic;
  expect(right).toBeLessThan(0.05);
  given.predicted.data.forEach((p, i) => {
    given.predicted.data[i] = 40 * p - 3;
  });
  expect(evaluated(given).losses.rank_ic).toBeCloseTo(right, 4);
  given.predicted.data.forEach((p, i) => {
    given.predicted.data[i] = -p;
  });
  expect(evaluated(given).losses.rank_ic).toBeGreaterThan(1.95);
});

test('a step against each gradient lowers its part', () => {
  const given = example(9);
  const before = evaluated(given);
  for (const part of LOSS_PARTS) {
    const moved = structuredClone(given);
    before.slopes[part].forEach((slope, i) => {
      moved.predicted.data[i] -= 1e-4 * slope;
    });
    expect(evaluated(moved).losses[part], part).toBeLessThan(before.losses[part]);
  }
});
