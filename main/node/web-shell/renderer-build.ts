// Owns that the interface which is served is the one of these sources: builds it where it is stale. A packed app brings it along.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFolderAtomic } from '../../../core/base/atomic-file.node.ts';
import { PRODUCT_ROOT } from '../product-root.ts';

export const RENDERER = join(PRODUCT_ROOT, 'dist/renderer');
const CONFIG = join(PRODUCT_ROOT, 'renderer/vite.config.ts');
const STAMP = '.sources';
/** What the build reads: its own sources, the contract that they take from core, and the versions of all packages. */
const SOURCES = ['renderer', 'core/contract', 'core/base', 'package-lock.json'];

/** One hash over the names and contents of every source. */
export function sourcesHash(root: string = PRODUCT_ROOT): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const files = existsSync(path) ? filesOf(path) : [];
    for (const file of files)
      hash
        .update(`${file.slice(root.length)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

export function rendererState(): 'fresh' | 'stale' | 'no-sources' {
  if (!existsSync(CONFIG)) return 'no-sources';
  const stamp = join(RENDERER, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash() ? 'fresh' : 'stale';
}

/** Builds into a folder beside and then changes them over, so that a page being served is never half there. */
export async function buildRenderer(): Promise<void> {
  const { build } = await import('vite');
  const hash = sourcesHash();
  await writeFolderAtomic(RENDERER, async (folder) => {
    await build({
      configFile: CONFIG,
      root: join(PRODUCT_ROOT, 'renderer'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true },
    });
    writeFileSync(join(folder, STAMP), hash);
  });
}

/** @param say told when a build begins, which takes some seconds @returns the folder to serve */
export async function ensureRenderer(say: (text: string) => void): Promise<string> {
  if (rendererState() === 'stale') {
    say('Building the interface...');
    await buildRenderer();
  }
  return RENDERER;
}
