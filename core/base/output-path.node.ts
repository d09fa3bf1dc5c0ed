// Owns whether a path that a user named can be written to as what it is meant to be: a file, or a folder.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from './errors.ts';

const kindOf = (path: string): 'folder' | 'file' | undefined => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && (found.isDirectory() ? 'folder' : 'file');
};

/** `path` is a folder or can become one. @throws input/not-a-folder naming the file that stands there, or above it */
export function requireFolderPath(path: string): void {
  const downwards = [path];
  while (dirname(downwards[0]) !== downwards[0]) downwards.unshift(dirname(downwards[0]));
  // From the top down, since what lies below a file is "not a directory" to some systems instead of "not found".
  for (const parent of downwards) {
    const kind = kindOf(parent);
    if (kind === 'file') throw new AppError('input/not-a-folder', { path: parent });
    if (kind === undefined) return;
  }
}

/** `path` is a file or can become one. @throws input/not-a-file, input/not-a-folder */
export function requireFilePath(path: string): void {
  requireFolderPath(dirname(path));
  if (kindOf(path) === 'folder') throw new AppError('input/not-a-file', { path });
}
