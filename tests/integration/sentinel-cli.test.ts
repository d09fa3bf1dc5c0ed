// A leak as a user makes it, by sectors of a later listing, through the command line: said, refused, and trained on only when told.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { fromEpochDay, systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { api } from '../../core/contract/api.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { runCli } from '../support/cli.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const folder = temporaryFolder('sentinel-cli');
const workspace = join(folder, 'workspace');
const cli = (...argv: string[]) => runCli(workspace, argv);
const QUICK = [...TINY_MODEL, 'engine=onnx-cpu', 'threads=1', 'features.graph.k=5'];
const HONEST = 'features.names=[return_1, return_5, volume_ratio_20]';
const LEAKING = 'features.names=[return_1, return_5, sector_relative_return_5]';

beforeAll(async () => {
  const market = syntheticMarket({ stocks: 30, days: 320, seed: 3 });
  const { bars, sectors } = writeSampleCsv(folder, market);
  // The sectors are today's; every third stock came to its own only after two thirds of the days.
  const { codes, days, sectors: now } = market.bars;
  const names = [...new Set(now)];
  const line = (code: string, day: number, sector: number) =>
    `${code},${fromEpochDay(day)},${fromEpochDay(day)} 08:00:00,${3050 + 50 * sector}`;
  const rows = codes.flatMap((code, i) => {
    const sector = names.indexOf(now[i]);
    const first = line(code, days[0] - 30, i % 3 === 0 ? (sector + 1) % names.length : sector);
    return i % 3 === 0 ? [first, line(code, days[200], sector)] : [first];
  });
  const listing = join(folder, 'listing.csv');
  writeFileSync(listing, ['code,period,known_at,sector_33', ...rows, ''].join('\n'));
  const imported = await cli('import', bars, '--name', 'small', '--sectors', sectors, '--table', `listing=${listing}`);
  expect(imported, imported.stderr).toMatchObject({ code: 0 });
}, 60_000);

test('an honest panel passes, and the line below it says so', async () => {
  const built = await cli('features', '--dataset', 'small', HONEST, ...QUICK);
  expect(built, built.stderr).toMatchObject({ code: 0 });
  expect(built.stdout).toMatch(/^leaks: passed · 9 probes, [\d.]+ s$/m);
  const shown = await cli('sentinel', '--dataset', 'small');
  expect(shown, shown.stderr).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/^Future truncation +passed +0 +0 +0 /m);
  expect(shown.stdout).toMatch(/^scaler +passed +\d{4}-\d\d-\d\d … /m);
  expect(shown.stdout).toContain('looked at 30 of 30 stocks');
  const japanese = await cli('sentinel', '--dataset', 'small', '--lang', 'ja');
  expect(japanese.stdout).toMatch(/^将来データの切り捨て +問題なし/m);
});

test('a leaking panel is built and said to leak; examined again, it still does', async () => {
  const built = await cli('features', '--dataset', 'small', LEAKING, ...QUICK);
  expect(built).toMatchObject({ code: 0 });
  expect(built.stdout).toMatch(/^leaks: failed · \(Future truncation 1\) · 9 probes/m);
  const shown = await cli('sentinel', '--dataset', 'small');
  expect(shown.code).toBe(2);
  expect(shown.stdout).toContain('failed · Future truncation: sector_relative_return_5 of ');
  expect(shown.stdout).toContain('it uses sectors of a later listing');
  const again = await cli('sentinel', '--dataset', 'small', '--again', '--json');
  expect(again.code).toBe(2);
  const report = api.calls['panels.sentinel'].output.parse(JSON.parse(again.stdout));
  expect(report?.probes[0].findings[0]).toMatchObject({
    code: 'depends-on-later-listing',
    subject: 'sector_relative_return_5',
  });
});

test('training refuses it, unless told; then the run and its report say so', async () => {
  const train = ['train', '--dataset', 'small', '--phase', '0', LEAKING, ...QUICK];
  const refused = await cli(...train);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('sector_relative_return_5');
  expect(refused.stderr).toContain('train.allow_leaks=true');
  const trained = await cli(...train, '--name', 'told', 'train.allow_leaks=true');
  expect(trained, trained.stderr).toMatchObject({ code: 0 });
  const run = JSON.parse((await cli('runs', 'show', 'told', '--json')).stdout) as { run: { config: string } };
  expect(run.run.config).toContain('allow_leaks: true');
  const reported = await cli('report', 'told/phase0_baseline', '--json');
  expect(reported, reported.stderr).toMatchObject({ code: 0 });
  const { path } = JSON.parse(reported.stdout) as { path: string };
  expect(readFileSync(path, 'utf8')).toContain('The panel leaks the future, and the run was told to train on it');
}, 240_000);

test('a plan says before the start that its panel leaks, and where to allow it', async () => {
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  try {
    const plan = async (...more: string[]) =>
      await host.connect().call('training.plan', {
        dataset: 'small',
        phases: [0],
        overrides: [LEAKING, ...QUICK, ...more],
        phaseOverrides: {},
      });
    const leaks = (await plan()).problems.filter(({ error }) => error.code === 'data/leaking-panel');
    expect(leaks.map(({ path }) => path)).toEqual(['train.allow_leaks']);
    expect((await plan('train.allow_leaks=true')).problems).toEqual([]);
  } finally {
    await host.close();
  }
});

test('a panel that a run built and was refused for is listed with its verdict, and with the run', async () => {
  const also = 'features.names=[return_1, sector_relative_return_5]';
  const refused = await cli('train', '--dataset', 'small', '--phase', '0', also, ...QUICK, '--name', 'refused');
  expect(refused.stderr).toContain('leaks the future');
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  try {
    const client = host.connect();
    const { run } = await client.call('runs.get', { run: 'refused' });
    expect(run).toMatchObject({ status: 'failed', outcome: { code: 'data/leaking-panel' } });
    const listed = (await client.call('panels.list', {})).find(({ panel }) => panel.hash === run.lineage.panel);
    expect(listed).toMatchObject({ verdict: 'failed', panel: { id: run.panelId } });
  } finally {
    await host.close();
  }
}, 240_000);
