// Where products are cut so that one and two threads round alike: by the rule, and by what ONNX Runtime really does.
import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { floats } from '../../../core/runtime/executor.ts';
import { innerBlocks } from '../../../core/runtime/inner-blocks.ts';
import { onnxCpuEngine } from '../../../core/runtime/onnx-session.node.ts';
import { Graph } from '../../../core/tensor/tensor.ts';

test('only what two threads would share by columns is cut, into the blocks of one', () => {
  expect(innerBlocks('N', 642, 64)).toEqual([256, 256, 130]);
  expect(innerBlocks('N', 300, 128)).toEqual([128, 128, 44]);
  expect(innerBlocks(17, 1100, 20)).toEqual([512, 512, 76]);
  // Rows enough, an inner dimension of one block, too few columns to share, columns that stay wide.
  expect(innerBlocks('20*N', 642, 64)).toEqual([]);
  expect(innerBlocks(128, 642, 64)).toEqual([]);
  expect(innerBlocks('N', 256, 64)).toEqual([]);
  expect(innerBlocks('N', 642, 16)).toEqual([]);
  expect(innerBlocks('N', 642, 256)).toEqual([]);
  expect(innerBlocks(17, '20*N', 64)).toEqual([]);
});

test.each([
  { rows: 17, inner: 512, columns: 128, transB: false },
  { rows: 50, inner: 642, columns: 64, transB: false },
  { rows: 30, inner: 1100, columns: 128, transB: true },
  { rows: 20, inner: 1500, columns: 32, transB: true },
])(
  'a product of $rows x $inner x $columns is the same to the bit on one, two and three threads',
  async ({ rows, inner, columns, transB }) => {
    const random = new Random(rows);
    const draw = (...shape: number[]) =>
      floats(
        Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
        shape,
      );
    const a = draw(rows, inner);
    const b = transB ? draw(columns, inner) : draw(inner, columns);
    const bias = draw(1, columns);
    const found: Float32Array[] = [];
    for (const threads of [1, 2, 3]) {
      const graph = new Graph();
      const product = graph.input('a', ['N', inner]).matmul(graph.input('b', b.shape), { transB });
      const biased = product.add(graph.input('bias', [1, columns]).reshape([columns]));
      const executable = await onnxCpuEngine({ threads }).compile({ biased }, { name: 'product' });
      const outputs = await executable.run({ a, b, bias });
      found.push((outputs.biased.data as Float32Array).slice());
      await executable.dispose();
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    for (let row = 0; row < rows; row += 7)
      for (let column = 0; column < columns; column += 5) {
        let wanted = bias.data[column] as number;
        for (let k = 0; k < inner; k++)
          wanted +=
            (a.data[row * inner + k] as number) *
            (b.data[transB ? column * inner + k : k * columns + column] as number);
        expect(Math.abs(found[0][row * columns + column] - wanted)).toBeLessThan(1e-3);
      }
  },
);
