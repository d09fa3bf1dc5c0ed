// The desktop as it is built, where Electron's binary is there: its window, what the page is given, and an orderly end.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { ensureBuilt, TARGETS } from '../../main/node/build/targets.ts';
import { PRODUCT_ROOT } from '../../main/node/product-root.ts';

const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

test.skip(!existsSync(join(electronFolder, 'path.txt')), "Electron's binary is not here");
test.skip(!hasDisplay, 'there is no display for a window');

let folder: string;
let app: ElectronApplication;
let page: Page;

test.beforeEach(async () => {
  for (const target of Object.values(TARGETS)) await ensureBuilt(target, (text) => console.log(text));
  folder = mkdtempSync(join(tmpdir(), 'phasor-desktop-'));
  const args = [PRODUCT_ROOT, `--user-data-dir=${join(folder, 'user')}`, '--workspace', join(folder, 'workspace')];
  if (process.getuid?.() === 0) args.unshift('--no-sandbox');
  app = await _electron.launch({ args });
  page = await app.firstWindow();
});
test.afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('the window opens on the workspace and shows its overview', async () => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(page.url()).toBe('app://phasor/');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a page is given a port to its host and nothing of Electron or Node', async () => {
  await expect(page.getByRole('img', { name: 'Connected', exact: true })).toBeVisible();
  const given = await page.evaluate(() =>
    ['require', 'process', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
  );
  expect(given).toEqual([]);
});

test('a page of the interface leads nowhere else', async () => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(() => window.location.assign('https://example.com/'));
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL('app://phasor/settings');
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a market is generated and imported by workers of the desktop', async () => {
  await page.getByRole('button', { name: 'Import data' }).click();
  await page.getByLabel('Stocks').fill('24');
  await page.getByLabel('Trading days').fill('120');
  await page.getByRole('button', { name: 'Generate' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('24 codes')).toBeVisible();
});
