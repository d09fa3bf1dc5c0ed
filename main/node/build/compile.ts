// Owns the program as JavaScript in the folders of its sources: Electron, unlike node, runs no TypeScript. Types are checked by
// npm run typecheck; here they are only taken out, file by file, and imports name the files that come of it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRODUCT_ROOT } from '../product-root.ts';

/** Folders of the program, and those within them that only its developers run. */
const FOLDERS = ['core', 'main'];
const LEFT_OUT = /[/\\]scripts[/\\]/;

export async function compile(folder: string): Promise<void> {
  const { transformWithOxc } = await import('vite');
  for (const source of FOLDERS) {
    for (const name of readdirSync(join(PRODUCT_ROOT, source), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || LEFT_OUT.test(name)) continue;
      const path = join(PRODUCT_ROOT, source, name);
      const { code } = await transformWithOxc(readFileSync(path, 'utf8'), path, {
        target: 'es2024',
        sourcemap: false,
        typescript: { onlyRemoveTypeImports: true, rewriteImportExtensions: 'rewrite' },
      });
      const target = join(folder, source, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }
}
