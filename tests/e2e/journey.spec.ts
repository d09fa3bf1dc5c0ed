// The way from files to a trained model, watched all along: import, five phases live, pause, reload, a second tab, a killed worker.
import type { Locator, Page } from '@playwright/test';
import { MARKET } from './support/market.ts';
import { expect, test } from './support/test.ts';

const PHASES = 5;

test('imports a market, trains all phases by one click and survives whatever happens on the way', async ({
  page,
  context,
  client,
}) => {
  test.setTimeout(600_000);

  await test.step('an empty workspace says what to do first', async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: /empty/i })).toBeVisible();
    await page.getByRole('button', { name: 'Import data' }).click();
  });

  await test.step('the wizard takes files to a dataset', async () => {
    const files = await client.call('datasets.synthesise', MARKET);
    const next = page.getByRole('button', { name: 'Next' });
    await page.getByLabel('Choose files').setInputFiles(files.bars);
    await page.getByLabel('Choose the sector file').setInputFiles(files.sectors);
    await next.click();
    await expect(page.getByRole('rowheader', { name: 'Close', exact: true })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await next.click();
    await page.getByLabel('Name of the dataset').fill('market');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('heading', { name: /market.*version 1/ })).toBeVisible();
    await page.getByRole('button', { name: 'Train on it' }).click();
  });

  await test.step('one click trains all phases', async () => {
    await page.getByText('Debug', { exact: true }).click();
    await expect(page.getByText(/Small model/)).toBeVisible();
    await page.getByRole('button', { name: 'Train all phases' }).click();
    await expect(page).toHaveURL(/\/runs\/\w+/);
  });

  const pause = (of: Page) => of.getByRole('button', { name: 'Pause', exact: true });
  const resume = (of: Page) => of.getByRole('button', { name: 'Resume', exact: true });
  const losses = page.getByRole('img', { name: /^Losses/ });
  const current = page.getByRole('main').locator('[aria-current="step"]').getByRole('heading');

  await test.step('the curves grow while it trains', async () => {
    await expect(losses).toBeVisible({ timeout: 120_000 });
    await expectToChange(losses);
    await expect(current).toBeVisible();
  });

  await test.step('it pauses, and a second tab shows the same', async () => {
    await pause(page).click();
    await expect(resume(page)).toBeVisible();
  });
  const second = await context.newPage();
  await test.step('a page that is loaded in the middle knows the whole history', async () => {
    await second.goto(page.url());
    await expect(resume(second)).toBeVisible();
    // What was drawn as it came, what a second tab was told afterwards, and what a reload is told: the same curve.
    const told = second.getByRole('img', { name: /^Losses/ });
    const same = async () => (await losses.screenshot()).equals(await told.screenshot());
    await expect.poll(same, { timeout: 60_000 }).toBe(true);
    await page.reload();
    await expect(losses).toBeVisible();
    await expect.poll(same, { timeout: 60_000 }).toBe(true);
  });

  await test.step('what one tab does, the other shows, and the phases move on', async () => {
    const phase = await current.textContent();
    await resume(second).click();
    await expect(pause(page)).toBeVisible();
    await expect(current).not.toHaveText(phase ?? '');
    await second.close();
  });

  await test.step('a killed worker is told of, and the run goes on from its last checkpoint', async () => {
    const [job] = (await client.call('jobs.list', { limit: 10 })).filter(({ end }) => end === null);
    process.kill(job.pid ?? 0, 'SIGKILL');
    const outcome = page.getByRole('status').filter({ hasText: 'interrupted' });
    await expect(outcome).toContainText(/killed|ended/);
    await outcome.getByRole('button', { name: 'Resume the run' }).click();
    await expect(outcome).toBeHidden();
  });

  await test.step('at its end stands the ledger of all phases beside the baseline', async () => {
    const ledger = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'Added' }) });
    await expect(ledger).toBeVisible({ timeout: 300_000 });
    await expect(ledger.getByRole('row').filter({ has: page.getByRole('rowheader') })).toHaveCount(PHASES + 1);
    await expect(page.getByText('Finished', { exact: true }).first()).toBeVisible();
  });
});

test('a sample market can be had without any file', async ({ page }) => {
  await page.goto('/import');
  await page.getByLabel('Stocks').fill('24');
  await page.getByLabel('Trading days').fill('120');
  await page.getByRole('button', { name: 'Generate' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('24 codes')).toBeVisible();
  await page.getByRole('button', { name: 'Look at the data' }).click();
  await expect(page).toHaveURL(/\/datasets\/synthetic/);
  await expect(page.getByText('Synthetic', { exact: true })).toBeVisible();
});

/** Canvases have no text to look at: what is drawn becomes another picture. */
async function expectToChange(drawing: Locator): Promise<void> {
  const first = await drawing.screenshot();
  await expect.poll(async () => (await drawing.screenshot()).equals(first)).toBe(false);
}
