// Owns what is built and when: the interface, the program as JavaScript for Electron, and its preload script, each only where its
// sources have changed since. A packed app has no sources and is never stale.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '../../../core/base/messages/table.ts';
import { writeFolderAtomic } from '../../../core/base/atomic-file.node.ts';
import { PRODUCT_ROOT } from '../product-root.ts';
import { buildPreload, buildRenderer } from './bundle.ts';
import { compile } from './compile.ts';

export interface Target {
  /** What a user is told that is being built. */
  readonly label: Readonly<Record<Locale, string>>;
  /** Folder of what is built, below the product's. */
  readonly output: string;
  /** Files and folders that it is built from. */
  readonly sources: readonly string[];
  build(folder: string): Promise<void>;
}

const fromRoot = (path: string): string => join(PRODUCT_ROOT, path);

export const TARGETS = {
  renderer: {
    label: { en: 'the interface', ja: 'インターフェース' },
    output: 'dist/renderer',
    sources: ['renderer', 'core/contract', 'core/base', 'package-lock.json'],
    build: buildRenderer,
  },
  app: {
    label: { en: 'the desktop program', ja: 'デスクトップアプリ' },
    output: 'dist/app',
    sources: ['core', 'main', 'configs', 'package.json', 'package-lock.json'],
    build: async (folder) => {
      await compile(folder);
      // The code finds these beside itself, as it does in the sources.
      for (const path of ['configs', 'package.json']) cpSync(fromRoot(path), join(folder, path), { recursive: true });
    },
  },
  preload: {
    label: { en: 'the preload script', ja: 'preload スクリプト' },
    output: 'dist/preload',
    sources: ['preload', 'package-lock.json'],
    build: buildPreload,
  },
} as const satisfies Record<string, Target>;

/** In each built folder: what it was built from. */
const STAMP = '.sources';

/** One hash over the names and contents of all files. */
export function hashOf(sources: readonly string[], root: string = PRODUCT_ROOT): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(join(root, source))))
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export function isStale({ output, sources }: Target): boolean {
  if (!existsSync(fromRoot(sources[0]))) return false;
  const stamp = join(fromRoot(output), STAMP);
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashOf(sources);
}

/** Builds into a folder beside and then changes them over, so that what is in use is never half there. */
export async function build(target: Target): Promise<void> {
  const hash = hashOf(target.sources);
  await writeFolderAtomic(fromRoot(target.output), async (folder) => {
    await target.build(folder);
    writeFileSync(join(folder, STAMP), hash);
  });
}

/** @param say told when a build begins, which takes some seconds @returns the folder of what was built */
export async function ensureBuilt(target: Target, say: (text: string) => void, locale: Locale = 'en'): Promise<string> {
  if (isStale(target)) {
    say(locale === 'ja' ? `${target.label.ja}をビルドしています...` : `Building ${target.label.en}...`);
    await build(target);
  }
  return fromRoot(target.output);
}
