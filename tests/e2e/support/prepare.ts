// Prepares once what the tests share: the built interface, and a workspace in which models have been trained.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, TARGETS } from '../../../main/node/build/targets.ts';
import { sourcesKey } from './sources-key.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Copied by each test that wants it. */
export const PREPARED = join(ROOT, '.cache/e2e', `trained-${sourcesKey()}`);

export default async function prepare(): Promise<void> {
  await ensureBuilt(TARGETS.renderer, (text) => console.log(text));
  if (existsSync(PREPARED)) return;
  const making = `${PREPARED}.part`;
  rmSync(making, { recursive: true, force: true });
  execFileSync(process.execPath, [join(import.meta.dirname, 'make-workspace.ts'), making], { stdio: 'inherit' });
  renameSync(making, PREPARED);
}
