// With --lang ja every command speaks Japanese: no line of English prose beside names, paths, settings and terms of the field.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from 'commander';
import { COLUMN_ROLES, TABLE_NAMES } from '../../core/contract/data-words.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { buildProgram } from '../../main/node/cli.ts';
import { runCli } from '../support/cli.ts';
import { GOOD_KEY, type JQuantsServer, jquantsServer } from '../support/jquants-server.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const folder = temporaryFolder('cli-japanese');
const workspace = join(folder, 'workspace');
let server: JQuantsServer;

/** Words that English prose can hardly do without, and those that headings and progress lines were made of. */
const ENGLISH =
  /\b(a|all|and|any|are|at|bars?|because|by|days?|done|epoch|finished|for|found|from|has|in|is|it|its|kind|left|name|no|none|not|of|on|or|phases?|rows?|run|status|stocks?|than|that|the|this|to|value|version|was|were|what|where|with|yes)\b/;
/** What tables, roles and sources are called on the command line. */
const KNOWN = [...TABLE_NAMES, ...COLUMN_ROLES];
/** Names, settings and values, and what is quoted or typed as it stands. */
const NAMES: readonly RegExp[] = [
  /(?:npx |npm run )?phasor [a-z0-9].*$/gm, // a command to type
  /「[^」]*」/g,
  /(?<=\(|: )all(?=\))/g, // a value to type
  /Failed to get a WebGPU adapter.*/g, // said by the engine itself
  /"[^"]*"/g,
  /https?:\/\/\S+|s3:\/\/\S+|(?<![\w])[.~]?\/[\w.~-]+(?:\/[\w.~-]+)*/g,
  /<[^>]*>|\[[a-z.]+\]|--[a-z-]+/g,
  /[\w.-]+=[\w.,=-]*/g, // settings, roles of columns
  /[A-Za-z][\w.]*(?:[-_/.][\w.]+)+/g, // names made of several words
  /^オプション +\w+(?:\(必須\))?、例: .*$/gm,
  new RegExp(`(?<=^|[ ,:、(])(?:${KNOWN.join('|')})(?=$|[ ,、)])`, 'gm'),
];

/** Lines that still read as English once names are taken out. */
function englishLines(text: string): string[] {
  const rest = NAMES.reduce((left, names) => left.replaceAll(names, '∎'), text);
  return text.split('\n').filter((line, i) => ENGLISH.test(rest.split('\n')[i] ?? '') && line.trim() !== '');
}

/** What the command said, on both streams. */
async function said(argv: readonly string[], { code = 0, answers = [] as string[] } = {}): Promise<string> {
  const result = await runCli(workspace, [...argv, '--lang', 'ja'], {
    answers,
    env: { XDG_CONFIG_HOME: join(folder, 'xdg'), PHASOR_URL_JQUANTS: server.url },
  });
  const text = `${result.stdout}\n${result.stderr}`;
  expect(result.code, `${argv.join(' ')}\n${text}`).toBe(code);
  return text;
}

async function expectJapanese(argv: readonly string[], options?: Parameters<typeof said>[1]): Promise<string> {
  const text = await said(argv, options);
  expect(text, argv.join(' ')).toMatch(/[ぁ-ん一-龠ァ-ヶ]/);
  expect.soft(englishLines(text), argv.join(' ')).toEqual([]);
  return text;
}

beforeAll(async () => {
  server = await jquantsServer({ plan: 'standard', covers: { from: '2024-01-04' } });
});
afterAll(() => server.close());

test('English prose is told from names', () => {
  for (const english of ['no findings', 'phase  status  epochs', 'graph: 3 of 4 days', 'import: read  in 5 s'])
    expect(englishLines(english), english).toHaveLength(1);
  for (const fine of ['列: date=date, code=code', '例:\n  phasor runs show my-run', 'phase2_gat  エポック 1/2  50 %'])
    expect(englishLines(fine), fine).toEqual([]);
});

test('the help of every command', () => {
  const sink = { write: () => {} };
  const io = { stdout: sink, stderr: sink, env: {}, onInterrupt: () => () => {} };
  const program = buildProgram({ io, locale: 'ja', act: async () => {} });
  const visit = (command: Command): void => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    // What stands at the left is what is typed.
    const explained = help.replaceAll(/^ {2}\S+(?: [<[]\S+[>\]])*(?: {2,}|$)/gm, '');
    expect.soft(englishLines(explained), command.name()).toEqual([]);
    expect(help, command.name()).toContain('オプション:');
    command.commands.forEach(visit);
  };
  visit(program);
});

