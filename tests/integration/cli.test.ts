// The command line from end to end on a small market: results, exit codes, JSON, Ctrl-C, two at a time.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type Api, api } from '../../core/contract/api.ts';
import type { CallName, CallOutput } from '../../core/contract/rpc.ts';
import { buildProgram } from '../../main/node/cli.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { type CliOptions, runCli } from '../support/cli.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const QUICK = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5, volume_ratio_20]',
];
const folder = temporaryFolder('cli');
const workspace = join(folder, 'workspace');
let files: { bars: string; sectors: string };

/** @returns what --json printed, checked against the contract */
async function json<N extends CallName<Api>>(
  name: N,
  argv: readonly string[],
  options?: CliOptions,
): Promise<CallOutput<Api, N>> {
  const { code, stdout, stderr } = await runCli(workspace, [...argv, '--json'], options);
  expect(code, stderr + stdout).toBe(0);
  return api.calls[name].output.parse(JSON.parse(stdout)) as CallOutput<Api, N>;
}

beforeAll(async () => {
  files = writeSampleCsv(folder, syntheticMarket({ stocks: 30, days: 320, seed: 3 }));
  const imported = await runCli(workspace, ['import', files.bars, '--name', 'small', '--sectors', files.sectors]);
  expect(imported, imported.stderr).toMatchObject({ code: 0 });
  expect(imported.stdout).toMatch(/^small version 1 \(synthetic\): [\d,]+ bars, 30 stocks/);
  const trained = await runCli(workspace, [
    'train',
    '--dataset',
    'small',
    '--phase',
    '0,2',
    '--name',
    'first',
    ...QUICK,
  ]);
  expect(trained, trained.stderr).toMatchObject({ code: 0 });
  expect(trained.stdout).toContain('phase2_gat');
  expect(trained.stdout).toContain('out of sample: RankIC with its 95 % interval');
}, 180_000);

test('the same files again make no new version; other bars do', async () => {
  const again = await runCli(workspace, ['import', files.bars, '--name', 'small', '--sectors', files.sectors]);
  expect(again.stdout).toMatch(/^small version 1 /);
  const more = writeSampleCsv(join(folder, 'more'), syntheticMarket({ stocks: 25, days: 320, seed: 4 }));
  const next = await runCli(workspace, ['import', more.bars, '--name', 'other']);
  expect(next.stdout).toMatch(/^other version 1 /);
  const third = await runCli(workspace, ['import', files.bars, '--name', 'other']);
  expect(third.stdout).toMatch(/^other version 2 /);
  expect(readdirSync(join(workspace, 'datasets', 'other')).sort()).toEqual(['v1', 'v2']);
});

test('features are built once and then found', async () => {
  const build = ['features', '--dataset', 'small', ...QUICK, '--json'];
  const first = await runCli(workspace, build);
  expect(JSON.parse(first.stdout)).toMatchObject({ reused: true, panel: { stocks: 30 } });
  const other = await runCli(workspace, [...build, 'features.graph.k=6']);
  expect(JSON.parse(other.stdout)).toMatchObject({ reused: false });
});

test('runs and checkpoints: list, show, promote, export', async () => {
  const [run] = await json('runs.list', ['runs']);
  expect(run).toMatchObject({
    name: 'first',
    dataset: 'small',
    status: 'finished',
    phases: ['phase0_baseline', 'phase2_gat'],
  });
  const detail = await json('runs.get', ['runs', 'show', 'first']);
  expect(detail.phases.map(({ status }) => status)).toEqual(['finished', 'finished']);
  expect(detail.evaluations.map(({ label }) => label).sort()).toEqual(['phase0_baseline', 'phase2_gat', 'ridge']);
  expect(detail.run.panelId).not.toBeNull();

  const list = await json('checkpoints.list', ['checkpoints', 'list', '--run', 'first']);
  expect(list.every(({ bytes }) => bytes > 0)).toBe(true);
  expect(list.every(({ run: name, dataset }) => name === 'first' && dataset === 'small')).toBe(true);
  const text = await runCli(workspace, ['runs']);
  expect(text.stdout).toMatch(/^run +name +dataset +mode +status +made +phases +valid RankIC\n/);
  expect(text.stdout).toMatch(new RegExp(`^${run.id.slice(-6)} +first +small +${run.mode} `, 'm'));
  const shown = await json('checkpoints.get', ['checkpoints', 'show', list[0].id.slice(-6)]);
  expect(shown.checkpoint.id).toBe(list[0].id);
  const promoted = await json('checkpoints.promote', ['checkpoints', 'promote', list[0].id]);
  expect(promoted.champion).toBe(true);
  const target = join(folder, 'export');
  const exported = await json('checkpoints.export', ['checkpoints', 'export', list[0].id, target]);
  expect(exported.files).toContain('model.onnx');
  expect(readFileSync(join(target, 'model.onnx')).length).toBeGreaterThan(1000);
});

