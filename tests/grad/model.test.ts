// The whole training step of the whole model: its gradient against central differences in float64, and every engine against
// the float64 reference.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { layoutOf, traceInference, traceStep } from '../../core/models/trace.ts';
import type { ModelConfig } from '../../core/models/atft-gat-fan.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import type { HostTensor } from '../../core/runtime/executor.ts';
import { inputsOf } from '../../core/runtime/onnx-emit.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { onnxWebgpuEngine } from '../../core/runtime/onnx-webgpu.node.ts';
import { tfjsCpuEngine, tfjsWasmEngine } from '../../core/runtime/tfjs.node.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { resolveShape } from '../../core/tensor/dims.ts';

const SHAPE = { features: 6, horizons: 2, neighbours: 3 };
const CONFIG: ModelConfig = {
  name: 'atft_gat_fan',
  hidden_size: 4,
  sequence_length: 8,
  lstm_layers: 2,
  attention_heads: 2,
  dropout: 0.2,
  quantiles: [0.1, 0.5, 0.9],
  fan: { enabled: true, windows: [3, 8], components: 2 },
  san: { enabled: true, slices: 3 },
  gat: { enabled: true, layers: 2, heads: 2, gate_init: -1, dropout: 0.1 },
};
const OPTIONS = {
  optimiser: { ...ADAMW_DEFAULTS, clipNorm: 0.5 },
  lossWeights: { pinball: 1, mse: 0.3, rank_ic: 0.5, ic: 0.3, sharpe: 0.1 },
  horizonWeights: [1, 0.5],
};
const SIZES = { N: 7, A: 5 };

/** A plausible value for every input of a graph, float32-exact. */
function feedsFor(
  outputs: Record<string, import('../../core/tensor/tensor.ts').Tensor>,
  weights: Float32Array,
): Map<string, Value> {
  const random = new Random(3);
  return new Map(
    inputsOf(Object.values(outputs)).map(({ attrs: { name, shape } }) => {
      const dims = resolveShape(shape, SIZES);
      const size = dims.reduce((a, b) => a * b, 1);
      const draw = (): number => {
        if (name === 'neighbours' || name === 'anchors') return random.int(SIZES.N);
        if (name === 'edge_mask' || name === 'known') return random.uniform() < 0.8 ? 1 : 0;
        if (name.startsWith('noise_')) return random.uniform();
        if (name === 'decay_mask') return random.int(2);
        if (name === 'second_moment') return random.uniform() * 0.01;
        if (name.startsWith('correction_')) return 0.5;
        if (name === 'learning_rate') return 0.01;
        if (name === 'update_due') return 1;
        return random.normal();
      };
      const data =
        name === 'weights'
          ? Float64Array.from(weights)
          : Float64Array.from({ length: size }, () => Math.fround(draw()));
      return [name, { shape: dims, data }];
    }),
  );
}

function startingWeights(layout: ReturnType<typeof layoutOf>): Float32Array {
  const random = new Random(5);
  return layout.initialise(1).map((value) => value + 0.05 * random.normal());
}

const bind = (outputs: Record<string, import('../../core/tensor/tensor.ts').Tensor>, feeds: Map<string, Value>) =>
  new Map(inputsOf(Object.values(outputs)).map((input) => [input, feeds.get(input.attrs.name)!]));

const toHost = ({ shape, data }: Value, integer: boolean): HostTensor =>
  integer
    ? { dtype: 'i64', shape, data: BigInt64Array.from(data, BigInt) }
    : { dtype: 'f32', shape, data: Float32Array.from(data) };

test('the step follows the gradient: the first moment grows along central differences of the loss', () => {
  const layout = layoutOf(CONFIG, SHAPE);
  const { outputs } = traceStep(CONFIG, SHAPE, layout, {
    ...OPTIONS,
    optimiser: { ...ADAMW_DEFAULTS, clipNorm: 1e9 },
    accumulation: 1,
  });
  const feeds = feedsFor(outputs, startingWeights(layout));
  feeds.set('first_moment', { shape: [layout.size], data: new Float64Array(layout.size) });
  const [losses, moment] = evaluate([outputs.losses, outputs.first_moment_next], bind(outputs, feeds));
  expect(losses.data.every(Number.isFinite)).toBe(true);
  const gradient = moment.data.map((value) => value / (1 - ADAMW_DEFAULTS.beta1));
  const weights = feeds.get('weights')!.data;
  const lossAt = (values: Float64Array): number =>
    evaluate([outputs.losses], bind(outputs, new Map(feeds).set('weights', { shape: [layout.size], data: values })))[0]
      .data[0];
  for (let trial = 0; trial < 4; trial++) {
    const random = new Random(11, trial);
    const direction = weights.map(() => random.normal());
    const along = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    const step = 1e-6;
    const shifted = (sign: number): Float64Array => weights.map((w, i) => w + sign * step * direction[i]);
    const numeric = (lossAt(shifted(1)) - lossAt(shifted(-1))) / (2 * step);
    expect(Math.abs(numeric - along)).toBeLessThan(1e-4 * Math.max(1, Math.abs(numeric)));
  }
});

const engines = [
  onnxCpuEngine({ threads: 2, optimisation: 'basic' }),
  tfjsCpuEngine(),
  tfjsWasmEngine(),
  ...(process.env.PHASOR_WEBGPU ? [onnxWebgpuEngine()] : []),
];
for (const [engine, accumulation] of engines.flatMap((each) => [1, 3].map((steps) => [each, steps] as const)))
  test(`${engine.name} and the float64 reference agree on the step, accumulation ${accumulation}`, async () => {
    const layout = layoutOf(CONFIG, SHAPE);
    const { outputs } = traceStep(CONFIG, SHAPE, layout, { ...OPTIONS, accumulation });
    const feeds = feedsFor(outputs, startingWeights(layout));
    const names = Object.keys(outputs);
    const wanted = evaluate(Object.values(outputs), bind(outputs, feeds));
    const executable = await engine.compile(outputs, { name: 'step' });
    const found = await executable.run(
      Object.fromEntries(
        [...feeds].map(([name, value]) => [name, toHost(value, name === 'neighbours' || name === 'anchors')]),
      ),
    );
    await executable.dispose();
    names.forEach((name, i) => {
      wanted[i].data.forEach((value, j) => {
        expect(Math.abs(Number(found[name].data[j]) - value), `${name}[${j}]`).toBeLessThan(
          2e-4 * Math.max(1, Math.abs(value)),
        );
      });
    });
  });

test('quantiles never cross, and inference has no dropout', () => {
  const layout = layoutOf(CONFIG, SHAPE);
  const outputs = traceInference(CONFIG, SHAPE, layout);
  expect(inputsOf(Object.values(outputs)).map((input) => input.attrs.name)).not.toContain('noise_0');
  const [quantiles] = evaluate([outputs.quantiles], bind(outputs, feedsFor(outputs, startingWeights(layout))));
  for (let i = 0; i < quantiles.data.length; i += 3) {
    expect(quantiles.data[i]).toBeLessThan(quantiles.data[i + 1]);
    expect(quantiles.data[i + 1]).toBeLessThan(quantiles.data[i + 2]);
  }
});
