import { expect, test } from 'vitest';
import { gradients } from '../../core/tensor/gradients.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';
import { allCases } from './all-cases.ts';
import { f } from './cases.ts';
import { BINDINGS, checkReference } from './harness.ts';

test.each(allCases)('%s', (_, item) => {
  for (const env of BINDINGS) checkReference(item, env);
});

const refusing = allCases.filter(
  ([, item]) => item.gradient === 'none' && item.inputs.some(({ dtype }) => dtype === 'f32'),
);

test.each(refusing)('%s: a gradient is refused', (_, item) => {
  const graph = new Graph();
  const inputs = item.inputs.map(({ shape, dtype }, i) => graph.input(`x${i}`, shape, dtype));
  const loss = item.build(inputs, graph).sum();
  expect(() => gradients(loss, [{ name: 'x0', tensor: inputs[0] }])).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^model\/(no-gradient|not-differentiable)$/) }),
  );
});

test('the check notices a rule that is wrong by a hundredth', () => {
  const withFactor = (factor: number) => ({
    what: 'a rule',
    inputs: [f([3])],
    shape: [3],
    build: ([x]: readonly Tensor[], g: Graph) => g.withGradient(x.exp(), [x], (up) => [up.mul(x.exp()).mul(factor)]),
  });
  expect(() => checkReference(withFactor(1), {})).not.toThrow();
  expect(() => checkReference(withFactor(1.01), {})).toThrow('differences');
});
