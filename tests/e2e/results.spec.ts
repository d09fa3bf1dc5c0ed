// What is done with trained models: comparing, backtesting at several costs, printing, keeping order, promoting, handing over.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../core/contract/api.ts';
import { expect, test } from './support/test.ts';

test.use({ content: 'trained' });

test('two checkpoints are compared with intervals, paired tests, series and settings', async ({ page }) => {
  await page.goto('/compare');
  const choice = page.getByRole('grid', { name: 'Checkpoints to compare' });
  for (const run of ['long', 'short'])
    await choice.getByRole('row').filter({ hasText: run }).first().getByRole('checkbox').click();
  await page.getByRole('button', { name: /^Compare 2/ }).click();

  const pairs = page
    .getByRole('table')
    .filter({ hasText: /p (<|0|1)/ })
    .first();
  await expect(pairs).toContainText(/\d+ days/);
  const rankIc = page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: /RankIC/ }) })
    .first();
  await expect(rankIc.getByRole('cell')).toHaveCount(2);
  await expect(rankIc).toContainText('reference');
  await expect(rankIc).toContainText(/better|worse|contains zero/);
  await expect(page.getByRole('img', { name: /Daily RankIC/ }).first()).toBeVisible();
  await expect(page.getByRole('img', { name: /Deciles/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /Equity/ })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'seed' })).toBeVisible();

  await page.reload();
  await expect(pairs).toBeVisible();
});

test('a backtest is run at costs of its own, and traded again at others', async ({ page }) => {
  await page.goto('/backtests');
  await page.getByRole('button', { name: 'New backtest' }).click();
  await page.getByLabel('Checkpoint', { exact: true }).fill('short');
  await page.keyboard.press('Enter');
  await page.getByLabel('Commission').fill('25');
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page).toHaveURL(/\/backtests\/\w+/);
  await expect(page.getByRole('img', { name: /Growth of 1/ }).first()).toBeVisible();

  await page.getByRole('tab', { name: 'Other costs' }).click();
  await expect(page.getByRole('spinbutton', { name: /Commission/ }).or(page.getByLabel('Commission, bp'))).toHaveValue(
    /25/,
  );
  const drag = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Costs a year' }) });
  const figure = async (column: number) =>
    Number.parseFloat((await drag.getByRole('cell').nth(column).innerText()) || 'NaN');
  await page.getByRole('button', { name: 'Twice the costs' }).click();
  await expect(page.getByRole('status').filter({ hasText: /Traded again in/ })).toBeVisible();
  await expect.poll(async () => (await figure(1)) / (await figure(0))).toBeCloseTo(2, 1);
  await page.getByRole('button', { name: 'No costs' }).click();
  await expect.poll(() => figure(1)).toBe(0);

  await page.getByRole('tab', { name: 'Trades' }).click();
  const trades = page.getByRole('grid');
  await expect(trades.getByRole('row').nth(3)).toBeVisible();
  // Elements of rows are filled again while the table is scrolled; at rest they stand in the order of their rows.
  const total = Number(await trades.getAttribute('aria-rowcount'));
  for (const by of [700, 260, -340]) {
    await trades.hover();
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(50);
  }
  const places = async () =>
    (await trades.getByRole('row').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-rowindex')))).map(
      Number,
    );
  await expect.poll(async () => (await places())[1]).toBeGreaterThan(2);
  await expect
    .poll(async () => (await places()).every((place, i, all) => i < 2 || place === all[i - 1] + 1))
    .toBe(true);
  await trades.focus();
  await page.keyboard.press('End');
  await expect(trades.locator(`[aria-rowindex="${total}"]`)).toBeInViewport();
  await page.getByRole('tab', { name: 'Day', exact: true }).click();
  await expect(page.getByText(/positions? at the close/).first()).toBeVisible();
});

test('a report opens as HTML and is printed as PDF', async ({ page, client, context, shell }) => {
  const [{ id }] = await client.call('backtests.list', {});
  await page.goto(`/backtests/${id}`);
  const reports = (ending: string) =>
    readdirSync(join(shell.workspace, 'reports')).filter((name) => name.endsWith(ending));

  await page.getByRole('button', { name: 'Report' }).click();
  await page.getByText('Open as HTML').click();
  await expect(page.getByText('The report is ready.')).toBeVisible();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const report = await opened;
  await expect(report.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(report).toHaveURL(/\/files\/reports\/.+\.html$/);
  await report.close();

  await page.getByRole('button', { name: 'Report' }).click();
  await page.getByText('Save as PDF').click();
  await expect(page.getByText('The PDF is ready.')).toBeVisible({ timeout: 90_000 });
  const [pdf] = reports('.pdf');
  expect(
    readFileSync(join(shell.workspace, 'reports', pdf))
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  const served = await context.request.get(`/files/reports/${encodeURIComponent(pdf)}`);
  expect(served.headers()['content-type']).toBe('application/pdf');
});

test('a run is starred, tagged, found, deleted and taken back', async ({ page }) => {
  await page.goto('/runs');
  const runs = page.getByRole('grid', { name: 'Runs' });
  const row = (name: string) => runs.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const star = row('long').getByRole('button', { name: /star/i });
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');

  await row('long')
    .getByRole('button', { name: /^Tags and notes/ })
    .click();
  const tags = page.getByRole('group', { name: 'Tags' });
  await tags.getByRole('button').last().click();
  await tags.getByRole('textbox').fill('keep');
  await page.keyboard.press('Enter');
  await expect(tags).toContainText('keep');
  const search = page.getByRole('search').getByRole('textbox').first();
  await search.fill('keep');
  await expect(row('short')).toHaveCount(0);
  await expect(row('long')).toBeVisible();
  await search.fill('');

  await row('short')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await expect(row('short')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row('short')).toBeVisible();

  // Later than the notice stands, from the trash.
  await row('short')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await page.goto('/settings#trash');
  await page.getByRole('row').filter({ hasText: 'short' }).getByRole('button', { name: 'Take back' }).click();
  await page.goto('/runs');
  await expect(row('short')).toBeVisible();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
});

test('a checkpoint is promoted, exported, and imported from its file', async ({ page, client }, { outputDir }) => {
  const id = await lastCheckpoint(client, 'long');
  await page.goto(`/checkpoints/${id}`);
  await page.getByRole('button', { name: 'Make it the champion' }).click();
  await page.getByRole('button', { name: 'Promote', exact: true }).click();
  await expect(page.getByText('Champion', { exact: true })).toBeVisible();

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByText('As a .zip').click();
  const file = join(outputDir, 'checkpoint.zip');
  await (await downloading).saveAs(file);

  await page.goto('/compare');
  await page.getByRole('button', { name: 'Import a checkpoint' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a checkpoint' });
  await dialog.getByLabel('Choose a .zip').setInputFiles(file);
  await expect(dialog).toContainText('sample');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page).toHaveURL(/\/checkpoints\/\w+/);
  expect(page.url()).not.toContain(id);
  await page.getByRole('button', { name: 'Evaluate it' }).click();
  await expect(page.getByRole('heading', { name: 'Test metrics by horizon' })).toBeVisible();
});

async function lastCheckpoint(client: Client, run: string): Promise<string> {
  const { phases } = await client.call('runs.get', { run });
  return phases.at(-1)?.bestCheckpointId ?? '';
}
