// Owns the weight of the interface: what JavaScript a page loads, compressed as the web shell sends it at best.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/** Names of the scripts that the page has loaded, below assets/. */
export async function scriptsOf(page: Page): Promise<string[]> {
  const urls = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`);
  return [...new Set(urls.map((url) => new URL(url).pathname).filter((path) => path.endsWith('.js')))];
}

/** kB, of 1,000 bytes, after gzip. */
export class ScriptSizes {
  readonly #renderer: string;
  readonly #known = new Map<string, { kilobytes: number; echarts: boolean }>();

  /** @param renderer the folder that was built */
  constructor(renderer: string) {
    this.#renderer = renderer;
  }

  sum(paths: readonly string[]): number {
    return paths.reduce((total, path) => total + this.#of(path).kilobytes, 0);
  }

  /** Those that hold ECharts or a part of it. */
  charts(paths: readonly string[]): string[] {
    return paths.filter((path) => this.#of(path).echarts);
  }

  #of(path: string) {
    let found = this.#known.get(path);
    if (!found) {
      const bytes = readFileSync(join(this.#renderer, path));
      const name = path.slice(path.lastIndexOf('/') + 1);
      // Parts of ECharts are split by the module that registers them, which is called install.
      found = {
        kilobytes: gzipSync(bytes).length / 1000,
        echarts: bytes.includes('echarts') || name.startsWith('install'),
      };
      this.#known.set(path, found);
    }
    return found;
  }
}
