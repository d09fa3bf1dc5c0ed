// What goes wrong has a page that says what to do: a wrong address, a cut line, a host that is gone, a worker out of memory, no data.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { connectTo, startShell } from './support/host.ts';
import { MARKET } from './support/market.ts';
import { expect, test } from './support/test.ts';
import { openTunnel } from './support/tunnel.ts';
import { newWorkspace } from './support/workspaces.ts';

test('an address that names nothing says so and leads on', async ({ page }) => {
  await page.goto('/no/such/page');
  await expect(page.getByRole('heading', { name: /no page at this address/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open the trash' })).toBeVisible();
  await page.getByRole('button', { name: 'To the overview' }).click();
  await expect(page).toHaveURL(/\/$/);
  for (const path of ['/runs/nothing', '/datasets/nothing', '/checkpoints/nothing', '/backtests/nothing']) {
    await page.goto(path);
    await expect(page.getByText(/\bno\b.*nothing/i).first(), path).toBeVisible();
  }
});

test('every page of an empty workspace says what comes first', async ({ page }) => {
  const next: readonly [path: string, action: RegExp][] = [
    ['/', /Import data/],
    ['/datasets', /Import data/],
    ['/features', /Import data/],
    ['/graph', /Import data/],
    ['/train', /Import data/],
    ['/runs', /Train all phases/],
    ['/compare', /Train all phases/],
    ['/backtests', /Go to training/],
    ['/jobs', /Import data/],
  ];
  for (const [path, name] of next) {
    await page.goto(path);
    await expect(page.getByRole('main').getByRole('button', { name }).first(), path).toBeVisible();
  }
});

test('a lost connection shows a banner, and the page goes on by itself', async ({ page, shell, client }) => {
  const tunnel = await openTunnel(shell.port);
  const lost = page.getByRole('status').filter({ hasText: 'Connection lost' });
  await page.goto(`http://127.0.0.1:${tunnel.port}/${new URL(shell.url).search}`);
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();

  await tunnel.cut();
  await expect(lost).toBeVisible();
  await expect(page.getByRole('img', { name: 'Not connected' })).toBeVisible();
  await client.call('settings.set', { theme: 'dark' }); // what happens meanwhile is caught up with
  await tunnel.mend();
  await expect(lost).toBeHidden();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await tunnel.close();
});

test('a host that is gone is told of, and one that comes back is taken up', async ({ page }) => {
  const workspace = newWorkspace('empty');
  const first = await startShell(workspace, '--no-token');
  await page.goto(first.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await first.stop('SIGKILL');
  await expect(page.getByRole('status').filter({ hasText: 'Connection lost' })).toBeVisible();
  const gone = page.getByRole('heading', { name: 'Phasor does not answer' });
  await tryUntilVisible(page, gone);
  await expect(page.getByText('npx phasor serve --open')).toBeVisible();

  const again = await startShell(workspace, '--no-token', '--port', String(first.port));
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(gone).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await again.stop();

  // With a token, the next start has another: the page cannot go on, and says how to.
  const guarded = await startShell(workspace, '--port', String(first.port));
  await tryUntilVisible(page, page.getByRole('heading', { name: /does not know this page/ }));
  await expect(page.getByText(/whole address, with its token/)).toBeVisible();
  await guarded.stop();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
});

/** Instead of waiting as long as the page does between its attempts, one of which may be before ours: the button is gone then. */
async function tryUntilVisible(page: Page, wanted: Locator): Promise<void> {
  await expect(async () => {
    if (await wanted.isVisible()) return;
    await page.getByRole('button', { name: 'Try now' }).click({ timeout: 2_000 });
    await expect(wanted).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
}

test('a host that was killed while training finds the run interrupted, and resumes it', async ({ page }) => {
  const workspace = newWorkspace('trained');
  const first = await startShell(workspace);
  const before = await connectTo(first);
  const { runId } = await before.call('training.start', {
    dataset: 'sample',
    phases: [0],
    overrides: ['mode=debug', 'model.hidden_size=8'],
    name: 'cut-off',
  });
  await expect.poll(async () => (await before.call('runs.get', { run: runId })).run.status).toBe('running');
  await first.stop('SIGKILL');

  const second = await startShell(workspace);
  await page.goto(second.url);
  await page.goto(`${second.origin}/runs/${runId}`);
  await expect(page.getByRole('status').filter({ hasText: 'This run was interrupted' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume the run' }).first().click();
  await expect(page.getByRole('heading', { name: 'Phase ledger' })).toBeVisible({ timeout: 120_000 });
  await second.stop();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
});

test.describe('memory', () => {
  // Where a process runs out of memory is chance: now and then it is stuck without a word, and ended as hung.
  test.describe.configure({ retries: 2 });

  test('a worker out of memory is named as such, with what to do', async ({ page, client }) => {
    test.skip(
      spawnSync('prlimit', ['--version']).status !== 0,
      'needs prlimit, which takes memory from a process that runs',
    );
    const files = await client.call('datasets.synthesise', MARKET);
    const { jobId: importing } = await client.call('datasets.import', { files: [files.bars], name: 'sample' });
    await client.call('jobs.wait', { jobId: importing });
    const { runId, jobId } = await client.call('training.start', {
      dataset: 'sample',
      phases: [0],
      overrides: ['mode=debug', 'model.hidden_size=8', 'train.max_epochs=200', 'train.patience=300'],
    });
    await page.goto(`/runs/${runId}?tab=curves`);
    await expect(page.getByRole('img', { name: /^Losses/ })).toBeVisible({ timeout: 120_000 });
    const { pid } = await client.call('jobs.get', { jobId });
    // From here on the system gives the worker nothing more.
    spawnSync('prlimit', ['--pid', String(pid), '--data=1']);

    await expect(page.getByRole('status').filter({ hasText: 'ran out of memory' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('button', { name: 'Resume the run' }).first()).toBeVisible();
    await page.goto(`/jobs?job=${jobId}`);
    const advice = page.getByRole('alert').filter({ hasText: 'ran out of memory' });
    await expect(advice).toContainText(/smaller model or universe/);
    await advice.getByRole('button', { name: 'Engine and threads' }).click();
    await expect(page).toHaveURL(/\/settings#engine$/);
  });
});
