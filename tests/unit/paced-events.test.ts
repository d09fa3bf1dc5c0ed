import { expect, test } from 'vitest';
import { pacedEvents } from '../../core/app/paced-events.ts';
import type { JobEvent } from '../../core/contract/views.ts';
import { manualTimer } from '../fixtures/manual-timer.ts';

const progress = (done: number): JobEvent => ({ type: 'progress', progress: { stage: 'train', done, total: 9 } });
const metrics: JobEvent = { type: 'metrics', metrics: { step: 1, values: { loss: 1 } } };
const log = (message: string): JobEvent => ({ type: 'log', log: { level: 'info', message } });

function told() {
  const { timer, advance } = manualTimer();
  const events: JobEvent[] = [];
  return { events, advance, ...pacedEvents((event) => events.push(event), { everyMs: 250, timer }) };
}

test('of progress only the newest is told, at once the first time and then at intervals', () => {
  const { events, advance, receive } = told();
  for (const done of [1, 2, 3]) receive(progress(done));
  expect(events).toEqual([progress(1)]);
  advance(250);
  expect(events).toEqual([progress(1), progress(3)]);
  advance(1_000);
  receive(progress(4));
  expect(events).toEqual([progress(1), progress(3), progress(4)]);
});

test('what else happens is told at once, after the progress before it, and figures never', () => {
  const { events, receive } = told();
  for (const event of [progress(1), progress(2), metrics, log('saved')]) receive(event);
  expect(events).toEqual([progress(1), progress(2), log('saved')]);
});

test('whoever leaves is told nothing more', () => {
  const { events, advance, receive, stop } = told();
  receive(progress(1));
  receive(progress(2));
  stop();
  advance(1_000);
  expect(events).toEqual([progress(1)]);
});
