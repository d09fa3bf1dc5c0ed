// Points between arrival and store: whoever starts to watch, at whatever moment, ends up with every point of every curve.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { curveKey, FreshPoints, LiveCurves } from '../../core/app/live-curves.ts';
import type { MetricPoint } from '../../core/contract/entities.ts';

const at = (step: number, name = 'loss', value: number | null = step / 10): MetricPoint => ({
  runId: 'R',
  phase: 'p',
  name,
  step,
  epoch: null,
  value,
  time: 0,
});

test('a watcher that starts between arrival, writing and being stored sees each point once, whatever the order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('add', 'begin', 'end', 'watch'), { minLength: 4, maxLength: 30 }),
      async (moves) => {
        const curves = new LiveCurves();
        const stored: MetricPoint[] = [];
        const fresh = new FreshPoints();
        let step = 0;
        let history: number[] | undefined;
        let end: (() => void) | undefined;
        for (const move of [...moves, 'watch'] as const) {
          if (move === 'add') curves.add('R', [at(++step)]);
          if (move === 'begin' && !end) {
            const writing = Promise.withResolvers<void>();
            const done = curves.store('R', async (points) => {
              await writing.promise;
              stored.push(...points);
            });
            end = () => {
              writing.resolve();
              end = undefined;
              return done;
            };
          }
          if (move === 'end') await end?.();
          if (move === 'watch' && !history) {
            curves.watch('R', (points) => fresh.add(points));
            // The store answers a little later than it is asked.
            curves.add('R', [at(++step)]);
            history = stored.map((point) => point.step);
            fresh.dropTold(new Map([[curveKey('p', 'loss'), history.at(-1) ?? 0]]));
          }
        }
        const seen = [...(history ?? []), ...fresh.take().flatMap((curve) => [...curve.step])];
        expect(seen).toEqual(Array.from({ length: step }, (_, i) => i + 1));
      },
    ),
  );
});

test('a write that fails leaves its points unwritten, so that they are still told and tried again', async () => {
  const curves = new LiveCurves();
  curves.add('R', [at(1)]);
  await expect(curves.store('R', () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  const seen: number[] = [];
  curves.watch('R', (points) => seen.push(...points.map(({ step }) => step)));
  expect(seen).toEqual([1]);
});

test('new points become columns by curve, what is not finite as NaN, and are told once', async () => {
  const fresh = new FreshPoints();
  fresh.add([at(1), at(1, 'spread', null), at(2)]);
  await fresh.arrived;
  const [loss, spread] = fresh.take();
  expect(loss).toEqual({ phase: 'p', name: 'loss', step: Float64Array.of(1, 2), value: Float64Array.of(0.1, 0.2) });
  expect(spread.value[0]).toBeNaN();
  expect(fresh.take()).toEqual([]);
});
