// Backtests through the contract: what a stored one shows adds up, other costs give what a whole new run gives, and reports show
// the backtest that was chosen.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Client } from '../../core/contract/api.ts';
import type { CallInput } from '../../core/contract/rpc.ts';
import type { Api } from '../../core/contract/api.ts';
import type { BacktestListing } from '../../core/contract/views/backtests.ts';
import { jobResults } from '../../core/contract/views.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const QUICK = [
  ...TINY_MODEL,
  'train.max_epochs=1',
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5, volume_ratio_20]',
];
const workspace = join(temporaryFolder('backtests'), 'workspace');
let host: Host;
let client: Client;
let checkpoint: string;
/** The one that most tests look at, and the same run whole at other costs. */
let first: BacktestListing;
let dear: BacktestListing;

async function finished(jobId: string): Promise<unknown> {
  const end = await client.call('jobs.wait', { jobId });
  expect(end, JSON.stringify(end.error)).toMatchObject({ outcome: 'finished' });
  return end.result;
}

type Setting = Omit<CallInput<Api, 'backtests.run'>, 'checkpoint'>;

async function run(setting: Setting): Promise<BacktestListing> {
  const { jobId } = await client.call('backtests.run', { checkpoint, ...setting });
  const { backtest } = jobResults.backtest.parse(await finished(jobId));
  const listed = await client.call('backtests.list', {});
  return listed.find(({ id }) => id === backtest.id)!;
}

const RULE = { kind: 'long-short', groups: 5, horizon: 2 } as const;
const DEAR = { commission: 12, halfSpread: 7, impact: 0.5, borrow: 300 };

beforeAll(async () => {
  host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  client = host.connect();
  const { bars, sectors } = await client.call('datasets.synthesise', { stocks: 30, days: 700, seed: 3 });
  await finished((await client.call('datasets.import', { files: [bars], sectors, name: 'small' })).jobId);
  const { jobId, runId } = await client.call('training.start', { dataset: 'small', phases: [0], overrides: QUICK });
  await finished(jobId);
  const detail = await client.call('runs.get', { run: runId });
  checkpoint = detail.phases[0].bestCheckpointId!;
  first = await run({ rule: RULE });
  dear = await run({ rule: RULE, costs: DEAR });
}, 180_000);
afterAll(() => host.close());

test('setting one up tells the test span, the horizons, the defaults and the trials so far', async () => {
  const [candidate, ...others] = await client.call('backtests.candidates', {});
  expect(candidate).toMatchObject({
    checkpointId: checkpoint,
    dataset: 'small',
    phase: 'phase0_baseline',
    synthetic: true,
  });
  expect(candidate.rankIc?.value).toBeTypeOf('number');
  expect(others).toEqual([]);
  const setup = await client.call('backtests.setup', { checkpoint });
  expect(setup).toMatchObject({
    checkpointId: checkpoint,
    firstDay: first.firstDay,
    horizons: [1, 2, 3, 5, 10],
    costs: { commission: 1, halfSpread: 2, impact: 1 },
    fill: 'close',
    trials: dear.trials,
  });
  expect(setup.rules.map(({ kind }) => kind)).toEqual(['long-short', 'top-k']);
});

test('a backtest is listed with its names and dates, and shown with series that belong together', async () => {
  expect(first).toMatchObject({
    dataset: 'small',
    synthetic: true,
    checkpointId: checkpoint,
    phase: 'phase0_baseline',
  });
  const detail = await client.call('backtests.get', { backtest: first.id });
  const { days, series, statistics, byStock, bySector, costs, capital } = detail;
  expect(detail.backtest).toEqual(first);
  expect([days[0], days.at(-1)]).toEqual([first.firstDay, first.lastDay]);
  expect(detail.rule).toMatchObject(RULE);
  for (const values of Object.values(series)) expect(values).toHaveLength(days.length);
  const gain = series.equity.at(-1)! - capital;
  for (const parts of [byStock, bySector])
    expect(parts.reduce((sum, part) => sum + part.pnl - part.costs, 0)).toBeCloseTo(gain, 3);
  const total = Object.values(costs).reduce((sum: number, part) => sum + part!, 0);
  expect(series.costs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 6);
  expect(Math.min(...series.drawdown)).toBeCloseTo(-statistics.max_drawdown!, 12);
  expect(detail.drawdown!.depth).toBe(statistics.max_drawdown);
  expect(series.rollingSharpe.slice(0, 63).every(Number.isNaN)).toBe(true);
  expect(series.rollingSharpe.slice(63).every(Number.isFinite)).toBe(true);
  expect(days.length).toBeGreaterThan(80);
  expect(detail.calendar.reduce((growth, { total: year }) => growth * (1 + year), 1)).toBeCloseTo(
    series.net.at(-1)!,
    12,
  );
  expect(new Set(bySector.map(({ sector }) => sector))).toEqual(new Set(byStock.map(({ sector }) => sector)));
});

test('the ledgers of trades and of each day agree with the series', async () => {
  const { days, series } = await client.call('backtests.get', { backtest: first.id });
  const trades = await client.call('backtests.trades', { backtest: first.id });
  expect(trades.day).toHaveLength(first.statistics.trades!);
  const index = days.length - 20;
  const { positions, trades: ofDay } = await client.call('backtests.day', { backtest: first.id, day: days[index] });
  expect(positions).toHaveLength(series.positions[index]);
  const long = positions.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  expect(long).toBeCloseTo(series.long[index], 12);
  const rows = [...trades.day.keys()].filter((row) => trades.day[row] === index);
  expect(ofDay.map(({ code, shares }) => [code, shares])).toEqual(
    rows.map((row) => [trades.codes[trades.code[row]], trades.shares[row]]),
  );
  await expect(client.call('backtests.day', { backtest: first.id, day: '1999-01-01' })).rejects.toMatchObject({
    code: 'input/no-such-day',
  });
});

