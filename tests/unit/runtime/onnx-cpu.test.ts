import { expect, test } from 'vitest';
import { Random } from '../../../core/base/random.ts';
import { floats, indices, scalar } from '../../../core/runtime/executor.ts';
import { type EmitOptions, emitOnnx } from '../../../core/runtime/onnx-emit.ts';
import { decodeModel } from '../../../core/runtime/onnx-proto.ts';
import { onnxCpuEngine } from '../../../core/runtime/onnx-session.node.ts';
import { Graph } from '../../../core/tensor/tensor.ts';

const engine = onnxCpuEngine({ threads: 2 });

test('scatter-add with many duplicates is exact and the same on two threads, run after run', async () => {
  const [rows, items, width] = [40, 20_000, 8];
  const g = new Graph();
  const index = g.input('index', ['N'], 'i64');
  const updates = g.input('updates', ['N', width]);
  const executable = await engine.compile(
    { sums: g.node('scatterAdd', [index, updates], { rows }) },
    { name: 'scatter' },
  );
  const random = new Random(5);
  const at = Int32Array.from({ length: items }, () => random.int(rows));
  // Integers up to 64: their sums are exact in float32, so any lost update shows.
  const data = Float32Array.from({ length: items * width }, () => random.int(64));
  const expected = new Float32Array(rows * width);
  at.forEach((row, i) => {
    for (let j = 0; j < width; j++) expected[row * width + j] += data[i * width + j];
  });
  for (let run = 0; run < 10; run++) {
    const { sums } = await executable.run({ index: indices(at), updates: floats(data, [items, width]) });
    expect(sums.data).toEqual(expected);
  }
  await executable.dispose();
});

test('state is replaced when a run is accepted, kept when it is not, and readable', async () => {
  const g = new Graph();
  const weight = g.input('weight', [2]);
  const fixed = g.input('fixed', []);
  const step = g.input('step', []);
  const executable = await engine.compile(
    { loss: weight.sum(), next: weight.add(step.mul(fixed)) },
    { name: 'state', state: [{ input: 'weight', next: 'next' }, { input: 'fixed' }] },
  );
  const given = Float32Array.of(1, 2);
  await executable.setState('weight', floats(given));
  await executable.setState('fixed', scalar(10));
  given.fill(99);
  const outputs = await executable.run({ step: scalar(1) });
  expect(Object.keys(outputs)).toEqual(['loss']);
  expect([...outputs.loss.data]).toEqual([3]);
  expect([...(await executable.getState('weight')).data]).toEqual([1, 2]);
  executable.accept();
  executable.accept();
  expect([...(await executable.getState('weight')).data]).toEqual([11, 12]);
  await executable.run({ step: scalar(5) });
  await executable.run({ step: scalar(0.5) });
  executable.accept();
  expect([...(await executable.getState('weight')).data]).toEqual([16, 17]);
  expect([...(await executable.getState('fixed')).data]).toEqual([10]);
  await executable.dispose();
});

test('a feed that is missing or of another shape is named', async () => {
  const g = new Graph();
  const [x, y] = [g.input('x', ['N', 2]), g.input('y', ['N'])];
  const executable = await engine.compile({ z: x.sum([1]).add(y) }, { name: 'feeds' });
  await expect(executable.run({ x: floats(new Float32Array(4), [2, 2]) })).rejects.toMatchObject({
    code: 'model/missing-feed',
    params: { name: 'y' },
  });
  await expect(
    executable.run({ x: floats(new Float32Array(4), [2, 2]), y: floats(new Float32Array(3)) }),
  ).rejects.toMatchObject({ code: 'model/bad-feed', params: { name: 'y', found: '[3]' } });
  await expect(
    executable.run({ x: floats(new Float32Array(4), [4, 1]), y: floats(new Float32Array(4)) }),
  ).rejects.toMatchObject({ code: 'model/bad-feed', params: { name: 'x' } });
  await executable.dispose();
});

test('one thread and two give the same bits', async () => {
  const g = new Graph();
  const x = g.input('x', ['N', 64]);
  const w = g.input('w', [64, 64]);
  const out = x.matmul(w).tanh().matmul(w, { transB: true }).softmax().sum([0]);
  const random = new Random(1);
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const feeds = { x: floats(draw(300 * 64), [300, 64]), w: floats(draw(64 * 64), [64, 64]) };
  const [one, two] = await Promise.all(
    [1, 2].map(async (threads) => {
      const executable = await engine.compile({ out }, { name: 'threads', threads });
      const { out: result } = await executable.run(feeds);
      await executable.dispose();
      return result.data;
    }),
  );
  expect(one).toEqual(two);
});

test('each dialect keeps to its operators, and for WebGPU no Concat joins more than seven', () => {
  const g = new Graph();
  const parts = Array.from({ length: 20 }, (_, i) => g.input(`p${i}`, [2, 3, 2]));
  const joined = g.concat(parts, 0).sign();
  const out = joined.matmul(joined, { transB: true }).logSoftmax();
  const written = (dialect: EmitOptions['dialect']) =>
    decodeModel(emitOnnx({ out }, { name: 'm', dialect, metadata: { a: 'b' }, docs: { out: 'the result' } }));
  const nodes = (dialect: EmitOptions['dialect']) => written(dialect).graph?.node ?? [];
  const widths = (dialect: EmitOptions['dialect']) =>
    nodes(dialect).flatMap(({ opType, input }) => (opType === 'Concat' ? [input?.length] : []));
  for (const dialect of ['portable', 'webgpu'] as const)
    expect(nodes(dialect).every(({ domain }) => domain === undefined)).toBe(true);
  expect(nodes('ort').map(({ opType }) => opType)).toContain('FusedMatMul');
  expect(widths('portable')).toEqual([20]);
  expect(widths('webgpu')).toEqual([7, 7, 6, 3]);
  const forWebgpu = new Set(nodes('webgpu').map(({ opType }) => opType));
  expect([...forWebgpu]).not.toContain('Sign');
  expect([...forWebgpu]).not.toContain('LogSoftmax');
  const { opsetImport, metadataProps, graph } = written('portable');
  expect(opsetImport).toEqual([{ domain: '', version: 20 }]);
  expect(metadataProps).toEqual([{ key: 'a', value: 'b' }]);
  expect(graph?.output?.[0]).toMatchObject({ name: 'out', docString: 'the result' });
});
