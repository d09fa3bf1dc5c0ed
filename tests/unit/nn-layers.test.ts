// Layers against plain loops and against what they promise: FAN, SAN, LSTM, graph attention, dropout.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import {
  frequencyAdaptiveNorm,
  mainFrequencies,
  sliceAdaptiveNorm,
  sliceSizes,
} from '../../core/nn/layers/adaptive-norm.ts';
import { dropout } from '../../core/nn/layers/basic.ts';
import { graphAttention } from '../../core/nn/layers/graph-attention.ts';
import { lstm } from '../../core/nn/layers/lstm.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph } from '../../core/tensor/tensor.ts';
import { noiseFeeds } from '../../core/train/feeds.ts';
import { evaluateLayer, normal, value } from '../support/layer.ts';

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function mainOf(x: Value, window: number, components: number): Value {
  const graph = new Graph();
  const input = graph.input('x', x.shape);
  return evaluate([mainFrequencies(input, window, components)], new Map([[input, x]]))[0];
}

/** The strongest components of one series by the definition of the DFT, with complex sums over all frequencies. */
function naiveMain(series: readonly number[], components: number): number[] {
  const n = series.length;
  const bins = Array.from({ length: n }, (_, f) => {
    let [re, im] = [0, 0];
    series.forEach((y, t) => {
      re += y * Math.cos((2 * Math.PI * f * t) / n);
      im -= y * Math.sin((2 * Math.PI * f * t) / n);
    });
    return { re, im };
  });
  // Energy of a frequency and its conjugate together.
  const half = Array.from({ length: Math.floor(n / 2) + 1 }, (_, f) => f);
  const energy = (f: number): number => (bins[f].re ** 2 + bins[f].im ** 2) * (f === 0 || 2 * f === n ? 1 : 2);
  const chosen = new Set(half.sort((a, b) => energy(b) - energy(a)).slice(0, components));
  return series.map((_, t) => {
    let sum = 0;
    bins.forEach(({ re, im }, f) => {
      if (!chosen.has(Math.min(f, n - f))) return;
      const angle = (2 * Math.PI * f * t) / n;
      sum += (re * Math.cos(angle) - im * Math.sin(angle)) / n;
    });
    return sum;
  });
}

test.each([
  [20, 5, 2],
  [20, 10, 2],
  [20, 20, 3],
  [9, 7, 1],
])('FAN: of %i days, the main frequencies of the last %i are those of a naive DFT, %i of them', (days, window, k) => {
  const x = normal(new Random(days + window), days, 3, 2);
  const found = mainOf(x, window, k);
  expect(found.shape).toEqual([window, 3, 2]);
  for (let column = 0; column < 6; column++) {
    const series = Array.from({ length: window }, (_, t) => x.data[(days - window + t) * 6 + column]);
    naiveMain(series, k).forEach((wanted, t) => {
      expect(found.data[t * 6 + column]).toBeCloseTo(wanted, 10);
    });
  }
});

test('FAN: sines of known frequencies are removed whole, one component each, and days before the window do not matter', () => {
  const wave = (t: number, column: number): number =>
    column === 0
      ? 3 * Math.sin((2 * Math.PI * 2 * t) / 10 + 0.4)
      : 2 * Math.cos((2 * Math.PI * t) / 10) + 0.5 * Math.sin((2 * Math.PI * 3 * t) / 10);
  const x = value(
    [14, 1, 2],
    Array.from({ length: 28 }, (_, i) => wave(Math.floor(i / 2) - 4, i % 2) + (i < 8 ? 100 : 0)),
  );
  const recent = x.data.subarray(8);
  const two = mainOf(x, 10, 2);
  expect(largest(recent.map((y, i) => y - two.data[i]))).toBeLessThan(1e-12);
  const one = mainOf(x, 10, 1);
  const left = recent.map((y, i) => y - one.data[i]);
  expect(largest(left.filter((_, i) => i % 2 === 0))).toBeLessThan(1e-12);
  // Of the sum the stronger goes; the weaker stays as it is.
  left
    .filter((_, i) => i % 2 === 1)
    .forEach((y, t) => {
      expect(y).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * 3 * t) / 10), 12);
    });
});

