// Plants one violation of every layer rule and of every project reference in a folder of its own, and expects each to be caught,
// by the same configuration and the same commands as `npm run check`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CONFIGS = ['.dependency-cruiser.js', 'tsconfig.base.json', 'tsconfig.core.json', 'tsconfig.node.json'];
const layers = readdirSync(join(root, 'core'));

/** A file to plant, and the rules that it breaks. */
interface Plant {
  file: string;
  text: string;
  breaks: string[];
}

/** Each layer that has a rule takes something from core/app, which stands above all of them. */
const ofLayers: Plant[] = layers
  .filter((layer) => layer !== 'app')
  .map((layer) => ({
    file: `core/${layer}/planted.ts`,
    text: "import '../app/target.ts';",
    breaks: [`core-${layer}`],
  }));

const plants: Plant[] = [
  ...ofLayers,
  { file: 'core/app/ring-a.ts', text: "import './ring-b.ts';", breaks: ['no-cycles'] },
  { file: 'core/app/ring-b.ts', text: "import './ring-a.ts';", breaks: [] }, // a ring is reported once
  { file: 'core/app/to-main.ts', text: "import '../../main/node/target.ts';", breaks: ['core-is-hostless'] },
  { file: 'core/app/to-preload.ts', text: "import '../../preload/target.ts';", breaks: ['core-is-hostless'] },
  { file: 'core/app/to-renderer.ts', text: "import '../../renderer/target.ts';", breaks: ['core-is-hostless'] },
  { file: 'core/app/to-tests.ts', text: "import '../../tests/target.ts';", breaks: ['core-is-hostless'] },
  {
    file: 'core/app/to-electron.node.ts',
    text: "import 'electron';",
    breaks: ['core-is-hostless', 'electron-only-in-main-electron'],
  },
  { file: 'core/app/to-node.ts', text: "import { sep } from 'node:path'; export { sep };", breaks: ['pure-core'] },
  { file: 'core/app/to-sqlite.ts', text: "import 'better-sqlite3';", breaks: ['pure-core-packages'] },
  { file: 'core/app/to-duckdb.ts', text: "import '@duckdb/node-api';", breaks: ['pure-core-packages'] },
  { file: 'core/app/to-onnx.ts', text: "import 'onnxruntime-node';", breaks: ['pure-core-packages'] },
  {
    file: 'core/app/to-node-file.ts',
    text: "import { leaf } from './leaf.node.ts'; export { leaf };",
    breaks: ['pure-core-imports-pure'],
  },
  {
    file: 'renderer/takes-values.ts',
    text: "import { target } from '../core/app/target.ts'; export { target };",
    breaks: ['renderer-values-from-contract'],
  },
  { file: 'renderer/ui/to-main.ts', text: "import '../../main/node/target.ts';", breaks: ['renderer-is-hostless'] },
  { file: 'renderer/lib/to-ui.ts', text: "import '../ui/leaf.ts';", breaks: ['renderer-lib-is-lowest'] },
  {
    file: 'renderer/ui/to-feature.ts',
    text: "import '../features/runs/leaf.ts';",
    breaks: ['renderer-ui-knows-no-feature'],
  },
  {
    file: 'renderer/features/graph/to-runs.vue',
    text: '<script setup lang="ts">\nimport \'../runs/leaf.ts\';\n</script>',
    breaks: ['renderer-features-stand-alone'],
  },
  { file: 'main/node/to-electron.ts', text: "import 'electron';", breaks: ['electron-only-in-main-electron'] },
  // What is allowed, and must stay so.
  { file: 'core/app/leaf.node.ts', text: 'export const leaf = 1;', breaks: [] },
  { file: 'core/app/native.node.ts', text: "import 'node:path'; import 'better-sqlite3';", breaks: [] },
  { file: 'core/contract/leaf.ts', text: 'export const leaf = 1;', breaks: [] },
  {
    file: 'renderer/takes-contract.ts',
    text: "import { leaf } from '../core/contract/leaf.ts'; import type { target } from '../core/app/target.ts';\nexport type T = typeof target; export { leaf };",
    breaks: [],
  },
  { file: 'renderer/ui/leaf.ts', text: 'export const leaf = 1;', breaks: [] },
  { file: 'renderer/features/problems/leaf.ts', text: 'export const leaf = 1;', breaks: [] },
  {
    file: 'renderer/features/runs/leaf.ts',
    text: "import '../../ui/leaf.ts'; import '../problems/leaf.ts'; import './own.ts';",
    breaks: [],
  },
  { file: 'renderer/features/runs/own.ts', text: 'export const own = 1;', breaks: [] },
  { file: 'main/electron/app.ts', text: "import 'electron'; import '../../core/app/target.ts';", breaks: [] },
  ...['core/app', 'main/node', 'preload', 'renderer', 'tests'].map((folder) => ({
    file: `${folder}/target.ts`,
    text: 'export const target = 1;',
    breaks: [],
  })),
];

/** What of dependency-cruiser's report is looked at. */
interface Report {
  summary: {
    violations: { from: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string }[] };
  };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-layers-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of CONFIGS) cpSync(join(root, file), join(folder, file));
  for (const { file, text } of plants) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a tool of node_modules in the planted folder. @returns what it wrote to stdout */
function run(script: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  return stdout || stderr;
}

test('every rule catches its planted violation, and lets pass what is allowed', () => {
  const folders = ['core', 'main', 'preload', 'renderer', 'tests'];
  const args = ['--config', '.dependency-cruiser.js', '--output-type', 'json', ...folders];
  const { summary } = JSON.parse(run('dependency-cruiser/bin/dependency-cruise.mjs', args)) as Report;
  const found = summary.violations.map(({ from, rule }) => `${from} breaks ${rule.name}`);
  const expected = plants.flatMap(({ file, breaks }) => breaks.map((rule) => `${file} breaks ${rule}`));
  expect([...new Set(found)].sort()).toEqual(expected.sort());
  const rules = summary.ruleSetUsed.forbidden.map(({ name }) => name).sort();
  expect([...new Set(plants.flatMap(({ breaks }) => breaks))].sort()).toEqual(rules); // none is untried
});

test('a pure file that reaches for node does not compile', () => {
  // Only these: the types of better-sqlite3 bring node's along, and beside its plant node:path would be known.
  const compiled = ['to-node.ts', 'to-node-file.ts', 'target.ts'].map((file) => join('core/app', file));
  const project = { extends: './tsconfig.core.json', include: [], files: compiled };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const output = run('typescript/bin/tsc', ['--noEmit', '--pretty', 'false']);
  const errors = output.split('\n').flatMap((line) => /^(\S+)\(.*error (TS\d+)/.exec(line)?.slice(1).join(' ') ?? []);
  expect(errors.sort()).toEqual([
    'core/app/to-node-file.ts TS6307', // not of this project
    'core/app/to-node.ts TS2591', // no types of node
  ]);
});
