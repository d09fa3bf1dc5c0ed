// Owns the workspaces that tests work on: an empty one, or a copy of one in which models have been trained, made once and kept.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const KEPT = join(ROOT, '.cache/e2e/trained');
const MAKE = join(import.meta.dirname, 'make-workspace.ts');
const SOURCE = join(ROOT, 'tests/support/jquants-server.ts');

/** `empty`: nothing in it. `trained`: what make-workspace.ts makes. */
export type Content = 'empty' | 'trained';

/** A folder of the test's own, which removes it. */
export function newWorkspace(content: Content): string {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-e2e-'));
  if (content === 'trained') cpSync(trainedWorkspace(), folder, { recursive: true });
  return folder;
}

function trainedWorkspace(): string {
  const wanted = join(KEPT, sourcesKey());
  if (existsSync(wanted)) return wanted;
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(KEPT, { recursive: true });
  const making = mkdtempSync(join(KEPT, 'making-'));
  execFileSync(process.execPath, [MAKE, making], { stdio: 'inherit' });
  renameSync(making, wanted);
  return wanted;
}

/** Changes whenever anything does that could change what is in the workspace. */
function sourcesKey(): string {
  const hash = createHash('sha256').update(readFileSync(MAKE)).update(readFileSync(SOURCE));
  for (const source of ['core', 'configs', 'main/workers']) {
    const entries = readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file.slice(ROOT.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
