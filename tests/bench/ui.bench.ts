// The interface in Chromium on a workspace of years: how soon it answers, how smoothly it moves, and what it costs.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from '@playwright/test';
import type { Client } from '../../core/contract/api.ts';
import { ensureBuilt, TARGETS } from '../../main/node/build/targets.ts';
import { connectTo } from '../e2e/support/host.ts';
import { type BenchOptions, load, selected } from './measure.ts';
import { startBrowser, VIEWPORT } from './ui-browser.ts';
import { benchLive } from './ui-live.ts';
import { benchMotion } from './ui-motion.ts';
import { benchOpening, benchRoutes, benchSizes } from './ui-pages.ts';

const CACHE = fileURLToPath(new URL('../../.cache/bench/ui/', import.meta.url));

export interface Scene {
  browser: Browser;
  /** What to open, with the token. */
  url: string;
  client: Client;
  /** The folder of the built interface. */
  renderer: string;
  rounds: number;
}

const PARTS: Record<string, (scene: Scene) => Promise<string>> = {
  opening: benchOpening,
  routes: benchRoutes,
  motion: benchMotion,
  live: benchLive,
  sizes: benchSizes,
};

export async function benchUi(options: BenchOptions): Promise<string> {
  const browser = await startBrowser();
  if (!browser) return 'Not measured: no Chromium here (install one, or name it in CHROME_PATH).';
  const folder = mkdtempSync(join(tmpdir(), 'phasor-bench-'));
  const [workspace, renderer] = [join(folder, 'workspace'), join(folder, 'renderer')];
  try {
    // A copy: another program may build it anew meanwhile.
    cpSync(await ensureBuilt(TARGETS.renderer, (text) => console.log(`  ${text}`)), renderer, { recursive: true });
    cpSync(await filledWorkspace(), workspace, { recursive: true });
    const host = await startHost(workspace, renderer);
    try {
      const client = await connectTo({ url: host.url, origin: new URL(host.url).origin });
      const found: string[] = [
        `Chromium ${browser.version()}, headless, ${VIEWPORT.width} x ${VIEWPORT.height}, painting by the processor (--disable-gpu); the web shell with ` +
          '500 runs, 3 million points, 2.8 million bars and a backtest of more than 100,000 trades. The host and the driver of the browser share the machine with it.',
      ];
      for (const [name, part] of Object.entries(PARTS)) {
        if (!selected(name, options)) continue;
        found.push(await part({ browser, url: host.url, client, renderer, rounds: options.rounds }));
        console.log(`  ${name}: ${load()}`);
      }
      client.close();
      return found.join('\n\n');
    } finally {
      await host.stop();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Made once for every form of the database and of what fills it. */
async function filledWorkspace(): Promise<string> {
  const migrations = fileURLToPath(new URL('../../core/store/migrations/', import.meta.url));
  const own = ['ui-workspace.ts', 'workspace-fixture.ts'].map((file) => join(import.meta.dirname, file));
  const hash = createHash('sha256');
  for (const file of [
    ...own,
    ...readdirSync(migrations)
      .sort()
      .map((name) => join(migrations, name)),
  ])
    hash.update(readFileSync(file));
  const wanted = join(CACHE, hash.digest('hex').slice(0, 16));
  if (existsSync(wanted)) return wanted;
  console.log('  Filling a workspace, which takes a minute...');
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(join(CACHE, 'making-'));
  const child = fork(join(import.meta.dirname, 'ui-workspace.ts'), [making]);
  await new Promise<void>((resolve, reject) =>
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ui-workspace.ts ended with ${code}`)))),
  );
  renameSync(making, wanted);
  return wanted;
}

async function startHost(workspace: string, renderer: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, 'ui-host.ts'), [workspace, renderer]);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { url } = await new Promise<{ url: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string }));
    child.once('exit', (code) => reject(new Error(`ui-host.ts ended with ${code}`)));
  });
  return {
    url,
    stop: async () => {
      child.disconnect();
      await gone;
    },
  };
}
