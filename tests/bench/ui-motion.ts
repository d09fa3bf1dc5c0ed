// Measures how smoothly large things move under the mouse: a heat map, a long line, a long table.
import type { Locator, Page } from '@playwright/test';
import { count, median, table } from './measure.ts';
import type { Scene } from './ui.bench.ts';
import {
  type Frames,
  framesDuring,
  MOUSE_MS,
  newProfile,
  open,
  type Point,
  type Sender,
  toAndFro,
} from './ui-browser.ts';
import { LONG_RUN, MARKET, SIZE } from './ui-workspace.ts';

/** Of one gesture. */
const GESTURE_MS = 2_500;
const ROUNDS = 3;

interface Motion {
  what: string;
  frames: Frames[];
}

/** Goal: 50 frames a second. */
export async function benchMotion({ browser, url, client, rounds }: Scene): Promise<string> {
  const context = await newProfile(browser, url);
  const times = Math.min(rounds, ROUNDS);
  const motions: Motion[] = [
    ...(await heatMap(await open(context, `/datasets/${MARKET}?tab=coverage`), times)),
    ...(await longLine(await open(context, `/runs/${LONG_RUN}?tab=curves`), times)),
    await trades(
      await open(context, `/backtests/${(await client.call('backtests.list', {}))[0].id}?tab=trades`),
      times,
    ),
  ];
  await context.close();
  return [
    `Movement under the mouse: frames a second that show something new, all frames, and the time from one to the next; medians of ${times} gestures, goal 50 a second (20 ms).`,
    table(
      ['gesture', 'new frames/s', 'all', 'median', '95th percentile'],
      motions.map(({ what, frames }) => [
        what,
        median(frames.map(({ changedPerSecond }) => changedPerSecond)).toFixed(0),
        median(frames.map(({ perSecond }) => perSecond)).toFixed(0),
        `${median(frames.map((one) => one.median)).toFixed(1)} ms`,
        `${median(frames.map(({ p95 }) => p95)).toFixed(1)} ms`,
      ]),
    ),
  ].join('\n\n');
}

async function repeated(
  page: Page,
  times: number,
  what: string,
  gesture: (send: Sender) => Promise<void>,
): Promise<Motion> {
  const frames: Frames[] = [];
  for (let round = 0; round < times; round++) frames.push(await framesDuring(page, gesture));
  return { what, frames };
}

async function boxOf(locator: Locator): Promise<{ centre: Point; width: number; height: number }> {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (!box) throw new Error('nothing to move');
  const { x, y, width, height } = box;
  return { centre: { x: Math.round(x + width / 2), y: Math.round(y + height / 2) }, width, height };
}

/** Between two points left and right of the centre, and a little up and down. */
function across({ centre, width, height }: Awaited<ReturnType<typeof boxOf>>): [from: Point, to: Point] {
  const [dx, dy] = [Math.round(width * 0.3), Math.round(height * 0.2)];
  return [
    { x: centre.x - dx, y: centre.y - dy },
    { x: centre.x + dx, y: centre.y + dy },
  ];
}

async function heatMap(page: Page, times: number): Promise<Motion[]> {
  await page.locator('select').filter({ hasText: 'Months' }).selectOption('Days');
  const canvas = page.locator(
    `canvas[aria-label*="${SIZE.days} periods"], canvas[aria-label*="${count(SIZE.days)} periods"]`,
  );
  await canvas.waitFor({ timeout: 60_000 });
  const box = await boxOf(canvas);
  const cells = `${count(SIZE.stocks)} x ${count(SIZE.days)} heat map`;
  const steps = Math.round(GESTURE_MS / 2 / MOUSE_MS);
  const zoom = await repeated(page, times, `${cells}, zoom in and out`, async (send) => {
    await send.wheel(box.centre, -6, steps, { ctrl: true });
    await send.wheel(box.centre, 6, steps, { ctrl: true });
  });
  const pans: Motion[] = [];
  const zoomIn = page.getByRole('button', { name: 'Zoom in' });
  for (const factor of ['2', '8']) {
    for (let press = 0; press < (factor === '2' ? 2 : 3); press++) await zoomIn.click();
    const way = toAndFro(...across(box), 2);
    pans.push(await repeated(page, times, `${cells}, pan at ${factor} x`, (send) => send.drag(way, GESTURE_MS)));
  }
  await page.close();
  return [zoom, ...pans];
}

async function longLine(page: Page, times: number): Promise<Motion[]> {
  const chart = page
    .getByRole('img', { name: /^Losses/ })
    .locator('canvas')
    .first();
  await chart.waitFor({ timeout: 60_000 });
  const box = await boxOf(chart);
  const steps = Math.round(GESTURE_MS / 2 / MOUSE_MS);
  const what = `line of ${count(SIZE.curve)} points`;
  const zoom = await repeated(page, times, `${what}, zoom in and out`, async (send) => {
    await send.wheel(box.centre, -6, steps, { ctrl: true });
    await send.wheel(box.centre, 6, steps, { ctrl: true });
  });
  const setUp = await framesDuring(page, (send) => send.wheel(box.centre, -60, 6, { ctrl: true }));
  if (!(setUp.median > 0)) throw new Error('the chart did not zoom');
  await page.waitForTimeout(500);
  const way = toAndFro(...across(box), 2);
  const pan = await repeated(page, times, `${what}, pan`, (send) => send.drag(way, GESTURE_MS));
  await page.close();
  return [zoom, pan];
}

async function trades(page: Page, times: number): Promise<Motion> {
  const grid = page.locator('[role="grid"]');
  await grid.waitFor({ timeout: 60_000 });
  const rows = Number(await grid.getAttribute('aria-rowcount')) - 1;
  const { centre } = await boxOf(grid);
  const steps = Math.round(GESTURE_MS / MOUSE_MS);
  let down = true;
  const motion = await repeated(page, times, `table of ${count(rows)} trades, scroll`, async (send) => {
    await send.wheel(centre, down ? 120 : -120, steps);
    down = !down;
  });
  await page.close();
  return motion;
}
