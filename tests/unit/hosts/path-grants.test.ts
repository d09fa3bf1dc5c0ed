// What the interface must not be able to name: files outside the workspace's own folders and those that the user granted.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { z } from 'zod';
import { shellHandlers } from '../../../core/app/handlers/shell.node.ts';
import { CHECKED_CALLS, PathGrants, withGrants } from '../../../core/app/path-grants.node.ts';
import { requireExternal, requireHarmless, type ShellPort } from '../../../core/app/shell-port.ts';
import { api, type Handlers } from '../../../core/contract/api.ts';

let folder: string;
let workspace: string;
let market: string;
let grants: PathGrants;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'phasor-grants-')));
  workspace = join(folder, 'workspace');
  market = join(folder, 'market');
  for (const path of ['workspace/uploads', 'workspace/reports', 'workspace/runs', 'market/2024', 'market-secret'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['secret.csv', 'market-secret/bars.csv', 'market/bars.csv', 'workspace/phasor.sqlite'])
    writeFileSync(join(folder, path), 'x');
  grants = new PathGrants(workspace, [market]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refused = (path: string) =>
  expect(() => grants.require(path), path).toThrow(expect.objectContaining({ code: 'input/path-not-granted' }));

test('files of granted folders and of the workspace for import and export may be named', () => {
  for (const path of ['market', 'market/bars.csv', 'market/2024', 'market/new/file.csv', 'workspace/uploads/a/b.csv'])
    expect(grants.require(join(folder, path))).toBe(join(folder, path));
  expect(grants.require('exports/phase2')).toBe(join(workspace, 'exports/phase2')); // relative to the workspace
  expect(grants.require('synthetic/bars.csv')).toBe(join(workspace, 'synthetic/bars.csv'));
});

test('nothing else may, however it is spelt', () => {
  for (const path of [
    '/',
    '/etc/passwd',
    folder,
    join(folder, 'secret.csv'),
    join(folder, 'market-secret/bars.csv'), // begins as a granted one does
    `${market}/../secret.csv`,
    `${market}/2024/../../secret.csv`,
    workspace,
    join(workspace, 'phasor.sqlite'),
    join(workspace, 'runs'),
    'uploads/../phasor.sqlite',
    '../secret.csv',
    '..',
    '',
    `${market}/bars.csv\0.txt`,
    '//server/share/bars.csv',
    'file:///etc/passwd',
    'https://example.com/bars.parquet',
    's3://bucket/bars.parquet',
  ])
    refused(path);
});

test('a link does not lead out of a granted folder, whether its end exists or not', () => {
  symlinkSync(join(folder, 'secret.csv'), join(market, 'link.csv'));
  symlinkSync(join(folder, 'market-secret'), join(market, 'linked'));
  symlinkSync(join(folder, 'not-yet.csv'), join(market, 'dangling.csv'));
  for (const path of ['link.csv', 'linked', 'linked/bars.csv', 'linked/new.csv', 'dangling.csv'])
    refused(join(market, path));
});

test('a granted folder that is itself a link is reached by both of its names', () => {
  symlinkSync(market, join(folder, 'alias'));
  const aliased = new PathGrants(workspace, [join(folder, 'alias')]);
  expect(aliased.require(join(folder, 'alias/bars.csv'))).toBe(join(market, 'bars.csv'));
  expect(aliased.require(join(market, 'bars.csv'))).toBe(join(market, 'bars.csv'));
});

test('what a dialog picked is granted from then on', async () => {
  const picked = join(folder, 'market-secret');
  const shell: ShellPort = { capabilities: ['pick-files'], pickFiles: async () => [picked] };
  refused(picked);
  await shellHandlers(grants, shell)['shell.pickFiles']({ kind: 'folder' });
  expect(grants.require(join(picked, 'bars.csv'))).toBe(join(picked, 'bars.csv'));
  expect(grants.roots().map(({ label }) => label)).toEqual(['uploads', 'exports', 'market', 'market-secret']);
});

const isPath = (key: string): boolean => /^(files?|folders?|paths?|sectors)$/.test(key);
/** Keys of an input that hold paths, by their names. */
const pathKeys = (input: z.ZodType): string[] =>
  'shape' in input ? Object.keys(input.shape as object).filter(isPath) : [];

/** All keys of an input, those of what it holds in lists and beneath defaults too. */
const keysWithin = (input: z.ZodType): string[] => {
  if ('shape' in input)
    return Object.entries(input.shape as Record<string, z.ZodType>).flatMap(([key, value]) => [
      key,
      ...keysWithin(value),
    ]);
  if ('element' in input) return keysWithin(input.element as z.ZodType);
  return 'unwrap' in input ? keysWithin((input.unwrap as () => z.ZodType)()) : [];
};

test('every call that names files is checked before it reaches its handler', () => {
  const naming = Object.entries(api.calls).filter(([, { input }]) => keysWithin(input).some(isPath));
  expect(naming.map(([name]) => name).sort()).toEqual([...CHECKED_CALLS].sort());
  for (const [, { input }] of Object.entries(api.streams)) expect(pathKeys(input)).toEqual([]);
});

test('a checked call passes on the real path and refuses each path that it was given', async () => {
  const seen: unknown[] = [];
  const handlers = new Proxy({} as Handlers, { get: () => (input: unknown) => seen.push(input) });
  const checked = withGrants(handlers, grants) as unknown as Record<string, (input: object) => unknown>;
  const inside = join(market, 'bars.csv');
  const outside = join(folder, 'secret.csv');
  for (const name of CHECKED_CALLS) {
    const keys = pathKeys(api.calls[name].input);
    for (const key of keys) {
      const give = (path: string) =>
        Object.fromEntries(keys.map((other) => [other, other === 'files' ? [other === key ? path : inside] : path]));
      expect(() => checked[name](give(outside)), `${name} ${key}`).toThrow(
        expect.objectContaining({ code: 'input/path-not-granted' }),
      );
    }
  }
  // Tables beside bars name a file each.
  const tables = [inside, outside].map((path) => ({ name: 'statements', path }));
  expect(() => checked['datasets.import']({ files: [inside], tables })).toThrow(
    expect.objectContaining({ code: 'input/path-not-granted' }),
  );
  expect(seen).toEqual([]);
  await checked['checkpoints.export']({ checkpoint: 'x', folder: `${market}/./2024/` });
  expect(seen).toEqual([{ checkpoint: 'x', folder: join(market, '2024') }]);
  // What was granted to be read is not written over.
  expect(() => checked['reports.write']({ checkpoint: 'x', path: inside })).toThrow(
    expect.objectContaining({ code: 'input/not-a-report' }),
  );
  await checked['reports.write']({ checkpoint: 'x', path: join(market, 'x.html') });
  expect(seen).toHaveLength(2);
});

test('no call takes SQL, a command, a script or a module', () => {
  const calls = Object.keys(api.calls).concat(Object.keys(api.streams));
  expect(
    calls.filter((name) => /\b(sql|query|exec\w*|eval|spawn|shell\.run|command|script|require)\b/i.test(name)),
  ).toEqual([]);
  const keys = Object.values({ ...api.calls, ...api.streams }).flatMap(({ input }) =>
    'shape' in input ? Object.keys(input.shape as object) : [],
  );
  expect(keys.filter((key) => /sql|query|command|script|module|args|env/i.test(key))).toEqual([]);
});

test('folders are listed, without what is hidden and without links', () => {
  writeFileSync(join(market, '.hidden'), 'x');
  symlinkSync(join(folder, 'secret.csv'), join(market, 'link.csv'));
  expect(shellHandlers(grants, undefined)['files.list']({ folder: market })).toEqual([
    { name: '2024', path: join(market, '2024'), kind: 'folder', bytes: 0 },
    { name: 'bars.csv', path: join(market, 'bars.csv'), kind: 'file', bytes: 1 },
  ]);
  expect(shellHandlers(grants, undefined)['files.list']({ folder: join(workspace, 'exports') })).toEqual([]);
});

test('only what cannot run is opened, and only a report is printed', async () => {
  for (const path of ['a.exe', 'a.desktop', 'a.sh', 'a.bat', 'a.lnk', 'a.html.app', 'a', 'a.url'])
    expect(() => requireHarmless(path)).toThrow(expect.objectContaining({ code: 'input/not-opened' }));
  requireHarmless('a.PDF');
  const opened: string[] = [];
  const shell: ShellPort = {
    capabilities: ['open-path', 'print-pdf'],
    openPath: async (path) => void opened.push(path),
    printReport: async (from, to) => void opened.push(from, to),
  };
  const { 'shell.openPath': open, 'shell.printReport': print } = shellHandlers(grants, shell);
  writeFileSync(join(market, 'run.sh'), 'x');
  writeFileSync(join(workspace, 'reports/a.html'), 'x');
  await expect(open({ path: join(market, 'run.sh') })).rejects.toMatchObject({ code: 'input/not-opened' });
  await expect(open({ path: join(market, 'gone.csv') })).rejects.toMatchObject({ code: 'input/file-not-found' });
  await expect(print({ path: join(market, 'bars.csv') })).rejects.toMatchObject({ code: 'input/not-a-report' });
  await open({ path: market });
  expect(await print({ path: join(workspace, 'reports/a.html') })).toEqual({ path: join(workspace, 'reports/a.pdf') });
  expect(opened).toEqual([market, join(workspace, 'reports/a.html'), join(workspace, 'reports/a.pdf')]);
});

test('only pages that the product links to are opened outside', () => {
  expect(requireExternal('https://doi.org/10.1000/x')).toBe('https://doi.org/10.1000/x');
  for (const address of [
    'http://doi.org/x',
    'https://example.com/',
    'https://doi.org.example.com/',
    'https://user:pass@doi.org/',
    'https://doi.org:8443/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://server/share',
    'ms-msdt:/id',
    'not an address',
    '',
  ])
    expect(() => requireExternal(address), address).toThrow(
      expect.objectContaining({ code: 'input/external-address' }),
    );
});

test('a shell without a capability says so', async () => {
  const none = shellHandlers(grants, undefined);
  expect(none['shell.capabilities']()).toEqual({ capabilities: [] });
  await expect(none['shell.pickFiles']({ kind: 'data' })).rejects.toMatchObject({ code: 'state/no-capability' });
  // A method alone does not do: what is not announced is not offered.
  const mute: ShellPort = { capabilities: [], openExternal: async () => {} };
  await expect(shellHandlers(grants, mute)['shell.openExternal']({ url: 'https://doi.org/x' })).rejects.toMatchObject({
    code: 'state/no-capability',
  });
});
