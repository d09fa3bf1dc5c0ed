// Owns small graphs of the kinds that models are made of, held against differences and executors like single operations.
import { noGrad, type Tensor } from '../../core/tensor/tensor.ts';
import { f, positive } from './cases.ts';
import type { Case } from './harness.ts';

/** One step of an LSTM cell: gates of [x, h], cell and hidden state. */
function lstmStep(x: Tensor, h: Tensor, c: Tensor, w: Tensor, u: Tensor, b: Tensor): [h: Tensor, c: Tensor] {
  const width = Number(h.shape[1]);
  const gates = x.matmul(w).add(h.matmul(u)).add(b);
  const [input, forget, cell, output] = gates.split(1, [width, width, width, width]);
  const kept = forget.sigmoid().mul(c).add(input.sigmoid().mul(cell.tanh()));
  return [output.sigmoid().mul(kept.tanh()), kept];
}

function correlation(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [a, b].map((v) => v.sub(v.mean()));
  return x.mul(y).sum().div(x.sumSquare().mul(y.sumSquare()).add(1e-6).sqrt());
}

export const composites: readonly Case[] = [
  {
    what: 'a chain of broadcasts',
    inputs: [f(['N', 1]), f([3]), f([]), f(['N', 3]), f([1, 1], positive)],
    shape: ['N', 3],
    build: ([a, b, c, d, e]) => a.mul(b).add(c).div(d.neg().exp().add(1)).sub(e.log()).maximum(a.mul(0.1)),
  },
  {
    what: 'two steps of an LSTM',
    inputs: [f(['N', 3]), f(['N', 3]), f(['N', 4]), f(['N', 4]), f([3, 16]), f([4, 16]), f([16])],
    shape: ['N', 4],
    tolerance: 5e-6,
    build: ([x0, x1, h0, c0, w, u, b]) => {
      const [h1, c1] = lstmStep(x0, h0, c0, w, u, b);
      return lstmStep(x1, h1, c1, w, u, b)[0];
    },
  },
  {
    what: 'attention over [rows, heads, width]',
    inputs: [f(['N', 2, 4]), f(['N', 2, 4]), f(['N', 2, 3])],
    shape: ['N', 6],
    tolerance: 5e-6,
    build: ([q, k, v]) =>
      q
        .matmul(k, { rowsFirstA: true, rowsFirstB: true, transB: true })
        .mul(0.5)
        .softmax()
        .matmul(v, { rowsFirstB: true })
        .transpose([1, 0, 2])
        .reshape([-1, 6]),
  },
  {
    what: 'graph attention, neighbours laid out dense',
    inputs: [f(['N', 4]), { shape: ['N', 2], dtype: 'i64', draw: (random, _, env) => random.int(env.N) }, f(['N', 2])],
    shape: ['N', 4],
    build: ([x, neighbours, scores], g) =>
      g.node('putAlong', [neighbours, scores.softmax()], { axis: 1, size: x.shape[0] }).matmul(x).add(x),
  },
  {
    what: 'graph attention, neighbours gathered',
    inputs: [f(['N', 4]), { shape: ['N', 2], dtype: 'i64', draw: (random, _, env) => random.int(env.N) }, f(['N', 2])],
    shape: ['N', 4],
    build: ([x, neighbours, scores]) =>
      x
        .gather(neighbours)
        .mul(scores.softmax().reshape(['N', 2, 1]))
        .sum([1])
        .add(x),
  },
  {
    what: 'a gated residual network',
    inputs: [f(['N', 4]), f([4, 8]), f([8]), f([8, 4]), f([4]), f([4], positive), f([4])],
    shape: ['N', 4],
    tolerance: 2e-5,
    build: ([x, w1, b1, w2, b2, scale, shift]) => {
      const hidden = x.matmul(w1).add(b1).elu();
      const out = hidden.matmul(w2).add(b2);
      return x.add(out.sigmoid().mul(out)).layerNorm(scale, shift);
    },
  },
  {
    what: 'layer norm, gelu and a skip that shares its input',
    inputs: [f([2, 'N', 4]), f([4], positive), f([4]), f([4, 4])],
    shape: [2, 'N', 4],
    tolerance: 2e-5,
    build: ([x, scale, shift, w]) => {
      const normal = x.layerNorm(scale, shift);
      return normal.matmul(w).gelu().add(normal).add(x);
    },
  },
  {
    what: 'two layer norms of one input',
    inputs: [f(['N', 4]), f([4], positive), f([4]), f([4])],
    shape: ['N', 8],
    tolerance: 2e-5,
    build: ([x, scale, shift, other], g) =>
      g.concat([x.layerNorm(scale, shift), x.layerNorm(other, shift).mul(x.layerNorm(scale, shift))], 1),
  },
  {
    what: 'windows cut from a sequence and laid together',
    inputs: [f([6, 'N', 2])],
    shape: [3, 'N', 4],
    build: ([x], g) =>
      g.concat(
        [x.slice(0, 0, 3), x.slice(0, 3, 6)].map((part) => part.mul(part.mean([0], { keepDims: true }))),
        2,
      ),
  },
  {
    what: 'the cosine part of a short Fourier transform',
    inputs: [f(['N', 5])],
    shape: ['N', 3],
    build: ([x], g) => {
      const basis = Array.from({ length: 15 }, (_, i) => Math.cos((2 * Math.PI * Math.floor(i / 3) * (i % 3)) / 5));
      return x.matmul(g.constant(basis, [5, 3])).square();
    },
  },
  {
    what: 'a soft rank correlation',
    inputs: [f([5]), f([5])],
    shape: [],
    tolerance: 1e-5,
    build: ([score, target]) => {
      const pairs = score
        .reshape([5, 1])
        .sub(score.reshape([1, 5]))
        .mul(2)
        .sigmoid();
      return correlation(pairs.sum([1]), target);
    },
  },
  {
    what: 'pinball loss of three quantiles',
    inputs: [f(['N', 3]), f(['N', 1])],
    shape: [],
    build: ([predicted, target], g) => {
      const error = target.sub(predicted);
      const q = g.constant([0.1, 0.5, 0.9], [3]);
      return error
        .mul(q)
        .maximum(error.mul(q.sub(1)))
        .mean();
    },
  },
  {
    what: 'a masked mean',
    inputs: [f(['N', 2]), { shape: ['N', 2], dtype: 'bool', draw: (_, i) => Number(i !== 1) }],
    shape: [],
    build: ([x, known], g) => g.where(known, x.square(), 0).sum().div(known.cast('f32').sum().maximum(1)),
  },
  {
    what: 'a value used by many',
    inputs: [f([3])],
    shape: [],
    build: ([x]) => {
      const power = x.exp();
      return power.add(power.mul(x)).sub(power.square()).mul(power.add(x.exp())).sum();
    },
  },
  {
    what: 'statistics that hold back their gradient',
    inputs: [f(['N', 4]), f([4])],
    shape: ['N', 4],
    fixed: [0],
    build: ([x, scale]) => noGrad(() => x.sub(x.mean([1], { keepDims: true }))).mul(scale),
  },
  {
    what: 'a bias added to a batch of products',
    inputs: [f([3, 'N', 2]), f([2, 4]), f([4]), f([3, 'N', 4])],
    shape: [3, 'N', 4],
    build: ([x, w, bias, other]) =>
      x
        .matmul(w)
        .add(bias)
        .mul(other.add(x.matmul(w))),
  },
  {
    what: 'products added to each other',
    inputs: [f(['N', 2]), f([2, 3]), f(['N', 4]), f([4, 3]), f([1, 3])],
    shape: ['N', 3],
    build: ([a, v, b, w, row]) =>
      a
        .matmul(v)
        .add(b.matmul(w))
        .add(row.add(a.matmul(v, {}).mul(0))),
  },
  {
    what: 'a convolution as a product of windows',
    inputs: [f(['N', 6, 2]), f([6, 3])],
    shape: ['N', 4, 3],
    build: ([x, kernel], g) => {
      const windows = [0, 1, 2].map((start) => x.slice(1, start, start + 4));
      return g.concat(windows, 2).matmul(kernel);
    },
  },
];