test('compare, backtest and report work on the checkpoints of a run', async () => {
  const { phases, checkpoints } = await json('runs.get', ['runs', 'show', 'first']);
  const best = checkpoints.filter(({ kind }) => kind === 'best').map(({ id }) => id);
  expect(best).toHaveLength(2);
  const comparison = await json('checkpoints.compare', ['compare', ...best]);
  const rankIc = comparison.rows.find(({ metric, horizon }) => metric === 'rankIc' && horizon === 'overall');
  expect(rankIc?.cells.every((cell) => cell?.low !== null)).toBe(true);
  expect(rankIc?.differences[0]).toBeNull();
  expect(rankIc?.differences[1]?.pValue).toBeGreaterThanOrEqual(0);
  expect(comparison.config.map(({ key }) => key)).toContain('model.gat.enabled');
  const text = await runCli(workspace, ['compare', ...best]);
  expect(text.stdout).toMatch(/^B (ranks (better|worse) than|cannot be told from) A: RankIC -?\d/);
  expect(text.stdout).toMatch(/^RankICIR +all /m);
  expect(text.stdout).toContain('uncorrected');

  const checkpoint = phases.at(-1)!.bestCheckpointId!;
  for (const rule of ['long-short', 'top-k']) {
    const traded = await runCli(workspace, ['backtest', checkpoint, '--rule', rule, '--commission', '3', '--json']);
    expect(traded.code, traded.stderr + traded.stdout).toBe(0);
    expect(JSON.parse(traded.stdout)).toMatchObject({ rule: { kind: rule }, costs: { commission: 3, halfSpread: 2 } });
  }
  const told = await runCli(workspace, ['backtest', checkpoint, '--commission', '3', '--fill', 'open']);
  expect(told.stdout).toMatch(/rule: long-short by the 5-day prediction; .*groups 10/);
  expect(told.stdout).toContain('filled at the open of the next bar');
  expect(told.stdout).toContain('costs: commission 3 bp');
  expect(told.stdout).toMatch(/growth a year, after costs +-?[\d.]+ %/);
  const foreign = await runCli(workspace, ['backtest', checkpoint, '--horizon', '7']);
  expect(foreign.code).toBe(2);
  expect(foreign.stderr).toContain('The horizons that it predicts are: 1, 2, 3, 5, 10');
  const path = join(folder, 'sheet.html');
  const report = await runCli(workspace, ['report', checkpoint, '--out', path]);
  expect(report).toMatchObject({ code: 0, stdout: `${path}\n` });
  expect(readFileSync(path, 'utf8')).toContain('Synthetic data');
});

