// Owns the program as JavaScript in the folders of its sources: Electron, unlike node, runs no TypeScript.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PRODUCT_ROOT } from '../product-root.ts';

export async function compile(folder: string): Promise<void> {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tsc, '--project', join(PRODUCT_ROOT, 'tsconfig.build.json'), '--outDir', folder],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the program does not compile:\n${stdout}${stderr}`);
}
