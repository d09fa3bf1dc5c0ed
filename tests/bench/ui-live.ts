// Measures what the page of a run costs while its worker reports a hundred times a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { median, table } from './measure.ts';
import type { Scene } from './ui.bench.ts';
import { newProfile, open, type Processors, processorsDuring } from './ui-browser.ts';
import { REPORTED, REPORTS_PER_SECOND } from './ui-worker.ts';
import { MARKET } from './ui-workspace.ts';

const SECONDS = 20;
const ROUNDS = 2;

/** Goal: 10 % of one core. */
export async function benchLive({ browser, url, client, rounds }: Scene): Promise<string> {
  const { runId, jobId } = await client.call('training.start', {
    dataset: MARKET,
    phases: [0],
    overrides: ['mode=debug'],
  });
  const context = await newProfile(browser, url);
  const rows: string[][] = [];
  const percent = (found: readonly Processors[], of: (one: Processors) => number) =>
    `${(100 * median(found.map(of))).toFixed(1)} %`;
  try {
    for (const [path, what] of [
      [`/runs/${runId}?tab=curves`, 'the run’s page, its curves in view'],
      ['/', 'the overview'],
    ]) {
      const page = await open(context, path);
      await sleep(3_000); // the scripts that a page needs only later, and their compilation
      const found: Processors[] = [];
      for (let round = 0; round < Math.min(rounds, ROUNDS); round++)
        found.push(await processorsDuring(browser, () => sleep((SECONDS * 1_000) / ROUNDS)));
      rows.push([what, percent(found, ({ renderer }) => renderer), percent(found, ({ all }) => all)]);
      await page.close();
    }
  } finally {
    await context.close();
    await client.call('training.stop', { run: runId });
    await client.call('jobs.wait', { jobId });
  }
  return [
    `A run that reports ${REPORTS_PER_SECOND} times a second, ${REPORTED.length} figures each: processor time of the interface over ${SECONDS} s as a share of one core; goal 10 %.`,
    table(['page', 'its process', 'with Chromium’s own, which paints'], rows),
  ].join('\n\n');
}
