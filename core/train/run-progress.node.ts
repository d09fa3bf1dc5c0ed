// Owns what a run, or a fold of one, has finished so far, in a file: paths stand in it relative to its folder, so that a workspace can be moved.
import { existsSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import type { PhaseResult } from './spec.ts';

/** Paths are absolute. */
export interface RunProgress {
  phases: PhaseResult[];
  /** Folders of out-of-sample predictions by name. */
  predictions: Record<string, string>;
}

const FILE = 'progress.json';

/** "../fold1/phase0_baseline/best", with forward slashes on every system. */
export const relativePath = (from: string, to: string): string => relative(from, to).replaceAll('\\', '/');

function mapPaths({ phases, predictions }: RunProgress, map: (path: string) => string): RunProgress {
  return {
    phases: phases.map((result) => ({ ...result, checkpoint: result.checkpoint && map(result.checkpoint) })),
    predictions: Object.fromEntries(Object.entries(predictions).map(([name, path]) => [name, map(path)])),
  };
}

/** An absolute path was written by an earlier version: what lay in the run's folder then lies there now. */
function located(folder: string, path: string): string {
  if (!isAbsolute(path) || existsSync(path)) return resolve(folder, path);
  const name = `/${basename(folder)}/`;
  const plain = path.replaceAll('\\', '/');
  const at = plain.lastIndexOf(name);
  return at < 0 ? path : join(folder, plain.slice(at + name.length));
}

/** What the folder holds; nothing where it holds none. */
export function readProgress(folder: string): RunProgress {
  const path = join(folder, FILE);
  if (!existsSync(path)) return { phases: [], predictions: {} };
  return mapPaths(JSON.parse(readFileSync(path, 'utf8')) as RunProgress, (stored) => located(folder, stored));
}

export function writeProgress(folder: string, progress: RunProgress): void {
  const stored = mapPaths(progress, (path) => relativePath(folder, path));
  writeFileAtomic(join(folder, FILE), JSON.stringify(stored, null, 1));
}

/** Results as a file of the folder shows them. */
export const withRelativePaths = (folder: string, phases: readonly PhaseResult[]): PhaseResult[] =>
  mapPaths({ phases: [...phases], predictions: {} }, (path) => relativePath(folder, path)).phases;