test('FAN: with open gates the change is the mixed removal, and the whole sequence loses what repeats in every window', () => {
  // Period 5 fits windows of 5, 10 and 20 days.
  const x = value(
    [20, 1, 1],
    Array.from({ length: 20 }, (_, t) => Math.sin((2 * Math.PI * t) / 5)),
  );
  const windows = [5, 10, 20];
  const { outputs } = evaluateLayer(
    (scope, inputs) => {
      const { change, predicted } = frequencyAdaptiveNorm(scope, inputs.x, { windows, components: 1 }, 4, 0);
      return [change, predicted];
    },
    { x },
    { gate: 60, mix: [0, 0, 0] },
  );
  const [change, predicted] = outputs;
  // Equal shares: a day that only the longest window covers loses a third, the last days lose all.
  x.data.forEach((y, t) => {
    const share = t >= 15 ? 1 : t >= 10 ? 2 / 3 : 1 / 3;
    expect(change.data[t]).toBeCloseTo(-share * y, 10);
  });
  expect(predicted.shape).toEqual([1, 4]);
});

test('FAN and SAN: behind closed gates the input stays as it was', () => {
  const x = normal(new Random(2), 20, 3, 2);
  const changes = evaluateLayer(
    (scope, inputs) => [
      frequencyAdaptiveNorm(scope.child('fan'), inputs.x, { windows: [5, 20], components: 2 }, 4, 0).change,
      sliceAdaptiveNorm(scope.child('san'), inputs.x, 3, 4, 0).change,
    ],
    { x },
    { 'fan.gate': -80, 'san.gate': -80 },
  ).outputs;
  for (const change of changes) expect(largest(change.data)).toBeLessThan(1e-30);
});

test('SAN: twenty days in three slices are 6, 7 and 7 days, the oldest the shortest', () => {
  expect(sliceSizes(20, 3)).toEqual([6, 7, 7]);
  expect(sliceSizes(20, 4)).toEqual([5, 5, 5, 5]);
  expect(sliceSizes(3, 3)).toEqual([1, 1, 1]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (slices, extra) => {
      const sizes = sliceSizes(slices + extra, slices);
      expect(sizes).toHaveLength(slices);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(slices + extra);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      expect(sizes[slices - 1] - sizes[0]).toBeLessThanOrEqual(1);
    }),
  );
});

test('SAN: with open gates every slice of every stock and feature has mean 0 and its deviation taken away', () => {
  const random = new Random(6);
  const x = normal(random, 20, 4, 3);
  // Another level and size in every slice.
  x.data.forEach((y, i) => {
    const day = Math.floor(i / 12);
    x.data[i] = day < 6 ? y : day < 13 ? 5 + 3 * y : -2 + 0.5 * y;
  });
  const { outputs } = evaluateLayer(
    (scope, inputs) => [inputs.x.add(sliceAdaptiveNorm(scope, inputs.x, 3, 4, 0).change)],
    { x },
    { gate: 60 },
  );
  const [first, second, third] = [0, 6, 13];
  for (const [from, to] of [
    [first, second],
    [second, third],
    [third, 20],
  ])
    for (let column = 0; column < 12; column++) {
      const days = Array.from({ length: to - from }, (_, t) => (from + t) * 12 + column);
      const mean = (values: readonly number[]): number => values.reduce((sum, y) => sum + y, 0) / values.length;
      const before = days.map((at) => x.data[at]);
      const level = mean(before);
      const deviation = Math.sqrt(mean(before.map((y) => (y - level) ** 2)) + 0.01);
      days.forEach((at) => {
        expect(outputs[0].data[at]).toBeCloseTo((x.data[at] - level) / deviation, 10);
      });
    }
});

test('LSTM: every state is what the published recurrence gives', () => {
  const [days, stocks, width, units] = [6, 3, 4, 2];
  const x = normal(new Random(8), days, stocks, width);
  const { outputs, parameters } = evaluateLayer((scope, inputs) => [lstm(scope, inputs.x, units)], { x });
  const weight = [...parameters.get('input_weight')!.data, ...parameters.get('hidden_weight')!.data];
  const bias = ['input', 'forget', 'output', 'cell'].map((gate) => parameters.get(`${gate}_bias`)!.data);
  for (let stock = 0; stock < stocks; stock++) {
    let hidden = new Float64Array(units);
    const cell = new Float64Array(units);
    for (let day = 0; day < days; day++) {
      const given = [...x.data.subarray((day * stocks + stock) * width, (day * stocks + stock + 1) * width), ...hidden];
      const gate = (g: number, u: number): number =>
        given.reduce((sum, y, row) => sum + y * weight[row * 4 * units + g * units + u], bias[g][u]);
      hidden = Float64Array.from({ length: units }, (_, u) => {
        cell[u] = sigmoid(gate(1, u)) * cell[u] + sigmoid(gate(0, u)) * Math.tanh(gate(3, u));
        return sigmoid(gate(2, u)) * Math.tanh(cell[u]);
      });
      for (let u = 0; u < units; u++)
        expect(outputs[0].data[(day * stocks + stock) * units + u]).toBeCloseTo(hidden[u], 10);
    }
  }
});

