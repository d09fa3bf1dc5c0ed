// AdamW, gradient accumulation and the learning rate against plain loops in float64.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { layoutOf, traceStep } from '../../core/models/trace.ts';
import { ADAMW_DEFAULTS, type AdamWOptions, adamW, corrections, optimiserInputs } from '../../core/nn/optimiser.ts';
import { learningRateAt } from '../../core/nn/schedule.ts';
import { inputsOf } from '../../core/runtime/onnx-emit.ts';
import { resolveShape } from '../../core/tensor/dims.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';
import { normal, value } from '../support/layer.ts';
import { phases } from '../support/training.ts';

interface State {
  weights: Float64Array;
  first: Float64Array;
  second: Float64Array;
}

/** AdamW as in Loshchilov & Hutter 2019, algorithm 2, after clipping by the global norm. */
function plainStep(
  state: State,
  gradient: Float64Array,
  decay: Float64Array,
  t: number,
  rate: number,
  o: AdamWOptions,
) {
  let square = 0;
  for (const g of gradient) square += g * g;
  const norm = Math.sqrt(square);
  const clip = Math.min(1, o.clipNorm / (norm + 1e-6));
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i] * clip;
    state.first[i] = o.beta1 * state.first[i] + (1 - o.beta1) * g;
    state.second[i] = o.beta2 * state.second[i] + (1 - o.beta2) * g * g;
    const mean = state.first[i] / (1 - o.beta1 ** t);
    const variance = state.second[i] / (1 - o.beta2 ** t);
    const kept = decay[i] === 1 ? 1 - rate * o.weightDecay : 1;
    state.weights[i] = state.weights[i] * kept - (rate * mean) / (Math.sqrt(variance) + o.epsilon);
  }
  return norm;
}

const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-12): void => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(found[i] - wanted[i]), `[${i}]`).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted[i])));
};

test.each([
  { what: 'not clipped', clipNorm: 1e6 },
  { what: 'clipped', clipNorm: 0.3 },
])('AdamW is the published algorithm over eight steps, $what', ({ clipNorm }) => {
  const size = 12;
  const options = { ...ADAMW_DEFAULTS, weightDecay: 0.1, clipNorm };
  const graph = new Graph();
  const inputs = optimiserInputs(graph, size);
  const gradient = graph.input('gradient', [size]);
  const next = adamW(inputs, gradient, options);
  const random = new Random(4);
  const decay = Float64Array.from({ length: size }, (_, i) => i % 2);
  const plain: State = {
    weights: normal(random, size).data,
    first: new Float64Array(size),
    second: new Float64Array(size),
  };
  let state: State = { weights: plain.weights.slice(), first: new Float64Array(size), second: new Float64Array(size) };
  for (let t = 1; t <= 8; t++) {
    const g = normal(random, size).data;
    const rate = 0.05 / t;
    const [correction1, correction2] = corrections(t, options);
    const feeds = new Map<Tensor, Value>([
      [inputs.weights, value([size], state.weights)],
      [inputs.firstMoment, value([size], state.first)],
      [inputs.secondMoment, value([size], state.second)],
      [inputs.decayMask, value([size], decay)],
      [inputs.learningRate, value([], [rate])],
      [inputs.correction1, value([], [correction1])],
      [inputs.correction2, value([], [correction2])],
      [gradient, value([size], g)],
    ]);
    const [weights, first, second, norm] = evaluate(
      [next.weights, next.firstMoment, next.secondMoment, next.norm],
      feeds,
    );
    state = { weights: weights.data, first: first.data, second: second.data };
    near(norm.data, [plainStep(plain, g, decay, t, rate, options)]);
    near(state.weights, plain.weights);
    near(state.first, plain.first);
    near(state.second, plain.second);
  }
});

