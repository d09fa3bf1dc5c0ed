// Owns fetching pages before they are opened, their scripts and what they read first: all of them one by one while the browser has nothing
// to do, and the one whose entry the pointer or the keyboard has come to.
import { type App, type ComponentOptions, inject, type InjectionKey } from 'vue';
import type { Router } from 'vue-router';
import type { HostClient } from '../lib/host-client.ts';
import { fetchWith } from '../lib/reading.ts';

/** By then the first page has its content: while it waits for its host, the browser only seems to rest. */
const AFTER_MS = 2_000;

type LoadPage = () => Promise<{ default: ComponentOptions }>;
type FetchPage = (path: string) => void;
const KEY: InjectionKey<FetchPage> = Symbol('fetch page');

export function provideFetchAhead(app: App, router: Router, client: HostClient): void {
  const fetch = fetchWith(client);
  async function fetchPage(path: string): Promise<void> {
    const [record] = router.resolve(path).matched;
    const page = record?.components?.default as ComponentOptions | LoadPage | undefined;
    // The router keeps the page itself in place of what loads it once it was visited.
    const { ahead } = typeof page === 'function' ? (await page()).default : (page ?? {});
    await ahead?.(fetch);
  }
  // A page that cannot be fetched now is fetched, or complained of, when it is visited.
  const quietly = (path: string): Promise<void> => fetchPage(path).catch(() => undefined);
  function nextOf([first, ...rest]: readonly string[]): void {
    if (first === undefined) return;
    requestIdleCallback(async () => {
      await quietly(first);
      nextOf(rest);
    });
  }
  const paths = router.getRoutes().map(({ path }) => path.replace(/:\w+(\(.*)?/, '-'));
  void router.isReady().then(() => setTimeout(() => nextOf(paths), AFTER_MS));
  app.provide(KEY, (path) => void quietly(path));
}

/** Says that somebody is about to go there. */
export function useFetchPage(): FetchPage {
  const fetchPage = inject(KEY);
  if (!fetchPage) throw new Error('fetching ahead was not provided');
  return fetchPage;
}
