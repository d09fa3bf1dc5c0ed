import { expect, test } from 'vitest';
import { alarmsOf } from '../../../renderer/features/runs/alarms.ts';
import { chartSpecs, drawnLine } from '../../../renderer/features/runs/curve-charts.ts';
import { CAPACITY, CurveStore } from '../../../renderer/features/runs/curve-store.ts';
import { spansIn, wantedRange } from '../../../renderer/features/runs/curve-window.ts';
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
  const { mean, range } = drawnLine(store, 'loss', { most: 100 });
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

test('a window takes the place of the coarser points that it covers, and keeps its extremes', () => {
  const store = new CurveStore();
  const steps = Array.from({ length: 1_000 }, (_, i) => i + 1);
  store.take(
    points(
      'a',
      'loss',
      steps,
      steps.map(() => 1),
    ),
  );
  store.take(points('b', 'loss', [1, 2], [5, 6]));
  const fine = {
    phase: 'a',
    name: 'loss',
    step: of(500, 510, 520),
    min: of(1, -9, 1),
    mean: of(1, 1, 1),
    max: of(1, 1, 9),
  };
  const window = { from: 500, to: 520, curves: [fine] };
  const { mean, range } = drawnLine(store, 'loss', { most: 100, window });
  const x = [...mean].filter((_, i) => i % 2 === 0);
  expect(x.filter((at) => at >= 500 && at <= 520)).toEqual([500, 510, 520]);
  expect(x.filter((at) => !Number.isNaN(at))).toEqual([...x].filter((at) => !Number.isNaN(at)).sort((a, b) => a - b));
  expect([x[0], x.at(-1)]).toEqual([11, 1_002]);
  const values = [...(range ?? [])].filter((value, i) => i % 2 === 1 && !Number.isNaN(value));
  expect([Math.min(...values), Math.max(...values)]).toEqual([-9, 9]);
});

test('a zoomed chart asks for more than it shows, and again when it has moved away or closer', () => {
  const end = 1_000_000;
  expect(wantedRange({ from: 0, to: 950_000 }, null, end)).toBeNull();
  const range = wantedRange({ from: 400_000, to: 500_000 }, null, end);
  expect(range).toEqual({ from: 300_000, to: 600_000 });
  expect(wantedRange({ from: 310_000, to: 410_000 }, range, end)).toBeNull();
  expect(wantedRange({ from: 290_000, to: 390_000 }, range, end)).toEqual({ from: 190_000, to: 490_000 });
  expect(wantedRange({ from: 400_000, to: 440_000 }, range, end)).toEqual({ from: 360_000, to: 480_000 });
  expect(wantedRange({ from: 950_000, to: end }, null, end)).toEqual({ from: 900_000, to: end });
  const every = { from: 100, to: 1_000 };
  expect(wantedRange({ from: 400, to: 410 }, every, end)).toBeNull();
});

test('a range of the axis is told as steps of each phase', () => {
  const store = new CurveStore();
  store.take(points('a', 'loss', [100], [1]));
  store.take(points('b', 'loss', [50], [1]));
  expect(spansIn(store, 'step', { from: 90, to: 110 })).toEqual([
    { phase: 'a', from: 90, to: 100 },
    { phase: 'b', from: 0, to: 10 },
  ]);
  expect(spansIn(store, 'step', { from: 120, to: 130 })).toEqual([{ phase: 'b', from: 20, to: 30 }]);
  expect(spansIn(store, 'seconds', { from: 3, to: 4 })).toEqual([{ phase: '', from: 3, to: 4 }]);
});