const [STOCKS, HIDDEN, K, HEADS] = [6, 4, 3, 2];
interface Around {
  index: Value & { integer: true };
  mask: Value;
  edges: Value;
}

/** Stock 4 has no neighbour, stock 1 has one. */
function around(): Around {
  const random = new Random(12);
  const mask = value([STOCKS, K], new Float64Array(STOCKS * K).fill(1));
  for (const at of [4 * K, 4 * K + 1, 4 * K + 2, K + 1, K + 2]) mask.data[at] = 0;
  const index = Float64Array.from({ length: STOCKS * K }, (_, i) => (Math.floor(i / K) + 1 + (i % K)) % STOCKS);
  mask.data.forEach((real, i) => {
    if (real === 0) index[i] = Math.floor(i / K);
  });
  const edges = normal(random, STOCKS, K, 3);
  edges.data.forEach((edge, i) => {
    edges.data[i] = edge * mask.data[Math.floor(i / 3)];
  });
  return { index: { ...value([STOCKS, K], index), integer: true }, mask, edges };
}

function attend(h: Value, graph: Around, { rate = 0, training = false } = {}) {
  return evaluateLayer(
    (scope, inputs) => [graphAttention(scope, inputs.h, inputs, { heads: HEADS, gateStart: -2, dropout: rate })],
    { h, ...graph },
    {},
    { seed: 3, training },
  );
}

test('graph attention: every stock is what a plain loop over its neighbours gives (GATv2)', () => {
  const h = normal(new Random(1), STOCKS, HIDDEN);
  const graph = around();
  const { outputs, parameters } = attend(h, graph);
  const p = (name: string): Float64Array => parameters.get(name)!.data;
  const times = (x: ArrayLike<number>, matrix: Float64Array): number[] =>
    Array.from({ length: HIDDEN }, (_, c) => Array.from(x).reduce((sum, y, r) => sum + y * matrix[r * HIDDEN + c], 0));
  const size = HIDDEN / HEADS;
  for (let stock = 0; stock < STOCKS; stock++) {
    const own = [...h.data.subarray(stock * HIDDEN, (stock + 1) * HIDDEN)];
    const slots = Array.from({ length: K }, (_, k) => stock * K + k).filter((slot) => graph.mask.data[slot] === 1);
    const source = times(own, p('source.weight')).map((y, c) => y + p('source.bias')[c]);
    const targets = slots.map((slot) => {
      const at = graph.index.data[slot] * HIDDEN;
      return times(h.data.subarray(at, at + HIDDEN), p('target.weight'));
    });
    const scores = slots.map((slot, k) => {
      const edge = times(graph.edges.data.subarray(slot * 3, slot * 3 + 3), p('edge.weight'));
      const joined = source.map((y, c) => y + targets[k][c] + edge[c]).map((y) => (y > 0 ? y : 0.2 * y));
      return Array.from({ length: HEADS }, (_, head) =>
        joined.reduce((sum, y, c) => (Math.floor(c / size) === head ? sum + y * p('attention')[c] : sum), 0),
      );
    });
    const mixed = Array.from({ length: HIDDEN }, (_, c) => {
      const head = Math.floor(c / size);
      const total = scores.reduce((sum, score) => sum + Math.exp(score[head]), 0);
      return slots.reduce((sum, _, k) => sum + (Math.exp(scores[k][head]) / total) * targets[k][c], 0);
    });
    const mean = mixed.reduce((sum, y) => sum + y, 0) / HIDDEN;
    const deviation = Math.sqrt(mixed.reduce((sum, y) => sum + (y - mean) ** 2, 0) / HIDDEN + 1e-5);
    const heard = mixed
      .map((y, c) => ((y - mean) / deviation) * p('norm.scale')[c] + p('norm.bias')[c])
      .map((y) => (y > 0 ? y : Math.exp(y) - 1));
    const wanted = own.map((y, c) => {
      const gate = sigmoid(
        [...own, ...heard].reduce((sum, z, r) => sum + z * p('gate.weight')[r * HIDDEN + c], p('gate.bias')[c]),
      );
      return slots.length > 0 ? y + gate * (heard[c] - y) : y;
    });
    wanted.forEach((y, c) => {
      expect(outputs[0].data[stock * HIDDEN + c], `stock ${stock}`).toBeCloseTo(y, 5);
    });
  }
});

