// Measures how soon pages are there: on opening, on a click in the navigation, and what JavaScript each of them loads.
import type { BrowserContext, Page } from '@playwright/test';
import { median, table } from './measure.ts';
import type { Scene } from './ui.bench.ts';
import { newProfile, open } from './ui-browser.ts';
import type { Following, Opening } from './ui-probe.ts';
import { ScriptSizes, scriptsOf } from './ui-size.ts';
import { LONG_RUN, MARKET } from './ui-workspace.ts';

export const ms = (value: number): string => `${value.toFixed(0)} ms`;
const medianOf = <T>(rounds: readonly T[], of: (round: T) => number): string => ms(median(rounds.map(of)));

/** Goal: 1 s. */
export async function benchOpening({ browser, url, rounds }: Scene): Promise<string> {
  const rows: string[][] = [];
  for (const [path, name] of [
    ['/', 'Overview'],
    ['/runs', 'Runs'],
  ]) {
    const cold: Opening[] = [];
    const warm: Opening[] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await newProfile(browser, url);
      for (const found of [cold, warm]) {
        const page = await context.newPage();
        await page.goto(path);
        found.push(await page.evaluate<Opening>('probe.opened'));
        await page.close();
      }
      await context.close();
    }
    for (const [cache, found] of [
      ['empty', cold],
      ['filled', warm],
    ] as const)
      rows.push([
        name,
        cache,
        medianOf(found, ({ heading }) => heading),
        medianOf(found, ({ content }) => content),
        medianOf(found, ({ interactive }) => interactive),
      ]);
  }
  return [
    'Opening, from the beginning of the navigation: the heading is seen, everything is seen, and then the main thread has nothing left to do; goal 1 s.',
    table(['page', 'browser cache', 'heading', 'content', 'interactive'], rows),
  ].join('\n\n');
}

const NAVIGATION = [
  '/datasets',
  '/features',
  '/graph',
  '/train',
  '/runs',
  '/compare',
  '/backtests',
  '/jobs',
  '/settings',
  '/',
];

const MOST_ROUNDS = 3;
/** In which the other pages are loaded while nothing else is to be done. */
const READING_MS = 4_000;

/** Goal: 100 ms. */
export async function benchRoutes({ browser, url, rounds }: Scene): Promise<string> {
  const empty = () => new Map<string, Following[]>(NAVIGATION.map((path) => [path, []]));
  const [hurried, first, later] = [empty(), empty(), empty()];
  // As the browser of somebody who has been here before.
  const known = await newProfile(browser, url);
  const before = await open(known, '/');
  for (const path of NAVIGATION) await change(before, path);
  await before.close();
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
    for (const path of NAVIGATION.slice(0, -1)) {
      const context = await newProfile(browser, url);
      hurried.get(path)?.push(await change(await open(context, '/'), path));
      await context.close();
    }
    const page = await open(known, '/');
    await page.waitForTimeout(READING_MS);
    for (const path of NAVIGATION) (path === '/' ? later : first).get(path)?.push(await change(page, path));
    for (let again = 0; again < 2; again++)
      for (const path of NAVIGATION) later.get(path)?.push(await change(page, path));
    await page.close();
  }
  const of = (found: readonly Following[] = [], what: keyof Following): string =>
    found.length === 0 ? '' : ms(median(found.map((one) => one[what])));
  const most = (found: readonly Following[] = []): string => ms(Math.max(...found.map(({ content }) => content)));
  return [
    'Change of page, from the click in the navigation until the new page’s heading, and then all of its content, is seen; medians, goal 100 ms. ' +
      `Hurried: with an empty browser cache, as soon as the overview is interactive. First: the first visit, after ${READING_MS / 1000} s on the overview, in which the other pages load.`,
    table(
      ['page', 'hurried: heading', 'content', 'first: heading', 'content', 'later: content', 'longest'],
      NAVIGATION.map((path) => [
        path,
        of(hurried.get(path), 'heading'),
        of(hurried.get(path), 'content'),
        of(first.get(path), 'heading'),
        of(first.get(path), 'content'),
        of(later.get(path), 'content'),
        most(later.get(path)),
      ]),
    ),
  ].join('\n\n');
}

async function change(page: Page, path: string): Promise<Following> {
  await page.evaluate(`probe.watchClick('${path}')`);
  await page.locator(`nav a.entry[href="${path}"]`).click();
  const times = await page.evaluate<Following>('probe.followed');
  await page.waitForTimeout(150); // whatever the page does after it was seen is not the next one's
  return times;
}

/** Goal: 400 kB. */
export async function benchSizes({ browser, url, client, renderer }: Scene): Promise<string> {
  const sizes = new ScriptSizes(renderer);
  const [{ id }] = await client.call('backtests.list', {});
  const pages = [
    ...NAVIGATION.filter((path) => path !== '/'),
    `/datasets/${MARKET}?tab=coverage`,
    `/datasets/${MARKET}?tab=stock`,
    `/runs/${LONG_RUN}?tab=curves`,
    `/backtests/${id}`,
  ];
  const loadedBy = async (path: string): Promise<string[]> => {
    const context: BrowserContext = await newProfile(browser, url);
    const loaded = await scriptsOf(await open(context, path));
    await context.close();
    return loaded;
  };
  const initial = await loadedBy('/');
  const rows: string[][] = [];
  for (const path of pages) {
    const added = (await loadedBy(path)).filter((script) => !initial.includes(script));
    const charts = sizes.charts(added);
    rows.push([
      path.replace(id, 'id'),
      `${sizes.sum(added).toFixed(0)} kB`,
      charts.length > 0 ? `${sizes.sum(charts).toFixed(0)} kB` : '',
    ]);
  }
  return [
    `JavaScript after gzip: ${sizes.sum(initial).toFixed(0)} kB for the overview, in ${initial.length} files; goal 400 kB. What other pages add, and how much of it is charts (ECharts):`,
    table(['page', 'adds', 'of it charts'], rows),
  ].join('\n\n');
}
