// Owns the workspace's lock: one process at a time may be its host (run jobs and write). The lock is an exclusive SQLite
// transaction on a file of its own, held by the operating system for as long as the process lives: a killed process frees it
// at that moment, and no stale lock can remain. A file beside it says who holds it, for the message to the second comer.
import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { z } from 'zod';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { translating } from './database.node.ts';

const ownerSchema = z.object({ pid: z.number(), machine: z.string(), since: z.number() });
/** Who holds a workspace: process id, machine name, since when (epoch ms). */
export type WorkspaceOwner = z.infer<typeof ownerSchema>;

export interface WorkspaceLock {
  /** True where the owner before did not release it: it was killed, or the machine stopped. */
  readonly afterCrash: boolean;
  release(): void;
}

/** @throws state/workspace-in-use with the owner's process id */
export function lockWorkspace(folder: string, clock: Clock): WorkspaceLock {
  const connection = translating(folder, () => new BetterSqlite(join(folder, 'phasor.lock'), { timeout: 0 }));
  try {
    translating(folder, () => connection.exec('BEGIN EXCLUSIVE'));
    const afterCrash = workspaceOwner(folder) !== null;
    const owner: WorkspaceOwner = { pid: process.pid, machine: hostname(), since: clock.now() };
    translating(folder, () => writeFileAtomic(ownerFile(folder), JSON.stringify(owner)));
    return {
      afterCrash,
      release: () => {
        if (!connection.open) return;
        rmSync(ownerFile(folder), { force: true });
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    if (!(error instanceof AppError && error.code === 'state/database-busy')) throw error;
    const owner = workspaceOwner(folder);
    const pid = owner === null || owner === UNKNOWN_OWNER ? '?' : owner.pid;
    throw new AppError('state/workspace-in-use', { path: folder, pid }, error);
  }
}

/** Stands for an owner whose note cannot be read: the lock itself holds all the same. */
const UNKNOWN_OWNER = 'unknown';

/** Who holds the workspace, or held it when it crashed: null where nobody does, `unknown` where its note is damaged. */
export function workspaceOwner(folder: string): WorkspaceOwner | typeof UNKNOWN_OWNER | null {
  let text: string;
  try {
    text = readFileSync(ownerFile(folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch (error) {
    // A power cut can leave an empty file. The note only serves a message, so it must not keep anybody out.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return UNKNOWN_OWNER;
    throw error;
  }
}

function ownerFile(folder: string): string {
  return join(folder, 'phasor.owner.json');
}
