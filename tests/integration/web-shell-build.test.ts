// The program as JavaScript, as Electron runs it: its workers, threads and probes find each other among what was built.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPreload, PRELOAD } from '../../main/node/build/bundle.ts';
import { compile } from '../../main/node/build/compile.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let app: string;

beforeAll(async () => {
  // Within the product's folder, where the packages are found.
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/built-'));
  app = join(folder, 'app');
  await compile(app);
  for (const path of ['configs', 'package.json']) cpSync(join(root, path), join(app, path), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('no built file names a source at run time', () => {
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  expect(files).toContain(join('main', 'electron', 'app.js'));
  const naming = files.filter((name) => /(new URL|import)\([^)]*\.ts['"`]/.test(readFileSync(join(app, name), 'utf8')));
  expect(naming).toEqual([]);
});

test('the built program imports with its built worker and tries engines with its built probe', async () => {
  const program = join(folder, 'program.mjs');
  const cli = pathToFileURL(join(app, 'main/node/cli.js')).href;
  writeFileSync(
    program,
    `const { main } = await import(${JSON.stringify(cli)});
process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout, stderr: process.stderr, env: process.env, onInterrupt: () => () => {},
});`,
  );
  const rows = Array.from({ length: 40 }, (_, i) => {
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    return ['1301', '1332', '1605'].map((code) => `${day},${code},10,11,9,10,1000`).join('\n');
  });
  const bars = join(folder, 'bars.csv');
  writeFileSync(bars, `date,code,open,high,low,close,volume\n${rows.join('\n')}\n`);
  const run = async (...args: string[]): Promise<unknown> => {
    const given = [program, ...args, '--json', '--workspace', join(folder, 'workspace')];
    return JSON.parse((await promisify(execFile)(process.execPath, given)).stdout) as unknown;
  };
  expect(await run('import', bars, '--name', 'market')).toMatchObject({ dataset: 'market' });
  const { engines } = (await run('doctor')) as { engines: { engine: string; usable: boolean }[] };
  const usable = engines.filter((each) => each.usable).map(({ engine }) => engine);
  expect(usable).toEqual(expect.arrayContaining(['onnx-cpu', 'tfjs-wasm']));
});

test('the preload script is one CommonJS file that needs nothing but Electron', async () => {
  const built = join(folder, 'preload');
  await buildPreload(built);
  expect(readdirSync(built)).toEqual([PRELOAD]);
  const text = readFileSync(join(built, PRELOAD), 'utf8');
  expect([...text.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name.slice(1, -1))).toEqual(['electron']);
  expect(text).not.toMatch(/^\s*(import|export)\b/m);
});
