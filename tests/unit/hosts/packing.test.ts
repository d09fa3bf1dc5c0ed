// What electron-builder is told is valid to electron-builder, and a package holds its own platform's binaries and no others'.
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  packedFiles,
  type PackedList,
  PLATFORMS,
  type PlatformName,
  readConfig,
} from '../../../main/electron/scripts/packed-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const require = createRequire(import.meta.url);

const lists = new Map<PlatformName, PackedList>();
/** Looked up once: packages are many files. */
function packed(platform: PlatformName): PackedList {
  const list = lists.get(platform) ?? packedFiles(root, platform);
  lists.set(platform, list);
  return list;
}

/** electron-builder's own check of a configuration, by its scheme.json. */
const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration(config: unknown, logger: { isEnabled: boolean }): Promise<void>;
};

test('electron-builder.yml is what electron-builder understands', async () => {
  const config = readConfig(root);
  await expect(validateConfiguration(config, { isEnabled: false })).resolves.toBeUndefined();
  await expect(validateConfiguration({ ...config, asarUnpacked: [] }, { isEnabled: false })).rejects.toThrow(
    /asarUnpacked/,
  );
});

test('each platform is packed for what the issue names', () => {
  const config = readConfig(root) as unknown as Record<'linux' | 'win' | 'mac', { target: string[] }>;
  expect(config.linux.target).toEqual(['AppImage', 'deb']);
  expect(config.win.target).toEqual(['nsis']);
  expect(config.mac.target).toEqual(['dmg']);
});

test.each(Object.keys(PLATFORMS) as PlatformName[])('a package for %s holds its own native binaries only', (name) => {
  const { os, arch } = PLATFORMS[name];
  const { files, absent } = packed(name);
  const paths = files.map(({ path }) => path);
  const under = (pattern: RegExp) => paths.filter((path) => pattern.test(path));

  const runtime = under(/^node_modules\/onnxruntime-node\/bin\//);
  expect(runtime.length).toBeGreaterThan(1);
  expect(runtime.filter((path) => !path.includes(`/${os}/${arch}/`))).toEqual([]);
  expect(under(/better-sqlite3\/prebuilds\//)).toEqual([`node_modules/better-sqlite3/prebuilds/${os}-${arch}.node`]);
  const duckdb = `@duckdb/node-bindings-${os}-${arch}`;
  expect(under(/@duckdb\/node-bindings-/).filter((path) => !path.includes(`${duckdb}/`))).toEqual([]);
  expect(under(new RegExp(`${duckdb}/`)).length > 0 || absent.includes(duckdb)).toBe(true);

  // Neither what only builds, nor what describes, nor tests.
  expect(under(/^(core|main|renderer|tests|configs)\//)).toEqual([]);
  expect(under(/\.(ts|map|md)$/)).toEqual([]);
  expect(under(/^node_modules\/(vite|vue|typescript|electron|vitest|playwright)\//)).toEqual([]);
  expect(under(/tfjs-node-gpu/)).toEqual([]);
  for (const needed of ['package.json', 'node_modules/zod/package.json', 'node_modules/ws/package.json'])
    expect(paths).toContain(needed);
});

/** Files that a module loads when it is loaded, by its own import and require statements; packages of Node itself apart. */
function loadedBy(entry: string): Set<string> {
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || file.endsWith('.json')) continue;
    seen.add(file);
    const { resolve } = createRequire(file);
    const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const statements = text.matchAll(
      /(?:^|[;\s])(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|[;=\s])(?:__toESM\()?require\("([^"]+)"\)/gm,
    );
    for (const [, imported, required] of statements) {
      const name = imported ?? required;
      if (!isBuiltin(name)) open.push(resolve(name));
    }
  }
  return seen;
}

test.each([
  'node_modules/ccxt/js/src/binanceusdm.js',
  'node_modules/ccxt/js/src/hyperliquid.js',
  'node_modules/ccxt/js/src/kraken.js',
  'node_modules/dukascopy-node/dist/index.js',
  'node_modules/@clickhouse/client/dist/index.js',
])('what %s loads is packed, the rest of its package is not', (entry) => {
  const { files } = packed('linux x64');
  const paths = new Set(files.map(({ path }) => path));
  const loaded = [...loadedBy(join(root, entry))].map((path) => relative(root, path).split(sep).join('/'));
  expect(loaded.length).toBeGreaterThan(3);
  expect(loaded.filter((path) => !paths.has(path))).toEqual([]);
  const sizeOf = (name: string): number =>
    files.filter(({ path }) => path.startsWith(`node_modules/${name}/`)).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(sizeOf('ccxt')).toBeLessThan(18e6);
  expect(sizeOf('dukascopy-node')).toBeLessThan(0.7e6);
});

test('what the operating system loads stands outside the archive', () => {
  const { asarUnpack } = readConfig(root);
  const { Minimatch } = createRequire(require.resolve('app-builder-lib/package.json'))('minimatch') as {
    Minimatch: new (pattern: string) => { match(path: string): boolean };
  };
  const unpacked = asarUnpack.map((pattern) => new Minimatch(pattern));
  const { files } = packed('linux x64');
  const native = files.filter(({ path }) => /\.(node|so(\.\d+)*|dylib|dll|wasm)$/.test(path));
  expect(native.length).toBeGreaterThan(4);
  expect(native.filter(({ path }) => !unpacked.some((pattern) => pattern.match(path)))).toEqual([]);
});
