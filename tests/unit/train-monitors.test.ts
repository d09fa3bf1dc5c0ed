// The watch over a phase: alarms after a streak, once; silence by an injected clock, and none while the run rests.
import { expect, test } from 'vitest';
import { Pace, StallWatch, StepMonitor } from '../../core/train/monitors.ts';
import { phases } from '../support/training.ts';

const [{ config }] = phases(['phase2_gat'], ['train.guards.dead_patience=3']);
const { guards } = config.train;
const ALIVE = { moduleNorms: Float32Array.of(1, 1), spread: 1 };
const codes = (monitor: StepMonitor, report: typeof ALIVE): string[] => monitor.observe(report).map(({ code }) => code);

test('a module whose gradient stays below the bound is named once, after as many steps as the patience', () => {
  expect(guards.dead_gradient).toBe(1e-6);
  const monitor = new StepMonitor(['encoder0', 'gat0'], guards);
  const dead = { ...ALIVE, moduleNorms: Float32Array.of(1, 9e-7) };
  expect([codes(monitor, dead), codes(monitor, dead)]).toEqual([[], []]);
  const [warning] = monitor.observe(dead);
  expect(warning).toMatchObject({ code: 'dead-branch', detail: expect.stringMatching(/^gat0: /) });
  expect([codes(monitor, dead), codes(monitor, dead)]).toEqual([[], []]);
  // Alive in between: counted anew, and said again.
  codes(monitor, ALIVE);
  expect([dead, dead, dead].flatMap((report) => codes(monitor, report))).toEqual(['dead-branch']);
});

test('a gradient at the bound is alive; a step of life starts the count again', () => {
  const monitor = new StepMonitor(['gat0'], { ...guards, dead_gradient: 0.25 });
  for (const norm of [0.25, 0.1, 0.1, 0.25, 0.1, 0.1, 0.25])
    expect(codes(monitor, { moduleNorms: Float32Array.of(norm), spread: 1 })).toEqual([]);
});

test('a collapsed spread is an alarm of its own', () => {
  const monitor = new StepMonitor(['encoder0', 'gat0'], guards);
  const flat = { ...ALIVE, spread: guards.min_spread / 2 };
  expect([flat, flat, flat, flat].map((report) => codes(monitor, report))).toEqual([[], [], ['collapsed-spread'], []]);
});

test('a monitor that goes on for another counts on from its streaks', () => {
  const first = new StepMonitor(['encoder0', 'gat0'], guards);
  const dead = { moduleNorms: Float32Array.of(0, 1), spread: 0 };
  for (let step = 0; step < 2; step++) codes(first, dead);
  expect(first.streaks).toEqual([2, 0, 2]);
  const second = new StepMonitor(['encoder0', 'gat0'], guards, first.streaks);
  expect(codes(second, dead)).toEqual(['dead-branch', 'collapsed-spread']);
  expect(first.streaks).toEqual([2, 0, 2]);
});

test('silence is told once, in seconds, and again only after a sign of life', () => {
  let now = 5_000;
  const watch = new StallWatch({ now: () => now }, 120);
  now += 119_999;
  expect(watch.check()).toBeUndefined();
  now += 1;
  expect(watch.check()).toBe(120);
  now += 300_000;
  expect(watch.check()).toBeUndefined();
  watch.alive();
  expect(watch.check()).toBeUndefined();
  now += 130_000;
  expect(watch.check()).toBe(130);
});

test('a run that rests because it was asked to is not silent', async () => {
  let now = 0;
  const watch = new StallWatch({ now: () => now }, 10);
  await watch.rest(async () => {
    now += 60_000;
    expect(watch.check()).toBeUndefined();
  });
  expect(watch.check()).toBeUndefined();
  now += 10_000;
  expect(watch.check()).toBe(10);
});

test('the pace is that of the steps since the last look, and none where no time passed', () => {
  const pace = new Pace();
  expect(pace.take()).toEqual({});
  pace.add(500, 0.25);
  pace.add(300, 0.75);
  expect(pace.take()).toEqual({ stocks_per_second: 800, steps_per_second: 2 });
  pace.add(10, 0);
  expect(pace.take()).toEqual({});
});
