// The model of the training-step benchmark: the same work as its PyTorch peer. N stocks of one day, T = 20 days, F features,
// hidden H: variable selection, multi-window normalisation, LSTM, 4-head attention over the days, two graph-attention layers
// over k = 20 fixed neighbours, 5 horizons x 3 quantiles, pinball + (1 - IC) - 0.05 Sharpe, AdamW, global-norm clip 1.
import { layerNorm, linear } from '../../core/nn/layers/basic.ts';
import { lstm } from '../../core/nn/layers/lstm.ts';
import { adamW, ADAMW_DEFAULTS, optimiserInputs } from '../../core/nn/optimiser.ts';
import { collectParameters, flatParameters, ParameterLayout } from '../../core/nn/parameters.ts';
import { Scope } from '../../core/nn/scope.ts';
import { gradients } from '../../core/tensor/gradients.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

export const DAYS = 20;
export const FEATURES = 64;
export const NEIGHBOURS = 20;
const HEADS = 4;
const HORIZONS = 5;
const QUANTILES = [0.1, 0.5, 0.9];

function graphAttention(scope: Scope, h: Tensor, neighbours: Tensor, hidden: number): Tensor {
  const size = hidden / HEADS;
  const { graph } = scope;
  const w = linear(scope.child('w'), h, hidden, { bias: false });
  const heads = w.reshape(['N', HEADS, size]);
  const project = (name: string): Tensor =>
    heads.mul(scope.parameter(name, [HEADS, size], { kind: 'normal', deviation: 0.1 })).sum([2]);
  const source = project('src');
  const target = project('dst');
  const scores = target
    .gather(neighbours)
    .add(source.reshape(['N', 1, HEADS]))
    .leakyRelu(0.2)
    .softmax(1);
  // Dense: the weights of the k neighbours laid into rows of N, then one product a head. No gather of wide rows, no scatter back.
  const byHead = scores.transpose([2, 0, 1]);
  const index = neighbours.reshape([1, 'N', NEIGHBOURS]).broadcast([HEADS, 'N', NEIGHBOURS]);
  const dense = graph.node('putAlong', [index, byHead], { axis: 2, size: 'N' });
  const mixed = dense.matmul(heads, { rowsFirstB: true }).transpose([1, 0, 2]).reshape(['N', hidden]).elu();
  const gate = linear(scope.child('gate'), graph.concat([h, mixed], 1), hidden).sigmoid();
  return h.add(gate.mul(mixed.sub(h)));
}

function forward(scope: Scope, x: Tensor, neighbours: Tensor, hidden: number): Tensor {
  const inner = linear(scope.child('v1'), x, hidden).elu();
  const value = linear(scope.child('v2a'), inner, FEATURES);
  const gate = linear(scope.child('v2b'), inner, FEATURES);
  const weights = layerNorm(scope.child('vn'), x.add(value.sigmoid().mul(gate))).softmax(-1);
  // Scaling the input instead of the product is the same value, with no gradient of its own.
  const selected = x.mul(FEATURES).mul(weights);
  const mix = scope.parameter('mix', [3, 1, 1, FEATURES], { kind: 'constant', value: 0 }).softmax(0);
  // sum_i mix_i (x - mean_i) / deviation_i, gathered into x * rate - shift so that x is passed over once.
  let rate: Tensor | undefined;
  let shift: Tensor | undefined;
  for (const [i, window] of [5, 10, 20].entries()) {
    const last = selected.slice(0, DAYS - window, DAYS);
    const mean = last.mean([0], { keepDims: true });
    const variance = last.sub(mean).square().mean([0], { keepDims: true });
    const share = mix.at(0, i).div(variance.add(1e-4).sqrt());
    rate = rate ? rate.add(share) : share;
    shift = shift ? shift.add(share.mul(mean)) : share.mul(mean);
  }
  const normal = selected.mul(rate!).sub(shift!);
  const embedded = linear(scope.child('inp'), normal, hidden);
  let h = layerNorm(scope.child('ln1'), lstm(scope.child('lstm'), embedded, hidden).add(embedded));
  const size = hidden / HEADS;
  const [q, k, v] = ['q', 'k', 'v'].map((name) =>
    linear(scope.child(name), h, hidden).reshape([DAYS, 'N', HEADS, size]),
  );
  const attention = q
    .matmul(k, { rowsFirstA: true, rowsFirstB: true, transB: true })
    .mul(1 / Math.sqrt(size))
    .softmax(-1);
  const context = attention.matmul(v, { rowsFirstB: true }).transpose([2, 0, 1, 3]).reshape([DAYS, 'N', hidden]);
  h = layerNorm(scope.child('ln2'), h.add(linear(scope.child('o'), context, hidden)));
  let z = h.at(0, DAYS - 1).add(h.mean([0]));
  for (const i of [0, 1]) z = graphAttention(scope.child(`gat${i}`), z, neighbours, hidden);
  const head = linear(scope.child('h1'), z, hidden).silu();
  return linear(scope.child('h2'), head, HORIZONS * QUANTILES.length).reshape(['N', HORIZONS, QUANTILES.length]);
}

