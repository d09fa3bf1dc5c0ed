// How the interface looks and is steered: language, theme, density, command palette, and the keyboard alone.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

const PAGES: readonly [title: string, path: string, keys: string][] = [
  ['Overview', '/', 'g o'],
  ['Datasets', '/datasets', 'g d'],
  ['Import data', '/import', 'g i'],
  ['Features', '/features', 'g f'],
  ['Stock graph', '/graph', 'g g'],
  ['Train', '/train', 'g t'],
  ['Runs', '/runs', 'g r'],
  ['Compare', '/compare', 'g c'],
  ['Backtests', '/backtests', 'g b'],
  ['Jobs', '/jobs', 'g j'],
  ['Settings', '/settings', 'g s'],
];
const pathOf = (page: Page) => new URL(page.url()).pathname;

test('language, theme and density change at once, stay, and reach other windows', async ({ page, context }) => {
  await page.goto('/');
  const other = await context.newPage();
  await other.goto('/jobs');
  const root = page.locator('html');

  await page.getByRole('button', { name: /日本語/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('概要');
  await expect(root).toHaveAttribute('lang', 'ja');
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('ジョブ');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('概要');
  await page.getByRole('button', { name: /English/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');

  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.goto('/settings');
  await page.getByText('Compact', { exact: true }).click();
  await expect(root).toHaveAttribute('data-density', 'compact');
  await expect(other.locator('html')).toHaveAttribute('data-density', 'compact');
  await page.reload();
  await expect(root).toHaveAttribute('data-density', 'compact');
});

test('the command palette reaches every page and says when nothing fits', async ({ page }) => {
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const query = palette.getByRole('combobox', { name: /What would you like/ });
  for (const [title, path] of PAGES) {
    await page.keyboard.press('Control+k');
    await query.fill(title);
    await expect(palette.getByRole('option', { selected: true })).toContainText(title);
    await page.keyboard.press('Enter');
    await expect(query).toBeHidden();
    await expect.poll(() => pathOf(page)).toBe(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.keyboard.press('Control+k');
  await query.fill('Theme dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Control+k');
  await query.fill('xyzzy');
  await expect(page.getByText(/No command fits/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(query).toBeHidden();
});

test('everything is reached by the keyboard alone', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('main').locator(':focus')).toHaveCount(1);

  for (const [title, path, keys] of [...PAGES.slice(1), PAGES[0]]) {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect.poll(() => pathOf(page), title).toBe(path);
    await expect(page.getByRole('main')).toBeFocused();
  }

  await page.keyboard.press('?');
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(shortcuts).toContainText('Open the command palette');
  await page.keyboard.press('Escape');
  await expect(shortcuts).toBeHidden();

  const jobs = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Jobs' });
  await page.reload();
  await expect(jobs).toBeVisible();
  for (let presses = 0; presses < 20 && !(await jobs.evaluate((link) => link === document.activeElement)); presses++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => pathOf(page)).toBe('/jobs');
});
