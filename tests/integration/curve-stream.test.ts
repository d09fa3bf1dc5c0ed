// The stream of a run's curves, on a real store: what it leaves with the promises of a run that goes on for hours.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { streamCurves } from '../../core/app/curve-stream.node.ts';
import { LiveCurves } from '../../core/app/live-curves.ts';
import type { CurvesEvent } from '../../core/contract/views/training.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { temporaryFolder } from './store-support/harness.ts';
import { point, seeded } from './store-support/samples.ts';

test.each(['ended', 'aborted'] as const)(
  'however long it lasts, a stream waits for the end of its run once, and is over as soon as that is %s',
  async (how) => {
    const store = await openWorkspace(temporaryFolder());
    const { run } = await seeded(store);
    const curves = new LiveCurves();
    const { promise, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const ended = Object.assign(promise, {
      // biome-ignore lint/suspicious/noThenProperty: every wait for a promise is a call of this
      then: ((...on) => {
        waiting++;
        return Promise.prototype.then.apply(promise, on);
      }) as typeof promise.then,
    });
    const stopping = new AbortController();
    const events: CurvesEvent[] = [];
    const about = { runId: run.id, buckets: 100 };
    const stream = streamCurves({ store, curves, ended }, about, (event) => events.push(event), stopping.signal);
    for (let step = 0; step < 4; step++) {
      curves.add(run.id, [point(run.id, step, step)]);
      await sleep(260);
    }
    expect(events.length).toBeGreaterThan(3);
    curves.add(run.id, [point(run.id, 4, 4)]);
    if (how === 'ended') resolve();
    else stopping.abort();
    await stream;
    const steps = events.flatMap((event) => event.curves.flatMap((curve) => [...curve.step]));
    expect(steps.slice(0, 4)).toEqual([0, 1, 2, 3]);
    if (how === 'ended') expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect(waiting).toBe(1);
    await store.close();
  },
);