function lossOf(p: Tensor, y: Tensor): Tensor {
  const { graph } = p;
  const error = y.reshape(['N', HORIZONS, 1]).sub(p);
  const quantiles = graph.constant(QUANTILES, [3]);
  const pinball = error
    .mul(quantiles)
    .maximum(error.mul(quantiles.sub(1)))
    .mean();
  const median = p.at(2, 1);
  const pc = median.sub(median.mean([0], { keepDims: true }));
  const yc = y.sub(y.mean([0], { keepDims: true }));
  const ic = pc
    .mul(yc)
    .sum([0])
    .div(
      pc
        .sumSquare([0])
        .mul(yc.sumSquare([0]))
        .add(1e-8)
        .sqrt(),
    );
  const book = pc.div(pc.abs().sum([0], { keepDims: true }).add(1e-6)).mul(y);
  const mean = book.mean([0], { keepDims: true });
  const sharpe = mean.reshape([HORIZONS]).div(book.sub(mean).square().mean([0]).add(1e-8).sqrt());
  return pinball.add(graph.constant(1).sub(ic.mean())).sub(sharpe.mean().mul(0.05));
}

/** The whole training step as one graph, with the layout of its weights. */
export function buildStep(hidden: number): { outputs: Record<string, Tensor>; layout: ParameterLayout } {
  const drawing = new Graph();
  const collected = collectParameters(drawing);
  const x0 = drawing.input('x', [DAYS, 'N', FEATURES]);
  forward(new Scope(drawing, collected.source), x0, drawing.input('neighbours', ['N', NEIGHBOURS], 'i64'), hidden);
  const layout = new ParameterLayout(collected.specs);

  const graph = new Graph();
  const inputs = optimiserInputs(graph, layout.size);
  const { source, tensors } = flatParameters(inputs.weights, layout);
  const x = graph.input('x', [DAYS, 'N', FEATURES]);
  const neighbours = graph.input('neighbours', ['N', NEIGHBOURS], 'i64');
  const y = graph.input('y', ['N', HORIZONS]);
  const loss = lossOf(forward(new Scope(graph, source), x, neighbours, hidden), y);
  const wrt = layout.parameters.map(({ name }) => ({ name, tensor: tensors.get(name)! }));
  const flat = graph.concat(
    gradients(loss, wrt).map((gradient) => gradient.reshape([-1])),
    0,
  );
  const step = adamW(inputs, flat, ADAMW_DEFAULTS);
  return {
    layout,
    outputs: {
      loss,
      norm: step.norm,
      weights_next: step.weights,
      first_moment_next: step.firstMoment,
      second_moment_next: step.secondMoment,
    },
  };
}
