// What a crash leaves of a folder that was being replaced, and that it is put right.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { settleFolders, writeFolderAtomic } from '../../core/base/atomic-file.node.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function makeRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'phasor-settle-'));
  roots.push(root);
  return root;
}

const put = (folder: string, text: string) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a'), text);
};
const read = (folder: string) => readFileSync(join(folder, 'a'), 'utf8');
const id = '01234567-89ab-cdef-0123-456789abcdef';

test('a folder is replaced whole, and nothing else remains', async () => {
  const root = makeRoot();
  const path = join(root, 'x');
  await writeFolderAtomic(path, (folder) => put(folder, 'old'));
  await writeFolderAtomic(path, (folder) => put(folder, 'new'));
  expect(read(path)).toBe('new');
  await expect(
    writeFolderAtomic(path, (folder) => {
      put(folder, 'half');
      throw new Error('full');
    }),
  ).rejects.toThrow('full');
  expect(read(path)).toBe('new');
  expect(readdirSync(root)).toEqual(['x']);
});

test('after a crash at any point one whole folder stands under its name', () => {
  // Killed while filling; between the two renames; before the old one was deleted; while it was being deleted.
  const states: { name: string; left: Record<string, string>; expected: string }[] = [
    { name: 'filling', left: { x: 'old', [`x.${id}.tmp`]: 'half' }, expected: 'old' },
    { name: 'between', left: { [`x.${id}.old`]: 'old', [`x.${id}.tmp`]: 'new' }, expected: 'old' },
    { name: 'renamed', left: { x: 'new', [`x.${id}.old`]: 'old' }, expected: 'new' },
  ];
  for (const { name, left, expected } of states) {
    const root = makeRoot();
    for (const [folder, text] of Object.entries(left)) put(join(root, 'deep', folder), text);
    settleFolders(root);
    expect(readdirSync(join(root, 'deep')), name).toEqual(['x']);
    expect(read(join(root, 'deep', 'x')), name).toBe(expected);
  }
});

test('a first version that never came leaves nothing; other names are left alone', () => {
  const root = makeRoot();
  put(join(root, `x.${id}.tmp`), 'half');
  writeFileSync(join(root, `f.json.${id}.tmp`), 'half');
  put(join(root, 'report.old'), 'mine');
  settleFolders(root);
  expect(readdirSync(root)).toEqual(['report.old']);
  settleFolders(join(root, 'nowhere'));
  expect(existsSync(join(root, 'nowhere'))).toBe(false);
});