test('graph attention: a stock without neighbours is left exactly as it is, with dropout too', () => {
  const h = normal(new Random(2), STOCKS, HIDDEN);
  for (const training of [false, true]) {
    const { data } = attend(h, around(), { rate: 0.4, training }).outputs[0];
    expect(data.subarray(4 * HIDDEN, 5 * HIDDEN)).toEqual(h.data.subarray(4 * HIDDEN, 5 * HIDDEN));
    expect(data.subarray(0, HIDDEN)).not.toEqual(h.data.subarray(0, HIDDEN));
  }
});

test('graph attention: what a padded slot points to, and its edges, change nothing', () => {
  const h = normal(new Random(3), STOCKS, HIDDEN);
  const graph = around();
  const other = structuredClone(graph);
  other.mask.data.forEach((real, slot) => {
    if (real === 1) return;
    other.index.data[slot] = (slot * 5 + 2) % STOCKS;
    other.edges.data.fill(9, slot * 3, slot * 3 + 3);
  });
  expect(other.index.data).not.toEqual(graph.index.data);
  expect(attend(h, other).outputs[0].data).toEqual(attend(h, graph).outputs[0].data);
});

test('graph attention: only a neighbour is heard, and the order of stocks does not matter', () => {
  const h = normal(new Random(4), STOCKS, HIDDEN);
  const graph = around();
  const before = attend(h, graph).outputs[0].data;
  // Stock 1 has stock 2 as its only neighbour.
  const moved = structuredClone(h);
  moved.data.fill(5, 3 * HIDDEN);
  const after = attend(moved, graph).outputs[0].data;
  expect(after.subarray(HIDDEN, 2 * HIDDEN)).toEqual(before.subarray(HIDDEN, 2 * HIDDEN));
  moved.data.fill(5, 2 * HIDDEN, 3 * HIDDEN);
  expect(attend(moved, graph).outputs[0].data.subarray(HIDDEN, 2 * HIDDEN)).not.toEqual(
    before.subarray(HIDDEN, 2 * HIDDEN),
  );

  const order = [3, 5, 0, 2, 1, 4];
  const rows = ({ shape, data }: Value): Value => {
    const width = data.length / STOCKS;
    return value(
      shape,
      order.flatMap((row) => [...data.subarray(row * width, (row + 1) * width)]),
    );
  };
  const index = rows(graph.index).data.map((row) => order.indexOf(row));
  const shuffled = attend(rows(h), {
    index: { ...value([STOCKS, K], index), integer: true },
    mask: rows(graph.mask),
    edges: rows(graph.edges),
  }).outputs[0].data;
  rows(value([STOCKS, HIDDEN], before)).data.forEach((y, i) => {
    expect(shuffled[i]).toBeCloseTo(y, 12);
  });
});

test('dropout: kept values are scaled up, one mask serves all days, and outside training nothing happens', () => {
  const x = value([3, 40, 50], new Float64Array(6000).fill(1));
  const build = (training: boolean): Float64Array =>
    evaluateLayer((scope, inputs) => [dropout(scope, inputs.x, 0.25, [40, 50])], { x }, {}, { training }).outputs[0]
      .data;
  const dropped = build(true);
  for (const y of dropped) expect([0, 1 / 0.75]).toContain(y);
  expect(dropped.subarray(0, 2000)).toEqual(dropped.subarray(4000));
  expect(dropped.reduce((sum, y) => sum + y, 0) / 6000).toBeCloseTo(1, 1);
  expect(build(false)).toEqual(x.data);
});

test('dropout noise depends on the seed, the position and the mask alone', () => {
  const inputs = [
    { name: 'noise_0', shape: ['N', 4], stream: 0 },
    { name: 'noise_1', shape: [3, 'N'], stream: 1 },
  ];
  const at = (seed: number, ...position: number[]) => noiseFeeds(inputs, 5, seed, ...position);
  const again = at(1, 2, 3);
  expect(again).toEqual(at(1, 2, 3));
  expect(again.noise_0.shape).toEqual([5, 4]);
  expect(again.noise_1.shape).toEqual([3, 5]);
  const data = (feeds: ReturnType<typeof at>, name = 'noise_0'): string => String(feeds[name].data);
  const others = [at(2, 2, 3), at(1, 3, 3), at(1, 2, 4), at(1, 3, 2)];
  expect(new Set([again, ...others].map((feeds) => data(feeds))).size).toBe(5);
  expect(data(again, 'noise_1').startsWith(data(again).slice(0, 8))).toBe(false);
  // A mask more changes none of the others.
  const more = noiseFeeds([...inputs, { name: 'noise_2', shape: ['N'], stream: 2 }], 5, 1, 2, 3);
  expect(data(more)).toBe(data(again));
  for (const y of again.noise_0.data as Float32Array) expect(y >= 0 && y < 1).toBe(true);
});
