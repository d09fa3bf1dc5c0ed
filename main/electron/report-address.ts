// Owns where the interface's own protocol serves a file of the workspace.
import { relative, sep } from 'node:path';
import { ORIGIN } from './security.ts';

export function reportAddress(workspace: string, path: string): string {
  const parts = relative(workspace, path).split(sep).map(encodeURIComponent);
  return `${ORIGIN}/files/${parts.join('/')}`;
}
