import { expect, test } from 'vitest';
import { alarmsOf } from '../../../renderer/features/runs/alarms.ts';
import { chartSpecs, drawnLine } from '../../../renderer/features/runs/curve-charts.ts';
import { CAPACITY, CurveStore } from '../../../renderer/features/runs/curve-store.ts';
import { waitAfter } from '../../../renderer/features/runs/redraw.ts';

const of = (...values: number[]) => Float64Array.from(values);
const points = (phase: string, name: string, step: number[], value: number[]) => ({
  type: 'points' as const,
  curves: [{ phase, name, step: of(...step), value: of(...value) }],
});

test('history and what comes after it are one curve, phase after phase on one axis', () => {
  const store = new CurveStore();
  store.take({
    type: 'history',
    curves: [{ phase: 'a', name: 'loss', step: of(10, 20), min: of(1, 2), mean: of(2, 3), max: of(4, 5) }],
  });
  store.take(points('a', 'loss', [21], [7]));
  store.take(points('b', 'loss', [1, 2], [8, Number.NaN]));
  expect(store.spans()).toEqual([
    { phase: 'a', from: 0, to: 21 },
    { phase: 'b', from: 21, to: 23 },
  ]);
  const { mean, range } = drawnLine(store, 'loss');
  expect([...mean]).toEqual([10, 2, 20, 3, 21, 7, Number.NaN, Number.NaN, 22, 8, 23, Number.NaN]);
  expect([...(range ?? [])].slice(0, 4)).toEqual([10, 1, 10, 4]);
  expect(store.last('loss')).toBeNaN();
});

test('a resumed run takes back the steps that it tells again', () => {
  const store = new CurveStore();
  store.take(points('a', 'loss', [1, 2, 3, 4], [1, 2, 3, 4]));
  store.take(points('a', 'loss', [3], [30]));
  expect([...drawnLine(store, 'loss').mean]).toEqual([1, 1, 2, 2, 3, 30]);
});

test('a curve of any length stays within its bounds and loses no extreme', () => {
  const store = new CurveStore();
  const steps = CAPACITY * 5 + 17;
  for (let step = 0; step < steps; step++)
    store.take(points('a', 'loss', [step], [step === 777 ? 99 : step === 4_001 ? -99 : Math.sin(step)]));
  const [curve] = store.parts('loss');
  expect(curve.length).toBeLessThanOrEqual(CAPACITY);
  expect(curve.step[curve.length - 1]).toBe(steps - 1);
  const { mean, range } = drawnLine(store, 'loss', 100);
  expect(mean.length / 2).toBeLessThanOrEqual(101);
  const values = [...(range ?? [])].filter((_, i) => i % 2 === 1);
  expect(Math.max(...values)).toBe(99);
  expect(Math.min(...values)).toBe(-99);
});

test('only curves that changed are drawn again', () => {
  const store = new CurveStore();
  store.take(points('a', 'loss', [1], [1]));
  store.take(points('a', 'spread', [1], [1]));
  const before = store.revisionOf(['loss']);
  store.take(points('a', 'spread', [2], [1]));
  expect(store.revisionOf(['loss'])).toBe(before);
  expect(store.revisionOf(['loss', 'spread'])).toBeGreaterThan(before);
});

test('charts appear with their curves: modules and horizons as the model has them', () => {
  const specs = chartSpecs(['loss', 'mse', 'valid.rankIc', 'valid.rankIc.10', 'valid.rankIc.2', 'gradient_norm.gat0']);
  expect(specs.map(({ id }) => id)).toEqual(['losses', 'validation', 'gradients']);
  expect(specs[1].lines.map(({ curve }) => curve)).toEqual(['valid.rankIc', 'valid.rankIc.2', 'valid.rankIc.10']);
});

test('drawing takes a bounded share of the time, however long it takes', () => {
  expect(waitAfter(2, { least: 400, share: 0.05 })).toBe(400);
  expect(waitAfter(100, { least: 400, share: 0.05 })).toBe(2_000);
});

test('alarms are read off the history, each once, with the step where they were raised', () => {
  const event = { subjectId: null, level: 'warn' as const, kind: 'run.log' };
  const data = { alarm: 'non-finite', step: 12 };
  const alarms = alarmsOf([
    { ...event, id: 'b', time: 5, message: 'phase2_gat: loss not finite: half the rate', data },
    { ...event, id: 'a', time: 3, message: 'phase2_gat: loss not finite: half the rate', data },
    { ...event, id: 'c', time: 4, message: 'nothing', data: {} },
  ]);
  expect(alarms).toEqual([
    { id: 'a', code: 'non-finite', phase: 'phase2_gat', step: 12, time: 3, detail: 'loss not finite: half the rate' },
  ]);
});
