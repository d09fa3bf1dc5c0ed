// Imports what an analyst keeps in a database, with a table beside the bars; and what becomes of a panel that this makes leak: refused
// where a run is planned and where one was started, trained on only by who says so, and marked from then on.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from '@playwright/test';
import { fromEpochDay } from '../../core/base/clock.ts';
import type { Client } from '../../core/contract/api.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { TINY_MODEL } from '../support/training.ts';
import { expect, test } from './support/test.ts';

const QUICK = [...TINY_MODEL, 'engine=onnx-cpu', 'threads=1', 'features.graph.k=5'];
/** Today's sectors, which the listing beside them says some stocks came to only later. */
const LEAKING = 'features.names=[return_1, return_5, sector_relative_return_5]';
const ALSO_LEAKING = 'features.names=[return_1, sector_relative_return_5]';

const folder = mkdtempSync(join(tmpdir(), 'phasor-e2e-import-'));
const database = join(folder, 'market.db');
let sectors = '';

test.beforeAll(() => {
  const market = syntheticMarket({ stocks: 30, days: 320, seed: 3 });
  const sample = writeSampleCsv(folder, market);
  sectors = sample.sectors;
  const [header, ...lines] = readFileSync(sample.bars, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  const sqlite = new Database(database);
  sqlite.exec(`CREATE TABLE quotes (${columns.map((name) => `"${name}"`).join(', ')});
    CREATE TABLE listing (code, period, known_at, sector_33); CREATE TABLE notes (text)`);
  const quote = sqlite.prepare(`INSERT INTO quotes VALUES (${columns.map(() => '?').join(', ')})`);
  const listed = sqlite.prepare('INSERT INTO listing VALUES (?, ?, ?, ?)');
  const { codes, days, sectors: now } = market.bars;
  const names = [...new Set(now)];
  const list = (code: string, day: number, sector: number): unknown =>
    listed.run(code, fromEpochDay(day), `${fromEpochDay(day)} 08:00:00`, 3050 + 50 * sector);
  sqlite.transaction(() => {
    for (const line of lines) quote.run(line.split(','));
    for (const [i, code] of codes.entries()) {
      const sector = names.indexOf(now[i]);
      list(code, days[0] - 30, i % 3 === 0 ? (sector + 1) % names.length : sector);
      if (i % 3 === 0) list(code, days[200], sector);
    }
  })();
  sqlite.close();
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function importIt(client: Client, page: Page): Promise<void> {
  await page.goto('/import');
  await page.getByLabel('Choose files', { exact: true }).setInputFiles(database);
  await page.getByLabel('Choose the sector file').setInputFiles(sectors);
  const next = page.getByRole('button', { name: 'Next' });
  const table = page.getByLabel('Table with the bars');
  await expect(table).toBeVisible();
  await expect(next, 'nobody has said which of three tables').toBeDisabled();
  await table.selectOption('quotes');
  await page.getByRole('button', { name: 'Add it beside the bars' }).click();
  await expect(page.getByRole('list', { name: 'Tables beside the bars' })).toContainText('known_at');
  await next.click();
  await expect(page.getByText('Table quotes')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'Close', exact: true })).toBeVisible();
  await next.click();
  await expect(page.getByText('beside them listing')).toBeVisible();
  await page.getByLabel('Name of the dataset').fill('market');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: /market.*version 1/ })).toBeVisible({ timeout: 120_000 });
  expect((await client.call('datasets.tables', { dataset: 'market' })).map(({ name }) => name)).toEqual(['listing']);
}

test('a file of one more day is added to the version that is there', async ({ page, client }) => {
  const { bars } = writeSampleCsv(join(folder, 'grows'), syntheticMarket({ stocks: 20, days: 100, seed: 3 }));
  const [header, ...lines] = readFileSync(bars, 'utf8').trimEnd().split('\n');
  const dayOf = (line: string): string => line.split(',')[header.split(',').indexOf('date')];
  const [common, last] = [...new Set(lines.map(dayOf))].sort().slice(-2);
  const [before, day] = ['before.csv', 'day.csv'].map((name) => join(folder, name));
  writeFileSync(before, [header, ...lines.filter((line) => dayOf(line) !== last)].join('\n'));
  // Adjusted closes need a day in common.
  writeFileSync(day, [header, ...lines.filter((line) => dayOf(line) >= common)].join('\n'));
  const next = page.getByRole('button', { name: 'Next' });
  const name = page.getByLabel('Name of the dataset');
  const start = page.getByRole('button', { name: 'Import', exact: true });
  const choose = async (file: string): Promise<void> => {
    await page.goto('/import');
    await page.getByLabel('Choose files', { exact: true }).setInputFiles(file);
    await next.click();
  };
  await choose(before);
  await next.click();
  await name.fill('grows');
  await start.click();
  await expect(page.getByRole('heading', { name: /grows.*version 1/ })).toBeVisible({ timeout: 120_000 });
  await choose(day);
  await page.getByRole('button', { name: 'Add a change' }).click();
  await expect(page.getByLabel('First day of the new code')).toBeVisible();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await next.click();
  await name.fill('new-here');
  await expect(page.getByRole('radio')).toHaveCount(0);
  await name.fill('grows');
  await page.getByText('Add the files’ rows to them; rows that differ stop the import').click();
  await start.click();
  await expect(page.getByRole('heading', { name: /grows.*version 2/ })).toBeVisible({ timeout: 120_000 });
  expect((await client.call('datasets.quality', { dataset: 'grows' })).appended).toMatchObject({
    version: 1,
    added: 20,
  });
  await page.goto('/datasets/grows');
  await expect(page.getByText(/Version 1: 20 rows from .*day\.csv; 20 that it had/)).toBeVisible();
});

