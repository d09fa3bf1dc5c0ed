import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { conv1d } from '../../core/nn/layers/convolution.ts';
import { gradients } from '../../core/tensor/gradients.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import { Graph } from '../../core/tensor/tensor.ts';

const [T, N, C, O, TAPS] = [7, 2, 3, 4, 3];
const random = new Random(9);
const drawn = (...shape: number[]): Value => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
});

for (const padding of ['causal', 'valid'] as const)
  for (const dilation of [1, 2])
    test(`${padding}, dilation ${dilation}: equals the plain sum over taps, and its gradient the central differences`, () => {
      const graph = new Graph();
      const [x, kernel] = [graph.input('x', [T, 'N', C]), graph.input('kernel', [TAPS, C, O])];
      const out = conv1d(x, kernel, { dilation, padding });
      const feeds = new Map([
        [x, drawn(T, N, C)],
        [kernel, drawn(TAPS, C, O)],
      ]);
      const [found] = evaluate([out], feeds);
      const first = padding === 'causal' ? 0 : (TAPS - 1) * dilation;
      expect(found.shape).toEqual([T - first, N, O]);
      const at = (value: Value, i: number, j: number, k: number) =>
        value.data[(i * value.shape[1] + j) * value.shape[2] + k];
      for (let t = first; t < T; t++)
        for (let n = 0; n < N; n++)
          for (let o = 0; o < O; o++) {
            let sum = 0;
            for (let tap = 0; tap < TAPS; tap++) {
              const day = t - (TAPS - 1 - tap) * dilation;
              for (let c = 0; c < C && day >= 0; c++)
                sum += at(feeds.get(x)!, day, n, c) * at(feeds.get(kernel)!, tap, c, o);
            }
            expect(at(found, t - first, n, o)).toBeCloseTo(sum, 12);
          }
      const loss = out.square().sum();
      for (const input of [x, kernel]) {
        const [gradient] = evaluate(gradients(loss, [{ name: 'input', tensor: input }]), feeds);
        const value = feeds.get(input)!;
        const direction = value.data.map(() => random.normal());
        const lossAt = (step: number): number =>
          evaluate(
            [loss],
            new Map(feeds).set(input, { ...value, data: value.data.map((v, i) => v + step * direction[i]) }),
          )[0].data[0];
        const along = gradient.data.reduce((sum, g, i) => sum + g * direction[i], 0);
        expect((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5).toBeCloseTo(along, 5);
      }
    });