test('wrong usage and wrong input exit with 2 and say what to do, in either language', async () => {
  const [{ id: checkpoint }] = await json('checkpoints.list', ['checkpoints']);
  const cases: [string[], RegExp][] = [
    [['bogus'], /unknown command/],
    [['train'], /--dataset: is required; the datasets are .*small/],
    [['features'], /--dataset: is required; the datasets are .*small/],
    [['train', '--dataset', 'small', '--phase', '3-1'], /--phase 3-1: write 1-3/],
    [['train', '--dataset', 'small', '--name', '../escape'], /^phasor: --name: letters, digits/],
    [['train', '--dataset', 'smal'], /Known: small/],
    [['demo', 'model.hiden_size=3'], /hidden_size/],
    [['train', '--dataset', 'nothing'], /no dataset "nothing". Known: .*small/],
    [['train', '--dataset', 'small', '--phase', '7'], /--phase 7/],
    [['train', '--dataset', 'small', 'model.hiden_size=3'], /hidden_size/],
    [['train', '--dataset', 'small', '--max-epochs', 'many'], /whole number/],
    [['import', join(folder, 'absent.csv'), '--name', 'x'], /There is no file at/],
    [['import', files.bars], /--name: is required/],
    [['import', files.bars, '--name', '../escape'], /^phasor: --name: letters, digits/],
    [['import', files.bars, '--inspect', '--column', 'foo=bar'], /"foo".*date, code/],
    [['import', files.bars, '--name', 'x', '--column', 'close'], /role=column/],
    [['runs', 'show', 'nothing'], /no run "nothing"/],
    [['backtest', 'ZZZZZZ'], /no checkpoint/],
    [['compare', 'ZZZZZZ'], /^phasor: <checkpoints>: name two to twelve checkpoints/],
    [['backtest', 'ZZZZZZ', '--groups', '1'], /^phasor: --groups: write a whole number from 2/],
    [['backtest', 'ZZZZZZ', '--half-spread', '-1'], /^phasor: --half-spread: write a number of basis points/],
    [['runs', '--limit', 'many'], /^phasor: --limit: write a whole number from 1/],
    [['runs', '--workspace', files.bars], /is a file, where a folder is needed/],
    [['checkpoints', 'export', checkpoint, files.bars], /is a file, where a folder is needed/],
    [['report', checkpoint, '--out', folder], /is a folder, where a file is to be written/],
    [['report', checkpoint, '--out', join(files.bars, 'sheet.html')], /is a file, where a folder is needed/],
  ];
  for (const [argv, message] of cases) {
    const { code, stderr, stdout } = await runCli(workspace, argv);
    expect(code, argv.join(' ')).toBe(2);
    expect(stderr, argv.join(' ')).toMatch(message);
    expect(stdout).toBe('');
  }
  const japanese = await runCli(workspace, ['runs', 'show', 'nothing'], { env: { LANG: 'ja_JP.UTF-8' } });
  expect(japanese.stderr).toMatch(/ありません/);
  const asJson = await runCli(workspace, ['runs', 'show', 'nothing', '--json']);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'state/not-found' } });
});

test('every command has help with an example, and says the exit codes', () => {
  const io = { stdout: { write: () => {} }, stderr: { write: () => {} }, env: {}, onInterrupt: () => () => {} };
  const program = buildProgram({ io, locale: 'en', act: async () => {} });
  const names: string[] = [];
  const visit = (command: (typeof program.commands)[number]): void => {
    command.commands.forEach(visit);
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    names.push(command.name());
    expect(help, command.name()).toMatch(/Examples?:\n {2}phasor /);
    expect(help, command.name()).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 cancelled.');
    for (const option of ['--json', '--workspace', '--lang']) expect(help, command.name()).toContain(option);
  };
  program.commands.forEach(visit);
  expect(names).toEqual(
    expect.arrayContaining(['import', 'features', 'train', 'compare', 'backtest', 'report', 'demo', 'doctor']),
  );
});

test('Ctrl-C stops a run at a safe point with exit code 130; it can be resumed; a second one ends at once', async () => {
  const long = [...QUICK, 'train.max_epochs=200', 'train.patience=200'];
  let pressed = 0;
  const stopped = await runCli(workspace, ['train', '--dataset', 'small', '--phase', '0', '--name', 'long', ...long], {
    onProgress: (stderr, press) => {
      if (pressed === 0 && stderr.includes('phase0_baseline epoch')) {
        pressed++;
        press();
      }
    },
  });
  expect(stopped.code, stopped.stderr).toBe(130);
  expect(stopped.stderr).toContain('phasor train --resume long');
  expect((await json('runs.get', ['runs', 'show', 'long'])).run.status).toBe('stopped');

  const killed = await runCli(workspace, ['runs', 'resume', 'long'], {
    onProgress: (stderr, press) => {
      if (pressed === 1 && stderr.includes('phase0_baseline epoch')) {
        pressed++;
        press();
        press();
      }
    },
  });
  expect(killed.code, killed.stderr).toBe(130);
  expect(pressed).toBe(2);
  const { run, checkpoints } = await json('runs.get', ['runs', 'show', 'long']);
  expect(run.status).toBe('stopped');
  expect(checkpoints.some(({ kind }) => kind === 'last')).toBe(true);

  const deleted = await runCli(workspace, ['runs', 'delete', 'long']);
  expect(deleted.code).toBe(0);
  expect((await json('workspace.trash', ['trash'])).map(({ name }) => name)).toEqual(['long']);
  expect((await runCli(workspace, ['trash', 'restore', 'long'])).code).toBe(0);
  expect((await json('runs.get', ['runs', 'show', 'long'])).checkpoints).toEqual(checkpoints);
  await runCli(workspace, ['runs', 'delete', 'long']);
  expect(existsSync(join(workspace, run.folder))).toBe(true);
  expect((await runCli(workspace, ['trash', 'empty'])).code).toBe(0);
  expect(existsSync(join(workspace, run.folder))).toBe(false);
});