test('other costs give exactly what a whole run at these costs gives, are no trial, and are not stored', async () => {
  const before = await client.call('backtests.setup', { checkpoint });
  const scenario = await client.call('backtests.scenario', { backtest: first.id, costs: DEAR });
  const whole = await client.call('backtests.get', { backtest: dear.id });
  expect(scenario.costSettings).toEqual(whole.costSettings);
  expect(scenario.days).toEqual(whole.days);
  expect(scenario.net).toEqual(whole.series.net);
  expect(scenario.drawdown).toEqual(whole.series.drawdown);
  expect(scenario.costs).toEqual(whole.costs);
  // The deflated ratio counts trials, of which the second run was one more.
  const { deflated_sharpe: _, ...figures } = whole.statistics;
  expect(scenario.statistics).toMatchObject(figures);
  const same = await client.call('backtests.scenario', { backtest: first.id });
  expect(same.statistics).toEqual(first.statistics);
  expect((await client.call('backtests.setup', { checkpoint })).trials).toBe(before.trials);
  expect(await client.call('backtests.list', {})).toHaveLength(2);
});

test('dates cut the span, and dates that cannot be are refused before a job starts', async () => {
  const { days } = await client.call('backtests.get', { backtest: first.id });
  const [from, to] = [days[5], days[40]];
  const short = await run({ rule: { kind: 'top-k', k: 5, drop: 1 }, from, to, fill: 'open', capital: 1000 });
  expect(short).toMatchObject({ firstDay: from, lastDay: to, rule: { kind: 'top-k', k: 5 } });
  const detail = await client.call('backtests.get', { backtest: short.id });
  expect(detail).toMatchObject({ fill: 'open', capital: 1000, days: days.slice(5, 41) });
  expect(detail.warnings).toContainEqual({ code: 'few-days', params: { days: 36, wanted: 126 } });

  const refused = (setting: Setting) => expect(client.call('backtests.run', { checkpoint, ...setting })).rejects;
  await refused({ from: to, to: from }).toMatchObject({ code: 'input/dates-reversed' });
  await refused({ to: '1999-01-01' }).toMatchObject({ code: 'input/outside-predictions' });
  await refused({ rule: { kind: 'top-k', horizon: 7 } }).toMatchObject({ code: 'input/horizon-not-predicted' });
  await client.call('backtests.delete', { backtest: short.id });
});

test('a deleted backtest leaves the lists and comes back, and its trial stays counted', async () => {
  const { trials } = await client.call('backtests.setup', { checkpoint });
  await client.call('backtests.delete', { backtest: dear.id });
  await expect(client.call('backtests.get', { backtest: dear.id })).rejects.toMatchObject({ code: 'state/not-found' });
  expect((await client.call('backtests.setup', { checkpoint })).trials).toBe(trials);
  await client.call('workspace.restore', { kind: 'backtest', id: dear.id });
  expect(await client.call('backtests.get', { backtest: dear.id })).toMatchObject({ backtest: { id: dear.id } });
});

test('a report shows the backtest that was chosen, beside the one of the checkpoint', async () => {
  const write = async (input: Partial<CallInput<Api, 'reports.write'>>) => {
    const { jobId } = await client.call('reports.write', { checkpoint, ...input });
    const { path } = jobResults.report.parse(await finished(jobId));
    return { path, text: readFileSync(path, 'utf8') };
  };
  const newest = await write({});
  const chosen = await write({ backtest: first.id });
  const withDear = await write({ backtest: dear.id });
  expect(chosen.path).not.toBe(newest.path);
  const bookOf = (text: string): string => text.slice(text.indexOf('>Backtest</h2>'));
  expect(bookOf(newest.text) === bookOf(withDear.text)).toBe(true);
  expect(bookOf(chosen.text) === bookOf(withDear.text)).toBe(false);
  const printed = newest.path.replace('.html', '.pdf');
  writeFileSync(printed, '%PDF-'); // as a shell leaves it beside the sheet
  const paths = (await client.call('reports.list', {})).map(({ path }) => join(workspace, path));
  expect(new Set(paths)).toEqual(new Set([newest.path, chosen.path, withDear.path, printed]));
});

test('a stored backtest that is old or damaged says what to do', async () => {
  const folder = join(workspace, dear.folder);
  rmSync(join(folder, 'trades', 'price.npy'));
  await expect(client.call('backtests.trades', { backtest: dear.id })).rejects.toMatchObject({
    code: 'data/damaged-backtest',
  });
  const path = join(folder, 'backtest.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as { schema: number };
  writeFileSync(path, JSON.stringify({ ...file, schema: 1 }));
  await expect(client.call('backtests.get', { backtest: dear.id })).rejects.toMatchObject({
    code: 'state/old-backtest',
  });
  rmSync(join(folder, 'scenario'), { recursive: true });
  writeFileSync(path, JSON.stringify(file));
  await expect(client.call('backtests.scenario', { backtest: dear.id })).rejects.toMatchObject({
    code: 'data/damaged-backtest',
  });
  expect(existsSync(path)).toBe(true);
});
