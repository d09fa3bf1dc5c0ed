// Owns which files a package of a platform holds, as electron-builder's own matcher reads electron-builder.yml, without Electron.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import type { Stats } from 'node:fs';
import { parse } from 'yaml';

export const PLATFORMS = {
  'linux x64': { section: 'linux', os: 'linux', arch: 'x64' },
  'linux arm64': { section: 'linux', os: 'linux', arch: 'arm64' },
  'win32 x64': { section: 'win', os: 'win32', arch: 'x64' },
  'darwin arm64': { section: 'mac', os: 'darwin', arch: 'arm64' },
} as const;
export type PlatformName = keyof typeof PLATFORMS;

/** What is used of electron-builder's matcher. */
interface Matcher {
  createFilter(): (file: string, stat: Stats) => boolean;
}
type MatcherClass = new (
  from: string,
  to: string,
  expand: (pattern: string) => string,
  patterns: readonly string[],
) => Matcher;

export interface BuilderConfig {
  files: string[];
  asarUnpack: string[];
  electronFuses: Record<string, boolean>;
  linux: { files: string[] };
  win: { files: string[] };
  mac: { files: string[] };
}

export const readConfig = (root: string): BuilderConfig =>
  parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as BuilderConfig;

export interface PackedFile {
  /** From the product's folder, with forward slashes. */
  path: string;
  bytes: number;
}

export interface PackedList {
  files: PackedFile[];
  /** Packages of that platform that are not installed here, so that their files are not counted. */
  absent: string[];
}

interface LockedPackage {
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

export function packedFiles(root: string, platform: PlatformName): PackedList {
  const { section, os, arch } = PLATFORMS[platform];
  const config = readConfig(root);
  const patterns = [...config.files, ...config[section].files];
  const expand = (pattern: string) => pattern.replaceAll(/\$\{arch\}/g, arch);
  const { FileMatcher, excludedNames } = createRequire(import.meta.url)('app-builder-lib/out/fileMatcher.js') as {
    FileMatcher: MatcherClass;
    excludedNames: string;
  };
  const filterOf = (list: readonly string[]) => new FileMatcher(root, root, expand, list).createFilter();

  const own = filterOf([...patterns, '!**/node_modules/**', `!**/{${excludedNames}}`]);
  const files = ['package.json', 'dist/app', 'dist/renderer', 'dist/preload'].flatMap((path) => walk(root, path, own));

  // Of packages, all but what is excluded.
  const packages = filterOf([
    '**/*',
    ...patterns.filter((pattern) => pattern.startsWith('!')),
    `!**/{${excludedNames}}`,
  ]);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const absent: string[] = [];
  for (const [path, { dev, os: only, cpu, libc }] of Object.entries(lock.packages)) {
    if (path === '' || dev) continue;
    if ((only && !only.includes(os)) || (cpu && !cpu.includes(arch)) || libc?.includes('musl')) continue;
    if (!existsSync(join(root, path))) absent.push(path.slice('node_modules/'.length));
    else files.push(...walk(root, path, packages, true));
  }
  return { files, absent };
}

/** @param shallow leaves out packages within the package, which the lock lists by themselves */
function walk(root: string, path: string, keep: (file: string, stat: Stats) => boolean, shallow = false): PackedFile[] {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  const stat = lstatSync(absolute);
  if (stat.isFile()) return keep(absolute, stat) ? [{ path: path.split(sep).join('/'), bytes: stat.size }] : [];
  if (!stat.isDirectory()) return [];
  return readdirSync(absolute)
    .filter((name) => !(shallow && name === 'node_modules'))
    .flatMap((name) => walk(root, join(path, name), keep, shallow));
}
