// Each rewrite made as a node is built keeps the value: held against the same expression in which it cannot match, because
// stopGradient, the identity, stands in its way.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { resolveShape } from '../../core/tensor/dims.ts';
import { evaluate, topological, type Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

const SIZES = { N: 3 };

function values(outputs: readonly Tensor[]): Value[] {
  const random = new Random(2);
  const feeds = new Map<Tensor, Value>();
  for (const node of topological(outputs)) {
    if (!node.is('input')) continue;
    const shape = resolveShape(node.shape, SIZES);
    feeds.set(node, {
      shape,
      data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    });
  }
  return evaluate(outputs, feeds);
}

const opaque = (x: Tensor): Tensor => x.stopGradient();

const cases: Record<string, (graph: Graph, x: Tensor, y: Tensor) => [rewritten: Tensor, plain: Tensor]> = {
  'a projection of a projection is one product': (graph, x) => {
    const [a, bias, b] = [graph.input('a', [4, 8]), graph.input('bias', [8]), graph.input('b', [8, 5])];
    const inner = x.matmul(a).add(bias);
    return [inner.matmul(b), opaque(inner).matmul(b)];
  },
  'adding zero': (_, x) => [x.add(0), opaque(x).add(0)],
  'multiplying by one': (_, x) => [x.mul(1), opaque(x).mul(1)],
  'dividing by one': (_, x) => [x.div(1), opaque(x).div(1)],
  'two negations': (_, x) => [x.neg().neg(), opaque(x.neg()).neg()],
  'a reshape of a reshape': (_, x) => [x.reshape(['2*N', 4]).reshape([2, 'N', 4]), opaque(x)],
  'a transpose of a transpose': (_, x) => [
    x.transpose([1, 2, 0]).transpose([1, 2, 0]),
    opaque(x.transpose([1, 2, 0])).transpose([1, 2, 0]),
  ],
  'a broadcast into a full operand': (_, x, y) => [
    y.broadcast([2, 'N', 4]).mul(x),
    opaque(y.broadcast([2, 'N', 4])).mul(x),
  ],
  'a slice of a concat': (graph, x) => [
    graph.concat([x, x.mul(2)], 0).slice(0, 2, 3),
    opaque(graph.concat([x, x.mul(2)], 0)).slice(0, 2, 3),
  ],
  'a product of scaled rows': (graph, x) => {
    const b = graph.input('b', [4, 5]);
    return [x.mul(3).matmul(b), opaque(x.mul(3)).matmul(b)];
  },
  'a sum of negatives': (_, x) => [x.neg().sum([0]), opaque(x.neg()).sum([0])],
  'a slice of everything': (_, x) => [x.slice(0, 0, 2), opaque(x)],
};

for (const [name, build] of Object.entries(cases))
  test(`${name} keeps its value`, () => {
    const graph = new Graph();
    const [rewritten, plain] = build(graph, graph.input('x', [2, 'N', 4]), graph.input('y', [1, 4]));
    const [found, wanted] = values([rewritten, plain]);
    expect(found.shape).toEqual(wanted.shape);
    found.data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.data[i], 10);
    });
  });

test('a projection is only joined where that shortens the inner dimension', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 'N', 4]);
  const joined = x
    .matmul(graph.input('a', [4, 8]))
    .add(graph.input('c', [8]))
    .matmul(graph.input('b', [8, 5]));
  expect(joined.op).toBe('add');
  const kept = x
    .matmul(graph.input('a2', [4, 6]))
    .add(graph.input('c2', [6]))
    .matmul(graph.input('b2', [6, 5]));
  expect(kept.op).toBe('matmul');
});

test('a scale of the rows of a product becomes one of its weights', () => {
  const graph = new Graph();
  const [x, b] = [graph.input('x', [2, 'N', 4]), graph.input('b', [4, 5])];
  expect(x.mul(3).matmul(b)).toBe(x.matmul(b.mul(3)));
});
