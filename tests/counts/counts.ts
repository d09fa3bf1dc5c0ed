// Owns what a test runner leaves for the closing line: how many tests passed, failed and were skipped.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const FOLDER = fileURLToPath(new URL('../../.cache/counts', import.meta.url));
const fileOf = (runner: string) => `${FOLDER}/${runner}.json`;

export function writeCounts(runner: string, counts: Counts): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(runner), JSON.stringify(counts));
}

/** What the runner has written and forgets now; a runner that died before its end counts as one failure. */
export function takeCounts(runner: string): Counts {
  try {
    return JSON.parse(readFileSync(fileOf(runner), 'utf8')) as Counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(fileOf(runner), { force: true });
  }
}

/** The line that CI reads last. */
export function closingLine(all: readonly Counts[]): string {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped}`;
}
