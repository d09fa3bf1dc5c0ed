// What the watch of a worker makes of a main thread that says nothing, sample by sample.
import { expect, test } from 'vitest';
import { type Judgement, watchSilence } from '../../main/workers/silence.ts';

/** Takes `count` samples of a thread that uses `share` of a core and says nothing. */
function silently(judge: ReturnType<typeof watchSilence>, count: number, share: number, from = 0): Judgement[] {
  return Array.from({ length: count }, (_, i) => judge({ messages: 1, seconds: from + i * share }));
}

test('an endless loop is told by the processor time since the last message', () => {
  const judge = watchSilence(30);
  for (let i = 0; i < 100; i++) expect(judge({ messages: i, seconds: 10 * i }).is).toBe('fine');
  const from = 1000;
  judge({ messages: 1, seconds: from });
  const judgements = silently(judge, 31, 1, from);
  expect(judgements.slice(0, 30).map(({ is }) => is)).toEqual(Array(30).fill('fine'));
  expect(judgements[30]).toEqual({ is: 'endless', seconds: 30 });
});

test('a thread that gets little of the machine is slow, which is told now and then, and not ended', () => {
  const judgements = silently(watchSilence(30), 1200, 0.02); // twenty minutes at a fiftieth of a core
  const told = judgements.flatMap((judgement, at) => (judgement.is === 'slow' ? [at] : []));
  expect(judgements.some(({ is }) => is === 'endless')).toBe(false);
  expect(told.length).toBeGreaterThan(10);
  for (const [i, at] of told.entries()) if (i > 0) expect(at - told[i - 1]).toBeGreaterThanOrEqual(60);
});

test('of a thread that uses no time nothing is told: its host loses patience', () => {
  expect(silently(watchSilence(30), 3600, 0).every(({ is }) => is === 'fine')).toBe(true);
});

test('a message begins the count anew', () => {
  const judge = watchSilence(30);
  for (let i = 0; i < 500; i++) expect(judge({ messages: Math.floor(i / 25), seconds: i }).is).toBe('fine');
});
