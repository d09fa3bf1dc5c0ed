// A worker that trains nothing and reports like one that does, a hundred times a second, until it is stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainJobSpec } from '../../core/app/jobs/train.node.ts';
import { AppError } from '../../core/base/errors.ts';
import { serveWorker } from '../../main/workers/serve.ts';

/** Reports a second, each with as many values as a training step tells. */
export const REPORTS_PER_SECOND = 100;
export const REPORTED = [
  ...['loss', 'pinball', 'mse', 'rank_ic', 'sharpe', 'learning_rate', 'gradient_norm', 'spread', 'stocks_per_second'],
  ...['encoder', 'attention', 'gat', 'heads'].map((module) => `gradient_norm.${module}`),
];
const STEPS_PER_EPOCH = 1_000;
const EPOCHS = 50;

if (process.send)
  serveWorker<TrainJobSpec, never>(async ({ train }, context) => {
    const [{ name: phase }] = train.phases;
    const start = performance.now();
    for (let step = 1; ; step++) {
      await context.whenRunning();
      if (context.signal.aborted) throw new AppError('cancelled', {});
      const epoch = Math.floor(step / STEPS_PER_EPOCH);
      const wobble = (offset: number) => Math.exp(-step / 2_000) + 0.1 * Math.sin(step * 0.7 + offset);
      context.metrics({ phase, epoch, step, values: Object.fromEntries(REPORTED.map((name, i) => [name, wobble(i)])) });
      context.progress({ stage: `${phase} epoch ${epoch + 1}/${EPOCHS}`, done: step, total: EPOCHS * STEPS_PER_EPOCH });
      await sleep(Math.max(0, start + (step * 1_000) / REPORTS_PER_SECOND - performance.now()));
    }
  });
