// Datasets that hold more and less than daily bars: which features they support, and what becomes of the others.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock, toEpochDay } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import { jobResults } from '../../core/contract/views.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { writeSideRows } from '../../core/data/side-tables.node.ts';
import { catalogue, featureNames } from '../../core/features/catalogue.ts';
import { readPanelManifest } from '../../core/features/panel.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { temporaryFolder } from '../support/training.ts';
import { barNames, coreNames } from '../support/feature-names.ts';

const folder = temporaryFolder('inputs');
const workspace = join(folder, 'workspace');
let host: Host;
let client: Client;

async function built(dataset: string, overrides: string[]) {
  const { jobId } = await client.call('features.build', { dataset, overrides: ['features.graph.k=3', ...overrides] });
  const { panel } = jobResults.features.parse((await client.call('jobs.wait', { jobId })).result);
  return readPanelManifest(join(workspace, panel.folder));
}

beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
  const shape = { stocks: 20, days: 100, seed: 3 };
  const { bars, sectors } = await client.call('datasets.synthesise', shape);
  const market = syntheticMarket(shape).bars;
  const statements = join(folder, 'statements.parquet');
  const year = toEpochDay('2020-03-31');
  await writeSideRows(
    statements,
    'statements',
    market.codes.slice(1).map((code, i) => ({
      code,
      period: year - 90,
      known: { day: year - 60, minute: 15 * 60 + 30 },
      values: {
        quarter: 4,
        fiscal_year_end: year - 90,
        sales: 1e6,
        profit: 1e4 * (i + 1),
        equity: 1e6,
        total_assets: 2e6,
      },
    })),
  );
  for (const [name, tables] of [
    ['bars', []],
    ['more', [{ name: 'statements', path: statements }]],
  ] as const) {
    const { jobId } = await client.call('datasets.import', { files: [bars], sectors, name, tables: [...tables] });
    expect((await client.call('jobs.wait', { jobId })).error).toBeUndefined();
  }
});
afterAll(() => host.close());

test('a dataset says what it does not support, and what it lacks for it', async () => {
  const bare = await client.call('features.unsupported', { dataset: 'bars' });
  expect(bare.map(({ name }) => name)).toEqual(featureNames.filter((name) => !barNames.includes(name)));
  expect(bare.find(({ name }) => name === 'earnings_yield')?.lacks).toEqual(['statements']);
  const more = await client.call('features.unsupported', { dataset: 'more' });
  const needed = catalogue.filter(({ inputs = [] }) => inputs.includes('statements')).map(({ name }) => name);
  const short = more.filter(({ name }) => needed.includes(name));
  expect(bare.length - more.length).toBe(needed.length - short.length);
  // These statements say nothing of shares, cash or forecasts.
  expect(short.find(({ name }) => name === 'book_to_price')?.lacks).toEqual(['statements.shares_outstanding']);
  expect(short.find(({ name }) => name === 'accruals')?.lacks).toEqual(['statements.operating_cash_flow']);
  expect(short.map(({ name }) => name)).not.toContain('return_on_equity');
});

test('a set leaves out what is not supported, and the panel records it', async () => {
  const manifest = await built('more', ['features=all']);
  const unsupported = await client.call('features.unsupported', { dataset: 'more' });
  expect(manifest.unsupported).toEqual(unsupported);
  const without = new Set(unsupported.map(({ name }) => name));
  expect(manifest.features.map(({ name }) => name)).toEqual(featureNames.filter((name) => !without.has(name)));
  const column = (name: string) => manifest.features.find((feature) => feature.name === name);
  expect(column('net_margin')).toMatchObject({ scaling: 'day' });
  // One stock in twenty has no statement, and all history of the others begins before theirs: most rows have a value.
  expect(column('net_margin')!.missing).toBeGreaterThan(0);
  expect(column('net_margin')!.missing).toBeLessThan(manifest.rows / 2);
});

test('a feature that is asked for by name is not left out silently', async () => {
  const asked = built('bars', ['features.names=[return_1, earnings_yield]']);
  await expect(asked).rejects.toMatchObject({
    code: 'data/feature-lacks-input',
    params: { name: 'earnings_yield', lacks: 'statements' },
  });
});

test('the default is the core set, on every dataset', async () => {
  expect((await built('bars', [])).features.map(({ name }) => name)).toEqual([...coreNames]);
  const plan = await client.call('training.plan', {
    ...{ dataset: 'bars', phases: [0], overrides: ['features.names=[earnings_yield]'], phaseOverrides: {} },
  });
  expect(plan.problems).toContainEqual(
    expect.objectContaining({ error: expect.objectContaining({ code: 'data/feature-lacks-input' }) }),
  );
});
