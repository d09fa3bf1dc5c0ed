// Owns which workspace a command works on.
import { resolve } from 'node:path';
import { defaultWorkspace } from '../../core/store/default-workspace.node.ts';

/** --workspace, else PHASOR_WORKSPACE, else the platform's folder for a user's data. */
export function workspacePath(option: string | undefined, env: Record<string, string | undefined>): string {
  return resolve(option ?? (env.PHASOR_WORKSPACE || defaultWorkspace(process.platform, env)));
}
