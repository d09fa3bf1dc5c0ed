// No page has what axe calls a serious or critical violation, light or dark, with much on it or nothing.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { allPages } from './support/pages.ts';
import { ready } from './support/ready.ts';
import { expect, test } from './support/test.ts';

for (const content of ['empty', 'trained'] as const)
  test.describe(`${content} workspace`, () => {
    test.use({ content, colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing serious on any page, light or dark', async ({ page, client }) => {
      test.setTimeout(600_000);
      const found: string[] = [];
      for (const { name, path } of await allPages(client)) {
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(path);
        await ready(page);
        found.push(...(await violations(page, `${name}, light`, [])));
        // Dark changes colours and nothing else.
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
        found.push(...(await violations(page, `${name}, dark`, ['color-contrast', 'link-in-text-block'])));
      }
      expect(found).toEqual([]);
    });
  });

/** @param rules all where none is named */
async function violations(page: Page, where: string, rules: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
}
