// From a key to a dataset that says where it came from: a source on loopback, its cost before anything is fetched, and what came of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  daysUntilToday,
  GOOD_KEY,
  type JQuantsServer,
  type JQuantsServerOptions,
  jquantsServer,
} from '../support/jquants-server.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{ market: JQuantsServerOptions; source: JQuantsServer }>({
  market: [{}, { option: true }],
  source: async ({ market }, use) => {
    const source = await jquantsServer(market);
    await use(source);
    await source.close();
  },
  env: async ({ source }, use) => {
    const keys = mkdtempSync(join(tmpdir(), 'phasor-e2e-keys-'));
    // Where keys are kept on each system.
    await use({ PHASOR_URL_JQUANTS: source.url, XDG_CONFIG_HOME: keys, APPDATA: keys, HOME: keys });
    rmSync(keys, { recursive: true, force: true });
  },
});

test('data is fetched from a source, with its cost first, and the dataset shows all that came', async ({
  page,
  source,
}) => {
  await page.goto('/fetch?source=jquants');
  await test.step('nothing is asked before the key is there and somebody says so', async () => {
    await page.getByLabel('Key', { exact: true }).fill(GOOD_KEY);
    await page.getByRole('button', { name: 'Keep the key' }).click();
    await expect(page.getByText('A key is kept.')).toBeVisible();
    expect(source.requests).toEqual([]);
    await page.getByRole('button', { name: 'Ask what it offers' }).click();
    await expect(page.getByText(/Plan premium, 500 requests a minute/)).toBeVisible();
  });

  await test.step('the cost stands before the download', async () => {
    for (const table of ['financial statements', 'dividends'])
      await page.getByRole('checkbox', { name: table }).click();
    for (const [field, day] of [
      ['From', '2024-01-04'],
      ['To', '2024-01-19'],
    ]) {
      const input = page.getByRole('main').locator('label').filter({ hasText: field }).getByRole('textbox').first();
      await input.fill(day);
      await input.press('Enter');
    }
    // As the page of fetching was once called.
    await page.getByLabel('Dataset', { exact: true }).fill('fetch');
    await page.getByRole('button', { name: 'Show the cost' }).click();
    await expect(page.getByText(/^34 requests, about/)).toBeVisible();
    expect(source.requests.some((request) => request.includes('/equities/bars/daily?date=2024-01-05'))).toBe(false);
    await page.getByRole('button', { name: 'Fetch and import' }).click();
    await expect(page.getByText(/^fetch version 1: .*3 codes/)).toBeVisible({ timeout: 90_000 });
    expect(await page.content()).not.toContain(GOOD_KEY);
  });

  await test.step('the dataset says where it came from, what it holds and what is wrong with it', async () => {
    await page.getByRole('button', { name: 'Open the dataset' }).click();
    await expect(page).toHaveURL(/\/datasets\/fetch$/);
    await expect(page.getByRole('heading', { name: 'Fetched from J-Quants' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Quality of version 1' })).toBeVisible();
    await expect(page.getByText('Exchange calendar')).toBeVisible();
    await expect(page.getByText(/\d+ checks found nothing/)).toBeVisible();
    const tables = page.getByRole('group', { name: 'Tables beside the bars' });
    for (const table of ['financial statements', 'dividends'])
      await expect(tables.getByRole('row').filter({ hasText: table })).toBeVisible();
  });

  await test.step('a split stands on the chart and in the list, and is not known the day before', async () => {
    await page.goto('/datasets/fetch?tab=stock&code=13010');
    const events = page.getByRole('group', { name: /corporate action/ });
    const split = events.getByRole('row').filter({ hasText: '2-for-1 split' });
    await expect(split).toBeVisible();
    const asOf = page.locator('label').filter({ hasText: 'As of' }).getByRole('textbox');
    await asOf.fill('2024-01-15');
    await asOf.press('Enter');
    await expect(page.getByText('As it stood at the close of')).toBeVisible();
    await expect(split).toHaveCount(0);
    await page.getByLabel('Prices', { exact: true }).selectOption({ label: 'Total return' });
    await expect(page.getByRole('img', { name: /Daily bars of 13010/ })).toBeVisible();
  });
});

test('datasets may be called as the pages beside them are', async ({ page, client }) => {
  const files = await client.call('datasets.synthesise', { stocks: 20, days: 100, seed: 3, signalStrength: 1 });
  const { jobId } = await client.call('datasets.import', {
    files: [files.bars],
    name: 'import',
    sectors: files.sectors,
  });
  expect((await client.call('jobs.wait', { jobId })).outcome).toBe('finished');
  await page.goto('/datasets');
  await page.getByRole('main').getByRole('link', { name: 'import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Quality of version 1' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Universe' })).toBeVisible();
});

test.describe('days until today', () => {
  test.use({ market: daysUntilToday(20) });

  test('bringing a dataset up to date asks for what is missing alone', async ({ page, client, source }) => {
    const { first } = daysUntilToday(18);
    const { first: last } = daysUntilToday(10);
    await client.call('sources.setKey', { source: 'jquants', key: GOOD_KEY });
    const request = { source: 'jquants', tables: ['bars' as const], from: first, to: last, options: {}, repairs: [] };
    const { jobId } = await client.call('sources.fetch', { ...request, dataset: 'tokyo' });
    expect((await client.call('jobs.wait', { jobId })).outcome).toBe('finished');
    const before = source.requests.length;
    await page.goto('/datasets/tokyo');
    await page.getByRole('button', { name: 'Bring up to date' }).click();
    const question = page.getByRole('dialog', { name: 'Bring tokyo up to date' });
    await expect(question).toContainText(/request/);
    expect(source.requests.slice(before).filter((path) => path.includes('/equities/bars/daily?'))).toEqual([]);
    await question.getByRole('button', { name: 'Fetch and import' }).click();
    await expect(page.getByText('Version 2 is there.')).toBeVisible({ timeout: 90_000 });
    await expect(page.getByRole('heading', { name: 'Quality of version 2' })).toBeVisible();
    const asked = source.requests.slice(before).filter((path) => path.includes('/equities/bars/daily?'));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((path) => path.slice(-10) > last)).toBe(true);
  });
});