test('from import to report, on a tiny market', async () => {
  const sample = writeSampleCsv(folder, syntheticMarket({ stocks: 24, days: 320, seed: 3 }));
  await expectJapanese(['datasets'], { code: 1 });
  await expectJapanese(['import', sample.bars, '--inspect']);
  await expectJapanese(['import', sample.bars, '--name', 'small', '--sectors', sample.sectors]);
  await expectJapanese(['import', sample.bars], { code: 2 });
  await expectJapanese(['import', sample.bars, '--name', 'small', '--code-change', 'x'], { code: 2 });
  await expectJapanese(['datasets']);
  await expectJapanese(['datasets', 'tables', 'small']);
  await expectJapanese(['datasets', 'quality', 'small']);
  const tiny = [...TINY_MODEL, 'engine=onnx-cpu', 'threads=1', 'features.names=[return_1, return_5, volume_ratio_20]'];
  await expectJapanese(['features', '--dataset', 'small', 'features.graph.k=5', ...tiny]);
  await expectJapanese(['sentinel', '--dataset', 'small']);
  await expectJapanese(['train', '--phase', '9'], { code: 2 });
  await expectJapanese(['train'], { code: 2 });
  await expectJapanese([
    'train',
    '--dataset',
    'small',
    '--phase',
    '0,2',
    '--name',
    'first',
    'features.graph.k=5',
    ...tiny,
  ]);
  for (const argv of [
    ['runs'],
    ['runs', 'show', 'first'],
    ['checkpoints'],
    ['compare', 'first/ridge', 'first/phase2_gat'],
    ['trash'],
    ['doctor'],
  ])
    await expectJapanese(argv);
  const checkpoint = JSON.parse((await runCli(workspace, ['checkpoints', '--json'])).stdout)[0].id as string;
  await expectJapanese(['checkpoints', 'show', checkpoint]);
  await expectJapanese(['checkpoints', 'promote', checkpoint]);
  await expectJapanese(['backtest', checkpoint]);
  await expectJapanese(['backtest', checkpoint, '--rule', 'top-k', '--k', '5', '--drop', '1']);
  await expectJapanese(['backtest', checkpoint, '--groups', 'x'], { code: 2 });
  await expectJapanese(['backtest', checkpoint, '--groups', '-3'], { code: 2 });
  await expectJapanese(['report', checkpoint]);
  await expectJapanese(['runs', 'delete', 'first']);
  await expectJapanese(['trash']);
  await expectJapanese(['trash', 'restore', 'first']);
}, 240_000);

test('sources, their cost and a download', async () => {
  await expectJapanese(['sources']);
  await expectJapanese(['sources', 'key', 'jquants'], { answers: [GOOD_KEY] });
  await expectJapanese(['sources', 'probe', 'jquants']);
  const tables = 'bars,statements';
  const fetch = [
    'fetch',
    'jquants',
    '--dataset',
    'tokyo',
    '--from',
    '2024-01-04',
    '--to',
    '2024-01-12',
    '--tables',
    tables,
  ];
  await expectJapanese(['fetch', 'jquants', '--from', '2024-01-04', '--tables', 'bar'], { code: 2 });
  await expectJapanese([...fetch, '--plan']);
  await expectJapanese(fetch, { code: 130, answers: ['n'] });
  await expectJapanese([...fetch, '--yes']);
  await expectJapanese(['fetch', '--update', '--dataset', 'tokyo', '--plan']);
  await expectJapanese(['sources', 'jquants']);
  await expectJapanese(['datasets', 'tables', 'tokyo']);
  await expectJapanese(['datasets', 'quality', 'tokyo']);
  await expectJapanese(['datasets', 'actions', 'tokyo', '13010']);
  await expectJapanese(['sources', 'key', 'jquants', '--remove']);
}, 120_000);

test('what goes wrong', async () => {
  await expectJapanese(['runs', 'show', 'nothing'], { code: 2 });
  await expectJapanese(['trian'], { code: 2 });
  await expectJapanese(['import', join(folder, 'absent.csv'), '--name', 'x'], { code: 2 });
  await expectJapanese(['serve', '--port', 'x'], { code: 2 });
  await expectJapanese(['trash', 'restore', 'nothing'], { code: 2 });
});
