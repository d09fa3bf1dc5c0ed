// Measures how soon pages are there: on opening, on a click in the navigation, and what JavaScript each of them loads.
import type { BrowserContext, Page } from '@playwright/test';
import { median, table } from './measure.ts';
import type { Scene } from './ui.bench.ts';
import { newProfile, open } from './ui-browser.ts';
import type { Opening } from './ui-probe.ts';
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

/** Each opens the interface anew. */
const MOST_ROUNDS = 3;
/** In which the other pages are loaded while nothing else is to be done. */
const READING_MS = 4_000;

/** Goal: 100 ms. */
export async function benchRoutes({ browser, url, rounds }: Scene): Promise<string> {
  const times = Math.min(rounds, MOST_ROUNDS);
  const empty = () => new Map<string, number[]>(NAVIGATION.map((path) => [path, []]));
  const [atOnce, first, later] = [empty(), empty(), empty()];
  for (let round = 0; round < times; round++) {
    for (const path of NAVIGATION.slice(0, -1)) {
      const hurried = await newProfile(browser, url);
      atOnce.get(path)?.push(await change(await open(hurried, '/'), path));
      await hurried.close();
    }
    const context = await newProfile(browser, url);
    const page = await open(context, '/');
    await page.waitForTimeout(READING_MS);
    for (const path of NAVIGATION) (path === '/' ? later : first).get(path)?.push(await change(page, path));
    for (let again = 0; again < 2; again++)
      for (const path of NAVIGATION) later.get(path)?.push(await change(page, path));
    await context.close();
  }
  const written = (found: readonly number[] = []): string => (found.length === 0 ? '' : ms(median(found)));
  const most = (found: readonly number[] = []): string => (found.length === 0 ? '' : ms(Math.max(...found)));
  return [
    'Change of page, from the click in the navigation until the new page is seen with its content; goal 100 ms. Hurried: the first click, as soon as the ' +
      `overview is interactive, so that the page’s scripts are loaded too. First: the first visit, when the overview has been open for ${READING_MS / 1000} s. Medians.`,
    table(
      ['page', 'hurried', 'first', 'later', 'longest later'],
      NAVIGATION.map((path) => [
        path,
        written(atOnce.get(path)),
        written(first.get(path)),
        written(later.get(path)),
        most(later.get(path)),
      ]),
    ),
  ].join('\n\n');
}

async function change(page: Page, path: string): Promise<number> {
  await page.evaluate(`probe.watchClick('${path}')`);
  await page.locator(`nav a.entry[href="${path}"]`).click();
  const time = await page.evaluate<number>('probe.followed');
  await page.waitForTimeout(150); // whatever the page does after it was seen is not the next one's
  return time;
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
