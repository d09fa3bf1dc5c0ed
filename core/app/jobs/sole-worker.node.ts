// Owns that one worker at a time works in a run's folder: after a killed host, its worker may live on for a moment.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { settleFolders, writeFileAtomic } from '../../base/atomic-file.node.ts';

/** An orphaned worker notices within a second or a training step; a longer wait means that its id belongs to another process now. */
const LONGEST_WAIT_MS = 15_000;
const POLL_MS = 100;

/** Runs `work` once no earlier worker is alive in `folder`, and what that one left half done there is put right. */
export async function asSoleWorker<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'worker.pid');
  mkdirSync(folder, { recursive: true });
  if (existsSync(path)) {
    const earlier = Number(readFileSync(path, 'utf8'));
    for (let waited = 0; isAlive(earlier) && waited < LONGEST_WAIT_MS; waited += POLL_MS) await sleep(POLL_MS);
  }
  settleFolders(folder);
  writeFileAtomic(path, String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and not ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
