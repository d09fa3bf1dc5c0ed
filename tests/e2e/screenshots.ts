// Pictures of every page, light and dark, in English and Japanese, at two sizes: npm run screenshots -- FOLDER
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../main/node/web-shell/chromium.ts';
import build from './support/build.ts';
import { connectTo, startShell } from './support/host.ts';
import { allPages } from './support/pages.ts';
import { ready } from './support/ready.ts';
import { newWorkspace } from './support/workspaces.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
/** Charts draw what they were given a moment later. */
const CHARTS_MS = 400;
const [folder, only] = process.argv.slice(2);
if (!folder) {
  console.error('npm run screenshots -- FOLDER [PART OF A NAME]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

await build();
const workspaces = { trained: newWorkspace('trained'), empty: newWorkspace('empty') };
const browser = await chromium.launch({ executablePath: findChromium() });
let taken = 0;
for (const [content, workspace] of Object.entries(workspaces)) {
  const shell = await startShell(workspace);
  const client = await connectTo(shell);
  const pages = (await allPages(client)).filter(({ name }) => !only || `${content}-${name}`.includes(only));
  for (const locale of ['en', 'ja'] as const)
    for (const theme of ['light', 'dark'] as const) {
      await client.call('settings.set', { locale, theme });
      for (const viewport of SIZES) {
        const context = await browser.newContext({ viewport, baseURL: shell.origin, reducedMotion: 'reduce' });
        await context.request.get(shell.url);
        const page = await context.newPage();
        for (const { name, path } of pages) {
          await page.goto(path);
          await page.locator(`html[lang="${locale}"][data-theme="${theme}"]`).waitFor();
          await ready(page);
          await page.waitForTimeout(CHARTS_MS);
          const file = `${content}-${name}-${theme}-${locale}-${viewport.width}x${viewport.height}.png`;
          await page.screenshot({ path: join(folder, file) });
          taken++;
        }
        await context.close();
      }
    }
  client.close();
  await shell.stop();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
}
await browser.close();
console.log(`${taken} pictures in ${resolve(folder)}`);
