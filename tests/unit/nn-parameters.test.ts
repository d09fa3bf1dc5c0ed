// Parameters by name: starting values, carrying over, places in the flat vector.
import { expect, test } from 'vitest';
import { layoutOf } from '../../core/models/trace.ts';
import { flatParameters, ParameterLayout, type ParameterSpec, streamKey } from '../../core/nn/parameters.ts';
import { evaluate } from '../../core/tensor/reference.ts';
import { Graph } from '../../core/tensor/tensor.ts';
import { phases } from '../support/training.ts';

const matrix = (name: string, ...shape: number[]): ParameterSpec => ({
  name,
  shape,
  initialiser: { kind: 'glorot' },
  decay: true,
});
const vector = (name: string, size: number, start: number): ParameterSpec => ({
  name,
  shape: [size],
  initialiser: { kind: 'constant', value: start },
  decay: false,
});
const A = matrix('a.weight', 30, 50);
const B = vector('a.bias', 4, -2);
const C = matrix('c.weight', 8, 2);
const SHAPE = { features: 5, horizons: 5, neighbours: 4 };

const valuesOf = (layout: ParameterLayout, values: Float32Array, name: string): Float32Array => {
  const { offset, size } = layout.parameters.find((parameter) => parameter.name === name)!;
  return values.slice(offset, offset + size);
};

test('a parameter starts by its own name and the seed, whatever stands beside it', () => {
  const few = new ParameterLayout([A, C]);
  const more = new ParameterLayout([C, matrix('b.weight', 3, 3), B, A]);
  const [one, two] = [few.initialise(7), more.initialise(7)];
  for (const { name } of [A, C]) expect(valuesOf(few, one, name)).toEqual(valuesOf(more, two, name));
  expect(few.initialise(7)).toEqual(one);
  expect(few.initialise(8)).not.toEqual(one);
  expect(valuesOf(more, two, 'a.bias')).toEqual(Float32Array.of(-2, -2, -2, -2));
});

test('glorot is uniform within sqrt(6 / (fan in + fan out)), normal has its deviation', () => {
  const layout = new ParameterLayout([
    matrix('wide', 200, 300),
    { ...matrix('n', 4000), initialiser: { kind: 'normal', deviation: 0.1 } },
  ]);
  const values = layout.initialise(3);
  const bound = Math.sqrt(6 / 500);
  const glorot = valuesOf(layout, values, 'wide');
  expect(glorot.every((start) => Math.abs(start) <= bound)).toBe(true);
  const variance = (x: Float32Array): number => x.reduce((sum, v) => sum + v * v, 0) / x.length;
  expect(variance(glorot) / (bound ** 2 / 3)).toBeCloseTo(1, 1);
  expect(Math.sqrt(variance(valuesOf(layout, values, 'n')))).toBeCloseTo(0.1, 2);
});

test('the model asks for every name once, and no two names draw the same numbers', () => {
  const [{ config }] = phases(['phase4_finetune'], ['model.lstm_layers=2']);
  const { parameters } = layoutOf(config.model, SHAPE);
  const names = parameters.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(names.map(streamKey)).size).toBe(names.length);
  for (const module of [
    'selection.',
    'encoder0.',
    'encoder1.',
    'attention.',
    'san.',
    'fan.',
    'gat0.',
    'gat1.',
    'head.',
  ])
    expect(
      names.some((name) => name.startsWith(module)),
      module,
    ).toBe(true);
});

test('what a phase adds leaves the names and starting values of its parent alone', () => {
  const [zero, two] = phases(['phase0_baseline', 'phase2_gat'], []).map(({ config }) => layoutOf(config.model, SHAPE));
  const [before, after] = [zero.initialise(1), two.initialise(1)];
  expect(two.size).toBeGreaterThan(zero.size);
  for (const { name } of zero.parameters)
    expect(valuesOf(two, after, name), name).toEqual(valuesOf(zero, before, name));
});

test('values are carried over by name; what is new or of another shape keeps its start', () => {
  const parent = new ParameterLayout([A, B, C]);
  const given = Float32Array.from({ length: parent.size }, (_, i) => i + 1);
  const child = new ParameterLayout([matrix('new', 2, 2), { ...C, shape: [2, 8] }, B, A]);
  const values = child.initialise(1);
  const start = values.slice();
  expect(child.carryOver(values, parent, given)).toEqual({
    carried: ['a.bias', 'a.weight'],
    fresh: ['new', 'c.weight'],
  });
  for (const { name } of [A, B]) expect(valuesOf(child, values, name)).toEqual(valuesOf(parent, given, name));
  for (const name of ['new', 'c.weight']) expect(valuesOf(child, values, name)).toEqual(valuesOf(child, start, name));
});

test('decay applies to matrices alone', () => {
  const layout = new ParameterLayout([B, C]);
  expect(layout.decayMask()).toEqual(Float32Array.from({ length: 20 }, (_, i) => (i < 4 ? 0 : 1)));
  const [{ config }] = phases(['phase4_finetune'], []);
  for (const { name, decay, shape } of layoutOf(config.model, SHAPE).parameters)
    if (/\.(bias|scale|gate|mix)$/.test(name) || name.endsWith('_bias')) expect(decay, name).toBe(false);
    else expect([decay, shape.length], name).toEqual([true, 2]);
});

test('each parameter is its own part of the flat vector', () => {
  const layout = new ParameterLayout([A, B, C]);
  const graph = new Graph();
  const flat = graph.input('weights', [layout.size]);
  const { source } = flatParameters(flat, layout);
  const outputs = [C, A, B].map(source);
  const data = Float64Array.from({ length: layout.size }, (_, i) => i);
  const found = evaluate(outputs, new Map([[flat, { shape: [layout.size], data }]]));
  expect(found.map(({ shape }) => shape)).toEqual([[8, 2], [30, 50], [4]]);
  expect(found.map(({ data: part }) => part[0])).toEqual([1504, 0, 1500]);
});
