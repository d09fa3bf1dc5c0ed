import { expect, test } from 'vitest';
import { gradients } from '../../core/tensor/gradients.ts';
import { evaluate, topological, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

const value = (...data: number[]): Value => ({ shape: [data.length], data: Float64Array.from(data) });
const gradientOf = (loss: Tensor, x: Tensor, at: Value): number[] => [
  ...evaluate(gradients(loss, [{ name: 'x', tensor: x }]), new Map([[x, at]]))[0].data,
];
const refusal = (code: string, params: object = {}) =>
  expect.objectContaining({ code, params: expect.objectContaining(params) });

test('equal sub-expressions are one node, different literals are not', () => {
  const g = new Graph();
  const x = g.input('x', ['N']);
  expect(x.exp().add(1)).toBe(x.exp().add(1));
  expect(x.leakyRelu(0.1)).not.toBe(x.leakyRelu(0.2));
  const literals = [Infinity, -Infinity, Number.NaN, 0, -0].map((v) => g.constant(v));
  expect(new Set(literals).size).toBe(literals.length);
});

test('a sum or a product is the same node in either order, a difference is not', () => {
  const g = new Graph();
  const [x, y] = [g.input('x', ['N']), g.input('y', ['N'])];
  expect(x.mul(y)).toBe(y.mul(x));
  expect(x.add(y)).toBe(y.add(x));
  expect(x.sub(y)).not.toBe(y.sub(x));
});

test('the gradient of a gate is made of products that are there already', () => {
  const g = new Graph();
  const [a, x] = [g.input('a', [3]), g.input('x', [3])];
  const loss = x.sigmoid().mul(a).exp().sum();
  const sent = gradients(loss, [
    { name: 'a', tensor: a },
    { name: 'x', tensor: x },
  ]);
  const made = topological([loss, ...sent]);
  // The gated value, the gradient of exp, and what it sends to a and to x.
  expect(made.filter(({ op }) => op === 'mul')).toHaveLength(4);
  const at = [0.3, -2, 40];
  const found = evaluate(
    sent,
    new Map([
      [a, value(1, -2, 0.5)],
      [x, value(...at)],
    ]),
  );
  at.forEach((v, i) => {
    const gate = 1 / (1 + Math.exp(-v));
    const factor = [1, -2, 0.5][i];
    expect(found[1].data[i]).toBeCloseTo(Math.exp(gate * factor) * factor * gate * (1 - gate), 12);
  });
});

test('nothing flows through stopGradient, and the rest of the expression keeps its gradient', () => {
  const g = new Graph();
  const x = g.input('x', [2]);
  expect(gradientOf(x.mul(x.stopGradient()).sum(), x, value(3, -5))).toEqual([3, -5]);
  expect(gradientOf(x.mul(x).sum(), x, value(3, -5))).toEqual([6, -10]);
});

test('a hand-written rule replaces the derivative: a straight-through sign', () => {
  const g = new Graph();
  const x = g.input('x', [3]);
  const sign = g.withGradient(x.sign(), [x], (gradient) => [gradient.mul(10)]);
  expect(gradientOf(sign.mul(2).sum(), x, value(-1, 2, 5))).toEqual([20, 20, 20]);
});

test('ties: maximum gives the whole gradient to the first operand, a maximum over an axis shares it', () => {
  const g = new Graph();
  const x = g.input('x', [3]);
  expect(gradientOf(x.maximum(2).sum(), x, value(1, 2, 3))).toEqual([0, 1, 1]);
  expect(gradientOf(x.max(), x, value(4, 1, 4))).toEqual([0.5, 0, 0.5]);
});

test('slices that fill an axis send back one concat instead of a sum of padded tensors', () => {
  const g = new Graph();
  const x = g.input('x', ['N', 6]);
  const [a, b, c] = x.split(1, [1, 2, 3]);
  const loss = a.square().sum().add(b.exp().sum()).add(c.sum());
  const [gradient] = gradients(loss, [{ name: 'x', tensor: x }]);
  const ops = topological([gradient]).map(({ op }) => op);
  expect(ops.filter((op) => op === 'concat')).toHaveLength(1);
  expect(ops).not.toContain('pad');
});

test('a gradient of something that the loss does not use is an error that names it', () => {
  const g = new Graph();
  const [x, unused] = [g.input('x', [2]), g.input('w', [2])];
  expect(() => gradients(x.sum(), [{ name: 'head.bias', tensor: unused }])).toThrow(
    refusal('model/no-gradient', { name: 'head.bias' }),
  );
  expect(() => gradients(x.stopGradient().sum(), [{ name: 'x', tensor: x }])).toThrow(refusal('model/no-gradient'));
  expect(() => gradients(x.greater(0).cast('f32').sum(), [{ name: 'x', tensor: x }])).toThrow(
    refusal('model/no-gradient'),
  );
});

test('a loss must be a scalar, and two inputs of one name must be the same', () => {
  const g = new Graph();
  const x = g.input('x', [2]);
  expect(() => gradients(x, [{ name: 'x', tensor: x }])).toThrow(refusal('model/shape-mismatch', { op: 'gradients' }));
  expect(g.input('x', [2])).toBe(x);
  expect(() => g.input('x', [3])).toThrow(refusal('model/duplicate-input', { name: 'x' }));
});

type Wrong = (g: Graph) => unknown;
const f = (g: Graph, name: string, ...shape: (number | string)[]): Tensor => g.input(name, shape);
const wrong: [string, string, Wrong][] = [
  ['sizes that do not broadcast', 'model/shape-mismatch', (g) => f(g, 'a', 2, 3).add(f(g, 'b', 2))],
  ['two symbols that do not broadcast', 'model/shape-mismatch', (g) => f(g, 'a', 'N').add(f(g, 'b', 'M'))],
  ['inner sizes of a product', 'model/shape-mismatch', (g) => f(g, 'a', 2, 3).matmul(f(g, 'b', 2, 3))],
  ['a product with a vector', 'model/shape-mismatch', (g) => f(g, 'a', 2, 3).matmul(f(g, 'b', 3))],
  [
    'rows first without every batch axis',
    'model/shape-mismatch',
    (g) => f(g, 'a', 4, 2, 3).matmul(f(g, 'b', 5, 2, 3, 6), { rowsFirstA: true }),
  ],
  ['a reshape that loses elements', 'model/shape-mismatch', (g) => f(g, 'a', 'N', 3).reshape(['N', 2])],
  ['an open size that does not come out', 'model/shape-mismatch', (g) => f(g, 'a', 'N', 3).reshape([-1, 2])],
  ['an axis that is not there', 'model/bad-axis', (g) => f(g, 'a', 2).sum([1])],
  ['an axis counted too far from the end', 'model/bad-axis', (g) => f(g, 'a', 2).softmax(-2)],
  ['softmax of a scalar', 'model/bad-axis', (g) => f(g, 'a').softmax()],
  ['a permutation that repeats', 'model/shape-mismatch', (g) => f(g, 'a', 2, 2).transpose([0, 0])],
  ['a slice past the end', 'model/shape-mismatch', (g) => f(g, 'a', 4).slice(0, 2, 5)],
  ['an empty slice', 'model/shape-mismatch', (g) => f(g, 'a', 4).slice(0, 2, 2)],
  ['a slice of a symbolic axis', 'model/shape-mismatch', (g) => f(g, 'a', 'N').slice(0, 0, 1)],
  ['padding by less than nothing', 'model/shape-mismatch', (g) => f(g, 'a', 4).pad(0, -1, 0)],
  ['concat of different ranks', 'model/shape-mismatch', (g) => g.concat([f(g, 'a', 2), f(g, 'b', 2, 1)], 0)],
  ['concat of different widths', 'model/shape-mismatch', (g) => g.concat([f(g, 'a', 2, 2), f(g, 'b', 2, 3)], 0)],
  ['concat of a number and a symbol', 'model/shape-mismatch', (g) => g.concat([f(g, 'a', 2), f(g, 'b', 'N')], 0)],
  ['broadcast to fewer', 'model/shape-mismatch', (g) => f(g, 'a', 2, 3).broadcast([3])],
  ['a scale of another width', 'model/shape-mismatch', (g) => f(g, 'a', 2, 3).layerNorm(f(g, 's', 2), f(g, 'b', 3))],
  [
    'updates that do not match their index',
    'model/shape-mismatch',
    (g) => g.node('scatterAdd', [g.input('i', [3], 'i64'), f(g, 'u', 2, 2)], { rows: 3 }),
  ],
  [
    'an index of another shape',
    'model/shape-mismatch',
    (g) => f(g, 'a', 2, 3).takeAlong(g.input('i', [3, 3], 'i64'), 1),
  ],
  ['an index that holds floats', 'model/dtype-mismatch', (g) => f(g, 'a', 2).gather(f(g, 'i', 2))],
  ['a condition that holds floats', 'model/dtype-mismatch', (g) => g.where(f(g, 'c', 2), 1, 0)],
  ['floats with integers', 'model/dtype-mismatch', (g) => f(g, 'a', 2).add(g.input('i', [2], 'i64'))],
  ['the logarithm of integers', 'model/dtype-mismatch', (g) => g.input('i', [2], 'i64').log()],
  ['padding truths', 'model/dtype-mismatch', (g) => g.input('b', [2], 'bool').pad(0, 1, 0)],
  [
    'a gradient through a concat of unknown sizes',
    'model/not-differentiable',
    (g) => {
      const x = f(g, 'a', 'N');
      return gradients(g.concat([x, x.exp()], 0).sum(), [{ name: 'a', tensor: x }]);
    },
  ],
];

test.each(wrong)('%s is %s', (_, code, build) => {
  expect(() => build(new Graph())).toThrow(refusal(code));
});

test('the reference refuses an index outside its axis, a wrong feed and a missing one', () => {
  const g = new Graph();
  const x = g.input('x', ['N']);
  const index = g.input('i', [1], 'i64');
  const picked = x.gather(index);
  for (const [op, at, out] of [
    ['gather', 2, picked],
    ['gather', -3, picked],
    ['scatterAdd', 2, g.node('scatterAdd', [index, g.constant(1, [1])], { rows: 2 })],
  ] as const)
    expect(() =>
      evaluate(
        [out],
        new Map([
          [x, value(1, 2)],
          [index, value(at)],
        ]),
      ),
    ).toThrow(refusal('model/bad-index', { op, index: at }));
  expect(() => evaluate([picked], new Map([[index, value(0)]]))).toThrow(refusal('model/missing-feed', { name: 'x' }));
  expect(() =>
    evaluate(
      [picked],
      new Map([
        [x, value(1)],
        [index, value(0, 0)],
      ]),
    ),
  ).toThrow(refusal('model/bad-feed', { name: 'i' }));
});