test('while one Phasor writes, a second may read and is told plainly that it cannot write', async () => {
  let reading: Promise<void> | undefined;
  const first = await runCli(workspace, ['train', '--dataset', 'small', '--phase', '0', '--name', 'busy', ...QUICK], {
    onProgress: () => {
      reading ??= (async () => {
        expect((await json('runs.list', ['runs']))[0]).toMatchObject({ name: 'busy', status: 'running' });
        const second = await runCli(workspace, ['import', files.bars, '--name', 'x']);
        expect(second.code).toBe(1);
        expect(second.stderr).toContain(`is in use by another Phasor (process ${process.pid})`);
      })();
    },
  });
  expect(first.code, first.stderr).toBe(0);
  await reading;
  expect(reading).toBeDefined();
});

test('a checkpoint that is damaged, or of a model with other features, is refused before training', async () => {
  const { checkpoints } = await json('runs.get', ['runs', 'show', 'first']);
  const [checkpoint] = checkpoints;
  const train = ['train', '--dataset', 'small', '--phase', '0', '--resume-checkpoint', checkpoint.id, ...QUICK];
  const foreign = await runCli(workspace, [...train, 'features.names=[return_1, return_5]']);
  expect(foreign.code).toBe(1);
  expect(foreign.stderr).toMatch(/volume_ratio_20/);

  const weights = join(workspace, checkpoint.folder, 'weights.npy');
  const whole = readFileSync(weights);
  const damaged = Buffer.from(whole);
  damaged[damaged.length - 1] ^= 1;
  writeFileSync(weights, damaged);
  const refused = await runCli(workspace, [...train, '--name', 'from-damaged']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('weights.npy');
  const { run } = await json('runs.get', ['runs', 'show', 'from-damaged']);
  expect(run).toMatchObject({ status: 'failed', outcome: { code: 'model/damaged-checkpoint' } });
  writeFileSync(weights, whole);
});

test('a bug gets an id and a file that tells it whole', async () => {
  const broken = join(folder, 'broken');
  const made = await runCli(broken, ['import', files.bars, '--name', 'small']);
  expect(made.code, made.stderr).toBe(0);
  // A folder stands where the panel's file belongs: nobody expects that.
  mkdirSync(join(broken, 'cache'), { recursive: true });
  writeFileSync(join(broken, 'cache', 'graphs'), 'a file');
  const { code, stderr } = await runCli(broken, ['features', '--dataset', 'small', ...QUICK]);
  expect(code).toBe(1);
  const [, id, path] = /a bug in Phasor \(id (\w+)\).*in (\S+\.log);/s.exec(stderr) ?? [];
  expect(path).toBe(join(broken, 'logs', `phasor-bug-${id}.log`));
  expect(readFileSync(path, 'utf8')).toMatch(/at .*\.ts:\d+/);
});

test('doctor works without a workspace, and phasor.js passes exit codes on', () => {
  const phasor = fileURLToPath(new URL('../../main/node/phasor.js', import.meta.url));
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [phasor, ...argv], {
      encoding: 'utf8',
      env: { ...process.env, PHASOR_WORKSPACE: join(folder, 'none') },
    });
  const doctor = run('doctor', '--json');
  expect(doctor.status).toBe(0);
  const found = api.calls['doctor.run'].output.parse(JSON.parse(doctor.stdout));
  expect(found.threads).toBeGreaterThan(0);
  expect(found.versions.sqlite).toMatch(/^3\./);
  expect(existsSync(join(folder, 'none'))).toBe(false);
  expect(run('runs').status).toBe(1);
  expect(run('train', '--nonsense').status).toBe(2);
});