test('a file that does not fit as a table beside the bars is refused where it is chosen, and says why', async ({
  page,
}) => {
  const wrong = join(folder, 'dividends.csv');
  writeFileSync(wrong, 'code,period,amount\n1301,2024-03-28,30\n');
  await page.goto('/import');
  await page.getByLabel('Choose tables').setInputFiles(wrong);
  const row = page.getByRole('list', { name: 'Tables beside the bars' }).getByRole('listitem');
  await expect(row.getByRole('alert')).toContainText('known_at');
  await expect(page.getByRole('button', { name: 'Next' })).toBeDisabled();
  await row.getByRole('button', { name: 'Remove dividends.csv' }).click();
  await expect(row).toHaveCount(0);
});

test('a database is imported with a table beside the bars; the panel that leaks by it is refused, and no address overrides that', async ({
  page,
  client,
  shell,
}) => {
  test.setTimeout(600_000);
  const start = page.getByRole('button', { name: /^Train 1 phase$|^Train one phase$/ });
  const plan = (...override: string[]) =>
    `/train?${new URLSearchParams([
      ['dataset', 'market'],
      ['phases', '0'],
      ...[...QUICK, ...override].map((text) => ['override', text]),
    ])}`;

  await test.step('the wizard takes a table of the database, and another beside it', () => importIt(client, page));

  await test.step('a run that builds the panel is refused, says why and leads on', async () => {
    await page.goto(plan(ALSO_LEAKING));
    await start.click();
    await expect(page.getByRole('heading', { name: 'The run was refused' })).toBeVisible({ timeout: 180_000 });
    await expect(page.getByText(/sector_relative_return_5/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Resume' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Read the leakage report' }).click();
    await expect(page.getByRole('heading', { name: 'Leakage sentinel' })).toBeVisible();
    await expect(page.getByText('failed', { exact: true }).first()).toBeVisible();
  });

  await test.step('where a run is planned, the panel is refused with what was found', async () => {
    const { jobId } = await client.call('features.build', { dataset: 'market', overrides: [LEAKING, ...QUICK] });
    expect((await client.call('jobs.wait', { jobId })).outcome).toBe('finished');
    await page.goto(plan(LEAKING));
    const notice = page.getByRole('alert').filter({ hasText: 'The panel leaks the future' });
    await expect(notice).toContainText('sector_relative_return_5');
    await expect(notice.getByRole('link', { name: 'Read the leakage report' })).toBeVisible();
    await expect(start).toBeDisabled();
  });

  const notice = page.getByRole('alert').filter({ hasText: 'The leakage check is overridden' });
  await test.step('an address that overrides the check starts nothing by itself', async () => {
    await page.goto(plan(LEAKING, 'train.allow_leaks=True'));
    await expect(notice).toBeVisible();
    await expect(start).toBeDisabled();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page).toHaveURL(/\/train/);
    await notice.getByRole('button', { name: 'Take it back' }).click();
    await expect(page.getByText('The panel leaks the future')).toBeVisible();
  });

  await test.step('who confirms it trains, and the run and its report say so', async () => {
    await page.getByRole('button', { name: 'Train all the same' }).click();
    await expect(start).toBeDisabled();
    await notice.getByRole('checkbox').check();
    await start.click();
    await expect(page).toHaveURL(/\/runs\/\w+/);
    await expect(page.getByText('this run was told to train on it all the same')).toBeVisible();
    const [run] = await client.call('runs.list', {});
    const [job] = await client.call('jobs.list', { limit: 1 });
    expect((await client.call('jobs.wait', { jobId: job.id })).outcome).toBe('finished');
    const { jobId } = await client.call('reports.write', { checkpoint: `${run.name}/phase0_baseline` });
    expect((await client.call('jobs.wait', { jobId })).outcome).toBe('finished');
    const [{ path }] = await client.call('reports.list', {});
    expect(readFileSync(join(shell.workspace, path), 'utf8')).toContain(
      'The panel leaks the future, and the run was told to train on it',
    );
  });
});
