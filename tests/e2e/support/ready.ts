// Owns when a page has everything that it is going to show.
import { expect, type Page } from '@playwright/test';

/** Its title stands, its placeholders have given way, nothing more is being loaded, and its charts are drawn. */
export async function ready(page: Page): Promise<void> {
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('status', { name: /^(Loading|読み込み中)$/ })).toHaveCount(0);
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}