test('accumulating k batches and then updating is one update with the mean of their gradients', () => {
  const [{ config }] = phases(
    ['phase2_gat'],
    [
      'model.hidden_size=4',
      'model.attention_heads=2',
      'model.gat.heads=2',
      'model.sequence_length=6',
      'model.fan.windows=[3,6]',
      'model.quantiles=[0.1,0.5,0.9]',
    ],
  );
  const shape = { features: 3, horizons: 2, neighbours: 2 };
  const layout = layoutOf(config.model, shape);
  const optimiser = { ...ADAMW_DEFAULTS, clipNorm: 0.4, weightDecay: 0.1 };
  const rest = { lossWeights: config.train.loss, horizonWeights: [1, 0.5] };
  const one = traceStep(config.model, shape, layout, {
    ...rest,
    optimiser: { ...optimiser, clipNorm: 1e12 },
    accumulation: 1,
  }).outputs;
  const three = traceStep(config.model, shape, layout, { ...rest, optimiser, accumulation: 3 }).outputs;
  const sizes = { N: 6, A: 6 };
  const fixed: Record<string, Value> = {
    weights: value([layout.size], layout.initialise(2)),
    first_moment: value([layout.size], new Float64Array(layout.size)),
    second_moment: value([layout.size], new Float64Array(layout.size)),
    decay_mask: value([layout.size], layout.decayMask()),
    learning_rate: value([], [0.01]),
  };
  [fixed.correction_1, fixed.correction_2] = corrections(1, optimiser).map((correction) => value([], [correction]));

  /** The batch's own inputs are drawn from its number, the same for both graphs. */
  const run = (outputs: Record<string, Tensor>, batch: number, given: Record<string, Value>) => {
    const feeds = new Map<Tensor, Value>();
    for (const input of inputsOf(Object.values(outputs))) {
      const { name } = input.attrs;
      const dims = resolveShape(input.shape, sizes);
      const random = new Random(batch, name.length, name.charCodeAt(name.length - 1));
      const drawn = normal(random, ...dims);
      if (name === 'neighbours' || name === 'anchors') drawn.data.set(drawn.data.map((_, i) => i % sizes.N));
      if (name === 'edge_mask' || name === 'known') drawn.data.fill(1);
      if (name.startsWith('noise_')) drawn.data.set(drawn.data.map(() => random.uniform()));
      feeds.set(input, given[name] ?? fixed[name] ?? drawn);
    }
    const names = Object.keys(outputs);
    const found = evaluate(Object.values(outputs), feeds);
    return Object.fromEntries(names.map((name, i) => [name, found[i]]));
  };

  const mean = new Float64Array(layout.size);
  let accumulated = value([layout.size], mean);
  let last: Record<string, Value> = {};
  for (let batch = 0; batch < 3; batch++) {
    const gradient = run(one, batch, {}).first_moment_next.data.map((moment) => moment / (1 - optimiser.beta1));
    gradient.forEach((g, i) => {
      mean[i] += g / 3;
    });
    last = run(three, batch, { accumulated, update_due: value([], [batch === 2 ? 1 : 0]) });
    accumulated = last.accumulated_next;
    if (batch < 2) {
      near(last.weights_next.data, fixed.weights.data, 1e-15);
      near(last.first_moment_next.data, fixed.first_moment.data, 1e-15);
      near(accumulated.data, mean, 1e-9);
    }
  }
  expect(accumulated.data.every((left) => left === 0)).toBe(true);
  const plain: State = {
    weights: fixed.weights.data.slice(),
    first: new Float64Array(layout.size),
    second: new Float64Array(layout.size),
  };
  const norm = plainStep(plain, mean, fixed.decay_mask.data, 1, 0.01, optimiser);
  expect(norm).toBeGreaterThan(optimiser.clipNorm);
  near(last.norm.data, [norm], 1e-9);
  near(last.first_moment_next.data, plain.first, 1e-9);
  near(last.second_moment_next.data, plain.second, 1e-9);
  near(last.weights_next.data, plain.weights, 1e-6);
});

const schedule = { peak: 1e-3, floor: 1e-5, warmupSteps: 10, totalSteps: 110 };

test('the learning rate rises in equal steps to its peak, then falls along a cosine to its floor', () => {
  const rates = Array.from({ length: 130 }, (_, step) => learningRateAt(step, schedule));
  for (let step = 0; step < 10; step++) expect(rates[step]).toBeCloseTo(1e-4 * (step + 1), 12);
  expect(rates[10]).toBe(1e-3);
  expect(rates[60]).toBeCloseTo((1e-3 + 1e-5) / 2, 12);
  expect(rates[35]).toBeCloseTo(1e-5 + (1e-3 - 1e-5) * (0.5 + Math.SQRT1_2 / 2), 12);
  expect(rates.slice(110)).toEqual(new Array(20).fill(1e-5));
});

test('the learning rate stays between floor and peak, and never rises after the warm-up', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.nat(400),
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (warmupSteps, length, steps, share) => {
        const options = { peak: 1, floor: share, warmupSteps, totalSteps: warmupSteps + length };
        for (let step = 0; step < steps; step++) {
          const rate = learningRateAt(step, options);
          // A floor of 0 is reached at the end; the warm-up starts above 0.
          expect(rate).toBeGreaterThanOrEqual((step < warmupSteps ? 1 / warmupSteps : share) - 1e-12);
          expect(rate).toBeLessThanOrEqual(1 + 1e-12);
          if (step > warmupSteps) expect(rate).toBeLessThanOrEqual(learningRateAt(step - 1, options));
        }
      },
    ),
    { numRuns: 60 },
  );
});
